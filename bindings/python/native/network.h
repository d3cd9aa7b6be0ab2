// A network with its parameters, in float or double, as Python holds it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/predictor.h"

namespace chainrule::python {

// The network and its numbers may be looked at from another thread while one trains it: values() are where
// training writes. One at a time trains it (InTraining).
template <typename T>
class NetworkWithParameters {
 public:
  NetworkWithParameters(Network network, AlignedVector<T> parameters)
      : description(std::move(network)), parameters_(std::move(parameters)), values_(parameters_) {}
  NetworkWithParameters(const NetworkWithParameters& other)
      : NetworkWithParameters(other.description,
                              AlignedVector<T>(other.values_.begin(), other.values_.end())) {}
  NetworkWithParameters& operator=(const NetworkWithParameters&) = delete;

  const Network description;
  // As many as the network has, at the same place as long as it lives.
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }

  // Outputs of all rows, by the predictor that the network keeps: its buffers are laid out once. A caller
  // that comes while another thread predicts takes a predictor of its own. The parameters are read as they
  // are now, changed in place or in training.
  void predict(const Compute& compute, MatrixView<const T> inputs, MatrixView<T> outputs,
               ReadAt read_at) const {
    // In a child of fork() the lock may be held for ever, by a thread that it does not have: never wait for
    // it.
    const std::unique_lock lock(predictor_in_use_, std::try_to_lock);
    if (!lock) return predict_rows<T>(compute, description, values(), inputs, outputs, read_at);
    if (!predictor_) predictor_.emplace(compute, description, values(), read_at);
    predictor_->use(compute, read_at);
    predictor_->predict(inputs, outputs);
  }

 private:
  template <typename>
  friend class InTraining;
  template <typename>
  friend class ParametersInTraining;

  AlignedVector<T> parameters_;  // empty while a trainer has them
  std::span<T> values_;
  std::atomic<bool> is_in_training_ = false;
  mutable std::optional<Predictor<T>> predictor_;  // of values_
  mutable std::mutex predictor_in_use_;
};

// For as long as it lives nobody else trains the network. Throws StateError where somebody does.
template <typename T>
class InTraining {
 public:
  explicit InTraining(NetworkWithParameters<T>& network) : network_(network) {
    if (!network.is_in_training_.exchange(true)) return;
    throw StateError({.what = "another thread is training this network",
                      .advice = "train one after the other, or a copy of it"});
  }
  ~InTraining() { network_.is_in_training_ = false; }
  InTraining(const InTraining&) = delete;
  InTraining& operator=(const InTraining&) = delete;

 private:
  NetworkWithParameters<T>& network_;
};

// Lends a trainer's state the parameters of a network in training, for as long as it lives.
template <typename T>
class ParametersInTraining {
 public:
  ParametersInTraining(NetworkWithParameters<T>& network, AlignedVector<T>& state)
      : network_(network.parameters_), state_(state) {
    network_.swap(state_);
  }
  ~ParametersInTraining() { network_.swap(state_); }
  ParametersInTraining(const ParametersInTraining&) = delete;
  ParametersInTraining& operator=(const ParametersInTraining&) = delete;

 private:
  AlignedVector<T>& network_;
  AlignedVector<T>& state_;
};

// Threads of one call or one trainer. 0: all that this process may use. 1 starts none. A child of fork() has
// none of its parent's: it starts its own.
class Threads {
 public:
  explicit Threads(std::size_t count);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  void set_count(std::size_t count);
  Compute compute();

 private:
  void end();

  std::size_t count_ = 1;
  std::unique_ptr<ThreadPool> pool_;
  long process_ = 0;  // that has the threads
};

}  // namespace chainrule::python
