// A first layer that adds piecewise-linear columns to the inputs of a network.
//
// Input i has knots b_0 < b_1 < ... < b_K. Next to itself it gives K columns, which say how far it has come
// between two neighbouring knots:
//
//   e_t(x) = f((x - b_{t-1}) / (b_t - b_{t-1})),   t = 1 ... K,   f(z) = min(max(z, 0), 1)
//
// so that a unit above them can be any function of x that is linear between the knots and constant beyond
// them. The layer is an ordinary dense one with fixed numbers: x -> [x_1 ... x_n, e of x_1, ..., e of x_n].
//
// Source: Gorishniy, Rubachev, Babenko, "On embeddings for numerical features in tabular deep learning",
// NeurIPS 2022, equation 1, here also bounded at the ends.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/network.h"

namespace chainrule {

// Of each input: ascending knots, or none, if it gets no columns.
template <typename T>
using Knots = std::vector<std::vector<T>>;

// The quantiles that divide each input of `rows` into so many parts, with the smallest and the largest value.
// Equal ones count once; an input with fewer than 3 different ones, such as the feature of a category, gets
// none. Of many rows, some 10,000 evenly spaced ones are used.
template <typename T>
Knots<T> quantile_knots(MatrixView<const T> rows, std::size_t parts);

// The number of columns that the knots add.
template <typename T>
std::size_t added_columns(const Knots<T>& knots);

template <typename T>
struct PiecewiseColumns {
  Dense layer;                  // [inputs] -> [inputs + added columns]
  AlignedVector<T> parameters;  // of the layer
};

template <typename T>
PiecewiseColumns<T> piecewise_columns(const Knots<T>& knots);

// (x - offset) factor in every row, with one offset and factor per column.
template <typename T>
void scale_columns(std::span<const T> offset, std::span<const T> factor, MatrixView<T> rows);

}  // namespace chainrule
