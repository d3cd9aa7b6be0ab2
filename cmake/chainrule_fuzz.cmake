# The fuzz targets, found by their place: fuzz/NAME_fuzz.cpp becomes fuzz_NAME and starts from fuzz/corpus/NAME.
#
# Preset fuzz (clang, libFuzzer, sanitizers): programs that search for inputs; ./dev fuzz runs them. Any other build:
# programs that run the corpus, each of them a test.

file(GLOB fuzz_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/fuzz/*_fuzz.cpp")
add_custom_target(fuzz_targets)
if(NOT CHAINRULE_FUZZ)
  add_library(fuzz_corpus_runner STATIC "${PROJECT_SOURCE_DIR}/fuzz/run_corpus.cpp")
  chainrule_compile_options(fuzz_corpus_runner)
endif()
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name "${name}")
  set(corpus "${PROJECT_SOURCE_DIR}/fuzz/corpus/${name}")
  add_executable(fuzz_${name} "${source}")
  chainrule_compile_options(fuzz_${name})
  target_include_directories(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}/fuzz" "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(fuzz_${name} PRIVATE chainrule::chainrule ZLIB::ZLIB)
  add_dependencies(fuzz_targets fuzz_${name})
  if(CHAINRULE_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_link_libraries(fuzz_${name} PRIVATE fuzz_corpus_runner)
    add_test(NAME fuzz/${name} COMMAND fuzz_${name} "${corpus}")
    set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endforeach()
