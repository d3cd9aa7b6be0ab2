// Members are trained side by side, each on one thread (MemberTraining). Their outputs for the rows that they
// were not trained on are then judged by the loss of the request (OutputJudge), which chooses how often each
// kind of member counts and the temperature; join_networks makes one network of those that count.
#include "chainrule/session/mixture.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/joined_network.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/softmax.h"
#include "chainrule/train/predictor.h"

namespace chainrule {
namespace {

constexpr double kSparsePenalty = 1e-3;  // per weight, of the mean loss of scaled targets
constexpr int kGreedyRounds = 20;

using Clock = std::chrono::steady_clock;

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

// One member to train, and what became of it.
template <typename T>
struct Member {
  MemberKind kind = MemberKind::plain;
  std::uint32_t fold = 0;
  std::uint64_t seed = 0;
  Parameters<T> parameters;
  History history;
  bool is_trained = false;
};

// Trains members one after the other, on as many threads as there are.
template <typename T>
class MemberTraining {
 public:
  MemberTraining(const Compute& compute, const TrainRequest& request, const TrainingPlan& plan,
                 const TrainerOptions& options, const EncodedRows<T>& rows, const SessionObserver& observer)
      : compute_(compute),
        request_(request),
        plan_(plan),
        options_(options),
        rows_(rows),
        observer_(observer),
        start_(Clock::now()) {}

  // Writes the outputs of each member for its fold to `z` of its kind, before the activation.
  void train_all(std::vector<Member<T>>& members, std::vector<Matrix<T>>& z_of_kind) {
    wanted_ = members.size();
    run_tasks(compute_.pool, members.size(), [&](std::size_t m) {
      train_one(members[m], z_of_kind[static_cast<std::size_t>(members[m].kind)]);
    });
  }

 private:
  void train_one(Member<T>& member, Matrix<T>& z);
  TrainerOptions options_for(const Member<T>& member) const;
  std::size_t threads() const { return compute_.pool == nullptr ? 1 : compute_.pool->threads(); }
  bool is_asked_to_stop() const { return observer_.is_asked_to_stop && observer_.is_asked_to_stop(); }

  const Compute& compute_;
  const TrainRequest& request_;
  const TrainingPlan& plan_;
  const TrainerOptions& options_;
  const EncodedRows<T>& rows_;
  const SessionObserver& observer_;
  Clock::time_point start_;
  std::size_t wanted_ = 0;
  std::mutex mutex_;  // of what follows
  std::size_t begun_ = 0, done_ = 0;
};

template <typename T>
TrainerOptions MemberTraining<T>::options_for(const Member<T>& member) const {
  TrainerOptions options = options_;
  options.seed = member.seed;
  options.layer_reports = LayerReports::none;
  if (member.kind == MemberKind::sparse) options.penalty.l1 = kSparsePenalty;
  return options;
}

template <typename T>
void MemberTraining<T>::train_one(Member<T>& member, Matrix<T>& z) {
  // The first one is always trained, so that there is a model.
  const bool is_first = member.kind == MemberKind::plain && member.fold == 0;
  if (!is_first && is_asked_to_stop()) return;
  std::vector<std::uint32_t> training, held;
  for (std::uint32_t row = 0; row < plan_.folds.size(); ++row)
    (plan_.folds[row] == member.fold ? held : training).push_back(row);
  TrainerOptions options = options_for(member);
  {
    const std::lock_guard lock(mutex_);
    const std::size_t rounds = (wanted_ - begun_ + threads() - 1) / threads();
    ++begun_;
    if (options.stopping.time_budget_seconds > 0) {
      const std::chrono::duration<double> since = Clock::now() - start_;
      const double left = options.stopping.time_budget_seconds - since.count();
      options.stopping.time_budget_seconds = std::max(left / static_cast<double>(rounds), 1e-3);
    }
  }
  const Dataset<T> training_rows = rows_of(rows_.training, training),
                   held_rows = rows_of(rows_.training, held);
  std::vector<double> held_weights;
  for (const std::uint32_t row : rows_.training_weights.empty() ? std::vector<std::uint32_t>() : held)
    held_weights.push_back(rows_.training_weights[row]);
  options.batch_size = std::min(options.batch_size, training_rows.rows());

  const Compute alone = {.path = compute_.path, .matrix_unit = compute_.matrix_unit};
  member.parameters.assign(plan_.parameters, T{0});
  initialize_parameters<T>(
      plan_.network, {.kind = request_.initializer, .scale = request_.initializer_scale, .seed = member.seed},
      member.parameters);
  TrainerObserver watcher;
  if (observer_.is_asked_to_stop) {
    watcher.on_step = [this](const StepReport&) {
      return is_asked_to_stop() ? Continue::stop : Continue::yes;
    };
  }
  member.history = train<T>(alone, plan_.network, options, training_rows, &held_rows,
                            score_for<T>(plan_.schema.task, held_weights), watcher, member.parameters);
  Matrix<T> outputs(held.size(), z.columns());
  predict_rows<T>(alone, plan_.network, member.parameters, held_rows.inputs.view(), outputs.view(),
                  ReadAt::pre_activation);
  for (std::size_t i = 0; i < held.size(); ++i)
    std::copy_n(outputs.row(i), z.columns(), z.row(held[i]));
  member.is_trained = true;
  const std::lock_guard lock(mutex_);
  ++done_;
  if (observer_.on_member)
    observer_.on_member({.done = done_, .members = wanted_, .epochs = member.history.epochs_run()});
}

// Judges outputs by the loss of the request, without label smoothing, which is for training.
template <typename T>
class OutputJudge {
 public:
  OutputJudge(const Compute& compute, const TrainingPlan& plan, const Dataset<T>& data)
      : compute_(compute), loss_(plan.loss), activation_(plan.network.output_activation()), data_(data) {
    loss_.label_smoothing = 0;
    loss_.reduction = Reduction::mean;
  }

  // Outputs from sums before the activation.
  Matrix<T> outputs_of(const Matrix<T>& z) const {
    Matrix<T> a(z.rows(), z.columns());
    if (activation_ == Activation::softmax) {
      softmax_rows<T>(compute_, z.view(), a.view());
    } else {
      const T parameter = static_cast<T>(properties_of(activation_).default_parameter);
      activate<T>(compute_, activation_, std::span(&parameter, 1), z.view(), a.view());
    }
    return a;
  }
  double loss_of(const Matrix<T>& z) {
    return evaluate_loss<T>(compute_, loss_, z.view(), outputs_of(z).view(), data_.targets.view(),
                            data_.row_weights, {}, scratch_);
  }
  // Whether z / T are the outputs of a network, too, and T changes how sure it is of its classes.
  bool has_temperature() const {
    return loss_.kind == Loss::softmax_cross_entropy || loss_.kind == Loss::binary_cross_entropy;
  }

 private:
  const Compute& compute_;
  LossOptions loss_;
  Activation activation_;
  const Dataset<T>& data_;
  LossScratch<T> scratch_;
};

// sum / divisor
template <typename T>
Matrix<T> quotient(const Matrix<T>& sum, double divisor) {
  Matrix<T> result(sum.rows(), sum.columns());
  const T factor = static_cast<T>(1 / divisor);
  for (std::size_t i = 0; i < sum.values().size(); ++i)
    result.values()[i] = sum.values()[i] * factor;
  return result;
}

template <typename T>
void add_to(Matrix<T>& sum, const Matrix<T>& term) {
  for (std::size_t i = 0; i < sum.values().size(); ++i)
    sum.values()[i] += term.values()[i];
}

// How often each kind is chosen, and the mean of their outputs.
template <typename T>
struct Choice {
  std::vector<std::size_t> times;
  Matrix<T> z;
};

template <typename T>
Choice<T> choose_greedily(const std::vector<Matrix<T>>& z_of_kind, OutputJudge<T>& judge) {
  Choice<T> best{.times = std::vector<std::size_t>(z_of_kind.size(), 0)};
  if (z_of_kind.size() == 1) return {.times = {1}, .z = z_of_kind.front()};
  std::vector<std::size_t> times = best.times;
  Matrix<T> sum(z_of_kind.front().rows(), z_of_kind.front().columns());
  double lowest = std::numeric_limits<double>::infinity();
  for (int round = 1; round <= kGreedyRounds; ++round) {
    std::size_t chosen = 0;
    double loss_of_chosen = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < z_of_kind.size(); ++k) {
      Matrix<T> with = sum;
      add_to(with, z_of_kind[k]);
      const double loss = judge.loss_of(quotient(with, round));
      if (loss < loss_of_chosen) loss_of_chosen = loss, chosen = k;
    }
    add_to(sum, z_of_kind[chosen]);
    ++times[chosen];
    if (loss_of_chosen < lowest) {
      lowest = loss_of_chosen;
      best = {.times = times, .z = quotient(sum, round)};
    }
  }
  return best;
}

// The T with the lowest loss of z / T, by golden section on log T; 1 if it does not lower the loss.
template <typename T>
double choose_temperature(const Matrix<T>& z, OutputJudge<T>& judge) {
  if (!judge.has_temperature()) return 1;
  const auto loss_at = [&](double logarithm) { return judge.loss_of(quotient(z, std::exp(logarithm))); };
  constexpr double kGolden = 0.6180339887498949;  // (sqrt(5) - 1) / 2
  // Where all rows are right, the loss falls without end as T does: a few rows do not prove certainty.
  double low = std::log(0.5), high = std::log(4.0);
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double loss_a = loss_at(a), loss_b = loss_at(b);
  for (int i = 0; i < 30; ++i) {
    if (loss_a <= loss_b) {
      high = b, b = a, loss_b = loss_a;
      a = high - kGolden * (high - low), loss_a = loss_at(a);
    } else {
      low = a, a = b, loss_a = loss_b;
      b = low + kGolden * (high - low), loss_b = loss_at(b);
    }
  }
  const double found = (low + high) / 2;
  return loss_at(found) < judge.loss_of(z) ? std::exp(found) : 1;
}

}  // namespace

template <typename T>
MixtureTraining<T> train_mixture(const Compute& compute, const TrainRequest& request,
                                 const TrainingPlan& plan, const TrainerOptions& options,
                                 const EncodedRows<T>& rows, const SessionObserver& observer) {
  const std::uint32_t folds = *std::ranges::max_element(plan.folds) + 1;
  std::vector<MemberKind> kinds = {MemberKind::plain};
  if (request.penalty.l1 == 0) kinds.push_back(MemberKind::sparse);
  std::vector<Member<T>> members;
  for (const MemberKind kind : kinds) {
    for (std::uint32_t fold = 0; fold < folds; ++fold) {
      const std::uint64_t seed =
          random_u64({.seed = request.seed, .purpose = RandomPurpose::members}, members.size());
      members.push_back({.kind = kind, .fold = fold, .seed = seed});
    }
  }
  std::vector<Matrix<T>> z_of_kind(kinds.size(), Matrix<T>(rows.training.rows(), plan.network.outputs()));
  MemberTraining<T>(compute, request, plan, options, rows, observer).train_all(members, z_of_kind);

  MixtureTraining<T> mixture{.history = members.front().history};
  const bool are_complete = std::ranges::all_of(members, &Member<T>::is_trained);
  OutputJudge<T> judge(compute, plan, rows.training);
  Choice<T> choice{.times = std::vector<std::size_t>(kinds.size(), 0)};
  if (are_complete) {
    choice = choose_greedily(z_of_kind, judge);
    mixture.temperature = choose_temperature(choice.z, judge);
    const Matrix<T> z = quotient(choice.z, mixture.temperature);
    mixture.outputs = judge.outputs_of(z);
    mixture.loss = judge.loss_of(z);
  } else {
    choice.times[0] = 1;
    std::erase_if(members, [](const Member<T>& member) { return !member.is_trained; });
    mixture.history.stop_reason = StopReason::asked_to_stop;
    mixture.notes.push_back(
        "training was stopped before every row was predicted by a member that was not "
        "trained on it: there is no score.");
  }
  std::size_t votes = 0;
  for (const Member<T>& member : members)
    votes += choice.times[static_cast<std::size_t>(member.kind)];
  std::vector<JoinedMember<T>> joined;
  for (const Member<T>& member : members) {
    const std::size_t times = choice.times[static_cast<std::size_t>(member.kind)];
    if (times == 0) continue;
    const double weight = static_cast<double>(times) / static_cast<double>(votes);
    joined.push_back(
        {.network = &plan.network, .parameters = member.parameters, .share = weight / mixture.temperature});
    mixture.members.push_back({.kind = member.kind,
                               .fold = member.fold,
                               .weight = weight,
                               .epochs = member.history.epochs_run(),
                               .best_epoch = member.history.best_epoch});
  }
  JoinedNetwork<T> network = join_networks<T>(plan.network.inputs(), joined);
  mixture.network = std::move(network.network);
  mixture.parameters = std::move(network.parameters);
  return mixture;
}

template MixtureTraining<float> train_mixture<float>(const Compute&, const TrainRequest&, const TrainingPlan&,
                                                     const TrainerOptions&, const EncodedRows<float>&,
                                                     const SessionObserver&);
template MixtureTraining<double> train_mixture<double>(const Compute&, const TrainRequest&,
                                                       const TrainingPlan&, const TrainerOptions&,
                                                       const EncodedRows<double>&, const SessionObserver&);

}  // namespace chainrule
