// How important each input column is to a model: how much worse it predicts if the cells of the column are
// shuffled among the rows, which keeps their distribution and cuts their connection with the other columns
// (permutation importance; Breiman, "Random forests", Machine Learning 45, 2001; Fisher et al., 2019).
//
//   rise(c)    1/5 sum_s L(X with column c shuffled, s) - L(X)      s = 1 ... 5
//   spread(c)  the standard deviation of these five losses
//
// A column is one of the table: all its features move together, the flag of its missing cells too. Columns
// that say the same share their importance, and each alone may seem dispensable.
//
// On rows that a network was trained on, this shows what the network uses, not what helps on new rows. The
// rows of a mixture are therefore each predicted by the members that were not trained on them.
//
// A row of weight k counts k times, also as a source of cells. The shuffles follow from the seed; the result
// has the same bits on any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/train/model.h"
#include "chainrule/train/reasons.h"

namespace chainrule {

// A network, and the rows of a data set that it is to predict.
template <typename T>
struct RowsOfNetwork {
  const Network* network = nullptr;
  std::span<const T> parameters;
  std::vector<std::uint32_t> rows;
};

// What bounds the cost: a few seconds on one core.
struct ImportanceLimits {
  std::size_t rows = 2000;           // chosen at random from more
  std::size_t columns = 100;         // of more, those are measured whose loss rises most in one shuffle
  std::size_t screening_rows = 200;  // of at most so many rows
  // Multiplications, one per parameter and row. With large networks there are fewer rows, but at least 100,
  // and at least 20 to screen columns: if these cost more, nothing is measured.
  double products = 5e10;
};

// Takes networks instead of the model's own, which says how the columns were encoded and what the loss is.
// weights: the sample weights of all rows of `data` (row_weights.h), or empty; the loss uses
// data.row_weights. Measures nothing on fewer than two rows.
template <typename T>
Importance measure_importance(const Compute& compute, const Model& model,
                              std::span<const RowsOfNetwork<T>> networks, const Dataset<T>& data,
                              std::span<const double> weights, std::uint64_t seed,
                              const ImportanceLimits& limits = {});

// The same for one network and all rows of `data`.
template <typename T>
Importance measure_importance(const Compute& compute, const Model& model, std::span<const T> parameters,
                              const Dataset<T>& data, std::span<const double> weights, std::uint64_t seed);

}  // namespace chainrule
