// A smooth function of the parameters with its gradient, as the optimizers that need all rows see it: lbfgs,
// scaled_conjugate_gradients, irprop_plus and levenberg_marquardt. It must be deterministic: the loss of all
// rows, never that of a random batch.
#pragma once

#include <functional>
#include <span>

#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// f(x); writes its derivative into `gradient`. Values that are not finite are allowed except at the start.
template <typename T>
using LossAndGradient = std::function<double(std::span<const T> x, std::span<T> gradient)>;

// What an iteration did with x: moved it to a lower loss, or found none, so that further iterations are
// useless. (Rprop's steps may also raise the loss.)
enum class IterationEnd { moved, at_minimum };

// f at the start of a minimisation, with its gradient, which gets the size of x. Throws NonFiniteError when
// either is not finite.
template <typename T>
double evaluate_start(const Compute& compute, const LossAndGradient<T>& evaluate, std::span<const T> x,
                      AlignedVector<T>& gradient);

template <typename T>
bool all_finite(std::span<const T> values);

// The largest |component|.
template <typename T>
double largest_component(std::span<const T> values);

}  // namespace chainrule
