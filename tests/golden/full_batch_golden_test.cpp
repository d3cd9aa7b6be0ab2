// The optimizers that need all rows against numpy: the parameters after each of their first steps
// (tools/make_full_batch_golden.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chainrule/train/full_batch_step.h"

namespace chainrule {
namespace {

using nlohmann::json;
using Values = std::vector<double>;

json golden() {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/full_batch.json");
  EXPECT_TRUE(file.good());
  return json::parse(file);
}

Matrix<double> matrix_of(const json& rows) {
  Matrix<double> matrix(rows.size(), rows.at(0).size());
  for (std::size_t r = 0; r < matrix.rows(); ++r) {
    for (std::size_t c = 0; c < matrix.columns(); ++c)
      matrix(r, c) = rows[r][c];
  }
  return matrix;
}

struct Problem {
  Dataset<double> data;
  Network network;
  FullBatchOptions options;
  AlignedVector<double> start;
};

Problem problem_of(const json& document) {
  Problem problem;
  problem.data.inputs = matrix_of(document.at("inputs"));
  problem.data.targets = matrix_of(document.at("targets"));
  for (const double weight : document.at("row_weights"))
    problem.data.row_weights.push_back(weight);
  problem.network = make_mlp({.inputs = problem.data.inputs.columns(),
                              .hidden = {document.at("hidden").get<std::size_t>()},
                              .outputs = problem.data.targets.columns(),
                              .hidden_activations = {Activation::tanh},
                              .output_activation = Activation::identity});
  problem.options.penalty.l2 = document.at("l2");
  for (const double value : document.at("start"))
    problem.start.push_back(value);
  return problem;
}

// Rounding: the curvature of scg is a difference of two gradients 1e-4 apart, so it loses four digits in each
// step; the equations of levenberg_marquardt and the recursions of lbfgs lose fewer.
TEST(FullBatchGolden, TheFirstStepsAgreeWithNumpy) {
  const json document = golden();
  const Problem problem = problem_of(document);
  const std::map<std::string, double> tolerances = {
      {"lbfgs", 1e-9}, {"scg", 1e-6}, {"irprop_plus", 1e-13}, {"levenberg_marquardt", 1e-9}};
  ASSERT_EQ(document.at("cases").size(), tolerances.size());
  for (const json& entry : document.at("cases")) {
    const std::string name = entry.at("optimizer");
    const Compute compute;
    FullBatchStep<double> step(compute, problem.network, parse_name<Optimizer>(name), problem.options,
                               problem.data);
    AlignedVector<double> w = problem.start;
    for (std::size_t i = 0; i < entry.at("parameters").size(); ++i) {
      SCOPED_TRACE(name + " " + std::to_string(i + 1));
      ASSERT_EQ(step.advance(w), IterationEnd::moved);
      const Values expected = entry.at("parameters")[i];
      for (std::size_t k = 0; k < w.size(); ++k)
        EXPECT_NEAR(w[k], expected[k], tolerances.at(name)) << k;
      EXPECT_NEAR(step.loss(), entry.at("losses")[i].get<double>(), tolerances.at(name));
    }
  }
}

TEST(FullBatchGolden, TheSquaredJacobianAgreesWithComplexSteps) {
  const json document = golden();
  const Problem problem = problem_of(document);
  const Compute compute;
  SquaredJacobianSum<double> sum(compute, problem.network, problem.options, problem.data);
  const std::size_t n = problem.start.size();
  Matrix<double> hessian(n, n);
  sum.evaluate(problem.start, hessian.view());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k <= i; ++k)
      EXPECT_NEAR(hessian(i, k), document.at("squared_jacobian")[i][k].get<double>(), 1e-14) << i << " " << k;
  }
}

}  // namespace
}  // namespace chainrule
