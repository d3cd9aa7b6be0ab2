#include "chainrule/data/class_order.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {
namespace {

constexpr std::size_t kFewestClasses = 3;

bool are_equal(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const std::optional<double> x = number_of_word(a), y = number_of_word(b);
  return x && y && *x == *y;
}

std::vector<std::uint32_t> rows_with_value(const Column& column) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < column.rows(); ++row) {
    if (!column.is_missing(row)) rows.push_back(row);
  }
  return rows;
}

// setting: which asks for the order.
[[noreturn]] void refuse_two_classes(Setting setting, std::string got) {
  throw UsageError({.what = "an order of the classes needs three or more: that of two makes no difference",
                    .setting = setting,
                    .expected = "at least three classes",
                    .got = std::move(got),
                    .advice = "leave " + named(setting) + " out"});
}

[[noreturn]] void refuse_value(const Table& table, std::size_t target, const std::string& value,
                               const std::vector<std::string>& order) {
  const Column& column = table.columns[target];
  std::size_t row = 0;
  while (column.is_missing(row) || column.text(row) != value)
    ++row;
  const WordMatcher::Found similar = WordMatcher(order).find(value);
  Message advice = "add it to the order at its place, or correct the cell";
  if (similar.match == WordMatch::similar)
    advice = "it differs from " + quoted(order[similar.word]) +
             " only in case or blanks: write the order with the classes as the table has them";
  throw DataError(
      {.what = "the target " + quoted(column.name) + " has a value that is not in the order of the classes",
       .where = table.cell_position(row, target),
       .expected = class_list(order),
       .got = quoted(value),
       .advice = std::move(advice)});
}

std::vector<std::string> ascending_numbers(const Table& table, std::size_t target,
                                           std::vector<std::string> values) {
  if (!are_distinct_numbers(values)) {
    throw UsageError(
        {.what = "the order of the classes of " + quoted(table.columns[target].name) + " is not given",
         .setting = Setting::class_order,
         .expected = "the classes from the lowest to the highest",
         .got = class_list(values) + ", which are not numbers",
         .advice = "use " + set_to_any(Setting::class_order, "A,B,C")});
  }
  if (values.size() < kFewestClasses) refuse_two_classes(Setting::task, class_list(values));
  return values;
}

}  // namespace

std::optional<Task> task_with_order(std::optional<Task> given, const std::vector<std::string>& order) {
  if (order.empty()) return given;
  if (given.value_or(Task::ordinal) != Task::ordinal) {
    throw UsageError({.what = "an order of the classes is given for another task",
                      .setting = Setting::class_order,
                      .expected = "the task " + std::string(name_of(Task::ordinal)),
                      .got = "the task " + std::string(name_of(*given)),
                      .advice = "leave the task or the order out"});
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!are_equal(order[i], order[j])) continue;
      throw UsageError({.what = "the order of the classes names one twice",
                        .setting = Setting::class_order,
                        .expected = "each class once, from the lowest to the highest",
                        .got = quoted(order[j]) + " and " + quoted(order[i])});
    }
  }
  if (order.size() < kFewestClasses) refuse_two_classes(Setting::class_order, class_list(order));
  return Task::ordinal;
}

std::vector<std::string> ordered_classes(const Table& table, std::size_t target,
                                         const std::vector<std::string>& order, std::vector<Message>& notes) {
  const Column& column = table.columns[target];
  std::vector<std::string> values = class_values_of(table, target, rows_with_value(column));
  if (order.empty()) return ascending_numbers(table, target, std::move(values));
  std::vector<std::string> classes = order;
  std::vector<char> is_found(order.size(), 0);
  const WordMatcher matcher(order);
  for (const std::string& value : values) {
    auto place = static_cast<std::size_t>(
        std::ranges::find_if(order, [&](const std::string& one) { return are_equal(one, value); }) -
        order.begin());
    const WordMatcher::Found found = matcher.find(value);
    if (place == order.size() && found.match == WordMatch::respelled) place = found.word;
    if (place == order.size()) refuse_value(table, target, value, order);
    if (is_found[place] == 0) classes[place] = value;
    is_found[place] = 1;
  }
  std::vector<std::string> unseen;
  for (std::size_t c = 0; c < order.size(); ++c) {
    if (is_found[c] == 0) unseen.push_back(order[c]);
  }
  if (!unseen.empty()) {
    notes.push_back("no row has the " + std::string(unseen.size() == 1 ? "class " : "classes ") +
                    class_list(unseen) + " of the order of the classes.");
  }
  return classes;
}

}  // namespace chainrule
