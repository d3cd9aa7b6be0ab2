#include "chainrule/tensor/activation_kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "chainrule/base/random.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

std::vector<Activation> elementwise() {
  std::vector<Activation> list;
  for (const EnumName<Activation>& entry : enum_table<Activation>()) {
    if (properties_of(entry.value).is_elementwise) list.push_back(entry.value);
  }
  return list;
}

template <typename T>
class ActivationKernels : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(ActivationKernels, Types);

// First special numbers, where a function changes or must not change; then random ones.
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
  for (const Activation f : elementwise()) {
    for (const std::size_t parameter_count : {std::size_t{1}, columns}) {
      if (parameter_count != 1 && !has_parameter(f)) continue;
      const ActivationParameters<T> p(parameters.data(), parameter_count);
      std::vector<T> a(size, T(7));
      activate<T>(compute, f, p, view(z), view(a));
      if (properties_of(f).is_differentiable) {
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
    for (const Activation f : elementwise()) {
      std::vector<T> a(z.size());
      activate<T>(compute, f, {&parameter, 1}, read(z), write(a));
      std::vector<T> in_place = z;
      activate<T>(compute, f, {&parameter, 1}, read(in_place), write(in_place));
      EXPECT_TRUE(same_numbers(a, in_place)) << name_of(f);
      if (!properties_of(f).is_differentiable) continue;
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

TYPED_TEST(ActivationKernels, AgreeWithTheMathFunctionsToTheBit) {
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
  expect_same(math::exp<T>, "exp");
  logarithm<T>({}, x, got);
  expect_same(math::log<T>, "log");
  activate<T>({}, Activation::tanh, {}, z, a);
  expect_same(math::tanh<T>, "tanh");
  activate<T>({}, Activation::logistic, {}, z, a);
  expect_same(math::logistic<T>, "logistic");
  activate<T>({}, Activation::softplus, {}, z, a);
  expect_same(math::softplus<T>, "softplus");
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
