// Bindings: from the words of an option to a number, a list, a length of time or an enumerator. A word that
// does not fit is a UsageError that says what is expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"
#include "chainrule/base/text.h"
#include "chainrule/toolkit/option.h"

namespace chainrule::cli {

struct Limits {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  enum class Ends { included, minimum_excluded, maximum_excluded, excluded } ends = Ends::included;
};
inline constexpr Limits kPositive{.minimum = 0, .ends = Limits::Ends::minimum_excluded};
inline constexpr Limits kNotNegative{.minimum = 0};

// What the error about a text without letters says.
inline constexpr std::string_view kEmptyValue = "an empty value";
Binding to_text(std::string& value);
Binding to_number(double& value, Limits limits = {});
Binding to_number(std::optional<double>& value, Limits limits = {});
Binding to_count(std::size_t& value, std::size_t minimum = 1);
Binding to_count(std::optional<std::size_t>& value, std::size_t minimum = 1);
// A seed: any 64-bit number.
Binding to_seed(std::uint64_t& value);
// Names separated by commas, the option given once or more.
Binding to_list(std::vector<std::string>& value);
// Whole values, the option given once or more.
Binding to_values(std::vector<std::string>& value);
Binding to_counts(std::vector<std::size_t>& value, std::string_view word_for_none);
// Numbers separated by commas.
Binding to_numbers(std::vector<double>& value, Limits limits);
// "30s", "5m", "1h", "1h30m", "90": seconds.
Binding to_seconds(double& value, double most_hours = 100'000);
double parse_seconds(std::string_view text);
double parse_number(std::string_view text, const Limits& limits);
std::size_t parse_count(std::string_view text, std::size_t minimum);

// The name of the enumerator that a word or a synonym stands for.
template <typename E>
std::string canonical_name(const std::string& word) {
  return std::string(name_of(parse_name<E>(word)));
}

template <typename E>
Binding to_word(E& value) {
  return {.apply = [&value](const Given& given) { value = parse_name<E>(given.once()); },
          .shown_default = std::string(name_of(value)),
          .words = names_of_all<E>(),
          .canonical = canonical_name<E>};
}

template <typename E>
Binding to_word(std::optional<E>& value) {
  return {.apply = [&value](const Given& given) { value = parse_name<E>(given.once()); },
          .shown_default = {},
          .words = names_of_all<E>(),
          .canonical = canonical_name<E>};
}

// The words of the values for which `fits` holds.
template <typename E, typename Fits>
std::vector<std::string> words_where(Fits&& fits) {
  std::vector<std::string> words;
  for (const EnumName<E>& entry : enum_table<E>()) {
    if (fits(entry.value)) words.emplace_back(entry.word);
  }
  return words;
}

// Words without an EnumNames table: pairs of word and value. `synonyms` are understood and not listed.
template <typename V>
Binding to_choice(V& value, std::vector<std::pair<std::string, V>> choices,
                  std::vector<EnumSynonym> synonyms = {}) {
  Binding binding;
  for (const auto& [word, chosen] : choices) {
    binding.words.push_back(word);
    if (chosen == value && binding.shown_default.empty()) binding.shown_default = word;
  }
  binding.canonical = [words = binding.words, synonyms](const std::string& given) {
    for (const EnumSynonym& synonym : synonyms) {
      if (is_among(given, synonym.words)) return std::string(synonym.name);
    }
    for (const std::string& word : words) {
      if (is_same_word(word, given)) return word;
    }
    return given;
  };
  binding.apply = [&value, choices = std::move(choices), words = binding.words,
                   canonical = binding.canonical](const Given& given) {
    const std::string name = canonical(given.once());
    for (const auto& [word, chosen] : choices) {
      if (word == name) {
        value = chosen;
        return;
      }
    }
    const std::string nearest = nearest_name(given.once(), words);
    throw UsageError({.what = "unknown word for " + given.name,
                      .expected = join(words, ", "),
                      .got = quoted(given.once()),
                      .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
  };
  return binding;
}

}  // namespace chainrule::cli
