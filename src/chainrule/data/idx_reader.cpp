#include "chainrule/data/idx_reader.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/packed_rows.h"

namespace chainrule {

namespace {

struct IdxType {
  unsigned code;
  ElementKind kind;
  std::size_t bytes;
};

constexpr IdxType kTypes[] = {
    {0x08, ElementKind::unsigned_integer, 1}, {0x09, ElementKind::signed_integer, 1},
    {0x0b, ElementKind::signed_integer, 2},   {0x0c, ElementKind::signed_integer, 4},
    {0x0d, ElementKind::floating, 4},         {0x0e, ElementKind::floating, 8},
};

[[noreturn]] void throw_header_cut_short(const ByteSource& source) {
  throw DataError({.what = "the file is cut short",
                   .where = source.display_name(),
                   .expected = "the header of an IDX file: 4 bytes, plus 4 for each dimension",
                   .got = "the end of the file after " + count_of(source.position(), "byte"),
                   .advice = "copy or download it again"});
}

}  // namespace

std::unique_ptr<TableReader> open_idx(std::unique_ptr<ByteSource> source) {
  const auto byte = [](char c) { return static_cast<unsigned>(static_cast<unsigned char>(c)); };
  std::array<char, 4> magic;
  if (source->read_fully(magic) != magic.size()) throw_header_cut_short(*source);
  const IdxType* type = nullptr;
  for (const IdxType& entry : kTypes) {
    if (entry.code == byte(magic[2])) type = &entry;
  }
  const std::size_t dimensions = byte(magic[3]);
  if (type == nullptr || dimensions == 0) {
    throw DataError(
        {.what = "not an IDX file that can be read",
         .where = source->display_name(),
         .expected =
             "the bytes 0 0 TYPE DIMENSIONS with a type 8, 9, 11, 12, 13 or 14 and at least 1 dimension",
         .got = "0 0 " + std::to_string(byte(magic[2])) + " " + std::to_string(dimensions),
         .advice = "check that this is the right file: a text table, IDX or NPY"});
  }
  std::vector<std::uint64_t> sizes;
  std::string shape;
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::array<char, 4> bytes;
    if (source->read_fully(bytes) != bytes.size()) throw_header_cut_short(*source);
    std::uint64_t size = 0;
    for (const char c : bytes)
      size = size << 8 | byte(c);
    sizes.push_back(size);
    shape += (d == 0 ? "" : " x ") + std::to_string(size);
  }
  const std::span<const std::uint64_t> row_shape = std::span(sizes).subspan(1);
  check_packed_shape(source->display_name(), shape, row_shape, sizes[0], type->bytes);

  PackedLayout packed = {.kind = type->kind,
                         .element_bytes = type->bytes,
                         .byte_order = ByteOrder::big,
                         .rows = sizes[0],
                         .is_bytes = type->code == 0x08};
  for (const std::uint64_t size : row_shape)
    packed.columns *= size;
  TableLayout layout = {.path = source->path(),
                        .format = TableFormat::idx,
                        .compressed = source->is_compressed(),
                        .compression = source->compression()};
  if (dimensions == 1) {
    layout.column_names = {"label"};
  } else {
    for (std::uint64_t c = 1; c <= packed.columns; ++c)
      layout.column_names.push_back("pixel_" + std::to_string(c));
  }
  if (dimensions == 3) {
    layout.image_rows = static_cast<std::size_t>(sizes[1]);
    layout.image_columns = static_cast<std::size_t>(sizes[2]);
  }
  return open_packed_rows(std::move(source), std::move(layout), packed);
}

}  // namespace chainrule
