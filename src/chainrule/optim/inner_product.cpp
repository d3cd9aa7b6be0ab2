#include "chainrule/optim/inner_product.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "chainrule/optim/parameter_tiles.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

constexpr std::size_t kChains = 16;
constexpr std::size_t kChunk = 4'096;
static_assert(kParameterTile % kChunk == 0, "a tile holds whole chunks");

template <typename A, typename B>
double chunk_product(const A* a, const B* b, std::size_t count) {
  double chains[kChains] = {};
  std::size_t i = 0;
  for (; i + kChains <= count; i += kChains) {
    for (std::size_t c = 0; c < kChains; ++c)
      chains[c] += static_cast<double>(a[i + c]) * static_cast<double>(b[i + c]);
  }
  for (std::size_t c = 0; i < count; ++c, ++i)
    chains[c] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (std::size_t half = kChains / 2; half != 0; half /= 2) {
    for (std::size_t c = 0; c < half; ++c)
      chains[c] += chains[c + half];
  }
  return chains[0];
}

}  // namespace

template <typename A, typename B>
double inner_product(const Compute& compute, std::span<const A> a, std::span<const B> b,
                     std::vector<double>& chunks) {
  assert(a.size() == b.size());
  chunks.resize((a.size() + kChunk - 1) / kChunk);
  // Chunks may go to threads; they are summed in their order.
  for_each_parameter_tile(compute, a.size(), [&](std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; i += kChunk) {
      const std::size_t size = std::min(kChunk, first + count - i);
      chunks[i / kChunk] = chunk_product(a.data() + i, b.data() + i, size);
    }
  });
  return block_tree_sum(chunks);
}

#define CHAINRULE_INSTANTIATE(A, B)                                                           \
  template double inner_product<A, B>(const Compute&, std::span<const A>, std::span<const B>, \
                                      std::vector<double>&);
CHAINRULE_INSTANTIATE(float, float)
CHAINRULE_INSTANTIATE(float, double)
CHAINRULE_INSTANTIATE(double, double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
