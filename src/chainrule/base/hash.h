// A 64-bit hash of numbers, to distinguish data sets and parameter arrays; not safe against an adversary.
//
// Each 64-bit word is folded in with the murmur3 finaliser (Appleby): h = mix(h * odd + word).
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>

namespace chainrule {

class Hash {
 public:
  void add(std::uint64_t word) { state_ = mix(state_ * 0x9E3779B97F4A7C15ull + word); }
  void add(double value) { add(std::bit_cast<std::uint64_t>(value)); }
  void add(float value) { add(std::uint64_t{std::bit_cast<std::uint32_t>(value)}); }
  template <typename T>
  void add_all(std::span<const T> values) {
    add(std::uint64_t{values.size()});
    for (const T value : values)
      add(value);
  }
  std::uint64_t value() const { return mix(state_); }
  // 16 hexadecimal digits.
  std::string text() const;

 private:
  static std::uint64_t mix(std::uint64_t h) {
    h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCDull;
    h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53ull;
    return h ^ (h >> 33);
  }
  std::uint64_t state_ = 0;
};

}  // namespace chainrule
