// One run of the perceptron rule over the rows of a table (perceptron_trainer.h has the equations).
//
//   W_j += rate (d_j - o_j) x    for each unit j, row by row
//   pocket: of all W so far, the one with the most correct rows (ratchet); tested after long correct runs
//   averaged: (1/n) sum of W after each of the n presentations
//
// Run presents the rows and keeps what the variant asks for. Each unit counts its corrections per row since
// its weights were last marked; when the weights return to the mark, the counts are a certificate that its
// rows are not separable (model/separability.h). The marks are set at epochs 1, 2, 4, 8, ..., so that a
// period of any length is found (Brent 1980).
//
// Source: Rosenblatt 1958; Gallant 1990; Freund, Schapire 1999.
#include "chainrule/train/perceptron_trainer.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/model/dense.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

constexpr LossOptions kLoss{.kind = Loss::perceptron};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void check_network(const Network& network) {
  validate(network);
  // By type: the rule is defined for dense layers only. The code below relies on this check.
  const auto* layer = std::get_if<Dense>(&network.layers.front());
  const bool is_perceptron = network.layers.size() == 1 && layer != nullptr &&
                             layer->activation == Activation::sign && layer->unit_activations.empty() &&
                             layer->bias == BiasUse::present;
  if (!is_perceptron) {
    throw StateError({.what = "the perceptron rule trains one layer of sign units with a bias",
                      .advice = "train other networks by gradient descent"});
  }
}

template <typename T>
void check_data(const Network& network, const Dataset<T>& data, std::string_view name) {
  const bool fits = data.rows() > 0 && data.inputs.columns() == network.inputs() &&
                    data.targets.columns() == network.outputs() && data.targets.rows() == data.rows() &&
                    data.row_weights.empty();
  if (!fits) {
    throw StateError({.what = "the " + std::string(name) + " data do not fit the perceptron",
                      .expected = "rows of " + std::to_string(network.inputs()) + " inputs and " +
                                  std::to_string(network.outputs()) + " targets, without row weights",
                      .got = std::to_string(data.rows()) + " rows of " +
                             std::to_string(data.inputs.columns()) + " inputs and " +
                             std::to_string(data.targets.columns()) + " targets" +
                             (data.row_weights.empty() ? "" : ", with row weights")});
  }
  validate_targets<T>(kLoss, data.targets.view());
  for (std::size_t r = 0; r < data.rows(); ++r) {
    for (const T t : data.targets.view().row_span(r)) {
      if (t == 0 || t == 1) continue;
      throw DataError({.what = "a threshold unit cannot reach this target",
                       .where = "row " + std::to_string(r + 1),
                       .expected = "0 or 1",
                       .got = format_number(t)});
    }
  }
}

// One run of the rule.
template <typename T>
class Run {
 public:
  Run(const Compute& compute, const Network& network, const PerceptronTrainerOptions& options,
      const Dataset<T>& data, AlignedVector<T>& parameters)
      : compute_(compute),
        network_(network),
        options_(options),
        data_(data),
        weights_(parameters),
        order_(data, 1, options.row_order, options.seed),
        units_(network.outputs()),
        pocket_(parameters),
        sum_(parameters.size(), 0.0) {
    for (std::size_t j = 0; j < units_.size(); ++j) {
      for (std::size_t r = 0; r < data.rows(); ++r)
        units_[j].sides.push_back(data.targets(r, j) == 1 ? 1 : -1);
      units_[j].counts.assign(data.rows(), 0);
      units_[j].marked = weights_of_unit(j);
    }
    if (options.variant == PerceptronVariant::pocket) pocket_right_ = rows_right(weights_);
  }

  struct Epoch {
    double loss = 0;  // mean over the presentations
    std::uint64_t presentations = 0;
    std::uint64_t corrections = 0;
    bool pocket_changed = false;
  };

  // Presents the rows until `is_ended(loss of the row)` is true, asked after each row.
  template <typename Ended>
  Epoch epoch(std::uint32_t number, Ended&& is_ended) {
    Epoch result;
    order_.start_epoch(number);
    epoch_ = number;
    for (Unit& unit : units_)
      unit.is_right = true;
    for (const std::uint32_t row : order_.order()) {
      const double loss = present(row, result);
      result.loss += loss;
      ++result.presentations;
      if (is_ended(loss)) break;
    }
    if (result.presentations < data_.rows()) {
      for (Unit& unit : units_)
        unit.is_right = false;  // not all rows were seen
    }
    result.loss /= static_cast<double>(result.presentations);
    consider_for_pocket(result);
    if (is_right()) pocket_ = weights_;  // no weights are better than these
    look_for_cycles(number);
    return result;
  }

  bool is_right() const {
    return std::all_of(units_.begin(), units_.end(), [](const Unit& unit) { return unit.is_right; });
  }
  // Every unit is right, or it is proven that it never will be.
  bool is_settled() const {
    return std::all_of(units_.begin(), units_.end(), [](const Unit& unit) {
      return unit.is_right || unit.answer.verdict == Separability::not_separable;
    });
  }

  // The weights that the variant keeps.
  AlignedVector<T> kept() const {
    switch (options_.variant) {
      case PerceptronVariant::plain:
        break;
      case PerceptronVariant::pocket:
        return pocket_;
      case PerceptronVariant::averaged: {
        AlignedVector<T> mean(sum_.size());
        for (std::size_t i = 0; i < mean.size(); ++i)
          mean[i] = static_cast<T>(sum_[i] / static_cast<double>(presentations_));
        return mean;
      }
    }
    return weights_;
  }

  // The verdict on each unit; units that are still undecided are searched.
  std::vector<UnitSeparability> answers(bool may_search) {
    std::vector<UnitSeparability> answers;
    for (Unit& unit : units_) {
      UnitSeparability& answer = unit.answer;
      if (unit.is_right) {
        answer = {.verdict = Separability::separable,
                  .proof = separates_exactly(exact_inputs(), unit.sides, textbook_weights(unit))
                               ? Proof::exact
                               : Proof::numerical,
                  .evidence = Evidence::right_epoch};
      } else if (answer.verdict == Separability::undecided && may_search) {
        const double share = options_.search_multiplications / static_cast<double>(units_.size());
        SeparabilityAnswer found =
            decide_separability(exact_inputs(), unit.sides, {.multiplications = share});
        answer = {.verdict = found.verdict,
                  .proof = found.proof,
                  .evidence = Evidence::search,
                  .counts = std::move(found.counts),
                  .rows_in_proof = found.points_used,
                  .distance = found.distance};
      }
      answers.push_back(std::move(answer));
    }
    return answers;
  }

  // Pre-activations of the kept weights for all rows, [rows][units].
  Matrix<T> nets(std::span<const T> parameters) const {
    Matrix<T> z(data_.rows(), units_.size());
    predict_rows<T>(compute_, network_, parameters, data_.inputs.view(), z.view(), ReadAt::pre_activation);
    return z;
  }

 private:
  struct Unit {
    std::vector<int> sides;  // +1 or -1 for each row
    bool is_right = false;   // on every row of the last epoch
    // The corrections of each row since the weights were marked, at epochs 1, 2, 4, 8, ... (Brent).
    std::vector<double> counts;
    std::vector<T> marked;
    std::uint64_t marked_epoch = 0;
    UnitSeparability answer;
  };

  // In double, made only for a proof: twice the memory of a large table of floats.
  MatrixView<const double> exact_inputs() {
    if (inputs_.rows() == 0) {
      inputs_.resize(data_.rows(), data_.inputs.columns());
      std::copy(data_.inputs.values().begin(), data_.inputs.values().end(), inputs_.values().begin());
    }
    return inputs_.view();
  }

  // check_network has made sure that the layer is dense.
  DenseParameters<T> layer(AlignedVector<T>& parameters) const {
    return dense_parameters<T>(std::get<Dense>(network_.layers.front()), parameters);
  }

  std::vector<T> weights_of_unit(std::size_t j) {
    const DenseParameters<T> parameters = layer(weights_);
    std::vector<T> weights = {parameters.b[j]};
    for (std::size_t i = 0; i < parameters.w.rows; ++i)
      weights.push_back(parameters.w(i, j));
    return weights;
  }

  // (T, w1, ..., wn) in double.
  std::vector<double> textbook_weights(const Unit& unit) {
    const std::vector<T> weights = weights_of_unit(static_cast<std::size_t>(&unit - units_.data()));
    std::vector<double> textbook(weights.begin(), weights.end());
    textbook.front() = -textbook.front();
    return textbook;
  }

  // Returns the row's loss before the correction.
  double present(std::uint32_t row, Epoch& epoch) {
    const std::span<const T> x(data_.inputs.row(row), data_.inputs.columns());
    forward<T>({.path = compute_.path}, network_, weights_, MatrixView<const T>(x.data(), 1, x.size()),
               Mode::predict, {}, workspace_);
    const T* z = workspace_.layers.back().z.row(0);
    double loss = 0;
    bool is_corrected = false;
    for (std::size_t j = 0; j < units_.size(); ++j) {
      Unit& unit = units_[j];
      const double d = unit.sides[row], net = static_cast<double>(z[j]);
      loss += std::max(0.0, -d * net);
      const double error = d - threshold_output(net, OutputCode::bipolar, options_.sign_of_zero);
      if (error == 0) continue;
      if (options_.on_correction)
        options_.on_correction({.epoch = epoch_, .row = row, .unit = j, .net = net, .error = error});
      // A run of correct rows ends here: are the weights that achieved it worth keeping?
      if (!is_corrected) consider_for_pocket(epoch);
      is_corrected = true;
      unit.is_right = false;
      unit.counts[row] += std::abs(error);
      const T size = static_cast<T>(options_.learning_rate * error);
      const DenseParameters<T> parameters = layer(weights_);
      parameters.b[j] += size;
      for (std::size_t i = 0; i < x.size(); ++i)
        parameters.w(i, j) += size * x[i];
    }
    ++presentations_;
    if (is_corrected) {
      ++epoch.corrections;
      run_length_ = 0;
    } else {
      ++run_length_;
    }
    if (options_.variant == PerceptronVariant::averaged) {
      for (std::size_t i = 0; i < sum_.size(); ++i)
        sum_[i] += static_cast<double>(weights_[i]);
    }
    return loss;
  }

  void consider_for_pocket(Epoch& epoch) {
    if (options_.variant != PerceptronVariant::pocket || run_length_ < pocket_run_) return;
    const std::size_t right = rows_right(weights_);
    if (right <= pocket_right_) return;  // the ratchet
    pocket_ = weights_;
    pocket_right_ = right;
    pocket_run_ = run_length_;
    epoch.pocket_changed = true;
  }

  std::size_t rows_right(const AlignedVector<T>& parameters) const {
    const Matrix<T> z = nets(parameters);
    std::size_t right = 0;
    for (std::size_t r = 0; r < z.rows(); ++r) {
      if (options_.read_at == ReadAt::pre_activation) {
        const auto largest = std::max_element(z.row(r), z.row(r) + z.columns()) - z.row(r);
        right += data_.targets(r, static_cast<std::size_t>(largest)) == 1;
        continue;
      }
      bool all = true;
      for (std::size_t j = 0; j < z.columns(); ++j) {
        all = all && threshold_output(static_cast<double>(z(r, j)), OutputCode::bipolar,
                                      options_.sign_of_zero) == units_[j].sides[r];
      }
      right += all;
    }
    return right;
  }

  // Rounding may keep weights from returning exactly, so nearly equal weights are checked too: the check
  // decides.
  void look_for_cycles(std::uint64_t epoch) {
    const double near = 1e-3 * options_.learning_rate;
    for (std::size_t j = 0; j < units_.size(); ++j) {
      Unit& unit = units_[j];
      if (unit.is_right || unit.answer.verdict == Separability::not_separable) continue;
      const std::vector<T> now = weights_of_unit(j);
      double change = 0;
      for (std::size_t i = 0; i < now.size(); ++i)
        change =
            std::max(change, std::abs(static_cast<double>(now[i]) - static_cast<double>(unit.marked[i])));
      if (change <= near &&
          check_certificate(exact_inputs(), unit.sides, unit.counts).proof == Proof::exact) {
        unit.answer = {.verdict = Separability::not_separable,
                       .proof = Proof::exact,
                       .evidence = Evidence::repeated_weights,
                       .counts = unit.counts,
                       .rows_in_proof = static_cast<std::size_t>(std::count_if(
                           unit.counts.begin(), unit.counts.end(), [](double count) { return count > 0; })),
                       .first_epoch = unit.marked_epoch,
                       .repeat_epoch = epoch};
        continue;
      }
      if (!std::has_single_bit(epoch)) continue;
      unit.marked = now;
      unit.marked_epoch = epoch;
      std::fill(unit.counts.begin(), unit.counts.end(), 0.0);
    }
  }

  const Compute& compute_;
  const Network& network_;
  const PerceptronTrainerOptions& options_;
  const Dataset<T>& data_;
  AlignedVector<T> weights_;
  BatchIterator<T> order_;
  Matrix<double> inputs_;
  std::vector<Unit> units_;
  Workspace<T> workspace_;
  std::uint64_t epoch_ = 0;
  std::uint64_t presentations_ = 0;
  std::size_t run_length_ = 0;  // presentations since the last correction
  AlignedVector<T> pocket_;
  std::size_t pocket_right_ = 0, pocket_run_ = 0;
  std::vector<double> sum_;
};

// See PerceptronTraining::raised_thresholds: T rises by half the smallest pre-activation above 0, so that
// only rows at 0 change sides.
template <typename T>
std::vector<std::size_t> raise_thresholds(const Network& network, const Matrix<T>& nets,
                                          AlignedVector<T>& parameters) {
  std::vector<std::size_t> raised;
  // check_network has made sure that the layer is dense.
  const DenseParameters<T> layer = dense_parameters<T>(std::get<Dense>(network.layers.front()), parameters);
  for (std::size_t j = 0; j < nets.columns(); ++j) {
    bool has_zero = false;
    T smallest = 1;
    for (std::size_t r = 0; r < nets.rows(); ++r) {
      has_zero = has_zero || nets(r, j) == 0;
      if (nets(r, j) > 0) smallest = std::min(smallest, nets(r, j));
    }
    if (!has_zero) continue;
    layer.b[j] -= smallest / 2;
    raised.push_back(j);
  }
  return raised;
}

}  // namespace

void validate(const PerceptronTrainerOptions& options) {
  if (!(options.learning_rate > 0 && options.learning_rate <= 1)) {
    throw UsageError({.what = "the learning rate of the perceptron rule is out of range",
                      .expected = "above 0, at most 1",
                      .got = format_number(options.learning_rate)});
  }
  if (options.epochs == 0) {
    throw UsageError({.what = "training needs at least one epoch", .expected = "1 or more", .got = "0"});
  }
}

template <typename T>
PerceptronTraining train_perceptron(const Compute& compute, const Network& network,
                                    const PerceptronTrainerOptions& options, const Dataset<T>& training,
                                    const Dataset<T>* validation, const ScoreFunction<T>& score,
                                    const TrainerObserver& observer, AlignedVector<T>& parameters) {
  check_network(network);
  validate(options);
  check_data(network, training, "training");
  if (validation != nullptr) check_data(network, *validation, "validation");
  const auto start = std::chrono::steady_clock::now();
  PerceptronTraining result;
  Run<T> run(compute, network, options, training, parameters);
  Matrix<T> outputs;
  bool asked_to_stop = false, is_out_of_time = false;
  for (std::uint64_t epoch = 1;; ++epoch) {
    const auto epoch_start = std::chrono::steady_clock::now();
    const auto passed = run.epoch(static_cast<std::uint32_t>(epoch), [&](double loss) {
      const StepReport step{.loss = loss, .learning_rate = options.learning_rate, .rows = 1};
      if (observer.on_step) asked_to_stop = observer.on_step(step) == Continue::stop;
      is_out_of_time = options.time_budget_seconds > 0 && seconds_since(start) >= options.time_budget_seconds;
      return asked_to_stop || is_out_of_time;
    });
    parameters = run.kept();
    require_finite_parameters<T>(network, parameters, epoch);
    result.presentations += passed.presentations;
    result.corrections += passed.corrections;
    EpochReport report{.epoch = epoch,
                       .epochs = options.epochs,
                       .training_loss = passed.loss,
                       .learning_rate = options.learning_rate,
                       .corrections = passed.corrections,
                       .is_best = passed.pocket_changed};
    if (validation != nullptr) {
      report.validation_loss =
          evaluate_dataset<T>(compute, network, parameters, kLoss, *validation, &outputs, options.read_at);
      if (score) report.validation_score = score(outputs.view(), validation->targets.view());
    }
    report.seconds = seconds_since(epoch_start);
    report.rows_per_second = static_cast<double>(passed.presentations) / std::max(report.seconds, 1e-9);
    report.seconds_left =
        seconds_since(start) / static_cast<double>(epoch) * static_cast<double>(options.epochs - epoch);
    const std::uint64_t best_before = result.history.best_epoch;
    if (passed.pocket_changed) result.history.best_epoch = epoch;
    if (observer.on_epoch && observer.on_epoch(report) == Continue::stop) asked_to_stop = true;
    add_epoch(std::move(report), best_before, options.history_epochs, result.history);

    std::optional<StopReason> reason;
    if (run.is_right()) {
      reason = StopReason::all_right;
    } else if (options.variant == PerceptronVariant::plain && run.is_settled()) {
      reason = StopReason::not_separable;
    } else if (epoch >= options.epochs) {
      reason = StopReason::iteration_limit;
    } else if (is_out_of_time) {
      reason = StopReason::time_budget;
    } else if (asked_to_stop) {
      reason = StopReason::asked_to_stop;
    }
    if (reason) {
      result.history.stop_reason = *reason;
      break;
    }
  }
  const bool by_the_clock = asked_to_stop || is_out_of_time;
  result.units = run.answers(options.search_multiplications > 0 && !by_the_clock);
  if (options.sign_of_zero == SignOfZero::minus && options.read_at == ReadAt::activation) {
    result.raised_thresholds = raise_thresholds<T>(network, run.nets(parameters), parameters);
  }
  return result;
}

#define CHAINRULE_INSTANTIATE(T)                                                                             \
  template PerceptronTraining train_perceptron<T>(                                                           \
      const Compute&, const Network&, const PerceptronTrainerOptions&, const Dataset<T>&, const Dataset<T>*, \
      const ScoreFunction<T>&, const TrainerObserver&, AlignedVector<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
