// The bytes allocated by operator new and not yet freed, and their maximum since reset_most(). Include in
// only one file of a program: it replaces the operators. Memory that the C library and zlib allocate is not
// counted.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "support/replaced_new.h"

namespace chainrule::live_bytes {

inline std::atomic<std::size_t> now = 0;
inline std::atomic<std::size_t> most = 0;

inline void reset_most() {
  most = now.load();
}

}  // namespace chainrule::live_bytes

// The size of a block is stored in front of it, within its alignment.
void* chainrule::replaced_new::take(std::size_t size, std::size_t alignment) noexcept {
  // An empty block has one byte: its address must be unique.
  char* const start =
      static_cast<char*>(from_the_system(std::max<std::size_t>(size, 1) + alignment, alignment));
  if (start == nullptr) return nullptr;
  char* const block = start + alignment;
  std::memcpy(block - sizeof(size), &size, sizeof(size));
  const std::size_t held = live_bytes::now += size;
  std::size_t before = live_bytes::most;
  while (before < held && !live_bytes::most.compare_exchange_weak(before, held)) {
  }
  return block;
}
void chainrule::replaced_new::give_back(void* block, std::size_t alignment) noexcept {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<char*>(block) - sizeof(size), sizeof(size));
  live_bytes::now -= size;
  std::free(static_cast<char*>(block) - alignment);
}
