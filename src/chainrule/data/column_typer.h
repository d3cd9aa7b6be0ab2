// Types one column of a text table by looking at every cell (the rule is in open_table.h).
//
// A column starts as numbers; the first cell that is text turns it into a list of codes. Numbers before that
// turn must become words as the file spells them ("007" is not "7"): rows_to_respell() says how many rows at
// the start must be shown again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/table.h"

namespace chainrule {

// Throw DataErrors about a cell that should be a number, with advice that fits its notation.
[[noreturn]] void throw_not_a_number(std::string_view value, std::string place,
                                     const std::string& column_name);
[[noreturn]] void throw_too_large(std::string_view value, std::string place);
// How a note shows a cell that counts as missing because it is not a number; with advice if it is a number
// with a decimal comma.
Message mended_cell_text(std::string_view value, const std::string& place);

class ColumnTyper {
 public:
  // given: the kind that the user chose; empty: found. mends: in a column of numbers, other cells count as
  // missing.
  ColumnTyper(std::string name, std::optional<ColumnKind> given, DecimalMark decimal = DecimalMark::point,
              bool mends = false);

  // One call per row. `value`: the cell without blanks around it; `word`: its name as a category.
  void add_missing() {
    if (turn_) {
      codes_.push_back(kMissingCode);
    } else {
      numbers_.push_back(kMissingNumber);
    }
  }
  void add(std::string_view value, std::string_view word, std::uint64_t line) {
    if (!turn_) {
      const CellNumber number = read_cell(value, decimal_);
      if (number.meaning == CellMeaning::number) {
        numbers_.push_back(number.value);
        return;
      }
      if (number.meaning == CellMeaning::too_large && !mends_) {
        add_too_large(value, number.value, line);
        return;
      }
      turn_ = numbers_.size();
    }
    add_word(value, word, line);
  }

  // Rows whose cells are numbers in digits, or missing (NaN). Not allowed once the column has words, which
  // need the spelling.
  void add_numbers(std::span<const double> numbers) { numbers_.append(numbers); }
  bool has_words() const { return turn_.has_value(); }

  // Call it when all rows are in. Throws DataError if the column is numeric and has a cell that is not a
  // number; `place_of_line` says where this column's cell on a line is.
  void decide(const std::function<std::string(std::uint64_t)>& place_of_line, TableRepairs& repairs);
  // The number of rows at the start to show again, in order, by respell_missing() or respell().
  std::size_t rows_to_respell() const;
  void respell_missing() { early_codes_.push_back(kMissingCode); }
  void respell(std::string_view word) { early_codes_.push_back(early_words_.code_of(word)); }
  // The number in a row before the turn: NaN if missing.
  double early_number(std::size_t row) const { return numbers_[row]; }
  // Leaves the typer empty.
  Column take_column();

 private:
  static const double kMissingNumber;
  enum class WordClass : std::uint8_t { number, too_large, other_notation, words };
  struct Sighting {
    std::uint64_t line = 0;  // 0: never seen
    std::string value;
  };

  void add_too_large(std::string_view value, double number, std::uint64_t line);
  void add_word(std::string_view value, std::string_view word, std::uint64_t line);
  WordClass class_of_new_word(std::string_view value, std::uint64_t line);

  std::size_t count_of_class(WordClass word_class) const {
    return counts_[static_cast<std::size_t>(word_class)];
  }
  void make_words_missing();

  std::string name_;
  std::optional<ColumnKind> given_;
  DecimalMark decimal_;
  bool mends_;
  PackedNumbers numbers_;            // rows before the turn; may be infinite or too large
  std::optional<std::size_t> turn_;  // the first row kept as a code
  std::vector<std::int32_t> codes_;  // rows from the turn on
  WordList words_;
  std::vector<WordClass> classes_;   // of each word
  std::vector<std::size_t> counts_;  // cells from the turn on, by WordClass
  Sighting first_too_large_, first_words_, first_other_notation_;
  std::vector<std::int32_t> early_codes_;  // rows before the turn, respelled
  WordList early_words_;
};

}  // namespace chainrule
