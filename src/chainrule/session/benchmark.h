// Proofs anyone can repeat: the numeric signature, and how fast a training step is.
#pragma once

#include <string>
#include <vector>

#include "chainrule/optim/optimizer.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/model.h"

namespace chainrule {

// Trains a fixed set of small jobs (relu, tanh, gelu, prelu, softplus, mish, dropout; all rules; float and
// double) and hashes all parameters: 16 hexadecimal digits, equal on every machine, thread count and vector
// width.
std::string training_signature(const Compute& compute);

struct TrainBenchRequest {
  std::vector<std::size_t> layers = {784, 128, 10};
  std::size_t batch_size = 128;
  Rule rule = Rule::gradient_descent;
  Activation activation = Activation::relu;
  double seconds = 1.0;  // measured at least this long
  Precision precision = Precision::float32;
};

struct TrainBench {
  double samples_per_second = 0;     // median over the repetitions
  double microseconds_per_step = 0;  // likewise
  std::size_t repetitions = 0;
};

// Steps of softmax cross-entropy on random numbers, batches gathered from 64 batches' worth of shuffled rows.
TrainBench bench_training(const Compute& compute, const TrainBenchRequest& request);

}  // namespace chainrule
