# How our own targets are compiled, and the loops that turn folders into targets.

# Flags of the numeric contract (docs/numerics.md): -ffp-contract=off keeps the compiler from fusing a multiply
# and an add that the source wrote apart; fused operations are written out. -fno-math-errno lets sqrt become one
# instruction and changes no result. Never add -ffast-math or a part of it: results would differ by compiler.
# -Wno-missing-field-initializers: option structs are filled by name, and fields that are not named keep their defaults.
function(chainrule_compile_options target)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  target_compile_options(${target} PRIVATE
    -ffp-contract=off -fno-math-errno
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers)
  # GCC 12 sees overlapping copies in "text" + std::string at -O3 where there are none (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  # Only with the compilers that the project is developed with: warnings of another compiler must not stop a build.
  if(CHAINRULE_WARNINGS_AS_ERRORS AND
     ((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.") OR
      (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^14\\.")))
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CHAINRULE_HARDENING AND NOT CHAINRULE_SANITIZE)
    # Models, tables and expressions come from anywhere (SECURITY.md): a bug that they could exploit ends the program
    # instead. Fortification needs optimisation, so Debug has none. The cost is in
    # docs/adr/0011-untrusted-files-and-a-hardened-program.md.
    target_compile_options(${target} PRIVATE
      "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>"
      -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
    target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  endif()
  if(CHAINRULE_SANITIZE)
    set(sanitize -fsanitize=${CHAINRULE_SANITIZE} -fno-omit-frame-pointer)
    target_compile_options(${target} PRIVATE ${sanitize} -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC ${sanitize})
  endif()
  if(CHAINRULE_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(CHAINRULE_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()

# Function addresses that cannot be overwritten once the program runs, a random load address, no code on the stack.
function(chainrule_harden_executable target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  if(CHAINRULE_HARDENING)
    target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endfunction()

# Removes unused functions and unneeded shared libraries from an executable (Release only).
function(chainrule_shrink target)
  # Relocations as a bitmap (RELR) take 100 KB less; the C library reads them from version 2.36 on.
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_LINK_OPTIONS "-Wl,--fatal-warnings,-z,pack-relative-relocs")
  check_cxx_source_compiles("#include <features.h>
    #if !__GLIBC_PREREQ(2, 36)
    #error too old
    #endif
    int main() {}" CHAINRULE_HAS_RELR)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  target_link_options(${target} PRIVATE "$<$<CONFIG:Release>:-Wl,--gc-sections,--as-needed,-s>"
    "$<$<BOOL:${CHAINRULE_HAS_RELR}>:-Wl,-z,pack-relative-relocs>")
endfunction()

function(chainrule_add_examples)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cpp")
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    add_executable(example_${name} "${source}")
    chainrule_compile_options(example_${name})
    target_link_libraries(example_${name} PRIVATE chainrule::chainrule)
  endforeach()
endfunction()

function(chainrule_add_benches)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
  if(NOT sources)
    return()
  endif()
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    message(STATUS "chainrule: Google Benchmark not found, the programs in bench/ are left out")
    return()
  endif()
  add_custom_target(benches)
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "_bench$" "" name "${name}")
    add_executable(bench_${name} EXCLUDE_FROM_ALL "${source}")
    chainrule_compile_options(bench_${name})
    target_link_libraries(bench_${name} PRIVATE chainrule::chainrule benchmark::benchmark_main)
    add_dependencies(benches bench_${name})
  endforeach()
endfunction()
