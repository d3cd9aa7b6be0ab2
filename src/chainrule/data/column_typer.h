// Types one column of a text table by looking at every cell (the rule stands in open_table.h).
//
// A column starts as numbers; its first cell of words turns it into a list of codes. Numbers that came before
// the turn must become words in the spelling of the file ("007" is not "7"): rows_to_respell() says how many
// rows at the start have to be shown once more.
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

// DataErrors about a cell that should be a number, with advice that fits the way it is written.
[[noreturn]] void throw_not_a_number(std::string_view value, std::string place,
                                     const std::string& column_name);
[[noreturn]] void throw_too_large(std::string_view value, std::string place);
// A cell taken for missing because it is no number, as a note shows it: how to read it where it is one with a
// comma.
Message mended_cell_text(std::string_view value, const std::string& place);

class ColumnTyper {
 public:
  // The kind is what the user says; empty: found.
  // mends: in a column of numbers, cells that are none count as missing.
  ColumnTyper(std::string name, std::optional<ColumnKind> given, DecimalMark decimal = DecimalMark::point,
              bool mends = false);

  // One call a row. `value` is the cell without blanks around it, `word` what it is called as a category.
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

  // Rows whose cells are numbers in digits, or missing (NaN). Not once the column has words: those want the
  // spelling.
  void add_numbers(std::span<const double> numbers) { numbers_.append(numbers); }
  bool has_words() const { return turn_.has_value(); }

  // All rows are in. Throws DataError when the column is numeric and has a cell that is not a number;
  // `place_of_line` says where this column's cell on a line is.
  void decide(const std::function<std::string(std::uint64_t)>& place_of_line, TableRepairs& repairs);
  // Rows at the start to be shown to respell_missing() or respell(), in order.
  std::size_t rows_to_respell() const;
  void respell_missing() { early_codes_.push_back(kMissingCode); }
  void respell(std::string_view word) { early_codes_.push_back(early_words_.code_of(word)); }
  // The number that row was before the turn: NaN when missing.
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
  PackedNumbers numbers_;            // rows before the turn; infinite or too large where the cell is
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
