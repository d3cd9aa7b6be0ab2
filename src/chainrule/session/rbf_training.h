// Training a network of radial basis functions: choose the basis, train the output layer, and, when asked,
// tune all of it by descent.
//
// Output layer, Phi [rows][centres] the values of the basis, which stays as it is:
//   closed_form  least squares with a ridge (train/rbf_fitting.h); classes as columns of 0 and 1
//   softmax      cross-entropy by descent on Phi: softmax, or logistic for two classes and for labels
#pragma once

#include "chainrule/session/training.h"

namespace chainrule {

template <typename T>
struct RbfTraining {
  Network network;  // as many units as were chosen
  Parameters<T> parameters;
  History history;                 // of what was trained by descent; no epochs when nothing was
  std::vector<Message> notes;      // what was chosen, sentences
};

// `options` as for any training; its epochs are those of the softmax output. validation may be null. With
// validation, fine-tuning that made the held-out loss worse is undone.
template <typename T>
RbfTraining<T> train_rbf(const Compute& compute, const TrainRequest& request, const TrainerOptions& options,
                         const Dataset<T>& training, const Dataset<T>* validation,
                         const ScoreFunction<T>& score, const SessionObserver& observer);

}  // namespace chainrule
