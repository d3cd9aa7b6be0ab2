// What a mixture would have said about each of its training rows had the row not been there: the score of a
// mixture.
//
// A row of fold f is predicted by the members that were not trained on fold f. Fold f still chose their
// epoch, and all rows chose how much each kind of member counts and the temperature: predictions made with
// these choices are too good, the more so the fewer rows there are. So the choices are made again, without
// fold f:
//
//   epoch        of a member of fold f: the mean of the best epochs of the members of its kind of the other
//                folds, or the nearest one that was recorded
//   vote         the shares and the temperature of lowest loss on the rows of the other folds
//
// One trace of the fold is left: a member is not trained for longer than its fold asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/epoch_outputs.h"

namespace chainrule {

// A member, and what it said about the rows of its fold, in their order.
template <typename T>
struct FoldOutputs {
  std::size_t kind = 0;
  std::uint32_t fold = 0;
  std::uint64_t best_epoch = 0, epochs = 0;  // the kept one, and how many were run
  EpochOutputs<T> outputs;
};

template <typename T>
struct OutOfFoldOutputs {
  Matrix<T> outputs;  // [rows][outputs], after the activation
  double loss = 0;    // the mean over the rows, without label smoothing
};

// folds: of each row of `data`; at least two. members: one of each kind and fold. z_of_kind: what each kind
// says about all rows at the best epochs of its members, which is taken for a member without any epoch.
template <typename T>
OutOfFoldOutputs<T> outputs_out_of_fold(const Compute& compute, const LossOptions& loss,
                                        Activation activation, const Dataset<T>& data,
                                        std::span<const std::uint32_t> folds,
                                        std::span<const FoldOutputs<T>> members,
                                        std::vector<Matrix<T>> z_of_kind);

}  // namespace chainrule
