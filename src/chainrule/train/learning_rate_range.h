// The learning-rate range test: at which rates does this network learn from these rows?
//
// A network is trained for a few hundred steps while the learning rate grows geometrically:
//
//   rate(i)      lowest growth^i                                  i = 0, 1, ...
//   mean(i)      b mean(i - 1) + (1 - b) loss(i)                  mean(-1) = 0, b = 0.95
//   smoothed(i)  mean(i) / (1 - b^(i + 1))
//
// where loss(i) is the loss of the batch before step i. While the rate is too low, the smoothed loss is
// level; then it falls; where the rate is too high, it rises, and the test ends. The suggested rate is a
// tenth of the rate at which the smoothed loss is lowest, rounded to two digits: the smoothed loss lags
// behind, and a whole training needs some distance from the rate at which it would no longer work.
//
// Source: Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/batch_iterator.h"
#include "chainrule/train/train_step.h"

namespace chainrule {

enum class RangeEnd { loss_rose, not_finite, highest_rate, asked_to_stop };

template <>
struct EnumNames<RangeEnd> {
  static constexpr std::string_view kind = "end of a range test";
  static constexpr EnumName<RangeEnd> table[] = {
      {RangeEnd::loss_rose, "loss_rose", "the loss rose far above its lowest value"},
      {RangeEnd::not_finite, "not_finite", "the numbers were no longer finite"},
      {RangeEnd::highest_rate, "highest_rate", "the highest rate was reached"},
      {RangeEnd::asked_to_stop, "asked_to_stop", "it was stopped by a signal"},
  };
};

struct RangeOptions {
  double lowest = 1e-6, highest = 10;
  double growth = 1.0334410638805562;  // 10^(1/70): 70 steps for each power of ten, 491 in all
};

struct RangeStep {
  double learning_rate = 0;
  double loss = 0;  // of the batch, penalties included, before the step
  double smoothed_loss = 0;
};

struct LearningRateRange {
  std::vector<RangeStep> steps;
  RangeEnd end = RangeEnd::highest_rate;
  double initial_loss = 0;          // the smoothed loss after the first steps, which change nothing yet
  std::size_t lowest = 0;           // the step with the lowest smoothed loss
  std::optional<double> suggested;  // empty: the loss fell at no rate, or the test was stopped
};

// Trains from these parameters. Batches, row order, penalties, optimizer and clipping are those of the
// options; their learning rate and schedule are ignored. Throws NonFiniteError if the first loss is not
// finite, and UsageError for an optimizer that needs all rows.
template <typename T>
LearningRateRange test_learning_rates(const Compute& compute, const Network& network, StepOptions options,
                                      std::size_t batch_size, RowOrder row_order, DatasetView<T> rows,
                                      std::span<const T> parameters, const RangeOptions& range = {},
                                      const std::function<bool()>& is_asked_to_stop = {});

}  // namespace chainrule
