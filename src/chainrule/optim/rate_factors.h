// How fast each parameter learns, as a multiple of the learning rate.
//
//   w_i = update(w_i, g_i, f_i r)      r the learning rate of the step, f_i the factor of parameter i
//
// A parameter with the factor 0 is fixed: it keeps its bits, since its gradient counts as 0 and neither
// penalties nor weight decay apply to it. So a dense layer whose zeros are fixed keeps its pattern
// (model/front_layers.h). Weight decay takes r itself, not f_i r: it shrinks all learned weights alike.
//
// Optimizers that need all rows have no learning rate: they only distinguish 0 from other factors.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/optim/optimizer.h"

namespace chainrule {

// The learned parameters in ascending order, without overlap and with factors above 0; parameters outside the
// ranges are fixed. Empty: every parameter has the factor 1.
using RateFactors = std::vector<RateFactor>;

// Throws StateError if they are out of order, overlap, lie beyond the parameters, or have a factor that is
// not above 0 and finite.
void validate(std::span<const RateFactor> factors, std::size_t parameters);

// Appends a range behind the others; one that continues the last with its factor extends it.
void append_rate_factor(RateFactors& factors, RateFactor factor);

// The parts of the ranges that are learned.
std::vector<ParameterRange> learned_parts(std::span<const ParameterRange> ranges,
                                          std::span<const RateFactor> factors);

// The parameters that are fixed: the gaps between the learned ones.
std::vector<ParameterRange> fixed_ranges(std::span<const RateFactor> factors, std::size_t parameters);

template <typename T>
void clear_ranges(std::span<const ParameterRange> ranges, std::span<T> gradient) {
  for (const ParameterRange& range : ranges)
    for (T& g : gradient.subspan(range.offset, range.size))
      g = T{};
}

}  // namespace chainrule
