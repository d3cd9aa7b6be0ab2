#include "chainrule/data/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/column_summary.h"
#include "chainrule/data/open_table.h"
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

// An unremarkable input.
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
  const std::vector<std::string> notes = texts_of(schema.notes, Face::cpp);
  return std::ranges::find(notes, note) != notes.end();
}

TEST(MakeSchema, DatesAmongTheInputsAreRefusedWithAdvice) {
  const Table table = table_of(
      {words("sold on", {"", "2024-01-31", "2024-02-01"}), plain_input(3), words("y", {"a", "b", "a"})});
  const ErrorText report = report_of<DataError>([&] { make_schema(table, {.targets = {"y"}}); });
  EXPECT_EQ(report.what, "the column \"sold on\" holds dates or times");
  EXPECT_EQ(report.where, "t.csv:3:1");
  EXPECT_EQ(report.got, "\"2024-01-31\"");
  EXPECT_EQ(report.advice,
            "leave it out with .schema.ignored = {\"sold on\"}, or split it into numbers such as year, "
            "month, weekday");
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .ignored = {"sold on"}}).columns[0].role,
            ColumnRole::ignored);
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"sold on"}}).columns[0].role, ColumnRole::input);
}

// --- identifiers -------------------------------------------------------------------------------------------

TEST(MakeSchema, IdentifiersAreIgnoredWithANoteUnlessKept) {
  const Table table =
      table_of({numbers("rowid", cycle(20, 20)), plain_input(20), words("y", word_cycle(20, 2))});
  const Schema schema = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(roles(schema), (std::vector{ColumnRole::ignored, ColumnRole::input, ColumnRole::target}));
  EXPECT_TRUE(has_note(schema,
                       "ignored \"rowid\": it looks like an identifier (every value occurs once); use "
                       ".schema.kept = {\"rowid\"} to "
                       "keep it."));
  EXPECT_EQ(schema.columns[0].note, "looks like an identifier");
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"rowid"}}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, ConstantColumnsAreIgnoredWithANoteUnlessKept) {
  const Table table = table_of({numbers("c", {7, 7, kMissing}), plain_input(3), words("y", {"a", "b", "a"})});
  const Schema schema = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::ignored);
  EXPECT_TRUE(has_note(
      schema, "ignored \"c\": it holds only one value or none; use .schema.kept = {\"c\"} to keep it."));
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"c"}}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, ImagesKeepTheirConstantPixels) {
  Table table =
      table_of({numbers("pixel_1", {0, 0, 0}), numbers("pixel_2", {0, 9, 8}), numbers("label", {0, 1, 1})});
  table.columns[0].is_bytes = table.columns[1].is_bytes = true;
  table.image_rows = 1;
  table.image_columns = 2;
  EXPECT_EQ(make_schema(table, {}).columns[0].role, ColumnRole::input);
}

TEST(MakeSchema, OfTooManyCategoriesTheMostFrequentStayWithANoteUnlessKept) {
  const Table table =
      table_of({words("town", word_cycle(24, 12)), plain_input(24), words("y", word_cycle(24, 2))});
  const Schema all = make_schema(table, {.targets = {"y"}, .max_words = 12});
  EXPECT_EQ(all.columns[0].role, ColumnRole::input);
  EXPECT_EQ(all.columns[0].max_words, 0u);
  const Schema schema = make_schema(table, {.targets = {"y"}, .max_words = 11});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::input);
  EXPECT_EQ(schema.columns[0].max_words, 11u);
  EXPECT_TRUE(has_note(schema,
                       "\"town\" has 12 different categories: the 10 most frequent have a feature each, the "
                       "other 2 (4 cells) share one; use .schema.max_words = N for more, or .schema.kept = "
                       "{\"town\"} for all."));
  const Schema kept = make_schema(table, {.targets = {"y"}, .kept = {"town"}, .max_words = 11});
  EXPECT_EQ(kept.columns[0].role, ColumnRole::input);
  EXPECT_EQ(kept.columns[0].max_words, 0u);
}

TEST(MakeSchema, WithoutALimitCategoriesOfSeveralRowsStay) {
  // 150 towns of two rows each, and 30 more of one.
  std::vector<std::string> towns = word_cycle(300, 150);
  for (int i = 0; i < 30; ++i)
    towns.push_back("alone" + std::to_string(i));
  const Table table = table_of({words("town", towns), plain_input(330), words("y", word_cycle(330, 2))});
  const Schema schema = make_schema(table, {.targets = {"y"}, .max_words = std::nullopt});
  EXPECT_EQ(schema.columns[0].max_words, 151u);
  EXPECT_EQ(make_schema(table, {.targets = {"y"}}).columns[0].max_words, 100u);

  // 20 towns of 15 rows each, and 120 more of one.
  std::vector<std::string> few = word_cycle(300, 20);
  for (int i = 0; i < 120; ++i)
    few.push_back("alone" + std::to_string(i));
  const Table mostly_alone = table_of({words("town", few), plain_input(420), words("y", word_cycle(420, 2))});
  EXPECT_EQ(make_schema(mostly_alone, {.targets = {"y"}, .max_words = std::nullopt}).columns[0].max_words,
            21u);

  const Table all_repeat =
      table_of({words("town", word_cycle(300, 150)), plain_input(300), words("y", word_cycle(300, 2))});
  EXPECT_EQ(make_schema(all_repeat, {.targets = {"y"}, .max_words = std::nullopt}).columns[0].max_words, 0u);
  const Table text =
      table_of({words("text", word_cycle(300, 290)), plain_input(300), words("y", word_cycle(300, 2))});
  EXPECT_EQ(make_schema(text, {.targets = {"y"}, .max_words = std::nullopt}).columns[0].role,
            ColumnRole::ignored);
}

TEST(MakeSchema, FreeTextIsIgnoredUnlessKept) {
  // 22 of 24 words differ.
  const Table table =
      table_of({words("text", word_cycle(24, 22)), plain_input(24), words("y", word_cycle(24, 2))});
  const Schema schema = make_schema(table, {.targets = {"y"}, .max_words = 11});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::ignored);
  EXPECT_TRUE(
      has_note(schema,
               "ignored \"text\": it holds free text or identifiers (almost every word is different); "
               "use .schema.kept = {\"text\"} to keep it."));
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .max_words = 22}).columns[0].role, ColumnRole::input);
  EXPECT_EQ(make_schema(table, {.targets = {"y"}, .kept = {"text"}, .max_words = 11}).columns[0].role,
            ColumnRole::input);
}

TEST(MakeSchema, ACounterIsUsedIfNoOtherInputIsLeft) {
  std::vector<double> counter(30);
  std::iota(counter.begin(), counter.end(), 1.0);
  const Table table = table_of({numbers("x", counter), words("name", word_cycle(30, 30)),
                                numbers("c", std::vector<double>(30, 5)), words("y", word_cycle(30, 2))});
  const Schema schema = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(schema.columns[0].role, ColumnRole::input);
  EXPECT_EQ(schema.columns[1].role, ColumnRole::ignored);
  EXPECT_TRUE(has_note(schema,
                       "\"x\" looks like an identifier (every value occurs once), but it is used: no other "
                       "input is left."));
  const Table with_another =
      table_of({numbers("x", counter), words("k", word_cycle(30, 3)), words("y", word_cycle(30, 2))});
  EXPECT_EQ(make_schema(with_another, {.targets = {"y"}}).columns[0].role, ColumnRole::ignored);
}

TEST(MakeSchema, ManyIgnoredColumnsShareANote) {
  std::vector<Column> columns = {plain_input(3), words("y", {"a", "b", "a"})};
  for (int c = 1; c <= 5; ++c)
    columns.push_back(numbers("c" + std::to_string(c), {1, 1, 1}));
  const Schema schema = make_schema(table_of(columns), {.targets = {"y"}});
  EXPECT_TRUE(
      has_note(schema,
               "ignored 5 columns: they hold only one value or none (\"c1\", \"c2\", \"c3\", ...); use "
               ".schema.kept = {COLUMN} to keep one."));
}

// --- targets -----------------------------------------------------------------------------------------------

TEST(MakeSchema, TheLastColumnThatIsNotIgnoredIsTheDefaultTarget) {
  const Table table = table_of({plain_input(4), words("y", word_cycle(4, 2)), numbers("z", {1.5, 2, 3, 4})});
  const Schema last = make_schema(table, {});
  EXPECT_EQ(last.columns[2].role, ColumnRole::target);
  EXPECT_TRUE(
      has_note(last, "the target is \"z\", the last column; use .schema.targets = {COLUMN} for another."));
  const Schema before = make_schema(table, {.ignored = {"z"}});
  EXPECT_EQ(before.columns[1].role, ColumnRole::target);
  EXPECT_EQ(before.columns[2].note, "as asked");
  const Schema named = make_schema(table, {.targets = {"y"}});
  EXPECT_EQ(named.notes, (std::vector<Message>{"the task is binary: \"y\" has 2 different categories."}));
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

TEST(MakeSchema, WithoutInputsThereIsNothingToLearnFrom) {
  const ErrorText report = report_of<DataError>([] {
    make_schema(table_of({words("n", word_cycle(20, 20)), words("y", word_cycle(20, 2))}),
                {.targets = {"y"}});
  });
  EXPECT_EQ(report.what, "no input column is left");
  EXPECT_EQ(report.advice, "use .schema.kept = {\"n\"} if it is a real input");
  const Table one = table_of({words("y", {"a", "b"})});
  EXPECT_THROW(make_schema(one, {}), DataError);
  EXPECT_THROW(make_schema(one, {.ignored = {"y"}}), DataError);
}

TEST(MakeSchema, ImagesWithoutLabelsAreRefused) {
  Table table = table_of({numbers("pixel_1", {0, 5}), numbers("pixel_2", {0, 9})});
  table.image_rows = 2;
  table.image_columns = 1;
  EXPECT_EQ(report_of<DataError>([&] { make_schema(table, {}); }).what, "the images have no labels");
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
