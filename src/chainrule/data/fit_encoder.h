// Fits an encoder to training rows: offset, factor and fill of numbers, the categories, the classes of the
// target.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/outliers.h"
#include "chainrule/data/schema.h"
#include "chainrule/data/table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

struct EncoderOptions {
  std::optional<Scaling> scaling;  // empty: bytes for 8-bit images, else standard
  // clip: cells of the training rows that are far from all others (outliers.h) do not affect scale and range.
  // They count as the nearest bound of that range, and so do such numbers in prediction.
  Outliers outliers = Outliers::clip;
  std::vector<std::string> class_names;  // in the order of the sorted class values
};

// An input, or a target of a regression, with cells far from all others of the column.
struct OutlyingColumn {
  std::size_t place = 0;
  ColumnRole role = ColumnRole::input;
  OutlyingCells cells;
};

// Fits on the given rows (indices into the table). weights: how much each of these rows counts, above 0;
// empty: all equally. Throws DataError if there are more or fewer class_names than classes, or if a target
// cell is missing (with its place). Adds to `outlying` if it is not null.
Encoder fit_encoder(const Table& table, const Schema& schema, std::span<const std::uint32_t> rows,
                    const EncoderOptions& options, ThreadPool* pool = nullptr,
                    std::span<const double> weights = {}, std::vector<OutlyingColumn>* outlying = nullptr);

}  // namespace chainrule
