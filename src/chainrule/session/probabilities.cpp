#include "chainrule/session/probabilities.h"

#include <algorithm>
#include <utility>

#include "chainrule/train/cumulative.h"

namespace chainrule {
namespace {

// Outputs that were not trained as a softmax need not sum to 1; divided by their sum, they do.
void make_rows_sum_to_one(Matrix<double>& values) {
  for (std::size_t r = 0; r < values.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < values.columns(); ++c) {
      values(r, c) = std::max(values(r, c), 0.0);
      sum += values(r, c);
    }
    for (std::size_t c = 0; c < values.columns() && sum > 0; ++c)
      values(r, c) /= sum;
  }
}

}  // namespace

bool has_probabilities(const Model& model) {
  return model.encoder.target.task != Task::regression &&
         model.network.output_activation() != Activation::sign;
}

Matrix<double> class_probabilities(const Model& model, Matrix<double> outputs) {
  if (model.encoder.target.task == Task::binary) {
    Matrix<double> values(outputs.rows(), 2);
    for (std::size_t r = 0; r < outputs.rows(); ++r) {
      values(r, 1) = std::clamp(outputs(r, 0), 0.0, 1.0);
      values(r, 0) = 1 - values(r, 1);
    }
    return values;
  }
  if (model.encoder.target.task == Task::ordinal)
    return cumulative::class_probabilities<double>(outputs.view());
  if (model.network.output_activation() != Activation::softmax) make_rows_sum_to_one(outputs);
  return outputs;
}

}  // namespace chainrule
