// Fits an encoder to training rows: offset, factor and fill of numbers, the categories, the classes of the
// target.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

struct EncoderOptions {
  std::optional<Scaling> scaling;        // empty: bytes for 8-bit images, else standard
  std::vector<std::string> class_names;  // in the order of the sorted class values
};

// Fits on the given rows (indices into the table). Throws DataError if the number of class_names differs
// from that of the classes, or if a target cell is missing (with its place).
Encoder fit_encoder(const Table& table, const Schema& schema, std::span<const std::uint32_t> rows,
                    const EncoderOptions& options, ThreadPool* pool = nullptr);

}  // namespace chainrule
