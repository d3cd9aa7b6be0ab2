// Iterates over a container that computes its elements in operator[], so that there is nothing to point at.
#pragma once

#include <cstddef>
#include <iterator>

namespace chainrule {

template <typename Container>
class RowIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = typename Container::value_type;
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type*;
  using reference = value_type;

  RowIterator() = default;
  RowIterator(const Container* container, std::size_t row) : container_(container), row_(row) {}
  value_type operator*() const { return (*container_)[row_]; }
  RowIterator& operator++() {
    ++row_;
    return *this;
  }
  RowIterator operator++(int) {
    RowIterator before = *this;
    ++row_;
    return before;
  }
  bool operator==(const RowIterator&) const = default;

 private:
  const Container* container_ = nullptr;
  std::size_t row_ = 0;
};

}  // namespace chainrule
