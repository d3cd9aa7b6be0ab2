#include "chainrule/data/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/table_reader.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

// Values 0, 1, ..., distinct-1, 0, 1, ... over `rows` rows.
std::vector<double> cycle(std::size_t rows, std::size_t distinct) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i)
    values.push_back(static_cast<double>(i % distinct));
  return values;
}

std::vector<std::string> word_cycle(std::size_t rows, std::size_t distinct) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < rows; ++i)
    cells.push_back("w" + std::to_string(i % distinct));
  return cells;
}

// An input without anything odd.
Column plain_input(std::size_t rows) {
  std::vector<double> values = cycle(rows, std::max<std::size_t>(2, rows / 2));
  for (double& value : values)
    value += 0.5;
  return numbers("x", values);
}

std::vector<ColumnRole> roles(const Schema& schema) {
  std::vector<ColumnRole> all;
  for (const SchemaColumn& column : schema.columns)
    all.push_back(column.role);
  return all;
}

bool has_note(const Schema& schema, const std::string& note) {
  return std::ranges::find(schema.notes, note) != schema.notes.end();
}

Task task_of(const Column& target) {
  return make_schema(table_of({plain_input(target.rows()), target}), {.targets = {target.name}}).task;
}

// --- summaries ---------------------------------------------------------------------------------------------

TEST(SummariseColumn, NumbersHaveRangeMeanAndDeviation) {
  const ColumnSummary s = summarise_column(numbers("x", {2, 4, 4, kMissing, 4, 5, 5, 7, 9}));
  EXPECT_EQ(s.name, "x");
  EXPECT_EQ(s.missing, 1u);
  EXPECT_EQ(s.distinct, 5u);
  EXPECT_EQ(s.minimum, 2);
  EXPECT_EQ(s.maximum, 9);
  EXPECT_EQ(s.mean, 5);
  EXPECT_EQ(s.standard_deviation, 2);  // derived in column_statistics_test.cpp
  EXPECT_FALSE(s.is_constant);
  EXPECT_FALSE(s.looks_like_identifier);
}

TEST(SummariseColumn, WordsAreCountedAndTheCommonestFirst) {
  const ColumnSummary s =
      summarise_column(words("w", {"d", "b", "b", "", "a", "c", "c", "c", "e", "f", "g"}));
  EXPECT_EQ(s.missing, 1u);
  EXPECT_EQ(s.distinct, 7u);
  const std::vector<std::pair<std::string, std::size_t>> expected = {
      {"c", 3}, {"b", 2}, {"a", 1}, {"d", 1}, {"e", 1}};
  EXPECT_EQ(s.most_common, expected);
}

TEST(SummariseColumn, DistinctNumbersAreCountedExactlyTo100000AndThenNoMore) {
  std::vector<double> values;
  for (int i = 0; i < 100000; ++i)
    values.push_back(i * 0.5);
  values.push_back(0);
  values.push_back(-0.0);
  EXPECT_EQ(summarise_column(numbers("x", values)).distinct, 100000u);
  for (int i = 0; i < 50; ++i)
    values.push_back(-1.5 - i);
  EXPECT_EQ(summarise_column(numbers("x", values)).distinct, 100001u);
}

TEST(SummariseColumn, ConstantIsAtMostOneValuePresent) {
  EXPECT_TRUE(summarise_column(numbers("x", {3, kMissing, 3})).is_constant);
  EXPECT_TRUE(summarise_column(numbers("x", {kMissing})).is_constant);
  EXPECT_TRUE(summarise_column(words("x", {"a", "a", ""})).is_constant);
  EXPECT_FALSE(summarise_column(words("x", {"a", "b"})).is_constant);
}

TEST(SummariseTable, IsOneSummaryAColumn) {
  const std::vector<ColumnSummary> all =
      summarise_table(table_of({numbers("x", {1, 2}), words("w", {"a", "b"})}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "w");
  EXPECT_EQ(all[1].kind, ColumnKind::category);
}

// --- dates -------------------------------------------------------------------------------------------------

TEST(SummariseColumn, DatesAndTimesAreRecognised) {
  for (const std::string word : {"2024-01-31",
                                 "2024-1-3",
                                 "2024/01/31",
                                 "2024.01.31",
                                 "2024-01",
                                 "2024/01",
                                 "31/01/2024",
                                 "01/31/2024",
                                 "1/2/24",
                                 "31.1.2024",
                                 "31-01-2024",
                                 "12-31-2024",
                                 "2024-01-31T12:00",
                                 "2024-01-31T12:00:05Z",
                                 "2024-01-31 12:00:05.250",
                                 "2024-01-31T12:00:05+01:00",
                                 "2024-01-31 23:59:59-0530",
                                 "31/01/2024 8:15",
                                 "12:30",
                                 "12:30:15",
                                 "9:05 PM",
                                 "Jan 5, 2024",
                                 "January 5 2024",
                                 "Jan. 5, 2024",
                                 "5 Jan 2024",
                                 "05-Jan-2024",
                                 "5 September 2024",
                                 "Jan 2024",
                                 " 2024-01-31 "}) {
    EXPECT_TRUE(summarise_column(words("w", {word, "", word})).looks_like_date) << word;
  }
}

TEST(SummariseColumn, OtherWordsAreNoDates) {
  for (const std::string word : {"Dream",
                                 "2024-13-01",
                                 "2024-01-32",
                                 "32/01/2024",
                                 "31/31/2024",
                                 "2024.01",
                                 "1.2.3",
                                 "10.0.0.1",
                                 "16:9",
                                 "25:00",
                                 "12:60",
                                 "12:30:61",
                                 "Mayor 5, 2024",
                                 "Jan 32, 2024",
                                 "Jan",
                                 "may",
                                 "2024-01-31x",
                                 "2024-01/31",
                                 "A-12-2024",
                                 "12:30h",
                                 "1-2",
                                 "3/4",
                                 "2024-01-31 noon",
                                 "",
                                 "-",
                                 "555-1234",
                                 "01-02-3"}) {
    EXPECT_FALSE(summarise_column(words("w", {word, "other"})).looks_like_date) << word;
    EXPECT_FALSE(summarise_column(words("w", {word})).looks_like_date) << word;
  }
}

TEST(SummariseColumn, NineTenthsOfTheCellsPresentMakeAColumnOfDates) {
  std::vector<std::string> cells(9, "2024-01-31");
  cells.push_back("unknown");
  cells.push_back("");
  EXPECT_TRUE(summarise_column(words("w", cells)).looks_like_date);  // 9 of 10
  cells.push_back("never");
  EXPECT_FALSE(summarise_column(words("w", cells)).looks_like_date);  // 9 of 11
}

TEST(MakeSchema, DatesAmongTheInputsAreRefusedWithAdvice) {
  const Table table = table_of(
      {words("sold on", {"", "2024-01-31", "2024-02-01"}), plain_input(3), words("y", {"a", "b", "a"})});
  const ErrorReport report = report_of<DataError>([&] { make_schema(table, {.targets = {"y"}}); });
  EXPECT_EQ(report.what, "the column \"sold on\" holds dates or times");
  EXPECT_EQ(report.where, "t.csv:3:1");
  EXPECT_EQ(report.got, "\"2024-01-31\"");
  EXPECT_EQ(report.advice,
            "leave it out with --ignore \"sold on\", or split it into numbers such as year, month, weekday");
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .ignored = {"sold on"}}).columns[0].role,
            ColumnRole::ignored);
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"sold on"}}).columns[0].role, ColumnRole::input);
}

// --- identifiers -------------------------------------------------------------------------------------------

TEST(SummariseColumn, CountersOfTwentyRowsAreIdentifiers) {
  std::vector<double> counter = cycle(20, 20);
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  std::ranges::reverse(counter);
  for (double& value : counter)
    value += 1000;  // in any order, from any start
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("x", cycle(19, 19))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("x", cycle(20, 19))).looks_like_identifier);  // 0 twice
  std::vector<double> gap = cycle(20, 20);
  gap[19] = 20;
  EXPECT_FALSE(summarise_column(numbers("x", gap)).looks_like_identifier);
  std::vector<double> halves = cycle(20, 20);
  halves[5] = 5.5;
  EXPECT_FALSE(summarise_column(numbers("x", halves)).looks_like_identifier);
  std::vector<double> holes = cycle(21, 21);
  holes[20] = kMissing;
  EXPECT_FALSE(summarise_column(numbers("x", holes)).looks_like_identifier);
}

TEST(SummariseColumn, LongCountersAreIdentifiersToo) {
  std::vector<double> counter = cycle(150000, 150000);  // beyond the exact count of distinct values
  EXPECT_TRUE(summarise_column(numbers("x", counter)).looks_like_identifier);
  counter[7] = 8;  // 8 twice, 7 never: the same range
  EXPECT_FALSE(summarise_column(numbers("x", counter)).looks_like_identifier);
}

TEST(SummariseColumn, DistinctIntegersWithATellingNameAreIdentifiers) {
  for (const std::string name : {"id", "ID", "Index", "row", "rowid", "no", "nr", "number", "key", "uuid",
                                 "Unnamed: 0", "", "row_id", "Customer_ID"}) {
    EXPECT_TRUE(summarise_column(numbers(name, {10, 7, 99})).looks_like_identifier) << name;
  }
  for (const std::string name : {"width", "idea", "paid", "unnamed: 1", "rows"}) {
    EXPECT_FALSE(summarise_column(numbers(name, {10, 7, 99})).looks_like_identifier) << name;
  }
  EXPECT_FALSE(summarise_column(numbers("id", {10, 7, 10})).looks_like_identifier);
  EXPECT_FALSE(summarise_column(numbers("id", {10, 7.5, 9})).looks_like_identifier);
}

TEST(SummariseColumn, WordsOfWhichNoTwoAreEqualAreIdentifiers) {
  EXPECT_TRUE(summarise_column(words("name", word_cycle(20, 20))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(words("name", word_cycle(19, 19))).looks_like_identifier);
  EXPECT_FALSE(summarise_column(words("name", word_cycle(21, 20))).looks_like_identifier);
  std::vector<std::string> cells = word_cycle(20, 20);
  cells.push_back("");
  EXPECT_FALSE(summarise_column(words("name", cells)).looks_like_identifier);
}

TEST(MakeSchema, IdentifiersAreIgnoredWithANoteUnlessKept) {
  const Table table =
      table_of({numbers("rowid", cycle(20, 20)), plain_input(20), words("y", word_cycle(20, 2))});
  const Schema schema = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(roles(schema), (std::vector{ColumnRole::ignored, ColumnRole::input, ColumnRole::target}));
  EXPECT_TRUE(has_note(
      schema,
      "ignored \"rowid\": it looks like an identifier (every value occurs once); use --keep rowid to "
      "keep it."));
  EXPECT_EQ(schema.columns[0].note, "looks like an identifier");
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"rowid"}}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, ConstantColumnsAreIgnoredWithANoteUnlessKept) {
  const Table table = table_of({numbers("c", {7, 7, kMissing}), plain_input(3), words("y", {"a", "b", "a"})});
  const Schema schema = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::ignored);
  EXPECT_TRUE(has_note(schema, "ignored \"c\": it holds one value only or none; use --keep c to keep it."));
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"c"}}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, PicturesKeepTheirConstantPixels) {
  Table table =
      table_of({numbers("pixel_1", {0, 0, 0}), numbers("pixel_2", {0, 9, 8}), numbers("label", {0, 1, 1})});
  table.columns[0].is_bytes = table.columns[1].is_bytes = true;
  table.picture_rows = 1;
  table.picture_columns = 2;
  EXPECT_EQ(make_schema(table, {}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, CategoriesWithTooManyWordsAreIgnoredWithANoteUnlessKept) {
  const Table table =
      table_of({words("town", word_cycle(24, 12)), plain_input(24), words("y", word_cycle(24, 2))});
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .max_words = 12}).columns[0].role, ColumnRole::input);
  const Schema schema = make_schema(table, {.targets = {"y"}, .max_words = 11});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::ignored);
  EXPECT_TRUE(
      has_note(schema, "ignored \"town\": it has more than 11 different words; use --keep town to keep it."));
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"town"}, .max_words = 11}).columns[0].role,
            ColumnRole::input);
}

TEST(MakeSchema, ManyIgnoredColumnsShareANote) {
  std::vector<Column> columns = {plain_input(3), words("y", {"a", "b", "a"})};
  for (int c = 1; c <= 5; ++c)
    columns.push_back(numbers("c" + std::to_string(c), {1, 1, 1}));
  const Schema schema = make_schema(table_of(columns), {.targets = {"y"}});
  EXPECT_TRUE(has_note(
      schema,
      "ignored 5 columns: they hold one value only or none (\"c1\", \"c2\", \"c3\", ...); use --keep "
      "COLUMN to keep one."));
}

// --- targets -----------------------------------------------------------------------------------------------

TEST(MakeSchema, TheLastColumnThatIsNotIgnoredIsTheDefaultTarget) {
  const Table table = table_of({plain_input(4), words("y", word_cycle(4, 2)), numbers("z", {1.5, 2, 3, 4})});
  const Schema last = make_schema(table, {});
  EXPECT_EQ(last.columns[2].role, ColumnRole::target);
  EXPECT_TRUE(has_note(last, "the target is \"z\", the last column; use --target COLUMN for another."));
  const Schema before = make_schema(table, {.ignored = {"z"}});
  EXPECT_EQ(before.columns[1].role, ColumnRole::target);
  EXPECT_EQ(before.columns[2].note, "as asked");
  const Schema named = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(named.notes, (std::vector<std::string>{"the task is binary: \"y\" has 2 different words."}));
}

TEST(MakeSchema, UnknownColumnsAreErrorsWithTheNearestName) {
  const Table table = table_of({plain_input(4), words("species", word_cycle(4, 2))});
  EXPECT_EQ(report_of<DataError>([&] { make_schema(table, {.targets = {"specie"}}); }).advice,
            "did you mean \"species\"?");
  EXPECT_THROW(make_schema(table, {.targets = {"species"}, .ignored = {"nothing"}}), DataError);
  EXPECT_THROW(make_schema(table, {.targets = {"species"}, .kept = {"nothing"}}), DataError);
}

TEST(MakeSchema, AColumnHasOneRole) {
  const Table table = table_of({plain_input(4), words("y", word_cycle(4, 2))});
  EXPECT_THROW(make_schema(table, {.targets = {"y"}, .ignored = {"y"}}), UsageError);
  EXPECT_THROW(make_schema(table, {.targets = {"y"}, .ignored = {"x"}, .kept = {"x"}}), UsageError);
  EXPECT_THROW(make_schema(table, {.targets = {"y", "y"}}), UsageError);
}

TEST(MakeSchema, TooFewRowsAreRefused) {
  EXPECT_EQ(report_of<DataError>([] {
              make_schema(table_of({numbers("x", {}), words("y", {})}), {});
            }).what,
            "the table has no rows");
  EXPECT_EQ(report_of<DataError>([] {
              make_schema(table_of({numbers("x", {1}), words("y", {"a"})}), {});
            }).what,
            "the table has one row only");
}

TEST(MakeSchema, ATargetWithoutTwoValuesIsRefused) {
  const ErrorReport missing = report_of<DataError>([] {
    make_schema(table_of({plain_input(3), numbers("y", {kMissing, kMissing, kMissing})}), {});
  });
  EXPECT_EQ(missing.what, "the target \"y\" is missing in every row");
  EXPECT_EQ(missing.where, "t.csv:2:2");
  EXPECT_EQ(missing.got, "3 missing cells");
  const ErrorReport constant = report_of<DataError>([] {
    make_schema(table_of({plain_input(3), words("y", {"", "Adelie", "Adelie"})}), {});
  });
  EXPECT_EQ(constant.what, "the target \"y\" has one value only: there is nothing to learn");
  EXPECT_EQ(constant.where, "t.csv:3:2");
  EXPECT_EQ(constant.got, "\"Adelie\" in 2 rows");
}

TEST(MakeSchema, WithoutInputsThereIsNothingToLearnFrom) {
  const ErrorReport report = report_of<DataError>([] {
    make_schema(table_of({numbers("n", cycle(20, 20)), words("y", word_cycle(20, 2))}), {.targets = {"y"}});
  });
  EXPECT_EQ(report.what, "no input column is left");
  EXPECT_EQ(report.advice, "use --keep n if it is a real input");
  const Table one = table_of({words("y", {"a", "b"})});
  EXPECT_THROW(make_schema(one, {}), DataError);
  EXPECT_THROW(make_schema(one, {.ignored = {"y"}}), DataError);
}

TEST(MakeSchema, PicturesWithoutLabelsAreRefused) {
  Table table = table_of({numbers("pixel_1", {0, 5}), numbers("pixel_2", {0, 9})});
  table.picture_rows = 2;
  table.picture_columns = 1;
  EXPECT_EQ(report_of<DataError>([&] { make_schema(table, {}); }).what, "the pictures have no labels");
}

// --- tasks -------------------------------------------------------------------------------------------------

TEST(MakeSchema, WordsAreClasses) {
  EXPECT_EQ(task_of(words("y", word_cycle(10, 2))), Task::binary);
  EXPECT_EQ(task_of(words("y", word_cycle(10, 3))), Task::classes);
}

TEST(MakeSchema, FewIntegersAreClassesAndOtherNumbersAreRegression) {
  EXPECT_EQ(task_of(numbers("y", cycle(4, 2))), Task::binary);
  EXPECT_EQ(task_of(numbers("y", {1, 2, 2, 1})), Task::binary);
  EXPECT_EQ(task_of(numbers("y", {0.5, 1.5, 0.5, 1.5})), Task::regression);
  EXPECT_EQ(task_of(numbers("y", cycle(30, 3))), Task::classes);     // 3 of 30: a tenth
  EXPECT_EQ(task_of(numbers("y", cycle(29, 3))), Task::regression);  // more than a tenth
  EXPECT_EQ(task_of(numbers("y", cycle(400, 20))), Task::classes);
  EXPECT_EQ(task_of(numbers("y", cycle(400, 21))), Task::regression);
  std::vector<double> almost = cycle(30, 3);
  almost[4] = 0.5;
  EXPECT_EQ(task_of(numbers("y", almost)), Task::regression);
  std::vector<double> holes = cycle(30, 3);
  holes[4] = kMissing;  // 3 of the 29 present
  EXPECT_EQ(task_of(numbers("y", holes)), Task::regression);
}

TEST(MakeSchema, TheTaskFoundIsExplained) {
  const auto note = [](const Column& target) {
    return make_schema(table_of({plain_input(target.rows()), target}), {.targets = {"y"}}).notes.back();
  };
  EXPECT_EQ(note(words("y", word_cycle(10, 3))), "the task is classes: \"y\" has 3 different words.");
  EXPECT_EQ(note(numbers("y", cycle(10, 2))), "the task is binary: \"y\" has 2 different values, 0 and 1.");
  EXPECT_EQ(note(numbers("y", cycle(30, 3))),
            "the task is classes: \"y\" has 3 different whole numbers; use --task regression to learn it as "
            "an amount.");
  EXPECT_EQ(note(numbers("y", {0.5, 2, 3})), "the task is regression: \"y\" is a column of numbers.");
  EXPECT_EQ(note(words("y", word_cycle(10, 9))), "\"y\" has 9 classes in 10 rows; is it the right target?");
}

TEST(MakeSchema, SeveralTargetsAreLabelsOrNumbers) {
  const Column number = numbers("n", {1, 2.5, 3, 4}), yes = words("w", {"no", "yes", "yes", "no"}),
               bit = numbers("b", {0, 1, 1, 0}), kinds = words("k", {"a", "b", "c", "a"});
  const auto task = [&](const Column& a, const Column& b) {
    return make_schema(table_of({plain_input(4), a, b}), {.targets = {a.name, b.name}}).task;
  };
  EXPECT_EQ(task(yes, bit), Task::multi_label);
  EXPECT_EQ(task(number, bit), Task::regression);
  const ErrorReport mixed = report_of<DataError>([&] { task(number, yes); });
  EXPECT_EQ(mixed.what, "the targets cannot be learned together");
  const ErrorReport words_of_three = report_of<DataError>([&] { task(bit, kinds); });
  EXPECT_EQ(words_of_three.where, "t.csv:2:3");
  EXPECT_EQ(words_of_three.got, "\"k\" with 3 different values: \"a\", \"b\", \"c\"");
}

TEST(MakeSchema, ATaskThatIsGivenIsCheckedAgainstTheTarget) {
  const Column three = words("w", word_cycle(6, 3)), two = words("v", word_cycle(6, 2)),
               number = plain_input(6);
  Column y = number;
  y.name = "y";
  const auto make = [&](const Column& target, Task task) {
    return make_schema(table_of({number, target}), {.targets = {target.name}, .task = task});
  };
  EXPECT_EQ(make(three, Task::classes).task, Task::classes);
  EXPECT_EQ(make(two, Task::classes).task, Task::classes);
  EXPECT_EQ(make(two, Task::multi_label).task, Task::multi_label);
  EXPECT_EQ(make(y, Task::classes).task, Task::classes);
  EXPECT_TRUE(make(two, Task::binary).notes.empty());

  const ErrorReport words_as_numbers = report_of<DataError>([&] { make(three, Task::regression); });
  EXPECT_EQ(words_as_numbers.what, "the target \"w\" does not fit the task regression");
  EXPECT_EQ(words_as_numbers.where, "t.csv:2:2");
  EXPECT_EQ(words_as_numbers.expected, "numbers");
  EXPECT_EQ(words_as_numbers.got, "\"w0\"");
  const ErrorReport three_as_two = report_of<DataError>([&] { make(three, Task::binary); });
  EXPECT_EQ(three_as_two.expected, "two different values");
  EXPECT_EQ(three_as_two.got, "3 different values: \"w0\", \"w1\", \"w2\"");
  EXPECT_EQ(three_as_two.advice, "use --task classes");
  EXPECT_THROW(make(three, Task::multi_label), DataError);
  const ErrorReport two_targets = report_of<DataError>([&] {
    make_schema(table_of({number, two, three}), {.targets = {"v", "w"}, .task = Task::classes});
  });
  EXPECT_EQ(two_targets.got, "2: \"v\", \"w\"");
}

// --- the tables shipped with the project -------------------------------------------------------------------

Table example(const std::string& name) {
  return read_table(real_file_system(), std::string(CHAINRULE_SOURCE_DIR "/examples/data/") + name);
}

TEST(MakeSchema, UnderstandsThePenguins) {
  const Table table = example("penguins.csv");
  EXPECT_EQ(table.rows(), 344u);
  const Schema schema = make_schema(table, {.targets = {"species"}});
  EXPECT_EQ(schema.task, Task::classes);
  for (const SchemaColumn& column : schema.columns) {
    EXPECT_EQ(column.role, column.name == "species" ? ColumnRole::target : ColumnRole::input) << column.name;
    const bool word = column.name == "species" || column.name == "island" || column.name == "sex";
    EXPECT_EQ(column.kind, word ? ColumnKind::category : ColumnKind::numeric) << column.name;
  }
  const ColumnSummary mass = summarise_column(table.columns[table.column_index("body_mass_g")]);
  EXPECT_EQ(mass.missing, 2u);
  EXPECT_NEAR(mass.mean, 4201.754385964912, 1e-9);               // of 342 birds, by Python's statistics.fmean
  EXPECT_NEAR(mass.standard_deviation, 800.781229238452, 1e-9);  // and statistics.pstdev
  EXPECT_EQ(summarise_column(table.columns[table.column_index("sex")]).missing, 11u);
}

TEST(MakeSchema, UnderstandsTheIrisesAndTheDiabetesPatientsWithoutAnyOption) {
  const Schema iris = make_schema(example("iris.csv"), {});
  EXPECT_EQ(iris.task, Task::classes);
  EXPECT_EQ(iris.columns.back().name, "species");
  const Schema diabetes = make_schema(example("diabetes.csv"), {});
  EXPECT_EQ(diabetes.task, Task::regression);
  for (const Schema& schema : {iris, diabetes}) {
    for (const SchemaColumn& column : schema.columns)
      EXPECT_NE(column.role, ColumnRole::ignored) << column.name;
  }
}

}  // namespace
}  // namespace chainrule
