#include "chainrule/data/soft_labels.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;

TEST(SoftLabels, ThatAreRoundedAreDividedByTheirSum) {
  const Table table =
      table_of({numbers("a", {0.333, 0.25}), numbers("b", {0.333, 0.25}), numbers("c", {0.333, 0.5})});
  const std::vector<std::size_t> places = {0, 1, 2};
  const std::vector<std::uint32_t> rows = {0, 1};
  Matrix<double> targets(2, 3);
  encode_soft_labels<double>(table, places, rows, targets.view());
  EXPECT_DOUBLE_EQ(targets(0, 0), 1.0 / 3);
  EXPECT_EQ(targets(1, 2), 0.5);
}

TEST(SoftLabels, ThatDoNotAddUpToOneAreNamed) {
  const Table table = table_of({numbers("a", {0.5, 0.5}), numbers("b", {0.5, 0.498})});
  const std::vector<std::size_t> places = {0, 1};
  const ErrorText report =
      report_of<DataError>([&] { task_of_soft_labels(table, places, {.soft_labels = true}); });
  EXPECT_EQ(report.got, "0.998");
  EXPECT_NE(report.expected.find("\"a\", \"b\""), std::string::npos) << report.expected;
  EXPECT_NE(report.where.find("3"), std::string::npos) << report.where;
}

TEST(SoftLabels, OfOneColumnHaveTwoClasses) {
  EXPECT_EQ(soft_class_names({"spam"}), (std::vector<std::string>{"not spam", "spam"}));
  EXPECT_EQ(soft_class_names({"a", "b"}), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace chainrule
