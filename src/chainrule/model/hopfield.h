// A Hopfield network: feedback instead of layers. From any start it falls into a stable state.
//
//   storing    W_ij = sum over the patterns of p_i p_j for i != j, W_ii = 0     Hebb's rule
//   recall     units one after the other: h_i = sum_j W_ij s_j,
//              s_i = +1 for h_i > 0, -1 for h_i < 0, as it was for h_i = 0
//   energy     E = -1/2 sum_ij W_ij s_i s_j, never rises: a flip of unit i changes it by -2 |h_i|
//   W [n][n] symmetric, states and patterns [n] of +1 and -1
//
// Source: Hopfield, "Neural networks and physical systems with emergent collective computational abilities",
// PNAS 79, 1982.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chainrule/tensor/matrix.h"

namespace chainrule {

using HopfieldState = std::vector<int>;  // +1 and -1

// Throws UsageError for no patterns, patterns of different lengths, and values other than +1 and -1.
Matrix<double> store_patterns(std::span<const HopfieldState> patterns);

// h_i = sum_j W_ij s_j, ascending j.
double local_field(MatrixView<const double> w, const HopfieldState& state, std::size_t unit);

double energy(MatrixView<const double> w, const HopfieldState& state);

struct HopfieldStep {
  std::size_t flipped = 0;  // the unit, counted from 1; 0: the start
  HopfieldState state;
  double energy = 0;
};

struct HopfieldRecall {
  std::vector<HopfieldStep> trace;  // the start and the state after each flip
  std::size_t sweeps = 0;           // over all units, the last without a flip

  const HopfieldState& final_state() const { return trace.back().state; }
};

// Sweeps through the units in `order` (indices from 0, each once; empty: 0, 1, ..., n - 1) until one sweep
// flips nothing. Throws UsageError for a W that is not square, not symmetric or has a diagonal, and for a
// state or an order that does not fit.
HopfieldRecall recall(MatrixView<const double> w, const HopfieldState& start,
                      std::span<const std::size_t> order = {});

// Is this state stable, so that recall would flip nothing?
bool is_fixed_point(MatrixView<const double> w, const HopfieldState& state);

// Rows of `columns` units, # for +1 and . for -1.
std::string state_text(const HopfieldState& state, std::size_t columns);

}  // namespace chainrule
