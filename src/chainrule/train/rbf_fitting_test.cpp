#include "chainrule/train/rbf_fitting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/model/forward.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;
using Rows = std::vector<std::vector<double>>;

Dataset<double> dataset(const Rows& inputs, const Rows& targets) {
  Dataset<double> data{.inputs = Matrix<double>(inputs.size(), inputs.front().size()),
                       .targets = Matrix<double>(targets.size(), targets.front().size())};
  for (std::size_t r = 0; r < inputs.size(); ++r) {
    std::copy(inputs[r].begin(), inputs[r].end(), data.inputs.row(r));
    std::copy(targets[r].begin(), targets[r].end(), data.targets.row(r));
  }
  return data;
}

// t = sin(3 x1) + x2^2 at random places of the square.
template <typename T>
Dataset<T> wavy(std::size_t rows) {
  Dataset<T> data{.inputs = Matrix<T>(rows, 2), .targets = Matrix<T>(rows, 1)};
  for (std::size_t r = 0; r < rows; ++r) {
    const double x1 = 2 * random_uniform({.seed = 3}, 2 * r) - 1;
    const double x2 = 2 * random_uniform({.seed = 3}, 2 * r + 1) - 1;
    data.inputs(r, 0) = static_cast<T>(x1);
    data.inputs(r, 1) = static_cast<T>(x2);
    data.targets(r, 0) = static_cast<T>(std::sin(3 * x1) + x2 * x2);
  }
  return data;
}

template <typename T>
Matrix<T> outputs_of(const RbfBasis& basis, const Matrix<double>& weights, const Dataset<T>& data) {
  const Network network = make_rbf_network(
      {.inputs = data.inputs.columns(), .units = basis.units(), .outputs = data.targets.columns()});
  const AlignedVector<T> parameters = rbf_network_parameters<T>(basis, weights);
  Workspace<T> workspace;
  const auto a = forward<T>({}, network, parameters, data.inputs.view(), Mode::predict, {}, workspace);
  Matrix<T> outputs(a.rows, a.columns);
  for (std::size_t r = 0; r < a.rows; ++r)
    std::copy_n(a.row(r), a.columns, outputs.row(r));
  return outputs;
}

double mean_squared_error(const RbfFittingOptions& options, const Dataset<double>& data) {
  const RbfBasis basis = choose_basis<double>({}, options, data);
  const Matrix<double> outputs =
      outputs_of(basis, solve_output_weights<double>({}, basis, options.ridge, data), data);
  double sum = 0;
  for (std::size_t r = 0; r < data.rows(); ++r)
    sum += (outputs(r, 0) - data.targets(r, 0)) * (outputs(r, 0) - data.targets(r, 0));
  return sum / static_cast<double>(data.rows());
}

// Exclusive or with the two functions exp(-|x - c|^2), s = 1 / sqrt 2, at (1, 1) and (0, 0). By symmetry both
// weights are w, and w (1 + e^-2) + b = 0, 2 w e^-1 + b = 1: w = -1 / (1 - e^-1)^2, b = (1 + e^-2) / (1 -
// e^-1)^2. The digits are those of rbf_xor in tests/golden/worked_examples.json.
TEST(RbfFitting, SolvesExclusiveOrAsTheWorkedExample) {
  const Dataset<double> data =
      dataset({{1, 1}, {0, 1}, {0, 0}, {1, 0}}, {{0}, {1}, {0}, {1}});  // every second row is a centre
  const RbfFittingOptions options{.centres = 2,
                                  .centre_choice = CentreChoice::data,
                                  .widths = WidthChoice::fixed,
                                  .width = std::sqrt(0.5),
                                  .ridge = 0};
  const RbfBasis basis = choose_basis<double>({}, options, data);
  EXPECT_EQ(std::vector<double>(basis.centres.values().begin(), basis.centres.values().end()),
            (std::vector<double>{1, 0, 1, 0}));
  const Matrix<double> weights = solve_output_weights<double>({}, basis, options.ridge, data);
  EXPECT_NEAR(weights(0, 0), -2.502650301077119, 1e-12);
  EXPECT_NEAR(weights(1, 0), -2.502650301077119, 1e-12);
  EXPECT_NEAR(weights(2, 0), 2.8413471884155848, 1e-12);

  const Network network = make_rbf_network({.inputs = 2, .units = 2, .outputs = 1});
  Workspace<double> workspace;
  const auto a = forward<double>({}, network, rbf_network_parameters<double>(basis, weights),
                                 data.inputs.view(), Mode::predict, {}, workspace);
  const Matrix<double>& phi = workspace.layers[0].a;
  const double near = 1, middle = 0.36787944117144233, far = 0.1353352832366127;  // 1, e^-1, e^-2
  const double expected[4][2] = {{near, far}, {middle, middle}, {far, near}, {middle, middle}};
  for (std::size_t r = 0; r < 4; ++r) {
    EXPECT_NEAR(a(r, 0), data.targets(r, 0), 1e-12);
    for (std::size_t j = 0; j < 2; ++j)
      EXPECT_NEAR(phi(r, j), expected[r][j], 1e-12);
  }
}

TEST(RbfFitting, KMeansFindsTheCentresOfThreeClusters) {
  Rows inputs, targets;
  for (const double middle : {-10.0, 0.0, 25.0}) {
    for (const double step : {-0.5, -0.25, 0.0, 0.25, 0.5}) {
      inputs.push_back({middle + step, 3 * middle - step});
      targets.push_back({middle});
    }
  }
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    const RbfBasis basis = choose_basis<double>({}, {.centres = 3, .seed = seed}, dataset(inputs, targets));
    std::vector<double> middles(basis.centres.row(0), basis.centres.row(0) + 3);
    std::sort(middles.begin(), middles.end());
    EXPECT_EQ(middles, (std::vector<double>{-10, 0, 25})) << seed;
  }
}

// Centres 0, 3 and 7 on a line: neighbours at 3, 3 and 4; the largest distance is 7, over sqrt(2 * 3).
TEST(RbfFitting, WidthsFollowTheirRules) {
  const Dataset<double> data = dataset({{0}, {3}, {7}}, {{0}, {1}, {0}});
  RbfFittingOptions options{.centres = 3, .centre_choice = CentreChoice::data, .width_factor = 2, .width = 5};
  EXPECT_EQ(choose_basis<double>({}, options, data).widths, (std::vector<double>{6, 6, 8}));
  options.widths = WidthChoice::common;
  EXPECT_EQ(choose_basis<double>({}, options, data).widths, std::vector<double>(3, 2 * 7 / std::sqrt(6.0)));
  options.widths = WidthChoice::fixed;
  EXPECT_EQ(choose_basis<double>({}, options, data).widths, std::vector<double>(3, 5));
}

// One centre has no neighbour: the root of the mean squared distance of the rows. Row 0 is the first of the
// table: distances 0, 3, 7.
TEST(RbfFitting, ASingleCentreIsAsWideAsTheRowsAreSpread) {
  const Dataset<double> data = dataset({{0}, {3}, {7}}, {{0}, {1}, {0}});
  const RbfBasis basis =
      choose_basis<double>({}, {.centres = 1, .centre_choice = CentreChoice::data, .width_factor = 1}, data);
  EXPECT_EQ(basis.widths, std::vector<double>{std::sqrt((9.0 + 49.0) / 3)});
  const Dataset<double> equal = dataset({{4}, {4}}, {{0}, {1}});
  EXPECT_EQ(choose_basis<double>({}, {.centres = 1, .width_factor = 1}, equal).widths,
            std::vector<double>{1});
}

// The targets are one Gaussian at row 2 (and a constant): that row alone explains all of the error.
TEST(RbfFitting, OrthogonalLeastSquaresFindsTheFunctionThatMadeTheData) {
  Rows inputs, targets;
  for (int i = 0; i < 9; ++i) {
    inputs.push_back({static_cast<double>(i)});
    targets.push_back({3 * std::exp(-(i - 2) * (i - 2) / 8.0) - 1});
  }
  const RbfFittingOptions options{.centres = 9,
                                  .centre_choice = CentreChoice::orthogonal_least_squares,
                                  .widths = WidthChoice::fixed,
                                  .width = 2,
                                  .ridge = 0,
                                  .error_goal = 1e-12};
  const Dataset<double> data = dataset(inputs, targets);
  const RbfBasis basis = choose_basis<double>({}, options, data);
  ASSERT_EQ(basis.units(), 1u);
  EXPECT_EQ(basis.centres(0, 0), 2);
  EXPECT_NE(basis.notes.back().text().find("100 % of the squared error"), std::string::npos)
      << basis.notes.back().text();
  const Matrix<double> weights = solve_output_weights<double>({}, basis, 0, data);
  EXPECT_NEAR(weights(0, 0), 3, 1e-12);
  EXPECT_NEAR(weights(1, 0), -1, 1e-12);
}

TEST(RbfFitting, EachChosenCentreTakesErrorAwayAndGreedyBeatsChance) {
  const Dataset<double> data = wavy<double>(200);
  double before = 1e9;
  for (const std::size_t centres : {1, 2, 4, 8, 16}) {
    const RbfFittingOptions options{.centres = centres,
                                    .centre_choice = CentreChoice::orthogonal_least_squares,
                                    .widths = WidthChoice::fixed,
                                    .width = 0.7,
                                    .ridge = 0};
    const double error = mean_squared_error(options, data);
    EXPECT_LT(error, before) << centres;
    before = error;
    RbfFittingOptions by_chance = options;
    by_chance.centre_choice = CentreChoice::random;
    EXPECT_LT(error, mean_squared_error(by_chance, data)) << centres;
  }
}

// With the bias there is one unknown more than there are rows: a tiny ridge picks one solution.
TEST(RbfFitting, AsManyCentresAsRowsGoThroughEveryPoint) {
  const Dataset<double> data = wavy<double>(30);
  for (const CentreChoice choice : {CentreChoice::data, CentreChoice::random, CentreChoice::k_means}) {
    EXPECT_LT(
        mean_squared_error({.centres = 30, .centre_choice = choice, .width_factor = 1, .ridge = 1e-10}, data),
        1e-12)
        << name_of(choice);
  }
}

TEST(RbfFitting, AHeavyRowCountsAsThatManyRowsAndAWeightlessOneNotAtAll) {
  Dataset<double> weighted = dataset({{0}, {1}, {2}, {5}, {9}}, {{0}, {1}, {0}, {2}, {7}});
  weighted.row_weights = {1, 3, 1, 2, 0};
  const Dataset<double> repeated =
      dataset({{0}, {1}, {1}, {1}, {2}, {5}, {5}}, {{0}, {1}, {1}, {1}, {0}, {2}, {2}});
  for (const CentreChoice choice :
       {CentreChoice::data, CentreChoice::k_means, CentreChoice::orthogonal_least_squares}) {
    const RbfFittingOptions options{.centres = 3, .centre_choice = choice, .width_factor = 1};
    const RbfBasis basis = choose_basis<double>({}, options, weighted);
    for (std::size_t j = 0; j < basis.units(); ++j)
      EXPECT_LE(basis.centres(0, j), 5) << name_of(choice);
    const Matrix<double> a = solve_output_weights<double>({}, basis, 0.1, weighted);
    const Matrix<double> b = solve_output_weights<double>({}, basis, 0.1, repeated);
    for (std::size_t i = 0; i < a.rows(); ++i)
      EXPECT_NEAR(a(i, 0), b(i, 0), 1e-12) << name_of(choice);
  }
}

template <typename T>
void expect_equal_fits_everywhere(CentreChoice choice, std::size_t rows) {
  const Dataset<T> data = wavy<T>(rows);
  const RbfFittingOptions options{.centres = 20, .centre_choice = choice};
  const auto fit = [&](const Compute& compute) {
    const RbfBasis basis = choose_basis<T>(compute, options, data);
    return rbf_network_parameters<T>(basis, solve_output_weights<T>(compute, basis, options.ridge, data));
  };
  const AlignedVector<T> expected = fit({.path = KernelPath::scalar});
  ThreadPool pool(3);
  for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
    if (is_supported(path)) {
      EXPECT_EQ(fit({.path = path, .pool = &pool}), expected) << name_of(path) << name_of(choice);
    }
  }
}

TEST(RbfFitting, SameBitsForEveryVectorWidthAndNumberOfThreads) {
  expect_equal_fits_everywhere<float>(CentreChoice::k_means, 5000);
  expect_equal_fits_everywhere<double>(CentreChoice::k_means, 5000);
  expect_equal_fits_everywhere<float>(CentreChoice::orthogonal_least_squares, 600);
}

TEST(RbfFitting, TheSeedDecidesWhatIsDrawn) {
  const Dataset<double> data = wavy<double>(100);
  for (const CentreChoice choice : {CentreChoice::k_means, CentreChoice::random}) {
    const auto centres = [&](std::uint64_t seed) {
      return choose_basis<double>({}, {.centres = 5, .centre_choice = choice, .seed = seed}, data).centres;
    };
    EXPECT_EQ(centres(1), centres(1));
    EXPECT_FALSE(centres(1) == centres(2));
  }
}

TEST(RbfFitting, EqualRowsGiveFewerCentresAndANote) {
  const Dataset<double> data = dataset({{1}, {1}, {2}, {2}}, {{0}, {0}, {1}, {1}});
  for (const CentreChoice choice : {CentreChoice::k_means, CentreChoice::orthogonal_least_squares,
                                    CentreChoice::data, CentreChoice::random}) {
    const RbfBasis basis = choose_basis<double>({}, {.centres = 4, .centre_choice = choice}, data);
    EXPECT_LE(basis.units(), 2u) << name_of(choice);
    EXPECT_EQ(basis.notes.front(), "Only 2 distinct rows have a weight above 0: 2 centres instead of 4.");
  }
}

TEST(RbfFitting, StoppingKeepsTheCentresChosenSoFar) {
  const Dataset<double> data = wavy<double>(200);
  for (const CentreChoice choice : {CentreChoice::k_means, CentreChoice::orthogonal_least_squares}) {
    for (const int questions : {0, 3, 12}) {
      int asked = 0;
      const RbfBasis basis = choose_basis<double>({}, {.centres = 10, .centre_choice = choice}, data,
                                                  [&] { return asked++ >= questions; });
      EXPECT_EQ(basis.units(),
                std::clamp<std::size_t>(choice == CentreChoice::k_means ? questions + 1 : questions, 1, 10))
          << name_of(choice) << " " << questions;
      const bool is_over = choice == CentreChoice::orthogonal_least_squares && questions >= 10;
      EXPECT_EQ(basis.notes.front().text().starts_with("Stopped while centres were chosen"), !is_over);
      EXPECT_TRUE(std::ranges::all_of(basis.widths, [](double width) { return width > 0; }));
    }
  }
}

TEST(RbfFitting, OrthogonalLeastSquaresEndsWhereTheOthersDependOnThoseChosen) {
  // Functions as wide as this look like parabolas on the rows: few are independent to ten digits.
  const Dataset<double> data = wavy<double>(60);
  const RbfBasis basis = choose_basis<double>({},
                                              {.centres = 60,
                                               .centre_choice = CentreChoice::orthogonal_least_squares,
                                               .widths = WidthChoice::fixed,
                                               .width = 100},
                                              data);
  EXPECT_LT(basis.units(), 12u);
  EXPECT_NE(basis.notes.front().text().find("depend on theirs"), std::string::npos)
      << basis.notes.front().text();
}

TEST(RbfFitting, BadOptionsAreNamed) {
  const Dataset<double> data = dataset({{0}, {1}, {2}}, {{0}, {1}, {0}});
  const auto what = [&](const RbfFittingOptions& options) {
    return report_of<UsageError>([&] { choose_basis<double>({}, options, data); }).what;
  };
  EXPECT_EQ(what({.centres = 4}), "there are more centres than training rows");
  EXPECT_EQ(what({.centres = 0}), "a network of radial basis functions needs at least one centre");
  EXPECT_EQ(what({.centres = 2, .width_factor = 0}), "the factor of the widths must be a number above 0");
  EXPECT_EQ(what({.centres = 2, .width = -1}), "the width must be a number above 0");
  EXPECT_EQ(what({.centres = 2, .error_goal = -1}), "the error goal cannot be negative");
  EXPECT_EQ(what({.centres = 2,
                  .centre_choice = CentreChoice::orthogonal_least_squares,
                  .widths = WidthChoice::nearest_neighbour}),
            "orthogonal least squares compares functions of one width");
}

// So wide that every function is 1 on every row, as the bias is.
TEST(RbfFitting, FunctionsThatDependOnEachOtherNeedARidge) {
  const Dataset<double> data = dataset({{0}, {1}, {2}}, {{0}, {1}, {0}});
  const RbfFittingOptions options{
      .centres = 2, .centre_choice = CentreChoice::data, .widths = WidthChoice::fixed, .width = 1e9};
  const RbfBasis basis = choose_basis<double>({}, options, data);
  const ErrorText report = report_of<UsageError>([&] { solve_output_weights<double>({}, basis, 0, data); });
  EXPECT_NE(report.what.find("no unique solution"), std::string::npos);
  EXPECT_NE(report.advice.find(".rbf.fitting.ridge"), std::string::npos);
  EXPECT_NO_THROW(solve_output_weights<double>({}, basis, 1e-6, data));
  EXPECT_THROW(solve_output_weights<double>({}, basis, -1, data), UsageError);
}

}  // namespace
}  // namespace chainrule
