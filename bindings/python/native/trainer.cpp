// The library's training loop (train/trainer.h) for scikit-learn's fit and partial_fit.
//
// One call of train runs epochs without Python's lock and takes it between epochs, for callbacks and scores.
// partial_fit is a call for one epoch. The following persists between calls: the optimizer's moments, the
// learning rate, the number of the epoch, and the count of epochs without progress (train/no_progress.h).

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "arrays.h"
#include "chainrule/train/trainer.h"
#include "errors.h"
#include "history.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

// The arguments of a call of train other than the rows. The Python objects are None or callables.
template <typename T>
struct Training {
  std::size_t batch_size = 32;
  std::size_t epochs = 1;
  bool is_shuffled = true;
  bool is_part = false;
  NoProgressOptions no_progress;
  bool keeps_best = false;
  double constant = 0;
  nb::object score = nb::none();
  nb::object on_epoch_begin = nb::none();
  nb::object on_epoch = nb::none();
};

// Validation rows from Python: x, targets, weights or None, and the constant of their loss.
template <typename T>
using Validation = std::tuple<Array2<T>, Array2<T>, std::optional<Array1<T>>, double>;

// Trains a network that Python owns. The parameters remain the network's; a training run borrows them.
template <typename T>
class Trainer {
 public:
  Trainer(NetworkWithParameters<T>& network, const LossOptions& loss, const OptimizerOptions& optimizer,
          double l2, double l1, double clip_norm, std::uint64_t seed, std::size_t threads)
      : network_(network),
        threads_(threads),
        options_{.loss = loss,
                 .penalty = {.l1 = l1, .l2 = l2, .scale = PenaltyScale::by_weight},
                 .optimizer = optimizer,
                 .clip_norm = clip_norm,
                 .seed = seed,
                 .layer_reports = LayerReports::none} {
    validate(options_.loss, network.description.output_activation());
    validate(options_.optimizer);
    progress_.state = make_train_state<T>(network.description, optimizer);
    progress_.state.parameters.clear();
    continuation_.learning_rate = options_.learning_rate;
  }

  // Returns the losses of the epochs and why training ended. Throws NonFiniteError for numbers that are not
  // finite.
  nb::dict train(DatasetView<T> data, const std::optional<Validation<T>>& validation,
                 const Training<T>& training) {
    TrainingRows<T> rows{.training = data, .training_constant = training.constant};
    if (validation) {
      const auto& [x, targets, weights, constant] = *validation;
      rows.validation = dataset_of<T>(x, targets, weights);
      rows.validation_constant = constant;
      rows.score = [&](MatrixView<const T> outputs, MatrixView<const T>) {
        const nb::gil_scoped_acquire acquire;
        auto [array, view] = new_array<T>(outputs.rows, outputs.columns);
        std::copy_n(outputs.data, outputs.rows * outputs.columns, view.data);
        return nb::cast<double>(training.score(array));
      };
    }
    options_.batch_size = std::min(training.batch_size, std::max<std::size_t>(data.rows(), 1));
    options_.row_order = training.is_shuffled ? RowOrder::shuffled : RowOrder::given;
    options_.stopping.epochs = training.epochs;
    options_.no_progress = training.no_progress;
    options_.kept = training.keeps_best ? Kept::best_score : Kept::last;
    continuation_.is_part = training.is_part;
    const History history = run(rows, training);
    require_not_diverged(history);
    return history_dict(history);
  }

  // Restores the parameters of the highest score, where there are any.
  void restore_best() {
    const InTraining<T> in_training(network_);
    std::ranges::copy(progress_.best, network_.values().begin());
  }

  double learning_rate() const { return continuation_.learning_rate; }
  void set_learning_rate(double rate) { continuation_.learning_rate = rate; }
  std::uint64_t steps() const { return progress_.state.step; }
  std::uint64_t epochs() const { return continuation_.epochs; }
  void set_threads(std::size_t count) {
    const InTraining<T> in_training(network_);
    threads_.set_count(count);
  }

  using Memory = std::tuple<double, double, std::uint64_t>;
  Memory no_progress() const {
    const NoProgressMemory& memory = continuation_.no_progress;
    return {memory.lowest_loss, memory.highest_score, memory.epochs};
  }
  void set_no_progress(const Memory& memory) {
    const auto& [lowest_loss, highest_score, epochs] = memory;
    continuation_.no_progress = {lowest_loss, highest_score, epochs};
  }
  std::optional<NumpyArray<T>> best() const {
    if (progress_.best.empty()) return std::nullopt;
    return array_of<T>(progress_.best);
  }
  void set_best(const std::optional<Array1<T>>& best) {
    const std::span<const T> values = span_of<T>(best);
    if (!values.empty() && values.size() != network_.values().size())
      throw StateError({.what = "these are the parameters of another network"});
    progress_.best.assign(values.begin(), values.end());
  }

  // What a pickle keeps besides the network.
  std::tuple<NumpyArray<T>, NumpyArray<T>, std::uint64_t, std::uint64_t, std::uint64_t> state() const {
    const TrainState<T>& state = progress_.state;
    return {array_of<T>(state.optimizer.first), array_of<T>(state.optimizer.second), state.optimizer.updates,
            state.step, continuation_.epochs};
  }
  void set_state(const Array1<T>& first, const Array1<T>& second, std::uint64_t updates, std::uint64_t step,
                 std::uint64_t epochs) {
    const InTraining<T> in_training(network_);
    TrainState<T>& state = progress_.state;
    if (first.shape(0) != state.optimizer.first.size() || second.shape(0) != state.optimizer.second.size()) {
      throw StateError({.what = "this is the state of another optimizer, or of another network"});
    }
    state.optimizer.first.assign(first.data(), first.data() + first.shape(0));
    state.optimizer.second.assign(second.data(), second.data() + second.shape(0));
    state.optimizer.updates = updates;
    state.step = step;
    continuation_.epochs = epochs;
  }

 private:
  History run(const TrainingRows<T>& rows, const Training<T>& training) {
    SignalWatch signals;
    TrainerObserver observer;
    // Python exceptions pass through the loop, which runs without Python's lock.
    observer.on_step = [&](const StepReport&) {
      if (signals.is_asked_to_stop()) {
        require_finite_parameters<T>(network_.description, progress_.state.parameters, continuation_.epochs);
        const nb::gil_scoped_acquire acquire;
        signals.rethrow();
      }
      return Continue::yes;
    };
    if (!training.on_epoch_begin.is_none()) {
      observer.on_epoch_begin = [&](std::uint64_t epoch) {
        const nb::gil_scoped_acquire acquire;
        training.on_epoch_begin(epoch);
      };
    }
    if (!training.on_epoch.is_none()) {
      observer.on_epoch = [&](const EpochReport& report) {
        const nb::gil_scoped_acquire acquire;
        const nb::object answer = training.on_epoch(report.epoch, report.training_loss,
                                                    report.validation_loss, report.validation_score);
        return nb::cast<bool>(answer) ? Continue::stop : Continue::yes;
      };
    }
    const InTraining<T> in_training(network_);
    const nb::gil_scoped_release release;
    const ParametersInTraining<T> lent(network_, progress_.state.parameters);
    return train_in_place<T>(threads_.compute(), network_.description, options_, rows, observer,
                             continuation_, progress_);
  }

  NetworkWithParameters<T>& network_;
  Threads threads_;
  TrainerOptions options_;
  TrainingProgress<T> progress_;
  Continuation continuation_;
};

template <typename T>
void bind_trainer_of(nb::module_& module, const char* name) {
  using Train = Trainer<T>;
  nb::class_<Train>(
      module, name,
      "Trains a network. Keeps the optimizer's state between calls; the parameters are the network's.")
      .def(nb::init<NetworkWithParameters<T>&, const LossOptions&, const OptimizerOptions&, double, double,
                    double, std::uint64_t, std::size_t>(),
           nb::keep_alive<1, 2>(), nb::arg("network"), nb::arg("loss"), nb::arg("optimizer"), nb::kw_only(),
           nb::arg("l2") = 0.0, nb::arg("l1") = 0.0, nb::arg("clip_norm") = 0.0, nb::arg("seed") = 1,
           nb::arg("threads") = 1)
      .def(
          "train",
          [](Train& trainer, const Array2<T>& x, const Array2<T>& t, const std::optional<Array1<T>>& weights,
             std::size_t batch_size, std::optional<double> learning_rate, std::size_t epochs, bool shuffled,
             bool is_part, double tolerance, double epochs_without_progress, double rate_divisor,
             bool watches_score, bool keeps_best, double constant,
             const std::optional<Validation<T>>& validation, nb::object score, nb::object on_epoch_begin,
             nb::object on_epoch) {
            if (learning_rate) trainer.set_learning_rate(*learning_rate);
            return trainer.train(dataset_of<T>(x, t, weights), validation,
                                 {.batch_size = batch_size,
                                  .epochs = epochs,
                                  .is_shuffled = shuffled,
                                  .is_part = is_part,
                                  .no_progress = {.watched = watches_score ? Watched::validation_score
                                                                           : Watched::training_loss,
                                                  .epochs = epochs_without_progress,
                                                  .tolerance = tolerance,
                                                  .rate_divisor = rate_divisor},
                                  .keeps_best = keeps_best,
                                  .constant = constant,
                                  .score = std::move(score),
                                  .on_epoch_begin = std::move(on_epoch_begin),
                                  .on_epoch = std::move(on_epoch)});
          },
          nb::arg("x").noconvert(), nb::arg("targets").noconvert(),
          nb::arg("weights").noconvert() = nb::none(), nb::kw_only(), nb::arg("batch_size"),
          nb::arg("learning_rate") = nb::none(), nb::arg("epochs") = 1, nb::arg("shuffled") = true,
          nb::arg("is_part") = false, nb::arg("tolerance") = 0.0,
          nb::arg("epochs_without_progress") = std::numeric_limits<double>::infinity(),
          nb::arg("rate_divisor") = 0.0, nb::arg("watches_score") = false, nb::arg("keeps_best") = false,
          nb::arg("constant") = 0.0, nb::arg("validation") = nb::none(), nb::arg("score") = nb::none(),
          nb::arg("on_epoch_begin") = nb::none(), nb::arg("on_epoch") = nb::none(),
          "Epochs over the rows [rows][inputs], [rows][outputs], weights [rows] or None, until a rule or "
          "on_epoch ends them (train/trainer.h, train/no_progress.h). Returns the losses of the epochs, "
          "penalties included, and stop_reason. Numbers that are not finite end training with NonFiniteError "
          "before an update; Ctrl-C ends it after a step.")
      .def("restore_best", &Train::restore_best, "Restores the parameters of the highest score.")
      .def_prop_rw("learning_rate", &Train::learning_rate, &Train::set_learning_rate, "Of the next epoch.")
      .def_prop_rw("no_progress", &Train::no_progress, &Train::set_no_progress,
                   "(lowest loss, highest score, consecutive epochs without progress).")
      // A copy with an owner of its own: a property would otherwise keep the trainer alive for it.
      .def_prop_rw("best", &Train::best, &Train::set_best, nb::rv_policy::automatic,
                   nb::for_setter(nb::arg("best").none()), "The parameters of the highest score, or None.")
      .def_prop_ro("steps", &Train::steps, "Updates made.")
      .def_prop_ro("epochs", &Train::epochs)
      .def("set_threads", &Train::set_threads, nb::arg("threads"))
      .def("state", &Train::state, "(first moments, second moments, updates, steps, epochs) for set_state.")
      .def("set_state", &Train::set_state, nb::arg("first").noconvert(), nb::arg("second").noconvert(),
           nb::arg("updates"), nb::arg("steps"), nb::arg("epochs"));
}

}  // namespace

void bind_trainer(nb::module_& module) {
  nb::class_<OptimizerOptions>(module, "Optimizer",
                               "An optimizer and its hyper-parameters (docs/networks.md).")
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
