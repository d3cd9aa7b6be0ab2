// Whether the first record of a text table names its columns.
//
// Each column adds evidence: log(probability under a header / probability under data) of its first cell:
//
//   a word above numbers only                   header (the kinds differ)
//   a word without digits above cells that all have some     header
//   a number above words only                   header
//   a word that never occurs below              header; the more words of the column repeat, the stronger
//                                               the evidence: if N1 of n cells occur only once, a further
//                                               cell is new with probability about N1/n (Good-Turing)
//   a word that occurs below                    data
//   a number among numbers like it              data; above numbers far from it: header
//   numbers that count up (0, 1, 2; 2019, 2020, 2021), if no row below does     header
//
// The sum decides. If it is near 0, or rests on numbers that count up alone, readers report the guess as
// uncertain. Names that the caller knows come first: a first record that holds most of them is the header.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_layout.h"

namespace chainrule {

struct HeaderGuess {
  bool has_header = false;
  bool is_sure = true;
  // The first record has a fraction or a negative number above such numbers: it is data even if it is faulty.
  bool has_fractions = false;
  // Columns whose first cell is a word above numbers only, as far as the sample goes.
  std::vector<std::size_t> kind_columns;
};

HeaderGuess guess_header(const CsvSample& sample, const MissingWords& missing,
                         DecimalMark decimal = DecimalMark::point,
                         std::span<const std::string> known_names = {});

}  // namespace chainrule
