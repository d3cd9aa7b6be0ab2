// Types one column of a text table by looking at every cell (the rule is in open_table.h).
//
// A column starts as plain numbers. At the first other cell, in the row called the turn, it becomes a list
// of codes, which decide() may still find to be numbers in another form, such as "12 kg" (find_form.h). The
// numbers before the turn must then become categories spelled as in the file ("1.0" is not "1"), or numbers
// of the form that was found ("1.234" may be 1234): rows_to_respell() says how many rows must be read again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/find_form.h"
#include "chainrule/data/form_messages.h"
#include "chainrule/data/read_number.h"
#include "chainrule/data/table.h"

namespace chainrule {

struct TyperOptions {
  std::optional<ColumnKind> kind;  // the kind that the user chose; empty: inferred from the cells
  SharedNumberForm form;           // of all columns, or of this one if it is settled
  bool is_settled = false;         // kind and form are those of a model
  bool is_decimal_given = false;
  bool mends = false;  // in a column of numbers, other cells count as missing
};

class ColumnTyper {
 public:
  // The column, which has a name, is filled; it and the options must outlive this object and stay in place.
  ColumnTyper(Column& column, const TyperOptions& options);

  // One call per row. `value`: the cell without blanks around it; `word`: its name as a category.
  void add_missing() {
    if (words_ != nullptr) {
      words_->codes.push_back(kMissingCode);
    } else {
      column_.numbers.push_back(kMissingNumber);
    }
  }
  void add(std::string_view value, std::string_view word, std::uint64_t line) {
    if (words_ == nullptr) {
      const CellNumber number = reader_(value);
      if (number.meaning == CellMeaning::number) {
        column_.numbers.push_back(number.value);
        return;
      }
      if (number.meaning == CellMeaning::too_large && !options_.mends) {
        add_too_large(value, number.value, line);
        return;
      }
      begin_words();
    }
    add_word(value, word, line);
  }

  // Rows whose cells are plain numbers or missing (NaN). Not allowed once the column has categories, which
  // must keep the spelling of the file.
  void add_numbers(std::span<const double> numbers) { column_.numbers.append(numbers); }
  bool has_words() const { return words_ != nullptr; }

  // Reads the cells of the column as numbers.
  const NumberReader& reader() const { return reader_; }
  // The reader as it was before decide().
  NumberReader early_reader() const;

  // To be called after the last row. Throws DataError if the column is numeric and has a cell that is not a
  // number, and for numbers that may be read in several ways. `place_of_line` gives the place of this
  // column's cell on a line.
  using PlaceOfLine = std::function<std::string(std::uint64_t)>;
  void decide(const PlaceOfLine& place_of_line, TableRepairs& repairs);
  // For plain numbers in a table delimited by semicolons: their points may separate thousands. To find out,
  // pass some rows again.
  void examine_points();
  bool is_examined() const { return is_examining_; }
  // The number of rows at the start to pass again, in order, to respell_missing() or respell().
  std::size_t rows_to_respell() const;
  void respell_missing() {
    if (!is_examining_) respelled_missing();
  }
  // Throws DataError for a number that is not of the form that was found.
  void respell(std::string_view value, std::string_view word, std::uint64_t line,
               const PlaceOfLine& place_of_line);
  // The number in a row before the turn: NaN if missing.
  double early_number(std::size_t row) const { return column_.numbers[row]; }
  // At the end: what the user should know about the form of the numbers. Null if there is nothing.
  const FormNote* note() const { return note_.get(); }
  // Completes the column. Call it last.
  void finish();

 private:
  static const double kMissingNumber;
  struct Sighting {
    std::uint64_t line = 0;
    std::string value;
  };
  // For a form that changes the numbers before the turn, too: all rows, read again in that form.
  struct RespelledNumbers {
    PackedNumbers early;  // the rows before the turn, respelled
    PackedNumbers late;   // the others
  };
  // Kept apart because a table may have a million columns of plain numbers, which do not need it.
  struct Words {
    std::size_t turn = 0;             // the first row kept as a code
    std::vector<std::int32_t> codes;  // rows from the turn on
    WordList list;
    std::vector<CellMeaning> meanings;      // of each word
    std::vector<std::uint64_t> lines;       // of each word, the first
    std::vector<std::int32_t> early_codes;  // rows before the turn, respelled
    WordList early_list;
    std::optional<RespelledNumbers> respelled;
  };

  void begin_words();
  void keep_too_large(std::string_view value, std::uint64_t line);
  void add_too_large(std::string_view value, double number, std::uint64_t line);
  void add_word(std::string_view value, std::string_view word, std::uint64_t line);
  void respelled_missing();
  // Whether the rows before the turn become numbers of the form that was found.
  bool is_respelling_numbers() const { return words_ != nullptr && words_->respelled.has_value(); }

  std::vector<WordCells> word_cells() const;
  PlainCells plain_cells() const;
  // Whether at least half of the cells are numbers without a form.
  bool are_mostly_plain(std::span<const WordCells> words) const;
  // Refuses a cell such as 1,5 if more of the cells have a decimal point.
  void require_no_odd_comma(const WordCells& cell, std::span<const WordCells> words,
                            const PlaceOfLine& place_of_line) const;
  // True if the column is categorical.
  bool settle_form(std::span<const WordCells> words, const PlaceOfLine& place_of_line);
  void become_numbers();
  void keep_note(const FormFinding& finding, std::span<const WordCells> words);

  Column& column_;  // its numbers: the rows before the turn; they may be infinite or too large
  const TyperOptions& options_;
  NumberReader reader_;
  std::unique_ptr<Words> words_;  // null: no turn yet
  std::unique_ptr<Sighting> first_too_large_;
  std::unique_ptr<FormNote> note_;
  bool has_other_forms_ = false;  // some cells were more than plain digits
  bool is_examining_ = false;     // examine_points
};

}  // namespace chainrule
