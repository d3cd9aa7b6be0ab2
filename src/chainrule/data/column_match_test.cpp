#include "chainrule/data/column_match.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

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

TEST(EncodeInputs, ATableWithoutHeaderIsMatchedByPlaceWithOrWithoutTheTarget) {
  // The target is between the inputs: its place is remembered.
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

TEST(EncodeInputs, AFileWithoutHeaderAndTargetIsMatchedByPlace) {
  const Table training =
      table_of({words("column_1", {"x", "y"}), numbers("column_2", {1, 5}), numbers("column_3", {10, 30})});
  const Encoder encoder = fit(training, {"column_1"});
  EXPECT_EQ(encoded(encoder, training), (Rows<double>{{-1, -1}, {1, 1}}));
  // column_2 is a name in both tables, but for another column here.
  EXPECT_EQ(encoded(encoder, table_of({numbers("column_1", {5}), numbers("column_2", {10})})),
            (Rows<double>{{1, -1}}));
}

TEST(EncodeInputs, ImagesMatchTablesOfPixelsWithOtherNames) {
  Table training = table_of({numbers("p0", {0, 255}), numbers("p1", {51, 102}), numbers("label", {0, 1})});
  const Encoder encoder = fit(training, {"label"}, {.scaling = Scaling::bytes});
  const Rows<double> features =
      encoded(encoder, table_of({numbers("pixel_1", {255}), numbers("pixel_2", {51})}));
  EXPECT_DOUBLE_EQ(features[0][0], 1);
  EXPECT_DOUBLE_EQ(features[0][1], 0.2);
}

TEST(EncodeTargets, AMissingTargetColumnIsAnErrorWithTheNearestName) {
  const Encoder encoder = fit(birds(), {"species"});
  Table table = birds();
  table.columns[2].name = "Specie";
  const ErrorText report = report_of<DataError>([&] { encoded_targets(encoder, table); });
  EXPECT_EQ(report.what, "the target column \"species\" is missing");
  EXPECT_EQ(report.advice, "rename the column \"Specie\" if it is the same");
}

TEST(WantedKinds, AreThoseOfTheInputsAndOfTheTargetsWhenWanted) {
  using Kinds = std::vector<std::optional<ColumnReading>>;
  const Encoder encoder = fit(birds(), {"species"});
  const std::vector<std::string> names = {"species", "comment", "island", "bill"};
  EXPECT_EQ(wanted_readings(encoder, names, TargetsWanted::no),
            (Kinds{std::nullopt, std::nullopt, ColumnKind::category, ColumnKind::numeric}));
  EXPECT_EQ(wanted_readings(encoder, names, TargetsWanted::yes),
            (Kinds{ColumnKind::category, std::nullopt, ColumnKind::category, ColumnKind::numeric}));
  const std::vector<std::string> without_header = {"column_1", "column_2"};
  EXPECT_EQ(wanted_readings(encoder, without_header, TargetsWanted::yes),
            (Kinds{ColumnKind::numeric, ColumnKind::category}));
  const std::vector<std::string> wrong = {"bill", "islnd"};
  EXPECT_EQ(report_of<DataError>([&] { wanted_readings(encoder, wrong, TargetsWanted::no); }).advice,
            "rename the column \"islnd\" if it is the same");
}

TEST(WantedKinds, ClassesThatAreNumbersAreReadAsNumbers) {
  const Table table =
      table_of({numbers("x", {1.5, 2, 1.5, 2}), words("k", {"1", "2", "1", "2"}), numbers("n", {0, 1, 1, 0}),
                numbers("r", {1, 2.5, 3, 4}), words("w", {"1", "b", "1", "b"})});
  const std::vector<std::string> names = {"x", "k", "n", "r", "w"};
  const auto kind_of_target = [&](std::size_t place) {
    Schema schema = make_schema(table, {.targets = {names[place]}});
    return wanted_readings(fit_encoder(table, schema, all_rows(table), {}), names, TargetsWanted::yes)[place];
  };
  EXPECT_EQ(kind_of_target(1), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(2), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(3), ColumnKind::numeric);
  EXPECT_EQ(kind_of_target(4), ColumnKind::category);
  const Encoder labels = fit(table, {"n", "w"});
  EXPECT_EQ(labels.target.task, Task::multi_label);
  const auto kinds = wanted_readings(labels, names, TargetsWanted::yes);
  EXPECT_EQ(kinds[2], ColumnKind::numeric);
  EXPECT_EQ(kinds[4], ColumnKind::category);
}

TEST(NoteOnPlaces, NamesTheOrderOfATableWithoutNames) {
  const Encoder encoder = fit(birds(), {"species"});
  const std::vector<std::string> numbered = {"column_1", "column_2", "column_3"};
  const auto note = note_on_places(encoder, numbered, "t.csv");
  ASSERT_TRUE(note);
  EXPECT_NE(note->text().find("matched by their place"), std::string::npos) << note->text();
  EXPECT_FALSE(note_on_places(encoder, column_names(birds()), "t.csv"));
}

TEST(WantedKinds, WhatStandsInTheTargetsPlaceMustBeATarget) {
  const Table training = table_of({numbers("w", {1, 5, 7}), numbers("y", {2.5, 4, 6})});
  const Encoder encoder = fit(training, {"y"});
  const std::vector<std::string> numbered = {"column_1", "column_2"};
  const auto kinds = wanted_readings(encoder, numbered, TargetsWanted::no);
  ASSERT_TRUE(kinds[1]);
  EXPECT_EQ(kinds[1]->kind, ColumnKind::numeric);
}

}  // namespace
}  // namespace chainrule
