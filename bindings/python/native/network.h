// A network with its parameters, in float or double, as a Python object owns it.
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

// Other threads may read the network and its parameters while one thread trains it: training writes to
// values(). Only one thread at a time trains it (InTraining).
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
  // All parameters of the network. Their address never changes.
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }

  // Outputs of all rows. The network keeps one predictor, whose buffers are allocated once; a call during
  // another thread's prediction makes its own. The parameters are read as they are now, changed in place or
  // in training.
  void predict(const Compute& compute, MatrixView<const T> inputs, MatrixView<T> outputs,
               ReadAt read_at) const {
    // In a child of fork() the lock may be held for ever by a thread of the parent: never wait for it.
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

// Reserves a network for one training run during its lifetime. Throws StateError if another run has it.
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

// Lends the parameters of a network to a trainer's state during its lifetime.
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

// The threads of one call or one trainer. 0: all that this process may use; 1 starts none. A child of fork()
// does not inherit its parent's threads: it starts its own.
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
  long process_ = 0;  // the owner of the threads
};

}  // namespace chainrule::python
