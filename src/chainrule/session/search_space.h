// The settings among which tuning searches: each has a list of values or a range, and a trial draws one of
// each at random.
//
//   hidden          "32", "64,32", "128"          one of these, all equally likely
//   dropout         0..0.5                        uniform
//   learning-rate   0.0003..0.03 log              uniform in its logarithm
//   batch-size      16..256 log                   whole numbers, because both ends are
//
// Random search finds good settings with fewer trials than a grid when few of the settings matter.
// Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012), 281-305.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace chainrule {

enum class RangeScale { uniform, logarithmic };

struct SearchDimension {
  std::string name;                  // the key of a setting: "learning-rate"
  std::vector<std::string> choices;  // empty: a range
  double low = 0, high = 0;
  RangeScale scale = RangeScale::uniform;
  bool is_whole = false;

  bool operator==(const SearchDimension&) const = default;
};

// From the values of one line of a file: {"0.0003..0.03", "log"}, {"0..0.5"}, {"16", "32", "64"}. Throws
// UsageError for a range that is empty, or not above 0 if it is logarithmic.
SearchDimension parse_dimension(const std::string& name, const std::vector<std::string>& values);
// The line of a file that parse_dimension reads: "learning-rate = 0.0003..0.03 log".
std::string dimension_text(const SearchDimension& dimension);

// Settings with a value each, sorted by name.
using TrialOptions = std::vector<std::pair<std::string, std::string>>;

// The options of the trials 1, 2, ..., `count`, all different; fewer if the space has no more. The same seed
// gives the same trials, whatever their number. Numbers in them have three digits.
std::vector<TrialOptions> draw_trials(std::span<const SearchDimension> space, std::uint64_t seed,
                                      std::size_t count);

// What is searched by default for a network of dense layers, trained on this many rows; learning_rate: the
// optimizer's usual one.
std::vector<SearchDimension> default_space(std::size_t training_rows, double learning_rate);

}  // namespace chainrule
