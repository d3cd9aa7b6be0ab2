#include "chainrule/io/report_worst_rows.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

TEST(ReportWorstRows, NamesLineTruthAndPrediction) {
  Parts parts = classification();
  parts.reasons.worst_rows = {{.row = 17,
                               .line = 1019,
                               .loss = 3,
                               .true_class = 0,
                               .predicted_class = 2,
                               .true_probability = 0.05,
                               .predicted_probability = 0.91}};
  parts.reasons.worst_rows_file = "a&b.csv";
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "The rows predicted worst (69 held-out rows)"));
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\" class=\"n\">1,019</th><td>Adelie</td><td class=\"n\">5.0%</td>"
                  "<td>Gentoo</td><td class=\"n\">91.0%</td>"));
  EXPECT_TRUE(has(page, "Lines are those of a&amp;b.csv."));
  parts.reasons.worst_rows[0].line = 0;
  const std::string without_lines = parts.page();
  EXPECT_TRUE(has(without_lines, "class=\"n\">18</th>")) << "row 17, counted from 0";
  EXPECT_TRUE(has(without_lines, "Rows are those of a&amp;b.csv, counted from 1."));
}

TEST(ReportWorstRows, OfNumbersShowTheError) {
  Parts parts = regression(2, 10);
  parts.reasons.worst_rows = {{.row = 3, .line = 5, .loss = 2, .truth = {100, 7}, .predicted = {90.5, 7.25}}};
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "Error target 1"));
  EXPECT_TRUE(has(page,
                  "<td class=\"n\">100</td><td class=\"n\">90.5</td><td class=\"n\">-9.5</td>"
                  "<td class=\"n\">7</td><td class=\"n\">7.25</td><td class=\"n\">0.25</td>"));
  EXPECT_TRUE(has(page, "These rows have the largest errors"));
}

TEST(ReportWorstRows, OfLabelsNameThoseThatAreWrong) {
  Parts parts = classification();
  parts.model.encoder.target = {
      .task = Task::multi_label, .columns = {"wet", "cold"}, .class_names = {"wet", "cold"}};
  parts.held_out = Metrics{.task = Task::multi_label, .rows = 50};
  parts.reasons.worst_rows = {{.row = 3, .line = 5, .loss = 2, .truth = {1, 0}, .predicted = {0.25, 0.125}},
                              {.row = 4, .line = 6, .loss = 1, .truth = {1, 0}, .predicted = {0.5, 0.4}}};
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_TRUE(has(page, "<td>wet: yes, predicted with 25.0%</td>"));
  EXPECT_TRUE(has(page, "<td>none</td>"));
}

TEST(ReportWorstRows, AreLeftOutIfThereAreNone) {
  EXPECT_FALSE(has(classification().page(), "worst-rows"));
}

}  // namespace
}  // namespace chainrule
