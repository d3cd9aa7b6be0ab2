#include "chainrule/tensor/activation_kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/elementary.h"
#include "golden/golden_table.h"

namespace chainrule {
namespace {

constexpr std::array kElementwise = {
    Activation::identity, Activation::logistic,   Activation::tanh,  Activation::bipolar_sigmoid,
    Activation::relu,     Activation::leaky_relu, Activation::prelu, Activation::elu,
    Activation::selu,     Activation::softplus,   Activation::swish, Activation::gelu,
    Activation::mish,     Activation::sign,       Activation::step,
};

bool is_differentiable(Activation f) {
  return f != Activation::sign && f != Activation::step;
}
bool has_parameter(Activation f) {
  return f == Activation::leaky_relu || f == Activation::prelu || f == Activation::elu ||
         f == Activation::swish;
}
bool has_kink(Activation f) {
  return f == Activation::relu || f == Activation::leaky_relu || f == Activation::prelu ||
         f == Activation::elu || f == Activation::selu;
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

TEST(Activate, GivesTheValuesOfTheLectureTable) {
  // Each row: f, f' and df/dparameter at -5, -1, -0.5, 0, 0.5, 1, 5, from the closed formulas at 50 digits.
  const LectureRow rows[] = {
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
       {0.01329611334158031, 0.3932238664829637, 0.470007424403189, 0.5, 0.470007424403189,
        0.3932238664829637, 0.01329611334158031},
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
       {1.7525929136277039, 0.2350037122015945, 0.06153352068439959, 0, 0.06153352068439959,
        0.2350037122015945, 1.7525929136277039}},
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
      {Activation::sign, 0, {-1, -1, -1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
      {Activation::step, 0, {0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}},
  };
  for (const LectureRow& row : rows) {
    for (const KernelPath path : kDefiningPaths) {
      for (std::size_t i = 0; i < kLecturePoints.size(); ++i) {
        const double x = kLecturePoints[i];
        SCOPED_TRACE(std::string(name_of(row.f)) + " at " + std::to_string(x) + ", " +
                     std::string(name_of(path)));
        EXPECT_NEAR(value_at(path, row.f, row.parameter, x), row.value[i], 4e-16 * std::fabs(row.value[i]));
        if (!is_differentiable(row.f)) continue;
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
  for (const Activation f : kElementwise) {
    if (!is_differentiable(f)) continue;
    for (const KernelPath path : kDefiningPaths) {
      for (const double parameter : {0.25, 1.0, 1.5}) {
        for (double x = -8; x <= 8; x += 0.13) {
          if (has_kink(f) && std::fabs(x) < 0.02) continue;
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
  for (const Activation f : kElementwise) {
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
class ActivationKernels : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(ActivationKernels, Types);

template <typename T>
T value_of(KernelPath path, Activation f, T parameter, T x) {
  T a = 0;
  activate<T>({.path = path}, f, {&parameter, 1}, {&x, 1, 1}, {&a, 1, 1});
  return a;
}

TYPED_TEST(ActivationKernels, StayWithinAFewUlpOfTheExactFunction) {
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

// Numbers where something changes, or nothing should, in front; random ones behind.
template <typename T>
std::vector<T> mixed_numbers(std::size_t count, std::uint64_t seed) {
  using Limits = std::numeric_limits<T>;
  std::vector<T> numbers = {T(0),
                            -T(0),
                            T(1),
                            T(-1),
                            Limits::infinity(),
                            -Limits::infinity(),
                            Limits::quiet_NaN(),
                            Limits::max(),
                            Limits::lowest(),
                            Limits::min(),
                            -Limits::min(),
                            Limits::denorm_min(),
                            -Limits::denorm_min(),
                            T(88.72),
                            T(88.73),
                            T(-87.3),
                            T(-103.9),
                            T(-104.1),
                            T(709.7),
                            T(709.8),
                            T(-745.1),
                            T(-745.2),
                            T(0.625),
                            T(-0.75),
                            T(20),
                            T(30),
                            T(50),
                            T(-38.5)};  // fmt: skip
  const RandomKey key{.seed = seed};
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (std::uint64_t i = 0; numbers.size() < count; ++i) {
    const double u = random_uniform(key, 2 * i);
    switch (i % 4) {
      case 0:
        numbers.push_back(static_cast<T>(12 * u - 6));
        break;
      case 1:
        numbers.push_back(static_cast<T>(0.02 * u - 0.01));
        break;
      case 2:
        numbers.push_back(static_cast<T>(300 * u - 150));
        break;
      default:
        numbers.push_back(std::bit_cast<T>(static_cast<Bits>(random_u64(key, 2 * i + 1))));
    }
  }
  return numbers;
}

template <typename T>
testing::AssertionResult same_numbers(const std::vector<T>& a, const std::vector<T>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0) {
      return testing::AssertionFailure() << "element " << i << ": " << a[i] << " and " << b[i];
    }
  }
  return testing::AssertionSuccess();
}

// Runs every kernel on `rows` x `columns` blocks of wider matrices and gives all the matrices it wrote, gaps
// included.
template <typename T>
std::vector<std::vector<T>> run_everything(const Compute& compute, std::size_t rows, std::size_t columns,
                                           std::size_t gap, std::uint64_t seed) {
  const std::size_t stride = columns + gap;
  // The last row ends with the matrix: a kernel that reads or writes further is caught by the address
  // sanitizer.
  const std::size_t size = (rows - 1) * stride + columns;
  // The places of the special numbers move with the seed.
  std::vector<T> z = mixed_numbers<T>(size + 40, seed);
  z.erase(z.begin(), z.begin() + static_cast<std::ptrdiff_t>(seed % 37));
  z.resize(size);
  std::vector<T> d_a(size);
  std::vector<T> parameters(columns);
  for (std::size_t i = 0; i < size; ++i)
    d_a[i] = static_cast<T>(random_uniform({.seed = seed + 1}, i) - 0.5);
  for (std::size_t i = 0; i < columns; ++i)
    parameters[i] = static_cast<T>(random_uniform({.seed = seed + 2}, i));

  std::vector<std::vector<T>> results;
  const auto view = [&](std::vector<T>& v) { return MatrixView<T>(v.data(), rows, columns, stride); };
  for (const Activation f : kElementwise) {
    for (const std::size_t parameter_count : {std::size_t{1}, columns}) {
      if (parameter_count != 1 && !has_parameter(f)) continue;
      const ActivationParameters<T> p(parameters.data(), parameter_count);
      std::vector<T> a(size, T(7));
      activate<T>(compute, f, p, view(z), view(a));
      if (is_differentiable(f)) {
        std::vector<T> d_z(size, T(7));
        activate_backward<T>(compute, f, p, view(z), view(a), view(d_a), view(d_z));
        results.push_back(std::move(d_z));
      }
      if (has_parameter(f)) {
        std::vector<T> d_parameter(size, T(7));
        activate_parameter_backward<T>(compute, f, p, view(z), view(d_a), view(d_parameter));
        results.push_back(std::move(d_parameter));
      }
      results.push_back(std::move(a));
    }
  }
  std::vector<T> y(size);
  exponential<T>(compute, z, y);
  results.push_back(y);
  logarithm<T>(compute, z, y);
  results.push_back(y);
  return results;
}

template <typename T>
void expect_equal_to_scalar(KernelPath path) {
  if (!is_supported(path)) GTEST_SKIP() << "this processor has no " << name_of(path);
  for (std::size_t columns = 1; columns <= 67; ++columns) {
    for (const std::size_t gap : {0, 3}) {
      const auto expected = run_everything<T>({.path = KernelPath::scalar}, 3, columns, gap, columns);
      const auto got = run_everything<T>({.path = path}, 3, columns, gap, columns);
      ASSERT_EQ(expected.size(), got.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_TRUE(same_numbers(expected[i], got[i]))
            << "result " << i << ", columns " << columns << ", gap " << gap;
      }
    }
  }
  const auto expected = run_everything<T>({.path = KernelPath::scalar}, 101, 211, 5, 9);
  const auto got = run_everything<T>({.path = path}, 101, 211, 5, 9);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_TRUE(same_numbers(expected[i], got[i])) << "result " << i << " of the large matrix";
  }
}

TYPED_TEST(ActivationKernels, Avx2GivesTheBitsOfScalar) {
  expect_equal_to_scalar<TypeParam>(KernelPath::avx2);
}
TYPED_TEST(ActivationKernels, Avx512GivesTheBitsOfScalar) {
  expect_equal_to_scalar<TypeParam>(KernelPath::avx512);
}

TYPED_TEST(ActivationKernels, WriteNothingIntoTheGapsBetweenRows) {
  using T = TypeParam;
  for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
    for (std::size_t columns = 1; columns <= 19; ++columns) {
      const auto results = run_everything<T>({.path = path}, 3, columns, 3, columns);
      // The last four of the list are whole vectors, not blocks (or sums of rows).
      for (std::size_t i = 0; i + 6 < results.size(); ++i) {
        for (const std::size_t row : {0, 1}) {
          for (std::size_t c = columns; c < columns + 3; ++c) {
            ASSERT_EQ(results[i][row * (columns + 3) + c], T(7)) << "result " << i << ", columns " << columns;
          }
        }
      }
    }
  }
}

TYPED_TEST(ActivationKernels, ThreadsChangeNothing) {
  using T = TypeParam;
  ThreadPool pool(3);
  for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
    for (const std::size_t gap : {0, 5}) {
      // 41,503 numbers: three tiles.
      const auto expected = run_everything<T>({.path = path}, 211, 197, gap, 4);
      const auto got = run_everything<T>({.path = path, .pool = &pool}, 211, 197, gap, 4);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_TRUE(same_numbers(expected[i], got[i])) << "result " << i << ", " << name_of(path);
      }
    }
  }
}

TYPED_TEST(ActivationKernels, MayWriteOverTheirInput) {
  using T = TypeParam;
  constexpr std::size_t kRows = 3;
  constexpr std::size_t kColumns = 21;
  const std::vector<T> z = mixed_numbers<T>(kRows * kColumns, 5);
  const std::vector<T> d_a = mixed_numbers<T>(kRows * kColumns, 6);
  const T parameter = T(0.3);
  const auto read = [](const std::vector<T>& v) { return MatrixView<const T>(v.data(), kRows, kColumns); };
  const auto write = [](std::vector<T>& v) { return MatrixView<T>(v.data(), kRows, kColumns); };
  for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
    const Compute compute{.path = path};
    for (const Activation f : kElementwise) {
      std::vector<T> a(z.size());
      activate<T>(compute, f, {&parameter, 1}, read(z), write(a));
      std::vector<T> in_place = z;
      activate<T>(compute, f, {&parameter, 1}, read(in_place), write(in_place));
      EXPECT_TRUE(same_numbers(a, in_place)) << name_of(f);
      if (!is_differentiable(f)) continue;
      std::vector<T> d_z(z.size());
      activate_backward<T>(compute, f, {&parameter, 1}, read(z), read(a), read(d_a), write(d_z));
      std::vector<T> d_in_place = d_a;
      activate_backward<T>(compute, f, {&parameter, 1}, read(z), read(a), read(d_in_place),
                           write(d_in_place));
      EXPECT_TRUE(same_numbers(d_z, d_in_place)) << name_of(f);
    }
    std::vector<T> y(z.size());
    exponential<T>(compute, z, y);
    std::vector<T> in_place = z;
    exponential<T>(compute, in_place, in_place);
    EXPECT_TRUE(same_numbers(y, in_place));
  }
}

TYPED_TEST(ActivationKernels, OneParameterForAllColumnsIsThatParameterInEveryColumn) {
  using T = TypeParam;
  const std::vector<T> z = mixed_numbers<T>(66, 5);
  const std::vector<T> parameters(22, T(0.125));
  for (const Activation f : {Activation::leaky_relu, Activation::prelu, Activation::elu, Activation::swish}) {
    std::vector<T> one(66);
    std::vector<T> each(66);
    activate<T>({}, f, {parameters.data(), 1}, {z.data(), 3, 22}, {one.data(), 3, 22});
    activate<T>({}, f, parameters, {z.data(), 3, 22}, {each.data(), 3, 22});
    EXPECT_TRUE(same_numbers(one, each)) << name_of(f);
  }
}

TYPED_TEST(ActivationKernels, AgreeWithTheElementaryFunctionsToTheBit) {
  using T = TypeParam;
  const std::vector<T> x = mixed_numbers<T>(2000, 8);
  std::vector<T> expected(x.size());
  std::vector<T> got(x.size());
  const auto expect_same = [&](T (*function)(T), const char* name) {
    for (std::size_t i = 0; i < x.size(); ++i)
      expected[i] = function(x[i]);
    EXPECT_TRUE(same_numbers(expected, got)) << name;
  };
  const MatrixView<const T> z(x.data(), 1, x.size());
  const MatrixView<T> a(got.data(), 1, got.size());
  exponential<T>({}, x, got);
  expect_same(elementary::exp<T>, "exp");
  logarithm<T>({}, x, got);
  expect_same(elementary::log<T>, "log");
  activate<T>({}, Activation::tanh, {}, z, a);
  expect_same(elementary::tanh<T>, "tanh");
  activate<T>({}, Activation::logistic, {}, z, a);
  expect_same(elementary::logistic<T>, "logistic");
  activate<T>({}, Activation::softplus, {}, z, a);
  expect_same(elementary::softplus<T>, "softplus");
}

TYPED_TEST(ActivationKernels, GoToTheirLimitsAtInfinity) {
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

TYPED_TEST(ActivationKernels, KeepNotANumberVisible) {
  using T = TypeParam;
  for (const Activation f : kElementwise) {
    if (!is_differentiable(f)) continue;
    for (const KernelPath path : {KernelPath::plain, KernelPath::scalar, best_kernel_path()}) {
      EXPECT_TRUE(std::isnan(value_of<T>(path, f, 1, std::numeric_limits<T>::quiet_NaN()))) << name_of(f);
    }
  }
}

TEST(Activate, AcceptsAnEmptyMatrix) {
  Matrix<float> nothing(0, 5);
  activate<float>({}, Activation::tanh, {}, std::as_const(nothing).view(), nothing.view());
  exponential<float>({}, {}, {});
  Matrix<float> no_columns(5, 0);
  activate<float>({}, Activation::tanh, {}, std::as_const(no_columns).view(), no_columns.view());
}

TEST(Activate, RefusesWhatItCannotCalculate) {
  Matrix<double> z(2, 3);
  const MatrixView<const double> in = std::as_const(z).view();
  EXPECT_THROW(activate<double>({}, Activation::softmax, {}, in, z.view()), StateError);
  for (const Activation f : {Activation::softmax, Activation::sign, Activation::step}) {
    EXPECT_THROW(activate_backward<double>({}, f, {}, in, in, in, z.view()), StateError);
  }
  EXPECT_THROW(activate_parameter_backward<double>({}, Activation::tanh, {}, in, in, z.view()), StateError);
  const std::vector<double> two(2);
  EXPECT_THROW(activate<double>({}, Activation::prelu, two, in, z.view()), StateError);
  EXPECT_THROW(activate<double>({}, Activation::swish, {}, in, z.view()), StateError);
}

}  // namespace
}  // namespace chainrule
