// Measurements that anyone can repeat: the numeric signature, and the speed of a training step and of a
// prediction.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chainrule/optim/optimizer.h"
#include "chainrule/tensor/activation.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/model.h"

namespace chainrule {

// Trains a fixed set of small jobs (relu, tanh, gelu, prelu, softplus, mish, dropout; all optimizers; float
// and double) and hashes all parameters: 16 hexadecimal digits, the same on every machine, for any number of
// threads and any vector width.
std::string training_signature(const Compute& compute);

// A measured speed, with the peak speed of the machine.
struct Speed {
  double rows_per_second = 0;  // median over the repetitions
  double microseconds = 0;     // likewise, per step or call
  std::size_t repetitions = 0;
  double flops = 0;  // float operations per step or call: see training_flops
  // per second on all threads: the higher multiply_add_peak of before and after; 0: unknown, as with bf16
  double peak_flops = 0;
  double peak_share = 0;                     // flops / seconds / peak_flops; 0: unknown
  std::size_t data_rows = 0;                 // rows from which the batches are drawn
  Precision precision = Precision::float32;  // as measured
  std::string note;                          // why bf16 became float32, or empty
};

// Operations in the products of a step; a multiply-add counts as two: forward and the gradient of the
// weights in every layer, the gradient of the inputs in every layer but the first. Biases, activations, loss
// and update are not counted, so the share of the peak includes only work that any program must do.
double training_flops(std::span<const std::size_t> layers, std::size_t rows);
// The forward pass only.
double prediction_flops(std::span<const std::size_t> layers, std::size_t rows);

struct TrainBenchRequest {
  std::vector<std::size_t> layers = {784, 128, 10};
  std::size_t batch_size = 128;
  Optimizer optimizer = Optimizer::gradient_descent;
  Activation activation = Activation::relu;
  double dropout = 0;
  double seconds = 1.0;  // time to measure; exceeded only if three steps take longer
  Precision precision = Precision::float32;
};

// Steps of softmax cross-entropy on random numbers: drawing the order of an epoch, gathering the batch,
// forward, loss, backward, update. The data fill at most 64 MB (less if a step takes long), but hold at least
// two batches.
Speed bench_training(const Compute& compute, const TrainBenchRequest& request);

struct PredictBenchRequest {
  std::vector<std::size_t> layers = {784, 128, 10};
  std::size_t rows = 1;
  Activation activation = Activation::relu;
  double seconds = 1.0;
  Precision precision = Precision::float32;
};

// From rows in memory to class probabilities, by the same call as in a program that uses the library.
Speed bench_prediction(const Compute& compute, const PredictBenchRequest& request);

}  // namespace chainrule
