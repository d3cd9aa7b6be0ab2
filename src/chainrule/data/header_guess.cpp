// The evidence of all columns is added up, with that of the names that a model knows and of the differences
// among the cells of the first record. The sign of the sum is the guess; a small sum makes it uncertain. A
// single record is a header if its cells look like names.
#include "chainrule/data/header_guess.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "chainrule/base/text.h"
#include "chainrule/data/known_names.h"

namespace chainrule {
namespace {

using Record = std::vector<std::string>;

constexpr double kDifferentKind = 10;
constexpr double kNumberAboveWords = 4;
constexpr double kDigitsBelowOnly = 5;
constexpr double kMostNovelty = 5;
constexpr double kSeenBelow = -3;
constexpr double kNumberAmongNumbers = -2, kFractionAmongNumbers = -6, kLeastOfNumbers = -12;
constexpr double kFarNumber = 3, kMostOfNumbers = 3;
constexpr double kCount = 5, kTwoYears = 1.5;
constexpr double kPrior = 0.25, kNameLike = 1, kDuplicate = -3;
constexpr double kSure = 3.5;
constexpr std::size_t kLongestName = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_digit);
}

bool looks_like_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || text.find_first_of("\r\n") != std::string_view::npos)
    return false;
  const unsigned char first = static_cast<unsigned char>(text.front());
  return first == '_' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first >= 0x80;
}

// column_N or pixel_N: the names that a reader gives if a file has none.
bool is_given_name(std::string_view name) {
  for (const std::string_view prefix : {std::string_view("column_"), std::string_view("pixel_")}) {
    if (name.starts_with(prefix) && parse_integer(name.substr(prefix.size()))) return true;
  }
  return false;
}

// The cells of one column below the first record.
struct Below {
  std::size_t numbers = 0, words = 0, with_digits = 0, with_point = 0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();
  bool are_whole = true;
  std::unordered_map<std::string_view, std::size_t> counts;

  std::size_t present() const { return numbers + words; }
  std::size_t once() const {
    return static_cast<std::size_t>(
        std::count_if(counts.begin(), counts.end(), [](const auto& entry) { return entry.second == 1; }));
  }
};

class Evidence {
 public:
  Evidence(const CsvSample& sample, const MissingWords& missing, DecimalMark decimal)
      : first_(sample.records.front()), missing_(missing), decimal_(decimal) {
    for (const Record& record : std::span(sample.records).subspan(1)) {
      // A table joined from several files repeats its header.
      if (first_.size() > 1 && std::ranges::equal(record, first_, is_name_again)) {
        ++repeats_;
      } else {
        below_.push_back(&record);
      }
    }
  }

  HeaderGuess guess() {
    double score = kPrior;
    for (std::size_t c = 0; c < first_.size(); ++c)
      score += of_column(c);
    const double count = of_count();
    score += count;
    // Numbers that count up are names: what the single numbers say does not matter then.
    if (count == 0) score += std::clamp(numbers_, kLeastOfNumbers, kMostOfNumbers);
    if (count == 0 && numbers_ > 0) positive_ += numbers_;
    const auto is_named = [this](const std::string& cell) {
      return looks_like_name(cell) || is_number(cell) || (cell.empty() && &cell == &first_.front());
    };
    const bool has_words = std::ranges::any_of(first_, [this](const std::string& cell) {
      return looks_like_name(cell) && !missing_.contains(cell);
    });
    score += !has_words ? 0 : std::ranges::all_of(first_, is_named) ? kNameLike : -kNameLike;
    const std::unordered_set<std::string_view> distinct(first_.begin(), first_.end());
    if (distinct.size() != first_.size()) score += kDuplicate;

    guess_.has_header = score > 0;
    const bool has_kind = !guess_.kind_columns.empty();
    guess_.is_sure = guess_.has_header ? has_kind || (score > kSure && positive_ > kSure - count)
                                       : score < -kSure || positive_ < 0.5;
    if (guess_.has_header && (guess_.has_fractions || (!has_kind && words_ == 0))) guess_.is_sure = false;
    return guess_;
  }

 private:
  bool is_number(std::string_view cell) const {
    return read_cell(cell, decimal_).meaning != CellMeaning::words;
  }

  Below column_below(std::size_t c) const {
    Below below;
    for (const Record* const record : below_) {
      if (c >= record->size() || missing_.contains((*record)[c])) continue;
      const std::string& cell = (*record)[c];
      ++below.counts[cell];
      below.with_digits += has_digit(cell) ? 1 : 0;
      const CellNumber number = read_cell(cell, decimal_);
      if (number.meaning == CellMeaning::words) {
        ++below.words;
        continue;
      }
      ++below.numbers;
      below.minimum = std::min(below.minimum, number.value);
      below.maximum = std::max(below.maximum, number.value);
      below.with_point += cell.find_first_of(".,eE") != std::string::npos ? 1 : 0;
      below.are_whole = below.are_whole && std::trunc(number.value) == number.value;
    }
    return below;
  }

  double of_column(std::size_t c) {
    const std::string& cell = first_[c];
    const Below below = column_below(c);
    if (below.present() == 0) return 0;
    if (cell.empty() && c == 0 && below.words == 0 && below.are_whole && below.once() == below.numbers)
      return kNameLike;  // the counter of a table that was written with its index
    if (missing_.contains(cell)) return -kNameLike;
    if (is_number(cell)) return of_number(cell, below);
    if (cell.empty()) return 0;  // where an empty cell is a word
    if (has_digit(cell) && !looks_like_name(cell) && below.with_digits == below.present() &&
        below.words != 0) {
      // A number in another notation, a date: such a cell is one of those below.
      numbers_ += kFractionAmongNumbers;
      guess_.has_fractions = true;
      return 0;
    }
    ++words_;
    if (below.words == 0) {
      // "12 kg" above numbers is rather a faulty cell.
      if (is_digit(cell.front()) && !looks_like_name(cell)) return kNameLike;
      guess_.kind_columns.push_back(c);
      positive_ += kDifferentKind;
      return kDifferentKind;
    }
    if (occurs_below(cell, below)) return kSeenBelow;
    // A header that joined files repeat is rarer than the words below it.
    if (repeats_ != 0 && 2 * (repeats_ + 1) * below.counts.size() > below.present())
      return below.present() < 2 * below.counts.size() ? 0 : kSeenBelow;
    const auto n = static_cast<double>(below.present());
    double evidence =
        std::min(std::log(0.95 / ((static_cast<double>(below.once()) + 0.5) / (n + 1))), kMostNovelty);
    if (below.present() > 1 && below.with_digits == below.present() && !has_digit(cell))
      evidence = std::max(evidence, kDigitsBelowOnly);
    if (evidence > 0) positive_ += evidence;
    return evidence;
  }

  static bool occurs_below(const std::string& cell, const Below& below) {
    return std::ranges::any_of(below.counts,
                               [&](const auto& entry) { return is_name_again(entry.first, cell); });
  }

  // What numbers say is added to numbers_, since the columns of one table are alike.
  double of_number(const std::string& cell, const Below& below) {
    if (below.numbers == 0) {
      positive_ += kNumberAboveWords;
      return kNumberAboveWords;
    }
    if (below.words != 0) return 0;
    const double value = read_cell(cell, decimal_).value;
    const bool has_point = cell.find_first_of(".,eE") != std::string::npos;
    const double range = below.maximum - below.minimum;
    const bool is_far =
        below.numbers >= 5 && range > 0 && (value > below.maximum + range || value < below.minimum - range);
    if (has_point || value < 0) {
      numbers_ += kFractionAmongNumbers;
      guess_.has_fractions = true;
    } else if (is_far) {
      numbers_ += kFarNumber;
    } else {
      numbers_ += kNumberAmongNumbers;
    }
    return 0;
  }

  // The step of the whole numbers of a record, if there are at least two and all steps are the same; else 0.
  double step_of(const Record& record, std::span<const std::size_t> places) const {
    double step = 0, before = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] >= record.size()) return 0;
      const CellNumber number = read_cell(record[places[i]], decimal_);
      if (number.meaning != CellMeaning::number || std::trunc(number.value) != number.value) return 0;
      if (i == 1) step = number.value - before;
      if (i > 1 && number.value - before != step) return 0;
      before = number.value;
    }
    return step;
  }

  // Numbers in the first record that count up, and in no other.
  double of_count() {
    std::vector<std::size_t> places;
    for (std::size_t c = 0; c < first_.size(); ++c) {
      if (!missing_.contains(first_[c]) && is_number(first_[c])) places.push_back(c);
    }
    if (places.size() < 2 || below_.empty()) return 0;
    const double step = step_of(first_, places);
    const double start = read_cell(first_[places.front()], decimal_).value;
    const bool are_years = start >= 1800 && start <= 2100;
    const bool starts_count = (start == 0 || start == 1) && step == 1;
    if (step <= 0 || (!are_years && !starts_count && places.size() < 4)) return 0;
    if (places.size() == 2 && !are_years) return 0;
    for (const Record* const record : below_) {
      if (step_of(*record, places) == step) return 0;
      if (!are_years || places[0] >= record->size()) continue;
      const CellNumber number = read_cell((*record)[places[0]], decimal_);
      if (number.meaning == CellMeaning::number && number.value >= 1800 && number.value <= 2100) return 0;
    }
    const double evidence = places.size() == 2 ? kTwoYears : kCount;
    positive_ += evidence;
    return evidence;
  }

  const Record& first_;
  const MissingWords& missing_;
  DecimalMark decimal_;
  std::vector<const Record*> below_;
  std::size_t repeats_ = 0;  // of the first record
  std::size_t words_ = 0;    // words in the first record above cells
  double numbers_ = 0;
  double positive_ = 0;  // all that speaks for a header
  HeaderGuess guess_;
};

// Without rows: a record of distinct names is a header.
HeaderGuess guess_single_record(const Record& record, const MissingWords& missing) {
  const std::unordered_set<std::string_view> distinct(record.begin(), record.end());
  const bool are_names = std::ranges::all_of(record, [&](const std::string& cell) {
    return looks_like_name(cell) && read_cell(cell).meaning == CellMeaning::words &&
           (record.size() == 1 || !missing.contains(cell));
  });
  return {.has_header = are_names && distinct.size() == record.size()};
}

// Whether a cell is one of the names, or the same number as one (2018.0 and 2018).
bool has_name_like(const Record& cells, std::span<const std::string> names, DecimalMark decimal) {
  return std::ranges::any_of(cells, [&](const std::string& cell) {
    const CellNumber number = read_cell(cell, decimal);
    return std::ranges::any_of(names, [&](const std::string& name) {
      if (name == cell) return true;
      if (number.meaning == CellMeaning::words) return false;
      const CellNumber other = read_cell(name);
      return other.meaning != CellMeaning::words && other.value == number.value;
    });
  });
}

}  // namespace

HeaderGuess guess_header(const CsvSample& sample, const MissingWords& missing, DecimalMark decimal,
                         std::span<const std::string> known_names) {
  if (sample.records.empty()) return {};
  const Record& first = sample.records.front();
  const std::unordered_set<std::string_view> cells(first.begin(), first.end());
  const std::size_t matches = count_known_names(first, known_names);
  if (are_header(matches, cells.size(), known_names.size())) return {.has_header = true};
  HeaderGuess guess = sample.records.size() == 1 ? guess_single_record(first, missing)
                                                 : Evidence(sample, missing, decimal).guess();
  // A first record that holds none of the names is not taken for a header without good reason.
  const bool is_thin = !guess.is_sure || sample.records.size() == 1;
  if (!known_names.empty() && matches == 0 && guess.has_header && is_thin && guess.kind_columns.empty()) {
    guess.has_header = false;
    guess.is_sure = std::ranges::all_of(known_names, is_given_name);
  }
  if (!guess.has_header && has_name_like(first, known_names, decimal)) guess.is_sure = false;
  return guess;
}

}  // namespace chainrule
