#include "chainrule/data/missing_notes.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

bool has_letters(std::string_view word, char first, char last, std::size_t most) {
  return word.size() >= 2 && word.size() <= most &&
         std::ranges::all_of(word, [=](char c) { return c >= first && c <= last; });
}

// Whether at least half of the words that occur are short codes in capitals, or in small letters.
bool has_codes(const Column& column, bool in_capitals) {
  const std::vector<std::size_t> counts = count_words(column);
  std::size_t words = 0, codes = 0;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    if (counts[w] == 0) continue;
    ++words;
    const std::string& word = column.words[w];
    if (in_capitals ? has_letters(word, 'A', 'Z', 5) : has_letters(word, 'a', 'z', 3)) ++codes;
  }
  return words != 0 && 2 * codes >= words;
}

bool may_be_category(const Column& column, const MissingWordCount& found, const ColumnSummary& summary,
                     bool is_target) {
  if (found.word == "?") return false;
  if (found.word == "none") return true;
  if (column.kind != ColumnKind::category) return summary.distinct == 0 && is_target;
  if (is_target || summary.distinct == 1 || found.word == "None" || found.word == "Null") return true;
  return (found.word == "NA" && has_codes(column, true)) || (found.word == "na" && has_codes(column, false));
}

}  // namespace

void note_missing_words(const Table& table, std::span<const MissingWordPlace> places,
                        std::span<const ColumnSummary> summaries, std::vector<Message>& notes) {
  for (const auto& [place, is_target] : places) {
    const Column& column = table.columns[place];
    const auto first =
        std::ranges::lower_bound(table.missing_words_found, place, {}, &MissingWordCount::column);
    for (auto found = first; found != table.missing_words_found.end() && found->column == place; ++found) {
      if (!may_be_category(column, *found, summaries[place], is_target)) continue;
      const bool are_some_quoted = found->quoted_cells != 0 && found->quoted_cells != found->cells;
      Message note = quoted(column.name) + ": " + count_of(found->cells, "cell") + " " + quoted(found->word) +
                     (found->cells == 1 ? " counts" : " count") + " as missing; when " + quoted(found->word) +
                     " is a category, use " + set_to_text(Setting::column, column.name) + " or " +
                     set_to_text(Setting::not_missing, found->word);
      if (are_some_quoted) {
        note += "; when only the " + format_count(found->quoted_cells) + " in quotes are, use " +
                set_to_text(Setting::not_missing, "\"" + found->word + "\"");
      }
      notes.push_back(note + ".");
    }
  }
}

Message advice_on_missing_words(const Table& table, std::size_t column) {
  const auto found =
      std::ranges::lower_bound(table.missing_words_found, column, {}, &MissingWordCount::column);
  if (found == table.missing_words_found.end() || found->column != column || found->word == "?") return "";
  return "when " + quoted(found->word) + " (" + count_of(found->cells, "cell") +
         ") is a class and no missing cell, use " + set_to_text(Setting::not_missing, found->word);
}

}  // namespace chainrule
