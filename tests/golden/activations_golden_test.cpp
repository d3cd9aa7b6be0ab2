// All activations against the worked examples: values, derivatives, derivatives with respect to the
// parameter, large arguments, conventions at kinks; and softmax with cross-entropy.
#include <gtest/gtest.h>

#include <cmath>

#include "chainrule/model/backward.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/softmax.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::expect_equal;
using testing_support::worked_examples;

const Compute kPlain{.path = KernelPath::plain};

struct Point {
  double f = 0, df = 0, d_parameter = 0;
};

Point at(Activation f, double parameter, double x) {
  Point point;
  const double one = 1;
  activate<double>(kPlain, f, {&parameter, 1}, {&x, 1, 1}, {&point.f, 1, 1});
  if (!properties_of(f).is_differentiable) return point;
  activate_backward<double>(kPlain, f, {&parameter, 1}, {&x, 1, 1}, {&point.f, 1, 1}, {&one, 1, 1},
                            {&point.df, 1, 1});
  if (properties_of(f).parameter != ParameterUse::none) {
    activate_parameter_backward<double>(kPlain, f, {&parameter, 1}, {&x, 1, 1}, {&one, 1, 1},
                                        {&point.d_parameter, 1, 1});
  }
  return point;
}

Point at(Activation f, double x) {
  return at(f, properties_of(f).default_parameter, x);
}

TEST(ActivationGolden, TheTable) {
  std::size_t functions = 0;
  for (const json& entry : worked_examples().at("activations").at("table")) {
    const std::string name = entry.at("name");
    if (name == "sgn" || name == "step") continue;  // below
    SCOPED_TRACE(entry.at("formula").get<std::string>());
    const Activation f = parse_name<Activation>(name);
    double parameter = properties_of(f).default_parameter;
    if (entry.contains("parameters")) parameter = entry["parameters"].begin().value();
    for (std::size_t i = 0; i < entry.at("x").size(); ++i) {
      const double x = entry["x"][i];
      const std::string where = name + "(" + std::to_string(x) + ")";
      const Point point = at(f, parameter, x);
      // At |x| = 5, 1 - f^2 and f (1 - f) lose digits.
      const double tolerance = std::abs(x) == 5 ? 1e-11 : 1e-12;
      expect_equal(point.f, entry.at("f")[i], 1e-12, where);
      expect_equal(point.df, entry.at("df")[i], tolerance, where + "'");
      if (entry.contains("dparam")) {
        expect_equal(point.d_parameter, entry["dparam"].begin().value()[i], 1e-12, where + " by parameter");
      }
    }
    ++functions;
  }
  EXPECT_EQ(functions, 15u);
}

TEST(ActivationGolden, ThresholdsAtZeroBelongToTheUpperSide) {
  for (const json& entry : worked_examples().at("activations").at("table")) {
    const std::string name = entry.at("name");
    if (name != "sgn" && name != "step") continue;
    const Activation f = name == "sgn" ? Activation::sign : Activation::step;
    const json& expected = entry.at(name == "sgn" ? "f_with_sgn0_plus1" : "f_with_step0_one");
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(at(f, entry.at("x")[i]).f, expected[i].get<double>()) << name << " " << entry["x"][i];
  }
}

TEST(ActivationGolden, FarArgumentsAreExactAndNeverNaN) {
  for (const json& entry : worked_examples().at("activations").at("large_argument")) {
    std::string name = entry.at("name");
    if (name == "swish_beta1") name = "swish";
    const Point point = at(parse_name<Activation>(name), entry.at("x"));
    EXPECT_NEAR(point.f, entry.at("f").get<double>(), 1e-300) << entry;
    EXPECT_NEAR(point.df, entry.at("df").get<double>(), 1e-300) << entry;
  }
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    if (entry.value == Activation::softmax) continue;
    for (const double x : {-1e308, -1e6, -1e3, 1e3, 1e6, 1e308}) {
      const Point point = at(entry.value, x);
      EXPECT_FALSE(std::isnan(point.f) || std::isnan(point.df) || std::isnan(point.d_parameter))
          << entry.word << " " << x;
    }
  }
}

TEST(ActivationGolden, IdentitiesHoldEverywhere) {
  ASSERT_EQ(worked_examples().at("activations").at("identities").size(), 6u);
  for (int i = -400; i <= 400; ++i) {
    const double x = i * 0.05;
    const Point bipolar = at(Activation::bipolar_sigmoid, x), logistic = at(Activation::logistic, x),
                tanh = at(Activation::tanh, x);
    EXPECT_NEAR(bipolar.f, at(Activation::tanh, x / 2).f, 1e-15);
    EXPECT_NEAR(bipolar.f, 2 * logistic.f - 1, 4e-16);
    EXPECT_NEAR(tanh.f, 2 * at(Activation::logistic, 2 * x).f - 1, 4e-16);
    EXPECT_NEAR(at(Activation::softplus, x).df, logistic.f, 1e-15);
    EXPECT_NEAR(bipolar.df, (1 - bipolar.f * bipolar.f) / 2, 1e-15);
    const double limits[] = {0.25, 1, 0.5};
    const double slopes[] = {logistic.df, tanh.df, bipolar.df};
    for (int k = 0; k < 3; ++k) {
      // The open end of the interval: from about 19 on, tanh is 1 in double and its slope 0.
      EXPECT_TRUE(slopes[k] > 0 || std::abs(x) >= 18) << x;
      EXPECT_EQ(slopes[k] == limits[k], i == 0) << x;
      EXPECT_LE(slopes[k], limits[k]) << x;
    }
  }
}

// Requirement S1.5: continuous, differentiable at all but a few points, not linear.
TEST(ActivationGolden, FunctionsAreContinuousAndNotLinearAndHaveSlopesButAtZero) {
  constexpr double kStep = 1e-6;
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    const ActivationProperties properties = properties_of(entry.value);
    if (entry.value == Activation::softmax || !properties.is_differentiable) continue;
    SCOPED_TRACE(entry.word);
    const double steepest = std::max(std::abs(properties.derivative_minimum), properties.derivative_maximum);
    double farthest_from_a_line = 0;
    for (int i = -3000; i <= 3000; ++i) {
      const double x = i * 0.01;
      const double difference = at(entry.value, x + kStep).f - at(entry.value, x - kStep).f;
      EXPECT_LE(std::abs(difference), 2.001 * kStep * steepest + 1e-14) << x;
      EXPECT_TRUE(has_kink_near(entry.value, x, kStep) ||
                  std::abs(difference / (2 * kStep) - at(entry.value, x).df) < 2e-8)
          << x;
      const double line =
          at(entry.value, -1).f + (at(entry.value, 1).f - at(entry.value, -1).f) * (x + 1) / 2;
      farthest_from_a_line = std::max(farthest_from_a_line, std::abs(at(entry.value, x).f - line));
    }
    EXPECT_EQ(farthest_from_a_line > 0.1, entry.value != Activation::identity);
  }
  // sign and step jump: they have no slope to learn from.
  EXPECT_EQ(at(Activation::step, kStep).f - at(Activation::step, -kStep).f, 1);
}

TEST(SoftmaxGolden, ProbabilitiesLossGradientAndJacobian) {
  for (const json& expected : worked_examples().at("softmax_cross_entropy").at("cases")) {
    SCOPED_TRACE(expected.at("z").dump());
    const std::vector<double> z = expected.at("z"), y = expected.at("y");
    const std::size_t n = z.size();
    std::vector<double> p(n), gradient(n);
    const MatrixView<const double> z_row(z.data(), 1, n), p_row(p.data(), 1, n), y_row(y.data(), 1, n);
    softmax_rows<double>(kPlain, z_row, {p.data(), 1, n});
    expect_equal(p, expected.at("softmax"), 1e-12, "softmax");
    LossScratch<double> scratch;
    const double loss = evaluate_loss<double>(kPlain, {.kind = Loss::softmax_cross_entropy}, z_row, p_row,
                                              y_row, {}, {gradient.data(), 1, n}, scratch);
    expect_equal(loss, expected.at("cross_entropy"), 1e-12, "loss");
    expect_equal(gradient, expected.at("dL_dz"), 1e-12, "dL/dz");
    // Row i of the Jacobian is the delta for dL/da = the i-th unit vector.
    const Dense layer = make_dense(1, n, Activation::softmax);
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> unit(n), row(n);
      unit[i] = 1;
      activation_delta<double>(kPlain, layer, {}, z_row, p_row, {unit.data(), 1, n}, {row.data(), 1, n});
      expect_equal(row, expected.at("jacobian_dp_i_dz_j")[i], 1e-12, "Jacobian row " + std::to_string(i));
    }
  }
}

}  // namespace
}  // namespace chainrule
