// IDX files, plain or gzip-compressed. Promises: reading throws only DataError, and a file read in pieces
// gives the same numbers as the file read whole.
#include "tables.h"

namespace {

// A header of 16 bytes may announce a million columns, which take a tenth of a second to create: too slow for
// fuzzing. Headers beyond the limit of columns are still tried.
bool is_slow(std::string_view bytes) {
  constexpr std::size_t kStart = 4, kSize = 4, kManyColumns = 10'000;
  std::size_t columns = 1;
  for (std::size_t at = kStart + kSize; at + kSize <= bytes.size(); at += kSize) {
    if ((at - kStart) / kSize >= static_cast<unsigned char>(bytes[3])) break;
    std::size_t size = 0;
    for (std::size_t i = 0; i < kSize; ++i)
      size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
    if (size > chainrule::kMostColumns) return false;
    columns *= size;
    if (columns > chainrule::kMostColumns) return false;
  }
  return columns > kManyColumns;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = chainrule::fuzz::text_of(data, size);
  const bool is_plain = bytes.starts_with(std::string_view("\0\0", 2));
  if (is_plain && is_slow(bytes)) return 0;
  if (is_plain || bytes.starts_with("\x1f\x8b")) chainrule::fuzz::check_binary_table(bytes);
  return 0;
}
