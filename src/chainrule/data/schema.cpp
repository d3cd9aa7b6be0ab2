// From a table to its schema, in this order:
//
//   find_named_columns   targets, ignored, kept and weight columns of the options; no column has two roles
//   default_target       the last column, if no target is named
//   describe_column      the role of each column: as the options say, otherwise by the rules of schema.h
//   examine_targets      targets must have at least two values, and no dates
//   note_odd_cells       rounded integers, and categories that are mostly numbers (column_notes.h)
//   choose_task          binary, classes, multi_label or regression (choose_task.h)
#include "chainrule/data/schema.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/choose_task.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/column_summary.h"

namespace chainrule {
namespace {

// The note on a column that the user ignores; such columns get no further notes.
constexpr std::string_view kAsAsked = "as asked";

std::vector<std::size_t> find_columns(const Table& table, const std::vector<std::string>& names,
                                      Setting setting) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const std::size_t place = table.column_index(name);
    if (std::ranges::find(places, place) != places.end()) {
      throw UsageError({.what = "a column is named twice",
                        .setting = setting,
                        .got = quoted(name),
                        .advice = "name each column once"});
    }
    places.push_back(place);
  }
  return places;
}

bool contains(const std::vector<std::size_t>& places, std::size_t place) {
  return std::ranges::find(places, place) != places.end();
}

void refuse_in_both(const Table& table, const std::vector<std::size_t>& a, const std::vector<std::size_t>& b,
                    Setting setting_a, Setting setting_b) {
  for (const std::size_t place : a) {
    if (!contains(b, place)) continue;
    throw UsageError({.what = "the column " + quoted(table.columns[place].name) + " has two roles",
                      .expected = "a column in only one of " + named(setting_a) + " and " + named(setting_b),
                      .got = "the column in both",
                      .advice = "remove it from one of them"});
  }
}

// The target if none is named: the last column that is not ignored.
std::size_t default_target(const Table& table, const std::vector<std::size_t>& ignored) {
  std::size_t place = table.columns.size();
  while (place > 0 && contains(ignored, place - 1))
    --place;
  if (place == 0) {
    throw DataError({.what = "no column is left to predict",
                     .where = table.source,
                     .expected = "a target and at least one input",
                     .got = "every column ignored",
                     .advice = "ignore fewer columns"});
  }
  if (table.image_rows != 0 && table.columns.size() == table.image_rows * table.image_columns) {
    throw DataError({.what = "the images have no labels",
                     .where = table.source,
                     .expected = "a column that says what each image shows",
                     .got = count_of(table.columns.size(), "pixel") + " per row and nothing else",
                     .advice = "give the file of labels as well, or name the target"});
  }
  return place - 1;
}

// Names the first cell that is present.
[[noreturn]] void refuse_date(const Table& table, std::size_t place, Message advice) {
  const Column& column = table.columns[place];
  std::size_t row = 0;
  while (row + 1 < column.rows() && column.is_missing(row))
    ++row;
  throw DataError({.what = "the column " + quoted(column.name) + " holds dates or times",
                   .where = table.cell_position(row, place),
                   .expected = "numbers or categories",
                   .got = quoted(column.text(row)),
                   .advice = std::move(advice)});
}

void require_two_rows(const Table& table) {
  const std::size_t rows = table.rows();
  if (rows >= 2) return;
  throw DataError({.what = rows == 0 ? "the table has no rows" : "the table has one row only",
                   .where = table.source,
                   .expected = "at least two rows: one for training, one for validation",
                   .got = count_of(rows, "row"),
                   .advice = "add rows under the header"});
}

// The columns that SchemaOptions names, as indices into the table.
struct NamedColumns {
  std::vector<std::size_t> targets, ignored, kept, weight;
};

NamedColumns find_named_columns(const Table& table, const SchemaOptions& options) {
  NamedColumns named;
  named.targets = find_columns(table, options.targets, Setting::target);
  named.ignored = find_columns(table, options.ignored, Setting::ignore);
  named.kept = find_columns(table, options.kept, Setting::keep);
  if (!options.weight_column.empty())
    named.weight = find_columns(table, {options.weight_column}, Setting::weight_column);
  refuse_in_both(table, named.targets, named.ignored, Setting::target, Setting::ignore);
  refuse_in_both(table, named.kept, named.ignored, Setting::keep, Setting::ignore);
  refuse_in_both(table, named.targets, named.weight, Setting::target, Setting::weight_column);
  refuse_in_both(table, named.kept, named.weight, Setting::keep, Setting::weight_column);
  return named;
}

// Names of the columns left out by a rule rather than on request, by reason.
struct LeftOut {
  std::vector<std::string> identifiers, constants, many_categories;
};

// The role of a column that no option names: an input, unless it looks useless as one.
void judge_column(const Table& table, std::size_t place, const ColumnSummary& summary, std::size_t max_words,
                  SchemaColumn& entry, LeftOut& left_out) {
  const Column& column = table.columns[place];
  if (summary.looks_like_date) {
    refuse_date(table, place,
                "leave it out with " + set_to_text(Setting::ignore, column.name) +
                    ", or split it into numbers such as year, month, weekday");
  }
  if (summary.looks_like_identifier) {
    entry.note = "looks like an identifier";
    left_out.identifiers.push_back(column.name);
  } else if (summary.is_constant && !column.is_bytes) {  // images keep pixels that never change
    entry.note = summary.distinct == 0 ? "holds no value" : "holds only one value";
    left_out.constants.push_back(column.name);
  } else if (column.kind == ColumnKind::category && summary.distinct > max_words) {
    entry.note = "has " + format_count(summary.distinct) + " different categories";
    left_out.many_categories.push_back(column.name);
  }
  if (!entry.note.empty()) entry.role = ColumnRole::ignored;
}

// The role of a column and the reason: options come first, then the rules.
SchemaColumn describe_column(const Table& table, std::size_t place, const ColumnSummary& summary,
                             const NamedColumns& named, std::size_t max_words, LeftOut& left_out) {
  const Column& column = table.columns[place];
  SchemaColumn entry{.name = column.name, .kind = column.kind};
  if (contains(named.targets, place)) {
    entry.role = ColumnRole::target;
  } else if (contains(named.ignored, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = kAsAsked;
  } else if (contains(named.weight, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = "holds the row weights";
  } else if (!contains(named.kept, place)) {
    judge_column(table, place, summary, max_words, entry, left_out);
  }
  if (entry.role != ColumnRole::ignored && summary.missing != 0)
    entry.note = count_of(summary.missing, "missing cell");
  return entry;
}

void note_left_out(const LeftOut& left_out, std::size_t max_words, std::vector<Message>& notes) {
  note_ignored(notes, left_out.identifiers, "it looks like an identifier (every value occurs once)",
               "they look like identifiers (every value occurs once)");
  note_ignored(notes, left_out.constants, "it holds only one value or none",
               "they hold only one value or none");
  note_ignored(notes, left_out.many_categories,
               "it has more than " + format_count(max_words) + " different categories",
               "they have more than " + format_count(max_words) + " different categories");
}

// Lists the reasons of the first ignored columns, and advises on the one that is most likely a real input.
[[noreturn]] void refuse_no_input(const Table& table, const Schema& schema, std::size_t targets,
                                  const LeftOut& left_out) {
  std::string ignored_columns = count_of(table.columns.size() - targets, "ignored column");
  std::string reasons;
  std::size_t listed = 0;
  for (const SchemaColumn& column : schema.columns) {
    if (column.role != ColumnRole::ignored || listed++ >= kNamesInNote) continue;
    reasons += (reasons.empty() ? "" : "; ") + quoted(column.name) + " " + column.note;
  }
  if (!reasons.empty()) ignored_columns += " (" + reasons + (listed > kNamesInNote ? "; ..." : "") + ")";
  Message advice = "add a column that the target depends on";
  if (!left_out.identifiers.empty())
    advice = "use " + set_to_text(Setting::keep, left_out.identifiers.front()) + " if it is a real input";
  else if (!left_out.many_categories.empty())
    advice = quoted(left_out.many_categories.front()) +
             " was left out because it has many different categories; keep it with " +
             set_to_text(Setting::keep, left_out.many_categories.front()) + " or a larger " +
             named(Setting::max_words);
  throw DataError({.what = "no input column is left",
                   .where = table.source,
                   .expected = "at least one column that is neither target nor ignored",
                   .got = count_of(targets, "target") + " and " + ignored_columns,
                   .advice = advice});
}

std::vector<TargetFacts> examine_targets(const Table& table, std::span<const std::size_t> targets,
                                         std::span<const ColumnSummary> summaries, std::optional<Task> task) {
  std::vector<TargetFacts> facts;
  for (const std::size_t place : targets) {
    facts.push_back(examine_target(table, place, summaries[place]));
    if (summaries[place].looks_like_date && !task) {
      refuse_date(table, place,
                  "name another target, convert it to a number such as days since a fixed date, or use " +
                      set_to(Setting::task, "classes") + " when each date is a class");
    }
  }
  return facts;
}

}  // namespace

Schema make_schema(const Table& table, const SchemaOptions& options, ThreadPool* pool) {
  require_two_rows(table);
  NamedColumns named = find_named_columns(table, options);
  Schema schema;
  if (named.targets.empty()) {
    std::vector<std::size_t> taken = named.ignored;
    taken.insert(taken.end(), named.weight.begin(), named.weight.end());
    named.targets.push_back(default_target(table, taken));
    schema.notes.push_back("the target is " + quoted(table.columns[named.targets.front()].name) +
                           ", the last column; use " + set_to_any(Setting::target, "COLUMN") +
                           " for another.");
  }

  const std::vector<ColumnSummary> summaries = summarise_table(table, pool);
  LeftOut left_out;
  std::size_t inputs = 0;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    schema.columns.push_back(
        describe_column(table, place, summaries[place], named, options.max_words, left_out));
    if (schema.columns.back().role == ColumnRole::input) ++inputs;
  }
  note_left_out(left_out, options.max_words, schema.notes);

  const std::vector<TargetFacts> facts = examine_targets(table, named.targets, summaries, options.task);
  std::vector<std::size_t> not_as_asked;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    if (schema.columns[place].note != kAsAsked) not_as_asked.push_back(place);
  }
  note_odd_cells(table, not_as_asked, summaries, schema.notes);
  if (inputs == 0) refuse_no_input(table, schema, named.targets.size(), left_out);
  schema.task = choose_task(table, facts, options.task, schema.notes);
  return schema;
}

}  // namespace chainrule
