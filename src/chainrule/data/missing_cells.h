// Which cells of a text table are missing, column by column.
//
// A cell is missing if its text, without blanks around it, is one of the words for a missing cell:
//
//   all columns      ReadOptions::missing_words without those in not_missing
//   some columns     column_missing_words, which a model remembers from its training table
//   categories       if the user gives this kind to a column (column_kinds): the empty word, and the words
//                    that the user added to the usual ones; "NA" and "None" are then ordinary categories
//
// A word that not_missing gives in double quotes is an ordinary category only if the cell is quoted: some
// programs quote every text and write missing cells without quotes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table.h"

namespace chainrule {

// The words of the default options.
std::span<const std::string> usual_missing_words();
// The words that the caller added: those after the usual ones, or all if the usual ones do not come first.
std::vector<std::string> given_missing_words(const ReadOptions& options);
// The three rules above as lists, for columns of these names.
MissingWordLists missing_word_lists(const ReadOptions& options, std::span<const std::string> columns);

// A cell that counts as missing because of its word.
struct MissingCell {
  std::uint32_t column = 0;
  std::uint16_t word = 0;  // the number of the word
  bool is_quoted = false;
};

class MissingCells {
 public:
  static constexpr std::size_t kPresent = static_cast<std::size_t>(-1);

  // The same words for all columns.
  explicit MissingCells(const MissingWords& words);
  MissingCells(const ReadOptions& options, std::span<const std::string> columns);

  // The number of the word that makes the cell missing; kPresent if none does. 0 is the empty word.
  std::size_t word_of(std::size_t column, std::string_view trimmed, bool is_quoted) const {
    if (!all_.may_start_with(trimmed.empty() ? '\0' : trimmed.front())) return kPresent;
    return word_of_listed(column, trimmed, is_quoted);
  }
  bool contains(std::size_t column, std::string_view trimmed, bool is_quoted) const {
    return word_of(column, trimmed, is_quoted) != kPresent;
  }
  const MissingWords& all() const { return all_; }
  const MissingWordLists& lists() const { return lists_; }

 private:
  std::size_t word_of_listed(std::size_t column, std::string_view trimmed, bool is_quoted) const;

  MissingWordLists lists_;
  MissingWords all_;                     // of any column; the empty word first
  std::vector<char> is_kept_in_quotes_;  // by word
  // By word: whether it is missing in the columns without a list of their own, then in those of each list.
  std::vector<std::vector<char>> is_missing_;
  std::vector<std::uint32_t> list_of_column_;  // empty: 0 for all
};

// Counts cells by column, word and quotes.
class MissingWordCounter {
 public:
  void add(std::span<const MissingCell> cells);
  std::vector<MissingWordCount> counts(const MissingCells& missing) const;

 private:
  // By column and word: all cells, and those in quotes.
  std::unordered_map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> counts_;
};

}  // namespace chainrule
