#include "chainrule/data/encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/open_table.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

Schema schema_for(const Table& table, std::vector<std::string> targets, std::optional<Task> task = {}) {
  return make_schema(table, {.targets = std::move(targets), .task = task});
}

Encoder fit(const Table& table, std::vector<std::string> targets, const EncoderOptions& options = {},
            std::optional<Task> task = {}) {
  return fit_encoder(table, schema_for(table, std::move(targets), task), all_rows(table), options);
}

template <typename T = double>
std::vector<std::vector<T>> encoded(const Encoder& encoder, const Table& table,
                                    EncodeReport* report = nullptr) {
  Matrix<T> features(table.rows(), encoder.features());
  for (T& value : features.values())
    value = T{77};  // every element must be written
  const EncodeReport made = encode_inputs<T>(encoder, table, all_rows(table), features.view());
  if (report != nullptr) *report = made;
  std::vector<std::vector<T>> rows;
  for (std::size_t r = 0; r < table.rows(); ++r)
    rows.emplace_back(features.row(r), features.row(r) + features.columns());
  return rows;
}

template <typename T = double>
std::vector<std::vector<T>> encoded_targets(const Encoder& encoder, const Table& table) {
  Matrix<T> targets(table.rows(), encoder.target.outputs());
  for (T& value : targets.values())
    value = T{77};
  encode_targets<T>(encoder, table, all_rows(table), targets.view());
  std::vector<std::vector<T>> rows;
  for (std::size_t r = 0; r < table.rows(); ++r)
    rows.emplace_back(targets.row(r), targets.row(r) + targets.columns());
  return rows;
}

template <typename T>
using Rows = std::vector<std::vector<T>>;

// bill: 1, missing, 5: mean 3, standard deviation 2. island: b, a, missing.
Table birds() {
  return table_of({numbers("bill", {1, kMissing, 5}), words("island", {"b", "a", ""}),
                   words("species", {"x", "y", "x"})});
}

template <typename T>
class EncodeInputsOf : public testing::Test {};
using Scalars = testing::Types<float, double>;
TYPED_TEST_SUITE(EncodeInputsOf, Scalars);

// --- features ----------------------------------------------------------------------------------------------

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
  // Without any cell a reader cannot tell the kind: both are the other kind here.
  EncodeReport report;
  EXPECT_EQ(encoded(encoder, table_of({words("bill", {""}), numbers("island", {kMissing})}), &report),
            (Rows<double>{{0, 1, 0, 0, 1}}));
  EXPECT_EQ(report.missing_cells, 2u);
}

// --- columns found -----------------------------------------------------------------------------------------

TEST(EncodeInputs, OrderOfColumnsAndExtraColumnsDoNotMatter) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  std::swap(table.columns[0], table.columns[2]);
  table.columns.insert(table.columns.begin(), words("comment", {"2024-01-01", "?", "!"}));
  EXPECT_EQ(encoded(encoder, table), encoded(encoder, birds()));
  EXPECT_EQ(encoded_targets(encoder, table), encoded_targets(encoder, birds()));
}

TEST(EncodeInputs, AMissingColumnIsAnErrorWithTheNearestName) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[1].name = "Islands";
  const ErrorText report = report_of<DataError>([&] { encoded(encoder, table); });
  EXPECT_EQ(report.what, "the input column \"island\" is missing");
  EXPECT_EQ(report.where, "t.csv");
  EXPECT_EQ(report.advice, "rename the column \"Islands\" if it is the same");
}

TEST(EncodeInputs, AColumnOfTheWrongKindIsAnErrorAtItsFirstCell) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[0] = words("bill", {"", "short", "5"});
  const ErrorText as_words = report_of<DataError>([&] { encoded(encoder, table); });
  EXPECT_EQ(as_words.what, "the column \"bill\" holds words, in the training table it held numbers");
  EXPECT_EQ(as_words.where, "t.csv:3:1");
  EXPECT_EQ(as_words.got, "\"short\"");
  table = birds();
  table.columns[1] = numbers("island", {1, 2, 3});
  const ErrorText as_numbers = report_of<DataError>([&] { encoded(encoder, table); });
  EXPECT_EQ(as_numbers.what, "the column \"island\" holds numbers, in the training table it held words");
  EXPECT_EQ(as_numbers.where, "t.csv:2:2");
}

TEST(EncodeInputs, ATableWithoutHeaderIsMatchedByPlaceWithOrWithoutTheTarget) {
  // The target stands between the inputs: its place is remembered.
  const Table training =
      table_of({numbers("bill", {1, 5}), words("species", {"x", "y"}), words("island", {"a", "b"})});
  const Encoder encoder = fit(training, {"species"});
  const Table without = table_of({numbers("column_1", {5}), words("column_2", {"a"})});
  EXPECT_EQ(encoded(encoder, without), (Rows<double>{{1, 1, 0}}));
  const Table with = table_of({numbers("column_1", {5}), words("column_2", {"y"}), words("column_3", {"a"})});
  EXPECT_EQ(encoded(encoder, with), (Rows<double>{{1, 1, 0}}));
  EXPECT_EQ(encoded_targets(encoder, with), (Rows<double>{{1}}));
  EXPECT_EQ(report_of<DataError>([&] { encoded_targets(encoder, without); }).what,
            "the target column \"species\" is missing");

  Encoder forgetful = encoder;  // places unknown: the target is the last column
  forgetful.target.positions.clear();
  const Table last = table_of({numbers("column_1", {5}), words("column_2", {"a"}), words("column_3", {"y"})});
  EXPECT_EQ(encoded(forgetful, last), (Rows<double>{{1, 1, 0}}));
}

TEST(EncodeInputs, ATableWithoutHeaderOfAnotherWidthIsRefused) {
  const Encoder encoder = fit(birds(), {"species"});
  const ErrorText report = report_of<DataError>([&] {
    encoded(encoder, table_of({numbers("column_1", {5}), words("column_2", {"a"}), words("column_3", {"a"}),
                               words("column_4", {"a"})}));
  });
  EXPECT_EQ(report.what, "a table without column names does not have the columns of the training table");
  EXPECT_EQ(report.expected, "2 columns (bill, island), or 3 with the target");
  EXPECT_EQ(report.got, "4 columns");
}

TEST(EncodeInputs, TrainedWithoutHeaderAFileWithoutItsFirstColumnTheTargetIsMatchedByPlace) {
  const Table training =
      table_of({words("column_1", {"x", "y"}), numbers("column_2", {1, 5}), numbers("column_3", {10, 30})});
  const Encoder encoder = fit(training, {"column_1"});
  EXPECT_EQ(encoded(encoder, training), (Rows<double>{{-1, -1}, {1, 1}}));
  // column_2 is a name of both tables, but of another column here.
  EXPECT_EQ(encoded(encoder, table_of({numbers("column_1", {5}), numbers("column_2", {10})})),
            (Rows<double>{{1, -1}}));
}

TEST(EncodeInputs, PicturesMatchTablesOfPixelsWithOtherNames) {
  Table training = table_of({numbers("p0", {0, 255}), numbers("p1", {51, 102}), numbers("label", {0, 1})});
  const Encoder encoder = fit(training, {"label"}, {.scaling = Scaling::bytes});
  const Rows<double> features =
      encoded(encoder, table_of({numbers("pixel_1", {255}), numbers("pixel_2", {51})}));
  EXPECT_DOUBLE_EQ(features[0][0], 1);
  EXPECT_DOUBLE_EQ(features[0][1], 0.2);
}

TEST(WantedKinds, AreThoseOfTheInputsAndOfTheTargetsWhenWanted) {
  using Kinds = std::vector<std::optional<ColumnKind>>;
  const Encoder encoder = fit(birds(), {"species"});
  const std::vector<std::string> names = {"species", "comment", "island", "bill"};
  EXPECT_EQ(wanted_kinds(encoder, names, TargetsWanted::no),
            (Kinds{std::nullopt, std::nullopt, ColumnKind::category, ColumnKind::numeric}));
  EXPECT_EQ(wanted_kinds(encoder, names, TargetsWanted::yes),
            (Kinds{ColumnKind::category, std::nullopt, ColumnKind::category, ColumnKind::numeric}));
  const std::vector<std::string> without_header = {"column_1", "column_2"};
  EXPECT_EQ(wanted_kinds(encoder, without_header, TargetsWanted::yes),
            (Kinds{ColumnKind::numeric, ColumnKind::category}));
  const std::vector<std::string> wrong = {"bill", "islnd"};
  EXPECT_EQ(report_of<DataError>([&] { wanted_kinds(encoder, wrong, TargetsWanted::no); }).advice,
            "rename the column \"islnd\" if it is the same");
}

TEST(WantedKinds, ClassesThatAreNumbersAreReadAsNumbers) {
  const Table table =
      table_of({numbers("x", {1.5, 2, 1.5, 2}), words("k", {"1", "2", "1", "2"}), numbers("n", {0, 1, 1, 0}),
                numbers("r", {1, 2.5, 3, 4}), words("w", {"1", "b", "1", "b"})});
  const std::vector<std::string> names = {"x", "k", "n", "r", "w"};
  const auto kind_of_target = [&](std::size_t place) {
    Schema schema = make_schema(table, {.targets = {names[place]}});
    return wanted_kinds(fit_encoder(table, schema, all_rows(table), {}), names, TargetsWanted::yes)[place];
  };
  EXPECT_EQ(kind_of_target(1), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(2), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(3), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(4), ColumnKind::category);
  const Encoder labels = fit(table, {"n", "w"});
  EXPECT_EQ(labels.target.task, Task::multi_label);
  const auto kinds = wanted_kinds(labels, names, TargetsWanted::yes);
  EXPECT_EQ(kinds[2], ColumnKind::numeric);
  EXPECT_EQ(kinds[4], ColumnKind::category);
}

// --- fitting -----------------------------------------------------------------------------------------------

TEST(FitEncoder, SeesTheTrainingRowsOnly) {
  // Rows 0 and 1 train: 2 and 6. Row 2 brings a number far away, a new word and missing cells elsewhere.
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

TEST(FitEncoder, PicturesAreScaledAsBytesAndKeepTheirShape) {
  Table table =
      table_of({numbers("pixel_1", {0, 0, 255}), numbers("pixel_2", {0, 0, 0}), numbers("label", {0, 1, 1})});
  table.columns[0].is_bytes = table.columns[1].is_bytes = true;
  table.picture_rows = 2;
  table.picture_columns = 1;
  const Encoder encoder = fit(table, {"label"});
  EXPECT_EQ(encoder.inputs[0].scaling, Scaling::bytes);
  EXPECT_EQ(encoder.picture_rows, 2u);
  EXPECT_EQ(encoder.picture_columns, 1u);
  EXPECT_EQ(encoded(encoder, table)[2], (std::vector<double>{1, 0}));
  const Schema cut = make_schema(table, {.targets = {"label"}, .ignored = {"pixel_1"}});
  EXPECT_EQ(fit_encoder(table, cut, all_rows(table), {}).picture_rows, 0u);
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
  // Fitted on three rows, most words are unknown.
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
  const Encoder encoder = fit_encoder(table, schema, rows, {});
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

// --- targets -----------------------------------------------------------------------------------------------

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

TEST(EncodeTargets, MultiLabelIsOneOutputALabel) {
  const Table table =
      table_of({numbers("x", {1, 2, 3}), numbers("red", {0, 1, 0}), words("round", {"yes", "no", "yes"})});
  const Encoder encoder = fit(table, {"red", "round"});
  ASSERT_EQ(encoder.target.task, Task::multi_label);
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"red", "round"}));
  EXPECT_EQ(encoder.target.class_values, (std::vector<std::string>{"0", "1", "no", "yes"}));
  EXPECT_EQ(encoded_targets<float>(encoder, table), (Rows<float>{{0, 1}, {1, 0}, {0, 1}}));
  EXPECT_THROW(target_classes(encoder, table, all_rows(table)), StateError);
}

TEST(FitEncoder, ARareLabelMayBeAbsentFromTheTrainingRows) {
  const Table table =
      table_of({numbers("x", {1, 2, 3}), numbers("a", {0, 0, 1}), words("b", {"no", "no", "yes"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"a", "b"}), rows, {});
  EXPECT_EQ(encoded_targets(encoder, table), (Rows<double>{{0, 0}, {0, 0}, {1, 1}}));
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

TEST(FitEncoder, ARegressionTargetThatDoesNotVaryHasFactorOne) {
  const Table table = table_of({numbers("x", {1, 2, 3}), numbers("y", {4, 4, 7.5})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const Encoder encoder = fit_encoder(table, schema_for(table, {"y"}), rows, {});
  EXPECT_EQ(encoder.target.factor, (std::vector<double>{1}));  // output / factor + offset stays finite
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

TEST(EncodeTargets, AMissingTargetColumnIsAnErrorWithTheNearestName) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[2].name = "Specie";
  const ErrorText report = report_of<DataError>([&] { encoded_targets(encoder, table); });
  EXPECT_EQ(report.what, "the target column \"species\" is missing");
  EXPECT_EQ(report.advice, "rename the column \"Specie\" if it is the same");
}

TEST(FitEncoder, TrainingRowsOfOneClassAreRefused) {
  const Table table = table_of({numbers("x", {1, 2, 3}), words("y", {"a", "a", "b"})});
  const std::vector<std::uint32_t> rows = {0, 1};
  const ErrorText report =
      report_of<DataError>([&] { fit_encoder(table, schema_for(table, {"y"}), rows, {}); });
  EXPECT_EQ(report.what, "the training rows have 1 class of the target \"y\"");
  EXPECT_EQ(report.got, "\"a\"");
}

TEST(FitEncoder, NicerClassNamesGoInTheOrderOfTheValues) {
  const Table table = table_of({numbers("x", {1.5, 2, 3}), numbers("y", {1, 0, 1})});
  const Encoder encoder = fit(table, {"y"}, {.class_names = {"ham", "spam"}});
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"ham", "spam"}));
  EXPECT_EQ(encoder.target.class_values, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(encoded_targets(encoder, table), (Rows<double>{{1}, {0}, {1}}));
}

TEST(FitEncoder, ClassNamesOfAnotherLengthOrTwiceTheSameAreRefused) {
  const Table table =
      table_of({numbers("x", {1.5, 2, 3}), numbers("y", {1, 0, 1}), numbers("r", {1.5, 2.5, 3})});
  const ErrorText report = report_of<DataError>([&] {
    fit(table, {"y"}, {.class_names = {"ham", "spam", "eggs"}});
  });
  EXPECT_EQ(report.what, "there are 3 class names for 2 classes");
  EXPECT_EQ(report.expected, "a name for each of \"0\", \"1\"");
  EXPECT_THROW(fit(table, {"y"}, {.class_names = {"ham", "ham"}}), DataError);
  EXPECT_THROW(fit(table, {"r"}, {.class_names = {"ham"}}), DataError);
}

// --- the tables shipped with the project -------------------------------------------------------------------

Table example(const std::string& name) {
  return read_table(real_file_system(), std::string(CHAINRULE_SOURCE_DIR "/examples/data/") + name);
}

TEST(FitEncoder, PenguinsBecomeFifteenFeatures) {
  const Table table = example("penguins.csv");
  const Encoder encoder = fit(table, {"species"});
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"Adelie", "Chinstrap", "Gentoo"}));
  const std::vector<std::string> expected = {"island=Biscoe",
                                             "island=Dream",
                                             "island=Torgersen",
                                             "bill_length_mm",
                                             "bill_length_mm missing",
                                             "bill_depth_mm",
                                             "bill_depth_mm missing",
                                             "flipper_length_mm",
                                             "flipper_length_mm missing",
                                             "body_mass_g",
                                             "body_mass_g missing",
                                             "sex=female",
                                             "sex=male",
                                             "sex missing",
                                             "year"};
  EXPECT_EQ(encoder.feature_names(), expected);
  EncodeReport report;
  const Rows<double> features = encoded(encoder, table, &report);
  EXPECT_EQ(report.missing_cells, 4u * 2 + 11);
  for (std::size_t f = 0; f < encoder.features(); ++f) {
    double sum = 0;
    for (const std::vector<double>& row : features)
      sum += row[f];
    if (expected[f] == "island=Biscoe") {
      EXPECT_EQ(sum, 168);
    } else if (expected[f] == "sex missing") {
      EXPECT_EQ(sum, 11);
    } else if (expected[f] == "body_mass_g") {
      EXPECT_NEAR(sum, 0, 1e-10);
    }
  }
}

TEST(EncodeInputs, PenguinsReadInChunksGiveTheSameFeaturesAsTheWholeTable) {
  const Table table = example("penguins.csv");
  const Encoder encoder = fit(table, {"species"});
  const Rows<double> whole = encoded(encoder, table);
  const std::unique_ptr<TableReader> reader =
      open_table(real_file_system(), CHAINRULE_SOURCE_DIR "/examples/data/penguins.csv", {});
  const auto kinds = wanted_kinds(encoder, reader->layout().column_names, TargetsWanted::no);
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
