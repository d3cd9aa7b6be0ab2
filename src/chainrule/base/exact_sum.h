// A sum without rounding, for proofs that a sum of products is positive, negative or exactly zero.
//
// The sum is kept as an expansion: a list of doubles whose bits do not overlap and whose exact total it is.
// Adding a number is a chain of error-free sums, s = fl(a + b) and its error e with a + b = s + e; a product
// is exact as p = fl(a b) and fma(a, b, -p). Source: Shewchuk, "Adaptive precision floating-point
// arithmetic", 1997, grow-expansion.
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
  // False if a number was not finite, or if a product was so small or large that its error term is not a
  // double. Then nothing is proven.
  bool is_exact() const { return is_exact_; }

 private:
  std::vector<double> parts_;  // ascending in size, no zeros
  bool is_exact_ = true;
};

}  // namespace chainrule
