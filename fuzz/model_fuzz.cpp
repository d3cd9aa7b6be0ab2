// Model files. Promises: reading throws only ModelFileError, an accepted file of the current version of the
// format is written again byte for byte, and one of an earlier version as a file that is.
//
// An input is the bytes of a file, or a text that sealed.h turns into one.
#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "fuzz.h"
#include "sealed.h"

namespace {

using namespace chainrule;

bool is_of_version(std::string_view bytes, std::uint64_t version) {
  return bytes.find("\"format_version\":\"" + std::to_string(version) + "\"") != std::string_view::npos;
}

void check(std::string_view bytes) {
  try {
    const std::string written = model_to_bytes(model_from_bytes(bytes, "m.safetensors"));
    const bool is_current = is_of_version(bytes, kModelFormatVersion);
    fuzz::require(!is_current || written == bytes, "an accepted model file is written again byte for byte");
    fuzz::require(is_of_version(written, kModelFormatVersion), "files are written in the current version");
    fuzz::require(is_current || model_to_bytes(model_from_bytes(written, "m.safetensors")) == written,
                  "a converted model file is written again byte for byte");
  } catch (const ModelFileError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::text_of(data, size);
  check(fuzz::sealed(input));
  return 0;
}
