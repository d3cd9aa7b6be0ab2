#include "chainrule/train/cumulative.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace chainrule::cumulative {
namespace {

// By insertion, which does not mind NaN. The outputs of a row rarely cross.
void sort_descending(std::vector<double>& values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    for (std::size_t j = i; j > 0 && values[j - 1] < values[j]; --j)
      std::swap(values[j - 1], values[j]);
  }
}

}  // namespace

template <typename T>
Matrix<double> class_probabilities(MatrixView<const T> outputs) {
  Matrix<double> probabilities(outputs.rows, outputs.columns + 1);
  std::vector<double> above(outputs.columns);
  for (std::size_t r = 0; r < outputs.rows; ++r) {
    for (std::size_t k = 0; k < outputs.columns; ++k)
      above[k] = std::clamp(static_cast<double>(outputs(r, k)), 0.0, 1.0);
    sort_descending(above);
    double last = 1;
    for (std::size_t k = 0; k < above.size(); ++k) {
      probabilities(r, k) = last - above[k];
      last = above[k];
    }
    probabilities(r, above.size()) = last;
  }
  return probabilities;
}

template Matrix<double> class_probabilities<float>(MatrixView<const float>);
template Matrix<double> class_probabilities<double>(MatrixView<const double>);

}  // namespace chainrule::cumulative
