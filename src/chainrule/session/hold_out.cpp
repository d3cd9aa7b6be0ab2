// Each method in hold_out.h is a function that returns the two sides. hold_out_share chooses one of them,
// then requires that the training rows contain every class, and adds notes on rows that the split could not
// keep together.
#include "chainrule/session/hold_out.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/equal_rows.h"
#include "chainrule/data/folds.h"
#include "chainrule/data/group_split.h"
#include "chainrule/data/repeating_columns.h"
#include "chainrule/data/time_split.h"

namespace chainrule {
namespace {

// The rank of each number among the distinct ones, from 0.
std::vector<std::uint32_t> ranks_of(const std::vector<double>& numbers) {
  std::vector<double> values = numbers;
  std::sort(values.begin(), values.end());
  std::vector<std::uint32_t> ranks(numbers.size());
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    ranks[r] = static_cast<std::uint32_t>(std::lower_bound(values.begin(), values.end(), numbers[r]) -
                                          values.begin());
  }
  // So far each is the position of the first equal number; now they become consecutive.
  std::vector<std::uint32_t> distinct = ranks;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (std::uint32_t& rank : ranks) {
    rank = static_cast<std::uint32_t>(std::lower_bound(distinct.begin(), distinct.end(), rank) -
                                      distinct.begin());
  }
  return ranks;
}

bool has_classes(const Schema& schema) {
  return is_of_one_class(schema.task) && !schema.soft_labels;
}

std::vector<std::size_t> places_in_role(const Table& table, const Schema& schema, ColumnRole role) {
  std::vector<std::size_t> places;
  const ColumnFinder place_of(table);
  for (const SchemaColumn& column : schema.columns) {
    if (column.role == role) places.push_back(place_of(column.name));
  }
  return places;
}

// One number per row, equal for rows of the same class, for a stratified split. Empty without classes.
std::vector<std::uint32_t> class_codes(const Table& table, const Schema& schema) {
  if (!has_classes(schema)) return {};
  const std::vector<std::size_t> targets = places_in_role(table, schema, ColumnRole::target);
  if (targets.empty()) return {};
  const Column& column = table.columns[targets.front()];
  if (column.kind == ColumnKind::numeric) return ranks_of(column.numbers.to_vector());
  std::vector<std::uint32_t> codes(column.codes.size());
  for (std::size_t r = 0; r < codes.size(); ++r)
    codes[r] = static_cast<std::uint32_t>(column.codes[r] + 1);  // kMissingCode is -1
  return codes;
}

std::vector<char> held_out_marks(std::size_t rows, const Split& split) {
  std::vector<char> marks(rows, 0);
  for (const std::uint32_t row : split.validation)
    marks[row] = 1;
  return marks;
}

// Whether some group has rows on both sides.
bool is_cut(std::span<const std::uint32_t> groups, const Split& split) {
  const std::vector<char> is_held = held_out_marks(groups.size(), split);
  for (std::size_t row = 0; row < groups.size(); ++row) {
    if (is_held[row] != is_held[groups[row]]) return true;
  }
  return false;
}

// A class that occurs only among the held-out rows cannot be scored: the network never saw it.
void require_known_classes(const Table& table, const Schema& schema, const Split& split) {
  const std::vector<std::uint32_t> classes = class_codes(table, schema);
  if (classes.empty()) return;
  std::vector<char> is_known(std::size_t{*std::ranges::max_element(classes)} + 1, 0);
  for (const std::uint32_t row : split.training)
    is_known[classes[row]] = 1;
  for (const std::uint32_t row : split.validation) {
    if (is_known[classes[row]] != 0) continue;
    const std::size_t place = places_in_role(table, schema, ColumnRole::target).front();
    throw DataError({.what = "a class occurs only in the rows that are held out",
                     .where = table.cell_position(row, place),
                     .expected = "training rows of each class",
                     .got = quoted(table.columns[place].text(row)),
                     .advice = "hold out fewer rows, or draw them at random (" +
                               set_to(Setting::validation, "0.2") + ")"});
  }
}

// Rows that are held out by their order may lack a class: the table is sorted by it.
void note_absent_classes(const Table& table, const Schema& schema, const Split& split,
                         std::vector<Message>& notes) {
  const std::vector<std::uint32_t> classes = class_codes(table, schema);
  if (classes.empty()) return;
  std::vector<std::uint32_t> held, all(classes);
  for (const std::uint32_t row : split.validation)
    held.push_back(classes[row]);
  const auto count_distinct = [](std::vector<std::uint32_t>& values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values.size();
  };
  const std::size_t in_held = count_distinct(held), in_all = count_distinct(all);
  if (in_held == in_all) return;
  notes.push_back("the held-out rows have only " + format_count(in_held) + " of the " + format_count(in_all) +
                  " classes: their score says nothing about the others.");
}

// The split of a request without group, time or order.
Split split_at_random(const Compute& compute, const TrainRequest& request, const Table& table,
                      TrainingPlan& plan) {
  const std::size_t rows = table.rows();
  const std::vector<std::size_t> inputs = input_places(table, plan.schema);
  std::vector<std::size_t> used = inputs;
  for (const std::size_t place : places_in_role(table, plan.schema, ColumnRole::target))
    used.push_back(place);
  const std::vector<std::uint32_t> firsts = first_equals(row_hashes(table, used, compute.pool));
  const std::size_t repeats = count_repeats(firsts);
  if (rows - repeats < kFewRows && holds_out_by_default(request)) {
    Split all;
    all.training.resize(rows);
    std::iota(all.training.begin(), all.training.end(), 0u);
    const std::string few = repeats == 0
                                ? "they are fewer than " + format_count(kFewRows) + ", and all different"
                                : "only " + format_count(rows - repeats) +
                                      " of them are different, fewer than " + format_count(kFewRows);
    plan.notes.push_back("all " + count_of(rows, "row") + " are trained on and none is held out: " + few +
                         "; use " + set_to(Setting::validation, "0.25") + " to hold some out.");
    return all;
  }
  const std::vector<std::uint32_t> classes = class_codes(table, plan.schema);
  Split split = split_rows(rows, request.validation_share, classes, request.seed);
  if (repeats == 0 || !is_cut(firsts, split)) return split;
  plan.rows_may_coincide = rows_may_coincide(table, inputs);
  if (plan.rows_may_coincide) return split;  // session/row_overlap notes how many
  try {
    split = split_groups(firsts, request.validation_share, classes, request.seed);
  } catch (const DataError&) {
    return split;  // the rows of each class are all equal
  }
  plan.notes.push_back(format_count(repeats) + " of the " + count_of(rows, "row") +
                       " repeat another row: equal rows are kept on one side, all trained on or all held "
                       "out.");
  return split;
}

// Rows with the same value in the column form a group; each row without a value is a group of its own.
Split split_by_group(const TrainRequest& request, const Table& table, TrainingPlan& plan) {
  const std::size_t place[] = {table.column_index(request.group_column)};
  const Column& column = table.columns[place[0]];
  std::vector<std::uint32_t> groups = first_equals(row_hashes(table, place));
  std::size_t missing = 0;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    if (!column.is_missing(row)) continue;
    groups[row] = static_cast<std::uint32_t>(row);
    ++missing;
  }
  const std::size_t distinct = groups.size() - count_repeats(groups);
  Split split = split_groups(groups, request.validation_share, class_codes(table, plan.schema), request.seed);
  plan.notes.push_back("the rows of each " + quoted(column.name) + " are all trained on or all held out (" +
                       format_count(distinct) + " groups); the column is not an input.");
  if (missing > 0) {
    plan.notes.push_back(count_of(missing, "row") + " without a " + quoted(column.name) +
                         ": each is a group of its own.");
  }
  return split;
}

}  // namespace

bool holds_out_by_default(const TrainRequest& request) {
  return !request.validation && request.small_tables == SmallTables::train_on_all &&
         request.validation_share == kUsualValidationShare && request.held_out_rows == HeldOutRows::random &&
         request.group_column.empty() && request.time_column.empty();
}

RowTies ties_of_rows(const Compute& compute, const TrainRequest& request, const Table& table,
                     const Schema& schema) {
  RowTies ties{.groups = {}, .classes = class_codes(table, schema)};
  if (!request.group_column.empty()) {
    const std::size_t place[] = {table.column_index(request.group_column)};
    ties.groups = first_equals(row_hashes(table, place, compute.pool));
    for (std::size_t row = 0; row < ties.groups.size(); ++row) {
      if (table.columns[place[0]].is_missing(row)) ties.groups[row] = static_cast<std::uint32_t>(row);
    }
    return ties;
  }
  std::vector<std::size_t> places = input_places(table, schema);
  if (rows_may_coincide(table, places)) return ties;
  for (const std::size_t place : places_in_role(table, schema, ColumnRole::target))
    places.push_back(place);
  ties.groups = first_equals(row_hashes(table, places, compute.pool));
  return ties;
}

RowTies ties_among(const RowTies& ties, std::span<const std::uint32_t> rows) {
  RowTies part;
  std::vector<std::uint32_t> number_of(ties.groups.size(), UINT32_MAX);  // by the first row of a group
  for (const std::uint32_t row : rows) {
    if (!ties.classes.empty()) part.classes.push_back(ties.classes[row]);
    if (ties.groups.empty()) continue;
    std::uint32_t& number = number_of[ties.groups[row]];
    if (number == UINT32_MAX) number = static_cast<std::uint32_t>(part.groups.size());
    part.groups.push_back(number);
  }
  return part;
}

std::size_t count_groups(const RowTies& ties, std::size_t rows) {
  return ties.groups.empty() ? rows : rows - count_repeats(ties.groups);
}

void deal_to_folds(const Compute& compute, const TrainRequest& request, const PreparedTables& tables,
                   TrainingPlan& plan) {
  const std::vector<std::uint32_t>& rows = tables.split.training;
  const RowTies ties = ties_among(ties_of_rows(compute, request, tables.table, plan.schema), rows);
  const std::size_t parts = count_groups(ties, rows.size());
  const std::size_t fewest = request.group_column.empty() ? kFewRows : 2;
  if (parts < fewest) {
    plan.notes.push_back(
        "one network is trained, on all rows, and none is held out: several that vote need " +
        count_of(fewest, request.group_column.empty() ? "different row" : "group") + ".");
    return;
  }
  plan.folds =
      deal_folds(rows.size(), std::min(request.members, parts), ties.groups, ties.classes, request.seed);
}

std::vector<std::size_t> input_places(const Table& table, const Schema& schema) {
  return places_in_role(table, schema, ColumnRole::input);
}

void refuse_split_misfits(const TrainRequest& request) {
  const bool has_group = !request.group_column.empty(), has_time = !request.time_column.empty();
  const bool is_last = request.held_out_rows == HeldOutRows::last;
  const auto refuse = [](Setting one, const std::string& why, Message advice) {
    throw UsageError({.what = why, .setting = one, .advice = std::move(advice)});
  };
  const bool has_share = !request.validation && request.validation_share != 0;
  if (has_group && has_time)
    refuse(Setting::group, "rows cannot be held out by group and by time at once",
           "leave " + named(Setting::group) + " or " + named(Setting::time) + " out");
  if (is_last && (has_group || has_time))
    refuse(has_group ? Setting::group : Setting::time,
           "the last rows are held out, so no column can choose them",
           "give " + named(Setting::validation) + " as a share such as 0.2");
  if ((has_group || has_time) && !has_share)
    refuse(has_group ? Setting::group : Setting::time,
           "no share of the rows is held out, so there is nothing to choose",
           "give " + named(Setting::validation) + " as a share such as 0.2, or leave the column out with " +
               named(Setting::ignore));
}

void hold_out_share(const Compute& compute, const TrainRequest& request, PreparedTables& tables,
                    TrainingPlan& plan) {
  const Table& table = tables.table;
  try {
    if (!request.group_column.empty()) {
      tables.split = split_by_group(request, table, plan);
    } else if (!request.time_column.empty()) {
      tables.split =
          split_by_time(times_of(table, table.column_index(request.time_column)), request.validation_share);
    } else if (request.held_out_rows == HeldOutRows::last) {
      tables.split = split_last(table.rows(), request.validation_share);
    } else {
      tables.split = split_at_random(compute, request, table, plan);
      note_repeating_columns(table, plan.schema, request.weight_column, tables.split, plan.notes);
      return;
    }
  } catch (const DataError& error) {
    if (!error.report().where.empty()) throw;
    ErrorReport report = error.report();
    report.where = table.source;
    throw DataError(std::move(report));
  }
  if (!request.group_column.empty()) return;  // its split leaves rows of each class for training
  require_known_classes(table, plan.schema, tables.split);
  note_absent_classes(table, plan.schema, tables.split, plan.notes);
  if (request.time_column.empty()) return;
  plan.notes.push_back("the " + count_of(tables.split.validation.size(), "row") + " that are the latest by " +
                       quoted(request.time_column) + " are held out.");
}

}  // namespace chainrule
