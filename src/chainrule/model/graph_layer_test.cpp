#include "chainrule/model/graph_layer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;
using Rows = std::vector<std::vector<double>>;

Matrix<double> matrix(const Rows& rows) {
  Matrix<double> m(rows.size(), rows.front().size());
  for (std::size_t r = 0; r < rows.size(); ++r)
    std::copy(rows[r].begin(), rows[r].end(), m.row(r));
  return m;
}

Matrix<double> random_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Matrix<double> m(rows, columns);
  for (std::size_t i = 0; i < m.values().size(); ++i)
    m.values()[i] = 2 * random_uniform({.seed = seed}, i) - 1;
  return m;
}

void expect_near(const Matrix<double>& got, const nlohmann::json& expected) {
  const Matrix<double> want = matrix(expected.get<Rows>());
  ASSERT_EQ(got.rows(), want.rows());
  ASSERT_EQ(got.columns(), want.columns());
  for (std::size_t i = 0; i < got.values().size(); ++i)
    EXPECT_NEAR(got.values()[i], want.values()[i], 1e-15);
}

const GraphEdge kPath[] = {{0, 1}, {1, 2}};

TEST(GraphLayer, IsTheWorkedExample) {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/worked_examples.json");
  const nlohmann::json example = nlohmann::json::parse(file)["named_only_systems"]["graph_network_layer"];
  const Matrix<double> a_hat = normalised_adjacency(3, kPath);
  expect_near(a_hat, example["A_hat"]);
  const Matrix<double> h = matrix(example["H"].get<Rows>()), w = matrix(example["W"].get<Rows>());
  const GraphLayerRun run = run_graph_layer(a_hat.view(), h.view(), w.view(), Activation::logistic);
  expect_near(run.messages, example["A_hat_H"]);
  expect_near(run.z, example["Z"]);
  expect_near(run.h_next, example["H_next"]);
}

// L = sum of H' times fixed numbers: dL/dW and dL/dH against central differences, on a graph with a hub, a
// triangle and an isolated node.
TEST(GraphLayer, GradientsAreThoseOfDifferences) {
  const std::vector<GraphEdge> edges = {{0, 1}, {0, 2}, {0, 3}, {2, 3}};
  const Matrix<double> a_hat = normalised_adjacency(5, edges);
  const Matrix<double> weight_of_output = random_matrix(5, 4, 3);
  Matrix<double> h = random_matrix(5, 3, 1), w = random_matrix(3, 4, 2);
  for (const Activation f :
       {Activation::logistic, Activation::tanh, Activation::identity, Activation::swish}) {
    const auto loss = [&] {
      const GraphLayerRun run = run_graph_layer(a_hat.view(), h.view(), w.view(), f);
      double sum = 0;
      for (std::size_t i = 0; i < run.h_next.values().size(); ++i)
        sum += run.h_next.values()[i] * weight_of_output.values()[i];
      return sum;
    };
    const GraphLayerGradient gradient =
        graph_layer_gradient(a_hat.view(), w.view(), f, run_graph_layer(a_hat.view(), h.view(), w.view(), f),
                             weight_of_output.view());
    const auto check = [&](Matrix<double>& values, const Matrix<double>& derivative) {
      for (std::size_t i = 0; i < values.values().size(); ++i) {
        double& value = values.values()[i];
        const double centre = value, step = 1e-5;
        value = centre + step;
        const double above = loss();
        value = centre - step;
        const double below = loss();
        value = centre;
        EXPECT_NEAR(derivative.values()[i], (above - below) / (2 * step), 1e-9) << name_of(f);
      }
    };
    check(w, gradient.d_w);
    check(h, gradient.d_h);
  }
}

TEST(GraphLayer, AnIsolatedNodeReceivesItselfAndEdgesCountOnce) {
  const std::vector<GraphEdge> edges = {{0, 1}, {1, 0}, {0, 0}};
  const Matrix<double> a_hat = normalised_adjacency(3, edges);
  EXPECT_TRUE(a_hat == matrix({{0.5, 0.5, 0}, {0.5, 0.5, 0}, {0, 0, 1}}));
}

TEST(GraphLayer, WhatDoesNotFitIsNamed) {
  const std::vector<GraphEdge> edges = {{0, 1}, {1, 3}};
  const ErrorText report = report_of<UsageError>([&] { normalised_adjacency(3, edges); });
  EXPECT_EQ(report.where, "edge 2");
  EXPECT_EQ(report.expected, "nodes 0 to 2");
  EXPECT_EQ(report.got, "1 - 3");
  EXPECT_THROW(normalised_adjacency(0, {}), UsageError);
  const Matrix<double> a_hat = normalised_adjacency(3, kPath);
  const Matrix<double> h(3, 2), w(3, 2), good(2, 2), two(2, 2);
  EXPECT_THROW(run_graph_layer(a_hat.view(), h.view(), w.view(), Activation::tanh), UsageError);
  EXPECT_THROW(run_graph_layer(a_hat.view(), two.view(), good.view(), Activation::tanh), UsageError);
  EXPECT_THROW(run_graph_layer(a_hat.view(), h.view(), good.view(), Activation::softmax), UsageError);
  EXPECT_THROW(run_graph_layer(a_hat.view(), h.view(), good.view(), Activation::step), UsageError);
  const GraphLayerRun run = run_graph_layer(a_hat.view(), h.view(), good.view(), Activation::tanh);
  EXPECT_THROW(
      graph_layer_gradient(a_hat.view(), good.view(), Activation::tanh, run, w.view().row_block(0, 2)),
      UsageError);
}

}  // namespace
}  // namespace chainrule
