#include "chainrule/model/piecewise_columns.h"

#include <algorithm>

namespace chainrule {
namespace {

constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kFewestKnots = 3;

}  // namespace

template <typename T>
Knots<T> quantile_knots(MatrixView<const T> rows, std::size_t parts) {
  const std::size_t step = std::max<std::size_t>(1, rows.rows / kMostRows);
  Knots<T> knots(rows.columns);
  std::vector<T> values;
  for (std::size_t c = 0; c < rows.columns && rows.rows > 0; ++c) {
    values.clear();
    for (std::size_t r = 0; r < rows.rows; r += step)
      values.push_back(rows(r, c));
    std::ranges::sort(values);
    std::vector<T>& of_input = knots[c];
    for (std::size_t k = 0; k <= parts; ++k)
      of_input.push_back(values[k * (values.size() - 1) / parts]);
    of_input.erase(std::unique(of_input.begin(), of_input.end()), of_input.end());
    if (of_input.size() < kFewestKnots) of_input.clear();
  }
  return knots;
}

template <typename T>
std::size_t added_columns(const Knots<T>& knots) {
  std::size_t columns = 0;
  for (const std::vector<T>& of_input : knots)
    columns += of_input.empty() ? 0 : of_input.size() - 1;
  return columns;
}

template <typename T>
PiecewiseColumns<T> piecewise_columns(const Knots<T>& knots) {
  const std::size_t inputs = knots.size(), added = added_columns(knots);
  PiecewiseColumns<T> columns;
  columns.layer = make_dense(inputs, inputs + added, Activation::identity);
  columns.layer.unit_activations.assign(inputs, Activation::identity);
  columns.layer.unit_activations.resize(inputs + added, Activation::saturating_linear);
  columns.parameters.assign(parameter_count({.layers = {columns.layer}}), T{0});
  const DenseParameters<T> to = dense_parameters<T>(columns.layer, columns.parameters);
  std::size_t unit = inputs;
  for (std::size_t i = 0; i < inputs; ++i) {
    to.w(i, i) = 1;
    for (std::size_t t = 1; t < knots[i].size(); ++t, ++unit) {
      const T slope = 1 / (knots[i][t] - knots[i][t - 1]);
      to.w(i, unit) = slope;
      to.b[unit] = -knots[i][t - 1] * slope;
    }
  }
  return columns;
}

template <typename T>
void scale_columns(std::span<const T> offset, std::span<const T> factor, MatrixView<T> rows) {
  const T* const offsets = offset.data();
  const T* const factors = factor.data();
  for (std::size_t r = 0; r < rows.rows; ++r) {
    T* const row = rows.row(r);
    for (std::size_t c = 0; c < rows.columns; ++c)
      row[c] = (row[c] - offsets[c]) * factors[c];
  }
}

template Knots<float> quantile_knots<float>(MatrixView<const float>, std::size_t);
template Knots<double> quantile_knots<double>(MatrixView<const double>, std::size_t);
template std::size_t added_columns<float>(const Knots<float>&);
template std::size_t added_columns<double>(const Knots<double>&);
template PiecewiseColumns<float> piecewise_columns<float>(const Knots<float>&);
template PiecewiseColumns<double> piecewise_columns<double>(const Knots<double>&);
template void scale_columns<float>(std::span<const float>, std::span<const float>, MatrixView<float>);
template void scale_columns<double>(std::span<const double>, std::span<const double>, MatrixView<double>);

}  // namespace chainrule
