// Spellings of the same category, and categories that only look alike.
//
//   TRUE, True, t; yes, YES, y   one truth value, if all categories of a column are of that kind
//   1, 1.0                       one whole number: programs write codes as 1.0 when a cell of the column is
//                                missing
//   setosa, Setosa; NewYork, New York     equal except for case or blanks: reported, never merged
//
// A number with a leading zero (007, 01.5) is a text and equals no other.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/table.h"

namespace chainrule {

// The value of a word that is a number; empty if it has a leading zero, such as 007.
std::optional<double> number_of_word(std::string_view word);
// "1" for 1, 1.0 and +1; empty if the word is not a whole number.
std::optional<std::string> whole_number_of_word(std::string_view word);
// Equal for words that differ only in case, blanks or the encoding of accents.
std::string folded_word(std::string_view word);

// True and false, or yes and no. Words of the two kinds are not mixed.
enum class TruthKind { true_false, yes_no };
struct TruthWord {
  TruthKind kind = TruthKind::true_false;
  bool value = false;

  bool operator==(const TruthWord&) const = default;
};
std::optional<TruthWord> truth_of_word(std::string_view word);

// How a cell matches one of the known words.
enum class WordMatch { exact, respelled, similar, unknown };

class WordMatcher {
 public:
  // The words must outlive the matcher.
  explicit WordMatcher(std::span<const std::string> words);

  struct Found {
    WordMatch match = WordMatch::unknown;
    std::size_t word = 0;  // index of the word, unless unknown; a similar word is not the same
  };
  Found find(std::string_view cell) const;

 private:
  std::unordered_map<std::string_view, std::size_t> exact_;
  std::unordered_map<std::string, std::size_t> whole_numbers_;  // if all words are, and all differ
  std::optional<TruthKind> truth_kind_;                         // likewise
  std::optional<std::size_t> truths_[2];
  std::unordered_map<std::string, std::size_t> folded_;
};

// Gives each truth value of a column one spelling, the most frequent. Returns a note for each column that had
// several.
std::vector<Message> fold_truth_words(Table& table);

// Adds a note for each of these columns with categories that differ only in case or blanks, or that are the
// same number.
void note_similar_words(const Table& table, std::span<const std::size_t> places, std::vector<Message>& notes);

}  // namespace chainrule
