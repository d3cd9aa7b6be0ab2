// The inner product of two flat arrays, a . b = sum_i a_i b_i, in double and with the same bits on any number
// of threads: 16 interleaved chains in chunks of 4,096 values, joined in halves, and a tree over the chunks,
// as sum_of_squares does it (docs/numerics.md, rule 2).
#pragma once

#include <span>
#include <vector>

#include "chainrule/tensor/compute.h"

namespace chainrule {

// A and B are float or double; a and b have the same size. `chunks` is scratch memory.
template <typename A, typename B>
double inner_product(const Compute& compute, std::span<const A> a, std::span<const B> b,
                     std::vector<double>& chunks);

}  // namespace chainrule
