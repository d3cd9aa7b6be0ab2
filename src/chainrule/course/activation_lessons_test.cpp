#include "chainrule/course/activation_lessons.h"

#include <gtest/gtest.h>

#include "support/lessons.h"

namespace chainrule {
namespace {

using testing_support::number_in;
using testing_support::tables_of;
using testing_support::text_of;

void expect_words(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(ActivationLessons, TablesHaveTheReferenceValues) {
  const std::vector<LessonTable> tables = tables_of("activations");
  ASSERT_EQ(tables.size(), 3u);
  // logistic and its slope at -5, -1, -0.5, 0, 0.5, 1, 5
  EXPECT_EQ(tables[0].rows[0], (std::vector<std::string>{"logistic", "0.0067", "0.2689", "0.3775", "0.5000",
                                                         "0.6225", "0.7311", "0.9933"}));
  EXPECT_EQ(tables[1].rows[0], (std::vector<std::string>{"logistic", "0.0066", "0.1966", "0.2350", "0.2500",
                                                         "0.2350", "0.1966", "0.0066"}));
  // Kinks: left, at and right of 0.
  const std::vector<std::string>& relu = tables[2].rows[3];
  EXPECT_EQ(relu[0], "relu");
  EXPECT_EQ((std::vector<std::string>{relu[4], relu[5], relu[6]}), (std::vector<std::string>{"0", "0", "1"}));
  expect_words(text_of("activations"),
               {"the two branches give 0.632, that formula 0", "softplus(800) = 800"});
}

TEST(ActivationLessons, HiddenUnitsThatStartAlikeStayAlike) {
  const std::vector<LessonTable> tables = tables_of("first-weights");
  ASSERT_EQ(tables.size(), 2u);
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ((std::vector<std::string>(tables[0].rows[r].begin() + 1, tables[0].rows[r].end())),
              (std::vector<std::string>{"0.477837", "0.511082", "0.466755"}));
  }
  EXPECT_EQ(tables[0].rows[3][1], "-0.218539");
  EXPECT_EQ(tables[0].rows[4][1], "0.386163");
  // Equal weights cannot solve exclusive or, random ones do.
  EXPECT_GT(number_in(tables[1].rows[0].back()), 0.4);
  EXPECT_LT(number_in(tables[1].rows[1].back()), 0.01);
}

TEST(ActivationLessons, TheGradientVanishesAndReluTrains) {
  const std::vector<LessonTable> tables = tables_of("vanishing-gradient");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].rows.back(),
            (std::vector<std::string>{"first / last", "7.8e-08", "0.2033", "0.1303", "1", "1"}));
  EXPECT_EQ(tables[0].rows.size(), 13u);
  const std::vector<std::vector<std::string>>& nets = tables[1].rows;
  EXPECT_EQ(nets[0][0], "logistic");
  EXPECT_LT(number_in(nets[0][1]), 1e-6);
  EXPECT_EQ(nets[0][3], "50.0%");
  EXPECT_EQ(nets[3][0], "relu");
  EXPECT_GT(number_in(nets[3][1]), 0.01);
  EXPECT_EQ(nets[3][3], "100%");
  expect_words(text_of("vanishing-gradient"), {"multiplies by 1.25", "9.5e-07", "9.1e-13", "log 2 = 0.6931"});
}

}  // namespace
}  // namespace chainrule
