// Trains a network of radial basis functions: chooses the basis, trains the output layer and, by default
// after a softmax, fine-tunes the whole network by descent. Without held-out rows, which choose the epoch, it
// does so only on request.
//
// The output layer is trained on Phi [rows][centres], the values of the basis, which stays fixed:
//   closed_form  least squares with a ridge (train/rbf_fitting.h); classes as columns of 0 and 1
//   softmax      cross-entropy by descent on Phi: softmax, or logistic for two classes and for labels
//
// On ten development tables of classes, softmax and fine-tuning lowered the error by 30 % and the log-loss by
// 29 % against least squares; on eight of numbers, fine-tuning changed the RMSE by less than 1 % (geometric
// means, one seed, 2026-12). So it is the default for classes only.
#pragma once

#include "chainrule/session/training.h"

namespace chainrule {

// The epochs of fine-tuning that the request and the chosen loss result in; 0: none.
std::size_t fine_tuning_epochs(const TrainRequest& request, const LossOptions& loss, bool has_held_out_rows);

template <typename T>
struct RbfTraining {
  Network network;  // as many units as centres were chosen
  Parameters<T> parameters;
  History history;             // of training by descent; no epochs if there was none
  std::vector<Message> notes;  // what was chosen, in sentences
};

// `options`: as for any run; its epochs apply to the softmax output. `validation` may be null; otherwise
// fine-tuning that increased the held-out loss is undone.
template <typename T>
RbfTraining<T> train_rbf(const Compute& compute, const TrainRequest& request, const TrainerOptions& options,
                         const Dataset<T>& training, const Dataset<T>* validation,
                         const ScoreFunction<T>& score, const SessionObserver& observer);

}  // namespace chainrule
