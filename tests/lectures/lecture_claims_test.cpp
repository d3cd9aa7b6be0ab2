// General claims of the lecture documents, tested on networks.
#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/base/random.h"
#include "chainrule/data/generators.h"
#include "chainrule/explain/worked_step.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

WorkedNetwork random_network(const std::vector<std::size_t>& sizes, Activation f) {
  WorkedNetwork worked;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l)
    worked.network.layers.emplace_back(make_dense(sizes[l], sizes[l + 1], f));
  worked.parameters.resize(parameter_count(worked.network));
  const RandomKey key{.seed = 7};
  for (std::size_t i = 0; i < worked.parameters.size(); ++i)
    worked.parameters[i] = 2 * random_uniform(key, i) - 1;
  worked.loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single};
  NumberList x(sizes.front()), t(sizes.back(), 0.5);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 0.3 * static_cast<double>(i) - 0.4;
  worked.samples = {{x, t}};
  return worked;
}

std::vector<NumberList> pre_activations(const WorkedNetwork& worked) {
  return work_step(worked).samples[0].z;
}

// a [rows][k] times b [k][columns]
NumberTable product(const NumberTable& a, const NumberTable& b) {
  NumberTable result(a.size(), NumberList(b[0].size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b[0].size(); ++j) {
      for (std::size_t k = 0; k < b.size(); ++k)
        result[i][j] += a[i][k] * b[k][j];
    }
  }
  return result;
}

// Document 001, line 267, with the order that vectors need (E1.9): dy/dx = J_5 J_4 J_3 J_2 J_1, J_l =
// diag(f') W.
TEST(LectureClaims, TheDerivativeOfFiveNestedFunctionsIsTheProductOfTheirJacobians) {
  const WorkedNetwork worked = random_network({2, 3, 4, 3, 2, 2}, Activation::tanh);
  const WorkedSampleStep step = work_step(worked).samples[0];
  NumberTable jacobian;
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    NumberTable local(worked.units(l), NumberList(worked.layer(l).inputs));
    for (std::size_t i = 0; i < local.size(); ++i) {
      for (std::size_t j = 0; j < local[i].size(); ++j)
        local[i][j] = step.f_prime[l][i] * worked.weight(l, i, j);
    }
    jacobian = l == 0 ? local : product(local, jacobian);
  }
  ASSERT_EQ(jacobian.size(), 2u);
  constexpr double kStep = 1e-6;
  for (std::size_t j = 0; j < 2; ++j) {
    WorkedNetwork up = worked, down = worked;
    up.samples[0].x[j] += kStep;
    down.samples[0].x[j] -= kStep;
    const NumberList above = work_step(up).samples[0].a.back(), below = work_step(down).samples[0].a.back();
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_NEAR(jacobian[i][j], (above[i] - below[i]) / (2 * kStep), 1e-9) << i << " " << j;
  }
}

// Document 001, lines 159 to 163: every unit is connected to all units of the next layer, to none of its own
// layer, and to none of earlier ones. A connection shows as a change when a weight changes.
TEST(LectureClaims, LayersAreCompleteBetweenNeighboursAndNowhereElse) {
  const WorkedNetwork worked = random_network({3, 4, 3, 2}, Activation::logistic);
  const std::vector<NumberList> before = pre_activations(worked);
  std::size_t links = 0;
  for (const ParameterSegment& segment : parameter_segments(worked.network)) {
    const std::size_t layer = segment.layer;
    const std::size_t units = worked.units(layer);
    for (std::size_t i = 0; i < segment.size(); ++i) {
      WorkedNetwork changed = worked;
      changed.parameters[segment.offset + i] += 0.5;
      const std::vector<NumberList> after = pre_activations(changed);
      for (std::size_t l = 0; l < layer; ++l)
        EXPECT_EQ(after[l], before[l]) << segment.name << ": nothing flows back";
      for (std::size_t unit = 0; unit < units; ++unit) {
        // Weights are kept [from][to].
        EXPECT_EQ(after[layer][unit] != before[layer][unit], unit == i % units)
            << segment.name << ": one unit, and no other of its layer";
      }
      if (layer + 1 < worked.layers()) {
        for (std::size_t unit = 0; unit < worked.units(layer + 1); ++unit)
          EXPECT_NE(after[layer + 1][unit], before[layer + 1][unit]) << "all units of the next layer change";
      }
      if (segment.role == ParameterRole::weight) ++links;
    }
  }
  EXPECT_EQ(links, 3u * 4u + 4u * 3u + 3u * 2u);
}

struct Moons {
  Dataset<double> data{.inputs = Matrix<double>(200, 2), .targets = Matrix<double>(200, 1)};

  Moons() {
    const Table table = generate_data(GeneratedData::moons, {.rows = 200, .noise = 0.1, .seed = 3});
    for (std::size_t row = 0; row < 200; ++row) {
      data.inputs.row(row)[0] = table.columns[0].numbers[row];
      data.inputs.row(row)[1] = table.columns[1].numbers[row];
      data.targets.row(row)[0] = table.columns[2].codes[row];
    }
  }
};

// Document 001, lines 110 to 117: unit, topology and algorithm are independent choices.
TEST(LectureClaims, AnyActivationAnyTopologyAndAnyRuleTrainTogether) {
  const Moons moons;
  const Compute compute;
  for (const Activation activation :
       {Activation::tanh, Activation::relu, Activation::swish, Activation::logistic}) {
    for (const std::vector<std::size_t>& hidden :
         {std::vector<std::size_t>{12}, std::vector<std::size_t>{8, 8}, std::vector<std::size_t>{6, 6, 6}}) {
      for (const EnumName<Optimizer>& optimizer : EnumNames<Optimizer>::table) {
        SCOPED_TRACE(std::string(name_of(activation)) + " " + std::to_string(hidden.size()) + " " +
                     std::string(optimizer.word));
        const Network network = make_mlp({.inputs = 2,
                                          .hidden = hidden,
                                          .outputs = 1,
                                          .hidden_activations = {activation},
                                          .output_activation = Activation::logistic});
        AlignedVector<double> parameters(parameter_count(network));
        initialize_parameters<double>(network, {.seed = 1}, parameters);
        const bool is_of_squares = optimizer.value == Optimizer::levenberg_marquardt;
        const LossOptions loss{.kind = is_of_squares ? Loss::mean_squared_error : Loss::binary_cross_entropy};
        const double before =
            evaluate_dataset<double>(compute, network, parameters, loss, moons.data, nullptr);
        const bool is_plain = optimizer.value == Optimizer::gradient_descent;
        train<double>(compute, network,
                      {.loss = loss,
                       .optimizer = {.kind = optimizer.value},
                       .learning_rate = is_plain ? 0.5 : 0.02,
                       .stopping = {.epochs = 60}},
                      moons.data, nullptr, {}, {}, parameters);
        const double after =
            evaluate_dataset<double>(compute, network, parameters, loss, moons.data, nullptr);
        EXPECT_LT(after, before);
        EXPECT_LT(after, is_of_squares ? 0.25 : 0.69) << "better than guessing";
      }
    }
  }
}

}  // namespace
}  // namespace chainrule
