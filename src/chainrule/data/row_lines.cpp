#include "chainrule/data/row_lines.h"

#include <algorithm>
#include <cassert>

namespace chainrule {

RowLines::RowLines(const std::vector<std::uint64_t>& lines) {
  for (const std::uint64_t line : lines)
    push_back(line);
}

void RowLines::push_back_run(std::uint64_t line, std::size_t rows) {
  if (rows == 0) return;
  const bool continues = !runs_.empty() && runs_.back().first_line + (size_ - runs_.back().first_row) == line;
  if (!continues) runs_.push_back({.first_row = size_, .first_line = line});
  size_ += rows;
}

void RowLines::append(const RowLines& others, std::uint64_t offset) {
  for (std::size_t r = 0; r < others.runs_.size(); ++r) {
    const std::size_t end = r + 1 < others.runs_.size() ? others.runs_[r + 1].first_row : others.size_;
    push_back_run(others.runs_[r].first_line + offset, end - others.runs_[r].first_row);
  }
}

std::uint64_t RowLines::operator[](std::size_t row) const {
  assert(row < size_);
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), row,
                       [](std::size_t wanted, const Run& run) { return wanted < run.first_row; });
  const Run& run = *(after - 1);
  return run.first_line + (row - run.first_row);
}

}  // namespace chainrule
