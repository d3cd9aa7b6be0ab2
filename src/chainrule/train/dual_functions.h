// Every activation and every loss on dual numbers: the functions of tensor/activation.h and
// model/batch_loss.h as their definitions read, without their derivatives, for the gradient check.
//
// It shares no code with the kernels of a training step. Which functions there are is read from the two
// name tables: one that is missing here does not compile.
#pragma once

#include <span>

#include "chainrule/model/batch_loss.h"
#include "chainrule/tensor/activation.h"
#include "chainrule/train/dual_number.h"

namespace chainrule {

// f(z) of an element-wise activation. parameter: its slope, alpha or beta, where it has one.
Dual activation_of_dual(Activation activation, Dual z, Dual parameter);

// a_i = exp(z_i) / sum_j exp(z_j)
void softmax_of_duals(std::span<const Dual> z, std::span<Dual> a);

// The loss of one row, of the outputs given. outputs: how many the whole row has, which a mean over them is
// divided by. first: which of them the first one given is.
Dual loss_of_duals(const LossOptions& loss, std::span<const Dual> z, std::span<const Dual> a,
                   std::span<const double> targets, std::size_t outputs, std::size_t first = 0);

}  // namespace chainrule
