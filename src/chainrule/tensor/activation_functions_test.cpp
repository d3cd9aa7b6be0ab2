// The values of each activation, its derivative and its derivative by the parameter: against the lecture
// table, numeric differences, tables of exact numbers, and at infinity.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "chainrule/tensor/activation_kernels.h"
#include "golden/golden_table.h"

namespace chainrule {
namespace {

std::vector<Activation> elementwise() {
  std::vector<Activation> list;
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    if (properties_of(entry.value).is_elementwise) list.push_back(entry.value);
  }
  return list;
}

double value_at(KernelPath path, Activation f, double parameter, double x) {
  double a = 0;
  activate<double>({.path = path}, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1});
  return a;
}

double derivative_at(KernelPath path, Activation f, double parameter, double x) {
  const double a = value_at(path, f, parameter, x);
  const double d_a = 1;
  double d_z = 0;
  activate_backward<double>({.path = path}, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1}, {&d_a, 1, 1},
                            {&d_z, 1, 1});
  return d_z;
}

double parameter_derivative_at(KernelPath path, Activation f, double parameter, double x) {
  const double d_a = 1;
  double d_parameter = 0;
  activate_parameter_backward<double>({.path = path}, f, {&parameter, 1}, {&x, 1, 1}, {&d_a, 1, 1},
                                      {&d_parameter, 1, 1});
  return d_parameter;
}

constexpr std::array kDefiningPaths = {KernelPath::plain, KernelPath::scalar};

struct LectureRow {
  Activation f;
  double parameter;
  std::array<double, 7> value;
  std::array<double, 7> derivative;
  std::array<double, 7> parameter_derivative;  // zeros where there is no parameter
};
constexpr std::array<double, 7> kLecturePoints = {-5, -1, -0.5, 0, 0.5, 1, 5};

// Each row: f, f' and df/dparameter at -5, -1, -0.5, 0, 0.5, 1, 5, from the closed formulas at 50 digits.
const LectureRow kLectureRows[] = {
    {Activation::identity, 0, {-5, -1, -0.5, 0, 0.5, 1, 5}, {1, 1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}},
    {Activation::logistic,
     0,
     {0.0066928509242848554, 0.2689414213699951, 0.37754066879814546, 0.5, 0.6224593312018546,
      0.7310585786300049, 0.9933071490757152},
     {0.006648056670790155, 0.19661193324148185, 0.2350037122015945, 0.25, 0.2350037122015945,
      0.19661193324148185, 0.006648056670790155},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::tanh,
     0,
     {-0.9999092042625951, -0.7615941559557649, -0.46211715726000974, 0, 0.46211715726000974,
      0.7615941559557649, 0.9999092042625951},
     {0.0001815832309438067, 0.4199743416140261, 0.7864477329659274, 1, 0.7864477329659274,
      0.4199743416140261, 0.0001815832309438067},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::bipolar_sigmoid,
     0,
     {-0.9866142981514303, -0.46211715726000974, -0.24491866240370913, 0, 0.24491866240370913,
      0.46211715726000974, 0.9866142981514303},
     {0.01329611334158031, 0.3932238664829637, 0.470007424403189, 0.5, 0.470007424403189, 0.3932238664829637,
      0.01329611334158031},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::relu, 0, {0, 0, 0, 0, 0.5, 1, 5}, {0, 0, 0, 0, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}},
    {Activation::leaky_relu,
     0.01,
     {-0.05, -0.01, -0.005, 0, 0.5, 1, 5},
     {0.01, 0.01, 0.01, 0.01, 1, 1, 1},
     {-5, -1, -0.5, 0, 0, 0, 0}},
    {Activation::leaky_relu,
     0.25,
     {-1.25, -0.25, -0.125, 0, 0.5, 1, 5},
     {0.25, 0.25, 0.25, 0.25, 1, 1, 1},
     {-5, -1, -0.5, 0, 0, 0, 0}},
    {Activation::prelu,
     0.25,
     {-1.25, -0.25, -0.125, 0, 0.5, 1, 5},
     {0.25, 0.25, 0.25, 0.25, 1, 1, 1},
     {-5, -1, -0.5, 0, 0, 0, 0}},
    {Activation::prelu,
     0.125,
     {-0.625, -0.125, -0.0625, 0, 0.5, 1, 5},
     {0.125, 0.125, 0.125, 0.125, 1, 1, 1},
     {-5, -1, -0.5, 0, 0, 0, 0}},
    {Activation::elu,
     1,
     {-0.9932620530009145, -0.6321205588285577, -0.3934693402873666, 0, 0.5, 1, 5},
     {0.006737946999085467, 0.36787944117144233, 0.6065306597126334, 1, 1, 1, 1},
     {-0.9932620530009145, -0.6321205588285577, -0.3934693402873666, 0, 0, 0, 0}},
    {Activation::elu,
     0.5,
     {-0.49663102650045726, -0.31606027941427883, -0.1967346701436833, 0, 0.5, 1, 5},
     {0.0033689734995427335, 0.18393972058572117, 0.3032653298563167, 0.5, 1, 1, 1},
     {-0.9932620530009145, -0.6321205588285577, -0.3934693402873666, 0, 0, 0, 0}},
    {Activation::selu,
     0,
     {-1.7462533606696202, -1.1113307378125628, -0.6917581878028713, 0, 0.5253504936777402,
      1.0507009873554805, 5.253504936777403},
     {0.01184598017775672, 0.6467686030348141, 1.0663411530445055, 1.7580993408473768, 1.0507009873554805,
      1.0507009873554805, 1.0507009873554805},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::softplus,
     0,
     {0.006715348489118068, 0.3132616875182228, 0.4740769841801067, 0.6931471805599453, 0.9740769841801067,
      1.3132616875182228, 5.006715348489118},
     {0.0066928509242848554, 0.2689414213699951, 0.37754066879814546, 0.5, 0.6224593312018546,
      0.7310585786300049, 0.9933071490757152},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::swish,
     1,
     {-0.03346425462142428, -0.2689414213699951, -0.18877033439907273, 0, 0.3112296656009273,
      0.7310585786300049, 4.966535745378576},
     {-0.02654743242966592, 0.07232948812851327, 0.2600388126973482, 0.5, 0.7399611873026518,
      0.9276705118714867, 1.026547432429666},
     {0.16620141676975386, 0.19661193324148185, 0.058750928050398624, 0, 0.058750928050398624,
      0.19661193324148185, 0.16620141676975386}},
    {Activation::swish,
     0.5,
     {-0.37929090010621774, -0.37754066879814546, -0.21891174955710094, 0, 0.28108825044289903,
      0.6224593312018546, 4.620709099893782},
     {-0.09940111134152683, 0.2600388126973482, 0.37628997842980233, 0.5, 0.6237100215701977,
      0.7399611873026518, 1.0994011113415267},
     {1.7525929136277039, 0.2350037122015945, 0.06153352068439959, 0, 0.06153352068439959, 0.2350037122015945,
      1.7525929136277039}},
    {Activation::swish,
     2,
     {-0.00022698934351217197, -0.11920292202211756, -0.13447071068499755, 0, 0.36552928931500245,
      0.8807970779778824, 4.9997730106564875},
     {-0.0004085602086570823, -0.09078424878489548, 0.07232948812851327, 0.5, 0.9276705118714867,
      1.0907842487848955, 1.000408560208657},
     {0.0011348951933987917, 0.10499358540350652, 0.04915298331037046, 0, 0.04915298331037046,
      0.10499358540350652, 0.0011348951933987917}},
    {Activation::swish,
     0,
     {-2.5, -0.5, -0.25, 0, 0.25, 0.5, 2.5},
     {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
     {6.25, 0.25, 0.0625, 0, 0.0625, 0.25, 6.25}},
    {Activation::gelu,
     0,
     {-1.4332578593959695e-06, -0.15865525393145705, -0.15426876936299344, 0, 0.34573123063700656,
      0.8413447460685429, 4.999998566742141},
     {-7.146946001792295e-06, -0.0833154705876863, 0.13250487534383715, 0.5, 0.8674951246561629,
      1.0833154705876864, 1.000007146946002},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::mish,
     0,
     {-0.033576237730161704, -0.3034014613741089, -0.22074377465173, 0, 0.37524521130489513,
      0.8650983882673103, 4.999552077529406},
     {-0.026747498019901932, 0.05921675587739495, 0.2895106779135122, 0.6, 0.8864243753577272,
      1.0490362200997922, 1.0008002248320826},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::saturating_linear, 0, {0, 0, 0, 0, 0.5, 1, 1}, {0, 0, 0, 0, 1, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
    {Activation::cosine,
     0,
     {0.28366218546322625, 0.5403023058681398, 0.8775825618903728, 1, 0.8775825618903728, 0.5403023058681398,
      0.28366218546322625},
     {-0.9589242746631385, 0.8414709848078965, 0.479425538604203, 0, -0.479425538604203, -0.8414709848078965,
      0.9589242746631385},
     {0, 0, 0, 0, 0, 0, 0}},
    {Activation::sign, 0, {-1, -1, -1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
    {Activation::step, 0, {0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
};

TEST(Activate, GivesTheValuesOfTheLectureTable) {
  for (const LectureRow& row : kLectureRows) {
    for (const KernelPath path : kDefiningPaths) {
      for (std::size_t i = 0; i < kLecturePoints.size(); ++i) {
        const double x = kLecturePoints[i];
        SCOPED_TRACE(std::string(name_of(row.f)) + " at " + std::to_string(x) + ", " +
                     std::string(name_of(path)));
        EXPECT_NEAR(value_at(path, row.f, row.parameter, x), row.value[i], 4e-16 * std::fabs(row.value[i]));
        if (!properties_of(row.f).is_differentiable) continue;
        // 1 - a^2 near a = 1 has the absolute, not the relative, accuracy of a.
        EXPECT_NEAR(derivative_at(path, row.f, row.parameter, x), row.derivative[i], 3e-16);
        if (!has_parameter(row.f)) continue;
        EXPECT_NEAR(parameter_derivative_at(path, row.f, row.parameter, x), row.parameter_derivative[i],
                    4e-16 * std::fabs(row.parameter_derivative[i]));
      }
    }
  }
}

TEST(Activate, TakesTheLeftBranchAtTheKink) {
  for (const KernelPath path : kDefiningPaths) {
    for (const double zero : {0.0, -0.0}) {
      EXPECT_EQ(derivative_at(path, Activation::relu, 0, zero), 0);
      EXPECT_EQ(derivative_at(path, Activation::leaky_relu, 0.01, zero), 0.01);
      EXPECT_EQ(derivative_at(path, Activation::prelu, 0.25, zero), 0.25);
      EXPECT_EQ(derivative_at(path, Activation::elu, 0.5, zero), 0.5);
      EXPECT_NEAR(derivative_at(path, Activation::selu, 0, zero), 1.0507009873554805 * 1.6732632423543772,
                  4e-16);
      EXPECT_EQ(value_at(path, Activation::sign, 0, zero), 1);
      EXPECT_EQ(value_at(path, Activation::step, 0, zero), 1);
    }
  }
}

// f'(x) from six values: (45 (f1 - f-1) - 9 (f2 - f-2) + (f3 - f-3)) / 60 h, error h^6 f^(7) / 140.
template <typename F>
double central_difference(F f, double x) {
  const double h = 1.0 / 256;
  return (45 * (f(x + h) - f(x - h)) - 9 * (f(x + 2 * h) - f(x - 2 * h)) + (f(x + 3 * h) - f(x - 3 * h))) /
         (60 * h);
}

TEST(ActivateBackward, IsTheDerivativeOfActivate) {
  for (const Activation f : elementwise()) {
    if (!properties_of(f).is_differentiable) continue;
    for (const KernelPath path : kDefiningPaths) {
      for (const double parameter : {0.25, 1.0, 1.5}) {
        for (double x = -8; x <= 8; x += 0.13) {
          if (has_kink_near(f, x, 0.02)) continue;
          const double expected =
              central_difference([&](double at) { return value_at(path, f, parameter, at); }, x);
          // The difference itself is good to about 1e-13 of the values of f.
          const double tolerance = 1e-7 * std::fabs(expected) + 1e-12;
          EXPECT_NEAR(derivative_at(path, f, parameter, x), expected, tolerance)
              << name_of(f) << " " << parameter << " at " << x << ", " << name_of(path);
        }
      }
    }
  }
}

TEST(ActivateParameterBackward, IsTheDerivativeByTheParameter) {
  for (const Activation f : elementwise()) {
    if (!has_parameter(f)) continue;
    for (const KernelPath path : kDefiningPaths) {
      for (const double parameter : {0.25, 1.0, 1.5}) {
        for (double x = -8; x <= 8; x += 0.13) {
          const double expected =
              central_difference([&](double at) { return value_at(path, f, at, x); }, parameter);
          const double tolerance = 1e-7 * std::fabs(expected) + 1e-12;
          EXPECT_NEAR(parameter_derivative_at(path, f, parameter, x), expected, tolerance)
              << name_of(f) << " " << parameter << " at " << x << ", " << name_of(path);
        }
      }
    }
  }
}

template <typename T>
class ActivationFunctions : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(ActivationFunctions, Types);

template <typename T>
T value_of(KernelPath path, Activation f, T parameter, T x) {
  T a = 0;
  activate<T>({.path = path}, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1});
  return a;
}

TYPED_TEST(ActivationFunctions, StayWithinAFewUlpOfTheExactFunction) {
  using T = TypeParam;
  auto table = golden::read_table(std::is_same_v<T, float> ? "activation_float" : "activation_double");
  struct Case {
    const char* name;
    Activation f;
    double bound;
  };
  // gelu in the far left tail too, where (1 + erf) / 2 would have no correct digit.
  const Case cases[] = {
      {"gelu", Activation::gelu, 5}, {"mish", Activation::mish, 4.25}, {"swish", Activation::swish, 2.5}};
  for (const Case& c : cases) {
    ASSERT_GE(table[c.name].size(), 100U);
    double worst = 0;
    for (const golden::Point& point : table[c.name]) {
      for (const KernelPath path : kDefiningPaths) {
        const T got = value_of<T>(path, c.f, 1, static_cast<T>(point.x));
        const double error = golden::ulp_error(got, point);
        worst = std::max(worst, error);
        EXPECT_LE(error, c.bound + (path == KernelPath::plain ? 1 : 0))
            << c.name << "(" << point.x << ") = " << got << ", exact " << point.value << ", "
            << name_of(path);
      }
    }
    this->RecordProperty(std::string(c.name) + "_worst_ulp", std::to_string(worst));
  }
}

// Far beyond the range of the fast reduction, too; long double has eleven bits more than double.
TYPED_TEST(ActivationFunctions, CosineIsExactToTwoUlpAndTheSameOnEveryPath) {
  using T = TypeParam;
  std::vector<T> z;
  for (int i = -400; i <= 400; ++i)
    for (const double scale : {0.01, 0.7, 1.5707963267948966, 4.001, 250.0, 1e7})
      z.push_back(static_cast<T>(i * scale));
  for (const double far : {1e-30, 1e12, 1e30, -3e35})
    z.push_back(static_cast<T>(far));
  const MatrixView<const T> row(z.data(), 1, z.size());
  const T none = 0;
  std::vector<T> scalar(z.size()), slopes(z.size()), ones(z.size(), T{1});
  activate<T>({.path = KernelPath::scalar}, Activation::cosine, {&none, 1}, row,
              {scalar.data(), 1, z.size()});
  activate_backward<T>({.path = KernelPath::scalar}, Activation::cosine, {&none, 1}, row,
                       {scalar.data(), 1, z.size()}, {ones.data(), 1, z.size()},
                       {slopes.data(), 1, z.size()});
  for (std::size_t i = 0; i < z.size(); ++i) {
    const auto near = [&](T got, long double exact) {
      const long double ulp = std::abs(exact) * std::numeric_limits<T>::epsilon();
      EXPECT_LE(std::abs(static_cast<long double>(got) - exact), 2 * ulp + 1e-300L) << z[i];
    };
    near(scalar[i], std::cos(static_cast<long double>(z[i])));
    near(slopes[i], -std::sin(static_cast<long double>(z[i])));
  }
  for (const KernelPath path : {KernelPath::avx2, best_kernel_path()}) {
    std::vector<T> a(z.size()), d(z.size());
    activate<T>({.path = path}, Activation::cosine, {&none, 1}, row, {a.data(), 1, z.size()});
    activate_backward<T>({.path = path}, Activation::cosine, {&none, 1}, row, {a.data(), 1, z.size()},
                         {ones.data(), 1, z.size()}, {d.data(), 1, z.size()});
    EXPECT_EQ(a, scalar) << name_of(path);
    EXPECT_EQ(d, slopes) << name_of(path);
  }
}

TYPED_TEST(ActivationFunctions, GoToTheirLimitsAtInfinity) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  constexpr T kLargest = std::numeric_limits<T>::max();
  struct Case {
    Activation f;
    T left;
    T right;
    T left_derivative;
    T right_derivative;
  };
  const T selu_end = T(-1.0507009873554804934) * T(1.6732632423543772848);
  const Case cases[] = {
      {Activation::logistic, 0, 1, 0, 0},
      {Activation::tanh, -1, 1, 0, 0},
      {Activation::bipolar_sigmoid, -1, 1, 0, 0},
      {Activation::relu, 0, kInfinity, 0, 1},
      {Activation::elu, -1, kInfinity, 0, 1},
      {Activation::selu, selu_end, kInfinity, 0, T(1.0507009873554804934)},
      {Activation::softplus, 0, kInfinity, 0, 1},
      {Activation::swish, 0, kInfinity, 0, 1},
      {Activation::gelu, 0, kInfinity, 0, 1},
      {Activation::mish, 0, kInfinity, 0, 1},
      {Activation::saturating_linear, 0, 1, 0, 0},
  };
  const T one = 1;
  for (const Case& c : cases) {
    for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
      SCOPED_TRACE(std::string(name_of(c.f)) + ", " + std::string(name_of(path)));
      for (const T x : {kInfinity, kLargest, T(1e30)}) {
        const T left = value_of<T>(path, c.f, 1, -x);
        const T right = value_of<T>(path, c.f, 1, x);
        EXPECT_NEAR(left, c.left, 2 * std::numeric_limits<T>::epsilon());
        // The functions without a bound are a straight line there.
        EXPECT_EQ(right, c.right == kInfinity ? c.right_derivative * x : c.right);
        T d = 7;
        const T minus_x = -x;
        activate_backward<T>({.path = path}, c.f, {&one, 1}, {&minus_x, 1, 1}, {&left, 1, 1}, {&one, 1, 1},
                             {&d, 1, 1});
        EXPECT_EQ(d, c.left_derivative);
        activate_backward<T>({.path = path}, c.f, {&one, 1}, {&x, 1, 1}, {&right, 1, 1}, {&one, 1, 1},
                             {&d, 1, 1});
        EXPECT_EQ(d, c.right_derivative);
      }
    }
  }
}

TYPED_TEST(ActivationFunctions, KeepNotANumberVisible) {
  using T = TypeParam;
  for (const Activation f : elementwise()) {
    if (!properties_of(f).is_differentiable) continue;
    for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
      EXPECT_TRUE(std::isnan(value_of<T>(path, f, 1, std::numeric_limits<T>::quiet_NaN()))) << name_of(f);
    }
  }
}

}  // namespace
}  // namespace chainrule
