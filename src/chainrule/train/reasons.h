// Why a model scores as it does: what a report and an evaluation measure beyond the metrics.
//
//   importance      how much worse the predictions are without one column (session/importance.h)
//   worst rows      the rows with the largest loss (session/worst_rows.h)
//   contradictions  rows that no model can tell apart (session/row_overlap.h)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chainrule {

// Measuring reasons takes up to some seconds.
enum class MeasureReasons { no, yes };

inline constexpr std::size_t kImportanceShuffles = 5;

// What shuffling the cells of one input column among the rows costs.
struct ColumnImportance {
  // If a column says nothing, the loss of the rows as they are and those of the shuffles are draws from one
  // distribution. Then rise / (spread sqrt(1 + 1/5)) follows Student's t with 4 degrees of freedom, and is
  // above 5 / sqrt(1.2) in 1 of 190 cases. Of a few rows there are too few orders for that.
  static constexpr double kSpreadsOfChance = 5;
  static constexpr std::size_t kEnoughRows = 10;

  std::string column;
  double loss_rise = 0;    // of the mean loss, over the shuffles
  double loss_spread = 0;  // the standard deviation of the loss over the shuffles
  double error_rise = 0;   // of Importance::error
  bool has_enough_rows = true;

  bool is_beyond_chance() const {
    return has_enough_rows && loss_rise > kSpreadsOfChance * loss_spread && loss_rise > 0;
  }
};

struct Importance {
  std::vector<ColumnImportance> columns;  // the largest rise of the loss first; empty if not measured
  std::size_t input_columns = 0;          // of the model; `columns` has fewer if there are many
  std::size_t screening_rows = 0;         // that chose those `columns`; 0: all are measured
  std::size_t rows = 0;                   // that were shuffled, of
  std::size_t all_rows = 0;
  double loss = 0;  // of these rows as they are
  // Likewise: the share of wrong classes (or labels); in the target's units, of numbers the rmse and of
  // quantiles the pinball loss.
  double error = 0;
  bool is_of_quantiles = false;
};

struct WorstRow {
  std::size_t row = 0;     // of its table, counted from 0
  std::uint64_t line = 0;  // in its file; 0 if rows have no lines
  double loss = 0;
  // binary, classes
  std::uint32_t true_class = 0, predicted_class = 0;
  double true_probability = 0, predicted_probability = 0;
  // regression: the numbers in their own units; multi_label: 0 or 1, and the probability
  std::vector<double> truth, predicted;
};

struct Contradictions {
  std::size_t all_rows = 0;
  std::size_t rows = 0;  // of these, with the inputs of a row that has another target
  // On how many of all rows a function of the inputs is right at most: of rows with equal inputs, on those
  // with the most frequent target.
  std::size_t most_right = 0;
};

struct Reasons {
  Importance importance;
  std::vector<WorstRow> worst_rows;  // the worst first
  std::string worst_rows_file;       // the name of their file
  Contradictions contradictions;     // among the training rows
};

}  // namespace chainrule
