// How a table was understood: the kind and the role of each column, the task, and why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/base/names.h"
#include "chainrule/data/table.h"
#include "chainrule/data/task.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {

enum class ColumnRole { input, target, ignored };

template <>
struct EnumNames<ColumnRole> {
  static constexpr std::string_view kind = "column role";
  static constexpr EnumName<ColumnRole> table[] = {
      {ColumnRole::input, "input", "the network sees it"},
      {ColumnRole::target, "target", "the network learns to predict it"},
      {ColumnRole::ignored, "ignored", "left out"},
  };
};

// A column with so many categories has a feature for each, unless the user says otherwise.
inline constexpr std::size_t kFewWords = 100;

struct SchemaOptions {
  std::vector<std::string> targets;  // empty: the last column (a note says so)
  std::vector<std::string> ignored;
  std::string weight_column;      // how much each row counts, not an input; "": none
  std::string group_column;       // which rows belong together, not an input; "": none
  std::string time_column;        // the time of each row, not an input unless kept; "": none
  std::vector<std::string> kept;  // used although they look like identifiers
  std::optional<Task> task;       // empty: inferred
  // Of a column with more categories, the rare ones become one. Empty: as many as the rows can teach
  // (taught_words in rare_words.h).
  std::optional<std::size_t> max_words = kFewWords;
  // The classes from the lowest to the highest: the task is ordinal. Empty: they have no order.
  std::vector<std::string> class_order = {};
  // The targets hold the probabilities of the classes, one column each (soft_labels.h).
  bool soft_labels = false;
};

struct SchemaColumn {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  ColumnRole role = ColumnRole::input;
  std::string note;  // why it is ignored, or what is special about it; may be empty
  // An input of more categories than this has one feature for the rare ones; 0: no limit. Only for training.
  std::size_t max_words = 0;
};

struct Schema {
  std::vector<SchemaColumn> columns;
  Task task = Task::classes;
  std::vector<Message> notes;  // sentences for the user: task found because ..., columns ignored because ...
  // ordinal: the classes as the table spells them, from the lowest to the highest. Only for training.
  std::vector<std::string> class_order = {};
  bool soft_labels = false;  // as in the options. Only for training
};

// The column of row weights that a schema was made with; "" if there was none.
std::string weight_column_of(const Schema& schema);

// Decides roles and task by these rules; each rule that applies adds a note:
//  - a date among the inputs: DataError with advice (ignore it, or turn it into numbers: year, month, days);
//  - identifier-like and constant columns, and text of which almost every cell differs, are ignored unless
//    kept; counters are used if no other input is left;
//  - of more than max_words categories (with none given: of more than a hundred, those that several rows
//    hold), the most frequent keep a feature each and the rest share one
//    (rare_words.h), unless the column is kept;
//  - one target of categories: binary (two) or classes; a numeric target of integers, with at most 20
//    distinct values and at most a tenth as many as rows (or exactly two values): classes; else regression;
//  - several targets: all of two values (0 and 1, or two categories): multi_label; all numeric: regression;
//    else DataError.
// Throws DataError for targets or ignored columns that do not exist (with the nearest name), if no input is
// left, and for a target that is missing in all rows or has only one class.
Schema make_schema(const Table& table, const SchemaOptions& options, ThreadPool* pool = nullptr);

}  // namespace chainrule
