#include "chainrule/data/fit_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(FitEncoder, SeesTheTrainingRowsOnly) {
  // Rows 0 and 1 train: 2 and 6. Row 2 has an outlier, a new category and other missing cells.
  const Table table = table_of({numbers("x", {2, 6, 1000}), words("w", {"a", "a", "b"}),
                                numbers("z", {1, 3, kMissing}), words("y", {"p", "q", "p"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"y"}), rows, {});
  EXPECT_EQ(encoder.inputs[0].offset, 4);
  EXPECT_EQ(encoder.inputs[0].factor, 0.5);
  EXPECT_EQ(encoder.inputs[0].fill, 4);
  EXPECT_EQ(encoder.inputs[1].words, (std::vector<std::string>{"a"}));
  EXPECT_EQ(encoder.inputs[2].missing_feature, MissingFeature::absent);
}

TEST(FitEncoder, ScalingsAreTheirFormulas) {
  const Table table = table_of({numbers("x", {10, 20, 30, kMissing}), words("y", {"p", "q", "p", "q"})});
  const auto features = [&](Scaling scaling) {
    return encoded(fit(table, {"y"}, {.scaling = scaling}), table);
  };
  EXPECT_EQ(features(Scaling::none), (Rows<double>{{10, 0}, {20, 0}, {30, 0}, {20, 1}}));
  EXPECT_EQ(features(Scaling::min_max), (Rows<double>{{0, 0}, {0.5, 0}, {1, 0}, {0.5, 1}}));
  const double deviation = std::sqrt(200.0 / 3);  // squared deviations 100, 0, 100
  EXPECT_DOUBLE_EQ(features(Scaling::standard)[2][0], 10 / deviation);
  EXPECT_DOUBLE_EQ(features(Scaling::bytes)[0][0], 10 / 255.0);
}

TEST(FitEncoder, ImagesAreScaledAsBytesAndKeepTheirShape) {
  Table table =
      table_of({numbers("pixel_1", {0, 0, 255}), numbers("pixel_2", {0, 0, 0}), numbers("label", {0, 1, 1})});
  table.columns[0].is_bytes = table.columns[1].is_bytes = true;
  table.image_rows = 2;
  table.image_columns = 1;
  const Encoder encoder = fit(table, {"label"});
  EXPECT_EQ(encoder.inputs[0].scaling, Scaling::bytes);
  EXPECT_EQ(encoder.image_rows, 2u);
  EXPECT_EQ(encoder.image_columns, 1u);
  EXPECT_EQ(encoded(encoder, table)[2], (std::vector<double>{1, 0}));
  const Schema cut = make_schema(table, {.targets = {"label"}, .ignored = {"pixel_1"}});
  EXPECT_EQ(fit_encoder(table, cut, all_rows(table), {}).image_rows, 0u);
}

TEST(FitEncoder, AColumnThatDoesNotVaryOnTheTrainingRowsIsAlwaysZero) {
  const Table table = table_of(
      {numbers("x", {0.1, 0.1, 0.1, 5000}), numbers("m", {1, 1, 1, 2}), words("y", {"p", "q", "p", "q"})});
  const std::vector<std::uint32_t> rows = {0, 1, 2};
  for (const Scaling scaling : {Scaling::standard, Scaling::min_max}) {
    const Encoder encoder = fit_encoder(table, schema_for(table, {"y"}), rows, {.scaling = scaling});
    for (const std::vector<double>& row : encoded(encoder, table))
      EXPECT_EQ(row, (std::vector<double>{0, 0}));
  }
}

TEST(FitEncoder, AColumnMissingInEveryTrainingRowIsAFlag) {
  const Table table = table_of({numbers("x", {kMissing, kMissing, 5, 7}), words("w", {"", "", "a", "b"}),
                                words("y", {"p", "q", "p", "q"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"y"}), rows, {});
  EXPECT_EQ(encoder.feature_names(), (std::vector<std::string>{"x", "x missing", "w missing"}));
  EncodeReport report;
  EXPECT_EQ(encoded(encoder, table, &report), (Rows<double>{{0, 1, 1}, {0, 1, 1}, {0, 0, 0}, {0, 0, 0}}));
  EXPECT_EQ(report.unknown_words, 2u);
}

TEST(FitEncoder, HugeNumbersStayFinite) {
  const Table table = table_of({numbers("x", {-3.4e38, 3.4e38}), words("y", {"p", "q"})});
  EXPECT_EQ(encoded<float>(fit(table, {"y"}), table), (Rows<float>{{-1}, {1}}));
  EXPECT_EQ(encoded<float>(fit(table, {"y"}, {.scaling = Scaling::min_max}), table), (Rows<float>{{0}, {1}}));
}

TEST(FitEncoder, ARareLabelMayBeAbsentFromTheTrainingRows) {
  const Table table =
      table_of({numbers("x", {1, 2, 3}), numbers("a", {0, 0, 1}), words("b", {"no", "no", "yes"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"a", "b"}), rows, {});
  EXPECT_EQ(encoded_targets(encoder, table), (Rows<double>{{0, 0}, {0, 0}, {1, 1}}));
}

TEST(FitEncoder, ARegressionTargetThatDoesNotVaryHasFactorOne) {
  const Table table = table_of({numbers("x", {1, 2, 3}), numbers("y", {4, 4, 7.5})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"y"}), rows, {});
  EXPECT_EQ(encoder.target.factor, (std::vector<double>{1}));  // output / factor + offset stays finite
}

TEST(FitEncoder, TrainingRowsOfOneClassAreRefused) {
  const Table table = table_of({numbers("x", {1, 2, 3}), words("y", {"a", "a", "b"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const ErrorText report =
      report_of<DataError>([&] { fit_encoder(table, schema_for(table, {"y"}), rows, {}); });
  EXPECT_EQ(report.what, "the training rows have 1 class of the target \"y\"");
  EXPECT_EQ(report.got, "\"a\"");
}

TEST(FitEncoder, GivenClassNamesFollowTheOrderOfTheValues) {
  const Table table = table_of({numbers("x", {1.5, 2, 3}), numbers("y", {1, 0, 1})});
  const Encoder encoder = fit(table, {"y"}, {.class_names = {"ham", "spam"}});
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"ham", "spam"}));
  EXPECT_EQ(encoder.target.class_values, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(encoded_targets(encoder, table), (Rows<double>{{1}, {0}, {1}}));
}

TEST(FitEncoder, ClassNamesOfAnotherNumberOrWithDuplicatesAreRefused) {
  const Table table =
      table_of({numbers("x", {1.5, 2, 3}), numbers("y", {1, 0, 1}), numbers("r", {1.5, 2.5, 3})});
  const ErrorText report = report_of<DataError>([&] {
    fit(table, {"y"}, {.class_names = {"ham", "spam", "eggs"}});
  });
  EXPECT_EQ(report.what, "there are 3 class names for 2 classes");
  EXPECT_EQ(report.expected, "a name for each of \"0\", \"1\"");
  EXPECT_THROW(fit(table, {"y"}, {.class_names = {"ham", "ham"}}), DataError);
  EXPECT_THROW(fit(table, {"r"}, {.class_names = {"ham"}}), UsageError);
}

}  // namespace
}  // namespace chainrule
