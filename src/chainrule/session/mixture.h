// Trains several networks ("members") and joins them into one that averages their outputs before the
// activation, with weights (model/joined_network.h).
//
// The training rows are dealt to K folds. A member of fold f is trained on the rows of the other folds, and
// fold f decides at which epoch it stops. Every row is therefore trained on by K - 1 members of each kind,
// and predicted by one that was not trained on it. These outputs choose what remains:
//
//   kinds        plain: as the request says; sparse: with an L1 penalty, for tables with many useless inputs;
//                piecewise: the same, with piecewise-linear columns (model/piecewise_columns.h);
//                small: few units, trained on all rows at once by scaled conjugate gradients, for numbers
//                that depend on the inputs in a simple way, or on inputs that all say nearly the same
//   vote         how much each kind counts, and a temperature (vote.h)
//
// Members are trained side by side, each on one thread: the result has the same bits on any number of them.
#pragma once

#include <cstdint>
#include <vector>

#include "chainrule/model/joined_network.h"
#include "chainrule/session/checkpoints.h"
#include "chainrule/session/encode_rows.h"
#include "chainrule/session/out_of_fold.h"
#include "chainrule/session/training.h"

namespace chainrule {

template <typename T>
struct MixtureTraining {
  Network network;
  Parameters<T> parameters;
  std::vector<MemberReport> members;  // of the network, in the order of their units
  double temperature = 1;
  std::vector<MemberKind> left_out;  // of those that were trained, but are not part of the network
  History history;                   // of the first member
  // The prediction for each row as if it had not been there (out_of_fold.h). Empty if training was stopped
  // before that.
  OutOfFoldOutputs<T> out_of_fold;
  VoteLosses losses;  // of the predictions that chose the vote
  // If the request measures reasons and `out_of_fold` is there: of each fold the members that were not
  // trained on it, joined.
  std::vector<JoinedNetwork<T>> of_fold;
  std::vector<Message> notes;
};

// `options`: as for one network.
// checkpoints: those of the first member; each other member has its own beside them. Throws like train().
template <typename T>
MixtureTraining<T> train_mixture(const Compute& compute, const TrainRequest& request,
                                 const TrainingPlan& plan, const TrainerOptions& options,
                                 const EncodedRows<T>& rows, const SessionObserver& observer,
                                 Checkpoints<T>& checkpoints);

}  // namespace chainrule
