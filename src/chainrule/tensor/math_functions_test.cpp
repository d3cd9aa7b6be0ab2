#include "chainrule/tensor/math_functions.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "chainrule/base/random.h"
// In a file without foreach_target.h this is the code for the compiler's own baseline: on x86-64 without a
// fused multiply-add instruction.
#include "chainrule/tensor/math_functions-inl.h"
#include "golden/golden_table.h"

namespace chainrule {
namespace {

template <typename T>
constexpr const char* kTypeName = sizeof(T) == sizeof(float) ? "float" : "double";

template <typename T>
struct Function {
  const char* name;
  T (*fused)(T);        // the library's, with the processor's fused multiply-add where there is one
  T (*without_fma)(T);  // FusedOps compiled for the baseline
  T (*plain)(T);        // PlainOps
  double float_bound;   // ulp
  double double_bound;
};

template <class Ops>
struct Baseline {
  using E = HWY_NAMESPACE::MathFunctions<Ops>;
  using T = typename Ops::Scalar;
  static T exp(T x) { return E::exp(x); }
  static T expm1(T x) { return E::expm1(x); }
  static T log(T x) { return E::log(x); }
  static T log1p(T x) { return E::log1p(x); }
  static T tanh(T x) { return E::tanh(x); }
  static T logistic(T x) { return E::logistic(x); }
  static T softplus(T x) { return E::softplus(x); }
  static T erf(T x) { return E::erf(x); }
};

// Bounds a little above the largest errors of sweeps over about ten million random numbers each; the worst
// inputs of those sweeps are in the tables.
template <typename T>
std::vector<Function<T>> functions() {
  using F = Baseline<HWY_NAMESPACE::FusedOps<T>>;
  using P = Baseline<HWY_NAMESPACE::PlainOps<T>>;
  return {
      {"exp", math::exp<T>, F::exp, P::exp, 1.05, 1.05},
      {"expm1", math::expm1<T>, F::expm1, P::expm1, 1.35, 1.30},
      {"log", math::log<T>, F::log, P::log, 0.85, 0.85},
      {"log1p", math::log1p<T>, F::log1p, P::log1p, 0.85, 0.85},
      {"tanh", math::tanh<T>, F::tanh, P::tanh, 1.35, 1.10},
      {"logistic", math::logistic<T>, F::logistic, P::logistic, 1.50, 1.50},
      {"softplus", math::softplus<T>, F::softplus, P::softplus, 1.65, 1.60},
      {"erf", math::erf<T>, F::erf, P::erf, 1.40, 1.40},
  };
}

template <typename T>
class MathFunctions : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(MathFunctions, Types);

template <typename T>
double bound_of(double float_bound, double double_bound) {
  return sizeof(T) == sizeof(float) ? float_bound : double_bound;
}

template <typename T, typename F>
void expect_errors_below(const std::string& name, const std::vector<golden::Point>& points, double bound,
                         F function) {
  ASSERT_GE(points.size(), 100U) << name;
  double worst = 0;
  for (const golden::Point& point : points) {
    const T got = function(static_cast<T>(point.x), static_cast<T>(point.y));
    const double error = golden::ulp_error(got, point);
    worst = std::max(worst, error);
    EXPECT_LE(error, bound) << name << "(" << point.x << ", " << point.y << ") = " << got << ", exact "
                            << point.value;
  }
  testing::Test::RecordProperty(name + "_worst_ulp", std::to_string(worst));
}

TYPED_TEST(MathFunctions, FunctionsStayWithinTheirErrorBounds) {
  using T = TypeParam;
  auto table = golden::read_table(std::string("math_functions_") + kTypeName<T>);
  for (const Function<T>& f : functions<T>()) {
    expect_errors_below<T>(f.name, table[f.name], bound_of<T>(f.float_bound, f.double_bound),
                           [&](T x, T) { return f.fused(x); });
  }
  // These are calculated in double and rounded for float.
  expect_errors_below<T>("sin", table["sin"], bound_of<T>(0.501, 0.85), [](T x, T) { return math::sin(x); });
  expect_errors_below<T>("cos", table["cos"], bound_of<T>(0.501, 0.85), [](T x, T) { return math::cos(x); });
  expect_errors_below<T>("power", table["power"], bound_of<T>(0.501, 1.0),
                         [](T x, T y) { return math::power(x, y); });
}

TYPED_TEST(MathFunctions, PlainArithmeticLosesOneUlpMoreAtMost) {
  using T = TypeParam;
  auto table = golden::read_table(std::string("math_functions_") + kTypeName<T>);
  for (const Function<T>& f : functions<T>()) {
    expect_errors_below<T>(f.name, table[f.name], bound_of<T>(f.float_bound, f.double_bound) + 1,
                           [&](T x, T) { return f.plain(x); });
  }
}

template <typename T>
bool same_number(T a, T b) {
  using Bits = typename FloatFormat<T>::Bits;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b) || (std::isnan(a) && std::isnan(b));
}

TYPED_TEST(MathFunctions, GivesTheSameBitsWithAndWithoutTheInstructionForFusedMultiplyAdd) {
  using T = TypeParam;
  using Bits = typename FloatFormat<T>::Bits;
  const RandomKey key{.seed = 3};
  std::vector<T> inputs;
  // Any pattern of bits: denormals, infinities, not-a-number; and the range where most happens.
  for (std::uint64_t i = 0; i < 20000; ++i) {
    inputs.push_back(std::bit_cast<T>(static_cast<Bits>(random_u64(key, 2 * i))));
    inputs.push_back(static_cast<T>(20 * random_uniform(key, 2 * i + 1) - 10));
  }
  for (const Function<T>& f : functions<T>()) {
    for (const T x : inputs) {
      ASSERT_TRUE(same_number(f.fused(x), f.without_fma(x)))
          << f.name << "(" << x << "): " << f.fused(x) << " and " << f.without_fma(x);
    }
  }
}

TYPED_TEST(MathFunctions, SpecialValuesAreThoseOfTheLimits) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
  constexpr T kLargest = std::numeric_limits<T>::max();
  constexpr T kSmallest = std::numeric_limits<T>::denorm_min();

  EXPECT_EQ(math::exp(T(0)), 1);
  EXPECT_EQ(math::exp(-T(0)), 1);
  EXPECT_EQ(math::exp(kInfinity), kInfinity);
  EXPECT_EQ(math::exp(kLargest), kInfinity);
  EXPECT_EQ(math::exp(-kInfinity), 0);
  EXPECT_EQ(math::exp(-kLargest), 0);
  // Underflow is gradual: a little above the smallest number's logarithm, -103.28 and -744.44.
  EXPECT_EQ(math::exp(T(sizeof(T) == 4 ? -103.2 : -744.4)), kSmallest);
  EXPECT_GT(math::exp(T(sizeof(T) == 4 ? -88.0 : -709.0)), 0);
  EXPECT_LT(math::exp(T(sizeof(T) == 4 ? -88.0 : -709.0)), std::numeric_limits<T>::min());

  EXPECT_EQ(math::expm1(-kInfinity), -1);
  EXPECT_EQ(math::expm1(kInfinity), kInfinity);
  EXPECT_EQ(math::expm1(kSmallest), kSmallest);
  EXPECT_TRUE(same_number(math::expm1(-T(0)), -T(0)));

  EXPECT_EQ(math::log(T(1)), 0);
  EXPECT_EQ(math::log(T(0)), -kInfinity);
  EXPECT_EQ(math::log(-T(0)), -kInfinity);
  EXPECT_EQ(math::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::log(T(-1))));
  EXPECT_TRUE(std::isnan(math::log(-kSmallest)));
  EXPECT_TRUE(std::isnan(math::log(-kInfinity)));

  EXPECT_EQ(math::log1p(T(-1)), -kInfinity);
  EXPECT_EQ(math::log1p(kInfinity), kInfinity);
  EXPECT_TRUE(same_number(math::log1p(-T(0)), -T(0)));
  EXPECT_EQ(math::log1p(-kSmallest), -kSmallest);
  EXPECT_TRUE(std::isnan(math::log1p(T(-1.5))));

  EXPECT_EQ(math::tanh(kInfinity), 1);
  EXPECT_EQ(math::tanh(-kInfinity), -1);
  EXPECT_TRUE(same_number(math::tanh(-T(0)), -T(0)));
  EXPECT_EQ(math::tanh(kSmallest), kSmallest);

  EXPECT_EQ(math::logistic(T(0)), T(0.5));
  EXPECT_EQ(math::logistic(kInfinity), 1);
  EXPECT_EQ(math::logistic(-kInfinity), 0);
  EXPECT_GT(math::logistic(T(sizeof(T) == 4 ? -103 : -744)), 0);

  EXPECT_EQ(math::softplus(kInfinity), kInfinity);
  EXPECT_EQ(math::softplus(kLargest), kLargest);
  EXPECT_EQ(math::softplus(-kInfinity), 0);
  EXPECT_EQ(math::softplus(T(0)), T(0.69314718055994530942));

  EXPECT_EQ(math::erf(kInfinity), 1);
  EXPECT_EQ(math::erf(-kInfinity), -1);
  EXPECT_TRUE(same_number(math::erf(-T(0)), -T(0)));

  EXPECT_TRUE(same_number(math::sin(-T(0)), -T(0)));
  EXPECT_EQ(math::cos(T(0)), 1);
  EXPECT_TRUE(std::isnan(math::sin(kInfinity)));
  EXPECT_TRUE(std::isnan(math::cos(-kInfinity)));
  EXPECT_TRUE(std::isnan(math::sin(kNan)));
  EXPECT_TRUE(std::isnan(math::cos(kNan)));

  for (const Function<T>& f : functions<T>()) {
    EXPECT_TRUE(std::isnan(f.fused(kNan))) << f.name;
    EXPECT_TRUE(std::isnan(f.plain(kNan))) << f.name;
  }
}

TYPED_TEST(MathFunctions, PowerFollowsTheRulesOfExponents) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  EXPECT_EQ(math::power(T(2), T(10)), 1024);
  EXPECT_EQ(math::power(T(3), T(4)), 81);
  EXPECT_EQ(math::power(T(0.25), T(0.5)), T(0.5));
  EXPECT_EQ(math::power(T(7), T(0)), 1);
  EXPECT_EQ(math::power(T(0), T(0)), 1);
  EXPECT_EQ(math::power(T(0), T(2)), 0);
  EXPECT_EQ(math::power(T(0), T(-2)), kInfinity);
  EXPECT_EQ(math::power(T(1), kInfinity), 1);
  EXPECT_EQ(math::power(kInfinity, T(2)), kInfinity);
  EXPECT_EQ(math::power(kInfinity, T(-2)), 0);
  EXPECT_EQ(math::power(T(0.5), kInfinity), 0);
  EXPECT_EQ(math::power(T(2), kInfinity), kInfinity);
  EXPECT_EQ(math::power(T(10), T(1000)), kInfinity);
  EXPECT_EQ(math::power(T(10), T(-1000)), 0);
  EXPECT_EQ(math::power(std::numeric_limits<T>::denorm_min(), T(1)), std::numeric_limits<T>::denorm_min());
  EXPECT_TRUE(std::isnan(math::power(T(-1), T(2))));
  EXPECT_TRUE(std::isnan(math::power(std::numeric_limits<T>::quiet_NaN(), T(2))));
  EXPECT_TRUE(std::isnan(math::power(T(2), std::numeric_limits<T>::quiet_NaN())));
}

TYPED_TEST(MathFunctions, OddFunctionsChangeOnlyTheSign) {
  using T = TypeParam;
  for (int i = 0; i < 4000; ++i) {
    const T x = static_cast<T>(i) * T(0.00371);
    EXPECT_TRUE(same_number(math::tanh(-x), -math::tanh(x))) << x;
    EXPECT_TRUE(same_number(math::erf(-x), -math::erf(x))) << x;
    EXPECT_TRUE(same_number(math::sin(-x), -math::sin(x))) << x;
    EXPECT_TRUE(same_number(math::cos(-x), math::cos(x))) << x;
    // Two roundings of numbers below 1, half a unit of 1 each and the errors of both.
    EXPECT_NEAR(math::logistic(x) + math::logistic(-x), 1, 2 * std::numeric_limits<T>::epsilon()) << x;
  }
}

TYPED_TEST(MathFunctions, GrowingFunctionsDoNotFallBetweenDistantNeighbours) {
  using T = TypeParam;
  // Steps of 16 units in the last place, across the places where the cases of each function meet: the exact
  // function grows by more than its error there.
  struct Seam {
    const char* name;
    double at;
  };
  const Seam seams[] = {
      {"exp", 0.34657359},      {"exp", -0.34657359},   {"exp", 1.0397208},        {"exp", 20.4478},
      {"expm1", 0.34657359},    {"expm1", -0.34657359}, {"expm1", 1.0397208},      {"log", 0.70710678},
      {"log", 1.41421356},      {"log", 2.82842712},    {"log1p", 0.41421356},     {"log1p", -0.29289322},
      {"tanh", 0.625},          {"tanh", 0.75},         {"logistic", 0.0},         {"logistic", 0.34657359},
      {"logistic", -1.0397208}, {"softplus", 0.0},      {"softplus", -0.88137359}, {"erf", 1.125},
  };  // fmt: skip
  for (const Seam& seam : seams) {
    for (const Function<T>& f : functions<T>()) {
      if (std::string_view(f.name) != seam.name) continue;
      const T step = 16 * static_cast<T>(golden::unit_in_last_place<T>(seam.at == 0 ? 0.5 : seam.at));
      T x = static_cast<T>(seam.at) - 100 * step;
      for (int i = 0; i < 200; ++i, x += step) {
        EXPECT_LT(f.fused(x), f.fused(x + step)) << f.name << " at " << x;
        EXPECT_LE(f.plain(x), f.plain(x + step)) << f.name << " at " << x;
      }
    }
  }
}

TEST(NormalQuantile, EqualsOtherImplementationsOfTheAlgorithm) {
  // Python 3.11: statistics.NormalDist().inv_cdf(p).
  struct Case {
    double probability;
    double quantile;
  };
  const Case cases[] = {
      {1e-300, -37.0470962993612},        {1e-100, -21.27345356096532},     {1e-20, -9.262340089798405},
      {1e-10, -6.361340902404056},        {1e-05, -4.2648907939228256},     {0.001, -3.090232306167813},
      {0.01, -2.3263478740408408},        {0.025, -1.9599639845400538},     {0.07499999, -1.439531541582168},
      {0.075, -1.4395314709384557},       {0.0750001, -1.4395307645017297}, {0.1, -1.2815515655446008},
      {0.25, -0.6744897501960817},        {0.4, -0.2533471031357998},       {0.49, -0.025068908258711057},
      {0.5000001, 2.506628273311649e-07}, {0.6, 0.2533471031357998},        {0.75, 0.6744897501960817},
      {0.9, 1.2815515655446008},          {0.92499, 1.4394608308216257},    {0.925, 1.439531470938456},
      {0.9251, 1.4402382675279632},       {0.975, 1.9599639845400536},      {0.99, 2.3263478740408408},
      {0.999, 3.090232306167813},         {0.9999999, 5.199337582290662},
  };
  for (const Case& c : cases) {
    // The centre is algebra; the tails use our logarithm instead of libm's, a last place apart.
    EXPECT_NEAR(math::normal_quantile(c.probability), c.quantile, 4e-16 * std::fabs(c.quantile))
        << c.probability;
  }
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  // Phi(x) = (1 + erf(x / sqrt 2)) / 2; the published error of the algorithm is about 1e-16.
  for (int i = 1; i < 1000; ++i) {
    const double p = i / 1000.0;
    const double x = math::normal_quantile(p);
    EXPECT_NEAR(0.5 * (1 + math::erf(x * 0.70710678118654752440)), p, 4e-16);
  }
}

TEST(NormalQuantile, TakesTheEndsToInfinity) {
  EXPECT_EQ(math::normal_quantile(0.5), 0);
  EXPECT_EQ(math::normal_quantile(0.25), -math::normal_quantile(0.75));
  EXPECT_EQ(math::normal_quantile(0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(math::normal_quantile(1), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(math::normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(math::normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(math::normal_quantile(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(std::isfinite(math::normal_quantile(std::numeric_limits<double>::denorm_min())));
}

}  // namespace
}  // namespace chainrule
