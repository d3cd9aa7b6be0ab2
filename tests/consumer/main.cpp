// Uses the library as somebody else would: includes, links, runs.
#include <cstdio>

#include "chainrule/base/error.h"

int main() {
  try {
    throw chainrule::DataError({.what = "a column is missing",
                                .where = chainrule::file_position("iris.csv", 1, 3),
                                .expected = "species",
                                .got = "nothing",
                                .advice = "--target"});
  } catch (const chainrule::Error& error) {
    std::printf("caught: %s\n", error.what());
    return error.report().where == "iris.csv:1:3" ? 0 : 1;
  }
}
