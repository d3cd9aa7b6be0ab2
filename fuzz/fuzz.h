// Shared by the fuzz targets. A target is one file, fuzz/NAME_fuzz.cpp, with the function below, and a folder
// of small initial inputs, fuzz/corpus/NAME. Nothing else lists it (cmake/chainrule_fuzz.cmake).
//
// A target checks more than the absence of crashes: it calls broken() when a promise of the reader is broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// Runs one input and returns 0. Catches only the exceptions that the reader promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace chainrule::fuzz {

[[noreturn]] inline void broken(const char* promise) {
  std::fprintf(stderr, "a promise does not hold: %s\n", promise);
  std::abort();
}

inline void require(bool holds, const char* promise) {
  if (!holds) broken(promise);
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace chainrule::fuzz
