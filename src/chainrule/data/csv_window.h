// The bytes of a text table on their way from the file to the pieces that are cut from them (csv_table.cpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "chainrule/data/csv_piece.h"
#include "chainrule/data/text_source.h"

namespace chainrule {

// The bytes that are read but not yet cut into rows, and the rest of the file.
class CsvWindow {
 public:
  explicit CsvWindow(TextSource& source) : source_(source) {}

  const char* begin() const { return bytes_.data(); }
  const char* end() const { return bytes_.data() + size_; }
  std::size_t size() const { return size_; }
  InputState state() const { return state_; }

  // Prepares the next window: `wanted` bytes from `from` on, fewer only at the end. The current bytes stay
  // valid until turn().
  void read_on(const char* from, std::size_t wanted) {
    const auto rest = static_cast<std::size_t>(end() - from);
    next_size_ = std::max(rest, wanted);
    if (next_.size() < next_size_ + kPaddingBytes) next_.resize(next_size_ + kPaddingBytes);
    std::memcpy(next_.data(), from, rest);
    next_size_ = rest + read(std::span(next_).subspan(rest, next_size_ - rest));
    std::memset(next_.data() + next_size_, '\n', kPaddingBytes);
  }
  void turn() {
    bytes_.swap(next_);
    size_ = next_size_;
  }
  // Frees the bytes before the last turn().
  void free_last() { std::vector<char>().swap(next_); }
  // Reads the bytes of the file after the window.
  std::size_t read(std::span<char> bytes) {
    const std::size_t count = state_ == InputState::ended ? 0 : source_.read_fully(bytes);
    if (count < bytes.size()) state_ = InputState::ended;
    return count;
  }

 private:
  TextSource& source_;
  std::vector<char> bytes_ = std::vector<char>(kPaddingBytes, '\n');
  std::vector<char> next_;
  std::size_t size_ = 0;
  std::size_t next_size_ = 0;
  InputState state_ = InputState::more_may_come;
};

}  // namespace chainrule
