// Model files. Promises: reading throws only ModelFileError, and an accepted file is written again byte for
// byte.
//
// An input is the bytes of a file, or a text that sealed.h turns into one.
#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "fuzz.h"
#include "sealed.h"

namespace {

using namespace chainrule;

void check(std::string_view bytes) {
  try {
    const Model model = model_from_bytes(bytes, "m.safetensors");
    fuzz::require(model_to_bytes(model) == bytes, "an accepted model file is written again byte for byte");
  } catch (const ModelFileError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::text_of(data, size);
  check(fuzz::sealed(input));
  return 0;
}
