#include "chainrule/data/missing_cells.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace chainrule {
namespace {

using Words = std::vector<std::string>;

bool holds(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

Words trimmed(std::span<const std::string> words) {
  Words result;
  for (const std::string& word : words) {
    if (const std::string text(trim_blanks(word)); !holds(result, text)) result.push_back(text);
  }
  return result;
}

Words without(Words words, const Words& taken_out) {
  std::erase_if(words, [&](const std::string& word) { return holds(taken_out, word); });
  return words;
}

// The word inside "\"NA\""; "" if it is not in quotes.
std::string_view in_quotes(std::string_view word) {
  const bool is_quoted = word.size() > 2 && word.starts_with('"') && word.ends_with('"');
  return is_quoted ? word.substr(1, word.size() - 2) : std::string_view();
}

}  // namespace

std::span<const std::string> usual_missing_words() {
  static const Words kWords = ReadOptions{}.missing_words;
  return kWords;
}

std::vector<std::string> given_missing_words(const ReadOptions& options) {
  const std::span<const std::string> usual = usual_missing_words();
  const Words& words = options.missing_words;
  const bool starts_as_usual =
      words.size() >= usual.size() && std::equal(usual.begin(), usual.end(), words.begin());
  return starts_as_usual ? Words(words.begin() + static_cast<std::ptrdiff_t>(usual.size()), words.end())
                         : words;
}

MissingWordLists missing_word_lists(const ReadOptions& options, std::span<const std::string> columns) {
  MissingWordLists lists;
  const Words taken_out = trimmed(options.not_missing);
  for (const std::string& word : taken_out) {
    if (const std::string_view inner = in_quotes(word); !inner.empty())
      lists.kept_in_quotes.emplace_back(trim_blanks(inner));
  }
  lists.words = without(trimmed(options.missing_words), taken_out);
  if (options.column_missing_words.empty() && options.column_kinds.empty()) return lists;

  std::unordered_map<std::string_view, const Words*> known;
  for (const auto& [name, words] : options.column_missing_words)
    known.emplace(name, &words);
  Words of_category = given_missing_words(options);
  if (holds(options.missing_words, "")) of_category.insert(of_category.begin(), "");
  std::unordered_map<std::string_view, const Words*> categories;
  for (const auto& [name, kind] : options.column_kinds) {
    if (kind == ColumnKind::category) categories.emplace(name, &of_category);
  }
  for (const std::string& name : columns) {
    auto found = known.find(name);
    if (found == known.end() && (found = categories.find(name)) == categories.end()) continue;
    lists.of_columns.emplace_back(name, without(trimmed(*found->second), taken_out));
  }
  return lists;
}

MissingCells::MissingCells(const MissingWords& words)
    : lists_{.words = {words.words().begin(), words.words().end()}},
      all_(words),
      is_kept_in_quotes_(lists_.words.size()),
      is_missing_{std::vector<char>(lists_.words.size(), 1)} {}

MissingCells::MissingCells(const ReadOptions& options, std::span<const std::string> columns)
    : lists_(missing_word_lists(options, columns)), all_({}) {
  Words all = {""};
  const auto add = [&all](const Words& words) {
    for (const std::string& word : words) {
      if (!holds(all, word)) all.push_back(word);
    }
  };
  add(lists_.words);
  std::vector<const Words*> lists = {&lists_.words};
  std::unordered_map<std::string_view, std::uint32_t> list_of_name;
  for (const auto& [name, words] : lists_.of_columns) {
    add(words);
    const auto same = std::ranges::find_if(lists, [&](const Words* list) { return *list == words; });
    list_of_name.emplace(name, static_cast<std::uint32_t>(same - lists.begin()));
    if (same == lists.end()) lists.push_back(&words);
  }
  all_ = MissingWords(all);
  for (const Words* const list : lists) {
    std::vector<char>& flags = is_missing_.emplace_back();
    for (const std::string& word : all)
      flags.push_back(holds(*list, word) ? 1 : 0);
  }
  for (const std::string& word : all)
    is_kept_in_quotes_.push_back(holds(lists_.kept_in_quotes, word) ? 1 : 0);
  if (lists.size() == 1) return;
  for (const std::string& name : columns) {
    const auto found = list_of_name.find(name);
    list_of_column_.push_back(found == list_of_name.end() ? 0 : found->second);
  }
}

std::size_t MissingCells::word_of_listed(std::size_t column, std::string_view trimmed, bool is_quoted) const {
  const std::size_t word = all_.place_of(trimmed);
  if (word == all_.words().size()) return kPresent;
  if (is_quoted && is_kept_in_quotes_[word] != 0) return kPresent;
  return is_missing_[list_of_column_.empty() ? 0 : list_of_column_[column]][word] != 0 ? word : kPresent;
}

void MissingWordCounter::add(std::span<const MissingCell> cells) {
  for (const MissingCell& cell : cells) {
    auto& [all, quoted] = counts_[std::uint64_t{cell.column} << 16 | cell.word];
    ++all;
    if (cell.is_quoted) ++quoted;
  }
}

std::vector<MissingWordCount> MissingWordCounter::counts(const MissingCells& missing) const {
  std::vector<std::uint64_t> keys;
  for (const auto& [key, count] : counts_)
    keys.push_back(key);
  std::ranges::sort(keys);
  std::vector<MissingWordCount> result;
  for (const std::uint64_t key : keys) {
    const auto& [all, quoted] = counts_.at(key);
    result.push_back({.column = static_cast<std::size_t>(key >> 16),
                      .word = missing.all().words()[key & 0xffff],
                      .cells = all,
                      .quoted_cells = quoted});
  }
  return result;
}

}  // namespace chainrule
