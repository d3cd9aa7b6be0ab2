// How to read a table: what the caller knows about the file, and what is to be inferred.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

enum class HeaderChoice { find, present, absent };
enum class Leniency { strict, lenient };

// The delimiter of tables whose cells are separated by runs of spaces and tabs.
inline constexpr char kBlanks = '\v';
// The quote of tables in which quotes are ordinary characters.
inline constexpr char kNoQuote = '\0';

struct ReadOptions {
  std::optional<char> delimiter;  // empty: inferred, one of , ; tab | and blanks
  HeaderChoice header = HeaderChoice::find;
  std::optional<DecimalMark> decimal;  // empty: a point, or inferred for a column
  std::string thousands;  // between groups of three digits, or its name; "": inferred for each column
  std::vector<std::string> strip;  // units and signs to remove, as in "12 kg"; others are inferred
  // The number of lines to skip before and after the table; blank lines after it are not counted.
  std::size_t skip = 0, skip_last = 0;
  std::optional<char> comment;  // lines that begin with it are left out
  char quote = '"';             // kNoQuote: none
  // The sign before a quote or a delimiter that is an ordinary character. Empty: only a doubled quote in a
  // quoted cell stands for an ordinary one.
  std::optional<char> escape;
  // The column of sample weights, if it is in the table. Rows of weight 0 are left out, so that they affect
  // neither types nor categories. Only for whole text tables.
  std::string weight_column;
  // The columns that a model knows: a first line that contains these names is the header.
  std::vector<std::string> known_names;
  // lenient: faults are mended and counted if possible (table_repairs.h). Only for text tables, which are
  // then read row by row.
  Leniency leniency = Leniency::strict;
  // The words for a missing cell (missing_cells.h), by default those of pandas and a few more.
  std::vector<std::string> missing_words = {"",     "NA",   "N/A",    "na",      "n/a",     "NaN",
                                            "nan",  "NAN",  "null",   "NULL",    "None",    "?",
                                            "none", "Null", "#N/A",   "<NA>",    "#NA",     "#N/A N/A",
                                            "-nan", "-NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"};
  // Words to remove from missing_words; a word in double quotes, "\"NA\"", is removed only for quoted cells.
  std::vector<std::string> not_missing;
  // The words for a missing cell in these columns, instead of missing_words.
  std::vector<std::pair<std::string, std::vector<std::string>>> column_missing_words;
  // The kinds that the user gives for some columns; the others are inferred.
  std::vector<std::pair<std::string, ColumnKind>> column_kinds;
  // The kinds and forms of a model's columns, which apply whatever the cells of this table look like.
  std::vector<std::pair<std::string, ColumnReading>> column_readings;
  // False for rows of another format than text (row_transcript.h): no option can leave a line out.
  bool has_lines = true;
  // keep: Table::row_text is filled (text tables only; UsageError for IDX and NPY).
  RowText row_text = RowText::drop;
  // Threads that help to read a whole text table; null: only the caller reads. Table and errors are the same.
  ThreadPool* pool = nullptr;
};

// Whether ReadOptions::strip takes this text: without it, a number is still the same one.
bool can_be_taken_off(std::string_view unit);
// The form of the numbers that the options give. Throws UsageError for a sign that cannot separate thousands,
// and for a text in `strip` that is empty or contains digits.
NumberForm number_form_of(const ReadOptions& options);
// The form of a model's column, changed where the options say otherwise.
NumberForm with_options(NumberForm form, const ReadOptions& options);

}  // namespace chainrule
