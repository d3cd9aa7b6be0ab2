#include "chainrule/io/learning_rate_report.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using report_parts::count;
using report_parts::fault_of;

// A valley: 2 down to 1 at the rate 0.01, then up to 3.
LearningRateRange valley() {
  LearningRateRange range;
  const double losses[] = {2, 2, 1.9, 1.4, 1, 1.5, 3};
  double rate = 1e-6;
  for (const double loss : losses) {
    range.steps.push_back({.learning_rate = rate, .loss = loss, .smoothed_loss = loss});
    rate *= 10;
  }
  range.end = RangeEnd::loss_rose;
  range.initial_loss = 2;
  range.lowest = 4;
  range.suggested = 0.001;
  return range;
}

TEST(LearningRateReport, SaysWhatWasTestedAndWhatIsSuggested) {
  EXPECT_EQ(tested_text(valley()), "7 rates from 0.000001 to 1; the loss rose far above its lowest value");
  EXPECT_EQ(suggestion_text(valley()), "0.001: a tenth of the rate with the lowest loss, 0.01");
  LearningRateRange none = valley();
  none.suggested.reset();
  EXPECT_EQ(suggestion_text(none), "none");
}

TEST(LearningRateReport, DrawsTheLossOverTheLogarithmOfTheRate) {
  const std::string text = render_range_text(valley(), 40, 11);
  EXPECT_NE(text.find("0.000001"), std::string::npos) << text;
  EXPECT_NE(text.find("learning rate 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("┴ suggested rate 0.001"), std::string::npos) << text;
  // Halfway between 1e-6 and 1 in the logarithm: the mark has as many signs before it as after it.
  const std::string axis = text.substr(text.find("└") + 3);
  const std::size_t before = axis.find("┴") / 3;
  const std::size_t after = (axis.find('\n') - axis.find("┴")) / 3 - 1;
  EXPECT_LE(before > after ? before - after : after - before, 1u) << text;
}

TEST(LearningRateReport, IsASoundPageWithThePlot) {
  const std::vector<Message> notes = {"a note with <markup>"};
  const LearningRateRange range = valley();
  const LearningRateReport report{.range = range,
                                  .data_name = "a<b>.csv",
                                  .network = "4 -> 3",
                                  .optimizer = "adam",
                                  .batch_size = 32,
                                  .training_rows = 275,
                                  .command = "chainrule train \"a<b>.csv\" --learning-rate 0.001",
                                  .notes = notes};
  const std::string page = render_learning_rate_report(report);
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "<svg"), 1u);
  EXPECT_EQ(count(page, "suggested: 0.001</text>"), 1u);
  EXPECT_EQ(count(page, "a note with &lt;markup&gt;"), 1u);
  EXPECT_EQ(count(page, "--learning-rate 0.001"), 1u);
}

}  // namespace
}  // namespace chainrule
