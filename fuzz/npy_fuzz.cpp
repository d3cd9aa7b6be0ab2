// NPY files. Promises: reading throws only DataError, and a file read in pieces gives the same numbers as the
// file read whole.
#include "chainrule/data/npy_reader.h"
#include "tables.h"

// The magic bytes are added here: mutations would only destroy them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chainrule;
  fuzz::check_binary_table(std::string(kNpyMagic) + std::string(fuzz::text_of(data, size)));
  return 0;
}
