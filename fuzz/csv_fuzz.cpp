// Text tables. Promises: reading throws only DataError; the table or the error does not depend on the
// threads, the size of the pieces, the read-ahead, or whether the file can be read twice.
//
// The first byte of an input chooses options, the rest is the table.
#include <memory>

#include "chainrule/data/csv_table.h"
#include "chainrule/tensor/thread_pool.h"
#include "tables.h"

namespace {

using namespace chainrule;

std::unique_ptr<ByteSource> source_of(std::string_view text, std::size_t read_ahead, MemoryFileKind kind) {
  return std::make_unique<ByteSource>(
      std::make_unique<MemoryFile>(text, kind),
      ByteSourceOptions{.path = "t.csv", .length = {}, .read_ahead = read_ahead});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // Waking threads takes longer than reading: only one input in 16 is read by several.
  static ThreadPool several(3);
  ThreadPool* const pool = size % 16 == 0 ? &several : nullptr;
  const unsigned choice = data[0];
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  ReadOptions options;
  constexpr HeaderChoice kHeaders[] = {HeaderChoice::find, HeaderChoice::present, HeaderChoice::absent,
                                       HeaderChoice::find};
  options.header = kHeaders[choice & 3];
  if ((choice & 4) != 0) options.delimiter = ";\t|,"[choice >> 3 & 3];
  if ((choice & 32) != 0) options.row_text = RowText::keep;
  // Larger than any input. Buffers of the usual size take longer to allocate than inputs take to read.
  constexpr std::size_t kLarge = 8192;
  const std::size_t small = 1 + (choice >> 6) * 7;
  const auto read = [&](ThreadPool* threads, std::size_t read_ahead, std::size_t piece, MemoryFileKind kind) {
    ReadOptions with_pool = options;
    with_pool.pool = threads;
    return fuzz::result_of([&] { return read_csv(source_of(text, read_ahead, kind), with_pool, piece); });
  };
  const fuzz::ReadResult whole = read(nullptr, kLarge, kLarge, MemoryFileKind::regular);
  const bool is_pipe = size % 2 == 1;
  const fuzz::ReadResult pieces = is_pipe ? read(nullptr, small, small, MemoryFileKind::pipe)
                                          : read(pool, small, small, MemoryFileKind::regular);
  // Rows before the damage of a compressed file may be faulty too: either error may be reported.
  const bool is_damaged = text.starts_with("\x1f\x8b") && !whole.table && !pieces.table;
  if (!is_damaged) {
    fuzz::require_same(
        whole, pieces,
        is_pipe ? "a pipe gives the same table as a file" : "threads and the size of pieces change nothing");
  }
  return 0;
}
