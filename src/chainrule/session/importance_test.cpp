#include "chainrule/session/importance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/training.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::penguins;
using testing_support::train_quietly;

constexpr std::size_t kRows = 400;

// One linear unit over columns of these encodings; the squared error of one number.
Model linear_model(std::vector<ColumnEncoding> inputs, std::vector<double> weights) {
  Model model;
  model.encoder.inputs = std::move(inputs);
  model.encoder.target = {.task = Task::regression, .columns = {"y"}, .offset = {0}, .factor = {1}};
  model.network.layers = {make_dense(weights.size(), 1, Activation::identity)};
  Parameters<double> parameters(weights.begin(), weights.end());
  parameters.push_back(0);  // the bias
  model.parameters = std::move(parameters);
  model.loss.kind = Loss::mean_squared_error;
  return model;
}

std::span<const double> parameters_of(const Model& model) {
  return std::get<Parameters<double>>(model.parameters);
}

double number(std::size_t row, std::size_t column) {
  return random_uniform({.seed = 5, .purpose = RandomPurpose::generator}, row * 8 + column);
}

Dataset<double> uniform_numbers(std::size_t columns) {
  Dataset<double> data{.inputs = Matrix<double>(kRows, columns), .targets = Matrix<double>(kRows, 1)};
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t c = 0; c < columns; ++c)
      data.inputs(r, c) = number(r, c);
  }
  return data;
}

const ColumnImportance& column_of(const Importance& importance, const std::string& name) {
  return *std::ranges::find(importance.columns, name, &ColumnImportance::column);
}

std::vector<std::string> names_of(const Importance& importance) {
  std::vector<std::string> names;
  for (const ColumnImportance& one : importance.columns)
    names.push_back(one.column);
  return names;
}

Importance measure(const Model& model, const Dataset<double>& data, std::span<const double> weights = {},
                   const Compute& compute = {}) {
  return measure_importance<double>(compute, model, parameters_of(model), data, weights, 1);
}

// y = x: the loss is 0, and with x shuffled it is the mean of (x - x')^2, twice the variance 1/12 of x.
TEST(Importance, AColumnThatAloneDecidesHasAllOfIt) {
  const Model model = linear_model({{.name = "a"}, {.name = "x"}, {.name = "b"}}, {0, 1, 0});
  Dataset<double> data = uniform_numbers(3);
  for (std::size_t r = 0; r < kRows; ++r)
    data.targets(r, 0) = data.inputs(r, 1);
  const Importance importance = measure(model, data);
  EXPECT_EQ(importance.rows, kRows);
  EXPECT_EQ(importance.all_rows, kRows);
  EXPECT_EQ(importance.input_columns, 3u);
  EXPECT_EQ(importance.loss, 0);
  ASSERT_EQ(names_of(importance), (std::vector<std::string>{"x", "a", "b"}));
  const ColumnImportance& x = importance.columns[0];
  EXPECT_NEAR(x.loss_rise, 2.0 / 12, 0.02);
  EXPECT_NEAR(x.error_rise, std::sqrt(2.0 / 12), 0.03) << "the rmse";
  EXPECT_GT(x.loss_spread, 0);
  EXPECT_TRUE(x.is_beyond_chance());
  for (const char* const unused : {"a", "b"}) {
    EXPECT_EQ(column_of(importance, unused).loss_rise, 0);
    EXPECT_EQ(column_of(importance, unused).loss_spread, 0);
    EXPECT_FALSE(column_of(importance, unused).is_beyond_chance());
  }
}

// The network adds a noise column, which the targets know nothing of: shuffled or not, the loss is the same
// on average. Of 200 such columns, about one is beyond chance.
TEST(Importance, AUselessColumnThatIsUsedStaysWithinChance) {
  const Model model = linear_model({{.name = "x"}, {.name = "noise"}}, {1, 0.5});
  Dataset<double> data = uniform_numbers(2);
  for (std::size_t r = 0; r < kRows; ++r)
    data.targets(r, 0) = data.inputs(r, 0) + 0.2 * number(r, 7);
  int beyond = 0;
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    // Other rows for each seed, since the loss of the rows as they are counts for all shuffles.
    for (std::size_t r = 0; r < kRows; ++r)
      data.inputs(r, 1) = number(r + kRows * (seed + 1), 1);
    const Importance importance = measure_importance<double>({}, model, parameters_of(model), data, {}, seed);
    beyond += column_of(importance, "noise").is_beyond_chance() ? 1 : 0;
    mean += column_of(importance, "noise").loss_rise / 200;
    EXPECT_TRUE(column_of(importance, "x").is_beyond_chance());
  }
  EXPECT_LE(beyond, 4);
  EXPECT_NEAR(mean, 0, 0.0005) << "the loss is about 0.05";
}

// The features of a category move together: if each moved alone, a row could have two categories or none.
TEST(Importance, ACategoryIsOneColumnWithAllItsFeatures) {
  const ColumnEncoding city{.name = "city",
                            .kind = ColumnKind::category,
                            .words = {"a", "b", "c"},
                            .missing_feature = MissingFeature::present};
  const ColumnEncoding age{.name = "age", .missing_feature = MissingFeature::present};
  ASSERT_EQ(city.features(), 4u);
  ASSERT_EQ(age.features(), 2u);
  // The unit counts the categories of a row: 1, whatever they are. Only the flag of a missing age counts.
  const Model model = linear_model({city, age}, {1, 1, 1, 1, 0, 3});
  Dataset<double> data{.inputs = Matrix<double>(kRows, 6), .targets = Matrix<double>(kRows, 1)};
  for (std::size_t r = 0; r < kRows; ++r) {
    data.inputs(r, r % 4) = 1;
    data.inputs(r, 5) = r % 3 == 0 ? 1 : 0;
    data.targets(r, 0) = 1 + 3 * data.inputs(r, 5);
  }
  const Importance importance = measure(model, data);
  ASSERT_EQ(importance.columns.size(), 2u);
  EXPECT_EQ(column_of(importance, "city").loss_rise, 0);
  // The flag is another one in 2 * 1/3 * 2/3 of the rows, at a squared error of 9.
  EXPECT_NEAR(column_of(importance, "age").loss_rise, 4, 0.4);
  EXPECT_TRUE(column_of(importance, "age").is_beyond_chance());
}

// Half of the rows follow another law. With next to no weight they neither count nor lend their cells.
TEST(Importance, RowsCountByTheirWeights) {
  const Model model = linear_model({{.name = "x"}, {.name = "z"}}, {1, 0});
  Dataset<double> data = uniform_numbers(2), half = data;
  std::vector<double> weights;
  for (std::size_t r = 0; r < kRows; ++r) {
    const bool counts = r % 2 == 0;
    weights.push_back(counts ? 2 : 1e-9);
    if (!counts) data.inputs(r, 0) = 1000;
    data.targets(r, 0) = counts ? data.inputs(r, 0) : -5000;
    data.row_weights.push_back(weights.back());
  }
  const Importance importance = measure(model, data, weights);
  EXPECT_NEAR(importance.loss, 0, 0.1);
  EXPECT_NEAR(column_of(importance, "x").loss_rise, 2.0 / 12, 0.03);
  EXPECT_EQ(column_of(importance, "z").loss_rise, 0);

  // Equal weights change nothing.
  for (std::size_t r = 0; r < kRows; ++r)
    half.targets(r, 0) = half.inputs(r, 0);
  const Importance without = measure(model, half);
  half.row_weights.assign(kRows, 2);
  EXPECT_NEAR(measure(model, half, std::vector<double>(kRows, 2)).columns[0].loss_rise,
              without.columns[0].loss_rise, 1e-12);
}

TEST(Importance, OfManyColumnsThoseThatMatterAreMeasured) {
  std::vector<ColumnEncoding> inputs;
  std::vector<double> weights;
  for (int c = 0; c < 8; ++c) {
    inputs.push_back({.name = "x" + std::to_string(c)});
    weights.push_back(c == 5 ? 2 : c == 6 ? 1 : 0);
  }
  const Model model = linear_model(std::move(inputs), std::move(weights));
  Dataset<double> data = uniform_numbers(8);
  for (std::size_t r = 0; r < kRows; ++r)
    data.targets(r, 0) = 2 * data.inputs(r, 5) + data.inputs(r, 6);
  RowsOfNetwork<double> all{.network = &model.network, .parameters = parameters_of(model)};
  all.rows.resize(kRows);
  std::iota(all.rows.begin(), all.rows.end(), 0U);
  const std::span<const RowsOfNetwork<double>> networks(&all, 1);
  ImportanceLimits limits{.rows = 150, .columns = 2, .screening_rows = 50};
  const Importance importance = measure_importance<double>({}, model, networks, data, {}, 1, limits);
  EXPECT_EQ(names_of(importance), (std::vector<std::string>{"x5", "x6"}));
  EXPECT_EQ(importance.input_columns, 8u);
  EXPECT_EQ(importance.screening_rows, 50u);
  EXPECT_EQ(importance.rows, 150u);
  EXPECT_EQ(importance.all_rows, kRows);
  // 9 parameters: 2 columns, 5 shuffles and 110 rows are 9,900 products; 8 columns and 20 rows 1,440.
  limits.products = 9900;
  EXPECT_EQ(measure_importance<double>({}, model, networks, data, {}, 1, limits).rows, 110u);
  limits.products = 1400;
  EXPECT_TRUE(measure_importance<double>({}, model, networks, data, {}, 1, limits).columns.empty());
}

TEST(Importance, EachNetworkPredictsItsRows) {
  const Model first = linear_model({{.name = "x"}}, {1}), second = linear_model({{.name = "x"}}, {-1});
  Dataset<double> data = uniform_numbers(1);
  RowsOfNetwork<double> even{.network = &first.network, .parameters = parameters_of(first)},
      odd{.network = &second.network, .parameters = parameters_of(second)};
  for (std::uint32_t r = 0; r < kRows; ++r) {
    (r % 2 == 0 ? even : odd).rows.push_back(r);
    data.targets(r, 0) = (r % 2 == 0 ? 1 : -1) * data.inputs(r, 0);
  }
  const std::vector<RowsOfNetwork<double>> networks = {even, odd};
  const Importance importance = measure_importance<double>(
      {}, first, std::span<const RowsOfNetwork<double>>(networks), data, {}, 1, {.rows = 300});
  EXPECT_EQ(importance.rows, 300u);
  EXPECT_EQ(importance.loss, 0);
  EXPECT_NEAR(importance.columns.at(0).loss_rise, 2.0 / 12, 0.03);
}

TEST(Importance, OneRowHasNone) {
  const Model model = linear_model({{.name = "x"}}, {1});
  const Dataset<double> data{.inputs = Matrix<double>(1, 1), .targets = Matrix<double>(1, 1)};
  EXPECT_TRUE(measure(model, data).columns.empty());
}

// --- of trained models ---------------------------------------------------------------------------------------

std::string text_of(const Importance& importance) {
  std::string text = format_number(importance.loss) + " " + format_number(importance.error);
  for (const ColumnImportance& one : importance.columns)
    text += " " + one.column + " " + format_number(one.loss_rise) + " " + format_number(one.loss_spread) +
            " " + format_number(one.error_rise);
  return text;
}

TEST(ImportanceOfTraining, HasTheSameBitsOnAnyNumberOfThreads) {
  TrainRequest request = penguins();
  request.members = 3;
  request.hidden = {6};
  request.stopping = {.epochs = 15, .patience = 5};
  request.reasons = MeasureReasons::yes;
  const TrainOutcome alone = train_quietly(request);
  ASSERT_TRUE(alone.reasons.has_value());
  const Importance& importance = alone.reasons->importance;
  EXPECT_EQ(importance.columns.size(), alone.model.encoder.inputs.size());
  // The score of the training has other epochs and another vote for each fold.
  EXPECT_NEAR(importance.loss, alone.held_out->loss, 0.1 * alone.held_out->loss);
  EXPECT_NEAR(importance.error, 1 - alone.held_out->accuracy, 0.02);
  EXPECT_TRUE(importance.columns.front().is_beyond_chance());
  ThreadPool pool(3);
  const TrainOutcome others = train_on_table(real_file_system(), {.pool = &pool}, request, {});
  EXPECT_EQ(text_of(others.reasons->importance), text_of(importance));
}

// A column of noise, as good as any on the training rows, does not help on others.
TEST(ImportanceOfTraining, NoiseIsNotImportantOnRowsThatWereNotTrainedOn) {
  const auto table = [](std::uint64_t first, std::uint64_t rows) {
    std::string text = "x,noise,also_noise,y\n";
    for (std::uint64_t r = first; r < first + rows; ++r) {
      const double x = number(r, 0);
      text += format_number(x) + "," + format_number(number(r, 1)) + "," + format_number(number(r, 2)) + "," +
              (number(r, 3) < x ? "yes" : "no") + "\n";
    }
    return text;
  };
  TrainRequest request;
  request.data.path = file_of("t.csv", table(0, 300));
  request.schema.targets = {"y"};
  request.hidden = {16};
  request.stopping = {.epochs = 60, .patience = 60};
  const Model model = train_quietly(request).model;
  const DataSource others{.path = file_of("others.csv", table(5000, 1000))};
  EXPECT_TRUE(evaluate_file(real_file_system(), {}, model, others).importance.columns.empty());
  const Importance importance =
      evaluate_file(real_file_system(), {}, model, others, std::nullopt, MeasureReasons::yes).importance;
  ASSERT_EQ(importance.columns.size(), 3u);
  EXPECT_EQ(importance.columns.front().column, "x");
  EXPECT_TRUE(importance.columns.front().is_beyond_chance());
  EXPECT_FALSE(column_of(importance, "noise").is_beyond_chance());
  EXPECT_FALSE(column_of(importance, "also_noise").is_beyond_chance());
}

TEST(ImportanceOfTraining, KnownRowsAreNoted) {
  const Model model = train_quietly(penguins()).model;
  const Evaluation evaluation =
      evaluate_file(real_file_system(), {}, model, penguins().data, std::nullopt, MeasureReasons::yes);
  EXPECT_TRUE(std::ranges::any_of(evaluation.notes, [](const Message& note) {
    return note.text().find("shows what the model uses") != std::string::npos;
  }));
}

}  // namespace
}  // namespace chainrule
