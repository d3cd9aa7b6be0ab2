// Row-major matrices and views: the shapes of everything that moves through a network.
//
// A batch is a matrix [rows][columns], one row a sample. A view may be a block of columns of a wider matrix:
// `stride` is the distance between rows in elements, stride >= columns.
#pragma once

#include <cassert>
#include <cstddef>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace chainrule {

inline constexpr std::size_t kAlignment = 64;  // a cache line and an AVX-512 register

template <typename T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators must convert
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{kAlignment}));
  }
  void deallocate(T* pointer, std::size_t) { ::operator delete (pointer, std::align_val_t{kAlignment}); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

// Leaves new elements uninitialised.
template <typename T>
struct UnsetAllocator : AlignedAllocator<T> {
  using value_type = T;
  UnsetAllocator() = default;
  template <typename U>
  UnsetAllocator(const UnsetAllocator<U>&) {  // NOLINT(google-explicit-constructor): allocators must convert
  }
  template <typename U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
};

template <typename T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

// Rows [first, first + count) of a batch. Rows are independent until their losses and gradients are summed:
// forward, loss and deltas may be calculated for any block of rows, on any thread.
struct RowBlock {
  std::size_t first = 0;
  std::size_t count = 0;
};

template <typename T>
struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;

  MatrixView() = default;
  MatrixView(T* first, std::size_t row_count, std::size_t column_count)
      : MatrixView(first, row_count, column_count, column_count) {}
  MatrixView(T* first, std::size_t row_count, std::size_t column_count, std::size_t row_distance)
      : data(first), rows(row_count), columns(column_count), stride(row_distance) {
    assert(stride >= columns);
  }

  T* row(std::size_t r) const {
    assert(r < rows);
    return data + r * stride;
  }
  std::span<T> row_span(std::size_t r) const { return {row(r), columns}; }
  T& operator()(std::size_t r, std::size_t c) const {
    assert(c < columns);
    return row(r)[c];
  }
  MatrixView row_block(std::size_t first, std::size_t count) const {
    assert(first + count <= rows);
    return {data + first * stride, count, columns, stride};
  }
  MatrixView row_block(RowBlock block) const { return row_block(block.first, block.count); }
  MatrixView column_block(std::size_t first, std::size_t count) const {
    assert(first + count <= columns);
    return {data + first, rows, count, stride};
  }
  // As T* becomes const T*.
  operator MatrixView<const T>() const {  // NOLINT(google-explicit-constructor)
    return {data, rows, columns, stride};
  }
};

// Owns its numbers; copies copy them. Elements start as zero.
template <typename T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), values_(rows * columns, T{}) {}
  // For callers that write every element: elements are not initialised, and a large matrix takes up memory
  // only as it is written.
  static Matrix unset(std::size_t rows, std::size_t columns) {
    Matrix matrix;
    matrix.rows_ = rows;
    matrix.columns_ = columns;
    matrix.values_ = std::vector<T, UnsetAllocator<T>>(rows * columns);
    return matrix;
  }

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  // Discards the old contents; allocates only when the new size is larger than any before.
  void resize(std::size_t rows, std::size_t columns) {
    rows_ = rows;
    columns_ = columns;
    values_.resize(rows * columns, T{});
  }
  T& operator()(std::size_t r, std::size_t c) { return values_[r * columns_ + c]; }
  const T& operator()(std::size_t r, std::size_t c) const { return values_[r * columns_ + c]; }
  T* row(std::size_t r) { return values_.data() + r * columns_; }
  const T* row(std::size_t r) const { return values_.data() + r * columns_; }
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  MatrixView<T> view() { return {values_.data(), rows_, columns_}; }
  MatrixView<const T> view() const { return {values_.data(), rows_, columns_}; }
  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<T, UnsetAllocator<T>> values_;
};

}  // namespace chainrule
