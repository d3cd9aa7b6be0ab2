#include "chainrule/session/search_space.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/setting.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

constexpr std::string_view kTo = "..";
constexpr std::size_t kMostDraws = 50;  // for one trial, until its options are new

bool is_whole_number(std::string_view text) {
  return parse_integer(text).has_value();
}

[[noreturn]] void refuse_range(const std::string& text, const std::string& expected) {
  throw UsageError({.what = "not a range",
                    .expected = expected,
                    .got = quoted(text),
                    .advice = "such as 0..0.5, or 0.0001..0.01 log"});
}

SearchDimension parse_range(const std::string& name, const std::string& text, RangeScale scale) {
  const std::size_t at = text.find(kTo);
  const std::string_view low = trim(std::string_view(text).substr(0, at)),
                         high = trim(std::string_view(text).substr(at + kTo.size()));
  const std::optional<double> from = parse_double(low), to = parse_double(high);
  if (!from || !to || !std::isfinite(*from) || !std::isfinite(*to) || !(*from < *to))
    refuse_range(text, "two numbers, the smaller one first");
  if (scale == RangeScale::logarithmic && !(*from > 0))
    refuse_range(text, "two numbers above 0 for a logarithmic range");
  return {.name = name,
          .choices = {},
          .low = *from,
          .high = *to,
          .scale = scale,
          .is_whole = is_whole_number(low) && is_whole_number(high)};
}

std::string draw_value(const SearchDimension& dimension, const RandomKey& key, std::uint64_t index) {
  if (!dimension.choices.empty())
    return dimension.choices[random_below(key, index, dimension.choices.size())];
  const double share = random_uniform(key, index);
  // A whole number is as likely as any other: the ends of the range are half a unit further out.
  const double margin = dimension.is_whole ? 0.5 : 0;
  const double low = dimension.low - margin, high = dimension.high + margin;
  double value = low + share * (high - low);
  if (dimension.scale == RangeScale::logarithmic)
    value = math::exp(math::log(low) + share * (math::log(high) - math::log(low)));
  if (dimension.is_whole)
    return format_cell_number(std::clamp(std::round(value), dimension.low, dimension.high));
  const double rounded = parse_double(format_significant(value, 3)).value_or(value);
  return format_number(std::clamp(rounded, dimension.low, dimension.high));
}

}  // namespace

SearchDimension parse_dimension(const std::string& name, const std::vector<std::string>& values) {
  std::vector<std::string> words = values;
  // A range in quotes is one value: "0.0001..0.01 log".
  if (words.size() == 1 && words[0].find(kTo) != std::string::npos) {
    const std::string text(trim(words[0]));
    const std::size_t blank = text.rfind(' ');
    if (blank != std::string::npos && trim(text.substr(blank)) == "log")
      words = {std::string(trim(std::string_view(text).substr(0, blank))), "log"};
  }
  const bool is_log = words.size() == 2 && words[1] == "log";
  if ((words.size() == 1 || is_log) && words[0].find(kTo) != std::string::npos)
    return parse_range(name, words[0], is_log ? RangeScale::logarithmic : RangeScale::uniform);
  for (const std::string& word : words) {
    if (word.find(kTo) != std::string::npos)
      refuse_range(join(words, ", "), "one range, or a list of values");
  }
  SearchDimension dimension{.name = name};
  for (const std::string& word : words) {
    if (std::ranges::find(dimension.choices, word) == dimension.choices.end())
      dimension.choices.push_back(word);
  }
  return dimension;
}

std::string dimension_text(const SearchDimension& dimension) {
  if (dimension.choices.empty()) {
    return dimension.name + " = " + format_number(dimension.low) + std::string(kTo) +
           format_number(dimension.high) + (dimension.scale == RangeScale::logarithmic ? " log" : "");
  }
  std::vector<std::string> choices;
  for (const std::string& choice : dimension.choices)
    choices.push_back(quoted(choice));
  return dimension.name + " = [" + join(choices, ", ") + "]";
}

std::vector<TrialOptions> draw_trials(std::span<const SearchDimension> space, std::uint64_t seed,
                                      std::size_t count) {
  std::vector<TrialOptions> trials;
  std::set<TrialOptions> known;
  std::uint64_t draw = 0;
  while (trials.size() < count && !space.empty()) {
    bool is_new = false;
    for (std::size_t attempt = 0; attempt < kMostDraws && !is_new; ++attempt, ++draw) {
      TrialOptions options;
      for (std::uint32_t d = 0; d < space.size(); ++d) {
        const RandomKey key{.seed = seed, .purpose = RandomPurpose::sampling, .step = d};
        options.emplace_back(space[d].name, draw_value(space[d], key, draw));
      }
      std::ranges::sort(options);
      is_new = known.insert(options).second;
      if (is_new) trials.push_back(std::move(options));
    }
    if (!is_new) break;  // the space is exhausted, as far as chance can tell
  }
  return trials;
}

std::vector<SearchDimension> default_space(std::size_t training_rows, double learning_rate) {
  const auto key = [](Setting setting) { return name_of(setting, Face::json); };
  std::vector<std::string> batches;
  for (const std::size_t size : {16, 32, 64, 128, 256}) {
    if (size == 16 || 4 * size <= training_rows) batches.push_back(std::to_string(size));
  }
  std::vector<SearchDimension> space;
  space.push_back({.name = key(Setting::hidden), .choices = {"16", "32", "64", "128", "64,32", "128,64"}});
  space.push_back({.name = key(Setting::activation), .choices = {"relu", "tanh", "swish"}});
  space.push_back({.name = key(Setting::learning_rate),
                   .choices = {},
                   .low = 0.3 * learning_rate,
                   .high = 30 * learning_rate,
                   .scale = RangeScale::logarithmic});
  space.push_back({.name = key(Setting::weight_decay),
                   .choices = {},
                   .low = 0.0001,
                   .high = 1,
                   .scale = RangeScale::logarithmic});
  space.push_back({.name = key(Setting::dropout), .choices = {"0", "0.1", "0.3"}});
  if (batches.size() > 1) space.push_back({.name = key(Setting::batch_size), .choices = batches});
  return space;
}

}  // namespace chainrule
