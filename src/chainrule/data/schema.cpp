// From a table to its schema, in this order:
//
//   find_named_columns   targets, ignored, kept and weight columns of the options; no column has two roles
//   default_targets      the last column, if no target is named
//   describe_column      the role of each column: as the options say, otherwise by the rules of schema.h
//   keep_counters        counters are used if there is no other input
//   examine_targets      targets must have at least two values, and no dates
//   note_cells           rounded integers, odd categories, numbers such as -999 (column_notes.h,
//                        word_spelling.h, missing_notes.h)
//   choose_task          binary, classes, multi_label or regression (choose_task.h)
//   ordered_classes      of classes in an order, which one each value is (class_order.h)
#include "chainrule/data/schema.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/choose_task.h"
#include "chainrule/data/class_order.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/column_summary.h"
#include "chainrule/data/fann_reader.h"
#include "chainrule/data/missing_notes.h"
#include "chainrule/data/rare_words.h"
#include "chainrule/data/soft_labels.h"
#include "chainrule/data/word_spelling.h"

namespace chainrule {
namespace {

// The note on a column that the user ignores; such columns get no further notes.
constexpr std::string_view kAsAsked = "as asked";
// The note on the column of weights; model files hold it.
constexpr std::string_view kHoldsWeights = "holds the row weights";

// A list that was cut at its commas, with names that hold commas put together again: "a, b" was one name if
// no column is called "a".
std::vector<std::string> joined_names(const Table& table, const std::vector<std::string>& names) {
  const auto is_column = [&](const std::string& name) {
    return std::ranges::any_of(table.columns, [&](const Column& column) { return column.name == name; });
  };
  std::vector<std::string> joined;
  for (std::size_t i = 0; i < names.size(); ++i) {
    joined.push_back(names[i]);
    if (is_column(names[i])) continue;
    std::string tight = names[i], wide = names[i];
    for (std::size_t end = i + 1; end < names.size(); ++end) {
      tight += "," + names[end];
      wide += ", " + names[end];
      if (!is_column(tight) && !is_column(wide)) continue;
      joined.back() = is_column(tight) ? tight : wide;
      i = end;
      break;
    }
  }
  return joined;
}

std::vector<std::size_t> find_columns(const Table& table, const std::vector<std::string>& names,
                                      Setting setting) {
  std::vector<std::size_t> places;
  for (const std::string& name : joined_names(table, names)) {
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
                      .where = table.source,
                      .expected = "a column in only one of " + named(setting_a) + " and " + named(setting_b),
                      .got = "the column in both",
                      .advice = "remove it from one of them"});
  }
}

// The targets if none is named: the outputs that a FANN file declares, or the last column that is not taken.
std::vector<std::size_t> default_targets(const Table& table, const std::vector<std::size_t>& taken) {
  std::vector<std::size_t> outputs = fann_outputs(table.columns);
  std::erase_if(outputs, [&](std::size_t place) { return contains(taken, place); });
  if (outputs.size() > 1) return outputs;
  std::size_t place = table.columns.size();
  while (place > 0 && contains(taken, place - 1))
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
  return {place - 1};
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
  std::vector<std::size_t> targets, ignored, kept, weight, group, time;
};

NamedColumns find_named_columns(const Table& table, const SchemaOptions& options) {
  NamedColumns named;
  named.targets = find_columns(table, options.targets, Setting::target);
  named.ignored = find_columns(table, options.ignored, Setting::ignore);
  named.kept = find_columns(table, options.kept, Setting::keep);
  if (!options.weight_column.empty())
    named.weight = find_columns(table, {options.weight_column}, Setting::weight_column);
  if (!options.group_column.empty())
    named.group = find_columns(table, {options.group_column}, Setting::group);
  if (!options.time_column.empty()) named.time = find_columns(table, {options.time_column}, Setting::time);
  refuse_in_both(table, named.targets, named.ignored, Setting::target, Setting::ignore);
  refuse_in_both(table, named.kept, named.ignored, Setting::keep, Setting::ignore);
  refuse_in_both(table, named.targets, named.weight, Setting::target, Setting::weight_column);
  refuse_in_both(table, named.kept, named.weight, Setting::keep, Setting::weight_column);
  refuse_in_both(table, named.targets, named.group, Setting::target, Setting::group);
  refuse_in_both(table, named.kept, named.group, Setting::keep, Setting::group);
  refuse_in_both(table, named.weight, named.group, Setting::weight_column, Setting::group);
  refuse_in_both(table, named.targets, named.time, Setting::target, Setting::time);
  refuse_in_both(table, named.weight, named.time, Setting::weight_column, Setting::time);
  return named;
}

// Names of the columns left out by a rule rather than on request, by reason.
struct LeftOut {
  std::vector<std::string> identifiers, constants, texts;
};

// In place of SchemaColumn::max_words until all columns are judged.
constexpr std::size_t kAsTaught = std::numeric_limits<std::size_t>::max();

// The role of a column that no option names: an input, unless it looks useless as one.
void judge_column(const Table& table, std::size_t place, const ColumnSummary& summary,
                  std::optional<std::size_t> max_words, SchemaColumn& entry, LeftOut& left_out) {
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
  } else if (column.kind == ColumnKind::category && summary.distinct > max_words.value_or(kFewWords)) {
    if (almost_all_differ(summary, column.rows())) {
      entry.note = "holds free text or identifiers (" + format_count(summary.distinct) + " different words)";
      left_out.texts.push_back(column.name);
    } else {
      entry.max_words = max_words.value_or(kAsTaught);
    }
  }
  if (!entry.note.empty()) entry.role = ColumnRole::ignored;
}

// The role of a column and the reason: options come first, then the rules.
SchemaColumn describe_column(const Table& table, std::size_t place, const ColumnSummary& summary,
                             const NamedColumns& named, std::optional<std::size_t> max_words,
                             LeftOut& left_out) {
  const Column& column = table.columns[place];
  SchemaColumn entry{.name = column.name, .kind = column.kind};
  if (contains(named.targets, place)) {
    entry.role = ColumnRole::target;
  } else if (contains(named.ignored, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = kAsAsked;
  } else if (contains(named.weight, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = kHoldsWeights;
  } else if (contains(named.group, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = "says which rows belong together";
  } else if (contains(named.time, place) && !contains(named.kept, place)) {
    entry.role = ColumnRole::ignored;
    entry.note = "says when each row was";
  } else if (!contains(named.kept, place)) {
    judge_column(table, place, summary, max_words, entry, left_out);
  }
  if (entry.role != ColumnRole::ignored && summary.missing != 0)
    entry.note = count_of(summary.missing, "missing cell");
  return entry;
}

void settle_taught_words(const Table& table, std::span<const ColumnSummary> summaries,
                         std::vector<SchemaColumn>& columns) {
  const auto many =
      static_cast<std::size_t>(std::ranges::count(columns, kAsTaught, &SchemaColumn::max_words));
  for (std::size_t place = 0; place < columns.size(); ++place) {
    std::size_t& most = columns[place].max_words;
    if (most != kAsTaught) continue;
    most = std::max<std::size_t>(2, taught_words(table.columns[place], many));
    if (most >= summaries[place].distinct) most = 0;
  }
}

void note_left_out(const LeftOut& left_out, std::vector<Message>& notes) {
  note_ignored(notes, left_out.identifiers, "it looks like an identifier (every value occurs once)",
               "they look like identifiers (every value occurs once)");
  note_ignored(notes, left_out.constants, "it holds only one value or none",
               "they hold only one value or none");
  note_ignored(notes, left_out.texts, "it holds free text or identifiers (almost every word is different)",
               "they hold free text or identifiers (almost every word is different)");
}

// Counters become inputs again if no other input is left. Returns how many.
std::size_t keep_counters(std::span<const ColumnSummary> summaries, Schema& schema, LeftOut& left_out) {
  std::size_t kept = 0;
  for (std::size_t place = 0; place < summaries.size(); ++place) {
    SchemaColumn& column = schema.columns[place];
    const auto found = std::ranges::find(left_out.identifiers, column.name);
    if (found == left_out.identifiers.end() || column.kind != ColumnKind::numeric) continue;
    left_out.identifiers.erase(found);
    column.role = ColumnRole::input;
    schema.notes.push_back(quoted(column.name) +
                           " looks like an identifier (every value occurs once), but it is used: no other "
                           "input is left.");
    ++kept;
  }
  return kept;
}

// Notes the inputs of which only the most frequent categories have a feature of their own.
void note_rare_words(const Table& table, const Schema& schema, std::span<const ColumnSummary> summaries,
                     std::vector<Message>& notes) {
  for (std::size_t place = 0; place < summaries.size(); ++place) {
    const std::size_t most = schema.columns[place].max_words;
    if (most == 0) continue;
    const Column& column = table.columns[place];
    std::vector<std::uint32_t> rows(column.rows());
    std::iota(rows.begin(), rows.end(), 0u);
    const FrequentWords frequent = frequent_words(column, rows, most);
    notes.push_back(quoted(column.name) + " has " + format_count(summaries[place].distinct) +
                    " different categories: the " + format_count(frequent.words.size()) +
                    " most frequent have a feature each, the other " + format_count(frequent.rare_words) +
                    " (" + count_of(frequent.rare_cells, "cell") + ") share one; use " +
                    set_to_any(Setting::max_words, "N") + " for more, or " +
                    set_to_text(Setting::keep, column.name) + " for all.");
  }
}

// Notes on the cells of all columns but those that the user ignores.
void note_cells(const Table& table, const Schema& schema, std::span<const ColumnSummary> summaries,
                std::vector<Message>& notes) {
  std::vector<std::size_t> not_as_asked, used;
  std::vector<MissingWordPlace> with_missing_words;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    const SchemaColumn& column = schema.columns[place];
    if (column.note == kAsAsked) continue;
    not_as_asked.push_back(place);
    with_missing_words.push_back({.column = place, .is_target = column.role == ColumnRole::target});
    if (column.role != ColumnRole::ignored) used.push_back(place);
  }
  note_odd_cells(table, not_as_asked, summaries, notes);
  note_sentinels(table, not_as_asked, summaries, notes);
  note_missing_words(table, with_missing_words, summaries, notes);
  note_similar_words(table, used, notes);
  note_rare_words(table, schema, summaries, notes);
}

// Whether the name or the first word of a column has a sign that often stands between cells.
bool holds_several_cells(const Column& column) {
  const std::string& word = column.words.empty() ? column.name : column.words.front();
  return (column.name + word).find_first_of(",;|\t ") != std::string::npos;
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
  const auto is_as_asked = [](const SchemaColumn& column) {
    return column.role == ColumnRole::ignored && column.note == kAsAsked;
  };
  if (table.columns.size() == 1 && holds_several_cells(table.columns.front())) {
    advice = "if the cells are separated by another sign, name it with " + named(Setting::delimiter);
  } else if (left_out.identifiers.empty() && left_out.texts.empty() &&
             std::ranges::any_of(schema.columns, is_as_asked)) {
    advice = "take a column out of " + named(Setting::ignore);
  }
  if (!left_out.identifiers.empty())
    advice = "use " + set_to_text(Setting::keep, left_out.identifiers.front()) + " if it is a real input";
  else if (!left_out.texts.empty())
    advice = quoted(left_out.texts.front()) +
             " was left out because almost every word is different; keep it with " +
             set_to_text(Setting::keep, left_out.texts.front());
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

std::string weight_column_of(const Schema& schema) {
  const auto found = std::ranges::find_if(schema.columns, [](const SchemaColumn& column) {
    return column.role == ColumnRole::ignored && column.note == kHoldsWeights;
  });
  return found == schema.columns.end() ? "" : found->name;
}

Schema make_schema(const Table& table, const SchemaOptions& options, ThreadPool* pool) {
  require_two_rows(table);
  NamedColumns named = find_named_columns(table, options);
  Schema schema;
  if (named.targets.empty()) {
    std::vector<std::size_t> taken = named.ignored;
    for (const std::vector<std::size_t>* const places : {&named.weight, &named.group, &named.time})
      taken.insert(taken.end(), places->begin(), places->end());
    named.targets = default_targets(table, taken);
    const std::string found =
        named.targets.size() == 1
            ? "the target is " + quoted(table.columns[named.targets.front()].name) + ", the last column"
            : "the targets are the " + format_count(named.targets.size()) + " outputs";
    schema.notes.push_back(found + "; use " + set_to_any(Setting::target, "COLUMN") +
                           (named.targets.size() == 1 ? " for another." : " for others."));
  }

  const std::vector<ColumnSummary> summaries = summarise_table(table, pool);
  LeftOut left_out;
  std::size_t inputs = 0;
  for (std::size_t place = 0; place < table.columns.size(); ++place) {
    schema.columns.push_back(
        describe_column(table, place, summaries[place], named, options.max_words, left_out));
    if (schema.columns.back().role == ColumnRole::input) ++inputs;
  }
  settle_taught_words(table, summaries, schema.columns);
  if (inputs == 0) inputs = keep_counters(summaries, schema, left_out);
  note_left_out(left_out, schema.notes);

  schema.soft_labels = options.soft_labels;
  std::vector<TargetFacts> facts;
  if (!schema.soft_labels) facts = examine_targets(table, named.targets, summaries, options.task);
  note_cells(table, schema, summaries, schema.notes);
  if (inputs == 0) refuse_no_input(table, schema, named.targets.size(), left_out);
  if (schema.soft_labels) {
    schema.task = task_of_soft_labels(table, named.targets, options);
    return schema;
  }
  const std::optional<Task> given = task_with_order(options.task, options.class_order);
  schema.task = choose_task(table, facts, given, schema.notes);
  if (schema.task == Task::ordinal)
    schema.class_order = ordered_classes(table, named.targets.front(), options.class_order, schema.notes);
  return schema;
}

}  // namespace chainrule
