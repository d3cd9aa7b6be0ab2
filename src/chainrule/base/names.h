// One table per enumeration: the value, the word a user types, and one line that explains it.
//
// The command line, model files, help texts and reference pages all read the same table, so each word exists
// in one place. An enumeration E gets a table by specialising EnumNames<E> with `kind` (what a message calls
// it) and `table`, whose rows may say more than EnumName does (tensor/activation.h).
#pragma once

#include <algorithm>
#include <cstddef>
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

// The enumerator of a word. Throws UsageError with all words and the nearest one.
template <typename E>
E parse_name(std::string_view word) {
  for (const EnumName<E>& entry : EnumNames<E>::table) {
    if (entry.word == word) return entry.value;
  }
  const std::vector<std::string> words = names_of_all<E>();
  const std::string nearest = nearest_name(word, words);
  throw UsageError({.what = "unknown " + std::string(EnumNames<E>::kind),
                    .expected = join(words, ", "),
                    .got = quoted(word),
                    .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
}

}  // namespace chainrule
