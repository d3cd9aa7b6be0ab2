#include "chainrule/data/encode_targets.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(EncodeTargets, ClassesAreOneHotRowsAndBinaryIsOneOutput) {
  const Table three = table_of({numbers("x", {1, 2, 3}), words("y", {"c", "a", "b"})});
  const Encoder classes = fit(three, {"y"});
  EXPECT_EQ(classes.target.outputs(), 3u);
  EXPECT_EQ(encoded_targets<float>(classes, three), (Rows<float>{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}));
  EXPECT_EQ(target_classes(classes, three, all_rows(three)), (std::vector<std::uint32_t>{2, 0, 1}));

  const Table two = table_of({numbers("x", {1, 2, 3}), words("y", {"yes", "no", "yes"})});
  const Encoder binary = fit(two, {"y"});
  EXPECT_EQ(binary.target.outputs(), 1u);
  EXPECT_EQ(binary.target.class_names, (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(encoded_targets(binary, two), (Rows<double>{{1}, {0}, {1}}));
  EXPECT_EQ(target_classes(binary, two, all_rows(two)), (std::vector<std::uint32_t>{1, 0, 1}));

  // Two classes with the task given as classes: two outputs.
  EXPECT_EQ(encoded_targets(fit(two, {"y"}, {}, Task::classes), two), (Rows<double>{{0, 1}, {1, 0}, {0, 1}}));
}

TEST(EncodeTargets, MultiLabelIsOneOutputPerLabel) {
  const Table table =
      table_of({numbers("x", {1, 2, 3}), numbers("red", {0, 1, 0}), words("round", {"yes", "no", "yes"})});
  const Encoder encoder = fit(table, {"red", "round"});
  ASSERT_EQ(encoder.target.task, Task::multi_label);
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"red", "round"}));
  EXPECT_EQ(encoder.target.class_values, (std::vector<std::string>{"0", "1", "no", "yes"}));
  EXPECT_EQ(encoded_targets<float>(encoder, table), (Rows<float>{{0, 1}, {1, 0}, {0, 1}}));
  EXPECT_THROW(target_classes(encoder, table, all_rows(table)), StateError);
}

TEST(EncodeTargets, RegressionIsScaledByTheTrainingRows) {
  // y: 1, 3: mean 2, deviation 1. z: 10, 30: mean 20, deviation 10.
  const Table table =
      table_of({numbers("x", {1, 2, 3}), numbers("y", {1, 3, 7.5}), numbers("z", {10, 30, 20})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"y", "z"}), rows, {});
  EXPECT_EQ(encoder.target.outputs(), 2u);
  EXPECT_EQ(encoder.target.offset, (std::vector<double>{2, 20}));
  EXPECT_EQ(encoder.target.factor, (std::vector<double>{1, 0.1}));
  EXPECT_EQ(encoded_targets(encoder, table), (Rows<double>{{-1, -1}, {1, 1}, {5.5, 0}}));
}

TEST(EncodeTargets, AMissingTargetIsAnErrorAtItsCell) {
  Table table = table_of({numbers("x", {1, 2, 3}), words("w", {"a", "", "b"}),
                          numbers("n", {1.5, 2.5, kMissing}), numbers("b", {0, kMissing, 1})});
  const auto where = [&](std::vector<std::string> targets, std::optional<Task> task = {}) {
    return report_of<DataError>([&] { fit(table, targets, {}, task); }).where;
  };
  EXPECT_EQ(where({"w"}), "t.csv:3:2");
  EXPECT_EQ(where({"n"}), "t.csv:4:3");
  EXPECT_EQ(where({"n"}, Task::classes), "t.csv:4:3");
  EXPECT_EQ(where({"b"}, Task::multi_label), "t.csv:3:4");
  // Missing only in rows that do not train: found when they are encoded.
  const std::vector<std::uint32_t> rows = {0, 2};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"w"}), rows, {});
  const ErrorText report = report_of<DataError>([&] { encoded_targets(encoder, table); });
  EXPECT_EQ(report.what, "the target \"w\" is missing");
  EXPECT_EQ(report.where, "t.csv:3:2");
}

TEST(EncodeTargets, WordsInARegressionTargetAreAnErrorAtTheirCell) {
  const Encoder encoder = fit(table_of({numbers("x", {1, 2}), numbers("y", {1.5, 2.5})}), {"y"});
  EXPECT_EQ(report_of<DataError>([&] {
              encoded_targets(encoder, table_of({numbers("x", {1}), words("y", {"tall"})}));
            }).where,
            "t.csv:2:2");
}

}  // namespace
}  // namespace chainrule
