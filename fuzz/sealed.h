// Tensor containers as inputs. An input is the bytes of a file; or, when it begins with {, a header without
// padding, a zero byte and the tensors. The latter is padded and sealed with a valid checksum, which
// mutations would never find.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace chainrule::fuzz {

inline std::string sealed(std::string_view input) {
  if (!input.starts_with("{")) return std::string(input);
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

}  // namespace chainrule::fuzz
