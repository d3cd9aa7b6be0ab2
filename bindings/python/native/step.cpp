// One training step with everything that it calculates, and the loss and gradient of a batch without a step.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "arrays.h"
#include "chainrule/train/gradient_check.h"
#include "chainrule/train/train_step.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

// Does a step return the values of every layer, or only loss and norm?
enum class Keep { sums, everything };

template <typename T>
NumpyArray<T> copy_of(const Matrix<T>& matrix) {
  auto [array, view] = new_array<T>(matrix.rows(), matrix.columns());
  std::copy_n(matrix.row(0), matrix.rows() * matrix.columns(), view.data);
  return array;
}

// z, a and delta of each layer for the batch; for a dropout layer a and mask.
template <typename T>
nb::list layers_of(const Workspace<T>& workspace) {
  nb::list layers;
  for (const LayerState<T>& layer : workspace.layers) {
    nb::dict numbers;
    const std::pair<const char*, const Matrix<T>*> parts[] = {
        {"z", &layer.z}, {"a", &layer.a}, {"delta", &layer.d_z}, {"mask", &layer.mask}};
    for (const auto& [name, matrix] : parts) {
      if (matrix->rows() > 0) numbers[name] = copy_of<T>(*matrix);
    }
    layers.append(numbers);
  }
  return layers;
}

template <typename T>
void fill(DatasetView<T> data, Batch<T>& batch) {
  BatchIterator<T> rows(data, data.rows(), RowOrder::given, 0);
  rows.start_epoch(1);
  rows.fetch(0, batch);
}

template <typename T>
class Stepper {
 public:
  Stepper(NetworkWithParameters<T>& network, const LossOptions& loss, const OptimizerOptions& optimizer,
          double l1, double l2, double clip_norm, std::uint64_t seed, std::size_t threads)
      : network_(network),
        threads_(threads),
        options_{.loss = loss,
                 .penalty = {.l1 = l1, .l2 = l2},
                 .optimizer = optimizer,
                 .schedule = {.kind = ScheduleKind::constant},
                 .clip_norm = clip_norm,
                 .seed = seed} {
    validate(options_.loss, network.description.output_activation());
    validate(options_.optimizer);
    plan_ = plan_step(threads_.compute(), network.description, options_);
    state_ = make_train_state<T>(network.description, optimizer);
    state_.parameters.clear();
  }

  nb::dict step(DatasetView<T> data, double learning_rate, Keep keep) {
    require_fitting_data<T>(network_.description, data, "given");
    validate_targets<T>(options_.loss, data.targets);
    const InTraining<T> in_training(network_);
    StepReport report;
    {
      const nb::gil_scoped_release release;
      fill(data, buffers_.batch);
      options_.learning_rate = learning_rate;
      const ParametersInTraining<T> lent(network_, state_.parameters);
      report = train_step<T>(threads_.compute(), network_.description, options_, plan_, state_, buffers_,
                             keep == Keep::everything ? WorkspaceUse::filled : WorkspaceUse::left_out);
    }
    nb::dict result;
    result["loss"] = report.loss;
    result["gradient_norm"] = report.gradient_norm;
    result["learning_rate"] = report.learning_rate;
    result["rows"] = report.rows;
    if (keep == Keep::everything) {
      result["gradient"] = array_of<T>(state_.gradient);
      result["layers"] = layers_of<T>(buffers_.workspace);
    }
    return result;
  }

  std::uint64_t steps() const { return state_.step; }

 private:
  NetworkWithParameters<T>& network_;
  Threads threads_;
  StepOptions options_;
  StepPlan plan_;
  TrainState<T> state_;
  StepBuffers<T> buffers_;
};

template <typename T>
nb::dict loss_and_gradient(const NetworkWithParameters<T>& network, const LossOptions& loss,
                           DatasetView<T> data, double l2, std::uint64_t seed, std::size_t threads,
                           Keep keep) {
  const Network& description = network.description;
  validate(loss, description.output_activation());
  require_fitting_data<T>(description, data, "given");
  validate_targets<T>(loss, data.targets);
  Workspace<T> workspace;
  AlignedVector<T> gradient(network.values().size());
  double value = 0;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    const Compute compute = pool.compute();
    const std::span<const T> parameters = network.values();
    forward<T>(compute, description, parameters, data.inputs, Mode::train, {.seed = seed, .step = 0},
               workspace);
    const LayerState<T>& last = workspace.layers.back();
    Matrix<T> d_output(data.rows(), description.outputs());
    LossScratch<T> scratch;
    value = evaluate_loss<T>(compute, loss, last.z.view(), last.a.view(), data.targets, data.row_weights,
                             d_output.view(), scratch);
    const MatrixView<const T> from_above = d_output.view();
    backward<T>(compute, description, parameters, data.inputs, from_above,
                properties_of(loss.kind).gradient_at, workspace, gradient);
    const PenaltyOptions penalties =
        penalty_of_batch<T>({.l2 = l2, .scale = PenaltyScale::by_weight}, data.rows(), data.row_weights);
    const std::vector<ParameterRange> penalised = weight_ranges(description);
    add_penalty_gradient<T>(compute, penalties, penalised, parameters, gradient);
    value += penalty<T>(compute, penalties, penalised, parameters);
  }
  nb::dict result;
  result["loss"] = value;
  result["gradient"] = array_of<T>(std::move(gradient));
  if (keep == Keep::everything) result["layers"] = layers_of<T>(workspace);
  return result;
}

template <typename T>
nb::dict gradient_check(const NetworkWithParameters<T>& network, const LossOptions& loss,
                        const Array2<double>& x, const Array2<double>& t, double tolerance,
                        std::size_t max_parameters) {
  validate(loss, network.description.output_activation());
  const DatasetView<double> view = dataset_of<double>(x, t, std::nullopt);
  require_fitting_data<double>(network.description, view, "given");
  validate_targets<double>(loss, view.targets);
  Batch<double> batch;
  fill(view, batch);
  const Dataset<double> data{
      .inputs = std::move(batch.inputs), .targets = std::move(batch.targets), .row_weights = {}};
  GradientCheck check;
  {
    const nb::gil_scoped_release release;
    const std::vector<double> parameters(network.values().begin(), network.values().end());
    check = check_gradient(network.description, parameters, loss, data,
                           {.tolerance = tolerance, .max_parameters = max_parameters});
  }
  nb::list segments;
  for (const SegmentCheck& segment : check.segments) {
    nb::dict numbers;
    numbers["name"] = nb::str(segment.name.c_str());
    numbers["checked"] = segment.checked;
    numbers["worst_error"] = segment.worst_error;
    numbers["worst_index"] = segment.worst_index;
    numbers["worst_backward"] = segment.worst_backward;
    numbers["worst_forward"] = segment.worst_forward;
    segments.append(numbers);
  }
  nb::list kinks;
  for (const Kink& kink : check.kinks) {
    nb::dict place;
    place["row"] = kink.row;
    place["layer"] = kink.layer ? nb::object(nb::int_(*kink.layer)) : nb::object(nb::none());
    place["unit"] = kink.unit;
    kinks.append(place);
  }
  nb::dict result;
  result["passed"] = check.passed;
  result["checked"] = check.checked;
  result["rows"] = check.rows;
  result["rows_at_kink"] = check.rows_at_kink;
  result["kinks"] = kinks;
  result["worst_error"] = check.worst_error;
  result["segments"] = segments;
  return result;
}

// Signatures for the stubs, whose dicts would otherwise have no types inside.
#define CHAINRULE_ARRAY "numpy.typing.NDArray[typing.Any]"
#define CHAINRULE_DATA "loss: Loss, x: " CHAINRULE_ARRAY ", targets: " CHAINRULE_ARRAY
#define CHAINRULE_LOSS_AND_GRADIENT                                                              \
  CHAINRULE_DATA                                                                                 \
  ", weights: " CHAINRULE_ARRAY                                                                  \
  " | None = None, *, l2: float = 0.0, seed: int = 1, threads: int = 1, keep: bool = False) -> " \
  "dict[str, typing.Any]"
#define CHAINRULE_GRADIENT_CHECK \
  CHAINRULE_DATA                 \
  ", *, tolerance: float = 1e-10, max_parameters: int = 0) -> dict[str, typing.Any]"

template <typename T>
void bind_step_of(nb::module_& module, const char* name) {
  using Step = Stepper<T>;
  constexpr bool is_float = std::is_same_v<T, float>;
  nb::class_<Step>(module, name,
                   "Trains a network step by step. The network keeps the parameters, this object the "
                   "optimizer's state.")
      .def(nb::init<NetworkWithParameters<T>&, const LossOptions&, const OptimizerOptions&, double, double,
                    double, std::uint64_t, std::size_t>(),
           nb::keep_alive<1, 2>(), nb::arg("network"), nb::arg("loss"), nb::arg("optimizer"), nb::kw_only(),
           nb::arg("l1") = 0.0, nb::arg("l2") = 0.0, nb::arg("clip_norm") = 0.0, nb::arg("seed") = 1,
           nb::arg("threads") = 1)
      .def(
          "step",
          [](Step& stepper, const Array2<T>& x, const Array2<T>& t, const std::optional<Array1<T>>& weights,
             double learning_rate, bool keep) {
            return stepper.step(dataset_of<T>(x, t, weights), learning_rate,
                                keep ? Keep::everything : Keep::sums);
          },
          nb::sig("def step(self, x: " CHAINRULE_ARRAY ", targets: " CHAINRULE_ARRAY
                  ", weights: " CHAINRULE_ARRAY
                  " | None = None, *, learning_rate: float, keep: bool = False) -> dict[str, typing.Any]"),
          nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
          nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("learning_rate"),
          nb::arg("keep") = false,
          "One update from all the rows given. Returns loss, gradient_norm, learning_rate and rows; with "
          "keep "
          "also gradient (as used in the update) and layers (z, a, delta of each).")
      .def_prop_ro("steps", &Step::steps, "Updates made.");
  module.def(
      "loss_and_gradient",
      [](const NetworkWithParameters<T>& network, const LossOptions& loss, const Array2<T>& x,
         const Array2<T>& t, const std::optional<Array1<T>>& weights, double l2, std::uint64_t seed,
         std::size_t threads, bool keep) {
        return loss_and_gradient<T>(network, loss, dataset_of<T>(x, t, weights), l2, seed, threads,
                                    keep ? Keep::everything : Keep::sums);
      },
      nb::sig(is_float ? "def loss_and_gradient(network: NetworkFloat32, " CHAINRULE_LOSS_AND_GRADIENT
                       : "def loss_and_gradient(network: NetworkFloat64, " CHAINRULE_LOSS_AND_GRADIENT),
      nb::arg("network"), nb::arg("loss"), nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
      nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("l2") = 0.0, nb::arg("seed") = 1,
      nb::arg("threads") = 1, nb::arg("keep") = false,
      "loss and gradient of all the rows given; changes nothing. With keep also layers. l2 is divided by the "
      "weight of the rows.");
  module.def("gradient_check", &gradient_check<T>,
             nb::sig(is_float ? "def gradient_check(network: NetworkFloat32, " CHAINRULE_GRADIENT_CHECK
                              : "def gradient_check(network: NetworkFloat64, " CHAINRULE_GRADIENT_CHECK),
             nb::arg("network"), nb::arg("loss"), nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
             nb::kw_only(), nb::arg("tolerance") = 1e-10, nb::arg("max_parameters") = 0,
             "The gradient against the exact derivative in forward mode, in float64.");
}

}  // namespace

void bind_step(nb::module_& module) {
  bind_step_of<float>(module, "StepperFloat32");
  bind_step_of<double>(module, "StepperFloat64");
}

}  // namespace chainrule::python
