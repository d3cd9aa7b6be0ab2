// Words of tables from training to prediction: what is missing, what is one category, and how it is spelled.
#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/model_file.h"
#include "chainrule/session/inspection.h"
#include "chainrule/session/prediction.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;
using testing_support::train_quietly;

using Words = std::vector<std::string>;

// Rows of a number and a word each, in turn, under the names x and c, with the class that belongs to the
// word.
std::string table_of(const Words& words, std::size_t rows, const Words& classes = {"p", "q"}) {
  std::string text = "x,c,y\n";
  for (std::size_t row = 0; row < rows; ++row) {
    text += std::to_string(row * 7 % 10) + "," + words[row % words.size()] + "," +
            classes[row % words.size() % classes.size()] + "\n";
  }
  return text;
}

TrainRequest request_for(const std::string& text) {
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.stopping.epochs = 3;
  return request;
}

bool has_note(const std::vector<Message>& notes, std::string_view part) {
  return std::ranges::any_of(notes, [part](const Message& note) {
    return note.text(Face::command_line).find(part) != std::string::npos;
  });
}

struct Prediction {
  std::string text;
  EncodeReport report;
};

// By the model as it comes back from its file.
Prediction predict(const Model& model, const std::string& text, ReadOptions read = {}) {
  const Model loaded = model_from_bytes(model_to_bytes(model), "m");
  Prediction prediction;
  prediction.report = predict_file(real_file_system(), {}, loaded,
                                   {.data = {.path = file_of("new.csv", text), .read = std::move(read)}},
                                   [&](std::string_view part) { prediction.text += part; })
                          .report;
  return prediction;
}

// --- missing cells -----------------------------------------------------------------------------------------

TEST(TableWords, AModelReadsTheWordsForMissingCellsAsItsTrainingTable) {
  TrainRequest request = request_for(table_of({"NA", "US", "DE", "None"}, 40));
  request.data.read.column_kinds = {{"c", ColumnKind::category}};
  const Model model = train_quietly(request).model;
  EXPECT_EQ(model.encoder.inputs[1].words, (Words{"DE", "NA", "None", "US"}));
  const Prediction prediction = predict(model, "x,c\n1,NA\n2,None\n,\nNA,US\n");
  EXPECT_EQ(prediction.report.unknown_words, 0u);
  EXPECT_EQ(prediction.report.missing_cells, 3u) << "an empty c, and an x that is empty or NA";
  ReadOptions without_none;
  without_none.missing_words.emplace_back("None");
  EXPECT_EQ(predict(model, "x,c\n1,NA\n2,None\n", without_none).report.missing_cells, 1u);
}

TEST(TableWords, WordsTakenOutStayOutAtPrediction) {
  TrainRequest request = request_for(table_of({"NA", "\"NA\"", "DE", "US"}, 40));
  request.data.read.not_missing = {"\"NA\""};
  const Model in_quotes = train_quietly(request).model;
  EXPECT_EQ(in_quotes.encoder.inputs[1].words, (Words{"DE", "NA", "US"}));
  EXPECT_EQ(predict(in_quotes, "x,c\n1,NA\n2,\"NA\"\n").report.missing_cells, 1u);
  request.data.read.not_missing = {"NA"};
  EXPECT_EQ(predict(train_quietly(request).model, "x,c\n1,NA\n2,\"NA\"\n").report.missing_cells, 0u);
}

TEST(TableWords, AModelWithoutTheNewerWordsReadsThemAsItDid) {
  // As version 0.1.0 wrote it: "none" was a word.
  Model model = train_quietly(request_for(table_of({"high", "low", "medium"}, 40))).model;
  model.encoder.missing_words = {"", "NA"};
  EXPECT_EQ(predict(model, "x,c\n1,none\n2,NA\n").report.unknown_words, 1u);
}

TEST(TableWords, AClassThatCountsAsMissingIsRefusedWithAnAdviceThatWorks) {
  for (const std::string none : {"None", "none", "NA"}) {
    TrainRequest request = request_for(table_of({"a", "b", "c"}, 45, {none, "Mild", "Severe"}));
    const ErrorText report = report_of<DataError>([&] { train_quietly(request); });
    EXPECT_EQ(report.what, "the target \"y\" is missing");
    EXPECT_NE(report.advice.find(".data.read.not_missing = {\"" + none + "\"}"), std::string::npos)
        << report.advice;
    request.data.read.not_missing = {none};
    EXPECT_EQ(train_quietly(request).model.encoder.target.class_names.size(), 3u);
    request.data.read.not_missing.clear();
    request.data.read.column_kinds = {{"y", ColumnKind::category}};
    const Model model = train_quietly(request).model;
    EXPECT_EQ(model.encoder.target.class_names.size(), 3u);
    const DataSource again{.path = request.data.path};
    EXPECT_EQ(evaluate_file(real_file_system(), {}, model, again).metrics.rows, 45u);
  }
}

TEST(TableWords, AValidationTableIsReadLikeTheTrainingTable) {
  TrainRequest request = request_for(table_of({"NA", "US", "DE"}, 30));
  request.data.read.column_kinds = {{"c", ColumnKind::category}};
  request.validation = {.path = file_of("v.csv", table_of({"NA", "US", "DE"}, 9))};
  EXPECT_EQ(train_quietly(request).model.encoder.inputs[1].missing_feature, MissingFeature::absent);
  request.data.read.column_kinds.clear();
  EXPECT_EQ(train_quietly(request).model.encoder.inputs[1].words, (Words{"DE", "US"}));
}

// --- spellings ---------------------------------------------------------------------------------------------

TEST(TableWords, TruthValuesAreOneCategoryInTrainingAndPrediction) {
  TrainRequest request = request_for(
      table_of({"TRUE", "false", "True", "FALSE", "true", "False", "true", "false"}, 48, {"Yes", "no"}));
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_EQ(outcome.model.encoder.inputs[1].words, (Words{"false", "true"}));
  EXPECT_TRUE(has_note(outcome.notes, "\"c\" spells its truth values in 6 ways"));
  const Prediction prediction = predict(outcome.model, "x,c\n1,tRUE\n2,F\n3,true\n4,yes\n");
  EXPECT_EQ(prediction.report.respelled_words, 2u);
  EXPECT_NE(prediction.report.first_respelled.find("c \"tRUE\" as \"true\" at "), std::string::npos);
  EXPECT_EQ(prediction.report.unknown_words, 1u);
}

TEST(TableWords, ClassesOfTruthValuesAreTwo) {
  const Words spellings = {"yes", "NO", "Yes", "no", "yes", "no"};
  TrainRequest request = request_for(table_of({"a", "b", "c", "d", "e", "f"}, 60, spellings));
  const Model model = train_quietly(request).model;
  EXPECT_EQ(model.encoder.target.class_names, (Words{"no", "yes"}));
  EXPECT_EQ(evaluate_file(real_file_system(), {}, model, {.path = request.data.path}).metrics.rows, 60u);
}

TEST(TableWords, CodesAreOneWithAndWithoutDecimals) {
  TrainRequest request = request_for(table_of({"1", "2", "3"}, 42));
  request.data.read.column_kinds = {{"c", ColumnKind::category}};
  const Model model = train_quietly(request).model;
  const Prediction plain = predict(model, "x,c\n5,1\n6,2\n"), floats = predict(model, "x,c\n5,1.0\n6,2.0\n");
  EXPECT_EQ(plain.text, floats.text);
  EXPECT_EQ(plain.report.respelled_words, 0u);
  EXPECT_EQ(floats.report.respelled_words, 2u);
  EXPECT_EQ(floats.report.unknown_words, 0u);
  EXPECT_EQ(predict(model, "x,c\n5,01\n").report.unknown_words, 1u);
}

TEST(TableWords, AWordThatDiffersOnlyInCaseIsReported) {
  const Model model = train_quietly(request_for(table_of({"male", "female", "New York"}, 42))).model;
  const Prediction prediction = predict(model, "x,c\n5,Male\n6,newyork\n7,other\n");
  EXPECT_EQ(prediction.report.unknown_words, 3u);
  EXPECT_EQ(prediction.report.similar_words, 2u);
  EXPECT_NE(prediction.report.first_similar.find("c \"Male\" (known: \"male\") at "), std::string::npos);
}

TEST(TableWords, ClassesThatDifferOnlyInCaseAreReported) {
  const TrainOutcome outcome =
      train_quietly(request_for(table_of({"a", "b", "c"}, 45, {"setosa", "Setosa", "virginica"})));
  EXPECT_EQ(outcome.model.encoder.target.class_names.size(), 3u);
  EXPECT_TRUE(has_note(outcome.notes,
                       "\"y\" has categories that differ only in case or blanks: \"Setosa\" (15) and "
                       "\"setosa\" (15)"));
}

// --- many categories ---------------------------------------------------------------------------------------

// Row r has the word w(r mod 20), and every third row a word of its own, far down the table.
std::string towns(std::size_t rows) {
  std::string text = "x,town,y\n";
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t town = row % 3 == 0 ? 1000 + row : row % 20;
    text += std::to_string(row % 7) + ",w" + std::to_string(town) + (row % 2 == 0 ? ",p\n" : ",q\n");
  }
  return text;
}

TEST(TableWords, RareCategoriesShareAFeatureWithUnknownOnes) {
  for (const std::size_t rows : {std::size_t{900}, std::size_t{60'000}}) {
    TrainRequest request = request_for(towns(rows));
    request.stopping.epochs = 1;
    request.hidden = {2};
    const TrainOutcome outcome = train_quietly(request);
    const ColumnEncoding& town = outcome.model.encoder.inputs[1];
    EXPECT_EQ(town.words.size(), 99u);
    EXPECT_EQ(town.other_feature, OtherFeature::present);
    EXPECT_EQ(town.features(), 100u);
    EXPECT_TRUE(std::ranges::count(town.words, "w1") == 1 && std::ranges::count(town.words, "w19") == 1);
    EXPECT_TRUE(
        has_note(outcome.notes, "\"town\" has " + format_count(20 + rows / 3) + " different categories"));
    const std::vector<std::string> names = outcome.model.encoder.feature_names();
    EXPECT_EQ(names.back(), "town other");
    const Prediction prediction = predict(outcome.model, "x,town\n1,Atlantis\n1,w1898\n1,w1\n");
    EXPECT_EQ(prediction.report.unknown_words, 0u) << "they are others";
    const std::vector<std::string> lines = split_text(prediction.text, '\n');
    EXPECT_EQ(lines[1], lines[2]);
  }
}

// --- names as they are -------------------------------------------------------------------------------------

TEST(TableWords, ClassesArePredictedAsTheTableSpellsThem) {
  const std::vector<Words> spellings = {
      {"100000", "200000", "123457"}, {"1.10", "1.25", "10.50"}, {"a b", "A-1", "é"}};
  for (const Words& classes : spellings) {
    TrainRequest request = request_for(table_of({"a", "b", "c"}, 90, classes));
    request.schema.task = Task::classes;
    request.stopping.epochs = 60;
    const Model model = train_quietly(request).model;
    Words sorted = classes;
    std::ranges::sort(sorted);
    Words names = model.encoder.target.class_names;
    std::ranges::sort(names);
    EXPECT_EQ(names, sorted);
    const Words lines = split_text(predict(model, "x,c\n1,a\n1,b\n1,c\n").text, '\n');
    EXPECT_EQ(Words(lines.begin() + 1, lines.begin() + 4), classes);
    EXPECT_EQ(evaluate_file(real_file_system(), {}, model, {.path = request.data.path}).metrics.accuracy,
              1.0);
  }
}

TEST(TableWords, DescribeSaysWhatTrainingWould) {
  const std::string path = file_of("t.csv", table_of({"NA", "US", "DE", "us"}, 40));
  const TableDescription description = describe_table(real_file_system(), {.path = path}, {});
  ASSERT_TRUE(description.schema);
  EXPECT_TRUE(has_note(description.schema->notes, "10 cells \"NA\" count as missing"));
  EXPECT_TRUE(
      has_note(description.schema->notes, "differ only in case or blanks: \"US\" (10) and \"us\" (10)"));
}

}  // namespace
}  // namespace chainrule
