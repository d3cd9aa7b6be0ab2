# One GoogleTest program per folder, the examples, and the checks that are scripts.

# `make` also works where no test library is installed; `make test` fails when it finds no tests.
find_package(GTest QUIET)
find_package(rapidcheck QUIET)
if(NOT GTest_FOUND OR NOT rapidcheck_FOUND)
  message(STATUS "chainrule: GoogleTest or rapidcheck not found, no tests are built")
  return()
endif()
find_program(CHAINRULE_PYTHON python3)
include(GoogleTest)

add_library(test_main STATIC "${PROJECT_SOURCE_DIR}/tests/support/main.cpp")
chainrule_compile_options(test_main)
target_compile_definitions(test_main PRIVATE CHAINRULE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(test_main PUBLIC GTest::gtest chainrule::chainrule)
# Half the time of compiling a test went to these headers; the programs below reuse test_main's compiled form. A test
# still includes what it uses.
target_compile_options(test_main PRIVATE "$<$<CONFIG:Release>:-O1>")
target_compile_features(test_main PRIVATE cxx_std_20)
# GCC 12 sees accesses out of bounds in std::string + "text" at -O1 where there are none, and no longer spares headers of
# the system once they are precompiled.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(chainrule_test_warnings -Wno-array-bounds -Wno-stringop-overflow)
endif()
target_compile_options(test_main PRIVATE ${chainrule_test_warnings})
target_precompile_headers(test_main PRIVATE
  <gtest/gtest.h> <algorithm> <functional> <memory> <optional> <span> <sstream> <string> <unordered_map> <variant> <vector>)

function(chainrule_add_test_program name label)
  if(NOT ARGN)
    return()
  endif()
  add_executable(${name} ${ARGN})
  chainrule_compile_options(${name})
  # The library is tested as users run it; the tests themselves need not be fast, and compile in half the time so.
  target_compile_options(${name} PRIVATE "$<$<CONFIG:Release>:-O1>" ${chainrule_test_warnings})
  target_compile_definitions(${name} PRIVATE
    CHAINRULE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    CHAINRULE_BUILD_DIR="${PROJECT_BINARY_DIR}"
    CHAINRULE_VERSION="${PROJECT_VERSION}"
    CHAINRULE_BINARY="${PROJECT_BINARY_DIR}/bin/chainrule"
    # Python with numpy and safetensors (tools/setup.sh makes it); tests that need it skip where it is missing.
    CHAINRULE_TEST_PYTHON="${PROJECT_SOURCE_DIR}/build/venv/bin/python")
  target_link_libraries(${name} PRIVATE
    chainrule::chainrule test_main GTest::gtest
    rapidcheck nlohmann_json::nlohmann_json ZLIB::ZLIB hwy::hwy FastFloat::fast_float)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_precompile_headers(${name} REUSE_FROM test_main)
  if(TARGET chainrule_app AND label MATCHES "^(apps|cross_module|durability)$")
    target_link_libraries(${name} PRIVATE chainrule_app)
    add_dependencies(${name} chainrule_cli)
  endif()
  gtest_discover_tests(${name}
    TEST_PREFIX "${label}/"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${label} TIMEOUT 600)
endfunction()

file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true "${PROJECT_SOURCE_DIR}/src/chainrule/*")
foreach(folder IN LISTS folders)
  if(IS_DIRECTORY "${folder}")
    get_filename_component(label "${folder}" NAME)
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/*_test.cpp")
    chainrule_add_test_program(test_${label} ${label} ${sources})
  endif()
endforeach()

file(GLOB sources CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/apps/chainrule/*_test.cpp" "${PROJECT_SOURCE_DIR}/apps/chainrule/*/*_test.cpp")
chainrule_add_test_program(test_apps apps ${sources})

file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*_test.cpp")
list(FILTER sources EXCLUDE REGEX "/tests/durability/")
chainrule_add_test_program(test_cross_module cross_module ${sources})

# A separate program: it replaces operator new by one that fails on demand.
file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/durability/*_test.cpp")
chainrule_add_test_program(test_durability durability ${sources})
add_library(faulty_calls MODULE "${PROJECT_SOURCE_DIR}/tests/durability/faulty_calls.cpp")
chainrule_compile_options(faulty_calls)
# It defines the functions that a fortified libc would check.
target_compile_options(faulty_calls PRIVATE -U_FORTIFY_SOURCE)
target_include_directories(faulty_calls PRIVATE "${PROJECT_SOURCE_DIR}/tests")
target_compile_features(faulty_calls PRIVATE cxx_std_20)
target_link_libraries(faulty_calls PRIVATE ${CMAKE_DL_LIBS})
target_compile_definitions(test_durability PRIVATE CHAINRULE_FAULTY_CALLS="$<TARGET_FILE:faulty_calls>")
add_dependencies(test_durability faulty_calls)

# The examples get the folder of example tables as their argument and run in a folder that they may write to.
get_property(targets DIRECTORY "${PROJECT_SOURCE_DIR}" PROPERTY BUILDSYSTEM_TARGETS)
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/example_output")
foreach(target IN LISTS targets)
  if(target MATCHES "^example_")
    add_test(NAME examples/${target} COMMAND ${target} "${PROJECT_SOURCE_DIR}/examples/data"
      WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/example_output")
    set_tests_properties(examples/${target} PROPERTIES LABELS examples TIMEOUT 300)
  endif()
endforeach()

if(CHAINRULE_PYTHON)
  if(TARGET chainrule_cli)
    file(GLOB scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/python/test_*.py")
    foreach(script IN LISTS scripts)
      get_filename_component(name "${script}" NAME_WE)
      add_test(NAME python/${name} COMMAND "${CHAINRULE_PYTHON}" "${script}" --binary $<TARGET_FILE:chainrule_cli>)
      # A script that lacks a Python package reports it and exits with 77.
      set_tests_properties(python/${name} PROPERTIES LABELS python TIMEOUT 300 SKIP_RETURN_CODE 77)
    endforeach()
  endif()
  # The Python package as a wheel, as users run it: installed into a fresh environment, one test per file of tests. Ends
  # with 77 where Python's packages could not be fetched.
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CHAINRULE_SANITIZE)
    set(python_tool "${PROJECT_SOURCE_DIR}/tools/python.sh")
    add_test(NAME python/wheel COMMAND "${python_tool}" wheel "${PROJECT_BINARY_DIR}")
    # The library is compiled once more; with ccache that takes seconds.
    set_tests_properties(python/wheel PROPERTIES FIXTURES_SETUP python_wheel TIMEOUT 3600)
    add_test(NAME python/types COMMAND "${python_tool}" types "${PROJECT_BINARY_DIR}")
    set(python_tests python/types)
    file(GLOB scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bindings/python/tests/test_*.py")
    foreach(script IN LISTS scripts)
      get_filename_component(name "${script}" NAME_WE)
      add_test(NAME python/${name} COMMAND "${python_tool}" test "${PROJECT_BINARY_DIR}" "${script}")
      list(APPEND python_tests python/${name})
    endforeach()
    set_tests_properties(${python_tests} PROPERTIES FIXTURES_REQUIRED python_wheel TIMEOUT 600)
    set_tests_properties(python/wheel ${python_tests} PROPERTIES LABELS python SKIP_RETURN_CODE 77)
  endif()
  if(TARGET chainrule_cli)
    add_test(NAME tools/bill_of_materials COMMAND "${CHAINRULE_PYTHON}"
      "${PROJECT_SOURCE_DIR}/tools/make_sbom_test.py" --binary $<TARGET_FILE:chainrule_cli>)
    set_tests_properties(tools/bill_of_materials PROPERTIES LABELS tools)
    # Only where hardening is complete: Debug is not fortified, and sanitizers replace the rest.
    if(CHAINRULE_HARDENING AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CHAINRULE_SANITIZE)
      add_test(NAME tools/hardening COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_hardening.py"
        $<TARGET_FILE:chainrule_cli> --compile-commands "${PROJECT_BINARY_DIR}/compile_commands.json")
      set_tests_properties(tools/hardening PROPERTIES LABELS tools SKIP_RETURN_CODE 77)
      # A program without any protection: the check must fail on it.
      add_test(NAME tools/hardening_is_really_checked COMMAND "${PROJECT_SOURCE_DIR}/tools/check_hardening_test.sh"
        "${CMAKE_CXX_COMPILER}" "${PROJECT_BINARY_DIR}")
      set_tests_properties(tools/hardening_is_really_checked PROPERTIES LABELS tools SKIP_RETURN_CODE 77)
      # README promises a program of some 6 MB; compilers differ, so this holds for the one of the project.
      if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION MATCHES "^12\\.")
        add_test(NAME tools/program_is_small
          COMMAND "${CHAINRULE_PYTHON}" -c
            "import os, sys; size = os.path.getsize(sys.argv[1]); print(size, 'bytes'); sys.exit(size >= 6_200_000)"
            $<TARGET_FILE:chainrule_cli>)
        set_tests_properties(tools/program_is_small PROPERTIES LABELS tools)
      endif()
    endif()
  endif()
  add_test(NAME tools/layers COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_layers.py")
  add_test(NAME tools/layers_are_really_checked
    COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_layers_test.py")
  add_test(NAME tools/sizes COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_sizes.py")
  add_test(NAME tools/sizes_are_really_checked
    COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_sizes_test.py")
  add_test(NAME tools/links COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_links.py")
  add_test(NAME tools/links_are_really_checked
    COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/check_links_test.py")
  add_test(NAME tools/comparison_with_peers
    COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/bench/peers/compare_test.py")
  add_test(NAME tools/comparison_on_tables
    COMMAND "${CHAINRULE_PYTHON}" "${PROJECT_SOURCE_DIR}/bench/tables/compare_test.py")
  set_tests_properties(tools/layers tools/layers_are_really_checked tools/sizes tools/sizes_are_really_checked
    tools/links tools/links_are_really_checked tools/comparison_with_peers tools/comparison_on_tables
    PROPERTIES LABELS tools)
else()
  message(STATUS "chainrule: python3 not found, the layer rules are not checked")
endif()

add_test(NAME tools/format COMMAND "${PROJECT_SOURCE_DIR}/tools/format.sh" --check)
set_tests_properties(tools/format PROPERTIES LABELS tools SKIP_RETURN_CODE 77)

# A project that uses the library, both installed and as a subdirectory.
add_test(NAME tools/consumer COMMAND "${PROJECT_SOURCE_DIR}/tools/test_consumer.sh" "${PROJECT_BINARY_DIR}")
set_tests_properties(tools/consumer PROPERTIES LABELS tools TIMEOUT 1500)
