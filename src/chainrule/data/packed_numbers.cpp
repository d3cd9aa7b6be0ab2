// Packing tries d = 0, 1, ..., 15 decimals until every value of the block is an integer over 10^d
// (packed_numbers.h):
//
//   m = round(x 10^d),   accepted if m / 10^d == x to the last bit and |m| < 2^31
//
// and then takes the smallest integer type that holds all m. The smallest integer of a type stands for a
// missing number.
#include "chainrule/data/packed_numbers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "chainrule/data/cell_text.h"

namespace chainrule {
namespace {

// The least integer of each form stands for a missing number.
template <typename Integer>
constexpr Integer kMissingInteger = std::numeric_limits<Integer>::min();

// Values are tried in runs: the first run rules out most wrong numbers of decimals.
constexpr std::size_t kRun = 16;

// Finds the integers m with m / 10^decimals equal to the values, to the last bit. False if 32 bits do not
// hold them.
bool find_integers(std::span<const double> values, std::size_t decimals, std::int32_t* integers) {
  const double power = kPowersOfTen[decimals];
  constexpr double kLimit = 2147483647.0;
  for (std::size_t begin = 0; begin < values.size(); begin += kRun) {
    const std::size_t end = std::min(begin + kRun, values.size());
    bool fits = true;
    for (std::size_t i = begin; i < end; ++i) {
      const double value = values[i];
      const bool is_missing = value != value;
      const double scaled = value * power;
      const bool in_range = std::abs(scaled) <= kLimit;  // false for NaN
      // 1.5 * 2^52 has no bits for fractions: adding and subtracting it rounds to the nearest integer.
      const double rounded = ((in_range ? scaled : 0.0) + 6755399441055744.0) - 6755399441055744.0;
      const bool is_exact = in_range && rounded / power == value && !(value == 0 && std::signbit(value));
      integers[i] = is_missing ? kMissingInteger<std::int32_t> : static_cast<std::int32_t>(rounded);
      fits = fits && (is_missing || is_exact);
    }
    if (!fits) return false;
  }
  return true;
}

bool fits_float(std::span<const double> values) {
  for (const double value : values) {
    if (value == value && static_cast<double>(static_cast<float>(value)) != value) return false;
  }
  return true;
}

template <typename T, typename From>
std::vector<std::byte> as_bytes_of(std::span<const From> values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value = static_cast<T>(values[i]);
    if constexpr (sizeof(T) < sizeof(From) && std::numeric_limits<T>::is_integer) {
      if (values[i] == kMissingInteger<From>) value = kMissingInteger<T>;
    }
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

template <typename T>
void unpack_integers(const std::byte* from, double power, std::span<double> values) {
  const auto integer_at = [from](std::size_t i) {
    T integer;
    std::memcpy(&integer, from + i * sizeof(T), sizeof(T));
    return integer;
  };
  // A loop of its own, so that the compiler vectorises both.
  T has_missing = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    has_missing = static_cast<T>(has_missing | (integer_at(i) == kMissingInteger<T> ? 1 : 0));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>(integer_at(i)) / power;
  if (has_missing == 0) return;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (integer_at(i) == kMissingInteger<T>) values[i] = std::numeric_limits<double>::quiet_NaN();
  }
}

template <typename T>
void unpack_floating(const std::byte* from, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
}

}  // namespace

PackedNumbers::Block PackedNumbers::pack(std::span<const double> values) {
  std::int32_t integers[kBlockRows];
  for (std::size_t decimals = 0; decimals <= kMostDigits; ++decimals) {
    if (!find_integers(values, decimals, integers)) continue;
    std::int32_t least = 0, largest = 0;
    for (const std::int32_t integer : std::span(integers, values.size())) {
      least = std::min(least, integer == kMissingInteger<std::int32_t> ? 0 : integer);
      largest = std::max(largest, integer);
    }
    const auto is_within = [&](std::int32_t limit) { return -limit <= least && largest <= limit; };
    const std::span<const std::int32_t> found(integers, values.size());
    Block block{.decimals = static_cast<std::uint8_t>(decimals)};
    if (is_within(std::numeric_limits<std::int8_t>::max())) {
      block.form = Form::int8;
      block.bytes = as_bytes_of<std::int8_t>(found);
    } else if (is_within(std::numeric_limits<std::int16_t>::max())) {
      block.form = Form::int16;
      block.bytes = as_bytes_of<std::int16_t>(found);
    } else {
      block.form = Form::int32;
      block.bytes = as_bytes_of<std::int32_t>(found);
    }
    return block;
  }
  if (fits_float(values)) return {.bytes = as_bytes_of<float>(values), .form = Form::float32};
  return {.bytes = as_bytes_of<double>(values), .form = Form::float64};
}

void PackedNumbers::unpack(const Block& block, std::size_t first, std::span<double> values) {
  const double power = kPowersOfTen[block.decimals];
  switch (block.form) {
    case Form::int8:
      return unpack_integers<std::int8_t>(block.bytes.data() + first, power, values);
    case Form::int16:
      return unpack_integers<std::int16_t>(block.bytes.data() + 2 * first, power, values);
    case Form::int32:
      return unpack_integers<std::int32_t>(block.bytes.data() + 4 * first, power, values);
    case Form::float32:
      return unpack_floating<float>(block.bytes.data() + 4 * first, values);
    case Form::float64:
      return unpack_floating<double>(block.bytes.data() + 8 * first, values);
  }
}

void PackedNumbers::append(std::span<const double> values) {
  if (values.empty()) return;
  if (packed_rows() % kBlockRows != 0) unpack_rest();
  size_ += values.size();
  while (!values.empty()) {
    if (open_.empty() && values.size() >= kBlockRows) {
      blocks_.push_back(pack(values.first(kBlockRows)));
      values = values.subspan(kBlockRows);
      continue;
    }
    const std::size_t taken = std::min(kBlockRows - open_.size(), values.size());
    open_.insert(open_.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(taken));
    values = values.subspan(taken);
    if (open_.size() < kBlockRows) break;
    blocks_.push_back(pack(open_));
    open_.clear();
  }
}

void PackedNumbers::pack_rest() {
  if (!open_.empty()) blocks_.push_back(pack(open_));
  std::vector<double>().swap(open_);
}

void PackedNumbers::unpack_rest() {
  const std::size_t rows = size_ % kBlockRows;
  open_.resize(rows);
  unpack(blocks_.back(), 0, open_);
  blocks_.pop_back();
}

double PackedNumbers::operator[](std::size_t row) const {
  double value = 0;
  copy_to(row, {&value, 1});
  return value;
}

void PackedNumbers::copy_to(std::size_t first, std::span<double> values) const {
  assert(first + values.size() <= size_);
  const std::size_t packed = packed_rows();
  while (!values.empty() && first < packed) {
    const std::size_t place = first % kBlockRows;
    const std::size_t count = std::min({values.size(), kBlockRows - place, packed - first});
    const Block& block = blocks_[first / kBlockRows];
    assert(!block.bytes.empty());
    unpack(block, place, values.first(count));
    first += count;
    values = values.subspan(count);
  }
  if (!values.empty()) std::copy_n(open_.data() + (first - packed), values.size(), values.data());
}

std::vector<double> PackedNumbers::to_vector() const {
  std::vector<double> values(size_);
  copy_to(0, values);
  return values;
}

void PackedNumbers::release_before(std::size_t row) {
  const std::size_t blocks = std::min(row / kBlockRows, blocks_.size());
  // From the back: the walk ends at blocks that are already free, so that repeated calls stay linear.
  for (std::size_t b = blocks; b != 0 && !blocks_[b - 1].bytes.empty(); --b)
    std::vector<std::byte>().swap(blocks_[b - 1].bytes);  // = {} would keep the memory
}

std::size_t PackedNumbers::bytes() const {
  std::size_t bytes = open_.capacity() * sizeof(double) + blocks_.capacity() * sizeof(Block);
  for (const Block& block : blocks_)
    bytes += block.bytes.capacity();
  return bytes;
}

bool operator==(const PackedNumbers& a, const PackedNumbers& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void NumberCursor::fetch(std::size_t row) {
  first_ = row;
  count_ = std::min(kRows, numbers_->size() - row);
  numbers_->copy_to(first_, {cached_, count_});
}

}  // namespace chainrule
