// How many bytes are held from operator new, and the most that were since reset_most(). Include in one file of a
// program: it replaces the operators. What the C library and zlib take by themselves is not counted.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace chainrule::live_bytes {

inline std::atomic<std::size_t> now = 0;
inline std::atomic<std::size_t> most = 0;

inline void reset_most() {
  most = now.load();
}

// In front of a block, within its alignment: its size.
inline void* take(std::size_t size, std::size_t alignment) {
  alignment = std::max(alignment, alignof(std::max_align_t));
  const std::size_t whole = (size + 2 * alignment - 1) / alignment * alignment;
  char* const start = static_cast<char*>(std::aligned_alloc(alignment, whole));
  if (start == nullptr) throw std::bad_alloc();
  char* const block = start + alignment;
  std::memcpy(block - sizeof(size), &size, sizeof(size));
  const std::size_t held = now += size;
  std::size_t before = most;
  while (before < held && !most.compare_exchange_weak(before, held)) {
  }
  return block;
}

inline void give_back(void* block, std::size_t alignment) noexcept {
  if (block == nullptr) return;
  alignment = std::max(alignment, alignof(std::max_align_t));
  std::size_t size = 0;
  std::memcpy(&size, static_cast<char*>(block) - sizeof(size), sizeof(size));
  now -= size;
  std::free(static_cast<char*>(block) - alignment);
}

}  // namespace chainrule::live_bytes

void* operator new(std::size_t size) {
  return chainrule::live_bytes::take(size, 0);
}
void* operator new[](std::size_t size) {
  return chainrule::live_bytes::take(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return chainrule::live_bytes::take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return chainrule::live_bytes::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
  chainrule::live_bytes::give_back(block, 0);
}
void operator delete[](void* block) noexcept {
  chainrule::live_bytes::give_back(block, 0);
}
void operator delete(void* block, std::size_t) noexcept {
  chainrule::live_bytes::give_back(block, 0);
}
void operator delete[](void* block, std::size_t) noexcept {
  chainrule::live_bytes::give_back(block, 0);
}
void operator delete(void* block, std::align_val_t alignment) noexcept {
  chainrule::live_bytes::give_back(block, static_cast<std::size_t>(alignment));
}
void operator delete[](void* block, std::align_val_t alignment) noexcept {
  chainrule::live_bytes::give_back(block, static_cast<std::size_t>(alignment));
}
void operator delete(void* block, std::size_t, std::align_val_t alignment) noexcept {
  chainrule::live_bytes::give_back(block, static_cast<std::size_t>(alignment));
}
void operator delete[](void* block, std::size_t, std::align_val_t alignment) noexcept {
  chainrule::live_bytes::give_back(block, static_cast<std::size_t>(alignment));
}
