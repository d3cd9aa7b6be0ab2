// NPY files. Promises: only DataError comes out, and a file read in pieces of rows has the numbers of the
// file read whole.
#include "chainrule/data/npy_reader.h"
#include "tables.h"

// The magic is put before the input: it would only be destroyed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chainrule;
  fuzz::check_binary_table(std::string(kNpyMagic) + std::string(fuzz::text_of(data, size)));
  return 0;
}
