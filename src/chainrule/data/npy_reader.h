// NPY files, numpy's format for one array (numpy.lib.format, versions 1.0, 2.0 and 3.0):
//
//   93 N U M P Y MAJOR MINOR, length of the header (little-endian; 2 bytes in version 1, else 4), header,
//   values
//   header = a Python dictionary literal {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }, blanks,
//            newline
//
// Accepts f4, f8, i1..i8, u1..u8 and b1 in either byte order and element order, with one dimension (one
// column) or two (rows x columns). Columns are named column_1, column_2, ... Python objects are refused:
// loading them would run any code pickled in the file.
#pragma once

#include <memory>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/table_reader.h"

namespace chainrule {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

// The source must be at the first byte of the file, which begins with kNpyMagic.
std::unique_ptr<TableReader> open_npy(std::unique_ptr<ByteSource> source);

}  // namespace chainrule
