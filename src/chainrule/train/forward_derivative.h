// The derivative of a loss in the direction of single parameters, in forward mode: exact, without a
// difference, and by other code than the backward pass it is compared with.
//
// A parameter p of layer l moves the numbers of its layer, these move those of the layer above, and so on:
//   dense    dz = dx W + x dW + db,   da = f'(z) dz + df/dp dp
//   dropout  da = m dx                                             m the mask of the first step
//   rbf      dz = -sum_k (x_k - c_k) (dx_k - dc_k) / s^2 + d ds / s^3,  da = a dz
//   loss     dL = sum over the rows of w_r dL_r/dz dz, times the reduction's scale
// f', df/dp and dL_r/dz come from dual numbers (dual_number.h): only the functions themselves are written
// down here, never a derivative of one.
//
// With each derivative comes the size of its terms, which a comparison is relative to: the sum over the rows
// of the absolute value of their terms. A sum over the rows that cancels, as it does at a minimum, has terms
// of the same size as any other. Inside a row the terms of the layers are joined as the root of the sum of
// their squares, as independent rounding errors are. To every factor is added a thousandth of what it is
// rounded from: f' = 1 - a^2 of a saturated unit and a - t of a target that is met are small differences of
// large numbers.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "chainrule/data/dataset.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"

namespace chainrule {

// Where the loss has no derivative: at a kink of a unit's activation, or of the loss itself.
struct Kink {
  std::size_t row = 0;
  std::optional<std::size_t> layer = {};  // nothing: the kink is in the loss, at the output `unit`
  std::size_t unit = 0;
};

struct DirectionalDerivative {
  double value = 0;
  double size = 0;  // of its terms
};

class ForwardDerivative {
 public:
  static constexpr std::size_t kLanes = 8;
  using Lanes = std::array<double, kLanes>;

  // One number of the network's parameter array.
  struct Parameter {
    const ParameterSegment* segment = nullptr;
    std::size_t index = 0;  // within the segment
  };

  // The network, its parameters and the data must stay as they are while this object is used.
  ForwardDerivative(const Network& network, std::span<const double> parameters, const LossOptions& loss,
                    const Dataset<double>& data);

  // Rows that lie on a kink (to within rounding) which some parameter would move off it.
  const std::vector<Kink>& kinks() const { return kinks_; }
  // Are all values and their derivatives finite?
  bool is_finite() const { return is_finite_; }

  // Of at most kLanes parameters of one layer. row_weights: as in Dataset, replacing those of the data.
  std::array<DirectionalDerivative, kLanes> along(std::span<const Parameter> parameters,
                                                  std::span<const double> row_weights) const;

 private:
  // The numbers of one layer at the point of the check, all [rows][outputs].
  struct LayerValues {
    Matrix<double> z, a;             // dropout: a only
    Matrix<double> z_size, a_size;   // of the terms of z and a
    Matrix<double> slope;            // dense: f'(z); dropout: the mask
    Matrix<double> slope_size;       // its absolute value, and what it is rounded from
    Matrix<double> parameter_slope;  // df/dp where the activation has a parameter
    Matrix<double> parameter_slope_size;
    Matrix<double> moves;  // 1 where some parameter moves a, else 0
  };
  // How the numbers of one layer move, for each lane: [rows][outputs] of Lanes.
  struct Motion {
    std::vector<Lanes> slope, square;  // the derivative; the square of the size of its terms
  };
  // What one layer reads.
  struct Below {
    const Matrix<double>& x;
    const Matrix<double>& size;
    const Matrix<double>* moves;  // nothing for the inputs of the network
  };

  Below below(std::size_t layer) const;
  std::span<const double> slice(std::size_t layer) const;
  void evaluate(const Dense& layer, std::size_t index);
  void evaluate(const Dropout& layer, std::size_t index);
  void evaluate(const Rbf& layer, std::size_t index);
  void evaluate_unit(const Dense& layer, std::size_t index, std::size_t row, std::size_t unit);
  void evaluate_loss(std::size_t row);
  void evaluate_loss_by_z(std::size_t row);
  void find_loss_kink(std::size_t row, std::size_t unit);

  // How a layer's output moves when `parameters` of its own do, and when the layer below does.
  Motion seed(const Dense& layer, std::size_t index, std::span<const Parameter> parameters) const;
  Motion seed(const Dropout& layer, std::size_t index, std::span<const Parameter> parameters) const;
  Motion seed(const Rbf& layer, std::size_t index, std::span<const Parameter> parameters) const;
  Motion propagate(const Dense& layer, std::size_t index, const Motion& in) const;
  Motion propagate(const Dropout& layer, std::size_t index, const Motion& in) const;
  Motion propagate(const Rbf& layer, std::size_t index, const Motion& in) const;
  void apply_slope(std::size_t index, Motion& motion) const;
  Motion motionless(std::size_t index) const;
  bool is_read_at_z(std::size_t index) const { return reads_z_ && index + 1 == layers_.size(); }

  const Network& network_;
  std::span<const double> parameters_;
  LossOptions loss_;
  const Dataset<double>& data_;
  Matrix<double> input_size_;
  std::vector<std::size_t> offsets_;  // of each layer in the parameter array
  std::vector<LayerValues> layers_;
  bool reads_z_ = false;  // the loss is a function of the last layer's z (cross-entropies, softmax), not of a
  Matrix<double> d_output_, d_output_size_;  // dL_r/dz or dL_r/da of the last layer; the size of its terms
  std::vector<Kink> kinks_;
  bool is_finite_ = true;
};

}  // namespace chainrule
