#include "chainrule/io/report_classification.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportClassification, ShowsTheConfusionMatrixWithCountsAndShares) {
  const std::string page = classification().page();
  // Adelie: 30 of 31 right (96.8%), 1 predicted as Chinstrap (3.2%).
  EXPECT_NE(page.find("<title>Adelie predicted as Chinstrap: 1 row, 3.2% of the class</title>"),
            std::string::npos);
  EXPECT_NE(page.find("<title>Adelie predicted as Adelie: 30 rows, 96.8% of the class</title>"),
            std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">Chinstrap</th><td class=\"n\">92.9%</td><td class=\"n\">100%</td>"
                      "<td class=\"n\">96.3%</td><td class=\"n\">13</td>"),
            std::string::npos)
      << "precision 13 / 14, recall 13 / 13, f1 26 / 27";
}

TEST(ReportClassification, ShowsThirtyOfTwoHundredClassesInTheMatrixAndAllInTheTable) {
  Parts parts = classification();
  std::vector<std::vector<double>> confusion(200, std::vector<double>(200, 0));
  parts.model.encoder.target.class_names.clear();
  for (std::size_t i = 0; i < 200; ++i) {
    confusion[i][i] = 10;
    parts.model.encoder.target.class_names.push_back("kind " + std::to_string(i));
  }
  confusion[199][100] = 3;
  parts.held_out = classes_metrics(confusion);
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "<rect class=\"cell"), 30u * 30);
  EXPECT_NE(page.find("Only the 30 of 200 classes are shown, those most often confused"), std::string::npos);
  EXPECT_NE(page.find("kind 199 predicted as kind 100: 3 rows, 23.1% of the class"), std::string::npos)
      << "3 / 13";
  EXPECT_NE(page.find("<th scope=\"row\">kind 57</th>"), std::string::npos);
}

TEST(ReportClassification, SurvivesOneClassBeingPredictedForAll) {
  Parts parts = classification();
  parts.held_out = classes_metrics({{31, 0, 0}, {13, 0, 0}, {0, 0, 0}});
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("Chinstrap predicted as Adelie: 13 rows, 100% of the class"), std::string::npos);
  EXPECT_EQ(count(page, ">nan"), 0u);
}

TEST(ReportClassification, ShowsLabelsWithoutAMatrix) {
  Parts parts = classification();
  parts.model.encoder.target = {
      .task = Task::multi_label, .columns = {"wet", "cold"}, .class_names = {"wet", "cold"}};
  Metrics metrics{.task = Task::multi_label, .rows = 50, .accuracy = 0.9, .exact_match = 0.84};
  metrics.per_class = {{.support = 20, .precision = 0.75}, {.support = 30, .precision = 0.5}};
  parts.held_out = metrics;
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("The network says which of 2 labels apply (wet, cold): 90.0% of the single predictions "
                      "are right, and all labels of a row in 84.0% of 50 held-out rows."),
            std::string::npos);
  EXPECT_NE(page.find("Scores by label"), std::string::npos);
  EXPECT_EQ(page.find("Which classes are confused"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
