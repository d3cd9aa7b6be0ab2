// A file is read twice: for the largest index, then for the rows. If that is impossible (a pipe), the text is
// kept, unless the caller knows the columns: then rows are given out as they arrive.
#include "chainrule/data/libsvm_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/text_lines.h"

namespace chainrule {
namespace {

constexpr std::uint64_t kMostCells = std::uint64_t{1} << 31;
constexpr std::string_view kFeature = "feature_";
constexpr std::string_view kQueryId = "qid";
constexpr std::string_view kLabel = "label";

struct Pair {
  std::uint64_t index = 0;
  std::string_view value;
};

std::optional<std::uint64_t> index_of(std::string_view text) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

bool is_nan(std::string_view text) {
  return lower_case_ascii(text) == "nan";
}

std::optional<Pair> pair_of(std::string_view word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> index = index_of(word.substr(0, colon));
  if (!index) return std::nullopt;
  return Pair{.index = *index, .value = word.substr(colon + 1)};
}

bool is_value(std::string_view text) {
  return parse_double(text).has_value() || is_nan(text);
}

std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find('#'));
}

class LibsvmRows final : public RowSource {
 public:
  LibsvmRows(std::unique_ptr<ByteSource> file, const ReadOptions& options)
      : RowSource(file->can_rewind() || !options.known_names.empty() ? std::move(file)
                                                                     : rereadable(std::move(file))),
        lines_(*file_) {
    for (const std::string& name : options.known_names) {
      if (name == kQueryId) has_query_ids_ = true;
      if (!name.starts_with(kFeature)) continue;
      if (const auto index = index_of(std::string_view(name).substr(kFeature.size()))) take_index(*index);
    }
    if (last_ != 0) known_ = Known{.first = first_, .last = last_};
    if (file_->can_rewind()) find_width();
    if (first_ > last_) first_ = last_ = 1;
    names_.reserve(last_ - first_ + 3);
    for (std::uint64_t index = first_; index <= last_; ++index)
      names_.push_back(std::string(kFeature) + std::to_string(index));
    if (has_query_ids_) {
      names_.emplace_back(kQueryId);
      if (options.known_names.empty())
        notes_.push_back("the column \"qid\" holds the numbers of queries: leave it out with " +
                         set_to_text(Setting::ignore, kQueryId) +
                         ", or keep the rows of a query together with " +
                         set_to_text(Setting::group, kQueryId));
    }
    names_.emplace_back(kLabel);
  }

  TableFormat format() const override { return TableFormat::libsvm; }
  std::uint64_t next(std::string& text) override;
  bool would_wait() const override { return lines_.would_wait(); }
  void rewind() override {
    lines_.rewind();
    is_checked_ = is_checked_ || has_ended_;
  }

 private:
  // Fills label_, query_id_ and pairs_ from the next line that is a row; false at the end.
  bool next_row();
  void take_index(std::uint64_t index) {
    first_ = std::min(first_, std::min<std::uint64_t>(index, 1));
    last_ = std::max(last_, index);
  }
  void find_width();
  // Compares the indices of a row, and of the whole file, with those that the model knows.
  void check_indices();
  void note_indices();
  [[noreturn]] void refuse(std::string what, std::string_view word, std::string expected,
                           std::string advice) const {
    throw DataError({.what = std::move(what),
                     .where = lines_.place(),
                     .expected = std::move(expected),
                     .got = quoted(word),
                     .advice = std::move(advice)});
  }
  void check_label() const;

  TextLines lines_;
  struct Known {
    std::uint64_t first = 1, last = 0;
    std::size_t unknown_values = 0;  // with an index above the last
    std::string first_unknown = {};
    bool has_first = false, has_pairs = false;
  };
  std::optional<Known> known_;  // the features of a model
  bool is_checked_ = false, has_ended_ = false;
  std::uint64_t first_ = 1, last_ = 0;
  bool has_query_ids_ = false;
  std::string_view label_, query_id_;
  std::vector<Pair> pairs_;
};

void LibsvmRows::check_label() const {
  if (is_value(label_)) return;
  if (pair_of(label_)) {
    refuse("a line without a label", label_, "a label before the first index:value",
           "write a label at the start of each line, 0 where it is unknown");
  }
  if (label_.find(',') != std::string_view::npos) {
    refuse("a line with several labels", label_, "one number",
           "give each label a column of its own with 0 or 1, in a CSV table");
  }
  refuse("a label that is not a number", label_, "a number", "write classes as numbers, such as -1 and 1");
}

bool LibsvmRows::next_row() {
  std::string_view rest;
  do {
    if (!lines_.next()) {
      note_indices();
      return false;
    }
    rest = without_comment(lines_.line());
    label_ = take_field(rest);
  } while (label_.empty());
  check_label();
  if (label_.starts_with('+')) label_.remove_prefix(1);
  query_id_ = {};
  pairs_.clear();
  for (std::string_view word = take_field(rest); !word.empty(); word = take_field(rest)) {
    if (word.starts_with("qid:") && pairs_.empty() && query_id_.empty() && is_value(word.substr(4))) {
      query_id_ = word.substr(4);
      continue;
    }
    const std::optional<Pair> pair = pair_of(word);
    if (!pair)
      refuse("a cell that is not index:value", word, "a whole number, a colon and a number",
             "correct the line");
    if (!is_value(pair->value))
      refuse("a value that is not a number", word, "index:number",
             "correct the line; leave a missing value out only if it is 0, and write nan else");
    if (!pairs_.empty() && pair->index <= pairs_.back().index) {
      refuse(pair->index == pairs_.back().index ? "an index that comes twice in a line"
                                                : "indices that do not ascend",
             word, "an index above " + std::to_string(pairs_.back().index),
             "sort the pairs of the line by index");
    }
    if (pair->index >= kMostColumns)
      refuse("an index that is too large", word, "below " + format_count(kMostColumns),
             "number the features from 1, without gaps");
    pairs_.push_back(*pair);
  }
  check_indices();
  return true;
}

void LibsvmRows::check_indices() {
  if (!known_ || is_checked_ || pairs_.empty()) return;
  const Pair& first = pairs_.front();
  if (first.index < known_->first) {
    refuse("an index 0, which the model does not know: every feature would be shifted by one",
           std::to_string(first.index) + ":" + std::string(first.value),
           "indices from 1, as in the training table",
           "add 1 to each index of the file, or train the model on a table that counts from 0");
  }
  known_->has_pairs = true;
  known_->has_first |= first.index == known_->first;
  for (const Pair& pair : pairs_) {
    if (pair.index <= known_->last || known_->unknown_values++ != 0) continue;
    known_->first_unknown =
        std::to_string(pair.index) + ":" + std::string(pair.value) + " at " + lines_.place();
  }
}

void LibsvmRows::note_indices() {
  has_ended_ = true;
  if (!known_ || is_checked_) return;
  is_checked_ = true;
  if (known_->first == 0 && !known_->has_first && known_->has_pairs) {
    notes_.push_back(
        "no row of " + file_->display_name() +
        " has the index 0, which the model knows: if the file counts its features from 1, each is "
        "shifted by one; then subtract 1 from each index.");
  }
  if (known_->unknown_values == 0) return;
  const bool is_one = known_->unknown_values == 1;
  notes_.push_back(count_of(known_->unknown_values, "value") + " with an index above " +
                   format_count(known_->last) + ", the largest that the model knows, " +
                   (is_one ? "is" : "are") + " left out (first: " + known_->first_unknown + ").");
}

void LibsvmRows::find_width() {
  std::uint64_t rows = 0;
  while (next_row()) {
    ++rows;
    if (!query_id_.empty()) has_query_ids_ = true;
    if (pairs_.empty()) continue;
    take_index(pairs_.front().index);
    take_index(pairs_.back().index);
  }
  lines_.rewind();
  const std::uint64_t columns = last_ + 2;
  if (rows * columns <= kMostCells) return;
  throw DataError({.what = "the table is too large when its zeros are written out",
                   .where = file_->display_name(),
                   .expected = "at most " + format_count(kMostCells) + " cells",
                   .got = count_of(rows, "row") + " and " + count_of(columns, "column"),
                   .advice = "keep fewer rows, or only the features that most rows have"});
}

std::uint64_t LibsvmRows::next(std::string& text) {
  if (!next_row()) return 0;
  RowWriter row(text);
  std::uint64_t at = first_;
  for (const Pair& pair : pairs_) {
    if (pair.index < first_ || pair.index > last_) continue;  // a feature that the model does not know
    row.add_zeros(static_cast<std::size_t>(pair.index - at));
    if (is_nan(pair.value)) {
      row.add_missing();
    } else {
      row.add(pair.value);
    }
    at = pair.index + 1;
  }
  row.add_zeros(static_cast<std::size_t>(last_ + 1 - at));
  if (has_query_ids_) row.add(query_id_);
  if (is_nan(label_)) {
    row.add_missing();
  } else {
    row.add(label_);
  }
  return lines_.number();
}

}  // namespace

// A line is a label and pairs. Two blank-separated columns, numbers and times of day, look the same.
bool begins_as_libsvm(std::string_view start) {
  constexpr std::size_t kLines = 50;
  bool has_pair = false, are_times = true;
  for (std::size_t lines = 0; !start.empty() && lines < kLines; ++lines) {
    const std::size_t end = start.find('\n');
    if (end == std::string_view::npos && lines > 0) break;  // perhaps not all of the line
    std::string_view line = start.substr(0, end);
    start.remove_prefix(end == std::string_view::npos ? start.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string_view rest = without_comment(line);
    const std::string_view label = take_field(rest);
    if (label.empty()) continue;
    const bool has_label =
        label.find_first_not_of("0123456789+-.,eE") == std::string_view::npos || is_nan(label);
    if (!has_label && !pair_of(label)) return false;
    std::size_t pairs = has_label ? 0 : 1;
    for (std::string_view word = take_field(rest); !word.empty(); word = take_field(rest)) {
      const std::optional<Pair> pair = pair_of(word);
      if (!pair && !word.starts_with("qid:")) return false;
      if (pair && !is_value(pair->value)) return false;
      if (pair) ++pairs;
      are_times = are_times && pair && pair->index < 24 && pair->value.size() == 2;
    }
    has_pair = has_pair || pairs != 0;
    are_times = are_times && has_label && pairs == 1;
  }
  return has_pair && !are_times;
}

bool has_libsvm_names(std::span<const std::string> names) {
  return std::ranges::any_of(names, [](const std::string& name) { return name.starts_with(kFeature); }) &&
         std::ranges::all_of(names, [](const std::string& name) {
           return name == kQueryId || name == kLabel ||
                  (name.starts_with(kFeature) && index_of(std::string_view(name).substr(kFeature.size())));
         });
}

std::unique_ptr<RowSource> libsvm_rows(std::unique_ptr<ByteSource> file, const ReadOptions& options) {
  return std::make_unique<LibsvmRows>(std::move(file), options);
}

}  // namespace chainrule
