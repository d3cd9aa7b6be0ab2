#include "chainrule/base/exact_sum.h"

#include <cmath>

namespace chainrule {

void ExactSum::add(double value) {
  if (!std::isfinite(value)) is_exact_ = false;
  if (!is_exact_) return;
  std::size_t kept = 0;
  for (const double part : parts_) {
    const double sum = value + part;
    const double of_part = sum - value;
    const double error = (value - (sum - of_part)) + (part - of_part);
    if (error != 0) parts_[kept++] = error;
    value = sum;
  }
  parts_.resize(kept);
  if (value != 0) parts_.push_back(value);
  if (!std::isfinite(value)) is_exact_ = false;
}

void ExactSum::add_product(double a, double b) {
  // Below 2^-969 the last bit of the error can be smaller than the smallest double.
  constexpr double kSmallest = 0x1.0p-960;
  const double product = a * b;
  if (a == 0 || b == 0) return;
  if (!std::isfinite(product) || std::abs(product) < kSmallest) {
    is_exact_ = false;
    return;
  }
  add(std::fma(a, b, -product));
  add(product);
}

int ExactSum::sign() const {
  if (parts_.empty()) return 0;
  return parts_.back() > 0 ? 1 : -1;
}

double ExactSum::value() const {
  double total = 0;
  for (const double part : parts_)
    total += part;
  return total;
}

}  // namespace chainrule
