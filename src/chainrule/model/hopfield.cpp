#include "chainrule/model/hopfield.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

void check_state(const HopfieldState& state, std::size_t units, const std::string& where) {
  if (state.size() != units) {
    throw UsageError({.what = "a state does not have as many units as the network",
                      .where = where,
                      .expected = std::to_string(units),
                      .got = std::to_string(state.size())});
  }
  for (std::size_t i = 0; i < units; ++i) {
    if (state[i] == 1 || state[i] == -1) continue;
    throw UsageError({.what = "a unit must be on (1) or off (-1)",
                      .where = where + ", unit " + std::to_string(i + 1),
                      .expected = "1 or -1",
                      .got = std::to_string(state[i])});
  }
}

// Only symmetric weights without a diagonal have an energy that cannot rise.
void check_weights(MatrixView<const double> w) {
  if (w.rows != w.columns || w.rows == 0) {
    throw UsageError({.what = "the weights of a Hopfield network are a square matrix",
                      .got = std::to_string(w.rows) + " x " + std::to_string(w.columns)});
  }
  for (std::size_t i = 0; i < w.rows; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const bool fits = i == j ? w(i, i) == 0 : w(i, j) == w(j, i) && std::isfinite(w(i, j));
      if (fits) continue;
      throw UsageError({.what = i == j ? "a unit of a Hopfield network has no weight to itself"
                                       : "the weights of a Hopfield network are symmetric and finite",
                        .where = "units " + std::to_string(j + 1) + " and " + std::to_string(i + 1),
                        .expected = i == j ? "0" : format_number(w(j, i)),
                        .got = format_number(w(i, j)),
                        .advice = "otherwise the energy may rise and recall may not end"});
    }
  }
}

std::vector<std::size_t> order_of(std::span<const std::size_t> order, std::size_t units) {
  std::vector<std::size_t> all(units);
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (order.empty()) return all;
  std::vector<std::size_t> sorted(order.begin(), order.end());
  std::sort(sorted.begin(), sorted.end());
  if (sorted != all) {
    throw UsageError({.what = "an order of the units must name each of them once",
                      .expected = "0 to " + std::to_string(units - 1),
                      .got = count_of(order.size(), "place")});
  }
  return {order.begin(), order.end()};
}

}  // namespace

Matrix<double> store_patterns(std::span<const HopfieldState> patterns) {
  if (patterns.empty() || patterns.front().empty()) {
    throw UsageError(
        {.what = "there is no pattern to store", .expected = "at least one pattern of 1 and -1"});
  }
  const std::size_t units = patterns.front().size();
  Matrix<double> w(units, units);
  for (std::size_t p = 0; p < patterns.size(); ++p) {
    check_state(patterns[p], units, "pattern " + std::to_string(p + 1));
    for (std::size_t i = 0; i < units; ++i) {
      for (std::size_t j = 0; j < units; ++j) {
        if (i != j) w(i, j) += patterns[p][i] * patterns[p][j];
      }
    }
  }
  return w;
}

double local_field(MatrixView<const double> w, const HopfieldState& state, std::size_t unit) {
  double h = 0;
  for (std::size_t j = 0; j < state.size(); ++j)
    h += w(unit, j) * state[j];
  return h;
}

double energy(MatrixView<const double> w, const HopfieldState& state) {
  double sum = 0;
  for (std::size_t i = 0; i < state.size(); ++i)
    sum += local_field(w, state, i) * state[i];
  return -sum / 2;
}

HopfieldRecall recall(MatrixView<const double> w, const HopfieldState& start,
                      std::span<const std::size_t> order) {
  check_weights(w);
  check_state(start, w.rows, "the start");
  const std::vector<std::size_t> units = order_of(order, w.rows);
  HopfieldRecall recall{.trace = {{.flipped = 0, .state = start, .energy = energy(w, start)}}, .sweeps = 0};
  HopfieldState state = start;
  for (bool changed = true; changed;) {
    changed = false;
    ++recall.sweeps;
    for (const std::size_t i : units) {
      const double h = local_field(w, state, i);
      if (h * state[i] >= 0) continue;
      state[i] = -state[i];
      changed = true;
      recall.trace.push_back({.flipped = i + 1, .state = state, .energy = energy(w, state)});
    }
  }
  return recall;
}

bool is_fixed_point(MatrixView<const double> w, const HopfieldState& state) {
  return recall(w, state).trace.size() == 1;
}

std::string state_text(const HopfieldState& state, std::size_t columns) {
  std::string text;
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (i > 0 && i % columns == 0) text += '\n';
    text += state[i] > 0 ? '#' : '.';
  }
  return text + "\n";
}

}  // namespace chainrule
