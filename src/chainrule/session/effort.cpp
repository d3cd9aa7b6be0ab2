// A training costs about
//
//   work = sum over the members of (rows x epochs x units x (inputs + outputs))
//
// multiply-adds, three times over (forward pass, gradients, update). Each effort has a limit for this number.
// plan_members takes the first of a list of line-ups that can run for long enough within the limit; more rows
// thus get fewer and narrower networks, because they need fewer votes.
#include "chainrule/session/effort.h"

#include <algorithm>
#include <array>
#include <span>

namespace chainrule {
namespace {

// Which networks are trained, and the fewest epochs with which that is worth while.
struct LineUp {
  std::size_t folds = 1;  // 1: one network, which is stopped by a held-out part
  std::size_t kinds = 1;  // the first so many of kKinds
  std::size_t units = 256;
  std::size_t fewest_epochs = 1;
};

constexpr std::array kKinds = {MemberKind::plain, MemberKind::piecewise, MemberKind::sparse};

constexpr LineUp kQuick[] = {
    {.folds = 1, .units = 128, .fewest_epochs = 40},
    {.folds = 1, .units = 64, .fewest_epochs = 10},
    {.folds = 1, .units = 32},
};
constexpr LineUp kStandard[] = {
    {.folds = 4, .kinds = 3, .units = 256, .fewest_epochs = 100},
    {.folds = 4, .kinds = 2, .units = 256, .fewest_epochs = 60},
    {.folds = 3, .kinds = 1, .units = 256, .fewest_epochs = 40},
    {.folds = 1, .units = 256, .fewest_epochs = 10},
    {.folds = 1, .units = 128, .fewest_epochs = 10},
    {.folds = 1, .units = 64},
};
constexpr LineUp kThorough[] = {
    {.folds = 8, .kinds = 3, .units = 256, .fewest_epochs = 100},
    {.folds = 5, .kinds = 3, .units = 256, .fewest_epochs = 60},
    {.folds = 3, .kinds = 2, .units = 256, .fewest_epochs = 40},
    {.folds = 1, .units = 256, .fewest_epochs = 10},
    {.folds = 1, .units = 128},
};

struct EffortLimits {
  std::span<const LineUp> line_ups;
  double work = 0;  // multiply-adds of all forward passes
  std::size_t epochs = 0, patience = 0;
};

EffortLimits limits_of(Effort effort) {
  switch (effort) {
    case Effort::quick:
      return {.line_ups = kQuick, .work = 1e9, .epochs = 200, .patience = 20};
    case Effort::standard:
      return {.line_ups = kStandard, .work = 3e10, .epochs = 600, .patience = 60};
    case Effort::thorough:
      return {.line_ups = kThorough, .work = 1e12, .epochs = 1000, .patience = 100};
  }
  return {};
}

// Of a forward pass over all training rows with all members.
double work_of_epoch(const LineUp& line_up, const TableSize& size, bool has_fixed_shape,
                     const std::vector<std::size_t>& hidden) {
  constexpr double kColumnsOfInput = 9;  // an input and its piecewise-linear columns
  double work = 0;
  for (std::size_t k = 0; k < line_up.kinds; ++k) {
    const double inputs =
        static_cast<double>(size.features) * (kKinds[k] == MemberKind::piecewise ? kColumnsOfInput : 1);
    std::vector<std::size_t> units = {line_up.units};
    if (has_fixed_shape) units = hidden;
    double below = inputs, of_row = 0;
    for (const std::size_t width : units) {
      of_row += below * static_cast<double>(width);
      below = static_cast<double>(width);
    }
    work += of_row + below * static_cast<double>(size.outputs);
  }
  const double folds = static_cast<double>(line_up.folds);
  return work * static_cast<double>(size.rows) * (line_up.folds == 1 ? 1 : folds - 1);
}

}  // namespace

TableSize size_of(const Table& table, const Schema& schema) {
  TableSize size{.rows = table.rows(), .outputs = 0};
  for (std::size_t c = 0; c < table.columns.size() && c < schema.columns.size(); ++c) {
    const SchemaColumn& entry = schema.columns[c];
    const Column& column = table.columns[c];
    const std::size_t most = entry.max_words == 0 ? column.words.size() : entry.max_words;
    const std::size_t features =
        column.kind == ColumnKind::numeric ? 1 : std::min(column.words.size(), most);
    if (entry.role == ColumnRole::input) size.features += features;
    if (entry.role == ColumnRole::target) size.outputs += features;
  }
  return size;
}

Recipe apply_effort(TrainRequest request, const TableSize& size) {
  Recipe recipe{.request = std::move(request), .member_kinds = {MemberKind::plain, MemberKind::sparse}};
  TrainRequest& chosen = recipe.request;
  if (!chosen.effort || chosen.model != ModelType::mlp) return recipe;
  const auto is_open = [&](Setting setting) { return !std::ranges::count(chosen.given, setting); };
  const EffortLimits limits = limits_of(*chosen.effort);
  const bool has_shape = !is_open(Setting::hidden);
  std::size_t epochs = 0;
  LineUp line_up;
  for (const LineUp& candidate : limits.line_ups) {
    line_up = candidate;
    const double of_epoch = work_of_epoch(candidate, size, has_shape, chosen.hidden);
    epochs = static_cast<std::size_t>(std::clamp(limits.work / std::max(of_epoch, 1.0), 1.0, 1e6));
    if (epochs >= candidate.fewest_epochs) break;
  }
  // Without rows that are held out nothing tells when to stop.
  const bool holds_out = chosen.validation || chosen.validation_share != 0;
  if (is_open(Setting::members)) chosen.members = holds_out ? line_up.folds : 1;
  if (!has_shape) chosen.hidden = {line_up.units};
  if (is_open(Setting::activation)) chosen.activations = {Activation::mish};
  if (is_open(Setting::optimizer)) {
    chosen.optimizer.kind = Optimizer::adamw;
    if (is_open(Setting::weight_decay)) chosen.optimizer.weight_decay = 0.1;
  }
  if (is_open(Setting::epochs) && holds_out) chosen.stopping.epochs = std::min(epochs, limits.epochs);
  if (is_open(Setting::patience)) chosen.stopping.patience = limits.patience;
  recipe.member_kinds.clear();
  for (std::size_t k = 0; k < line_up.kinds; ++k) {
    if (kKinds[k] != MemberKind::sparse || chosen.penalty.l1 == 0) recipe.member_kinds.push_back(kKinds[k]);
  }
  return recipe;
}

}  // namespace chainrule
