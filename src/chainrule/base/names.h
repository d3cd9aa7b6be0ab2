// One table per enumeration: the value, the word a user types, and one line that explains it.
//
// The command line, model files, help texts and reference pages all read the same table, so each word exists
// in one place. An enumeration E gets a table by specialising EnumNames<E> with `kind` (what a message calls
// it) and `table`, whose rows may say more than EnumName does (tensor/activation.h).
//
// Two further tables are optional. `synonyms` has the words of textbooks and of other libraries: they are
// understood and never written, and with them case and signs between words do not count (ReLU, leaky-relu).
// `hints` has words that stand for several of ours or for none, with advice.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

template <typename E>
struct EnumName {
  E value;
  std::string_view word;
  std::string_view description;
};

// "sigmoid expit", "logistic": words separated by blanks, and the name in the table that they stand for.
struct EnumSynonym {
  std::string_view words;
  std::string_view name;
};

// Words separated by blanks, and what to advise to those who write them.
struct EnumHint {
  std::string_view words;
  std::string_view advice;
};

template <typename E>
struct EnumNames;  // { static constexpr std::string_view kind; static constexpr EnumName<E> table[]; }

// The rows of the table: EnumName<E>, or a struct derived from it that also holds properties.
template <typename E>
constexpr auto enum_table() {
  return std::span(EnumNames<E>::table);
}

// Whether row i describes enumerator i, for each of `count` enumerators: a lookup by value relies on it.
template <typename E>
constexpr bool is_complete_table(std::size_t count) {
  std::size_t place = 0;
  for (const EnumName<E>& entry : EnumNames<E>::table) {
    if (static_cast<std::size_t>(entry.value) != place++) return false;
  }
  return place == count;
}

template <typename E>
constexpr std::string_view name_of(E value) {
  for (const EnumName<E>& entry : EnumNames<E>::table) {
    if (entry.value == value) return entry.word;
  }
  return "?";
}

template <typename E>
std::vector<std::string> names_of_all() {
  std::vector<std::string> words;
  for (const EnumName<E>& entry : EnumNames<E>::table)
    words.emplace_back(entry.word);
  return words;
}

template <typename E>
constexpr std::span<const EnumSynonym> synonyms_of() {
  if constexpr (requires { EnumNames<E>::synonyms; }) return EnumNames<E>::synonyms;
  return {};
}

template <typename E>
constexpr std::span<const EnumHint> hints_of() {
  if constexpr (requires { EnumNames<E>::hints; }) return EnumNames<E>::hints;
  return {};
}

// Whether two words differ at most in case and in the signs between their parts: LeakyReLU, leaky-relu.
constexpr bool is_same_word(std::string_view a, std::string_view b) {
  const auto next = [](std::string_view word, std::size_t& i) {
    while (i < word.size() && std::string_view("_- ").find(word[i]) != std::string_view::npos)
      ++i;
    if (i == word.size()) return '\0';
    const char c = word[i++];
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  std::size_t i = 0, j = 0;
  while (true) {
    const char one = next(a, i);
    if (one != next(b, j)) return false;
    if (one == '\0') return true;
  }
}

// The first of the words that are separated by blanks, taken off.
constexpr std::string_view take_word(std::string_view& words) {
  const std::size_t end = std::min(words.find(' '), words.size());
  const std::string_view word = words.substr(0, end);
  words.remove_prefix(std::min(end + 1, words.size()));
  return word;
}

constexpr bool is_among(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    if (is_same_word(take_word(words), word)) return true;
  }
  return false;
}

// The enumerator of a word or of a synonym; none if the word is unknown.
template <typename E>
constexpr std::optional<E> find_by_name(std::string_view word) {
  for (const EnumName<E>& entry : EnumNames<E>::table) {
    if (entry.word == word) return entry.value;
  }
  if (synonyms_of<E>().empty()) return std::nullopt;
  for (const EnumName<E>& entry : EnumNames<E>::table) {
    if (is_same_word(entry.word, word)) return entry.value;
  }
  for (const EnumSynonym& synonym : synonyms_of<E>()) {
    if (is_among(word, synonym.words)) return find_by_name<E>(synonym.name);
  }
  return std::nullopt;
}

// Whether each synonym leads to a row of the table, and no synonym or hint stands for a word with another
// meaning.
template <typename E>
constexpr bool has_sound_synonyms() {
  for (const EnumSynonym& synonym : synonyms_of<E>()) {
    for (std::string_view words = synonym.words; !words.empty();) {
      const std::string_view word = take_word(words);
      const std::optional<E> value = find_by_name<E>(word);
      if (!value || name_of(*value) != synonym.name || is_same_word(word, synonym.name)) return false;
    }
  }
  for (const EnumHint& hint : hints_of<E>()) {
    for (std::string_view words = hint.words; !words.empty();) {
      if (find_by_name<E>(take_word(words))) return false;
    }
  }
  return true;
}

// What to try instead of an unknown word: the advice of its hint, or the nearest of the known words.
template <typename E>
std::string advice_for_unknown(std::string_view word) {
  for (const EnumHint& hint : hints_of<E>()) {
    if (is_among(word, hint.words)) return std::string(hint.advice);
  }
  std::vector<std::string> words = names_of_all<E>();
  for (const EnumSynonym& synonym : synonyms_of<E>()) {
    for (std::string_view others = synonym.words; !others.empty();)
      words.emplace_back(take_word(others));
  }
  const std::string nearest = nearest_name(word, words);
  return nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?";
}

// The enumerator of a word. Throws UsageError with all words and the nearest one.
template <typename E>
E parse_name(std::string_view word) {
  if (const std::optional<E> value = find_by_name<E>(word)) return *value;
  throw UsageError({.what = "unknown " + std::string(EnumNames<E>::kind),
                    .expected = join(names_of_all<E>(), ", "),
                    .got = quoted(word),
                    .advice = advice_for_unknown<E>(word)});
}

}  // namespace chainrule
