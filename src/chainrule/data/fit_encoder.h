// Fits an encoder: offset, factor and fill of numbers, words of categories, classes of the target.
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
  std::optional<Scaling> scaling;        // empty: bytes for 8-bit images, standard else
  std::vector<std::string> class_names;  // in the order of the sorted class values
};

// Fits on the rows given (indices into the table). Throws DataError when class_names has another length than
// the classes found, or a target cell is missing (place named).
Encoder fit_encoder(const Table& table, const Schema& schema, std::span<const std::uint32_t> rows,
                    const EncoderOptions& options, ThreadPool* pool = nullptr);

}  // namespace chainrule
