// Words are compared by their meaning (truth values, whole numbers) or by their folded text: without blanks,
// in lower case. Case is known for Latin, Greek and Cyrillic letters, which have two bytes in UTF-8; other
// letters would need a table of Unicode.
#include "chainrule/data/word_spelling.h"

#include <algorithm>
#include <map>
#include <utility>

#include "chainrule/base/text.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/column_summary.h"

namespace chainrule {
namespace {

struct TruthSpelling {
  std::string_view word;
  TruthWord truth;
};

constexpr TruthSpelling kTruthWords[] = {
    {"true", {TruthKind::true_false, true}}, {"false", {TruthKind::true_false, false}},
    {"t", {TruthKind::true_false, true}},    {"f", {TruthKind::true_false, false}},
    {"yes", {TruthKind::yes_no, true}},      {"no", {TruthKind::yes_no, false}},
    {"y", {TruthKind::yes_no, true}},        {"n", {TruthKind::yes_no, false}},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_sign(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text;
}

// The lower case of a letter of two bytes in UTF-8: Latin, Greek and Cyrillic; other characters unchanged.
char32_t lower_letter(char32_t letter) {
  if ((letter >= 0xc0 && letter <= 0xde && letter != 0xd7) || (letter >= 0x391 && letter <= 0x3a9) ||
      (letter >= 0x410 && letter <= 0x42f)) {
    return letter + 0x20;
  }
  if (letter >= 0x400 && letter <= 0x40f) return letter + 0x50;
  const bool odd_is_upper = (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17e);
  const bool even_is_upper = (letter >= 0x100 && letter <= 0x137) || (letter >= 0x14a && letter <= 0x177);
  if ((odd_is_upper && letter % 2 == 1) || (even_is_upper && letter % 2 == 0)) return letter + 1;
  return letter;
}

// Small letters whose accent Unicode can also write as a character of its own, a combining mark:
// "é" is "e" and U+0301.
struct AccentedLetters {
  char32_t mark;
  std::u32string_view composed, bare;
};
constexpr AccentedLetters kAccented[] = {
    {0x300, U"àèìòùǹ", U"aeioun"},
    {0x301, U"áéíóúýćĺńŕśźǵ", U"aeiouyclnrszg"},
    {0x302, U"âêîôûĉĝĥĵŝŵŷ", U"aeioucghjswy"},
    {0x303, U"ãñõĩũ", U"anoiu"},
    {0x304, U"āēīōū", U"aeiou"},
    {0x306, U"ăĕğĭŏŭй", U"aegiouи"},
    {0x307, U"ċėġżȧ", U"cegza"},
    {0x308, U"äëïöüÿёї", U"aeiouyеі"},
    {0x30A, U"åů", U"au"},
    {0x30B, U"őű", U"ou"},
    {0x30C, U"čďěľňřšťžǎǐǒǔ", U"cdelnrstzaiou"},
    {0x326, U"șț", U"st"},
    {0x327, U"çģķļņŗşţ", U"cgklnrst"},
    {0x328, U"ąęįų", U"aeiu"},
};

// A character of at most two bytes in UTF-8.
void append_letter(char32_t letter, std::string& text) {
  if (letter < 0x80) {
    text += static_cast<char>(letter);
    return;
  }
  text += static_cast<char>(0xc0 | letter >> 6);
  text += static_cast<char>(0x80 | (letter & 0x3f));
}

// The small letter, its accent as a character of its own.
void append_decomposed(char32_t letter, std::string& text) {
  for (const auto& [mark, composed, bare] : kAccented) {
    const std::size_t at = composed.find(letter);
    if (at == std::u32string_view::npos) continue;
    append_letter(bare[at], text);
    return append_letter(mark, text);
  }
  append_letter(letter, text);
}

// Whether the text has a combining mark, U+0300 to U+036F.
bool has_combining_mark(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]), next = static_cast<unsigned char>(text[i + 1]);
    if (lead == 0xcc || (lead == 0xcd && next < 0xb0)) return true;
  }
  return false;
}

// The words of a column that occur, with their cells.
std::vector<std::pair<std::string_view, std::size_t>> words_that_occur(const Column& column) {
  const std::vector<std::size_t> counts = count_words(column);
  std::vector<std::pair<std::string_view, std::size_t>> words;
  for (std::size_t w = 0; w < counts.size(); ++w) {
    if (counts[w] != 0) words.emplace_back(column.words[w], counts[w]);
  }
  return words;
}

// The kind of truth value that all words have; none if a word has none, or another.
std::optional<TruthKind> truth_kind_of(auto&& words) {
  std::optional<TruthKind> kind;
  for (const std::string_view word : words) {
    const std::optional<TruthWord> truth = truth_of_word(word);
    if (!truth || (kind && *kind != truth->kind)) return {};
    kind = truth->kind;
  }
  return kind;
}

// "\"Setosa\" (3) and \"setosa\" (47)".
std::string group_text(std::vector<std::pair<std::string_view, std::size_t>> group) {
  std::ranges::sort(group);
  std::string text;
  const std::size_t shown = std::min<std::size_t>(group.size(), 4);
  for (std::size_t i = 0; i < shown; ++i) {
    text += i == 0 ? "" : i + 1 == group.size() ? " and " : ", ";
    text += quoted(group[i].first) + " (" + format_count(group[i].second) + ")";
  }
  return text + (shown < group.size() ? ", ..." : "");
}

using Groups = std::map<std::string, std::vector<std::pair<std::string_view, std::size_t>>>;

void note_groups(const std::string& name, const Groups& groups, const std::string& what,
                 std::vector<Message>& notes) {
  std::string text;
  std::size_t count = 0;
  for (const auto& [key, group] : groups) {
    if (group.size() < 2 || ++count > kNamesInNote) continue;
    text += (text.empty() ? "" : "; ") + group_text(group);
  }
  if (count == 0) return;
  if (count > kNamesInNote) text += "; and " + format_count(count - kNamesInNote) + " more";
  notes.push_back(quoted(name) + " has categories that " + what + ": " + text +
                  "; they are kept apart, with the numbers of their cells in parentheses.");
}

}  // namespace

std::optional<double> number_of_word(std::string_view word) {
  const std::string_view digits = without_sign(word);
  if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) return {};
  return parse_double(word);
}

std::optional<std::string> whole_number_of_word(std::string_view word) {
  if (!number_of_word(word)) return {};
  std::string_view digits = without_sign(word);
  if (const std::size_t point = digits.find('.'); point != std::string_view::npos) {
    if (!std::ranges::all_of(digits.substr(point + 1), [](char c) { return c == '0'; })) return {};
    digits = digits.substr(0, point);
  }
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return {};
  return (word.front() == '-' && digits != "0" ? "-" : "") + std::string(digits);
}

std::string folded_word(std::string_view word) {
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = static_cast<unsigned char>(word[i]);
    if (word[i] == ' ' || word[i] == '\t') continue;
    if (word.substr(i).starts_with("\u00a0")) {
      ++i;
    } else if (byte >= 'A' && byte <= 'Z') {
      result += static_cast<char>(byte + 0x20);
    } else if (byte >= 0xc3 && byte <= 0xd1 && i + 1 < word.size()) {
      const char32_t letter =
          lower_letter((byte & 0x1fu) << 6 | (static_cast<unsigned char>(word[++i]) & 0x3fu));
      append_decomposed(letter, result);
    } else {
      result += word[i];
    }
  }
  return result;
}

std::optional<TruthWord> truth_of_word(std::string_view word) {
  if (word.empty() || word.size() > 5) return {};
  const std::string lower = lower_case_ascii(word);
  for (const TruthSpelling& spelling : kTruthWords) {
    if (spelling.word == lower) return spelling.truth;
  }
  return {};
}

WordMatcher::WordMatcher(std::span<const std::string> words) {
  bool are_whole = true, are_truths = true;
  truth_kind_ = truth_kind_of(words);
  for (std::size_t w = 0; w < words.size(); ++w) {
    exact_.emplace(words[w], w);
    folded_.emplace(folded_word(words[w]), w);
    if (are_whole) {
      const std::optional<std::string> whole = whole_number_of_word(words[w]);
      are_whole = whole && whole_numbers_.emplace(*whole, w).second;
    }
    if (truth_kind_ && are_truths) {
      std::optional<std::size_t>& place = truths_[truth_of_word(words[w])->value ? 1 : 0];
      are_truths = !place;
      place = w;
    }
  }
  if (!are_whole) whole_numbers_.clear();
  if (!are_truths) truth_kind_.reset();
}

WordMatcher::Found WordMatcher::find(std::string_view cell) const {
  if (const auto same = exact_.find(cell); same != exact_.end()) return {WordMatch::exact, same->second};
  if (!whole_numbers_.empty()) {
    if (const std::optional<std::string> whole = whole_number_of_word(cell)) {
      const auto found = whole_numbers_.find(*whole);
      if (found != whole_numbers_.end()) return {WordMatch::respelled, found->second};
    }
  }
  if (truth_kind_) {
    const std::optional<TruthWord> truth = truth_of_word(cell);
    if (truth && truth->kind == *truth_kind_ && truths_[truth->value ? 1 : 0])
      return {WordMatch::respelled, *truths_[truth->value ? 1 : 0]};
  }
  const auto found = folded_.find(folded_word(cell));
  if (found != folded_.end()) return {WordMatch::similar, found->second};
  return {};
}

std::vector<Message> fold_truth_words(Table& table) {
  constexpr std::size_t kMostSpellings = 64;  // of all truth words there are fewer
  std::vector<Message> notes;
  for (Column& column : table.columns) {
    if (column.kind != ColumnKind::category || column.words.size() > kMostSpellings) continue;
    const auto words = words_that_occur(column);
    std::vector<std::string_view> texts;
    for (const auto& [word, cells] : words)
      texts.push_back(word);
    if (!truth_kind_of(texts)) continue;
    // Of each truth value, the most frequent spelling; of equally frequent ones, the one in small letters.
    std::pair<std::size_t, std::string_view> chosen[2];
    std::size_t values = 0;
    for (const auto& [word, cells] : words) {
      auto& best = chosen[truth_of_word(word)->value ? 1 : 0];
      if (best.first == 0) ++values;
      best = std::max(best, {cells, word});
    }
    if (words.size() == values) continue;
    std::string text;
    for (const bool value : {false, true}) {
      std::vector<std::string> others;
      for (const auto& [word, cells] : words) {
        if (truth_of_word(word)->value == value && word != chosen[value ? 1 : 0].second)
          others.emplace_back(word);
      }
      std::ranges::sort(others);
      if (others.empty()) continue;
      text += (text.empty() ? "" : "; ") + quoted_list(others, others.size()) + " as " +
              quoted(chosen[value ? 1 : 0].second);
    }
    notes.push_back(quoted(column.name) + " spells its truth values in " + format_count(words.size()) +
                    " ways; read as one category each: " + text + ".");
    std::vector<std::string> kept;
    std::vector<std::int32_t> new_codes;
    for (const std::string& word : column.words) {
      const std::optional<TruthWord> truth = truth_of_word(word);  // none: a word that no longer occurs
      const std::string spelling(truth ? chosen[truth->value ? 1 : 0].second : std::string_view(word));
      auto place = std::ranges::find(kept, spelling);
      if (place == kept.end()) place = kept.insert(kept.end(), spelling);
      new_codes.push_back(static_cast<std::int32_t>(place - kept.begin()));
    }
    for (std::int32_t& code : column.codes) {
      if (code != kMissingCode) code = new_codes[static_cast<std::size_t>(code)];
    }
    column.words = std::move(kept);
  }
  return notes;
}

void note_similar_words(const Table& table, std::span<const std::size_t> places,
                        std::vector<Message>& notes) {
  for (const std::size_t place : places) {
    const Column& column = table.columns[place];
    if (column.kind != ColumnKind::category || column.words.size() > kDistinctLimit) continue;
    Groups alike, numbers;
    for (const auto& entry : words_that_occur(column)) {
      alike[folded_word(entry.first)].push_back(entry);
      if (const std::optional<double> number = number_of_word(entry.first))
        numbers[format_number(*number + 0.0)].push_back(entry);
    }
    const bool has_marks = std::ranges::any_of(alike, [](const auto& entry) {
      return std::ranges::any_of(entry.second,
                                 [](const auto& word) { return has_combining_mark(word.first); });
    });
    note_groups(column.name, alike,
                has_marks ? "differ only in case, blanks or how their accents are encoded"
                          : "differ only in case or blanks",
                notes);
    note_groups(column.name, numbers, "are the same number", notes);
  }
}

}  // namespace chainrule
