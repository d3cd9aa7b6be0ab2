#include "chainrule/session/out_of_fold.h"

#include <algorithm>
#include <cmath>

#include "chainrule/session/vote.h"

namespace chainrule {
namespace {

template <typename T>
const FoldOutputs<T>& member_of(std::span<const FoldOutputs<T>> members, std::size_t kind,
                                std::uint32_t fold) {
  return *std::ranges::find_if(
      members, [&](const FoldOutputs<T>& member) { return member.kind == kind && member.fold == fold; });
}

// The mean of the best epochs of the members of a kind, without that of the fold.
template <typename T>
std::uint64_t epoch_without(std::span<const FoldOutputs<T>> members, std::size_t kind, std::uint32_t fold) {
  double sum = 0, count = 0;
  for (const FoldOutputs<T>& member : members) {
    if (member.kind != kind || member.fold == fold) continue;
    sum += static_cast<double>(member.best_epoch);
    ++count;
  }
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(sum / count)));
}

// What the kind says about all rows, at epochs that the other folds chose, in place of z.
template <typename T>
void take_chosen_epochs(std::span<const FoldOutputs<T>> members, std::size_t kind,
                        const std::vector<std::vector<std::uint32_t>>& rows_of_fold, Matrix<T>& z) {
  for (std::uint32_t fold = 0; fold < rows_of_fold.size(); ++fold) {
    const FoldOutputs<T>& member = member_of(members, kind, fold);
    if (member.epochs == 0) continue;
    const RecordedEpochs recorded(member.outputs.per_doubling);
    const std::uint64_t epoch = recorded.nearest(epoch_without(members, kind, fold), member.epochs);
    const std::vector<std::uint32_t>& rows = rows_of_fold[fold];
    const std::size_t first = (recorded.count(epoch) - 1) * rows.size() * z.columns();
    const T* from = member.outputs.values.data() + first;
    for (const std::uint32_t row : rows) {
      std::copy_n(from, z.columns(), z.row(row));
      from += z.columns();
    }
  }
}

}  // namespace

template <typename T>
OutOfFoldOutputs<T> outputs_out_of_fold(const Compute& compute, const LossOptions& loss,
                                        Activation activation, const Dataset<T>& data,
                                        std::span<const std::uint32_t> folds,
                                        std::span<const FoldOutputs<T>> members,
                                        std::vector<Matrix<T>> z_of_kind) {
  std::vector<std::vector<std::uint32_t>> rows_of_fold(*std::ranges::max_element(folds) + 1);
  for (std::uint32_t row = 0; row < folds.size(); ++row)
    rows_of_fold[folds[row]].push_back(row);
  for (std::size_t kind = 0; kind < z_of_kind.size(); ++kind)
    take_chosen_epochs<T>(members, kind, rows_of_fold, z_of_kind[kind]);

  OutOfFoldOutputs<T> result{.outputs = Matrix<T>(data.targets.rows(), data.targets.columns())};
  Matrix<T> voted = result.outputs;
  const Compute alone{.path = compute.path, .matrix_unit = compute.matrix_unit};
  run_tasks(compute.pool, rows_of_fold.size(), [&](std::size_t fold) {
    AlignedVector<T> weights(data.row_weights);
    if (weights.empty()) weights.assign(data.rows(), T{1});
    for (const std::uint32_t row : rows_of_fold[fold])
      weights[row] = 0;
    const Vote<T> vote = choose_vote<T>(alone, loss, activation, data.targets.view(), weights, z_of_kind);
    for (const std::uint32_t row : rows_of_fold[fold]) {
      std::copy_n(vote.z.row(row), voted.columns(), voted.row(row));
      std::copy_n(vote.outputs.row(row), voted.columns(), result.outputs.row(row));
    }
  });
  result.loss = loss_of_vote<T>(compute, loss, voted.view(), result.outputs.view(), data.targets.view(),
                                data.row_weights);
  return result;
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template OutOfFoldOutputs<T> outputs_out_of_fold<T>(                                                   \
      const Compute&, const LossOptions&, Activation, const Dataset<T>&, std::span<const std::uint32_t>, \
      std::span<const FoldOutputs<T>>, std::vector<Matrix<T>>);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
