#include "chainrule/data/encode_inputs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/column_match.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

template <typename T>
class EncodeInputsOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(EncodeInputsOf, Scalars);

TYPED_TEST(EncodeInputsOf, HandMadeTableGivesHandMadeFeatures) {
  using T = TypeParam;
  const Encoder encoder = fit(birds(), {"species"});
  EXPECT_EQ(encoder.feature_names(),
            (std::vector<std::string>{"bill", "bill missing", "island=a", "island=b", "island missing"}));
  EXPECT_EQ(encoder.features(), 5u);
  EncodeReport report;
  // bill: (1 - 3) / 2, (3 - 3) / 2 with the flag, (5 - 3) / 2.
  EXPECT_EQ(encoded<T>(encoder, birds(), &report),
            (Rows<T>{{-1, 0, 0, 1, 0}, {0, 1, 1, 0, 0}, {1, 0, 0, 0, 1}}));
  EXPECT_EQ(report.missing_cells, 2u);
  EXPECT_EQ(report.unknown_words, 0u);
  EXPECT_EQ(report.first_unknown, "");
}

TYPED_TEST(EncodeInputsOf, AnUnknownWordIsAllZerosAndReportedWithThePlaceOfTheFirst) {
  using T = TypeParam;
  const Encoder encoder = fit(birds(), {"species"});
  const Table fresh = table_of({numbers("bill", {3, 3, 3}), words("island", {"a", "Atlantis", "Thule"})});
  EncodeReport report;
  EXPECT_EQ(encoded<T>(encoder, fresh, &report),
            (Rows<T>{{0, 0, 1, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}));
  EXPECT_EQ(report.unknown_words, 2u);
  EXPECT_EQ(report.first_unknown, "island \"Atlantis\" at t.csv:3:2");
}

TYPED_TEST(EncodeInputsOf, MoreRowsThanABlockAndInAnyOrder) {
  using T = TypeParam;
  std::vector<double> values;
  std::vector<std::string> cells;
  for (int i = 0; i < 200; ++i) {
    values.push_back(i % 7);
    cells.push_back(i % 3 == 0 ? "p" : "q");
  }
  const Table table = table_of({numbers("x", values), words("w", cells), words("y", cells)});
  const Encoder encoder = fit(table, {"y"}, {.scaling = Scaling::none});
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 150; ++i)
    rows.push_back(199 - i);
  Matrix<T> wide(150, 5);  // features in columns 1 to 3 of a wider matrix
  encode_inputs<T>(encoder, table, rows, wide.view().column_block(1, 3));
  for (std::size_t r = 0; r < 150; ++r) {
    EXPECT_EQ(wide(r, 0), 0);
    EXPECT_EQ(wide(r, 1), static_cast<T>((199 - r) % 7));
    EXPECT_EQ(wide(r, 2), (199 - r) % 3 == 0 ? 1 : 0);
    EXPECT_EQ(wide(r, 3), (199 - r) % 3 == 0 ? 0 : 1);
    EXPECT_EQ(wide(r, 4), 0);
  }
}

TEST(EncodeInputs, FirstUnknownIsTheFirstByRowsNotByColumns) {
  const Table table = table_of({words("a", {"p", "q"}), words("b", {"p", "q"}), words("y", {"x", "z"})});
  const Encoder encoder = fit(table, {"y"});
  EncodeReport report;
  encoded(encoder, table_of({words("a", {"p", "new"}), words("b", {"other", "q"})}), &report);
  EXPECT_EQ(report.first_unknown, "b \"other\" at t.csv:2:2");
}

TEST(EncodeInputs, AMissingCellWhereTrainingHadNoneIsTheMeanOrAllZeros) {
  const Table table = table_of(
      {numbers("x", {2, 6}), words("w", {"a", "b"}), words("y", {"p", "q"})});  // mean 4, deviation 2
  const Encoder encoder = fit(table, {"y"});
  EXPECT_EQ(encoder.features(), 3u);
  EXPECT_EQ(encoded(encoder, table_of({numbers("x", {kMissing}), words("w", {""})})),
            (Rows<double>{{0, 0, 0}}));
}

TEST(EncodeInputs, AColumnWithoutAnyCellFitsEitherKind) {
  const Encoder encoder = fit(birds(), {"species"});
  // Without any cell a reader cannot find the kind: both have the other kind here.
  EncodeReport report;
  EXPECT_EQ(encoded(encoder, table_of({words("bill", {""}), numbers("island", {kMissing})}), &report),
            (Rows<double>{{0, 1, 0, 0, 1}}));
  EXPECT_EQ(report.missing_cells, 2u);
}

TEST(EncodeInputs, ThreadsChangeNeitherNumbersNorReportNorError) {
  std::vector<double> x, z;
  std::vector<std::string> words_of_rows, classes;
  for (int r = 0; r < 5000; ++r) {
    x.push_back(r % 11 == 0 ? kMissing : (r * 7919 % 1000) / 8.0);
    z.push_back(std::sqrt(static_cast<double>(r)));
    words_of_rows.push_back(r % 13 == 0 ? "" : std::string(1, static_cast<char>('a' + r % 5)));
    classes.push_back(r % 2 == 0 ? "p" : "q");
  }
  const Table table =
      table_of({numbers("x", x), numbers("z", z), words("w", words_of_rows), words("y", classes)});
  const std::vector<std::uint32_t> rows = all_rows(table), first(rows.begin(), rows.begin() + 3);
  const Schema schema = schema_for(table, {"y"});
  ThreadPool two(2), three(3);
  // The encoder is fitted on three rows, so most categories are unknown.
  for (const std::vector<std::uint32_t>& training : {rows, first}) {
    const Encoder encoder = fit_encoder(table, schema, training, {});
    Matrix<float> expected(rows.size(), encoder.features());
    const EncodeReport report = encode_inputs<float>(encoder, table, rows, expected.view());
    for (ThreadPool* pool : {&two, &three}) {
      const Encoder same = fit_encoder(table, schema, training, {}, pool);
      for (std::size_t i = 0; i < encoder.inputs.size(); ++i)
        EXPECT_EQ(same.inputs[i].factor, encoder.inputs[i].factor);
      Matrix<float> inputs = Matrix<float>::unset(rows.size(), encoder.features());
      const EncodeReport other = encode_inputs<float>(encoder, table, rows, inputs.view(), pool);
      EXPECT_EQ(inputs, expected);
      EXPECT_EQ(other.unknown_words, report.unknown_words);
      EXPECT_EQ(other.missing_cells, report.missing_cells);
      EXPECT_EQ(other.first_unknown, report.first_unknown);
    }
  }
  const Encoder encoder = fit_encoder(table, schema, rows, {.outliers = Outliers::keep});
  z[1500] = z[700] = 1e300;
  const Table far = table_of({numbers("x", x), numbers("z", z), words("w", words_of_rows)});
  Matrix<float> inputs(rows.size(), encoder.features());
  EXPECT_EQ(
      report_of<DataError>([&] { encode_inputs<float>(encoder, far, rows, inputs.view(), &three); }).where,
      "t.csv:702:2 (column \"z\")");
}

TEST(ReleaseInputsBefore, GivesBackTheCellsOfInputsAndKeepsTheTarget) {
  const std::vector<double> cells(4 * PackedNumbers::kBlockRows, 0.1 / 3);
  std::vector<double> target = cells;
  target[0] = 1;
  std::vector<double> input = cells;
  input[1] = 2;
  Table table = table_of({numbers("x", input), numbers("y", target)});
  const Encoder encoder = fit(table, {"y"});
  const std::size_t before = table.columns[0].numbers.bytes();
  release_inputs_before(encoder, table, 3 * PackedNumbers::kBlockRows);
  EXPECT_LT(table.columns[0].numbers.bytes(), before / 2);
  EXPECT_EQ(table.columns[1].numbers.bytes(), before);
  EXPECT_EQ(table.columns[1].numbers[0], 1);
  EXPECT_EQ(table.columns[0].numbers[4 * PackedNumbers::kBlockRows - 1], cells[0]);
}

TEST(EncodeInputs, PenguinsReadInChunksGiveTheSameFeaturesAsTheWholeTable) {
  const Table table = example_table("penguins.csv");
  const Encoder encoder = fit(table, {"species"});
  const Rows<double> whole = encoded(encoder, table);
  const std::unique_ptr<TableReader> reader =
      open_table(real_file_system(), CHAINRULE_SOURCE_DIR "/examples/data/penguins.csv", {});
  const auto kinds = wanted_readings(encoder, reader->layout().column_names, TargetsWanted::no);
  std::size_t first = 0;
  for (Table chunk = reader->next_rows(100, kinds); chunk.rows() != 0;
       chunk = reader->next_rows(100, kinds)) {
    const Rows<double> part = encoded(encoder, chunk);
    for (std::size_t r = 0; r < part.size(); ++r)
      ASSERT_EQ(part[r], whole[first + r]) << first + r;
    first += part.size();
  }
  EXPECT_EQ(first, 344u);
}

}  // namespace
}  // namespace chainrule
