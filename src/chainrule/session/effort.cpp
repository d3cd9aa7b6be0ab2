// A training costs about
//
//   work = sum over the members of (rows x epochs x weights)
//
// multiply-adds for the forward passes, and in all three times as many. Each effort has a limit for this
// number, which grows with the table, but more slowly. The first of its line-ups is taken that can run for
// long enough within the limit: a table of more rows gets fewer and narrower networks, since it needs fewer
// votes.
#include "chainrule/session/effort.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "chainrule/session/front_plan.h"

namespace chainrule {
namespace {

constexpr std::size_t kParts = 4;  // of the piecewise-linear columns of an input
// A mixture's temperature takes back what smoothing does to how sure the networks are.
constexpr double kLabelSmoothing = 0.03;
constexpr std::size_t kSmallUnits = 5;        // of a member
constexpr std::size_t kFewUnits = 8;          // of a network alone
constexpr std::size_t kMostFeatures = 1'000;  // for which piecewise-linear columns are added

// Hidden layers of the members of a kind; 0: no such layer, and without the first no such kind.
using Shape = std::array<std::size_t, 2>;

// Which networks are trained, and the fewest epochs with which that is worth while.
struct LineUp {
  std::size_t folds = 1;  // 1: one network, which is stopped by a held-out part
  Shape plain = {}, piecewise = {}, sparse = {};
  bool small = false;
  std::size_t fewest_epochs = 1;
};

constexpr LineUp kQuick[] = {
    {.folds = 3, .plain = {64}, .fewest_epochs = 100},
    {.plain = {64, 32}, .fewest_epochs = 20},
    {.plain = {32}},
};
constexpr LineUp kStandard[] = {
    {.folds = 8, .plain = {256}, .piecewise = {64, 32}, .sparse = {256}, .small = true, .fewest_epochs = 200},
    {.folds = 8, .plain = {256}, .piecewise = {64, 32}, .small = true, .fewest_epochs = 200},
    {.folds = 4, .plain = {256}, .piecewise = {64, 32}, .sparse = {256}, .small = true, .fewest_epochs = 400},
    {.folds = 4, .plain = {256}, .piecewise = {64, 32}, .small = true, .fewest_epochs = 100},
    {.folds = 4, .plain = {64, 32}, .piecewise = {64, 32}, .fewest_epochs = 40},
    {.folds = 3, .plain = {64, 32}, .piecewise = {64, 32}, .fewest_epochs = 15},
    {.plain = {64, 32}, .fewest_epochs = 10},
    {.plain = {64}},
};
constexpr LineUp kThorough[] = {
    {.folds = 8, .plain = {256}, .piecewise = {64, 32}, .sparse = {256}, .small = true, .fewest_epochs = 200},
    {.folds = 5,
     .plain = {64, 32},
     .piecewise = {64, 32},
     .sparse = {64, 32},
     .small = true,
     .fewest_epochs = 60},
    {.folds = 4, .plain = {64, 32}, .piecewise = {64, 32}, .fewest_epochs = 30},
    {.plain = {128, 64}, .fewest_epochs = 10},
    {.plain = {64}},
};

struct EffortLimits {
  std::span<const LineUp> line_ups;
  double work = 0, most_work = 0;  // of a table of kUsualCells, and of any table
  std::size_t epochs = 0, patience = 0;
};

constexpr double kUsualCells = 20'000;  // rows x features

EffortLimits limits_of(Effort effort) {
  switch (effort) {
    case Effort::quick:
      return {.line_ups = kQuick, .work = 6e8, .most_work = 8e9, .epochs = 200, .patience = 20};
    case Effort::standard:
      return {.line_ups = kStandard, .work = 11e9, .most_work = 65e9, .epochs = 600, .patience = 60};
    case Effort::thorough:
      return {.line_ups = kThorough, .work = 3e11, .most_work = 3e12, .epochs = 1000, .patience = 100};
  }
  return {};
}

// The limit for this table: four times the cells may cost twice the work.
double work_limit(const EffortLimits& limits, const TableSize& size) {
  const double cells = static_cast<double>(size.rows) * static_cast<double>(size.features);
  return std::min(limits.most_work, limits.work * std::sqrt(std::max(1.0, cells / kUsualCells)));
}

double weights_of(std::size_t inputs, const std::vector<std::size_t>& hidden, std::size_t outputs) {
  double weights = 0;
  std::size_t below = inputs;
  for (const std::size_t units : hidden) {
    weights += static_cast<double>(below) * static_cast<double>(units);
    below = units;
  }
  return weights + static_cast<double>(below) * static_cast<double>(outputs);
}

// Networks of different depth are joined only if their activations have no parameters.
bool must_be_alike(const TrainRequest& request) {
  const bool is_given = std::ranges::count(request.given, Setting::activation) != 0;
  return is_given &&
         (request.activation_parameter || std::ranges::any_of(request.activations, [](Activation activation) {
            return properties_of(activation).parameter != ParameterUse::none;
          }));
}

// Whether networks of few units may be trained on all rows at once: for numbers, with no setting that they
// would not follow.
bool may_use_all_rows(const TrainRequest& request, const TableSize& size) {
  const bool is_bound = std::ranges::any_of(request.given, [](Setting setting) {
    return setting == Setting::optimizer || setting == Setting::weight_decay;
  });
  const bool has_steps = !request.learning_rate && !request.batch_size && request.clip_norm == 0 &&
                         request.schedule.kind == ScheduleKind::constant && request.schedule.warm_up == 0 &&
                         request.row_order == RowOrder::shuffled &&
                         request.on_divergence == OnDivergence::stop;
  const bool has_usual_loss = !request.loss && request.quantiles.empty() && !request.output_activation &&
                              request.reduction == Reduction::mean;
  const bool is_free = request.penalty.l1 == 0 && request.penalty.l2 == 0 && request.dropout == 0;
  return !size.has_classes && !is_bound && has_steps && has_usual_loss && is_free &&
         !has_rate_factors(request) && request.precision != Precision::bf16;
}

// One network of few units: L-BFGS finds better weights for numbers than steps on batches do.
bool is_small_alone(const TrainRequest& request, const TableSize& size) {
  const std::size_t units = std::accumulate(request.hidden.begin(), request.hidden.end(), std::size_t{0});
  const bool has_checkpoints = !request.checkpoint.directory.empty() || request.checkpoint.resume_from;
  return request.members == 1 && units > 0 && units <= kFewUnits && !has_checkpoints &&
         may_use_all_rows(request, size);
}

// The kinds of a line-up. Hidden layers and penalties that the request gives bind every member.
std::vector<KindRecipe> kinds_of(const LineUp& line_up, const TrainRequest& request, bool has_shape,
                                 const TableSize& size) {
  // Without a hidden layer a network is linear, and stays so.
  const bool is_linear = has_shape && request.hidden.empty();
  // An embedding that the request gives is that of every member.
  const bool is_open = request.number_embedding == NumberEmbedding::none &&
                       !std::ranges::count(request.given, Setting::number_embedding);
  const bool has_columns = is_open && size.numbers > 0 && size.features <= kMostFeatures && !is_linear;
  std::vector<KindRecipe> kinds;
  const auto add = [&](MemberKind kind, const Shape& shape, bool fits) {
    if (shape[0] == 0 || !fits) return;
    std::vector<std::size_t> hidden;
    for (const std::size_t units : must_be_alike(request) ? line_up.plain : shape)
      if (units != 0) hidden.push_back(units);
    if (has_shape) hidden = request.hidden;
    const bool is_there = std::ranges::any_of(
        kinds, [&](const KindRecipe& one) { return one.kind == kind && one.hidden == hidden; });
    const NumberEmbedding columns =
        kind == MemberKind::piecewise ? NumberEmbedding::piecewise : request.number_embedding;
    if (!is_there) kinds.push_back({.kind = kind, .hidden = hidden, .columns = columns, .parts = kParts});
  };
  add(MemberKind::plain, line_up.plain, true);
  // Without numbers there are no columns, and the deeper network is worth a vote all the same.
  add(has_columns ? MemberKind::piecewise : MemberKind::sparse, line_up.piecewise,
      has_columns || request.penalty.l1 == 0);
  add(MemberKind::sparse, line_up.sparse, request.penalty.l1 == 0);
  if (line_up.small && !has_shape && !must_be_alike(request) && may_use_all_rows(request, size))
    kinds.push_back({.kind = MemberKind::small, .hidden = {kSmallUnits}});
  return kinds;
}

// Of a forward pass of all members over their training rows.
double work_of_epoch(const TrainRequest& request, const LineUp& line_up, const std::vector<KindRecipe>& kinds,
                     const TableSize& size) {
  double weights = 0;
  for (const KindRecipe& kind : kinds) {
    const std::size_t added = kind.columns == NumberEmbedding::piecewise  ? kind.parts * size.numbers
                              : kind.columns == NumberEmbedding::periodic ? kValuesPerNumber * size.numbers
                                                                          : 0;
    weights += weights_of(size.features + added, kind.hidden, size.outputs);
    weights += front_weights(request, size.features, size.numbers,
                             kind.columns == NumberEmbedding::piecewise ? added : 0);
  }
  const double folds = static_cast<double>(line_up.folds);
  return weights * static_cast<double>(size.rows) * (line_up.folds == 1 ? 1 : folds - 1);
}

}  // namespace

TableSize size_of(const Table& table, const Schema& schema) {
  TableSize size{.rows = table.rows(), .outputs = 0, .has_classes = schema.task != Task::regression};
  for (std::size_t c = 0; c < table.columns.size() && c < schema.columns.size(); ++c) {
    const SchemaColumn& entry = schema.columns[c];
    const Column& column = table.columns[c];
    const bool is_number = column.kind == ColumnKind::numeric;
    const std::size_t most = entry.max_words == 0 ? column.words.size() : entry.max_words;
    const std::size_t features = is_number ? 1 : std::min(column.words.size(), most);
    if (entry.role == ColumnRole::target) size.outputs += features;
    if (entry.role != ColumnRole::input) continue;
    size.features += features;
    size.numbers += is_number ? 1 : 0;
  }
  return size;
}

Recipe apply_effort(TrainRequest request, const TableSize& size) {
  Recipe recipe;
  recipe.request = std::move(request);
  TrainRequest& chosen = recipe.request;
  if (!chosen.effort || chosen.model != ModelType::mlp) {
    const LineUp all{.plain = {1}, .piecewise = {1}, .sparse = {1}};
    recipe.kinds = kinds_of(all, chosen, true, size);
    return recipe;
  }
  const auto is_open = [&](Setting setting) { return !std::ranges::count(chosen.given, setting); };
  const bool has_shape = !is_open(Setting::hidden);
  // Without rows that are held out nothing tells when to stop.
  const bool holds_out = chosen.validation || chosen.validation_share != 0;
  // Such an optimizer cannot train the members with an L1 penalty.
  const bool needs_all_rows = properties_of(chosen.optimizer.kind).needs_all_rows;
  const EffortLimits limits = limits_of(*chosen.effort);
  LineUp line_up;
  std::size_t epochs = 0;
  for (const LineUp& candidate : limits.line_ups) {
    line_up = candidate;
    if (!holds_out || needs_all_rows) line_up.folds = 1;
    if (!is_open(Setting::members)) line_up.folds = chosen.members;
    recipe.kinds = kinds_of(line_up, chosen, has_shape, size);
    if (line_up.folds == 1) recipe.kinds.resize(1);
    const double of_epoch = std::max(1.0, work_of_epoch(chosen, line_up, recipe.kinds, size));
    const double possible = std::clamp(work_limit(limits, size) / of_epoch, 1.0, 1e6);
    epochs = std::min(static_cast<std::size_t>(possible), limits.epochs);
    if (possible >= static_cast<double>(candidate.fewest_epochs)) break;
  }
  chosen.members = line_up.folds;
  chosen.hidden = recipe.kinds.front().hidden;
  if (is_open(Setting::activation)) chosen.activations = {Activation::mish};
  if (holds_out && is_small_alone(chosen, size)) {
    chosen.optimizer = {.kind = Optimizer::lbfgs};
  } else if (is_open(Setting::optimizer)) {
    chosen.optimizer.kind = Optimizer::adamw;
    if (is_open(Setting::weight_decay)) chosen.optimizer.weight_decay = 0.1;
  }
  if (is_open(Setting::label_smoothing) && is_open(Setting::loss) && size.has_classes && chosen.members > 1)
    chosen.label_smoothing = kLabelSmoothing;
  if (is_open(Setting::epochs) && holds_out) chosen.stopping.epochs = epochs;
  if (is_open(Setting::patience)) chosen.stopping.patience = limits.patience;
  return recipe;
}

}  // namespace chainrule
