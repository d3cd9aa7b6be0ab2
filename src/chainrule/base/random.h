// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy
// as 1, 2, 3", SC 2011).
//
// A random number is a pure function of (seed, purpose, step, index). Without state or an order of calls,
// any thread can draw any element, and a resumed run draws the same numbers as an uninterrupted one.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace chainrule {

// What a random number is for. Two purposes never share a stream. The values are part of the numeric
// contract: never renumber them.
enum class RandomPurpose : std::uint32_t {
  initial_weights = 1,
  shuffle = 2,
  dropout = 3,
  split = 4,
  generator = 5,
  noise = 6,
  clustering = 7,
  sampling = 8,
  folds = 9,
  members = 10,
};

// The ten rounds of Philox4x32 on one counter block.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

struct RandomKey {
  std::uint64_t seed = 0;
  RandomPurpose purpose = RandomPurpose::sampling;
  std::uint32_t step = 0;  // epoch, layer or update number: distinguishes one series from the next
};

std::uint32_t random_u32(const RandomKey& key, std::uint64_t index);
// out[i] = random_u32(key, first + i), at a quarter of the cost.
void random_u32s(const RandomKey& key, std::uint64_t first, std::span<std::uint32_t> out);
std::uint64_t random_u64(const RandomKey& key, std::uint64_t index);
// Uniform in [0, 1): 53 random bits times 2^-53.
double random_uniform(const RandomKey& key, std::uint64_t index);
// Uniform in {0, ..., bound-1} without bias beyond 2^-64 * bound (multiply-high of 64 bits). bound >= 1.
std::uint64_t random_below(const RandomKey& key, std::uint64_t index, std::uint64_t bound);
// Fisher-Yates from the last element down; the swap of element i uses random number i.
void shuffle_indices(const RandomKey& key, std::span<std::uint32_t> indices);

}  // namespace chainrule
