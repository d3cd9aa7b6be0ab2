// A column of numbers, packed without loss: every number is restored to the last bit.
//
// Most numbers in tables are short decimals: 12.75 is 1275 / 10^2. If a block of 1,024 rows can be written
// as integers over one power of ten, these integers are kept, in 1, 2 or 4 bytes each:
//
//   x = m / 10^d,   |m| < 2^7, 2^15 or 2^31,   d <= 15
//
// m and 10^d are exact in double and the division rounds once, so x is the double nearest to the decimal, as
// it is when the text is parsed. Any other block is kept in float if float holds all its numbers exactly (-0
// is not an integer), else in double. A form is chosen by trying it on the numbers, whatever their source.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "chainrule/data/row_iterator.h"

namespace chainrule {

class PackedNumbers {
 public:
  static constexpr std::size_t kBlockRows = 1024;

  PackedNumbers() = default;
  // Not explicit, so that a column can be written as the numbers it holds.
  PackedNumbers(std::span<const double> values) { append(values); }     // NOLINT(google-explicit-constructor)
  PackedNumbers(const std::vector<double>& values) { append(values); }  // NOLINT(google-explicit-constructor)
  PackedNumbers(std::initializer_list<double> values) { append({values.begin(), values.size()}); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void push_back(double value) { append({&value, 1}); }
  void append(std::span<const double> values);
  // Also packs the last rows, which are fewer than a block. More rows may still be added.
  void pack_rest();

  // NaN where missing.
  double operator[](std::size_t row) const;
  // The rows from `first` on, much faster than one by one.
  void copy_to(std::size_t first, std::span<double> values) const;
  std::vector<double> to_vector() const;
  // Frees the rows before `row`, in whole blocks. They must not be read again.
  void release_before(std::size_t row);
  // The memory that the numbers take.
  std::size_t bytes() const;

  using value_type = double;
  using const_iterator = RowIterator<PackedNumbers>;
  const_iterator begin() const { return {this, 0}; }
  const_iterator end() const { return {this, size_}; }
  // Compares as doubles do: NaN is not equal to itself.
  friend bool operator==(const PackedNumbers& a, const PackedNumbers& b);

 private:
  enum class Form : std::uint8_t { int8, int16, int32, float32, float64 };
  struct Block {
    std::vector<std::byte> bytes;
    Form form = Form::float64;
    std::uint8_t decimals = 0;
  };

  static Block pack(std::span<const double> values);
  static void unpack(const Block& block, std::size_t first, std::span<double> values);
  std::size_t packed_rows() const { return size_ - open_.size(); }
  void unpack_rest();

  std::size_t size_ = 0;
  std::vector<Block> blocks_;  // 1,024 rows each; after pack_rest() the last may have fewer
  std::vector<double> open_;   // the rows after the blocks
};

// Reads single rows of a column, in any order; neighbouring rows are cheap.
class NumberCursor {
 public:
  explicit NumberCursor(const PackedNumbers& numbers) : numbers_(&numbers) {}
  double operator()(std::size_t row) {
    if (row - first_ >= count_) fetch(row);
    return cached_[row - first_];
  }

 private:
  static constexpr std::size_t kRows = 64;
  void fetch(std::size_t row);

  const PackedNumbers* numbers_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  double cached_[kRows];
};

}  // namespace chainrule
