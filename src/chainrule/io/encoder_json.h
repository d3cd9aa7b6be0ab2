// The encoder as JSON, and back: in the text "encoder" of a model file (docs/model-format.md). Since version
// 2 of the format, the numbers of the inputs are a tensor: one row per input, in the order of the inputs.
//
//   encoder.numbers [inputs][5]   offset, factor, fill, minimum, maximum
//
// An input without a known range has the empty one, from inf to -inf.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/io/json.h"

namespace chainrule {

// `version`: of the format of model files. Version 1 has no place for what is newer.
JsonTree to_json(const Encoder& encoder, std::uint64_t version);

// Throws ModelFileError for anything but an encoder. validate checks that its parts fit each other. From
// version 2 on, the inputs still lack their numbers.
Encoder encoder_from(const JsonValue& value, std::uint64_t version);

inline constexpr std::size_t kNumbersOfInput = 5;
// The tensor, row by row.
std::vector<double> numbers_of_inputs(const Encoder& encoder);
// The reverse. Returns the first input whose numbers make no sense, if there is one.
std::optional<std::size_t> set_numbers_of_inputs(std::span<const double> numbers, Encoder& encoder);

}  // namespace chainrule
