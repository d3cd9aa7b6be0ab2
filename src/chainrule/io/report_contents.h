// The contents of a report, and the texts that several sections share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"
#include "chainrule/train/reasons.h"
#include "chainrule/train/threshold.h"

namespace chainrule {

// Some members of a mixture.
struct ReportMembers {
  std::string kind, description;
  std::size_t networks = 0;
  double share = 0;  // of the vote, together
  std::uint64_t fewest_epochs = 0, most_epochs = 0;
};

struct ReportContents {
  const Model& model;
  const History& history;
  const Metrics& training;
  const std::optional<Metrics>& held_out;
  const std::vector<Message>& notes;
  const Matrix<double>& truth;  // regression: held-out rows (or training rows), [rows][targets]
  const Matrix<double>& predicted;
  double seconds = 0;
  Face face = Face::cpp;  // how the notes name settings
  Reasons reasons = {};   // measured on the rows of `held_out`, or else on the training rows
  std::vector<ReportMembers> members = {};        // one per kind; empty for one network
  double temperature = 1;                         // of a mixture
  std::optional<ChosenThreshold> threshold = {};  // if the rows of the score chose it
};

// Whether `held_out` is the score of a mixture out of fold: of all training rows, each predicted by networks
// that other rows trained, stopped and weighed.
bool is_out_of_fold(const ReportContents& contents);
// The metrics of the held-out rows; without any, of the training rows.
const Metrics& shown_metrics(const ReportContents& contents);
// The rows behind these metrics: "69 held-out rows".
std::string rows_text(const ReportContents& contents);
std::string score_label(const Metrics& metrics);
std::string score_text(const Metrics& metrics);
// "island, bill_length_mm, …", at most `limit` names, long ones cut.
std::string names_text(const std::vector<std::string>& names, std::size_t limit);
std::string data_name(const Provenance& provenance);

}  // namespace chainrule
