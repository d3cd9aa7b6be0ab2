// The program that tools/check_amx.sh boots: compares the products of tensor/tile_products.cpp on the matrix
// unit with those of the portable unit, which tile_products_test.cpp compares with their definition. Prints
// to the first serial port. The functions that an operating system would provide are at the end.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

#include "chainrule/tensor/tile_products.h"

namespace {

using namespace chainrule;

void put(char c) {
  unsigned char status = 0;
  do {  // until the previous character is sent
    asm volatile("inb %w1, %b0" : "=a"(status) : "d"(0x3FD));
  } while ((status & 0x20) == 0);
  asm volatile("outb %b0, %w1" : : "a"(c), "d"(0x3F8));
}
void print(const char* text) {
  for (; *text != 0; ++text)
    put(*text);
}
void print(std::size_t number) {
  if (number >= 10) print(number / 10);
  put(static_cast<char>('0' + number % 10));
}

std::size_t checks = 0, failures = 0;

void check(bool holds, const char* what, std::size_t rows, std::size_t depth, std::size_t columns) {
  ++checks;
  if (holds) return;
  if (++failures > 20) return;
  print("FAILED ");
  print(what);
  for (const std::size_t size : {rows, depth, columns}) {
    put(' ');
    print(size);
  }
  print("\n");
}

// Both signs, magnitudes from 2^-8 to 2^8.
Matrix<float> numbers(std::size_t rows, std::size_t columns, std::uint32_t seed) {
  Matrix<float> m(rows, columns);
  std::uint64_t state = seed * 2 + 1;
  for (float& value : m.values()) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto random = static_cast<std::uint32_t>(state >> 32);
    std::uint32_t bits = (random & 0x807FFFFFu) | ((119 + (random >> 27)) << 23);
    std::memcpy(&value, &bits, sizeof bits);
  }
  return m;
}

struct Operands {
  LeftOperand left, left_transposed;
  RightOperand right, right_transposed;
};

bool same_bits(const Matrix<float>& a, const Matrix<float>& b) {
  return std::memcmp(a.values().data(), b.values().data(), a.values().size() * sizeof(float)) == 0;
}

// x W + b, x^T d_z and d_z W^T, all on one unit.
struct Products {
  Matrix<float> z, d_w, d_x;
};
Products products(const Compute& compute, const Matrix<float>& x, const Matrix<float>& w,
                  const Matrix<float>& d_z, const Matrix<float>& bias) {
  Operands ox, ow, od;
  pack_tiles(compute, x.view(), {.left = &ox.left, .left_transposed = &ox.left_transposed});
  pack_tiles(compute, w.view(), {.right = &ow.right, .right_transposed = &ow.right_transposed});
  pack_tiles(compute, d_z.view(), {.left = &od.left, .right = &od.right});
  Products p{Matrix<float>(x.rows(), w.columns()), Matrix<float>(w.rows(), w.columns()),
             Matrix<float>(x.rows(), w.rows())};
  multiply_tiles(compute, ox.left, ow.right, bias.values(), p.z.view());
  multiply_tiles(compute, ox.left_transposed, od.right, {}, p.d_w.view());
  multiply_tiles(compute, od.left, ow.right_transposed, {}, p.d_x.view());
  return p;
}

void compare(std::size_t rows, std::size_t depth, std::size_t columns) {
  const Matrix<float> x = numbers(rows, depth, 1), w = numbers(depth, columns, 2),
                      d_z = numbers(rows, columns, 3), bias = numbers(1, columns, 4);
  const Products amx =
      products({.path = KernelPath::avx512, .matrix_unit = MatrixUnit::amx}, x, w, d_z, bias);
  const Products portable =
      products({.path = KernelPath::avx2, .matrix_unit = MatrixUnit::portable}, x, w, d_z, bias);
  check(same_bits(amx.z, portable.z), "x W + b", rows, depth, columns);
  check(same_bits(amx.d_w, portable.d_w), "x^T d_z", rows, depth, columns);
  check(same_bits(amx.d_x, portable.d_x), "d_z W^T", rows, depth, columns);
}

// 2^-126 is the smallest normal float: smaller numbers are zero, as operand and as result.
void compare_denormals() {
  Matrix<float> a(1, 4), b(4, 1);
  const float values[][4] = {{0x1p-127F, 0, 0x1p100F, 0},
                             {0x1p-100F, 0, 0x1p-27F, 0},
                             {0x1p-100F, 0, 0x1p-26F, 0},
                             {0x1p-100F, -0x1p-100F, 0x1p-26F, 0x1.8p-26F}};
  const float expected[] = {0, 0, 0x1p-126F, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    a(0, 0) = values[i][0];
    a(0, 1) = values[i][1];
    b(0, 0) = values[i][2];
    b(1, 0) = values[i][3];
    LeftOperand left;
    RightOperand right;
    const Compute compute{.path = KernelPath::avx2, .matrix_unit = MatrixUnit::amx};
    pack_tiles(compute, a.view(), {.left = &left});
    pack_tiles(compute, b.view(), {.right = &right});
    Matrix<float> c(1, 1);
    multiply_tiles(compute, left, right, {}, c.view());
    check(c(0, 0) == expected[i], "denormal numbers", i, 0, 0);
  }
}

}  // namespace

extern "C" void run_checks() {
  asm volatile("outb %b0, %w1" : : "a"(3), "d"(0x3FB));  // eight bits per character
  print("chainrule: tiles of AMX against portable tiles\n");
  check(is_supported(MatrixUnit::amx), "the unit is found", 0, 0, 0);
  for (std::size_t size = 1; size <= 67; ++size) {
    compare(size, 33, 17);
    compare(17, size, 33);
    compare(33, 17, size);
    compare(size, size, size);
  }
  compare(128, 784, 128);
  compare(100, 513, 40);
  compare(5, 2048, 70);
  compare(300, 64, 200);
  compare_denormals();
  print(checks);
  print(" checks, ");
  print(failures);
  print(" failed\nSTATUS ");
  print(failures == 0 ? "0\n" : "1\n");
}

// --- what an operating system would provide ---------------------------------------------------------------

extern "C" {
void* __dso_handle = nullptr;
int __cxa_atexit(void (*)(void*), void*, void*) {
  return 0;
}
int __cxa_guard_acquire(char* guard) {
  return *guard == 0 ? 1 : 0;
}
void __cxa_guard_release(char* guard) {
  *guard = 1;
}
long syscall(long, ...) {
  return 0;  // grants the tiles
}
[[noreturn]] void abort() {
  print("ABORT\nSTATUS 1\n");
  for (;;)
    asm volatile("hlt");
}
void* memcpy(void* to, const void* from, std::size_t size) {
  void* start = to;
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return start;
}
void* memmove(void* to, const void* from, std::size_t size) {
  if (to <= from) return memcpy(to, from, size);
  auto* a = static_cast<unsigned char*>(to);
  const auto* b = static_cast<const unsigned char*>(from);
  while (size-- > 0)
    a[size] = b[size];
  return to;
}
void* memset(void* to, int value, std::size_t size) {
  void* start = to;
  asm volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
  return start;
}
int memcmp(const void* a, const void* b, std::size_t size) {
  const auto* p = static_cast<const unsigned char*>(a);
  const auto* q = static_cast<const unsigned char*>(b);
  for (std::size_t i = 0; i < size; ++i) {
    if (p[i] != q[i]) return p[i] < q[i] ? -1 : 1;
  }
  return 0;
}
float fmaf(float, float, float) {
  abort();  // only the scalar path calls it, which does not run here
}
// Nothing here throws or catches.
void* __cxa_allocate_exception(std::size_t) {
  abort();
}
void __cxa_free_exception(void*) {}
[[noreturn]] void __cxa_throw(void*, void*, void (*)(void*)) {
  abort();
}
[[noreturn]] void _Unwind_Resume(void*) {
  abort();
}
void __gxx_personality_v0() {}
extern const void* const table_of_types[8] asm("_ZTVN10__cxxabiv117__class_type_infoE");
const void* const table_of_types[8] = {};
}

namespace std {
void __throw_length_error(const char*) {
  abort();
}
void __throw_bad_function_call() {
  abort();
}
void __throw_bad_array_new_length() {
  abort();
}
}  // namespace std

// Memory comes from the 128 MiB above 64 MiB; all of it becomes free when the last block is released.
namespace {
constexpr std::uintptr_t kFirst = 64 << 20;
std::uintptr_t next = kFirst;
std::size_t held = 0;
}  // namespace
void* operator new(std::size_t size, std::align_val_t) {
  const std::uintptr_t at = next;
  next += (size + 63) / 64 * 64;
  ++held;
  return reinterpret_cast<void*>(at);
}
void operator delete(void* pointer, std::align_val_t) noexcept {
  if (pointer != nullptr && --held == 0) next = kFirst;
}
void* operator new(std::size_t) {
  abort();
}
void operator delete(void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}

namespace chainrule {
void ThreadPool::run_function(std::size_t, const std::function<void(std::size_t)>&) {
  abort();
}
KernelPath best_kernel_path() {
  return KernelPath::avx512;
}
}  // namespace chainrule
