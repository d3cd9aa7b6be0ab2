// Networks of several layers of threshold units, with weights set by hand: what a single layer cannot do, and
// which regions of the plane they can accept.
//
//   layer     y_j = f(sum_i w_ji x_i - T_j),  f the 0/1 step or the +-1 sgn; 0 or -1 exactly at the threshold
//   hidden layers give each input a code (an internal representation), on which the next layer works
//
// The lectures' table of decision regions: no hidden layer, a half-plane; one, a convex region; two, any
// region. The middle row holds only when the output unit is an AND: xor_network() has one hidden layer and
// accepts both sides of a strip, a region that is not convex. Smooth form: with logistic(gain net) in place
// of the step the border becomes a slope; gain -> infinity restores the step.
//
// Source: the lectures on the perceptron with two computing layers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/perceptron.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

struct ThresholdLayer {
  std::vector<std::vector<double>> weights;  // [to][from]
  std::vector<double> thresholds;            // [to]

  bool operator==(const ThresholdLayer&) const = default;
};

struct ThresholdNetwork {
  std::vector<ThresholdLayer> layers;
  OutputCode code = OutputCode::binary;

  bool operator==(const ThresholdNetwork&) const = default;
};

// Throws StateError naming the layer for rows of unequal length, thresholds that do not fit, and no layer.
void validate(const ThresholdNetwork& network);

// The numbers for one input, layer by layer. In all layers but the last, `outputs` are the hidden codes.
struct ThresholdRun {
  std::vector<std::vector<double>> nets;
  std::vector<std::vector<double>> outputs;
};

ThresholdRun run_layers(const ThresholdNetwork& network, std::span<const double> x);
// Of the first unit of the last layer.
bool says_yes(const ThresholdNetwork& network, std::span<const double> x);
// From 0 to 1: every unit is logistic(gain net), for the bipolar code tanh(gain net / 2). gain > 0.
double smooth_output(const ThresholdNetwork& network, double gain, std::span<const double> x);

// y1 = NOT(x1 AND NOT x2), y2 = NOT(x2 AND NOT x1), o = NAND(y1, y2) = x1 XOR x2, in either code.
ThresholdNetwork xor_network(OutputCode code);

// The rows of the table of decision regions, for the plane.
ThresholdNetwork half_plane_network();          // x1 + x2 > 1
ThresholdNetwork triangle_network();            // the inside of (0,0), (1,0), (0,1): three lines and an AND
ThresholdNetwork triangle_or_square_network();  // that, or the inside of (2,3) x (2,3): two ANDs and an OR

// [rows][columns], true where the network says yes: at the centres of a grid over x1_range (left to right)
// and x2_range (bottom to top; row 0 is the top).
struct GridRange {
  double from = 0, to = 1;
};
std::vector<std::vector<bool>> region_map(const ThresholdNetwork& network, GridRange x1_range,
                                          GridRange x2_range, std::size_t columns, std::size_t rows);

// Two points of the region and a point between them outside it: a proof that the region is not convex.
// Searched for among the given points; empty when there is none.
struct ConvexityCounterexample {
  std::vector<double> a, b, between;
};
std::vector<ConvexityCounterexample> midpoints_outside(const ThresholdNetwork& network,
                                                       std::span<const std::vector<double>> points);

}  // namespace chainrule
