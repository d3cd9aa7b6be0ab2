#include "chainrule/io/report_words.h"

#include <gtest/gtest.h>

#include <limits>

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(PercentText, SaysAllOrNothingOnlyWhereItIs) {
  EXPECT_EQ(percent_text(0.9734), "97.3%");
  EXPECT_EQ(percent_text(1), "100%");
  EXPECT_EQ(percent_text(0.99996), ">99.9%");
  EXPECT_EQ(percent_text(0), "0%");
  EXPECT_EQ(percent_text(0.00002), "<0.1%");
  EXPECT_EQ(percent_text(kNan), "not defined");
}

TEST(NumberText, IsReadableAtEverySize) {
  EXPECT_EQ(number_text(54.3123), "54.31");
  EXPECT_EQ(number_text(1234567.8), "1,234,568");
  EXPECT_EQ(number_text(-12345.6), "-12,346");
  EXPECT_EQ(number_text(0.000123456), "0.0001235");
  EXPECT_EQ(number_text(1e300), "1e+300");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(kNan), "not defined");
  EXPECT_EQ(number_text(-kInfinity), "-infinite");
}

TEST(DurationText, ChoosesTheUnit) {
  EXPECT_EQ(duration_text(0.0042), "4.2 ms");
  EXPECT_EQ(duration_text(0.42), "0.4 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.6), "1 min 0 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 5 min");
  EXPECT_EQ(duration_text(kNan), "not defined");
}

TEST(FrequentMistakes, AreSortedByRowsThenByClass) {
  const std::vector<Mistake> mistakes = frequent_mistakes({{9, 2, 0}, {3, 9, 2}, {0, 0, 9}}, 10);
  ASSERT_EQ(mistakes.size(), 3u);
  EXPECT_EQ(mistakes[0].truth, 1u);
  EXPECT_EQ(mistakes[0].predicted, 0u);
  EXPECT_EQ(mistakes[0].rows, 3u);
  EXPECT_EQ(mistakes[1].truth, 0u);
  EXPECT_EQ(mistakes[2].truth, 1u);
  EXPECT_EQ(frequent_mistakes({{9, 2, 0}, {3, 9, 2}, {0, 0, 9}}, 1).size(), 1u);
}

TEST(MostConfusedClasses, CountMistakesInBothDirectionsAndKeepTheOrder) {
  // Mistakes: class 0 none, class 1: 5, class 2: 5 + 1, class 3: 1.
  const std::vector<std::vector<double>> confusion = {
      {90, 0, 0, 0}, {0, 9, 5, 0}, {0, 0, 9, 1}, {0, 0, 0, 9}};
  EXPECT_EQ(most_confused_classes(confusion, 2), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(most_confused_classes(confusion, 4), (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(ReportWords, AnEstimateIsRounded) {
  EXPECT_EQ(rough_duration_text(0.3), "1 s");
  EXPECT_EQ(rough_duration_text(13.2), "15 s");
  EXPECT_EQ(rough_duration_text(59), "1 min");
  EXPECT_EQ(rough_duration_text(200), "3 min");
  EXPECT_EQ(rough_duration_text(3599), "1 h 0 min");
  EXPECT_EQ(rough_duration_text(7900), "2 h 10 min");
}

}  // namespace
}  // namespace chainrule
