// A sum without rounding, for proofs: is this sum of products positive, negative, or exactly zero?
//
// The sum is kept as a list of doubles that do not overlap and whose exact total it is (an expansion). Adding
// a number is a chain of error-free sums, s = fl(a + b) and its error e with a + b = s + e; a product is
// exact as p = fl(a b) and fma(a, b, -p). Source: Shewchuk, "Adaptive precision floating-point arithmetic",
// 1997, grow-expansion.
#pragma once

#include <vector>

namespace chainrule {

class ExactSum {
 public:
  void add(double value);
  void add_product(double a, double b);

  // -1, 0 or +1: exact as long as is_exact().
  int sign() const;
  // The total, rounded once or twice.
  double value() const;
  // False when a number was not finite, or a product so small or so large that its error term is no double:
  // then nothing is proven.
  bool is_exact() const { return is_exact_; }

 private:
  std::vector<double> parts_;  // ascending in size, no zeros
  bool is_exact_ = true;
};

}  // namespace chainrule
