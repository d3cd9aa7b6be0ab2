// The lessons on the quantity that training minimises.
//
//   regularisation   R(W, b) = (1/N) sum_n L + 1/2 lambda |W|^2: one step in its two parts, then six lambdas
//   two-moons        tanh and softmax: d3 = (yhat - y) / N, d2 = (1 - a1^2) * d3 W2^T, in batches
//
// Data are rows, x [N][2], as in document 003's program. Sources: document 001, lines 249 to 257 (S1.33,
// S1.34); document 003 (S3.35 to S3.38, slips E3.15 to E3.17).
#include "chainrule/course/training_lessons.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson_training.h"
#include "chainrule/course/texts.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/optim/gradient_clipping.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

// The chosen rows, in their order.
PlaneSeries points(std::string name, const Dataset<double>& data,
                   const std::function<bool(std::size_t)>& is_chosen,
                   const std::function<SvgPoint(std::size_t)>& place) {
  PlaneSeries series{.name = std::move(name), .marking = PlaneMarking::points};
  for (std::size_t r = 0; r < data.rows(); ++r) {
    if (is_chosen(r)) series.points.push_back(place(r));
  }
  return series;
}

// The two classes as points, and the predicted class in the plane around them.
PlanePlot decision_plot(std::string title, const TrainedNetwork& trained, const Dataset<double>& data) {
  PlanePlot picture{.title = std::move(title), .x_label = "x1", .y_label = "x2"};
  picture.x_range = {-1.8, 2.8};
  picture.y_range = {-1.4, 1.9};
  picture.region = [trained](double x, double y) {
    const std::vector<double> p = trained.outputs(std::vector<double>{x, y});
    return p[0] > p[1] ? 1 : 2;
  };
  for (const std::size_t k : {0u, 1u}) {
    picture.series.push_back(points(
        std::string(1, static_cast<char>('a' + k)), data,
        [&](std::size_t r) { return data.targets(r, k) == 1; },
        [&](std::size_t r) {
          return SvgPoint{data.inputs(r, 0), data.inputs(r, 1)};
        }));
  }
  return picture;
}

// --- gradients of the mean loss ----------------------------------------------------------------------------

struct LossAndGradient {
  double loss = 0;
  std::vector<double> gradient;
};

// The gradient of the mean loss over all rows, without a penalty.
LossAndGradient loss_and_gradient(const Network& network, std::span<const double> parameters,
                                  const LossOptions& loss, const Dataset<double>& data) {
  const Compute plain{.path = KernelPath::plain};
  Workspace<double> workspace;
  LossScratch<double> scratch;
  LossAndGradient result{.gradient = std::vector<double>(parameters.size())};
  const MatrixView<const double> x = data.inputs.view();
  const MatrixView<const double> a =
      forward<double>(plain, network, parameters, x, Mode::train, {}, workspace);
  Matrix<double> d_output(a.rows, a.columns);
  result.loss = evaluate_loss<double>(plain, loss, workspace.layers.back().z.view(), a, data.targets.view(),
                                      {}, d_output.view(), scratch);
  backward<double>(plain, network, parameters, x, d_output.view(), properties_of(loss.kind).gradient_at,
                   workspace, result.gradient);
  return result;
}

// parameters + factor * gradient
std::vector<double> moved(std::span<const double> parameters, std::span<const double> gradient,
                          double factor) {
  std::vector<double> result(parameters.begin(), parameters.end());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] += factor * gradient[i];
  return result;
}

// Of the weights or of the biases.
double squared_norm(const Network& network, std::span<const double> parameters, ParameterRole role) {
  double sum = 0;
  for (const ParameterSegment& segment : parameter_segments(network)) {
    if (segment.role == role)
      sum += sum_of_squares<double>({}, parameters.subspan(segment.offset, segment.size()));
  }
  return sum;
}

}  // namespace

// --- regularisation ----------------------------------------------------------------------------------------

namespace {

Network sine_network() {
  return make_mlp({.inputs = 1, .hidden = {24}, .outputs = 1, .hidden_activations = {Activation::tanh}});
}

// 16 points of a sine with noise, to learn from.
Dataset<double> noisy_sine() {
  return dataset_of(generate_data(GeneratedData::sine, {.rows = 16, .noise = 0.25}));
}

// The gradient of the mean loss and of the penalty, separately, for a weight of each layer and a bias.
void one_penalised_step(LessonPage& page) {
  const Dataset<double> train_rows = noisy_sine();
  const Network network = sine_network();
  const LossOptions loss{.kind = Loss::mean_squared_error};
  page.heading("regularisation.heading.one_step"_text);
  constexpr double kLambda = 0.1, kRate = 0.05;
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {.seed = 3}, parameters);
  parameters[24] = 0.5;  // the first bias
  const LossAndGradient data_part = loss_and_gradient(network, parameters, loss, train_rows);
  std::vector<double> whole = data_part.gradient;
  const std::vector<ParameterRange> weights = weight_ranges(network);
  const PenaltyOptions penalised{.l2 = kLambda};
  add_penalty_gradient<double>({}, penalised, weights, parameters, whole);
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, i] : {std::pair<std::string, std::size_t>{"w_1", 0}, {"b_1", 24}, {"v_1", 48}}) {
    rows.push_back({name, decimal_text(parameters[i], 4), decimal_text(data_part.gradient[i], 4),
                    decimal_text(whole[i] - data_part.gradient[i], 4), decimal_text(whole[i], 4),
                    decimal_text(parameters[i] - kRate * whole[i], 4)});
  }
  page.table({"regularisation.column.parameter"_text, "word.value"_text, verbatim("dL/d."),
              "regularisation.column.lambda_times_it"_text, verbatim("dR/d."),
              "regularisation.column.after_the_step"_text},
             std::move(rows));
  const double risk = data_part.loss + penalty<double>({}, penalised, weights, parameters);
  page.say("regularisation.risk"_text,
           {decimal_text(kLambda, 2), decimal_text(kRate, 2), decimal_text(data_part.loss, 4),
            decimal_text(risk - data_part.loss, 4), decimal_text(risk, 4)});
}

struct LambdaPictures {
  PlanePlot learned, losses;
};

// Trains with six penalties on large weights and evaluates each on points of the true curve.
LambdaPictures how_large_should_lambda_be(LessonPage& page) {
  const Dataset<double> train_rows = noisy_sine();
  const Dataset<double> others =
      dataset_of(generate_data(GeneratedData::sine, {.rows = 200, .noise = 0, .seed = 7}));
  const Network network = sine_network();
  page.heading("regularisation.heading.how_large"_text);
  page.say("regularisation.sine"_text);
  std::vector<std::vector<std::string>> rows;
  PlanePlot picture{.title = page.pick("regularisation.label.what_was_learned"_text)};
  PlanePlot losses{.title = page.pick("regularisation.label.mean_loss_against_lambda"_text),
                   .x_label = "lambda",
                   .y_label = "",
                   .x_scale = AxisScale::logarithmic,
                   .y_scale = AxisScale::logarithmic};
  losses.series = {{.name = page.pick("regularisation.label.16_learned"_text)},
                   {.name = page.pick("regularisation.label.200_others"_text)}};
  for (const double lambda : {0.0, 0.0001, 0.001, 0.01, 0.1, 1.0}) {
    TrainerOptions options = trainer_options(Loss::mean_squared_error, Optimizer::adam, 0.01, 3000, 0);
    options.penalty.l2 = lambda;
    const TrainedNetwork trained = train_network(network, train_rows, options, {.seed = 3});
    const double learned = trained.loss_on(train_rows), judged = trained.loss_on(others);
    const double squared = squared_norm(network, trained.parameters, ParameterRole::weight);
    rows.push_back({lambda == 0 ? "0" : format_number(lambda), decimal_text(learned, 4),
                    decimal_text(learned + lambda * squared / 2, 4), decimal_text(judged, 4),
                    decimal_text(squared, 3),
                    decimal_text(squared_norm(network, trained.parameters, ParameterRole::bias), 3)});
    if (lambda > 0) {
      losses.series[0].points.push_back({lambda, learned});
      losses.series[1].points.push_back({lambda, judged});
    }
    if (lambda == 0 || lambda == 0.01 || lambda == 1) {
      picture.series.push_back(
          curve_of(format_number(lambda), -std::numbers::pi, std::numbers::pi, [&](double x) {
            return trained.outputs({&x, 1})[0];
          }));
    }
  }
  picture.series.push_back(points(
      page.pick("regularisation.label.points"_text), train_rows, [](std::size_t) { return true; },
      [&](std::size_t r) {
        return SvgPoint{train_rows.inputs(r, 0), train_rows.targets(r, 0)};
      }));
  page.table({verbatim("lambda"), "regularisation.column.mean_loss_learned"_text, verbatim("R"),
              "regularisation.column.mean_loss_others"_text, verbatim("|W|^2"), verbatim("|b|^2")},
             std::move(rows));
  page.say("regularisation.best_between"_text);
  return {std::move(picture), std::move(losses)};
}

}  // namespace

void write_regularisation_lesson(LessonPage& page) {
  page.say("regularisation.intro"_text);
  page.formulas(
      {"R(W, b) = (1/N) sum_n L(y_n, yhat_n) + 1/2 lambda |W|^2,   |W|^2 the sum of all squared weights",
       "W <- W - alpha (dL/dW + lambda W),   b <- b - alpha dL/db"});
  one_penalised_step(page);
  const LambdaPictures pictures = how_large_should_lambda_be(page);
  page.plot("regularisation.picture"_text, {pictures.learned, pictures.losses});
  page.try_next("regularisation.try.few_noisy_rows"_command);
  page.try_next("regularisation.try.no_price"_command);
  page.try_next("regularisation.try.with_one"_command);
}

// --- two moons ---------------------------------------------------------------------------------------------

namespace {

// One step with the correct gradient, and with each of the two slips that change the loss.
void three_slips(LessonPage& page, const Network& network, const Dataset<double>& moons) {
  const LossOptions loss{.kind = Loss::softmax_cross_entropy};
  std::vector<double> parameters(parameter_count(network));
  initialize_parameters<double>(network, {}, parameters);
  page.heading("two-moons.heading.three_slips"_text);
  const LossAndGradient start = loss_and_gradient(network, parameters, loss, moons);
  constexpr double kRate = 0.1;
  const auto loss_after = [&](double factor) {
    return loss_and_gradient(network, moved(parameters, start.gradient, factor), loss, moons).loss;
  };
  page.table({"two-moons.column.step"_text, "word.loss"_text},
             {{page.pick("two-moons.label.before"_text), decimal_text(start.loss, 5)},
              {"d3 = (yhat - y) / N", decimal_text(loss_after(-kRate), 5)},
              {page.pick("two-moons.label.printed_sign"_text), decimal_text(loss_after(kRate), 5)},
              {page.pick("two-moons.label.printed_size"_text),
               decimal_text(loss_after(-kRate * static_cast<double>(moons.rows())), 5)}});
  // Both slips in one number: the norm of the gradient with 1/N, and without.
  const double norm = std::sqrt(sum_of_squares<double>({}, start.gradient));
  page.say("two-moons.printed_sign"_text, {decimal_text(norm * static_cast<double>(moons.rows()), 4),
                                           decimal_text(norm, 4), std::to_string(moons.rows())});
}

}  // namespace

// First the slips, then a run with the correct gradient beside one without the hidden layer.
void write_two_moons_lesson(LessonPage& page) {
  page.say("two-moons.intro"_text);
  page.formulas({"z1 = x W1 + b1    a1 = tanh(z1)    z2 = a1 W2 + b2    yhat = softmax(z2)",
                 "L = -(1/N) sum_n sum_i y_ni log yhat_ni",
                 "d3 = (yhat - y) / N          dW2 = a1^T d3    db2 = d3 summed over the rows",
                 "d2 = (1 - a1^2) * d3 W2^T    dW1 = x^T d2     db1 = d2 summed over the rows"});
  const Dataset<double> moons = dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2}));
  const Network network = plane_classifier({8}, Activation::tanh);
  three_slips(page, network, moons);
  page.heading("two-moons.heading.training_in_batches"_text);
  page.say("two-moons.batch"_text);
  const TrainedNetwork trained = train_network(
      network, moons, trainer_options(Loss::softmax_cross_entropy, Optimizer::gradient_descent, 1, 600, 0));
  const TrainedNetwork straight =
      train_network(plane_classifier({}, Activation::tanh), moons,
                    trainer_options(Loss::softmax_cross_entropy, Optimizer::gradient_descent, 1, 600, 0));
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t epoch : {1u, 10u, 50u, 100u, 300u, 600u}) {
    rows.push_back({std::to_string(epoch), decimal_text(trained.history.epochs[epoch - 1].training_loss, 4)});
  }
  page.table({"word.update"_text, "two-moons.column.loss_before_it"_text}, std::move(rows));
  const Dataset<double> fresh =
      dataset_of(generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.2, .seed = 2}));
  page.say("two-moons.accuracy"_text,
           {percent_text(trained.accuracy_on(moons)), percent_text(trained.accuracy_on(fresh)),
            percent_text(straight.accuracy_on(moons)), percent_text(straight.accuracy_on(fresh))});
  PlanePlot losses{
      .title = page.pick("word.loss"_text), .x_label = page.pick("word.update"_text), .y_label = ""};
  losses.series = {loss_curve(trained.history, "2-8-2"), loss_curve(straight.history, "2-2")};
  page.plot("two-moons.picture"_text,
            {decision_plot("2-8-2", trained, moons), decision_plot("2-2", straight, moons), losses});
  page.try_next("two-moons.try.moons_as_a_table"_command);
  page.try_next("two-moons.try.same_training"_command);
  page.try_next("two-moons.try.are_three_units_enough"_command);
}

}  // namespace chainrule
