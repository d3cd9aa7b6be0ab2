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
  EXPECT_EQ(encode_numbers<float>(encoding, table, 0, all_rows(table), features.view(), 1), 1u);
  EXPECT_EQ(features(0, 0), 0);
  EXPECT_EQ(features(0, 1), 1);
  EXPECT_EQ(features(0, 2), 0);
  EXPECT_EQ(features(1, 1), 0.5f);
  EXPECT_EQ(features(1, 2), 1);
}

TEST(EncodeInputs, AFeatureBeyondTheRangeOfItsTypeIsAnErrorAtItsCell) {
  const Table training = table_of({numbers("x", {0, 2e-10}), words("y", {"p", "q"})});  // deviation 1e-10
  const Encoder encoder = fit(training, {"y"});
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
