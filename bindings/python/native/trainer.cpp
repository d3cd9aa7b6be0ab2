// Training epoch by epoch, for loops that are written in Python.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <cmath>
#include <type_traits>
#include <utility>

#include "arrays.h"
#include "chainrule/train/train_step.h"
#include "errors.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

// What changes a network: the state of an optimizer, the buffers of a step and the threads. The parameters stay the
// network's; a step borrows them.
template <typename T>
class Trainer {
 public:
  Trainer(NetworkWithParameters<T>& network, const LossOptions& loss, const OptimizerOptions& optimizer,
          double alpha, double l1, double clip_norm, std::uint64_t seed, std::size_t threads)
      : network_(network),
        alpha_(alpha),
        threads_(threads),
        options_{.loss = loss,
                 .penalty = {.l1 = l1, .l2 = 0},
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

  // Mean loss of the epoch's batches (penalties included), weighted by their rows.
  double run_epoch(DatasetView<T> data, std::size_t batch_size, double learning_rate, bool shuffled) {
    require_fitting_data<T>(network_.description, data, "given");
    validate_targets<T>(options_.loss, data.targets);
    const InTraining<T> in_training(network_);
    SignalWatch signals;
    double loss_sum = 0;
    {
      const nb::gil_scoped_release release;
      const ParametersInTraining<T> lent(network_, state_.parameters);
      BatchIterator<T> batches(data, std::min(batch_size, std::max<std::size_t>(data.rows(), 1)),
                               shuffled ? RowOrder::shuffled : RowOrder::given, options_.seed);
      batches.start_epoch(static_cast<std::uint32_t>(++epochs_));
      options_.learning_rate = learning_rate;
      options_.steps_per_epoch = batches.batches_per_epoch();
      rows_seen_ = 0;
      const Compute compute = threads_.compute();
      for (std::size_t i = 0; i < batches.batches_per_epoch(); ++i) {
        batches.fetch(i, buffers_.batch, compute);
        options_.penalty.l2 = alpha_ / batch_weight();
        const StepReport step =
            train_step<T>(compute, network_.description, options_, plan_, state_, buffers_);
        last_gradient_norm_ = step.gradient_norm;
        loss_sum += step.loss * static_cast<double>(step.rows);
        rows_seen_ += step.rows;
        if (signals.is_asked_to_stop()) break;
      }
      require_finite_parameters<T>(network_.description, state_.parameters, epochs_);
    }
    signals.rethrow();
    return rows_seen_ == 0 ? 0.0 : loss_sum / static_cast<double>(rows_seen_);
  }

  double learning_rate() const { return options_.learning_rate; }
  double gradient_norm() const { return last_gradient_norm_; }
  std::uint64_t steps() const { return state_.step; }
  std::uint64_t epochs() const { return epochs_; }
  void set_threads(std::size_t count) {
    const InTraining<T> in_training(network_);
    threads_.set_count(count);
  }

  // What a pickle keeps beside the network.
  std::tuple<NumpyArray<T>, NumpyArray<T>, std::uint64_t, std::uint64_t, std::uint64_t> state() const {
    return {array_of<T>(state_.optimizer.first), array_of<T>(state_.optimizer.second),
            state_.optimizer.updates, state_.step, epochs_};
  }
  void set_state(const Array1<T>& first, const Array1<T>& second, std::uint64_t updates, std::uint64_t step,
                 std::uint64_t epochs) {
    const InTraining<T> in_training(network_);
    if (first.shape(0) != state_.optimizer.first.size() ||
        second.shape(0) != state_.optimizer.second.size()) {
      throw StateError({.what = "this is the state of another optimizer, or of another network"});
    }
    state_.optimizer.first.assign(first.data(), first.data() + first.shape(0));
    state_.optimizer.second.assign(second.data(), second.data() + second.shape(0));
    state_.optimizer.updates = updates;
    state_.step = step;
    epochs_ = epochs;
  }

 private:
  // scikit-learn's alpha is divided by the weight of a batch, as the losses of its rows are.
  double batch_weight() const {
    double sum = static_cast<double>(buffers_.batch.rows());
    if (!buffers_.batch.row_weights.empty()) {
      sum = 0;
      for (const T weight : buffers_.batch.row_weights)
        sum += static_cast<double>(weight);
    }
    return sum > 0 ? sum : 1;
  }

  NetworkWithParameters<T>& network_;
  double alpha_;
  Threads threads_;
  StepOptions options_;
  StepPlan plan_;
  TrainState<T> state_;
  StepBuffers<T> buffers_;
  std::uint64_t epochs_ = 0;
  std::size_t rows_seen_ = 0;
  double last_gradient_norm_ = 0;
};

template <typename T>
void bind_trainer_of(nb::module_& module, const char* name) {
  using Train = Trainer<T>;
  nb::class_<Train>(
      module, name,
      "Trains a network epoch by epoch. Keeps the optimizer's state; the parameters are the network's.")
      .def(nb::init<NetworkWithParameters<T>&, const LossOptions&, const OptimizerOptions&, double, double,
                    double, std::uint64_t, std::size_t>(),
           nb::keep_alive<1, 2>(), nb::arg("network"), nb::arg("loss"), nb::arg("optimizer"), nb::kw_only(),
           nb::arg("alpha") = 0.0, nb::arg("l1") = 0.0, nb::arg("clip_norm") = 0.0, nb::arg("seed") = 1,
           nb::arg("threads") = 1)
      .def(
          "run_epoch",
          [](Train& trainer, const Array2<T>& x, const Array2<T>& t, const std::optional<Array1<T>>& weights,
             std::size_t batch_size, double learning_rate, bool shuffled) {
            return trainer.run_epoch(dataset_of<T>(x, t, weights), batch_size, learning_rate, shuffled);
          },
          nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
          nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("batch_size"),
          nb::arg("learning_rate"), nb::arg("shuffled") = true,
          "One pass over the rows [rows][inputs], [rows][outputs], weights [rows] or None. Returns the mean "
          "loss of the "
          "batches, penalties included. Numbers that are not finite end it with NonFiniteError before an "
          "update; "
          "Ctrl-C ends it after a step.")
      .def_prop_ro("gradient_norm", &Train::gradient_norm, "Of the last step, before clipping.")
      .def_prop_ro("steps", &Train::steps, "Updates made.")
      .def_prop_ro("epochs", &Train::epochs)
      .def("set_threads", &Train::set_threads, nb::arg("threads"))
      .def("state", &Train::state, "(first moments, second moments, updates, steps, epochs), to be kept.")
      .def("set_state", &Train::set_state, nb::arg("first").noconvert(), nb::arg("second").noconvert(),
           nb::arg("updates"), nb::arg("steps"), nb::arg("epochs"));
}

}  // namespace

void bind_trainer(nb::module_& module) {
  nb::class_<OptimizerOptions>(module, "Optimizer", "An update rule and its numbers (docs/networks.md).")
      .def(
          "__init__",
          [](OptimizerOptions* place, const std::string& rule, double momentum, double beta1, double beta2,
             double rho, double epsilon, double weight_decay) {
            new (place) OptimizerOptions{.kind = parse_name<Optimizer>(rule),
                                         .momentum = momentum,
                                         .beta1 = beta1,
                                         .beta2 = beta2,
                                         .rho = rho,
                                         .epsilon = epsilon,
                                         .weight_decay = weight_decay};
            validate(*place);
          },
          nb::arg("rule") = "adam", nb::kw_only(), nb::arg("momentum") = 0.9, nb::arg("beta1") = 0.9,
          nb::arg("beta2") = 0.999, nb::arg("rho") = 0.9, nb::arg("epsilon") = 1e-8,
          nb::arg("weight_decay") = 0.0)
      .def_prop_ro("rule",
                   [](const OptimizerOptions& options) { return std::string(name_of(options.kind)); });
  bind_trainer_of<float>(module, "TrainerFloat32");
  bind_trainer_of<double>(module, "TrainerFloat64");
}

}  // namespace chainrule::python
