#include "chainrule/base/random.h"

#include <utility>

namespace chainrule {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1

std::array<std::uint32_t, 4> draw(const RandomKey& key, std::uint64_t block) {
  return philox4x32({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), key.step,
                     static_cast<std::uint32_t>(key.purpose)},
                    {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

std::uint32_t random_u32(const RandomKey& key, std::uint64_t index) {
  return draw(key, index / 4)[index % 4];
}

void random_u32s(const RandomKey& key, std::uint64_t first, std::span<std::uint32_t> out) {
  for (std::size_t i = 0; i < out.size();) {
    const std::uint64_t index = first + i;
    const auto words = draw(key, index / 4);
    for (std::size_t word = index % 4; word < 4 && i < out.size(); ++word, ++i)
      out[i] = words[word];
  }
}

std::uint64_t random_u64(const RandomKey& key, std::uint64_t index) {
  const auto words = draw(key, index / 2);
  const std::size_t half = (index % 2) * 2;
  return words[half] | (std::uint64_t{words[half + 1]} << 32);
}

double random_uniform(const RandomKey& key, std::uint64_t index) {
  return static_cast<double>(random_u64(key, index) >> 11) * 0x1.0p-53;
}

namespace {

// The high half of the 128-bit product, from 32-bit parts: the same on every compiler.
std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound) {
  const std::uint64_t bits_low = bits & 0xFFFFFFFF, bits_high = bits >> 32;
  const std::uint64_t bound_low = bound & 0xFFFFFFFF, bound_high = bound >> 32;
  const std::uint64_t low_low = bits_low * bound_low;
  const std::uint64_t high_low = bits_high * bound_low;
  const std::uint64_t low_high = bits_low * bound_high;
  const std::uint64_t middle = (low_low >> 32) + (high_low & 0xFFFFFFFF) + low_high;
  return bits_high * bound_high + (high_low >> 32) + (middle >> 32);
}

}  // namespace

std::uint64_t random_below(const RandomKey& key, std::uint64_t index, std::uint64_t bound) {
  return scaled(random_u64(key, index), bound);
}

// Index i is swapped with random_below(key, i, i + 1); one block holds two random numbers.
void shuffle_indices(const RandomKey& key, std::span<std::uint32_t> indices) {
  std::size_t i = indices.size();
  while (i > 1) {
    const auto words = draw(key, (i - 1) / 2);
    const std::size_t first = (i - 1) / 2 * 2;
    for (; i > 1 && i > first; --i) {
      const std::size_t half = (i - 1) % 2 * 2;
      const std::uint64_t bits = words[half] | (std::uint64_t{words[half + 1]} << 32);
      std::swap(indices[i - 1], indices[scaled(bits, i)]);
    }
  }
}

}  // namespace chainrule
