// IDX files, the format of the MNIST family (Y. LeCun, C. Cortes, C. Burges: "The MNIST database of
// handwritten digits"):
//
//   0 0 TYPE DIMENSIONS, then one unsigned 32-bit size per dimension, then the values; all big-endian, last
//   index fastest
//   TYPE  08 unsigned byte, 09 signed byte, 0B 16-bit, 0C 32-bit integer, 0D float, 0E double
//
// One dimension is a column "label"; n dimensions are rows of pixel_1, pixel_2, ...; with three, each row is
// an image.
#pragma once

#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

// The source must be at the first byte of the file; the first two bytes are 0.
std::unique_ptr<TableReader> open_idx(std::unique_ptr<ByteSource> source);

}  // namespace chainrule
