// Finds how a column that is not plain numbers spells its numbers, from its distinct texts (words) and how
// often each occurs.
//
//   affix    the prefix and suffix of most cells: "12 kg", "$5"
//   format   the decimal mark and the sign between groups of three digits that read most cells
//
// Together they must read nine tenths of the cells. The column is then numeric, unless it looks like labels
// (few whole numbers with an affix that is not a unit: 4WD), its format is ambiguous ("1,234"), or its units
// differ.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/number_form.h"
#include "chainrule/data/read_options.h"

namespace chainrule {

// A distinct word of a column.
struct WordCells {
  std::string_view value;  // without blanks around it
  std::size_t cells = 0;
  std::uint64_t line = 0;  // of the first cell
  CellMeaning meaning = CellMeaning::words;
};

// The cells of the rows before the first word, all plain numbers.
struct PlainCells {
  std::size_t whole = 0;
  std::size_t fractions = 0;
  std::size_t thousandths = 0;  // fractions that may be thousands: 1.234

  std::size_t all() const { return whole + fractions; }
};

// Whether the point of a plain number may separate groups of three digits.
bool may_be_thousands(double value);

struct FormQuestion {
  std::span<const WordCells> words;
  PlainCells plain;
  NumberForm base;  // as the options give it
  bool is_decimal_given = false;
  bool is_numeric_given = false;  // the user wants numbers, whatever they look like
};

enum class FormVerdict {
  none,       // no numbers, or plain ones
  numeric,    // form
  labels,     // could be numbers, but are probably categories
  zeros,      // whole numbers, some of which begin with a zero: codes
  mixed,      // numbers with different units
  partly,     // some numbers with a unit, many without
  ambiguous,  // the sign between digits may be a decimal comma
  commas,     // numbers with a decimal comma
};

struct FormFinding {
  FormVerdict verdict = FormVerdict::none;
  NumberForm form = {};
  std::vector<std::string> units = {};  // mixed: the most frequent first; partly: the only one
  std::size_t example = 0;              // the word that shows the verdict best
  std::size_t other = 0;                // mixed: a word with another unit
  bool is_odd = false;                  // commas: in nine tenths of the cells, commas may separate thousands
  bool are_units = false;               // mixed: certainly units, not the letters of 12A and 12B
  std::size_t plain_cells = 0;          // numeric: cells without the unit, if there is one
  bool has_zeros = false;               // numeric: some cells begin with a zero
};

FormFinding find_form(const FormQuestion& question);

}  // namespace chainrule
