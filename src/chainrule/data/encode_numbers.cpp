#include "chainrule/data/encode_numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/outliers.h"

namespace chainrule {
namespace {

template <typename T>
[[noreturn]] void refuse_magnitude(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                                   std::span<const std::uint32_t> rows) {
  const Column& column = table.columns[place];
  for (const std::uint32_t row : rows) {
    const double value = column.numbers[row];
    if (!(std::abs((value - encoding.offset) * encoding.factor) >
          static_cast<double>(std::numeric_limits<T>::max()))) {
      continue;
    }
    throw DataError({.what = "the number is too far from those of the training rows",
                     .where = table.cell_position(row, place) + " (column " + quoted(encoding.name) + ")",
                     .expected = "a number nearer to " + format_significant(encoding.fill, 6),
                     .got = column.text(row),
                     .advice = "correct the cell, or leave it empty"});
  }
  throw StateError({.what = "a feature left the range of its type and no cell explains it"});
}

// Remembers the first far number; `begin`: the row of the first value.
void report_far(const NumberRange& near, std::span<const double> values, std::size_t begin,
                NumbersReport& report) {
  if (report.far != 0) return;
  std::size_t i = 0;
  while (values[i] >= near.low && values[i] <= near.high)
    ++i;
  report.first_far = begin + i;
}

double nearest_in_range(double value, const NumberRange& near, const ColumnEncoding& encoding) {
  if (value < near.low) return encoding.minimum;
  return value > near.high ? encoding.maximum : value;
}

}  // namespace

[[noreturn]] void refuse_kind(const ColumnEncoding& encoding, const Table& table, std::size_t place) {
  const Column& column = table.columns[place];
  std::size_t row = 0;
  while (row + 1 < column.rows() && column.is_missing(row))
    ++row;
  const bool numbers = encoding.kind == ColumnKind::numeric;
  throw DataError(
      {.what = "the column " + quoted(encoding.name) + " holds " + (numbers ? "words" : "numbers") +
               "; in the training table it held " + (numbers ? "numbers" : "words"),
       .where = column.rows() == 0 ? table.source : table.cell_position(row, place),
       .expected = numbers ? "a number" : "a word",
       .got = column.rows() == 0 ? "an empty column" : quoted(column.text(row)),
       .advice = numbers ? "correct the cells that are not numbers" : "read the column as a category"});
}

template <typename T>
void encode_numbers(const ColumnEncoding& encoding, const Table& table, std::size_t place,
                    std::span<const std::uint32_t> rows, MatrixView<T> features, std::size_t first,
                    NumbersReport& report) {
  NumberCursor value_of(table.columns[place].numbers);
  constexpr double kLimit = static_cast<double>(std::numeric_limits<T>::max());
  const bool flagged = encoding.missing_feature == MissingFeature::present;
  const NumberRange near = near_range(encoding.minimum, encoding.maximum);
  double values[kRowBlock], scaled[kRowBlock];
  bool missing[kRowBlock];
  for (std::size_t begin = 0; begin < rows.size(); begin += kRowBlock) {
    const std::span<const std::uint32_t> block =
        rows.subspan(begin, std::min(kRowBlock, rows.size() - begin));
    bool has_missing = false;
    for (std::size_t i = 0; i < block.size(); ++i) {
      values[i] = value_of(block[i]);
      missing[i] = std::isnan(values[i]);
      has_missing |= missing[i];
    }
    for (std::size_t i = 0; has_missing && i < block.size(); ++i) {
      if (!missing[i]) continue;
      values[i] = encoding.fill;
      ++report.missing;
    }
    std::size_t far = 0;
    for (std::size_t i = 0; i < block.size(); ++i)
      far += values[i] < near.low || values[i] > near.high ? 1 : 0;
    if (far != 0) {
      report_far(near, std::span(values, block.size()), begin, report);
      report.far += far;
      if (encoding.outliers == Outliers::clip) {
        for (std::size_t i = 0; i < block.size(); ++i)
          values[i] = nearest_in_range(values[i], near, encoding);
      }
    }
    const double offset = encoding.offset, factor = encoding.factor;
    std::uint64_t too_large = 0;
    for (std::size_t i = 0; i < block.size(); ++i)
      scaled[i] = (values[i] - offset) * factor;
    for (std::size_t i = 0; i < block.size(); ++i)
      too_large += std::abs(scaled[i]) <= kLimit ? 0 : 1;
    if (too_large != 0) {
      if (report.unusable_rows == nullptr) refuse_magnitude<T>(encoding, table, place, block);
      for (std::size_t i = 0; i < block.size(); ++i) {
        if (std::abs(scaled[i]) <= kLimit) continue;
        scaled[i] = std::numeric_limits<double>::quiet_NaN();
        report.unusable_rows->push_back(begin + i);
      }
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      T* const row = features.row(begin + i) + first;
      row[0] = static_cast<T>(scaled[i]);
      if (flagged) row[1] = missing[i] ? T{1} : T{0};
    }
  }
}

template void encode_numbers<float>(const ColumnEncoding&, const Table&, std::size_t,
                                    std::span<const std::uint32_t>, MatrixView<float>, std::size_t,
                                    NumbersReport&);
template void encode_numbers<double>(const ColumnEncoding&, const Table&, std::size_t,
                                     std::span<const std::uint32_t>, MatrixView<double>, std::size_t,
                                     NumbersReport&);

}  // namespace chainrule
