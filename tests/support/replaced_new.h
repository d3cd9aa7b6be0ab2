// Operator new and delete of a whole program, on top of two functions that it defines. Include in only one
// file of a program: it replaces the operators. It replaces all of them, because a sanitizer reports memory
// from its own operator new that another operator delete frees.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace chainrule::replaced_new {

// The including file defines these two. nullptr: out of memory.
void* take(std::size_t size, std::size_t alignment) noexcept;
// Never called with nullptr; the alignment is that of take().
void give_back(void* memory, std::size_t alignment) noexcept;

// Memory for free(); nullptr when out of memory.
inline void* from_the_system(std::size_t size, std::size_t alignment) noexcept {
  // aligned_alloc requires a multiple of the alignment.
  const std::size_t rest = size % alignment;
  return std::aligned_alloc(alignment, size == 0 ? alignment : rest == 0 ? size : size + (alignment - rest));
}

inline constexpr std::size_t kUsual = alignof(std::max_align_t);

inline void* take_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = take(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

inline void give_back_any(void* memory, std::size_t alignment) noexcept {
  if (memory != nullptr) give_back(memory, alignment);
}

}  // namespace chainrule::replaced_new

void* operator new(std::size_t size) {
  return chainrule::replaced_new::take_or_throw(size, chainrule::replaced_new::kUsual);
}
void* operator new[](std::size_t size) {
  return chainrule::replaced_new::take_or_throw(size, chainrule::replaced_new::kUsual);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return chainrule::replaced_new::take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return chainrule::replaced_new::take_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return chainrule::replaced_new::take(size, chainrule::replaced_new::kUsual);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return chainrule::replaced_new::take(size, chainrule::replaced_new::kUsual);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return chainrule::replaced_new::take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return chainrule::replaced_new::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete[](void* memory) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete(void* memory, std::size_t) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete[](void* memory, std::size_t) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete(void* memory, std::align_val_t alignment) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::align_val_t alignment) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::size_t, std::align_val_t alignment) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  chainrule::replaced_new::give_back_any(memory, chainrule::replaced_new::kUsual);
}
void operator delete(void* memory, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
void operator delete[](void* memory, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  chainrule::replaced_new::give_back_any(memory, static_cast<std::size_t>(alignment));
}
