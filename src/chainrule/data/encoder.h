// How raw cells become the numbers that a network sees, and outputs become predictions. An encoder is fitted
// on training rows only (fit_encoder.h), applied by encode_inputs.h and encode_targets.h, and stored in the
// model.
//
// numeric, missing filled with the mean:  standard   (x - mean) / standard deviation
//                                         min_max    (x - minimum) / (maximum - minimum)
//                                         bytes      x / 255 (8-bit images)
//                                         none       x
//   and, if training rows had missing cells, one more feature: 1 if missing, else 0.
// category: one feature per category (sorted by text), 1 for the cell's category; a category not seen in
//   training is all zeros. A column with too many categories keeps the most frequent; "other" is one more
//   category, for the rest and for those not seen in training. If training rows had missing cells, "missing"
//   is one more; otherwise a missing cell is all zeros.
// Statistics are computed in double, in blocks of 32 rows and a tree, and written to files in the shortest
// exact form.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/table.h"
#include "chainrule/data/task.h"

namespace chainrule {

enum class Scaling { standard, min_max, bytes, none };

template <>
struct EnumNames<Scaling> {
  static constexpr std::string_view kind = "scaling";
  static constexpr EnumName<Scaling> table[] = {
      {Scaling::standard, "standard", "mean 0 and standard deviation 1 on the training rows"},
      {Scaling::min_max, "min_max", "0 to 1 on the training rows"},
      {Scaling::bytes, "bytes", "divided by 255, for 8-bit images"},
      {Scaling::none, "none", "as they are"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"standardise standardize standardisation standardization standard_scaler z_score", "standard"},
      {"min_max_scaler", "min_max"},
      {"off raw", "none"},
  };
  static constexpr EnumHint hints[] = {
      {"normalise normalize normal",
       "did you mean \"standard\" (mean 0 and standard deviation 1) or \"min_max\" (0 to 1)?"},
  };
};
static_assert(has_sound_synonyms<Scaling>());

enum class MissingFeature { absent, present };

template <>
struct EnumNames<MissingFeature> {
  static constexpr std::string_view kind = "missing feature";
  static constexpr EnumName<MissingFeature> table[] = {
      {MissingFeature::absent, "absent", "no training row had a missing cell"},
      {MissingFeature::present, "present", "one more feature: 1 where the cell is missing"},
  };
};

// How a number far outside the range of the training rows counts: as itself, or as the nearest bound.
enum class Outliers { keep, clip };

template <>
struct EnumNames<Outliers> {
  static constexpr std::string_view kind = "way with outliers";
  static constexpr EnumName<Outliers> table[] = {
      {Outliers::keep, "keep", "a number far outside the training range is used as it is"},
      {Outliers::clip, "clip", "it counts as the nearest number of that range"},
  };
};

enum class OtherFeature { absent, present };

template <>
struct EnumNames<OtherFeature> {
  static constexpr std::string_view kind = "other feature";
  static constexpr EnumName<OtherFeature> table[] = {
      {OtherFeature::absent, "absent", "every category of the training rows has a feature"},
      {OtherFeature::present, "present", "one more feature: 1 where the category is a rare or unknown one"},
  };
};

// How one input column becomes features: plain numbers and texts, as the model file stores them.
struct ColumnEncoding {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  Scaling scaling = Scaling::standard;
  double offset = 0;  // feature = (x - offset) * factor
  double factor = 1;
  double fill = 0;                 // raw value that stands for a missing cell
  std::vector<std::string> words;  // category: the known categories, sorted
  MissingFeature missing_feature = MissingFeature::absent;
  OtherFeature other_feature = OtherFeature::absent;
  NumberForm form;  // numeric: how the cells spell the numbers
  // numeric: the range of the training rows; NaN if unknown (a model of format version 1).
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  Outliers outliers = Outliers::keep;

  std::size_t features() const;
};

// How the target column(s) become outputs.
struct TargetEncoding {
  Task task = Task::classes;
  std::vector<std::string> columns;
  // binary, classes: sorted by number or text; ordinal: from the lowest to the highest; multi_label: the
  // columns
  std::vector<std::string> class_names;
  // The classes as the file spells them: equal to class_names unless the user chose other names.
  // multi_label: two values per column, no and yes.
  std::vector<std::string> class_values;
  std::vector<double> offset, factor;  // regression: output = (t - offset) * factor, one per target
  std::vector<NumberForm> forms;       // how the cells spell the numbers, one per target; empty: all plain
  // Places of the targets among the used columns of the training table, ascending: for tables without header.
  std::vector<std::size_t> positions;
  // regression: predictions stay between these, in the target's units, one per target; empty: no bounds
  std::vector<double> lowest, highest;
  double threshold = 0.5;  // binary: class_names[1] is predicted from this probability on
  // regression of one target: its quantiles that are predicted, ascending, one per output; empty: the target
  std::vector<double> quantiles = {};
  // binary, classes: the target columns hold the probabilities of the classes (soft_labels.h)
  bool soft_labels = false;

  // binary: one output (the probability of class_names[1]); classes: one per class; ordinal: one per class
  // but the last (the probability of a higher one); quantiles: one each; others: one per target column.
  std::size_t outputs() const;
  // regression: the index of the target that this output predicts.
  std::size_t target_of_output(std::size_t output) const { return quantiles.empty() ? output : 0; }
  // regression: the output that predicts the median; empty if none does.
  std::optional<std::size_t> median_output() const;
};

NumberForm form_of_target(const TargetEncoding& target, std::size_t t);

// The columns of the predictions, in the order of the outputs: the targets, or "quantile 0.9 TARGET"; of soft
// labels "class".
std::vector<std::string> prediction_columns(const TargetEncoding& target);

struct Encoder {
  std::vector<ColumnEncoding> inputs;
  TargetEncoding target;
  std::size_t image_rows = 0, image_columns = 0;
  // The words for missing cells in the training table; tables to predict are read with them, too. Set by the
  // session.
  std::vector<std::string> missing_words;
  // Input and target columns with words of their own for missing cells; and the words that count as missing
  // only without quotes.
  std::vector<std::pair<std::string, std::vector<std::string>>> column_missing_words;
  std::vector<std::string> kept_in_quotes;

  std::size_t features() const;
  std::vector<std::string> feature_names()
      const;  // "bill_length_mm", "island=Dream", "city other", "sex missing"
};

}  // namespace chainrule
