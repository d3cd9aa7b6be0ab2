// LIBSVM, ARFF, JSON and FANN. Promises: reading throws only DataError; a pipe gives the same table, or the
// same error, as a file.
//
// The first byte of an input chooses the format, the rest is the file.
#include <algorithm>
#include <memory>

#include "chainrule/data/arff_reader.h"
#include "chainrule/data/fann_reader.h"
#include "chainrule/data/json_reader.h"
#include "chainrule/data/libsvm_reader.h"
#include "tables.h"

namespace {

using namespace chainrule;

std::unique_ptr<RowSource> rows_of(unsigned format, std::string_view text, std::size_t read_ahead,
                                   MemoryFileKind kind) {
  auto file =
      std::make_unique<ByteSource>(std::make_unique<MemoryFile>(text, kind),
                                   ByteSourceOptions{.path = "t", .length = {}, .read_ahead = read_ahead});
  switch (format % 4) {
    case 0:
      return libsvm_rows(std::move(file), {});
    case 1:
      return arff_rows(std::move(file));
    case 2:
      return json_rows(std::move(file), {});
    default:
      return fann_rows(std::move(file));
  }
}

// A few digits can ask for a million columns; reading those is slow, and nothing new.
bool is_wide(std::string_view text) {
  std::size_t digits = 0;
  return std::ranges::any_of(text, [&digits](char c) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    return digits == 4;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned format = data[0];
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  if (format % 4 != 2 && is_wide(text)) return 0;
  const auto read = [&](std::size_t read_ahead, MemoryFileKind kind) {
    return fuzz::result_of(
        [&] { return read_transcript(rows_of(format, text, read_ahead, kind), {}, nullptr); });
  };
  fuzz::require_same(read(8192, MemoryFileKind::regular), read(1 + (format >> 2) % 8, MemoryFileKind::pipe),
                     "a pipe gives the same table as a file");
  return 0;
}
