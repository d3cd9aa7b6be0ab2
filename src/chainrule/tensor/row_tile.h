// The number of rows of outputs a thread takes at a time.
#pragma once

#include <algorithm>
#include <cstddef>

namespace chainrule {

// Rows of about 16,384 outputs, a multiple of 32.
inline std::size_t row_tile(std::size_t columns) {
  return std::max<std::size_t>(32, 16384 / std::max<std::size_t>(1, columns) / 32 * 32);
}

}  // namespace chainrule
