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

struct SchemaOptions {
  std::vector<std::string> targets;  // empty: the last column (a note says so)
  std::vector<std::string> ignored;
  std::string weight_column;      // how much each row counts, not an input; "": none
  std::vector<std::string> kept;  // used although they look like identifiers
  std::optional<Task> task;       // empty: found
  std::size_t max_words = 100;    // a column with more categories is ignored and reported
};

struct SchemaColumn {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  ColumnRole role = ColumnRole::input;
  std::string note;  // why it is ignored, or what is special about it; may be empty
};

struct Schema {
  std::vector<SchemaColumn> columns;
  Task task = Task::classes;
  std::vector<Message> notes;  // sentences for the user: task found because ..., columns ignored because ...
};

// Decides roles and task by these rules; each one that applies adds a note:
//  - a date among the inputs: DataError with advice (ignore it, or turn it into numbers: year, month, days);
//  - identifier-like and constant columns, and those with too many categories, are ignored unless kept;
//  - one target of words: binary (two) or classes; numeric target with integers only, at most 20 distinct
//    values and at most a tenth as many as rows (or exactly two values): classes; else regression;
//  - several targets: all yes/no (two values 0/1 or two words): multi_label; all numeric: regression;
//    else DataError.
// Throws DataError for targets or ignored columns that do not exist (with the nearest name), if no input is
// left, and for a target that is missing in all rows or has only one class.
Schema make_schema(const Table& table, const SchemaOptions& options, ThreadPool* pool = nullptr);

}  // namespace chainrule
