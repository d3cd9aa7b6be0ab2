// NumPy arrays as views, and the engine's arrays as NumPy arrays.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/data/dataset.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule::python {

namespace nb = nanobind;

// Rows may have a stride (a block of columns of a wider array); the numbers of a row must be contiguous.
template <typename T>
using Array2 = nb::ndarray<const T, nb::ndim<2>, nb::device::cpu>;
template <typename T>
using Array1 = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <typename T>
using NumpyArray = nb::ndarray<nb::numpy, T>;

template <typename T>
MatrixView<const T> view_of(const Array2<T>& array, const char* name) {
  const std::size_t rows = array.shape(0), columns = array.shape(1);
  const bool has_whole_rows = rows == 0 || columns <= 1 || array.stride(1) == 1;
  const bool goes_forward = rows <= 1 || array.stride(0) >= static_cast<std::int64_t>(columns);
  if (!has_whole_rows || !goes_forward) {
    throw StateError({.what = std::string("the rows of ") + name + " do not lie in one piece",
                      .expected = "an array in row order (C order)",
                      .advice = "numpy.ascontiguousarray"});
  }
  const std::size_t stride = rows <= 1 ? columns : static_cast<std::size_t>(array.stride(0));
  return {array.data(), rows, columns, stride};
}

template <typename T>
std::span<const T> span_of(const std::optional<Array1<T>>& array) {
  return array ? std::span<const T>(array->data(), array->shape(0)) : std::span<const T>();
}

template <typename T>
DatasetView<T> dataset_of(const Array2<T>& inputs, const Array2<T>& targets,
                          const std::optional<Array1<T>>& weights) {
  return {view_of<T>(inputs, "the inputs"), view_of<T>(targets, "the targets"), span_of<T>(weights)};
}

// A new array, filled through the view.
template <typename T>
std::pair<NumpyArray<T>, MatrixView<T>> new_array(std::size_t rows, std::size_t columns) {
  auto* const matrix = new Matrix<T>(Matrix<T>::unset(rows, columns));
  nb::capsule owner(matrix, [](void* pointer) noexcept { delete static_cast<Matrix<T>*>(pointer); });
  return {NumpyArray<T>(matrix->values().data(), {rows, columns}, owner), matrix->view()};
}

template <typename T>
NumpyArray<T> array_of(AlignedVector<T> values) {
  auto* const kept = new AlignedVector<T>(std::move(values));
  nb::capsule owner(kept, [](void* pointer) noexcept { delete static_cast<AlignedVector<T>*>(pointer); });
  return NumpyArray<T>(kept->data(), {kept->size()}, owner);
}

}  // namespace chainrule::python
