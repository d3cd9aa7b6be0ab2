// Each input column is matched with a column of the table. Categories are looked up once for each word, not
// for each cell. Threads then take blocks of rows (encoder.h has the formulas), and the reports of the blocks
// are joined in the order of the rows.
#include "chainrule/data/encode_inputs.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_numbers.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {
namespace {

// One input of the encoder and the column of this table that feeds it.
struct InputColumn {
  const ColumnEncoding* encoding = nullptr;
  const Column* column = nullptr;
  std::size_t place = 0;  // of the column
  // category: what each word of the column is, and its feature; kNotFound: none
  std::vector<WordMatcher::Found> words;
  std::vector<std::size_t> category_features;
  bool all_missing = false;  // of the other kind, but every cell is missing
};

// Cells of one kind in a block of rows, and where the first is.
struct Sightings {
  std::size_t cells = 0;
  std::size_t first = kNotFound;  // position in `rows`
  std::size_t first_input = 0;

  void add(std::size_t position, std::size_t input) {
    ++cells;
    if (position < first) first = position, first_input = input;
  }
};

// The report of one block of rows; several threads encode blocks.
struct BlockReport {
  std::size_t missing_cells = 0;
  Sightings unknown, similar, respelled;
  // Inputs with far numbers: position in `rows` of the first.
  struct Far {
    std::size_t input = 0, cells = 0, first = 0;
  };
  std::vector<Far> far;
  std::map<std::size_t, std::size_t> unusable;  // position in `rows` -> the first input at fault
};

// Looks up the words of a category. Most tables hold only words that the encoder knows as they are.
void look_up_words(const ColumnEncoding& encoding, InputColumn& input) {
  std::optional<WordMatcher> matcher;
  for (const std::string& word : input.column->words) {
    const auto found = std::ranges::lower_bound(encoding.words, word);
    if (found != encoding.words.end() && *found == word) {
      const auto place = static_cast<std::size_t>(found - encoding.words.begin());
      input.words.push_back({WordMatch::exact, place});
      input.category_features.push_back(place);
      continue;
    }
    if (!matcher) matcher.emplace(encoding.words);
    const WordMatcher::Found& like = input.words.emplace_back(matcher->find(word));
    const std::size_t other =
        encoding.other_feature == OtherFeature::present ? encoding.words.size() : kNotFound;
    input.category_features.push_back(like.match == WordMatch::respelled ? like.word : other);
  }
}

// The numbers of a table that was read on its own may be in another unit.
void require_same_unit(const ColumnEncoding& encoding, const Table& table, std::size_t place) {
  const NumberForm& form = *table.columns[place].form;
  const bool has_other_prefix = !form.prefix.empty() && form.prefix != encoding.form.prefix;
  const bool has_other_suffix = !form.suffix.empty() && form.suffix != encoding.form.suffix;
  if (!has_other_prefix && !has_other_suffix) return;
  const std::string own = encoding.form.suffix.empty() ? encoding.form.prefix : encoding.form.suffix;
  throw DataError({.what = "the numbers of the column " + quoted(encoding.name) +
                           " have another unit or sign than in the training table",
                   .where = table.source,
                   .expected = own.empty() ? "numbers alone" : "numbers alone or with " + quoted(own),
                   .got = quoted(has_other_prefix ? form.prefix : form.suffix),
                   .advice = "convert the numbers, and leave the unit out"});
}

std::vector<InputColumn> input_columns(const Encoder& encoder, const Table& table,
                                       std::span<const std::uint32_t> rows) {
  const std::vector<std::string> names = column_names(table);
  const ColumnMatch match = match_columns(encoder, names);
  require_inputs(encoder, names, match, table.source);
  std::vector<InputColumn> inputs(encoder.inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ColumnEncoding& encoding = encoder.inputs[i];
    const Column& column = table.columns[match.inputs[i]];
    InputColumn& input = inputs[i];
    input = {.encoding = &encoding, .column = &column, .place = match.inputs[i]};
    if (column.kind != encoding.kind) {
      for (const std::uint32_t row : rows) {
        if (!column.is_missing(row)) refuse_kind(encoding, table, match.inputs[i]);
      }
      input.all_missing = true;
    } else if (column.kind == ColumnKind::numeric) {
      require_same_unit(encoding, table, match.inputs[i]);
    }
    look_up_words(encoding, input);
  }
  return inputs;
}

// Encodes a category, or a column without any cell. `rows` begin at position `begin` of all rows; `number`:
// of the input.
template <typename T>
void encode_category(const InputColumn& input, std::size_t number, std::span<const std::uint32_t> rows,
                     std::size_t begin, MatrixView<T> features, std::size_t first_feature,
                     BlockReport& block) {
  const ColumnEncoding& encoding = *input.encoding;
  const std::size_t width = encoding.features();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    T* const cell = features.row(r) + first_feature;
    std::fill_n(cell, width, T{0});
    const std::int32_t code = input.all_missing ? kMissingCode : input.column->codes[rows[r]];
    if (code == kMissingCode) {
      ++block.missing_cells;
      if (encoding.kind == ColumnKind::numeric) {
        cell[0] = static_cast<T>((encoding.fill - encoding.offset) * encoding.factor);
      }
      if (encoding.missing_feature == MissingFeature::present) cell[width - 1] = T{1};
      continue;
    }
    const std::size_t feature = input.category_features[static_cast<std::size_t>(code)];
    if (feature != kNotFound) cell[feature] = T{1};
    const WordMatch match = input.words[static_cast<std::size_t>(code)].match;
    if (match == WordMatch::exact) continue;
    if (feature == kNotFound) block.unknown.add(begin + r, number);
    if (match == WordMatch::similar) block.similar.add(begin + r, number);
    if (match == WordMatch::respelled) block.respelled.add(begin + r, number);
  }
}

template <typename T>
void encode_block(const Table& table, std::span<const InputColumn> inputs,
                  std::span<const std::uint32_t> rows, std::size_t begin, MatrixView<T> features,
                  UnusableRows unusable, BlockReport& block) {
  std::size_t first_feature = 0;
  std::vector<std::size_t> unusable_rows;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const InputColumn& input = inputs[i];
    if (input.encoding->kind == ColumnKind::numeric && !input.all_missing) {
      NumbersReport numbers;
      if (unusable == UnusableRows::report) numbers.unusable_rows = &unusable_rows;
      encode_numbers(*input.encoding, table, input.place, rows, features, first_feature, numbers);
      block.missing_cells += numbers.missing;
      if (numbers.far != 0)
        block.far.push_back({.input = i, .cells = numbers.far, .first = begin + numbers.first_far});
      for (const std::size_t row : unusable_rows)
        block.unusable.emplace(begin + row, i);
      unusable_rows.clear();
    } else {
      encode_category(input, i, rows, begin, features, first_feature, block);
    }
    first_feature += input.encoding->features();
  }
}

EncodeReport joined_report(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           std::span<const InputColumn> inputs, std::span<const BlockReport> blocks) {
  // "island \"Atlantis\" at new.csv:3:2"; before and after the known word: what comes between.
  const auto text_of = [&](const Sightings& first, std::string_view before, std::string_view after) {
    const InputColumn& input = inputs[first.first_input];
    const std::uint32_t row = rows[first.first];
    std::string text = encoder.inputs[first.first_input].name + " " + quoted(input.column->text(row));
    if (!before.empty()) {
      const auto code = static_cast<std::size_t>(input.column->codes[row]);
      text +=
          std::string(before) + quoted(input.encoding->words[input.words[code].word]) + std::string(after);
    }
    return text + " at " + table.cell_position(row, input.place);
  };
  EncodeReport report;
  std::map<std::size_t, BlockReport::Far> far;
  for (const BlockReport& block : blocks) {  // in the order of their rows
    report.missing_cells += block.missing_cells;
    const auto join = [&](const Sightings& sightings, std::size_t& cells, std::string& first,
                          std::string_view before, std::string_view after) {
      if (cells == 0 && sightings.cells != 0) first = text_of(sightings, before, after);
      cells += sightings.cells;
    };
    join(block.unknown, report.unknown_words, report.first_unknown, "", "");
    join(block.similar, report.similar_words, report.first_similar, " (known: ", ")");
    join(block.respelled, report.respelled_words, report.first_respelled, " as ", "");
    for (const BlockReport::Far& one : block.far) {
      const auto [place, is_new] = far.emplace(one.input, one);
      if (!is_new) place->second.cells += one.cells;
    }
    for (const auto& [row, input] : block.unusable)
      report.unusable.push_back({.row = row, .place = table.cell_position(rows[row], inputs[input].place)});
  }
  for (const auto& [number, one] : far) {
    const InputColumn& input = inputs[number];
    report.far.push_back({.column = input.encoding->name,
                          .minimum = input.encoding->minimum,
                          .maximum = input.encoding->maximum,
                          .way = input.encoding->outliers,
                          .cells = one.cells,
                          .first = format_number(input.column->numbers[rows[one.first]]) + " at " +
                                   table.cell_position(rows[one.first], input.place)});
  }
  return report;
}

}  // namespace

template <typename T>
EncodeReport encode_inputs(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           MatrixView<T> features, ThreadPool* pool, UnusableRows unusable) {
  static_assert(std::is_floating_point_v<T>);
  assert(features.rows == rows.size() && features.columns == encoder.features());
  const std::vector<InputColumn> inputs = input_columns(encoder, table, rows);
  std::vector<BlockReport> blocks((rows.size() + kRowBlock - 1) / kRowBlock);
  run_tasks(pool, blocks.size(), [&](std::size_t number) {
    const std::size_t begin = number * kRowBlock;
    const std::size_t count = std::min(kRowBlock, rows.size() - begin);
    encode_block(table, inputs, rows.subspan(begin, count), begin, features.row_block(begin, count), unusable,
                 blocks[number]);
  });
  return joined_report(encoder, table, rows, inputs, blocks);
}

void release_inputs_before(const Encoder& encoder, Table& table, std::size_t row) {
  const std::vector<std::string> names = column_names(table);
  for (const std::size_t place : match_columns(encoder, names).inputs)
    if (place != kNotFound) table.columns[place].numbers.release_before(row);
}

void append(const EncodeReport& part, EncodeReport& whole) {
  whole.unknown_words += part.unknown_words;
  whole.missing_cells += part.missing_cells;
  whole.similar_words += part.similar_words;
  whole.respelled_words += part.respelled_words;
  if (whole.first_unknown.empty()) whole.first_unknown = part.first_unknown;
  if (whole.first_similar.empty()) whole.first_similar = part.first_similar;
  if (whole.first_respelled.empty()) whole.first_respelled = part.first_respelled;
  for (const FarNumbers& far : part.far) {
    const auto known = std::ranges::find(whole.far, far.column, &FarNumbers::column);
    if (known == whole.far.end()) {
      whole.far.push_back(far);
    } else {
      known->cells += far.cells;
    }
  }
}

std::vector<Message> far_notes(const EncodeReport& report) {
  constexpr std::size_t kShown = 3;
  std::vector<Message> notes;
  for (const FarNumbers& far : std::span(report.far).first(std::min(report.far.size(), kShown))) {
    notes.push_back(quoted(far.column) + " has " + count_of(far.cells, "number") +
                    " far outside those of the training rows, " + format_significant(far.minimum, 6) +
                    " to " + format_significant(far.maximum, 6) + " (first: " + far.first + "): " +
                    (far.way == Outliers::clip ? (far.cells == 1 ? "it counts as the nearest of these"
                                                                 : "they count as the nearest of these")
                                               : "nothing is known about predictions for such numbers") +
                    ".");
  }
  if (report.far.size() > kShown)
    notes.push_back(count_of(report.far.size() - kShown, "more column") +
                    " have numbers far outside those of the training rows, too.");
  return notes;
}

template EncodeReport encode_inputs<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                           MatrixView<float>, ThreadPool*, UnusableRows);
template EncodeReport encode_inputs<double>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                            MatrixView<double>, ThreadPool*, UnusableRows);

}  // namespace chainrule
