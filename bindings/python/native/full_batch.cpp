// The loss of all rows at once, and its minimum by L-BFGS.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <string>
#include <tuple>
#include <utility>

#include "arrays.h"
#include "chainrule/train/lbfgs_training.h"
#include "chainrule/train/trainer.h"
#include "errors.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

template <typename T>
std::tuple<double, NumpyArray<T>> loss_and_outputs(const NetworkWithParameters<T>& network,
                                                   const LossOptions& loss, const Array2<T>& x,
                                                   const Array2<T>& t,
                                                   const std::optional<Array1<T>>& weights,
                                                   std::size_t threads) {
  const DatasetView<T> data = dataset_of<T>(x, t, weights);
  require_fitting_data<T>(network.description, data, "given");
  validate(loss, network.description.output_activation());
  validate_targets<T>(loss, data.targets);
  auto* const outputs = new Matrix<T>;
  const nb::capsule owner(outputs, [](void* pointer) noexcept { delete static_cast<Matrix<T>*>(pointer); });
  double value = 0;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    value = evaluate_dataset<T>(pool.compute(), network.description, network.values(), loss, data, outputs);
  }
  return {value, NumpyArray<T>(outputs->values().data(), {outputs->rows(), outputs->columns()}, owner)};
}

template <typename T>
nb::dict minimise(NetworkWithParameters<T>& network, const LossOptions& loss, const Array2<T>& x,
                  const Array2<T>& t, const std::optional<Array1<T>>& weights, double l2,
                  std::size_t max_iterations, std::size_t max_evaluations, double gradient_tolerance,
                  const std::optional<nb::callable>& on_iteration, std::size_t threads) {
  const DatasetView<T> data = dataset_of<T>(x, t, weights);
  const InTraining<T> in_training(network);
  SignalWatch signals;
  std::optional<nb::python_error> raised;
  LbfgsHistory history;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    const LbfgsTrainingOptions options = {.loss = loss,
                                          .penalty = {.l2 = l2, .scale = PenaltyScale::by_weight},
                                          .lbfgs = {.max_iterations = max_iterations,
                                                    .max_evaluations = max_evaluations,
                                                    .gradient_tolerance = gradient_tolerance}};
    const auto observer = [&](const LbfgsIteration& iteration) {
      if (signals.is_asked_to_stop()) return Continue::stop;
      if (!on_iteration) return Continue::yes;
      const nb::gil_scoped_acquire acquire;
      try {
        const nb::object answer =
            (*on_iteration)(iteration.iteration, iteration.loss, iteration.gradient_norm);
        return nb::cast<bool>(answer) ? Continue::stop : Continue::yes;
      } catch (nb::python_error& error) {
        raised.emplace(error);
      }
      return Continue::stop;
    };
    AlignedVector<T> parameters;
    const ParametersInTraining<T> lent(network, parameters);
    history = train_lbfgs<T>(pool.compute(), network.description, options, data, observer, parameters);
  }
  signals.rethrow();
  if (raised) throw nb::python_error(*raised);
  nb::list losses;
  losses.append(history.first_loss);
  for (const LbfgsIteration& iteration : history.iterations)
    losses.append(iteration.loss);
  nb::dict result;
  result["losses"] = losses;
  result["iterations"] = history.iterations.size();
  result["evaluations"] = history.evaluations;
  result["end"] = std::string(name_of(history.end));
  return result;
}

template <typename T>
void bind_full_batch_of(nb::module_& module) {
  module.def("loss_and_outputs", &loss_and_outputs<T>, nb::arg("network"), nb::arg("loss"),
             nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
             nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("threads") = 1,
             "(mean loss over all rows without penalties, outputs [rows][outputs]), in one pass.");
  module.def(
      "train_lbfgs", &minimise<T>, nb::arg("network"), nb::arg("loss"), nb::arg("x").noconvert(),
      nb::arg("targets").noconvert(), nb::arg("weights").noconvert() = nb::none(), nb::kw_only(),
      nb::arg("l2") = 0.0, nb::arg("max_iterations") = 200, nb::arg("max_evaluations") = 15000,
      nb::arg("gradient_tolerance") = 1e-4, nb::arg("on_iteration") = nb::none(), nb::arg("threads") = 1,
      "Minimises the loss of all rows by L-BFGS, starting from the network's parameters, which it changes. "
      "on_iteration(iteration, loss, gradient_norm) may return True to stop. Returns losses (the initial one "
      "first), iterations, evaluations and the end: converged_gradient, converged_loss, iterations, "
      "evaluations, line_search_failed or asked_to_stop. Ctrl-C stops after an iteration.");
}

}  // namespace

void bind_full_batch(nb::module_& module) {
  bind_full_batch_of<float>(module);
  bind_full_batch_of<double>(module);
}

}  // namespace chainrule::python
