#include "chainrule/data/class_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(ClassValues, TenAreListedInMessages) {
  EXPECT_EQ(class_list(std::vector<std::string>{"a", "b"}), "\"a\", \"b\"");
  const std::vector<std::string> many(12, "x");
  EXPECT_TRUE(class_list(many).ends_with("\"x\", ... (12 classes)")) << class_list(many);
}

TEST(ClassValues, OfSomeRowsAreTheDistinctOnes) {
  const Table table = table_of({words("w", {"b", "c", "a", "b"}), numbers("n", {2, -0.0, 0, 9})});
  const std::vector<std::uint32_t> rows = {0, 2, 3};
  EXPECT_EQ(class_values_of(table, 0, rows), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(class_values_of(table, 1, rows), (std::vector<std::string>{"0", "2", "9"}));
}

TEST(FitEncoder, ClassesAreSortedByValueOrByBytes) {
  const Table table = table_of({numbers("x", {1, 2, 3, 1}), numbers("n", {10, 9, -2, 10}),
                                words("w", {"b", "B", "a", "b"}), words("k", {"10", "9", "1e1", "10"})});
  const auto values = [&](const std::string& target) {
    return fit(table, {target}, {}, Task::classes).target.class_values;
  };
  EXPECT_EQ(values("n"), (std::vector<std::string>{"-2", "9", "10"}));
  EXPECT_EQ(values("w"), (std::vector<std::string>{"B", "a", "b"}));
  EXPECT_EQ(values("k"), (std::vector<std::string>{"9", "10", "1e1"}));
}

TEST(EncodeTargets, NumbersAreComparedByValueAndWordsByText) {
  const Encoder encoder = fit(table_of({numbers("x", {1, 2, 3, 4}), numbers("y", {0, 1, 1, 0})}), {"y"});
  // Words where the training table had numbers.
  EXPECT_EQ(encoded_targets(encoder, table_of({numbers("x", {1, 2, 3}), words("y", {"1.0", "0", "1"})})),
            (Rows<double>{{1}, {0}, {1}}));
  EXPECT_EQ(encoded_targets(encoder, table_of({numbers("x", {1}), numbers("y", {-0.0})})),
            (Rows<double>{{0}}));
  const Encoder by_text = fit(table_of({numbers("x", {1, 2}), words("y", {"Yes", "yes"})}), {"y"});
  EXPECT_EQ(encoded_targets(by_text, table_of({numbers("x", {1}), words("y", {"yes"})})),
            (Rows<double>{{1}}));
}

TEST(EncodeTargets, AClassNeverSeenInTrainingIsAnErrorAtItsCell) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[2] = words("species", {"x", "y", "dodo"});
  for (const auto& call : {+[](const Encoder&e, const Table&t) { encoded_targets(e, t); },
                           +[](const Encoder&e, const Table&t) { target_classes(e, t, all_rows(t)); }}) {
    const ErrorText report = report_of<DataError>([&] { call(encoder, table); });
    EXPECT_EQ(report.what, "the target \"species\" has a value that was not in the training rows");
    EXPECT_EQ(report.where, "t.csv:4:3");
    EXPECT_EQ(report.expected, "\"x\", \"y\"");
    EXPECT_EQ(report.got, "\"dodo\"");
  }
}

}  // namespace
}  // namespace chainrule
