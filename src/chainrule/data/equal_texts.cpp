#include "chainrule/data/equal_texts.h"

#include <limits>
#include <optional>
#include <utility>

#include "chainrule/data/column_summary.h"
#include "chainrule/data/equal_rows.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {
namespace {

// The column as numbers if all its texts are; else as it is.
Column as_numbers(const Column& column) {
  std::vector<double> of_word;
  of_word.reserve(column.words.size());
  for (const std::string& word : column.words) {
    const std::optional<double> number = number_of_word(word);
    if (!number) return column;
    of_word.push_back(*number);
  }
  if (of_word.empty()) return column;
  std::vector<double> numbers;
  numbers.reserve(column.codes.size());
  for (const std::int32_t code : column.codes) {
    numbers.push_back(code == kMissingCode ? std::numeric_limits<double>::quiet_NaN()
                                           : of_word[static_cast<std::size_t>(code)]);
  }
  return {.name = column.name, .kind = ColumnKind::numeric, .numbers = PackedNumbers(numbers)};
}

}  // namespace

EqualTexts equal_texts(const Table& table, const std::string& target) {
  Table compared{.source = table.source};
  std::vector<std::size_t> all, inputs;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    Column column = as_numbers(table.columns[c]);
    if (summarise_column(column).looks_like_identifier) continue;
    const bool is_target = target.empty() ? c + 1 == table.columns.size() : column.name == target;
    all.push_back(compared.columns.size());
    if (!is_target) inputs.push_back(compared.columns.size());
    compared.columns.push_back(std::move(column));
  }
  EqualTexts equal;
  equal.firsts.resize(table.rows());
  if (all.empty()) {
    for (std::uint32_t row = 0; row < equal.firsts.size(); ++row)
      equal.firsts[row] = row;
    return equal;
  }
  equal.firsts = first_equals(row_hashes(compared, all));
  equal.may_coincide = rows_may_coincide(compared, inputs);
  return equal;
}

}  // namespace chainrule
