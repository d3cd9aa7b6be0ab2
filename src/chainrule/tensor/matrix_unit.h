// Which unit multiplies tiles of bfloat16: the processor's own (Intel AMX), or a portable one that does the
// same arithmetic with ordinary instructions.
//
// One multiplication of tiles, as Intel's manual defines TDPBF16PS (a [16][32] bfloat16, b [32][16], c
// [16][16] float):
//   even = odd = 0
//   for p = 0 .. 15:  even = fma(a[m][2p], b[2p][n], even),  odd = fma(a[m][2p+1], b[2p+1][n], odd)
//   c[m][n] = c[m][n] + (even + odd)
// each fma and each addition rounded to nearest even, denormal operands treated as zero and denormal results
// replaced with zero, whatever the thread's floating-point settings.
#pragma once

#include <optional>
#include <string_view>

#include "chainrule/base/names.h"

namespace chainrule {

enum class MatrixUnit { amx, portable };

template <>
struct EnumNames<MatrixUnit> {
  static constexpr std::string_view kind = "matrix unit";
  static constexpr EnumName<MatrixUnit> table[] = {
      {MatrixUnit::amx, "amx", "the processor's matrix unit (Intel AMX)"},
      {MatrixUnit::portable, "portable", "ordinary instructions, for checks: the same arithmetic, slower"},
  };
};

// For amx: the feature bits, the system's support, and its permission, requested once per process.
bool is_supported(MatrixUnit unit);
// The processor's own unit, or empty where it has none.
std::optional<MatrixUnit> best_matrix_unit();

}  // namespace chainrule
