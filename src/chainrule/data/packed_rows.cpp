// Elements of any byte order and width become columns of doubles. Rows are decoded in blocks of about 1 MiB,
// and each block in tiles of 32 rows, because it is a transposition: the file has rows, the table has
// columns.
//
//   numbers[w][r] = element (r, wanted[w]) = load<T>(bytes + r * row stride + wanted[w] * column stride)
#include "chainrule/data/packed_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_reader.h"

namespace chainrule {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
// Rows transposed at a time: 32 rows of 28 x 28 images (25 KB) stay in the first-level cache, while each
// column takes 256 bytes.
constexpr std::size_t kTileRows = 32;

// The product, or nothing if it overflows.
std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (a != 0 && b > std::numeric_limits<std::uint64_t>::max() / a) return std::nullopt;
  return a * b;
}

template <typename T>
T load(const char* bytes, ByteOrder order) {
  std::array<char, sizeof(T)> copy;
  std::memcpy(copy.data(), bytes, sizeof(T));
  const bool is_native = (order == ByteOrder::little) == (std::endian::native == std::endian::little);
  if (!is_native) std::reverse(copy.begin(), copy.end());
  return std::bit_cast<T>(copy);
}

struct Strides {
  std::size_t row = 0;
  std::size_t column = 0;
};

// Writes the wanted columns to `numbers`, one after the other, each of `rows` numbers.
template <typename T>
void decode(const char* bytes, std::size_t rows, Strides strides, ByteOrder order,
            std::span<const std::size_t> wanted, std::span<double> numbers) {
  for (std::size_t tile = 0; tile < rows; tile += kTileRows) {
    const std::size_t count = std::min(kTileRows, rows - tile);
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      double* const out = numbers.data() + w * rows + tile;
      const char* const from = bytes + tile * strides.row + wanted[w] * strides.column;
      for (std::size_t r = 0; r < count; ++r)
        out[r] = static_cast<double>(load<T>(from + r * strides.row, order));
    }
  }
}

class PackedRowsReader final : public TableReader {
 public:
  PackedRowsReader(std::unique_ptr<ByteSource> source, TableLayout table_layout, PackedLayout layout)
      : source_(std::move(source)), table_layout_(std::move(table_layout)), layout_(layout) {
    body_begin_ = source_->position();
    body_bytes_ = layout_.rows * layout_.columns * layout_.element_bytes;
    if (const std::optional<std::uint64_t> length = source_->length()) {
      if (*length < body_begin_ + body_bytes_) throw_cut_short(*length);
      if (*length > body_begin_ + body_bytes_) throw_too_long(format_count(*length) + " bytes");
    }
    if (layout_.order == ElementOrder::column_major) read_body();
    if (body_bytes_ == 0) check_end();
  }

  const TableLayout& layout() const override { return table_layout_; }
  Table next_rows(std::size_t max_rows, std::span<const std::optional<ColumnReading>> readings) override;

 private:
  std::string expected_length() const {
    return format_count(body_begin_ + body_bytes_) + " bytes, as the header says (" +
           format_count(layout_.rows) + " x " + format_count(layout_.columns) + " values of " +
           count_of(layout_.element_bytes, "byte") + ")";
  }
  [[noreturn]] void throw_cut_short(std::uint64_t length) const {
    throw DataError({.what = "the file is cut short",
                     .where = source_->display_name(),
                     .expected = expected_length(),
                     .got = format_count(length) + " bytes",
                     .advice = "copy or download it again"});
  }
  [[noreturn]] void throw_too_long(std::string got) const {
    throw DataError({.what = "the file continues after its last value",
                     .where = source_->display_name(),
                     .expected = expected_length(),
                     .got = std::move(got),
                     .advice = "check that this is the right file; copy or download it again"});
  }
  void check_end() {
    char byte = 0;
    if (source_->read(std::span(&byte, 1)) != 0) throw_too_long("more bytes");
  }
  void read_body();
  void decode_rows(const char* bytes, std::size_t rows, Strides strides, std::span<const std::size_t> wanted,
                   std::span<double> numbers) const;
  void check_numbers(const Column& column) const;
  void turn_to_words(Column& column) const;

  std::unique_ptr<ByteSource> source_;
  TableLayout table_layout_;
  PackedLayout layout_;
  std::uint64_t body_begin_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t next_row_ = 0;
  std::vector<char> buffer_;  // column-major: the whole body; row-major: a block of rows
};

void PackedRowsReader::read_body() {
  while (buffer_.size() < body_bytes_) {
    const std::size_t before = buffer_.size();
    const std::uint64_t step = source_->length() ? body_bytes_ : std::max<std::uint64_t>(before, kBlockBytes);
    buffer_.resize(static_cast<std::size_t>(std::min(body_bytes_, before + step)));
    const std::size_t wanted = buffer_.size() - before;
    if (source_->read_fully(std::span(buffer_).subspan(before)) != wanted)
      throw_cut_short(source_->position());
  }
  check_end();
}

Table PackedRowsReader::next_rows(std::size_t max_rows,
                                  std::span<const std::optional<ColumnReading>> readings) {
  const std::size_t columns = table_layout_.column_names.size();
  if (readings.size() != columns) {
    throw StateError({.what = "next_rows needs one kind per column",
                      .where = source_->display_name(),
                      .expected = count_of(columns, "kind"),
                      .got = count_of(readings.size(), "kind")});
  }
  Table table = {.source = source_->display_name(),
                 .image_rows = table_layout_.image_rows,
                 .image_columns = table_layout_.image_columns};
  table.columns.resize(columns);
  std::vector<std::size_t> wanted;
  for (std::size_t c = 0; c < columns; ++c) {
    table.columns[c].name = table_layout_.column_names[c];
    table.columns[c].is_bytes =
        layout_.is_bytes && (!readings[c] || readings[c]->kind != ColumnKind::category);
    if (readings[c]) wanted.push_back(c);
  }

  const std::uint64_t rows = std::min<std::uint64_t>(max_rows, layout_.rows - next_row_);
  const std::size_t row_bytes = columns * layout_.element_bytes;
  std::vector<double> numbers;
  for (std::uint64_t done = 0; done < rows;) {
    const std::size_t block = static_cast<std::size_t>(
        std::min<std::uint64_t>(rows - done, std::max<std::size_t>(kBlockBytes / row_bytes, 1)));
    const char* bytes = nullptr;
    Strides strides = {.row = row_bytes, .column = layout_.element_bytes};
    if (layout_.order == ElementOrder::column_major) {
      bytes = buffer_.data() + static_cast<std::size_t>(next_row_) * layout_.element_bytes;
      strides = {.row = layout_.element_bytes,
                 .column = static_cast<std::size_t>(layout_.rows) * layout_.element_bytes};
    } else {
      buffer_.resize(std::max(buffer_.size(), block * row_bytes));
      if (source_->read_fully(std::span(buffer_).first(block * row_bytes)) != block * row_bytes) {
        throw_cut_short(source_->position());
      }
      bytes = buffer_.data();
    }
    numbers.resize(wanted.size() * block);
    decode_rows(bytes, block, strides, wanted, numbers);
    for (std::size_t w = 0; w < wanted.size(); ++w)
      table.columns[wanted[w]].numbers.append(std::span(numbers).subspan(w * block, block));
    done += block;
    next_row_ += block;
    if (next_row_ == layout_.rows && layout_.order == ElementOrder::row_major) check_end();
  }
  for (const std::size_t c : wanted) {
    table.columns[c].numbers.pack_rest();
    if (layout_.kind == ElementKind::floating) check_numbers(table.columns[c]);
    if (readings[c]->kind == ColumnKind::category) turn_to_words(table.columns[c]);
  }
  return table;
}

void PackedRowsReader::decode_rows(const char* bytes, std::size_t rows, Strides strides,
                                   std::span<const std::size_t> wanted, std::span<double> numbers) const {
  const auto decode_as = [&]<typename T>(T) {
    decode<T>(bytes, rows, strides, layout_.byte_order, wanted, numbers);
  };
  switch (layout_.kind) {
    case ElementKind::boolean:
      decode_as(std::uint8_t{});
      for (double& number : numbers)
        number = number != 0 ? 1 : 0;
      break;
    case ElementKind::unsigned_integer:
      if (layout_.element_bytes == 1) decode_as(std::uint8_t{});
      if (layout_.element_bytes == 2) decode_as(std::uint16_t{});
      if (layout_.element_bytes == 4) decode_as(std::uint32_t{});
      if (layout_.element_bytes == 8) decode_as(std::uint64_t{});
      break;
    case ElementKind::signed_integer:
      if (layout_.element_bytes == 1) decode_as(std::int8_t{});
      if (layout_.element_bytes == 2) decode_as(std::int16_t{});
      if (layout_.element_bytes == 4) decode_as(std::int32_t{});
      if (layout_.element_bytes == 8) decode_as(std::int64_t{});
      break;
    case ElementKind::floating:
      if (layout_.element_bytes == 4) decode_as(float{});
      if (layout_.element_bytes == 8) decode_as(double{});
      break;
  }
}

void PackedRowsReader::check_numbers(const Column& column) const {
  NumberCursor number_of(column.numbers);
  for (std::size_t r = 0; r < column.numbers.size(); ++r) {
    const double number = number_of(r);
    if (std::isnan(number) || std::abs(number) <= kLargestNumber) continue;
    const std::uint64_t row = next_row_ - column.numbers.size() + r + 1;
    throw DataError(
        {.what = "the number is too large",
         .where = source_->display_name() + ", row " + std::to_string(row) + ", column " + column.name,
         .expected = "a finite number of magnitude at most 3.4028235e38",
         .got = format_number(number),
         .advice = "correct the value, or store NaN when it is not known"});
  }
}

void PackedRowsReader::turn_to_words(Column& column) const {
  WordList words;
  column.kind = ColumnKind::category;
  column.codes.reserve(column.numbers.size());
  for (const double number : column.numbers) {
    // + 0.0 makes a negative zero the same word as zero.
    column.codes.push_back(std::isnan(number) ? kMissingCode
                                              : words.code_of(format_cell_number(number + 0.0)));
  }
  column.numbers = {};
  column.words = words.take_words();
}

}  // namespace

std::unique_ptr<TableReader> open_packed_rows(std::unique_ptr<ByteSource> source, TableLayout table_layout,
                                              PackedLayout layout) {
  return std::make_unique<PackedRowsReader>(std::move(source), std::move(table_layout), layout);
}

void check_packed_shape(const std::string& display_name, const std::string& shape,
                        std::span<const std::uint64_t> row_shape, std::uint64_t rows,
                        std::size_t element_bytes) {
  std::optional<std::uint64_t> columns = 1;
  for (const std::uint64_t size : row_shape) {
    if (columns) columns = product(*columns, size);
  }
  if (!columns || *columns == 0 || *columns > kMostColumns) {
    throw DataError({.what = columns == 0 ? "the rows of the file are empty" : "too many values in a row",
                     .where = display_name,
                     .expected = "1 to " + format_count(kMostColumns) + " values in a row",
                     .got = "the sizes " + shape,
                     .advice = "check that this is the right file, and that the first size counts the rows"});
  }
  std::optional<std::uint64_t> bytes = product(rows, *columns);
  if (bytes) bytes = product(*bytes, element_bytes);
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 62;
  if (!bytes || *bytes > kMostBytes) {
    throw DataError({.what = "the sizes in the header are impossible",
                     .where = display_name,
                     .expected = "a file of at most 2^62 bytes",
                     .got = "the sizes " + shape,
                     .advice = "check that this is the right file; copy or download it again"});
  }
}

}  // namespace chainrule
