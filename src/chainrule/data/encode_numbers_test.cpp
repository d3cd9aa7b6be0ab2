#include "chainrule/data/encode_numbers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

// (4 - 2) * 0.5 = 1; the missing cell stands for 3: (3 - 2) * 0.5 = 0.5, with the flag.
TEST(EncodeNumbers, MissingCellsTakeTheFillAndTheFlag) {
  const Table table = table_of({numbers("x", {4, kMissing})});
  const ColumnEncoding encoding{
      .name = "x", .offset = 2, .factor = 0.5, .fill = 3, .missing_feature = MissingFeature::present};
  Matrix<float> features(2, 3);
  NumbersReport report;
  encode_numbers<float>(encoding, table, 0, all_rows(table), features.view(), 1, report);
  EXPECT_EQ(report.missing, 1u);
  EXPECT_EQ(report.far, 0u);
  EXPECT_EQ(features(0, 0), 0);
  EXPECT_EQ(features(0, 1), 1);
  EXPECT_EQ(features(0, 2), 0);
  EXPECT_EQ(features(1, 1), 0.5f);
  EXPECT_EQ(features(1, 2), 1);
}

// The range 0 to 4 has the width 4: far is what lies below -100 or above 104.
TEST(EncodeNumbers, NumbersFarOutsideTheRangeCountAsItsNearest) {
  const Table table = table_of({numbers("x", {-100, -100.5, 104, 1e300, kMissing, 3})});
  ColumnEncoding encoding{.name = "x", .fill = 2, .minimum = 0, .maximum = 4, .outliers = Outliers::clip};
  Matrix<float> features(6, 1);
  NumbersReport report;
  encode_numbers<float>(encoding, table, 0, all_rows(table), features.view(), 0, report);
  EXPECT_EQ(report.far, 2u);
  EXPECT_EQ(report.first_far, 1u);
  EXPECT_EQ(features(0, 0), -100);
  EXPECT_EQ(features(1, 0), 0);
  EXPECT_EQ(features(2, 0), 104);
  EXPECT_EQ(features(3, 0), 4);
  EXPECT_EQ(features(4, 0), 2);
  EXPECT_EQ(features(5, 0), 3);
  // Kept as they are: one of them has no feature in float.
  encoding.outliers = Outliers::keep;
  std::vector<std::size_t> unusable;
  report = {.unusable_rows = &unusable};
  encode_numbers<float>(encoding, table, 0, all_rows(table), features.view(), 0, report);
  EXPECT_EQ(report.far, 2u);
  EXPECT_EQ(features(1, 0), -100.5f);
  EXPECT_EQ(unusable, std::vector<std::size_t>{3});
}

TEST(EncodeNumbers, WithoutARangeNothingIsFar) {
  const Table table = table_of({numbers("x", {1e30})});
  const ColumnEncoding encoding{.name = "x", .outliers = Outliers::clip};  // as in a model of version 0.1.0
  Matrix<float> features(1, 1);
  NumbersReport report;
  encode_numbers<float>(encoding, table, 0, all_rows(table), features.view(), 0, report);
  EXPECT_EQ(report.far, 0u);
  EXPECT_EQ(features(0, 0), 1e30f);
}

TEST(EncodeInputs, FarNumbersAreReportedOncePerColumn) {
  const Table training = table_of({numbers("x", {0, 1, 2, 3}), words("y", {"p", "q", "p", "q"})});
  const Encoder encoder = fit(training, {"y"});
  std::vector<double> values(60'000, 1.5);
  values[59'000] = 1000;
  values[59'999] = -1e9;
  const Table far = table_of({numbers("x", values)});
  Matrix<float> features(values.size(), 1);
  const EncodeReport report = encode_inputs<float>(encoder, far, all_rows(far), features.view());
  ASSERT_EQ(report.far.size(), 1u);
  EXPECT_EQ(report.far[0].cells, 2u);
  EXPECT_EQ(report.far[0].first, "1000 at t.csv:59002:1");
  EXPECT_EQ(features(59'999, 0), features(0, 0) * 0 + static_cast<float>((0 - encoder.inputs[0].offset) *
                                                                         encoder.inputs[0].factor));
  ASSERT_EQ(far_notes(report).size(), 1u);
  EXPECT_EQ(far_notes(report)[0].text(),
            "\"x\" has 2 numbers far outside those of the training rows, 0 to 3 (first: 1000 at "
            "t.csv:59002:1): they count as the nearest of these.");
}

TEST(EncodeInputs, AFeatureBeyondTheRangeOfItsTypeIsAnErrorAtItsCell) {
  const Table training = table_of({numbers("x", {0, 2e-10}), words("y", {"p", "q"})});  // deviation 1e-10
  const Encoder encoder = fit(training, {"y"}, {.outliers = Outliers::keep});
  const Table far = table_of({numbers("x", {0, 1e30})});
  const ErrorText report = report_of<DataError>([&] { encoded<float>(encoder, far); });
  EXPECT_EQ(report.what, "the number is too far from those of the training rows");
  EXPECT_EQ(report.where, "t.csv:3:1 (column \"x\")");
  EXPECT_EQ(report.got, "1e+30");
  EXPECT_NO_THROW(encoded<double>(encoder, far));  // 1e40 fits
}

TEST(EncodeInputs, AColumnOfTheWrongKindIsAnErrorAtItsFirstCell) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[0] = words("bill", {"", "short", "5"});
  const ErrorText as_words = report_of<DataError>([&] { encoded(encoder, table); });
  EXPECT_EQ(as_words.what, "the column \"bill\" holds words; in the training table it held numbers");
  EXPECT_EQ(as_words.where, "t.csv:3:1");
  EXPECT_EQ(as_words.got, "\"short\"");
  table = birds();
  table.columns[1] = numbers("island", {1, 2, 3});
  const ErrorText as_numbers = report_of<DataError>([&] { encoded(encoder, table); });
  EXPECT_EQ(as_numbers.what, "the column \"island\" holds numbers; in the training table it held words");
  EXPECT_EQ(as_numbers.where, "t.csv:2:2");
}

}  // namespace
}  // namespace chainrule
