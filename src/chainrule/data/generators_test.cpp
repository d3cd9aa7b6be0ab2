#include "chainrule/data/generators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/tensor/math_functions.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::kMissing;
using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

double radius(const Table& table, std::size_t row) {
  return std::hypot(table.columns[0].numbers[row], table.columns[1].numbers[row]);
}

TEST(GenerateData, GatesAreTheirTruthTables) {
  EXPECT_EQ(table_to_csv(generate_data(GeneratedData::and_gate, {})),
            "x1,x2,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n");
  EXPECT_EQ(table_to_csv(generate_data(GeneratedData::or_gate, {})), "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,1\n");
  EXPECT_EQ(table_to_csv(generate_data(GeneratedData::xor_gate, {})),
            "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
}

TEST(GenerateData, MoreRowsOfAGateLieAroundTheCorners) {
  const Table table = generate_data(GeneratedData::xor_gate, {.rows = 400, .noise = 0.05});
  ASSERT_EQ(table.rows(), 400u);
  const PackedNumbers &x1 = table.columns[0].numbers, &x2 = table.columns[1].numbers;
  bool any_noise = false;
  for (std::size_t i = 0; i < 400; ++i) {
    const double a = i % 4 >= 2 ? 1 : 0, b = i % 2 == 1 ? 1 : 0;
    EXPECT_NEAR(x1[i], a, 0.3);  // six standard deviations
    EXPECT_NEAR(x2[i], b, 0.3);
    EXPECT_EQ(table.columns[2].numbers[i], a != b ? 1 : 0);
    any_noise = any_noise || x1[i] != a;
    if (i < 4) {
      EXPECT_EQ(x1[i], a);
    }
  }
  EXPECT_TRUE(any_noise);
}

TEST(GenerateData, HasItsDefaultRowsColumnsAndClasses) {
  const auto names = [](const Table& table) {
    std::string text;
    for (const Column& column : table.columns)
      text += column.name + " ";
    return text;
  };
  for (const GeneratedData which : {GeneratedData::moons, GeneratedData::circles, GeneratedData::spirals,
                                    GeneratedData::blobs, GeneratedData::sine, GeneratedData::plane}) {
    EXPECT_EQ(generate_data(which, {}).rows(), 400u);
    EXPECT_EQ(generate_data(which, {.rows = 7}).rows(), 7u);
    EXPECT_EQ(generate_data(which, {}).source, name_of(which));
  }
  EXPECT_EQ(names(generate_data(GeneratedData::moons, {})), "x1 x2 class ");
  EXPECT_EQ(names(generate_data(GeneratedData::sine, {})), "x y ");
  EXPECT_EQ(names(generate_data(GeneratedData::plane, {})), "x1 x2 y ");
  EXPECT_EQ(generate_data(GeneratedData::moons, {}).columns[2].words, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(generate_data(GeneratedData::blobs, {.classes = 4}).columns[2].words,
            (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(generate_data(GeneratedData::spirals, {.classes = 28}).columns[2].words[27], "ab");
}

TEST(GenerateData, ClassesAreBalancedWhateverTheRows) {
  const Table table = generate_data(GeneratedData::blobs, {.rows = 100, .classes = 3});
  std::map<int, int> counts;
  for (const std::int32_t code : table.columns[2].codes)
    ++counts[code];
  EXPECT_EQ(counts, (std::map<int, int>{{0, 34}, {1, 33}, {2, 33}}));
}

TEST(GenerateData, WithoutNoiseThePointsLieOnTheirCurves) {
  const GeneratorOptions options{.noise = 0};
  const Table moons = generate_data(GeneratedData::moons, options);
  const Table circles = generate_data(GeneratedData::circles, options);
  const Table blobs = generate_data(GeneratedData::blobs, options);
  const Table spirals = generate_data(GeneratedData::spirals, options);
  for (std::size_t i = 0; i < 400; ++i) {
    const double x1 = moons.columns[0].numbers[i], x2 = moons.columns[1].numbers[i];
    const bool upper =
        moons.columns[2].codes[i] == 0;  // upper half of a unit circle; lower half around (1, 1/2)
    EXPECT_NEAR(upper ? std::hypot(x1, x2) : std::hypot(x1 - 1, x2 - 0.5), 1, 1e-12);
    EXPECT_TRUE(upper ? x2 >= 0 : x2 <= 0.5);
    if (circles.columns[2].codes[i] == 0) {
      EXPECT_LT(radius(circles, i), 0.5 + 1e-12);
    } else {
      EXPECT_NEAR(radius(circles, i), 1, 1e-12);
    }
    EXPECT_NEAR(radius(blobs, i), 1, 1e-12);
    EXPECT_GE(radius(spirals, i), 0.2 - 1e-12);
    EXPECT_LE(radius(spirals, i), 2);
    // The angle gives the class: angle - 4 (radius - 0.2) / 1.8 is 2 pi k / 3.
    const double angle =
        2 * std::acos(-1.0) * spirals.columns[2].codes[i] / 3 + 4 * (radius(spirals, i) - 0.2) / 1.8;
    EXPECT_NEAR(spirals.columns[0].numbers[i], radius(spirals, i) * std::cos(angle), 1e-12);
    EXPECT_NEAR(spirals.columns[1].numbers[i], radius(spirals, i) * std::sin(angle), 1e-12);
  }
}

TEST(GenerateData, RegressionSetsFollowTheirFormula) {
  const Table sine = generate_data(GeneratedData::sine, {.rows = 50, .noise = 0});
  const Table plane = generate_data(GeneratedData::plane, {.rows = 50, .noise = 0});
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(sine.columns[1].numbers[i], math::sin(sine.columns[0].numbers[i]));
    EXPECT_LE(std::abs(sine.columns[0].numbers[i]), std::acos(-1.0));
    EXPECT_NEAR(plane.columns[2].numbers[i],
                2 * plane.columns[0].numbers[i] - 3 * plane.columns[1].numbers[i] + 1, 1e-14);
  }
}

TEST(GenerateData, NoiseHasItsStandardDeviation) {
  const Table quiet = generate_data(GeneratedData::plane, {.rows = 10000, .noise = 0});
  const Table noisy = generate_data(GeneratedData::plane, {.rows = 10000, .noise = 0.5});
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < 10000; ++i) {
    const double error = noisy.columns[2].numbers[i] - quiet.columns[2].numbers[i];
    sum += error;
    squares += error * error;
  }
  EXPECT_NEAR(sum / 10000, 0, 0.025);                    // 5 x 0.5 / sqrt(10000)
  EXPECT_NEAR(std::sqrt(squares / 10000), 0.5, 0.0177);  // 5 x 0.5 / sqrt(2 x 10000)
}

TEST(GenerateData, IsAFunctionOfTheSeedAndTheRow) {
  const auto csv = [](std::uint64_t seed, std::size_t rows) {
    return table_to_csv(generate_data(GeneratedData::spirals, {.rows = rows, .seed = seed}));
  };
  EXPECT_EQ(csv(1, 20), csv(1, 20));
  EXPECT_NE(csv(1, 20), csv(2, 20));
  EXPECT_TRUE(csv(1, 40).starts_with(csv(1, 20)));
}

TEST(GenerateData, RefusesImpossibleOptions) {
  EXPECT_THROW(generate_data(GeneratedData::moons, {.noise = -1}), UsageError);
  EXPECT_THROW(generate_data(GeneratedData::moons, {.noise = kMissing}), UsageError);
  EXPECT_THROW(generate_data(GeneratedData::moons, {.noise = std::numeric_limits<double>::infinity()}),
               UsageError);
  EXPECT_THROW(generate_data(GeneratedData::blobs, {.classes = 1}), UsageError);
  EXPECT_THROW(generate_data(GeneratedData::blobs, {.classes = 10001}), UsageError);
}

TEST(TableToCsv, QuotesWhatMustBeQuoted) {
  const Table table = table_of(
      {words("a,b", {"x", "say \"hi\"", "two\nlines", " blank"}), numbers("n", {0.1, kMissing, -3, 1e300})});
  EXPECT_EQ(table_to_csv(table),
            "\"a,b\",n\nx,0.1\n\"say \"\"hi\"\"\",\n\"two\nlines\",-3\n\" blank\",1e+300\n");
  EXPECT_TRUE(table_to_csv(table, ';').starts_with("a,b;n\nx;0.1\n"));
}

TEST(TableToCsv, AMissingCellOfASingleColumnIsNoBlankLine) {
  EXPECT_EQ(table_to_csv(table_of({numbers("x", {1, kMissing})})), "x\n1\n\"\"\n");
}

}  // namespace
}  // namespace chainrule
