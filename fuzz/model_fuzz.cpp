// Model files. Promises: only ModelFileError comes out, and a file that is accepted is written again byte for byte.
//
// An input is the bytes of a file; or, when it begins with {, a header without padding, a zero byte and the tensors: it
// is padded and sealed with the checksum that fits, for a mutation would never find one.
#include <zlib.h>

#include <cstring>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "fuzz.h"

namespace {

using namespace chainrule;

std::string sealed(std::string_view input) {
  constexpr std::string_view kKey = "\"header_checksum\":\"";
  constexpr std::size_t kDigits = 8;
  const std::size_t end = input.find('\0');
  std::string header(input.substr(0, end));
  header.append((64 - (8 + header.size()) % 64) % 64, ' ');
  const std::uint64_t length = header.size();
  std::string start(sizeof length, '\0');
  std::memcpy(start.data(), &length, sizeof length);
  const std::size_t digits = header.find(kKey) + kKey.size();
  if (header.find(kKey) != std::string::npos && digits + kDigits <= header.size()) {
    header.replace(digits, kDigits, "00000000");
    const std::string sum = start + header;
    const unsigned long checksum = ::crc32_z(0, reinterpret_cast<const Bytef*>(sum.data()), sum.size());
    for (std::size_t i = 0; i < kDigits; ++i)
      header[digits + i] = "0123456789abcdef"[checksum >> (28 - 4 * i) & 15];
  }
  return start + header + std::string(end == std::string_view::npos ? "" : input.substr(end + 1));
}

void check(std::string_view bytes) {
  try {
    const Model model = model_from_bytes(bytes, "m.safetensors");
    fuzz::require(model_to_bytes(model) == bytes,
                  "a model file that is accepted is written again byte for byte");
  } catch (const ModelFileError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::text_of(data, size);
  check(input.starts_with("{") ? sealed(input) : std::string(input));
  return 0;
}
