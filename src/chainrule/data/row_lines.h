// The line of each row of a table, stored as runs of rows on consecutive lines. A file without blank lines
// and without line breaks in cells is one run of 16 bytes; 8 bytes per row would outweigh the cells of a
// table with one column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "chainrule/data/row_iterator.h"

namespace chainrule {

class RowLines {
 public:
  using value_type = std::uint64_t;
  using const_iterator = RowIterator<RowLines>;

  RowLines() = default;
  RowLines(std::initializer_list<std::uint64_t> lines) : RowLines(std::vector<std::uint64_t>(lines)) {}
  // Not explicit, so that a list of lines can stand for them.
  RowLines(const std::vector<std::uint64_t>& lines);  // NOLINT(google-explicit-constructor)

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { *this = {}; }
  void push_back(std::uint64_t line) { push_back_run(line, 1); }
  // `rows` rows on the lines line, line + 1, ...
  void push_back_run(std::uint64_t line, std::size_t rows);
  // The rows of `others`, each `offset` lines further down.
  void append(const RowLines& others, std::uint64_t offset);
  std::uint64_t operator[](std::size_t row) const;
  const_iterator begin() const { return {this, 0}; }
  const_iterator end() const { return {this, size_}; }
  bool operator==(const RowLines&) const = default;

 private:
  struct Run {
    std::size_t first_row = 0;
    std::uint64_t first_line = 0;
    bool operator==(const Run&) const = default;
  };

  std::vector<Run> runs_;  // as long as possible, so equal lines have equal runs
  std::size_t size_ = 0;
};

}  // namespace chainrule
