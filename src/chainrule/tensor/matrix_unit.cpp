#include "chainrule/tensor/matrix_unit.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#endif

namespace chainrule {
namespace {

#if defined(__x86_64__) && defined(__linux__)
// The system saves the registers of the tiles and their configuration (XCR0 bits 17 and 18).
bool system_saves_tiles() {
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_OSXSAVE) == 0) return false;
  std::uint32_t low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr std::uint32_t tiles = 3u << 17;
  return (low & tiles) == tiles;
}

bool processor_has_tiles() {
  constexpr std::uint32_t amx_bf16 = 1u << 22, amx_tile = 1u << 24;
  std::uint32_t a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  return (d & amx_bf16) != 0 && (d & amx_tile) != 0;
}

// Linux gives the 8 KiB of tile registers only to processes that ask (since 5.16). The permission holds for
// all threads.
bool system_permits_tiles() {
  constexpr long request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

bool can_use_amx() {
  return processor_has_tiles() && system_saves_tiles() && system_permits_tiles();
}
#else
bool can_use_amx() {
  return false;
}
#endif

}  // namespace

bool is_supported(MatrixUnit unit) {
  static const bool has_amx = can_use_amx();
  return unit == MatrixUnit::portable || has_amx;
}

std::optional<MatrixUnit> best_matrix_unit() {
  if (is_supported(MatrixUnit::amx)) return MatrixUnit::amx;
  return std::nullopt;
}

}  // namespace chainrule
