#include "chainrule/model/separability.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"

namespace chainrule {
namespace {

MatrixView<const double> rows_of(const std::vector<double>& values, std::size_t columns) {
  return {values.data(), values.size() / columns, columns};
}

const std::vector<double> kCorners = {0, 0, 0, 1, 1, 0, 1, 1};

TEST(Separability, ExclusiveOrIsNotSeparableWithAProof) {
  const std::array sides{-1, 1, 1, -1};
  const SeparabilityAnswer answer = decide_separability(rows_of(kCorners, 2), sides);
  EXPECT_EQ(answer.verdict, Separability::not_separable);
  EXPECT_EQ(answer.proof, Proof::exact);
  // Each point once: -(-1,0,0) + (-1,0,1) + (-1,1,0) - (-1,1,1) = 0.
  EXPECT_EQ(answer.counts, (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(answer.points_used, 4u);
}

TEST(Separability, GatesAreSeparable) {
  for (const std::array<int, 4>& sides : {std::array{-1, -1, -1, 1}, std::array{-1, 1, 1, 1},
                                          std::array{1, 1, 1, -1}, std::array{1, 1, 1, 1}}) {
    const SeparabilityAnswer answer = decide_separability(rows_of(kCorners, 2), sides);
    EXPECT_EQ(answer.verdict, Separability::separable);
    EXPECT_EQ(answer.proof, Proof::exact);
    EXPECT_TRUE(separates_exactly(rows_of(kCorners, 2), sides, answer.weights));
  }
}

TEST(Separability, OnePointOnBothSidesIsNotSeparable) {
  const std::vector<double> points = {0.1, 0.1};
  const SeparabilityAnswer answer = decide_separability(rows_of(points, 1), std::array{1, -1});
  EXPECT_EQ(answer.verdict, Separability::not_separable);
  EXPECT_EQ(answer.proof, Proof::exact);
  EXPECT_EQ(answer.counts, (std::vector<double>{1, 1}));
}

// 0.3 lies between 0.1 and 0.6 at 2/5 of the way, but not so for the doubles nearest to them.
TEST(Separability, WithRoundedNumbersTheProofIsNumerical) {
  const std::vector<double> points = {0.1, 0.3, 0.6};
  const SeparabilityAnswer answer = decide_separability(rows_of(points, 1), std::array{1, -1, 1});
  EXPECT_EQ(answer.verdict, Separability::not_separable);
  EXPECT_EQ(answer.proof, Proof::numerical);
  EXPECT_NEAR(answer.counts[0] / answer.counts[1], 0.6, 1e-9);
  EXPECT_NEAR(answer.counts[2] / answer.counts[1], 0.4, 1e-9);
}

// Points labelled by a random hyperplane are separable; with the midpoint of two points of one class in the
// other class they are not.
TEST(Separability, RandomPointsAreJudgedRightly) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const RandomKey key{.seed = seed, .purpose = RandomPurpose::generator};
    const std::size_t columns = 1 + seed % 5, count = 30;
    std::vector<double> points, normal;
    for (std::size_t i = 0; i < count * columns; ++i)
      points.push_back(random_uniform(key, i) * 2 - 1);
    for (std::size_t j = 0; j < columns; ++j)
      normal.push_back(random_uniform(key, 10000 + j) * 2 - 1);
    std::vector<int> sides;
    for (std::size_t r = 0; r < count; ++r) {
      double net = -0.1;
      for (std::size_t j = 0; j < columns; ++j)
        net += normal[j] * points[r * columns + j];
      sides.push_back(net > 0 ? 1 : -1);
    }
    const SeparabilityAnswer answer = decide_separability(rows_of(points, columns), sides);
    ASSERT_EQ(answer.verdict, Separability::separable) << seed;
    EXPECT_TRUE(separates_exactly(rows_of(points, columns), sides, answer.weights));

    // The midpoint of two points of one side, labelled as the other.
    std::size_t a = count, b = count;
    for (std::size_t r = 0; r < count; ++r) {
      if (sides[r] != sides[0]) continue;
      b = a;
      a = r;
    }
    for (std::size_t j = 0; j < columns; ++j)
      points.push_back((points[a * columns + j] + points[b * columns + j]) / 2);
    sides.push_back(-sides[0]);
    const SeparabilityAnswer mixed = decide_separability(rows_of(points, columns), sides);
    ASSERT_EQ(mixed.verdict, Separability::not_separable) << seed;
    EXPECT_NE(check_certificate(rows_of(points, columns), sides, mixed.counts).proof, Proof::none) << seed;
  }
}

TEST(Separability, ColumnsOfVeryDifferentScalesAreHandled) {
  const std::vector<double> points = {1e9, 1e-6, 1e9, 2e-6, 2e9, 1e-6, 2e9, 3e-6};
  // x2 decides: above 1.5e-6 or not.
  const std::array sides{-1, 1, -1, 1};
  const SeparabilityAnswer answer = decide_separability(rows_of(points, 2), sides);
  EXPECT_EQ(answer.verdict, Separability::separable);
  EXPECT_TRUE(separates_exactly(rows_of(points, 2), sides, answer.weights));
}

TEST(Separability, ALimitedSearchMayNotDecide) {
  const SeparabilityAnswer answer =
      decide_separability(rows_of(kCorners, 2), std::array{-1, 1, 1, -1}, {.multiplications = 1});
  EXPECT_EQ(answer.verdict, Separability::undecided);
  EXPECT_EQ(answer.proof, Proof::none);
}

TEST(Separability, CertificatesAreCheckedWithoutRounding) {
  const auto inputs = rows_of(kCorners, 2);
  const std::array sides{-1, 1, 1, -1};
  EXPECT_EQ(check_certificate(inputs, sides, std::array{2.0, 2.0, 2.0, 2.0}).proof, Proof::exact);
  EXPECT_EQ(check_certificate(inputs, sides, std::array{1.0, 1.0, 1.0, 1.0 + 0x1.0p-50}).proof,
            Proof::numerical);
  EXPECT_EQ(check_certificate(inputs, sides, std::array{1.0, 1.0, 1.0, 2.0}).proof, Proof::none);
  EXPECT_EQ(check_certificate(inputs, sides, std::array{0.0, 0.0, 0.0, 0.0}).proof, Proof::none);
  EXPECT_EQ(check_certificate(inputs, sides, std::array{-1.0, -1.0, -1.0, -1.0}).proof, Proof::none);
}

TEST(Separability, OnThePlaneIsNotSeparated) {
  const auto inputs = rows_of(kCorners, 2);
  EXPECT_TRUE(separates_exactly(inputs, std::array{-1, -1, -1, 1}, std::array{0.75, 0.5, 0.5}));
  EXPECT_FALSE(separates_exactly(inputs, std::array{-1, -1, -1, 1}, std::array{0.5, 0.5, 0.5}));
}

TEST(Separability, RefusesPointsWithoutSides) {
  EXPECT_THROW(decide_separability(rows_of(kCorners, 2), std::array{1, -1}), StateError);
  EXPECT_THROW(decide_separability(rows_of(kCorners, 2), std::array{1, -1, 0, 1}), StateError);
  EXPECT_THROW(decide_separability({}, {}), StateError);
  const std::vector<double> bad = {std::numeric_limits<double>::quiet_NaN(), 1};
  EXPECT_THROW(decide_separability(rows_of(bad, 1), std::array{1, -1}), StateError);
  EXPECT_THROW(check_certificate(rows_of(kCorners, 2), std::array{-1, 1, 1, -1}, std::array{1.0}),
               StateError);
  EXPECT_THROW(separates_exactly(rows_of(kCorners, 2), std::array{-1, 1, 1, -1}, std::array{1.0}),
               StateError);
}

}  // namespace
}  // namespace chainrule
