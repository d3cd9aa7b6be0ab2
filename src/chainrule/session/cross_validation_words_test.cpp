#include "chainrule/session/cross_validation_words.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

CrossValidation compared(const std::vector<double>& a, const std::vector<double>& b) {
  CrossValidation result;
  for (const MetricEntry& metric : metric_table()) {
    if (metric.word == "accuracy") result.score = &metric;
  }
  result.comparison = compare_scores(a, b, 0.25);
  return result;
}

TEST(CrossValidationWords, SayThatADifferenceIsShownOnlyIfItIsRare) {
  const std::string shown =
      comparison_text(compared({0.70, 0.71, 0.69, 0.70, 0.72}, {0.80, 0.82, 0.80, 0.79, 0.83}));
  EXPECT_NE(shown.find("better in 5 of 5 folds: accuracy +0.104"), std::string::npos) << shown;
  EXPECT_NE(shown.find("the other setting is better on tables like this one"), std::string::npos) << shown;
  const std::string open = comparison_text(compared({0.70, 0.75, 0.69}, {0.71, 0.70, 0.72}));
  EXPECT_NE(open.find("better in 2 of 3 folds"), std::string::npos) << open;
  EXPECT_NE(open.find("These folds do not show which setting is better."), std::string::npos) << open;
}

TEST(CrossValidationWords, NameTheFirstSettingWhereItIsBetter) {
  const std::string text =
      comparison_text(compared({0.80, 0.82, 0.80, 0.79, 0.83}, {0.70, 0.71, 0.69, 0.70, 0.72}));
  EXPECT_NE(text.find("better in 0 of 5 folds: accuracy -0.104"), std::string::npos) << text;
  EXPECT_NE(text.find("the first setting is better"), std::string::npos) << text;
}

TEST(CrossValidationWords, SayNothingAboutAnUncertaintyThatWasNotMeasured) {
  const std::string text = comparison_text(compared({0.5, 0.5}, {0.75, 0.75}));
  EXPECT_NE(text.find("+0.25 in each of them"), std::string::npos) << text;
  EXPECT_EQ(text.find("p ="), std::string::npos) << text;
}

}  // namespace
}  // namespace chainrule
