// Networks that are not trained by gradient descent alone: radial basis functions and the perceptron rule.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "arrays.h"
#include "chainrule/model/initializer.h"
#include "chainrule/session/perceptron_words.h"
#include "chainrule/session/rbf_training.h"
#include "errors.h"
#include "history.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

template <typename T>
Dataset<T> owned(const DatasetView<T>& view) {
  Dataset<T> data{.inputs = Matrix<T>::unset(view.inputs.rows, view.inputs.columns),
                  .targets = Matrix<T>::unset(view.targets.rows, view.targets.columns),
                  .row_weights = AlignedVector<T>(view.row_weights.begin(), view.row_weights.end())};
  for (std::size_t r = 0; r < view.rows(); ++r) {
    std::copy_n(view.inputs.row(r), view.inputs.columns, data.inputs.row(r));
    std::copy_n(view.targets.row(r), view.targets.columns, data.targets.row(r));
  }
  return data;
}

// --- radial basis functions --------------------------------------------------------------------------------

template <typename T>
nb::tuple fit_rbf(const Array2<T>& x, const Array2<T>& t, const std::optional<Array1<T>>& weights,
                  const std::string& loss, std::optional<std::size_t> centres,
                  const std::string& centre_choice, const std::optional<std::string>& widths,
                  double width_factor, double width, double ridge, double error_goal,
                  const std::string& output_training, std::size_t fine_tune, std::size_t epochs,
                  double learning_rate, std::size_t batch_size, std::uint64_t seed, std::size_t threads) {
  TrainRequest request;
  request.model = ModelType::rbf;
  request.rbf.fitting.centres = centres;
  request.rbf.fitting.centre_choice = parse_name<CentreChoice>(centre_choice);
  if (widths) request.rbf.fitting.widths = parse_name<WidthChoice>(*widths);
  request.rbf.fitting.width_factor = width_factor;
  request.rbf.fitting.width = width;
  request.rbf.fitting.ridge = ridge;
  request.rbf.output_training = parse_name<OutputTraining>(output_training);
  request.rbf.fine_tune = fine_tune;
  request.stopping = {.epochs = epochs, .error_goal = error_goal};
  request.seed = seed;
  request.history_epochs = kMostEpochsInPython;
  TrainerOptions options{.loss = {.kind = parse_name<Loss>(loss)},
                         .stopping = request.stopping,
                         .batch_size = batch_size,
                         .seed = seed,
                         .history_epochs = kMostEpochsInPython};
  options.learning_rate = learning_rate;
  Dataset<T> data = owned(dataset_of<T>(x, t, weights));
  validate(request.rbf.fitting, data.rows());
  SignalWatch signals;
  RbfTraining<T> result;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    SessionObserver observer;
    observer.on_step = [&](const StepReport&) {
      return signals.is_asked_to_stop() ? Continue::stop : Continue::yes;
    };
    observer.is_asked_to_stop = [&] { return signals.is_asked_to_stop(); };
    result = train_rbf<T>(pool.compute(), request, options, data, nullptr, {}, observer);
  }
  signals.rethrow();
  require_not_diverged(result.history);
  nb::dict happened = history_dict(result.history);
  happened["notes"] = texts_of(result.notes, Face::python);
  return nb::make_tuple(NetworkWithParameters<T>(std::move(result.network), std::move(result.parameters)),
                        happened);
}

// --- the perceptron rule -----------------------------------------------------------------------------------

nb::dict dict_of(const UnitSeparability& unit) {
  nb::dict dict;
  dict["verdict"] = std::string(name_of(unit.verdict));
  dict["proof"] = std::string(name_of(unit.proof));
  dict["evidence"] = std::string(name_of(unit.evidence));
  dict["counts"] = unit.counts;
  dict["rows_in_proof"] = unit.rows_in_proof;
  return dict;
}

// Starts from the network's parameters and replaces them with the trained ones.
template <typename T>
nb::dict train_perceptron_rule(NetworkWithParameters<T>& network, const Array2<T>& x, const Array2<T>& t,
                               const std::string& variant, const std::string& sign_of_zero,
                               double learning_rate, std::uint64_t epochs, bool shuffle, std::uint64_t seed,
                               bool search, bool trace, const std::string& task,
                               std::vector<std::string> class_names, std::size_t threads) {
  const Task kind = parse_name<Task>(task);
  PerceptronTrainerOptions options{.variant = parse_name<PerceptronVariant>(variant),
                                   .sign_of_zero = parse_name<SignOfZero>(sign_of_zero),
                                   .learning_rate = learning_rate,
                                   .epochs = epochs,
                                   .row_order = shuffle ? RowOrder::shuffled : RowOrder::given,
                                   .seed = seed,
                                   .read_at = read_answers_at(network.description, kind)};
  if (!search) options.search_multiplications = 0;
  std::vector<PerceptronCorrection> corrections;
  if (trace) {
    options.on_correction = [&](const PerceptronCorrection& correction) {
      corrections.push_back(correction);
    };
  }
  const Dataset<T> data = owned(dataset_of<T>(x, t, std::nullopt));
  const InTraining<T> in_training(network);
  SignalWatch signals;
  PerceptronTraining training;
  AlignedVector<T> parameters(network.values().begin(), network.values().end());
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    const TrainerObserver observer{.on_epoch = {}, .on_step = [&](const StepReport&) {
                                     return signals.is_asked_to_stop() ? Continue::stop : Continue::yes;
                                   }};
    training = train_perceptron<T>(pool.compute(), network.description, options, data, nullptr, {}, observer,
                                   parameters);
  }
  signals.rethrow();
  std::ranges::copy(parameters, network.values().begin());
  nb::dict happened = history_dict(training.history);
  happened["presentations"] = training.presentations;
  happened["corrected"] = training.corrections;
  TargetEncoding target{.task = kind, .columns = {"target"}, .class_names = std::move(class_names)};
  if (kind == Task::multi_label) target.columns = target.class_names;
  happened["notes"] = texts_of(perceptron_notes(training, target, options.variant), Face::python);
  nb::list units, steps;
  for (const UnitSeparability& unit : training.units)
    units.append(dict_of(unit));
  for (const PerceptronCorrection& step : corrections)
    steps.append(nb::make_tuple(step.epoch, step.row, step.unit, step.net, step.error));
  happened["units"] = units;
  happened["trace"] = steps;
  return happened;
}

template <typename T>
void bind_fitting_of(nb::module_& module, const char* perceptron_name) {
  module.def("fit_rbf", &fit_rbf<T>, nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
             nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("loss"),
             nb::arg("centres") = nb::none(), nb::arg("centre_choice") = "k_means",
             nb::arg("widths") = nb::none(), nb::arg("width_factor") = 3.0, nb::arg("width") = 1.0,
             nb::arg("ridge") = 0.01, nb::arg("error_goal") = 0.0, nb::arg("output_training") = "closed_form",
             nb::arg("fine_tune") = 0, nb::arg("epochs") = 200, nb::arg("learning_rate") = 0.001,
             nb::arg("batch_size") = 32, nb::arg("seed") = 1, nb::arg("threads") = 1,
             "(network, history) for inputs [rows][inputs], targets [rows][outputs].");
  module.def(
      perceptron_name,
      [](std::size_t inputs, std::size_t outputs, const std::string& initializer, double scale,
         std::uint64_t seed) {
        Network network =
            make_mlp({.inputs = inputs, .outputs = outputs, .output_activation = Activation::sign});
        AlignedVector<T> parameters(parameter_count(network));
        initialize_parameters<T>(network,
                                 {.kind = parse_name<Initializer>(initializer), .scale = scale, .seed = seed},
                                 parameters);
        return NetworkWithParameters<T>(std::move(network), std::move(parameters));
      },
      nb::arg("inputs"), nb::arg("outputs"), nb::kw_only(), nb::arg("initializer") = "small_random",
      nb::arg("scale") = 0.1, nb::arg("seed") = 1, "One layer of sign units.");
  module.def("train_perceptron", &train_perceptron_rule<T>, nb::arg("network"), nb::arg("x").noconvert(),
             nb::arg("targets").noconvert(), nb::kw_only(), nb::arg("variant") = "plain",
             nb::arg("sign_of_zero") = "plus", nb::arg("learning_rate") = 0.1, nb::arg("epochs") = 200,
             nb::arg("shuffle") = true, nb::arg("seed") = 1, nb::arg("search") = true,
             nb::arg("trace") = false, nb::arg("task") = "binary",
             nb::arg("class_names") = std::vector<std::string>(), nb::arg("threads") = 1,
             "Trains the network in place by the perceptron rule. Targets [rows][units] of 0 and 1.");
}

}  // namespace

void bind_fitting(nb::module_& module) {
  bind_fitting_of<float>(module, "perceptron_float32");
  bind_fitting_of<double>(module, "perceptron_float64");
}

}  // namespace chainrule::python
