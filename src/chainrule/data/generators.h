// Small data sets computed by formulas, for first steps, lessons and tests.
#pragma once

#include <cstdint>
#include <string>

#include "chainrule/base/names.h"
#include "chainrule/data/table.h"

namespace chainrule {

enum class GeneratedData { and_gate, or_gate, xor_gate, moons, circles, spirals, blobs, sine, plane };

template <>
struct EnumNames<GeneratedData> {
  static constexpr std::string_view kind = "generated data set";
  static constexpr EnumName<GeneratedData> table[] = {
      {GeneratedData::and_gate, "and_gate", "the four rows of logical and (columns x1, x2, y)"},
      {GeneratedData::or_gate, "or_gate", "the four rows of logical or"},
      {GeneratedData::xor_gate, "xor_gate", "the four rows of exclusive or; more rows add noise around them"},
      {GeneratedData::moons, "moons", "two interleaved half circles"},
      {GeneratedData::circles, "circles", "a ring around a disc"},
      {GeneratedData::spirals, "spirals", "interleaved spirals, one per class"},
      {GeneratedData::blobs, "blobs", "round clouds, one per class"},
      {GeneratedData::sine, "sine", "y = sin(x) with noise, for regression"},
      {GeneratedData::plane, "plane", "y = 2 x1 - 3 x2 + 1 with noise, for regression"},
  };
};

struct GeneratorOptions {
  std::size_t rows = 0;     // 0: the default (4 for gates, else 400)
  std::size_t classes = 3;  // blobs, spirals
  double noise = 0.1;       // standard deviation
  std::uint64_t seed = 1;
};

// Columns x (or x1, x2) and the target: y (numbers) or class (categories "a", "b", ...; gates: 0 and 1).
Table generate_data(GeneratedData which, const GeneratorOptions& options);

// The table as CSV text, with quotes only where needed and numbers in their shortest form.
std::string table_to_csv(const Table& table, char delimiter = ',');

}  // namespace chainrule
