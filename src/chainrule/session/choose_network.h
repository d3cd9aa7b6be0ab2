// Chooses the loss and the network of a training run. Whatever the request leaves open depends on the task:
//
//   task          loss                    output
//   binary        binary_cross_entropy    logistic
//   classes       softmax_cross_entropy   softmax
//   ordinal       binary_cross_entropy    logistic, one per class but the last (train/cumulative.h)
//   multi_label   binary_cross_entropy    logistic, one per label
//   regression    mean_squared_error      identity
//
// A perceptron has sign units and the perceptron loss. With radial basis functions, loss and output depend on
// how the output layer is trained (OutputTraining): mean_squared_error and identity in closed form.
#pragma once

#include <cstddef>
#include <string_view>

#include "chainrule/data/encoder.h"
#include "chainrule/data/task.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/session/train_request.h"

namespace chainrule {

// Sets the loss by its name, or by a word for the cross-entropy that suits the task (kCrossEntropyWords).
// Throws UsageError when the word is unknown.
void set_loss(TrainRequest& request, std::string_view word);

// Throws UsageError when the requested loss does not fit the task or the model. has_held_out_rows: of radial
// basis functions, it decides how the output is trained by default.
LossOptions choose_loss(const TrainRequest& request, Task task, bool has_held_out_rows = false);

// How the output layer of radial basis functions is trained with a chosen loss.
OutputTraining output_training_of(const LossOptions& loss);

// The network, sized by the encoder. training_rows bounds the number of centres. Throws UsageError when the
// request does not describe a trainable network.
Network choose_network(const TrainRequest& request, const Encoder& encoder, const LossOptions& loss,
                       std::size_t training_rows);

}  // namespace chainrule
