// The faults that a lenient reader mended in a text table: how many of each kind, and where the first one is.
//
//   short_row     too few cells: it is unknown which are absent, so the row is skipped
//   long_row      too many cells: it is unknown which belong where, so the row is skipped
//   empty_end     more cells than columns, but empty (a delimiter at the end of the line): cut off
//   cell          a cell that is not a number in a column of numbers: a missing value
//   encoding      bytes that are not UTF-8, and NUL: replaced by U+FFFD
//   quote         a quote that is never closed, or text after a closing one: the line's quotes are plain text
//   header_again  a line that repeats the column names: skipped
//   comment       a line that begins with # and has another number of cells: skipped
//   name          a column without a name, or with the name of another: numbered
//   split_quote   a quote opened in the middle of a cell and closed in a later one: it is unknown which cells
//                 the line has, so it is skipped
//   short_end     too few cells, and by their kinds only the last can be absent: these count as missing
//   second_header a line of units or names below the header: skipped
//   total         a last row that sums or averages the rows above: skipped
//
// require_few refuses a table if most of its rows would be mended: it is probably being misread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "chainrule/base/message.h"

namespace chainrule {

enum class Repair {
  short_row,
  long_row,
  empty_end,
  cell,
  encoding,
  quote,
  header_again,
  comment,
  name,
  split_quote,
  total,
  short_end,
  second_header
};
inline constexpr std::size_t kRepairs = 13;

class TableRepairs {
 public:
  // `place` is called only for the first fault of a kind.
  template <typename Place>
  void add(Repair repair, const Place& place, std::uint64_t count = 1) {
    Found& found = found_[static_cast<std::size_t>(repair)];
    if (found.count == 0) found.first = place();
    found.count += count;
  }
  std::uint64_t count(Repair repair) const { return found_[static_cast<std::size_t>(repair)].count; }
  std::uint64_t total() const;
  void add_row(bool is_mended) {
    ++rows_;
    last_is_mended_ = is_mended;
    mended_rows_ += is_mended ? 1 : 0;
  }
  // Records that the last row added has a mended cell.
  void mend_last_row() {
    mended_rows_ += last_is_mended_ ? 0 : 1;
    last_is_mended_ = true;
  }
  // One sentence per kind, in the order above; empty if nothing was mended.
  std::vector<Message> notes(const std::string& source) const;
  // Throws DataError if more than half of the rows were mended.
  void require_few(const std::string& source) const;

 private:
  struct Found {
    std::uint64_t count = 0;
    Message first;
  };
  std::array<Found, kRepairs> found_;
  std::uint64_t rows_ = 0;
  std::uint64_t mended_rows_ = 0;
  bool last_is_mended_ = false;
};

}  // namespace chainrule
