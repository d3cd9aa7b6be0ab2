// Trainings that diverge end at most one step after the first non-finite number, with a finite best model.
#include <cmath>
#include <limits>
#include <optional>

#include "chainrule/io/model_file.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"
#include "durability/durability.h"
#include "durability/processes.h"

namespace chainrule::durability_test {
namespace {

template <typename T>
bool are_finite(const AlignedVector<T>& values) {
  return std::ranges::all_of(values, [](T value) { return std::isfinite(value); });
}

struct Diverging {
  Optimizer optimizer = Optimizer::gradient_descent;
  double learning_rate = 0;
  std::vector<std::size_t> hidden;
  Activation activation = Activation::relu;
  bool validates = false;
  bool has_huge_cells = false;
  double dropout = 0;
};

std::string text_of(const Diverging& run) {
  std::string text = std::string(name_of(run.optimizer)) + ", learning rate " +
                     std::to_string(run.learning_rate) + ", " + std::string(name_of(run.activation)) +
                     ", hidden";
  for (const std::size_t units : run.hidden)
    text += " " + std::to_string(units);
  return text + (run.validates ? ", validation" : "") + (run.has_huge_cells ? ", huge cells" : "") +
         (run.dropout > 0 ? ", dropout" : "");
}

// Inputs in [-1, 1), targets their sum and product; huge cells are close to the largest T.
template <typename T>
Dataset<T> rows_of(std::size_t rows, std::uint64_t seed, bool has_huge_cells) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 3), .targets = Matrix<T>(rows, 2)};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < 3; ++c)
      data.inputs(r, c) = static_cast<T>(2 * random_uniform({.seed = seed}, 3 * r + c) - 1);
    data.targets(r, 0) = data.inputs(r, 0) + data.inputs(r, 1);
    data.targets(r, 1) = data.inputs(r, 0) * data.inputs(r, 2);
    if (has_huge_cells && r % 7 == 6) data.inputs(r, r % 3) = std::numeric_limits<T>::max() / T{16};
  }
  return data;
}

struct Course {
  bool has_diverged = false;
  bool is_kept_finite = false;
  std::optional<std::uint64_t> onset;  // the step, from 1, with the first non-finite number
  std::uint64_t last_step = 0;         // the step in which training ended
};

template <typename T>
Course course_of(const Diverging& run) {
  const Network network = make_mlp({.inputs = 3,
                                    .hidden = run.hidden,
                                    .outputs = 2,
                                    .hidden_activations = {run.activation},
                                    .dropout = run.dropout});
  const Dataset<T> data = rows_of<T>(64, 1, run.has_huge_cells);
  const Dataset<T> held_out = rows_of<T>(16, 2, false);
  AlignedVector<T> parameters(parameter_count(network));
  initialize_parameters<T>(network, {}, parameters);
  Course course;
  std::uint64_t steps = 0;
  const auto seen = [&](bool is_finite) {
    if (!is_finite && !course.onset) course.onset = steps;
  };
  const TrainerObserver observer{.on_epoch = {}, .on_step = [&](const StepReport& step) {
                                   ++steps;
                                   seen(std::isfinite(step.loss) && std::isfinite(step.gradient_norm));
                                   return Continue::yes;
                                 }};
  const ProgressHooks<T> hooks{.resume_from = nullptr,
                               .on_boundary = [&](const TrainingProgress<T>& progress, Boundary) {
                                 seen(are_finite(progress.state.parameters));
                               }};
  const History history =
      train<T>({}, network,
               {.optimizer = {.kind = run.optimizer},
                .learning_rate = run.learning_rate,
                .stopping = {.epochs = 50, .patience = 0},
                .batch_size = 4},
               data, run.validates ? &held_out : nullptr, {}, observer, parameters, hooks);
  course.has_diverged = history.stop_reason == StopReason::diverged;
  course.is_kept_finite = are_finite(parameters);
  // A refused step is not reported: it follows the last reported one, unless an epoch had just ended.
  const bool is_refused = !history.divergences.empty() &&
                          text_of(history.divergences.back().report).where.find("step") != std::string::npos;
  course.last_step = steps + (is_refused ? 1 : 0);
  return course;
}

std::vector<Diverging> diverging() {
  std::vector<Diverging> runs;
  const std::vector<std::size_t> networks[] = {{}, {4}, {16}, {32, 32}, {8, 8, 8}, {200}};
  const Activation activations[] = {Activation::relu, Activation::identity, Activation::leaky_relu,
                                    Activation::softplus};
  std::size_t i = 0;
  for (const auto& optimizer : enum_table<Optimizer>()) {
    if (properties_of(optimizer.value).needs_all_rows) continue;  // they have no learning rate
    for (const double rate : {1e3, 1e4, 1e6, 1e9, 1e12, 1e16, 1e20, 1e25, 1e30, 1e34, 1e37, 3e38}) {
      runs.push_back({.optimizer = optimizer.value,
                      .learning_rate = rate,
                      .hidden = networks[i % 6],
                      .activation = activations[i % 4],
                      .validates = i % 2 == 0,
                      .has_huge_cells = i % 5 == 4,
                      .dropout = i % 3 == 2 ? 0.2 : 0});
      ++i;
    }
  }
  return runs;
}

TEST(Divergence, EndsTrainingWithinAStepAndKeepsFiniteNumbers) {
  std::size_t good = 0, all = 0, from_parameters = 0;
  for (const Diverging& run : diverging()) {
    SCOPED_TRACE(text_of(run));
    const Course course = course_of<float>(run);
    if (!course.has_diverged && !course.onset) continue;  // large steps need not diverge
    ++all;
    from_parameters += course.onset.has_value();
    // If no non-finite number was seen, the refused step is the first bad one.
    const bool is_in_time =
        course.has_diverged && course.last_step <= course.onset.value_or(course.last_step) + 1;
    EXPECT_TRUE(is_in_time) << "onset " << course.onset.value_or(0) << ", end " << course.last_step;
    EXPECT_TRUE(course.is_kept_finite);
    good += is_in_time && course.is_kept_finite;
  }
  EXPECT_GE(all, 50u);
  report_count(
      "trainings that diverge and end at most one step after the first number that is not finite, with "
      "finite weights",
      good, all);
  EXPECT_GT(from_parameters, 0u) << "an update may overflow although loss and gradient were finite";
}

// The same through the program: the exit code, and a model that loads (a file with non-finite numbers would
// not).
TEST(Divergence, OfTheProgramHasItsExitCodeAndLeavesAModelThatLoads) {
  const Folder folder;
  make_moons(folder, 64);
  std::size_t good = 0, all = 0;
  for (const auto& optimizer : enum_table<Optimizer>()) {
    if (properties_of(optimizer.value).needs_all_rows) continue;  // they have no learning rate
    for (const std::string rate : {"1e12", "1e16", "1e30"}) {
      if (!is_full() && all == 6) break;
      const std::string model = folder / "m" + std::to_string(all);
      const cli_test::Result result = cli_test::run({"train",
                                                     folder / "t.csv",
                                                     "--target",
                                                     "x1",
                                                     "--optimizer",
                                                     std::string(name_of(optimizer.value)),
                                                     "--learning-rate",
                                                     rate,
                                                     "--hidden",
                                                     all % 2 == 0 ? "16,16" : "4",
                                                     "--activation",
                                                     "identity",
                                                     "--epochs",
                                                     "50",
                                                     "--patience",
                                                     "0",
                                                     "--validation",
                                                     all % 2 == 0 ? "0.25" : "none",
                                                     "-o",
                                                     model});
      ++all;
      const bool is_right = result.code == 5 && cli_test::contains(result.err, "  try: ") &&
                            cli_test::run({"inspect", model}).code == 0;
      EXPECT_TRUE(is_right) << name_of(optimizer.value) << " " << rate << ": " << result.code << "\n"
                            << result.err;
      good += is_right;
    }
  }
  report_count("diverging trainings of the program that end with exit code 5 and a model that loads", good,
               all);
}

}  // namespace
}  // namespace chainrule::durability_test
