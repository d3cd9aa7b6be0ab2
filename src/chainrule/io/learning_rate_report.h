// The range test of a learning rate for people: a plot for a terminal, and a page.
#pragma once

#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/train/learning_rate_range.h"

namespace chainrule {

struct LearningRateReport {
  const LearningRateRange& range;
  std::string data_name;
  std::string network;  // "4 -> 32 relu -> 3 softmax"
  std::string optimizer;
  std::size_t batch_size = 0, training_rows = 0;
  std::string command;  // that trains with the suggested rate; "" if there is none
  const std::vector<Message>& notes;
  Face face = Face::cpp;
};

// "0.04: a tenth of the rate with the lowest loss, 0.39"
std::string suggestion_text(const LearningRateRange& range);
// "412 rates from 0.000001 to 0.72; the loss rose far above its lowest value"
std::string tested_text(const LearningRateRange& range);
// The smoothed loss over the rate, `width` by `height` characters.
std::string render_range_text(const LearningRateRange& range, std::size_t width, std::size_t height);

// A self-contained HTML page: the plot, what it says, and what was tested.
std::string render_learning_rate_report(const LearningRateReport& report);

}  // namespace chainrule
