// How raw cells become the numbers that a network sees, and outputs become predictions. Fitted on training
// rows only (fit_encoder.h), applied by encode_inputs.h and encode_targets.h, stored in the model.
//
// numeric, missing filled with the mean:  standard   (x - mean) / standard deviation
//                                         min_max    (x - minimum) / (maximum - minimum)
//                                         bytes      x / 255 (8-bit images)
//                                         none       x
//   and, where training rows had missing cells, one more feature: 1 if missing else 0.
// category: one feature per category (sorted by text), 1 for the cell's; one not seen in training is all
//   zeros; if training rows had missing cells, "missing" is one more category, else a missing cell is
//   all zeros.
// Statistics are computed in double, in blocks of 32 rows and a tree, and written to files in the shortest
// exact form.
#pragma once

#include <cstddef>
#include <string>
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
};

enum class MissingFeature { absent, present };

template <>
struct EnumNames<MissingFeature> {
  static constexpr std::string_view kind = "missing feature";
  static constexpr EnumName<MissingFeature> table[] = {
      {MissingFeature::absent, "absent", "no training row had a missing cell"},
      {MissingFeature::present, "present", "one more feature: 1 where the cell is missing"},
  };
};

// How one input column becomes features: plain numbers and words, as the model file stores them.
struct ColumnEncoding {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  Scaling scaling = Scaling::standard;
  double offset = 0;  // feature = (x - offset) * factor
  double factor = 1;
  double fill = 0;                 // raw value that stands for a missing cell
  std::vector<std::string> words;  // category: the known categories, sorted
  MissingFeature missing_feature = MissingFeature::absent;

  std::size_t features() const;
};

// How the target column(s) become outputs.
struct TargetEncoding {
  Task task = Task::classes;
  std::vector<std::string> columns;
  // binary, classes: sorted by number or text; multi_label: the columns
  std::vector<std::string> class_names;
  // What the classes are called in the file: equals class_names unless the user chose other names.
  // multi_label: two values per column, no and yes.
  std::vector<std::string> class_values;
  std::vector<double> offset, factor;  // regression: output = (t - offset) * factor, one per target
  // Places of the targets among the used columns of the training table, ascending: for tables without header.
  std::vector<std::size_t> positions;

  // binary: one output (the probability of class_names[1]); classes: one per class; others: one per target
  // column.
  std::size_t outputs() const;
};

struct Encoder {
  std::vector<ColumnEncoding> inputs;
  TargetEncoding target;
  std::size_t image_rows = 0, image_columns = 0;
  // The words for missing cells in the training table, also used to read the tables to predict. Set by the
  // session.
  std::vector<std::string> missing_words;

  std::size_t features() const;
  std::vector<std::string> feature_names() const;  // "bill_length_mm", "island=Dream", "sex missing"
};

}  // namespace chainrule
