// A network with its parameters, in float or double, as Python holds it.
#pragma once

#include <cstddef>
#include <memory>

#include "chainrule/model/network.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule::python {

template <typename T>
struct NetworkWithParameters {
  Network description;
  AlignedVector<T> parameters;
};

// While it lives, a trainer's state holds the network's parameters, and the network holds what the state held.
template <typename T>
class BorrowedParameters {
 public:
  BorrowedParameters(AlignedVector<T>& network, AlignedVector<T>& state) : network_(network), state_(state) {
    network_.swap(state_);
  }
  ~BorrowedParameters() { network_.swap(state_); }
  BorrowedParameters(const BorrowedParameters&) = delete;
  BorrowedParameters& operator=(const BorrowedParameters&) = delete;

 private:
  AlignedVector<T>& network_;
  AlignedVector<T>& state_;
};

// Threads of one call or one trainer. 0: all that this process may use. 1 starts none.
class Threads {
 public:
  explicit Threads(std::size_t count);
  Compute compute() const;

 private:
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace chainrule::python
