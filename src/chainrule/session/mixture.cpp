// Members are trained side by side, each on one thread (MemberTraining). Their outputs for the rows that they
// were not trained on choose how often each kind of member counts and the temperature (vote.h). In the end
// join makes one network of those that count.
#include "chainrule/session/mixture.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numeric>
#include <optional>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/joined_member.h"
#include "chainrule/model/joined_network.h"
#include "chainrule/model/piecewise_columns.h"
#include "chainrule/session/front_plan.h"
#include "chainrule/session/time_left.h"
#include "chainrule/session/vote.h"
#include "chainrule/train/predictor.h"

namespace chainrule {
namespace {

// Of a larger table, with so many outputs for all rows, fewer epochs are recorded.
constexpr std::size_t kManyOutputs = 100'000;

// L1, per weight, in the mean loss of scaled targets.
constexpr double kPenalty = 3e-4;

// Of a member that is trained on all rows at once, where the others may have fewer epochs.
constexpr std::uint64_t kIterations = 600;

using Clock = std::chrono::steady_clock;
// After which the time that is left can be told from the epochs so far.
constexpr std::chrono::seconds kBeforeEstimate{3};

bool reads_columns(const PlannedKind& kind) {
  return kind.columns != NumberEmbedding::none;
}

// A penalty that the request gives binds every member.
double l1_of(MemberKind kind, const TrainRequest& request) {
  const bool has_penalty = kind == MemberKind::sparse || kind == MemberKind::piecewise;
  return !has_penalty || request.penalty.l1 != 0 ? request.penalty.l1 : kPenalty;
}

// All rows at once, and for longer than in batches.
bool needs_all_rows(const PlannedKind& kind) {
  return kind.kind == MemberKind::small;
}

void use_all_rows(const TrainRequest& request, TrainerOptions& options) {
  options.optimizer = {.kind = Optimizer::scg};
  options.schedule = {};
  options.batch_size = 0;
  const bool is_given = std::ranges::count(request.given, Setting::epochs) != 0;
  if (!is_given) options.stopping.epochs = std::max(options.stopping.epochs, kIterations);
}

// With so many inputs more.
Network widened(Network network, std::size_t added) {
  for (Layer& layer : network.layers) {
    auto* const dense = std::get_if<Dense>(&layer);  // of an mlp, which begins with a dense layer
    if (dense == nullptr) continue;
    dense->inputs += added;
    break;
  }
  return network;
}

template <typename T>
Dataset<T> rows_of(const Dataset<T>& all, std::span<const std::uint32_t> rows) {
  Dataset<T> part{.inputs = Matrix<T>::unset(rows.size(), all.inputs.columns()),
                  .targets = Matrix<T>::unset(rows.size(), all.targets.columns())};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(all.inputs.row(rows[i]), all.inputs.columns(), part.inputs.row(i));
    std::copy_n(all.targets.row(rows[i]), all.targets.columns(), part.targets.row(i));
    if (!all.row_weights.empty()) part.row_weights.push_back(all.row_weights[rows[i]]);
  }
  return part;
}

// (x - offset) factor. Of the columns after the inputs, offset and factor come from the mean and the standard
// deviation; the inputs are scaled already.
template <typename T>
struct ColumnScales {
  std::vector<T> offset, factor;
};

// A first layer that was trained on scaled columns becomes one for the columns as they are:
//   (x - offset) factor W + b = x (factor W) + (b - offset factor W)
template <typename T>
void absorb_scales(const ColumnScales<T>& scales, const Dense& first, std::span<T> parameters) {
  const DenseParameters<T> layer = dense_parameters<T>(first, parameters);
  for (std::size_t i = 0; i < first.inputs; ++i) {
    for (std::size_t j = 0; j < first.outputs; ++j) {
      layer.w(i, j) *= scales.factor[i];
      layer.b[j] -= scales.offset[i] * layer.w(i, j);
    }
  }
}

// One member to train, and what became of it.
template <typename T>
struct Member {
  std::size_t kind = 0;  // its index in TrainingPlan::kinds
  std::uint32_t fold = 0;
  std::uint64_t seed = 0;
  Parameters<T> parameters;
  History history;
  EpochOutputs<T> outputs;  // for its fold
  bool is_trained = false;
};

// Trains members one after the other, on as many threads as there are.
template <typename T>
class MemberTraining {
 public:
  MemberTraining(const Compute& compute, const TrainRequest& request, const TrainingPlan& plan,
                 const TrainerOptions& options, const EncodedRows<T>& rows, const SessionObserver& observer,
                 Checkpoints<T>& checkpoints)
      : compute_(compute),
        request_(request),
        plan_(plan),
        options_(options),
        rows_(rows),
        observer_(observer),
        checkpoints_(checkpoints),
        start_(Clock::now()) {
    checkpoints_.save_first_boundary();
    for (const PlannedKind& kind : plan.kinds) {
      networks_.push_back(kind.network);
      if (reads_columns(kind)) {
        if (!columns_) make_columns(kind);
        networks_.back() = widened(kind.network, columns_->layer.outputs - columns_->layer.inputs);
      }
      trained_.push_back(with_front(front_of(kind, request.seed), networks_.back()));
    }
  }

  // Writes the outputs of each member for its fold to `z` of its kind, before the activation.
  void train_all(std::vector<Member<T>>& members, std::vector<Matrix<T>>& z_of_kind) {
    wanted_ = members.size();
    std::vector<double> costs;
    for (const Member<T>& member : members)
      costs.push_back(static_cast<double>(parameter_count(trained_[member.kind])));
    time_left_.emplace(std::move(costs), options_.stopping.epochs);
    run_tasks(compute_.pool, members.size(),
              [&](std::size_t m) { train_one(m, members[m], z_of_kind[members[m].kind]); });
  }
  // One network of the members that count, as often as their kind was chosen.
  void join(std::vector<Member<T>>& members, const std::vector<std::size_t>& times,
            MixtureTraining<T>& mixture) const;
  // The same of the members of each fold.
  void join_folds(const std::vector<Member<T>>& members, const std::vector<std::size_t>& times,
                  MixtureTraining<T>& mixture) const;

 private:
  void train_one(std::size_t number, Member<T>& member, Matrix<T>& z);
  TrainerOptions options_for(const Member<T>& member);
  void make_columns(const PlannedKind& kind);
  FrontLayers front_of(const PlannedKind& kind, std::uint64_t seed) const;
  void join_columns(Member<T>& member) const;
  ColumnScales<T> scales_of_columns() const;
  InputMap<T> map_to_columns() const;
  JoinedNetwork<T> joined(const std::vector<const Member<T>*>& members, const std::vector<std::size_t>& times,
                          double temperature) const;
  bool reads_columns_of(std::size_t kind) const { return reads_columns(plan_.kinds[kind]); }
  Compute alone() const { return {.path = compute_.path, .matrix_unit = compute_.matrix_unit}; }
  std::size_t threads() const { return compute_.pool == nullptr ? 1 : compute_.pool->threads(); }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  void report_epoch(std::size_t number, std::uint64_t epoch);
  void report_end(std::size_t number, const Member<T>& member);
  bool is_asked_to_stop() const { return observer_.is_asked_to_stop && observer_.is_asked_to_stop(); }

  const Compute& compute_;
  const TrainRequest& request_;
  const TrainingPlan& plan_;
  const TrainerOptions& options_;
  const EncodedRows<T>& rows_;
  const SessionObserver& observer_;
  Checkpoints<T>& checkpoints_;                 // of the first member
  std::optional<PiecewiseColumns<T>> columns_;  // if a kind reads them; of waves, too
  ColumnScales<T> scales_;                      // of their columns, for training
  std::vector<Network> networks_;               // one per kind, as it is joined
  std::vector<Network> trained_;                // the same behind its front layers (front_plan.h)
  Clock::time_point start_;
  std::size_t wanted_ = 0;
  std::mutex mutex_;  // of what follows
  std::size_t begun_ = 0, done_ = 0;
  std::optional<TimeLeft> time_left_;
  bool has_estimated_ = false;
};

template <typename T>
TrainerOptions MemberTraining<T>::options_for(const Member<T>& member) {
  TrainerOptions options = options_;
  options.seed = member.seed;
  options.layer_reports = LayerReports::none;
  options.penalty.l1 = l1_of(plan_.kinds[member.kind].kind, request_);
  if (needs_all_rows(plan_.kinds[member.kind])) use_all_rows(request_, options);
  const std::lock_guard lock(mutex_);
  const std::size_t rounds = (wanted_ - begun_ + threads() - 1) / threads();
  ++begun_;
  if (options.stopping.time_budget_seconds > 0) {
    const std::chrono::duration<double> since = Clock::now() - start_;
    const double left = options.stopping.time_budget_seconds - since.count();
    options.stopping.time_budget_seconds = std::max(left / static_cast<double>(rounds), 1e-3);
  }
  return options;
}

// Members share the waves, as they were drawn: if each had its own, the joined layer behind them would have
// members^2 times the weights.
template <typename T>
void MemberTraining<T>::make_columns(const PlannedKind& kind) {
  if (kind.columns == NumberEmbedding::piecewise) {
    columns_ = piecewise_columns(quantile_knots<T>(rows_.training.inputs.view(), kind.parts));
    scales_ = scales_of_columns();
    return;
  }
  const FrontLayer waves =
      wave_layer(plan_.front_inputs.features, plan_.front_inputs.numbers, WaveUse::fixed, request_.seed);
  columns_ = PiecewiseColumns<T>{.layer = waves.layer, .parameters = {}};
  for (const double value : waves.parameters)
    columns_->parameters.push_back(static_cast<T>(value));
  scales_ = {.offset = std::vector<T>(waves.layer.outputs, T{0}),
             .factor = std::vector<T>(waves.layer.outputs, T{1})};
}

template <typename T>
FrontLayers MemberTraining<T>::front_of(const PlannedKind& kind, std::uint64_t seed) const {
  const bool is_piecewise = kind.columns == NumberEmbedding::piecewise;
  return front_of_member(request_, plan_.front_inputs,
                         is_piecewise ? columns_->layer.outputs - columns_->layer.inputs : 0, seed);
}

// From the parameters of a member as it was trained to those of the network that is joined.
template <typename T>
void MemberTraining<T>::join_columns(Member<T>& member) const {
  const Network& network = networks_[member.kind];
  if (const std::size_t front = trained_[member.kind].layers.size() - network.layers.size(); front != 0) {
    FoldedNetwork<T> folded = fold_layers<T>(trained_[member.kind], member.parameters, front);
    member.parameters.assign(folded.parameters.begin(), folded.parameters.end());
  }
  if (reads_columns_of(member.kind))
    absorb_scales<T>(scales_, std::get<Dense>(network.layers.front()), member.parameters);
}

template <typename T>
ColumnScales<T> MemberTraining<T>::scales_of_columns() const {
  const Matrix<T>& inputs = rows_.training.inputs;
  const std::size_t columns = columns_->layer.outputs;
  Predictor<T> predictor(alone(), {.layers = {columns_->layer}}, columns_->parameters, ReadAt::activation,
                         Weights::fixed);
  AlignedVector<T> wide(columns);
  std::vector<double> sums(columns, 0), squares(columns, 0);
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    predictor.predict({inputs.row(r), inputs.columns()}, wide);
    for (std::size_t c = 0; c < columns; ++c) {
      const double x = wide[c];
      sums[c] += x, squares[c] += x * x;
    }
  }
  ColumnScales<T> scales{.offset = std::vector<T>(columns, T{0}), .factor = std::vector<T>(columns, T{1})};
  for (std::size_t c = inputs.columns(); c < columns; ++c) {
    const double count = static_cast<double>(inputs.rows()), mean = sums[c] / count;
    const double variance = squares[c] / count - mean * mean;
    scales.offset[c] = static_cast<T>(mean);
    scales.factor[c] = variance > 1e-12 ? static_cast<T>(1 / std::sqrt(variance)) : T{0};
  }
  return scales;
}

// [rows][inputs] -> [rows][inputs and scaled piecewise-linear columns], for one thread. All rows of a large
// table would take several times its memory.
template <typename T>
InputMap<T> MemberTraining<T>::map_to_columns() const {
  Predictor<T> columns(alone(), {.layers = {columns_->layer}}, columns_->parameters, ReadAt::activation,
                       Weights::fixed);
  return {
      .columns = columns_->layer.outputs,
      .apply = [this, columns = std::move(columns)](MatrixView<const T> inputs, MatrixView<T> wide) mutable {
        columns.predict(inputs, wide);
        scale_columns<T>(scales_.offset, scales_.factor, wide);
      }};
}

template <typename T>
void MemberTraining<T>::train_one(std::size_t number, Member<T>& member, Matrix<T>& z) {
  // The first one is always trained, so that there is a model.
  if (number != 0 && is_asked_to_stop()) return;
  std::vector<std::uint32_t> training, held;
  for (std::uint32_t row = 0; row < plan_.folds.size(); ++row)
    (plan_.folds[row] == member.fold ? held : training).push_back(row);
  const Dataset<T> training_rows = rows_of(rows_.training, training),
                   held_rows = rows_of(rows_.training, held);
  std::vector<double> held_weights;
  for (const std::uint32_t row : rows_.training_weights.empty() ? std::vector<std::uint32_t>() : held)
    held_weights.push_back(rows_.training_weights[row]);
  TrainerOptions options = options_for(member);
  options.batch_size = std::min(options.batch_size, training_rows.rows());

  const Network& network = trained_[member.kind];
  const FrontLayers front = front_of(plan_.kinds[member.kind], member.seed);
  options.rate_factors = rate_factors_of(request_, front, network);
  member.parameters.assign(parameter_count(network), T{0});
  initialize_parameters<T>(network, initializer_of(request_, member.seed), member.parameters);
  set_front_parameters<T>(front, member.parameters);
  std::optional<Checkpoints<T>> own_checkpoints;
  if (number != 0) own_checkpoints.emplace(checkpoints_.of_member(number));
  Checkpoints<T>& checkpoints = number == 0 ? checkpoints_ : *own_checkpoints;
  const bool has_checkpoints =
      !needs_all_rows(plan_.kinds[member.kind]);  // the others are trained again, which takes a moment
  if (has_checkpoints) checkpoints.require_fitting(network, options, training_rows.rows());
  TrainerObserver watcher;
  if (observer_.is_asked_to_stop) {
    watcher.on_step = [this](const StepReport&) {
      return is_asked_to_stop() ? Continue::stop : Continue::yes;
    };
  }
  const bool reads_columns = reads_columns_of(member.kind);
  const InputMap<T> map = reads_columns ? map_to_columns() : InputMap<T>{};
  TrainingRows<T> rows{.training = training_rows,
                       .validation = held_rows,
                       .score = score_for<T>(plan_.schema.task, held_weights, plan_.loss.quantiles)};
  if (reads_columns) rows.training.map = rows.validation->map = &map;
  watcher.on_epoch = [&](const EpochReport& epoch) {
    report_epoch(number, epoch.epoch);
    return Continue::yes;
  };
  ProgressHooks<T> hooks = has_checkpoints ? checkpoints.hooks() : ProgressHooks<T>{};
  hooks.outputs = &member.outputs;
  if (z.values().size() > kManyOutputs) member.outputs.per_doubling = 4;
  member.history = train<T>(alone(), network, options, rows, watcher, member.parameters, hooks);
  Matrix<T> outputs;
  evaluate_dataset<T>(alone(), network, member.parameters, options.loss, *rows.validation, &outputs,
                      ReadAt::pre_activation);
  for (std::size_t i = 0; i < held.size(); ++i)
    std::copy_n(outputs.row(i), z.columns(), z.row(held[i]));
  join_columns(member);
  member.is_trained = true;
  report_end(number, member);
}

template <typename T>
void MemberTraining<T>::report_epoch(std::size_t number, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  time_left_->at_epoch(number, epoch);
  if (has_estimated_ || Clock::now() - start_ < kBeforeEstimate) return;
  has_estimated_ = true;
  if (observer_.on_estimate) observer_.on_estimate(time_left_->at_most(seconds()));
}

template <typename T>
void MemberTraining<T>::report_end(std::size_t number, const Member<T>& member) {
  const std::lock_guard lock(mutex_);
  ++done_;
  time_left_->end(number, member.history.epochs_run());
  if (observer_.on_member) {
    observer_.on_member({.done = done_,
                         .members = wanted_,
                         .epochs = member.history.epochs_run(),
                         .seconds_left = time_left_->expected(seconds())});
  }
}

// The share of a member in the vote of these.
template <typename T>
double weight_of(const Member<T>& member, const std::vector<const Member<T>*>& members,
                 const std::vector<std::size_t>& times) {
  std::size_t votes = 0;
  for (const Member<T>* const one : members)
    votes += times[one->kind];
  return static_cast<double>(times[member.kind]) / static_cast<double>(votes);
}

template <typename T>
JoinedNetwork<T> MemberTraining<T>::joined(const std::vector<const Member<T>*>& members,
                                           const std::vector<std::size_t>& times, double temperature) const {
  const bool has_columns = std::ranges::any_of(
      members, [&](const Member<T>* const member) { return reads_columns_of(member->kind); });
  std::vector<std::size_t> own_inputs(plan_.network.inputs());
  std::iota(own_inputs.begin(), own_inputs.end(), std::size_t{0});
  std::vector<JoinedMember<T>> joined;
  for (const Member<T>* const member : members) {
    joined.push_back({.network = &networks_[member->kind],
                      .parameters = member->parameters,
                      .share = weight_of(*member, members, times) / temperature});
    if (!reads_columns_of(member->kind)) joined.back().inputs = own_inputs;
  }
  JoinedNetwork<T> network =
      join_networks<T>(has_columns ? columns_->layer.outputs : plan_.network.inputs(), joined);
  if (has_columns) {
    network.network.layers.insert(network.network.layers.begin(), columns_->layer);
    network.parameters.insert(network.parameters.begin(), columns_->parameters.begin(),
                              columns_->parameters.end());
  }
  return network;
}

template <typename T>
void MemberTraining<T>::join(std::vector<Member<T>>& members, const std::vector<std::size_t>& times,
                             MixtureTraining<T>& mixture) const {
  for (const Member<T>& member : members) {
    if (member.is_trained && times[member.kind] == 0)
      mixture.left_out.push_back(plan_.kinds[member.kind].kind);
  }
  std::erase_if(members,
                [&](const Member<T>& member) { return !member.is_trained || times[member.kind] == 0; });
  std::vector<const Member<T>*> all;
  for (const Member<T>& member : members)
    all.push_back(&member);
  for (const Member<T>& member : members) {
    const std::span<const T> bias = output_bias<T>(networks_[member.kind], member.parameters);
    mixture.members.push_back({.kind = plan_.kinds[member.kind].kind,
                               .fold = member.fold,
                               .weight = weight_of(member, all, times),
                               .epochs = member.history.epochs_run(),
                               .best_epoch = member.history.best_epoch,
                               .hidden = hidden_units(networks_[member.kind]),
                               .inputs = networks_[member.kind].inputs(),
                               .bias = {bias.begin(), bias.end()}});
  }
  JoinedNetwork<T> network = joined(all, times, mixture.temperature);
  mixture.network = std::move(network.network);
  mixture.parameters = std::move(network.parameters);
}

template <typename T>
void MemberTraining<T>::join_folds(const std::vector<Member<T>>& members,
                                   const std::vector<std::size_t>& times, MixtureTraining<T>& mixture) const {
  const std::uint32_t folds = *std::ranges::max_element(plan_.folds) + 1;
  for (std::uint32_t fold = 0; fold < folds; ++fold) {
    std::vector<const Member<T>*> of_fold;
    for (const Member<T>& member : members) {
      if (member.fold == fold && times[member.kind] != 0) of_fold.push_back(&member);
    }
    mixture.of_fold.push_back(joined(of_fold, times, mixture.temperature));
  }
}

// Why the training as a whole ended: a member that was cut short counts before those that a rule ended, since
// another run would cut elsewhere.
template <typename T>
void settle_end(const std::vector<Member<T>>& members, MixtureTraining<T>& mixture) {
  std::size_t diverged = 0;
  bool is_stopped = false, is_out_of_time = false;
  for (const Member<T>& member : members) {
    is_stopped |= !member.is_trained || member.history.stop_reason == StopReason::asked_to_stop;
    is_out_of_time |= member.is_trained && member.history.stop_reason == StopReason::time_budget;
    diverged += member.is_trained && member.history.stop_reason == StopReason::diverged ? 1 : 0;
  }
  if (is_out_of_time) mixture.history.stop_reason = StopReason::time_budget;
  if (is_stopped) mixture.history.stop_reason = StopReason::asked_to_stop;
  if (diverged != 0 && mixture.history.stop_reason != StopReason::diverged) {
    mixture.notes.push_back("the numbers of " + count_of(diverged, "network") + " of " +
                            format_count(members.size()) +
                            " were no longer finite: the best weights before that vote with the others.");
  }
}

template <typename T>
std::vector<FoldOutputs<T>> take_outputs(std::vector<Member<T>>& members) {
  std::vector<FoldOutputs<T>> outputs;
  for (Member<T>& member : members) {
    outputs.push_back({.kind = member.kind,
                       .fold = member.fold,
                       .best_epoch = member.history.best_epoch,
                       .epochs = member.history.epochs_run(),
                       .outputs = std::move(member.outputs)});
  }
  return outputs;
}

}  // namespace

template <typename T>
MixtureTraining<T> train_mixture(const Compute& compute, const TrainRequest& request,
                                 const TrainingPlan& plan, const TrainerOptions& options,
                                 const EncodedRows<T>& rows, const SessionObserver& observer,
                                 Checkpoints<T>& checkpoints) {
  const std::uint32_t folds = *std::ranges::max_element(plan.folds) + 1;
  std::vector<Member<T>> members;
  for (std::size_t kind = 0; kind < plan.kinds.size(); ++kind) {
    for (std::uint32_t fold = 0; fold < folds; ++fold) {
      const std::uint64_t seed =
          random_u64({.seed = request.seed, .purpose = RandomPurpose::members}, members.size());
      members.push_back({.kind = kind, .fold = fold, .seed = seed});
    }
  }
  std::vector<Matrix<T>> z_of_kind(plan.kinds.size(),
                                   Matrix<T>(rows.training.rows(), plan.network.outputs()));
  MemberTraining<T> training(compute, request, plan, options, rows, observer, checkpoints);
  training.train_all(members, z_of_kind);

  MixtureTraining<T> mixture{.history = members.front().history};
  settle_end(members, mixture);
  std::vector<std::size_t> times(plan.kinds.size(), 0);
  if (std::ranges::all_of(members, &Member<T>::is_trained)) {
    const Activation activation = plan.network.output_activation();
    Vote<T> vote = choose_vote<T>(compute, plan.loss, activation, rows.training.targets.view(),
                                  rows.training.row_weights, z_of_kind);
    times = std::move(vote.times);
    mixture.temperature = vote.temperature;
    mixture.out_of_fold = outputs_out_of_fold<T>(compute, plan.loss, activation, rows.training, plan.folds,
                                                 take_outputs(members), std::move(z_of_kind));
    mixture.losses = {.vote = vote.loss, .plain = vote.loss_of_first};
  } else {
    times[0] = 1;
    mixture.notes.push_back(
        "training was stopped before every row was predicted by a member that was not "
        "trained on it: there is no score.");
  }
  if (request.reasons == MeasureReasons::yes && mixture.out_of_fold.outputs.rows() != 0)
    training.join_folds(members, times, mixture);
  training.join(members, times, mixture);
  return mixture;
}

template MixtureTraining<float> train_mixture<float>(const Compute&, const TrainRequest&, const TrainingPlan&,
                                                     const TrainerOptions&, const EncodedRows<float>&,
                                                     const SessionObserver&, Checkpoints<float>&);
template MixtureTraining<double> train_mixture<double>(const Compute&, const TrainRequest&,
                                                       const TrainingPlan&, const TrainerOptions&,
                                                       const EncodedRows<double>&, const SessionObserver&,
                                                       Checkpoints<double>&);

}  // namespace chainrule
