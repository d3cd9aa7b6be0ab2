#include "chainrule/io/report_headline.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportHeadline, SaysTheScoreAndWhatWasLearned) {
  const std::string page = classification().page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(page.find("<!DOCTYPE html>\n<html lang=\"en\">"), 0u);
  // 68 / 69 = 0.98551; of the 69 rows 31 are Adelie, 44.9%.
  EXPECT_NE(page.find("<p class=\"score\">98.6%</p>"), std::string::npos);
  EXPECT_NE(page.find("The network distinguishes the 3 classes of species (Adelie, Chinstrap, Gentoo) and is "
                      "right on 98.6% of "
                      "69 held-out rows. Always predicting Adelie would be right on 44.9%."),
            std::string::npos);
  for (const char* words :
       {"penguins.csv", "1,275", "the validation loss stopped improving", "1 min 23 s", "00112233aabbccdd",
        "loss, logarithmic scale", "best epoch 250", "3 cells were missing.", "every value occurs once",
        "3 categories: Biscoe, Dream, Torgersen", "standard: mean 43.9, deviation 5", "515 parameters",
        "softmax_cross_entropy", "2 input columns become 4 features"}) {
    EXPECT_NE(page.find(words), std::string::npos) << words;
  }
}

TEST(ReportHeadline, WarnsWhereNoRowsWereHeldOut) {
  Parts parts = classification();
  parts.held_out.reset();
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("accuracy on 1,275 training rows"), std::string::npos);
  EXPECT_NE(page.find("No rows were held out"), std::string::npos);
  EXPECT_EQ(classification().page().find("No rows were held out"), std::string::npos);
}

TEST(ReportHeadline, SaysThatTheRowsOfTheScoreChoseTheThreshold) {
  Parts parts = classification();
  EXPECT_EQ(parts.page().find("was chosen on the same rows"), std::string::npos);
  parts.threshold = ChosenThreshold{.goal = ThresholdGoal::f1, .threshold = 0.37, .score = 0.81};
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(
      page.find("The threshold 0.37 was chosen on the same rows, for the best f1 (0.81), so the scores"),
      std::string::npos);
}

}  // namespace
}  // namespace chainrule
