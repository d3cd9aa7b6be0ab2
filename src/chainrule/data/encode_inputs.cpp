#include "chainrule/data/encode_inputs.h"

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_numbers.h"

namespace chainrule {
namespace {

// One input of the encoder and the column of this table that feeds it.
struct InputColumn {
  const ColumnEncoding* encoding = nullptr;
  const Column* column = nullptr;
  std::size_t place = 0;  // of the column
  std::vector<std::size_t>
      category_features;     // category: feature of each word of the column; kNotFound: unknown
  bool all_missing = false;  // of the other kind, but every cell is missing
};

// The report of one block of rows; several threads encode blocks.
struct BlockReport {
  EncodeReport report;
  std::size_t first_unknown = kNotFound;  // position in `rows` of the first unknown word
  std::size_t first_unknown_input = 0;
};

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
    }
    for (const std::string& word : column.words) {
      const auto found = std::ranges::lower_bound(encoding.words, word);
      const bool known = found != encoding.words.end() && *found == word;
      input.category_features.push_back(known ? static_cast<std::size_t>(found - encoding.words.begin())
                                              : kNotFound);
    }
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
      ++block.report.missing_cells;
      if (encoding.kind == ColumnKind::numeric) {
        cell[0] = static_cast<T>((encoding.fill - encoding.offset) * encoding.factor);
      }
      if (encoding.missing_feature == MissingFeature::present) cell[width - 1] = T{1};
      continue;
    }
    const std::size_t feature = input.category_features[static_cast<std::size_t>(code)];
    if (feature != kNotFound) {
      cell[feature] = T{1};
      continue;
    }
    ++block.report.unknown_words;
    if (begin + r < block.first_unknown) {
      block.first_unknown = begin + r;
      block.first_unknown_input = number;
    }
  }
}

template <typename T>
void encode_block(const Table& table, std::span<const InputColumn> inputs,
                  std::span<const std::uint32_t> rows, std::size_t begin, MatrixView<T> features,
                  BlockReport& block) {
  std::size_t first_feature = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const InputColumn& input = inputs[i];
    if (input.encoding->kind == ColumnKind::numeric && !input.all_missing) {
      block.report.missing_cells +=
          encode_numbers(*input.encoding, table, input.place, rows, features, first_feature);
    } else {
      encode_category(input, i, rows, begin, features, first_feature, block);
    }
    first_feature += input.encoding->features();
  }
}

EncodeReport joined_report(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           std::span<const InputColumn> inputs, std::span<const BlockReport> blocks) {
  EncodeReport report;
  const BlockReport* first = nullptr;  // blocks are in the order of their rows
  for (const BlockReport& block : blocks) {
    report.unknown_words += block.report.unknown_words;
    report.missing_cells += block.report.missing_cells;
    if (first == nullptr && block.first_unknown != kNotFound) first = &block;
  }
  if (first == nullptr) return report;
  const std::size_t place = inputs[first->first_unknown_input].place;
  const std::uint32_t row = rows[first->first_unknown];
  report.first_unknown = encoder.inputs[first->first_unknown_input].name + " " +
                         quoted(table.columns[place].text(row)) + " at " + table.cell_position(row, place);
  return report;
}

}  // namespace

template <typename T>
EncodeReport encode_inputs(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                           MatrixView<T> features, ThreadPool* pool) {
  static_assert(std::is_floating_point_v<T>);
  assert(features.rows == rows.size() && features.columns == encoder.features());
  const std::vector<InputColumn> inputs = input_columns(encoder, table, rows);
  std::vector<BlockReport> blocks((rows.size() + kRowBlock - 1) / kRowBlock);
  run_tasks(pool, blocks.size(), [&](std::size_t number) {
    const std::size_t begin = number * kRowBlock;
    const std::size_t count = std::min(kRowBlock, rows.size() - begin);
    encode_block(table, inputs, rows.subspan(begin, count), begin, features.row_block(begin, count),
                 blocks[number]);
  });
  return joined_report(encoder, table, rows, inputs, blocks);
}

void release_inputs_before(const Encoder& encoder, Table& table, std::size_t row) {
  const std::vector<std::string> names = column_names(table);
  for (const std::size_t place : match_columns(encoder, names).inputs)
    if (place != kNotFound) table.columns[place].numbers.release_before(row);
}

template EncodeReport encode_inputs<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                           MatrixView<float>, ThreadPool*);
template EncodeReport encode_inputs<double>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                            MatrixView<double>, ThreadPool*);

}  // namespace chainrule
