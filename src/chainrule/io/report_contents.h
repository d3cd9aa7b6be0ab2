// The contents of a report, and the texts that several sections share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"

namespace chainrule {

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
};

// The metrics of the held-out rows; without any, of the training rows.
// Whether `held_out` is the score of a mixture out of fold: of all training rows, each predicted by networks
// that were not trained on it.
bool is_out_of_fold(const ReportContents& contents);
const Metrics& shown_metrics(const ReportContents& contents);
// The rows behind these metrics: "69 held-out rows".
std::string rows_text(const ReportContents& contents);
std::string score_label(const Metrics& metrics);
std::string score_text(const Metrics& metrics);
// "island, bill_length_mm, …", at most `limit` names, long ones cut.
std::string names_text(const std::vector<std::string>& names, std::size_t limit);
std::string data_name(const Provenance& provenance);

}  // namespace chainrule
