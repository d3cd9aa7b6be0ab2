// The peak speed of this machine, measured on request: the yardstick for other speeds. Both measurements take
// the best of several short bursts, because other work can only make a burst slower.
#pragma once

#include <cstddef>

#include "chainrule/tensor/compute.h"

namespace chainrule {

// Float operations per second of the calling thread, in fused multiply-adds on registers (each counts as
// two): the best of bursts of some 40 us. Half of it is the peak in double. 0 for the paths without vectors.
double multiply_add_peak(KernelPath path);

// Bytes per second that the threads of `compute` read together from `bytes` of memory, each a part of its
// own. bytes >= 64 for each thread.
double read_bandwidth(const Compute& compute, std::size_t bytes);

}  // namespace chainrule
