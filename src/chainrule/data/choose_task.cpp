#include "chainrule/data/choose_task.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/missing_notes.h"

namespace chainrule {
namespace {

constexpr std::size_t kClassNumbersLimit = 20;  // more distinct integers are amounts rather than classes

std::string first_values(const Column& column, std::size_t most) {
  std::vector<std::string> values;
  for (std::size_t row = 0; row < column.rows() && values.size() <= most; ++row) {
    if (column.is_missing(row)) continue;
    std::string value = column.text(row);
    if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
  }
  return quoted_list(values, most);
}

std::string value_count(const TargetFacts& target) {
  const std::size_t distinct = target.summary->distinct;
  return distinct > kDistinctLimit ? "more than " + format_count(kDistinctLimit) : format_count(distinct);
}

std::size_t first_present_row(const Column& column) {
  std::size_t row = 0;
  while (row < column.rows() && column.is_missing(row))
    ++row;
  return row;
}

bool has_class_numbers(const TargetFacts& target) {
  const std::size_t distinct = target.summary->distinct;
  return target.integers &&
         (distinct == 2 || (distinct <= kClassNumbersLimit && 10 * distinct <= target.present));
}

[[noreturn]] void refuse_task(const Table& table, const TargetFacts& target, Task task, std::string expected,
                              std::string got, Message advice) {
  throw DataError({.what = "the target " + quoted(target.column->name) + " does not fit the task " +
                           std::string(name_of(task)),
                   .where = table.cell_position(first_present_row(*target.column), target.place),
                   .expected = std::move(expected),
                   .got = std::move(got),
                   .advice = std::move(advice)});
}

void check_task(const Table& table, std::span<const TargetFacts> targets, Task task) {
  if (is_of_one_class(task) && targets.size() != 1) {
    std::vector<std::string> names;
    for (const TargetFacts& target : targets)
      names.push_back(target.column->name);
    throw DataError({.what = "the task " + std::string(name_of(task)) + " has one target",
                     .where = table.source,
                     .expected = "one target column",
                     .got = format_count(names.size()) + ": " + quoted_list(names, 5),
                     .advice = task == Task::ordinal
                                   ? Message("name one target")
                                   : "name one target, or use " + set_to(Setting::task, "multi_label") +
                                         " for columns of yes and no"});
  }
  for (const TargetFacts& target : targets) {
    const std::string values = value_count(target) + " different values: " + first_values(*target.column, 5);
    if (task == Task::regression && !target.numeric()) {
      refuse_task(table, target, task, "numbers",
                  quoted(target.column->text(first_present_row(*target.column))),
                  "use " + set_to(Setting::task, "classes") + ", or name a target of numbers");
    }
    if (task == Task::binary && target.summary->distinct != 2) {
      refuse_task(table, target, task, "two different values", values,
                  "use " + set_to(Setting::task, "classes"));
    }
    if (task == Task::multi_label && !target.yes_or_no) {
      refuse_task(table, target, task, "0 and 1, or two categories", values,
                  "leave the column out of the targets, or write it as one column of 0 and 1 for each value");
    }
  }
}

Task find_task(const Table& table, std::span<const TargetFacts> targets, std::vector<Message>& notes) {
  const auto note = [&notes](Task task, const Message& reason) {
    notes.push_back("the task is " + std::string(name_of(task)) + ": " + reason + ".");
    return task;
  };
  if (targets.size() == 1) {
    const TargetFacts& target = targets.front();
    const std::string name = quoted(target.column->name);
    const std::string different = name + " has " + value_count(target) + " different ";
    if (!target.numeric()) {
      return note(target.summary->distinct == 2 ? Task::binary : Task::classes, different + "categories");
    }
    if (has_class_numbers(target)) {
      return note(
          target.summary->distinct == 2 ? Task::binary : Task::classes,
          different + (target.yes_or_no ? "values, 0 and 1"
                                        : "whole numbers; use " + set_to(Setting::task, "regression") +
                                              " to learn it as an amount"));
    }
    return note(Task::regression, name + " is a column of numbers");
  }
  if (std::ranges::all_of(targets, &TargetFacts::yes_or_no)) {
    return note(Task::multi_label, "each of the " + format_count(targets.size()) + " targets is yes or no");
  }
  if (std::ranges::all_of(targets, &TargetFacts::numeric)) {
    return note(Task::regression, "the " + format_count(targets.size()) + " targets are columns of numbers");
  }
  const auto odd =
      std::ranges::find_if(targets, [](const TargetFacts& t) { return !t.numeric() && !t.yes_or_no; });
  const TargetFacts& target = odd != targets.end() ? *odd : targets.front();
  throw DataError(
      {.what = "the targets cannot be learned together",
       .where = table.cell_position(first_present_row(*target.column), target.place),
       .expected =
           "several columns of two values (0 and 1, or two categories), or several columns of numbers",
       .got = quoted(target.column->name) + " with " + value_count(target) +
              " different values: " + first_values(*target.column, 5),
       .advice = "train one network for each target"});
}

}  // namespace

TargetFacts examine_target(const Table& table, std::size_t place, const ColumnSummary& summary) {
  TargetFacts facts{.place = place, .column = &table.columns[place], .summary = &summary};
  const Column& column = *facts.column;
  facts.present = column.rows() - summary.missing;
  const auto or_words = [&]() -> Message {
    const Message about_words = advice_on_missing_words(table, place);
    return about_words.empty() ? Message() : "; " + about_words;
  };
  if (facts.present == 0) {
    throw DataError({.what = "the target " + quoted(column.name) + " is missing in every row",
                     .where = table.cell_position(0, place),
                     .expected = "at least two different values",
                     .got = count_of(summary.missing, "missing cell"),
                     .advice = "fill the column, or name another target" + or_words()});
  }
  if (summary.distinct == 1) {
    throw DataError(
        {.what = "the target " + quoted(column.name) + " has one value only: there is nothing to learn",
         .where = table.cell_position(first_present_row(column), place),
         .expected = "at least two different values",
         .got = quoted(column.text(first_present_row(column))) + " in " + count_of(facts.present, "row"),
         .advice = "add rows with another value, or name another target" + or_words()});
  }
  if (facts.numeric()) {
    facts.integers =
        std::ranges::all_of(column.numbers, [](double v) { return std::isnan(v) || is_integer(v); });
    facts.yes_or_no = facts.integers && summary.distinct == 2 && summary.minimum == 0 && summary.maximum == 1;
  } else {
    facts.yes_or_no = summary.distinct == 2;
  }
  return facts;
}

Task choose_task(const Table& table, std::span<const TargetFacts> targets, std::optional<Task> given,
                 std::vector<Message>& notes) {
  if (given) check_task(table, targets, *given);
  const Task task = given ? *given : find_task(table, targets, notes);
  const TargetFacts& target = targets.front();
  if (is_of_one_class(task) && task != Task::binary && 2 * target.summary->distinct > target.present) {
    notes.push_back(quoted(target.column->name) + " has " + value_count(target) + " classes in " +
                    count_of(target.present, "row") + "; is it the right target?");
  } else if (is_of_one_class(task)) {
    note_lone_rows(*target.column, notes);
  }
  return task;
}

}  // namespace chainrule
