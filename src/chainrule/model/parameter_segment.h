// The map of the flat parameter array: which numbers are which part of which layer.
//
// A layer lists its parts (ParameterParts); a network joins them into named segments, "layers.0.weight".
// Gradients, optimizer moments and checkpoints are arrays parallel to the parameters.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/base/names.h"

namespace chainrule {

enum class ParameterRole { weight, bias, activation, centre, width };

template <>
struct EnumNames<ParameterRole> {
  static constexpr std::string_view kind = "parameter role";
  static constexpr EnumName<ParameterRole> table[] = {
      {ParameterRole::weight, "weight", "W [inputs][outputs]"},
      {ParameterRole::bias, "bias", "b [outputs]"},
      {ParameterRole::activation, "activation", "slopes or betas of the units [outputs]"},
      {ParameterRole::centre, "centre", "centres of radial basis functions [inputs][units]"},
      {ParameterRole::width, "width", "widths of radial basis functions [units]"},
  };
};

struct RoleProperties {
  bool is_matrix = false;                   // [rows][columns]; else a vector [columns] with one row
  std::string_view numbers = "parameters";  // what they are called in the plural
};

constexpr RoleProperties properties_of(ParameterRole role) {
  switch (role) {
    case ParameterRole::weight:
      return {.is_matrix = true, .numbers = "weights"};
    case ParameterRole::centre:
      return {.is_matrix = true, .numbers = "coordinates of centres"};
    case ParameterRole::bias:
    case ParameterRole::activation:
    case ParameterRole::width:
      break;
  }
  return {};
}

// One part of a layer's parameters; a vector has rows = 1.
struct ParameterPart {
  ParameterRole role = ParameterRole::weight;
  std::size_t rows = 0;
  std::size_t columns = 0;

  std::size_t size() const { return rows * columns; }
};

// The parts of one layer in the order of the array. Allocates nothing, because every step calls it.
class ParameterParts {
 public:
  void add_matrix(ParameterRole role, std::size_t rows, std::size_t columns) {
    assert(properties_of(role).is_matrix);
    add({role, rows, columns});
  }
  void add_vector(ParameterRole role, std::size_t size) {
    assert(!properties_of(role).is_matrix);
    add({role, 1, size});
  }

  const ParameterPart* begin() const { return parts_.data(); }
  const ParameterPart* end() const { return parts_.data() + count_; }
  // Numbers in all parts.
  std::size_t size() const {
    std::size_t sum = 0;
    for (const ParameterPart& part : *this)
      sum += part.size();
    return sum;
  }

 private:
  void add(const ParameterPart& part) {
    assert(count_ < parts_.size());
    parts_[count_++] = part;
  }

  std::array<ParameterPart, 4> parts_;
  std::size_t count_ = 0;
};

// One named part of the parameter array of a network, e.g. "layers.0.weight".
struct ParameterSegment {
  std::string name;
  std::size_t layer = 0;  // index into Network::layers
  ParameterRole role = ParameterRole::weight;
  std::size_t offset = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;

  std::size_t size() const { return rows * columns; }
  // {rows, columns}, of a vector {columns}.
  std::vector<std::size_t> shape() const {
    if (properties_of(role).is_matrix) return {rows, columns};
    return {columns};
  }
};

}  // namespace chainrule
