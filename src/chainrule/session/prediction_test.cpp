#include "chainrule/session/prediction.h"

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/open_table.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::penguins;
using testing_support::report_of;
using testing_support::train_quietly;

const Model& penguin_model() {
  static const Model model = train_quietly(penguins()).model;
  return model;
}

std::string predict(const Model& model, PredictRequest request) {
  std::string text;
  predict_file(real_file_system(), {}, model, request, [&](std::string_view part) { text += part; });
  return text;
}

TEST(PredictFile, AnswersRowsWithUnknownWordsAndMissingCells) {
  const std::string path =
      file_of("new.csv",
              "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
              "Atlantis,39.1,18.7,181,3750,male,2007\n"
              "Biscoe,,,,,,\n"
              "Biscoe,50.0,16.3,230,5700,male,2007\n");
  PredictRequest request{.data = {.path = path}};
  std::string text;
  const PredictSummary summary = predict_file(real_file_system(), {}, penguin_model(), request,
                                              [&](std::string_view part) { text += part; });
  const std::vector<std::string> lines = split_text(text, '\n');
  ASSERT_EQ(lines.size(), 5u);  // header, three rows, nothing after the last line end
  EXPECT_EQ(lines[0], "species");
  EXPECT_EQ(lines[1], "Adelie");
  EXPECT_EQ(lines[3], "Gentoo");
  EXPECT_EQ(summary.rows, 3u);
  EXPECT_EQ(summary.report.unknown_words, 1u);
  EXPECT_EQ(summary.report.missing_cells, 6u);
  EXPECT_NE(summary.report.first_unknown.find("Atlantis"), std::string::npos);
}

TEST(PredictFile, ChunksDoNotChangeTheOutput) {
  const PredictRequest whole{.data = {.path = example("penguins.csv")},
                             .probabilities = Probabilities::append};
  PredictRequest pieces = whole;
  pieces.rows_at_once = 7;
  const std::string text = predict(penguin_model(), whole);
  EXPECT_EQ(predict(penguin_model(), pieces), text);
  EXPECT_EQ(split_text(text, '\n').size(), 346u);
  EXPECT_EQ(split_text(text, '\n')[0], "species,probability Adelie,probability Chinstrap,probability Gentoo");
}

TEST(PredictFile, TopListsTheMostProbableClasses) {
  const std::string text = predict(penguin_model(), {.data = {.path = example("penguins.csv")}, .top = 2});
  const std::vector<std::string> lines = split_text(text, '\n');
  EXPECT_EQ(lines[0], "top 1,probability 1,top 2,probability 2");
  const std::vector<std::string> cells = split_text(lines[1], ',');
  EXPECT_EQ(cells[0], "Adelie");
  EXPECT_GT(*parse_double(cells[1]), *parse_double(cells[3]));
}

TEST(PredictFile, PassthroughKeepsEachRowAsItWas) {
  const std::string path =
      file_of("new.tsv",
              "note\tisland\tbill_length_mm\tbill_depth_mm\tflipper_length_mm\tbody_mass_g\tsex\t"
              "year\tspecies\n\"a\tb\"\tBiscoe\t50.00\t16.3\t230\t5700\tmale\t2007\t?\n");
  const std::string text = predict(penguin_model(), {.data = {.path = path}, .echo = RowEcho::passthrough});
  EXPECT_EQ(
      text,
      "note\tisland\tbill_length_mm\tbill_depth_mm\tflipper_length_mm\tbody_mass_g\tsex\tyear\tspecies\t"
      "predicted species\n\"a\tb\"\tBiscoe\t50.00\t16.3\t230\t5700\tmale\t2007\t?\tGentoo\n");
}

TEST(PredictFile, OptionsThatDoNotFitTheTaskAreRefused) {
  TrainRequest request;
  request.data.path = example("diabetes.csv");
  request.stopping.epochs = 1;
  const Model model = train_quietly(request).model;
  const DataSource data{.path = example("diabetes.csv")};
  EXPECT_THROW(predict(model, {.data = data, .probabilities = Probabilities::append}), UsageError);
  EXPECT_THROW(predict(model, {.data = data, .top = 2}), UsageError);
}

TEST(PredictFile, AMissingColumnNamesItAndTheNearest) {
  const std::string path =
      file_of("new.csv",
              "island,bill_lenght_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
              "Biscoe,1,2,3,4,male,2007\n");
  const ErrorText report = report_of<DataError>([&] { predict(penguin_model(), {.data = {.path = path}}); });
  EXPECT_NE((report.what + report.where + report.expected + report.got).find("bill_length_mm"),
            std::string::npos);
  EXPECT_NE((report.advice + report.got).find("bill_lenght_mm"), std::string::npos);
}

TEST(FirstRows, AreReadAsTrainingReadThem) {
  Model model = penguin_model();
  model.encoder.missing_words = {"unknown"};
  const std::string path = file_of("new.csv",
                                   "note,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,"
                                   "sex,year\nx,Biscoe,unknown,2,3,4,male,2007\ny,Dream,1,2,3,4,male,2007\n");
  const Table table = first_rows(real_file_system(), model, {.path = path}, 1);
  EXPECT_EQ(table.lines.size(), 1u);
  EXPECT_TRUE(table.columns[0].codes.empty());  // not read by the model
  EXPECT_TRUE(table.columns[2].is_missing(0));
}

TEST(PredictTable, ProbabilitiesSumToOneAndTheClassIsTheLargest) {
  const Table table = read_table(real_file_system(), example("penguins.csv"));
  const Predictions predictions = predict_table({}, penguin_model(), table);
  for (std::size_t r = 0; r < table.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      sum += predictions.values(r, c);
      EXPECT_LE(predictions.values(r, c), predictions.values(r, predictions.classes[r]));
    }
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST(PredictTable, BinaryGivesBothProbabilities) {
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string((i * 17) % 60) + ".5," + ((i * 17) % 60 < 30 ? "low\n" : "top\n");
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  const Model model = train_quietly(request).model;
  const Predictions predictions = predict_table({}, model, read_table(real_file_system(), request.data.path));
  ASSERT_EQ(predictions.values.columns(), 2u);
  EXPECT_NEAR(predictions.values(0, 0) + predictions.values(0, 1), 1, 1e-12);
  EXPECT_EQ(predictions.classes[0], 0u);  // x = 0.5: low
}

// y = x / 10 on 0 ... 59; a linear network in float. With kept outliers, 1e38 leaves float's range on its
// way.
Model linear_model(Outliers outliers) {
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string((i * 17) % 60) + ".5," + std::to_string((i * 17) % 60) + "\n";
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.hidden = {};
  request.validation_share = 0;
  request.encoder.outliers = outliers;
  return train_quietly(request).model;
}

constexpr const char* kOneBadRow = "x\n1\n2e38\n3\n-2e38\n5\n";

TEST(PredictFile, ARowWithoutAFinitePredictionIsLeftEmptyAndCounted) {
  Model model = linear_model(Outliers::keep);
  model.encoder.inputs[0].factor = 1e3;  // 2e41 is beyond float
  PredictRequest request{.data = {.path = file_of("new.csv", kOneBadRow)}, .rows_at_once = 2};
  std::string text;
  const PredictSummary summary =
      predict_file(real_file_system(), {}, model, request, [&text](std::string_view part) { text += part; });
  EXPECT_EQ(summary.rows, 5u);
  EXPECT_EQ(summary.unanswered, 2u);
  EXPECT_EQ(summary.first_unanswered, request.data.path + ":3:1");
  std::vector<std::string> lines = split_text(text, '\n');
  ASSERT_EQ(lines.size(), 7u) << text;
  EXPECT_NE(lines[1], "");
  EXPECT_EQ(lines[2], "");
  EXPECT_NE(lines[3], "");
  EXPECT_EQ(lines[4], "");
  // The other rows are what they are alone.
  const std::string alone = file_of("alone.csv", "x\n1\n3\n5\n");
  EXPECT_EQ(predict(model, {.data = {.path = alone}}),
            lines[0] + "\n" + lines[1] + "\n" + lines[3] + "\n" + lines[5] + "\n");
  request.faulty_row = FaultyRow::refuse;
  EXPECT_THROW(predict(model, request), DataError);
  request = {.data = request.data, .echo = RowEcho::passthrough};
  EXPECT_NE(predict(model, request).find("2e38,\n"), std::string::npos);
}

TEST(PredictFile, AFarNumberIsClippedAndReported) {
  const Model model = linear_model(Outliers::clip);
  const PredictRequest request{.data = {.path = file_of("new.csv", kOneBadRow)}};
  std::string text;
  const PredictSummary summary =
      predict_file(real_file_system(), {}, model, request, [&text](std::string_view part) { text += part; });
  EXPECT_EQ(summary.unanswered, 0u);
  ASSERT_EQ(summary.report.far.size(), 1u);
  EXPECT_EQ(summary.report.far[0].cells, 2u);
  const std::string bounds = file_of("bounds.csv", "x\n1\n59.5\n3\n0.5\n5\n");
  EXPECT_EQ(text, predict(model, {.data = {.path = bounds}}));
}

TEST(EvaluateFile, RowsWithoutAFinitePredictionAreLeftOutAndCounted) {
  Model model = linear_model(Outliers::keep);
  model.encoder.inputs[0].factor = 1e3;
  const Evaluation evaluation = evaluate_file(
      real_file_system(), {}, model, {.path = file_of("e.csv", "x,y\n1,1\n2e38,2\n3,3\n-2e38,4\n5,5\n")});
  EXPECT_EQ(evaluation.metrics.rows, 3u);
  EXPECT_EQ(evaluation.unanswered, 2u);
  const Evaluation alone =
      evaluate_file(real_file_system(), {}, model, {.path = file_of("f.csv", "x,y\n1,1\n3,3\n5,5\n")});
  EXPECT_EQ(evaluation.metrics.rmse, alone.metrics.rmse);
}

TEST(EvaluateFile, SeesWhatTrainingSaw) {
  TrainRequest request = penguins();
  request.validation_share = 0;
  request.stopping.patience = 0;
  request.stopping.epochs = 5;
  const TrainOutcome outcome = train_quietly(request);
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, outcome.model, request.data);
  EXPECT_EQ(evaluation.metrics.accuracy, outcome.training.accuracy);
  EXPECT_EQ(evaluation.metrics.loss, outcome.training.loss);
  EXPECT_EQ(evaluation.metrics.confusion, outcome.training.confusion);
}

TEST(EvaluateFile, AShortTableIsTypedAsTheModelKnows) {
  // One row: by itself, "year" and "sex" could be of any kind; -99 counts as missing because it did in
  // training.
  TrainRequest request = penguins();
  request.data.read.missing_words.push_back("-99");
  request.stopping.epochs = 20;
  const Model model = train_quietly(request).model;
  const std::string path =
      file_of("one.csv",
              "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
              "Gentoo,Biscoe,50,16.3,230,5700,-99,2007\n");
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, model, {.path = path});
  EXPECT_EQ(evaluation.metrics.rows, 1u);
  EXPECT_EQ(evaluation.report.missing_cells, 1u);
  EXPECT_EQ(evaluation.report.unknown_words, 0u);
}

TEST(EvaluateFile, AClassNeverSeenInTrainingIsNamedWithItsPlace) {
  const std::string path =
      file_of("one.csv",
              "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
              "Emperor,Biscoe,50,16.3,230,5700,male,2007\n");
  const ErrorText report =
      report_of<DataError>([&] { evaluate_file(real_file_system(), {}, penguin_model(), {.path = path}); });
  EXPECT_NE(report.where.find("one.csv:2:1"), std::string::npos) << report.where;
}

}  // namespace
}  // namespace chainrule
