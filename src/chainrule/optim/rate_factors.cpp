#include "chainrule/optim/rate_factors.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "chainrule/base/error.h"

namespace chainrule {

void validate(std::span<const RateFactor> factors, std::size_t parameters) {
  std::size_t end = 0;
  for (const RateFactor& one : factors) {
    const bool fits = one.range.offset >= end && one.range.offset <= parameters &&
                      one.range.size <= parameters - one.range.offset;
    if (!fits || !(one.factor > 0) || !std::isfinite(one.factor)) {
      throw StateError({.what = "the rate factors do not fit the parameters",
                        .where = "parameters from " + std::to_string(one.range.offset) + " on",
                        .expected = "ascending ranges of " + std::to_string(parameters) +
                                    " parameters, with factors above 0"});
    }
    end = one.range.offset + one.range.size;
  }
}

void append_rate_factor(RateFactors& factors, RateFactor factor) {
  if (factor.range.size == 0) return;
  if (!factors.empty()) {
    RateFactor& last = factors.back();
    if (last.factor == factor.factor && last.range.offset + last.range.size == factor.range.offset) {
      last.range.size += factor.range.size;
      return;
    }
  }
  factors.push_back(factor);
}

std::vector<ParameterRange> learned_parts(std::span<const ParameterRange> ranges,
                                          std::span<const RateFactor> factors) {
  if (factors.empty()) return {ranges.begin(), ranges.end()};
  std::vector<ParameterRange> parts;
  for (const ParameterRange& range : ranges) {
    for (const RateFactor& one : factors) {
      const std::size_t begin = std::max(range.offset, one.range.offset);
      const std::size_t end = std::min(range.offset + range.size, one.range.offset + one.range.size);
      if (begin < end) parts.push_back({begin, end - begin});
    }
  }
  return parts;
}

std::vector<ParameterRange> fixed_ranges(std::span<const RateFactor> factors, std::size_t parameters) {
  std::vector<ParameterRange> fixed;
  if (factors.empty()) return fixed;
  std::size_t end = 0;
  const auto add = [&](std::size_t begin) {
    if (begin > end) fixed.push_back({end, begin - end});
  };
  for (const RateFactor& one : factors) {
    add(one.range.offset);
    end = one.range.offset + one.range.size;
  }
  add(parameters);
  return fixed;
}

}  // namespace chainrule
