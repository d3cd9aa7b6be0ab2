#include "chainrule/data/column_match.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/class_values.h"

namespace chainrule {
namespace {

// column_N or pixel_N: the names that a reader gives to columns without names.
bool is_given_name(std::string_view name) {
  for (const std::string_view prefix : {std::string_view("column_"), std::string_view("pixel_")}) {
    if (name.starts_with(prefix) && parse_integer(name.substr(prefix.size()))) return true;
  }
  return false;
}

// The columns that are neither an input nor a target of the model: one of them may be the missing one.
std::vector<std::string> unused_names(const ColumnMatch& match, std::span<const std::string> names) {
  std::vector<std::string> unused;
  for (std::size_t place = 0; place < names.size(); ++place) {
    if (std::ranges::find(match.inputs, place) == match.inputs.end() &&
        std::ranges::find(match.targets, place) == match.targets.end())
      unused.push_back(names[place]);
  }
  return unused;
}

}  // namespace

std::vector<std::string> column_names(const Table& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const Column& column : table.columns)
    names.push_back(column.name);
  return names;
}

ColumnMatch match_columns(const Encoder& encoder, std::span<const std::string> names) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t c = 0; c < names.size(); ++c)
    places.emplace(names[c], c);
  const auto place_of = [&places](const std::string& name) {
    const auto found = places.find(name);
    return found == places.end() ? kNotFound : found->second;
  };

  ColumnMatch match;
  std::size_t found = 0;
  for (const ColumnEncoding& input : encoder.inputs) {
    match.inputs.push_back(place_of(input.name));
    if (match.inputs.back() != kNotFound) ++found;
  }
  for (const std::string& target : encoder.target.columns)
    match.targets.push_back(place_of(target));
  if (found == encoder.inputs.size()) {
    match.kind = MatchKind::by_name;
    return match;
  }

  // The training table had no header either: a file without its target is narrower, and its numbered names
  // shift.
  const bool trained_without_header = std::ranges::all_of(
      encoder.inputs, [](const ColumnEncoding& input) { return is_given_name(input.name); });
  if (!std::ranges::all_of(names, is_given_name) || (found != 0 && !trained_without_header)) return match;

  const std::size_t inputs = encoder.inputs.size(), targets = encoder.target.columns.size();
  if (names.size() == inputs) {
    match.kind = MatchKind::by_position;
    for (std::size_t i = 0; i < inputs; ++i)
      match.inputs[i] = i;
    std::ranges::fill(match.targets, kNotFound);
  } else if (found == 0 && names.size() == inputs + targets) {
    match.kind = MatchKind::by_position;
    match.targets = encoder.target.positions;
    if (match.targets.size() != targets) {
      match.targets.clear();
      for (std::size_t t = 0; t < targets; ++t)
        match.targets.push_back(inputs + t);
    }
    for (std::size_t place = 0, input = 0; place < names.size() && input < inputs; ++place) {
      if (std::ranges::find(match.targets, place) == match.targets.end()) match.inputs[input++] = place;
    }
  }
  return match;
}

void require_inputs(const Encoder& encoder, std::span<const std::string> names, const ColumnMatch& match,
                    const std::string& source) {
  if (match.kind != MatchKind::none) return;
  std::vector<std::string> inputs;
  for (const ColumnEncoding& input : encoder.inputs)
    inputs.push_back(input.name);
  if (!names.empty() && std::ranges::all_of(names, is_given_name) &&
      !std::ranges::all_of(inputs, is_given_name)) {
    constexpr std::size_t kShown = 12;
    std::string order = join(std::span(inputs).first(std::min(inputs.size(), kShown)), ", ");
    if (inputs.size() > kShown) order += ", ...";
    throw DataError({.what = "a table without column names does not have the columns of the training table",
                     .where = source,
                     .expected = count_of(inputs.size(), "column") + " (" + order + "), or " +
                                 format_count(inputs.size() + encoder.target.columns.size()) +
                                 " with the target",
                     .got = count_of(names.size(), "column"),
                     .advice = "add a header line with the names"});
  }
  if (std::ranges::all_of(inputs, is_given_name) && !std::ranges::any_of(names, is_given_name)) {
    throw DataError({.what = "the model was trained on a table without column names, this one has them",
                     .where = source,
                     .expected = "the same columns, without a header",
                     .got = count_of(names.size(), "column") + " with names",
                     .advice = "remove the header line (tail -n +2), or train on a table with names"});
  }
  std::size_t missing = 0;
  while (match.inputs[missing] != kNotFound)
    ++missing;
  const std::string nearest = nearest_name(inputs[missing], unused_names(match, names));
  const auto count = static_cast<std::size_t>(std::ranges::count(match.inputs, kNotFound));
  throw DataError(
      {.what = "the input column " + quoted(inputs[missing]) + " is missing",
       .where = source,
       .expected = "every input column of the training table (" + count_of(count, "is", "are") + " missing)",
       .got = count_of(names.size(), "column"),
       .advice = nearest.empty() ? "add the column; cells may be empty"
                                 : "rename the column " + quoted(nearest) + " if it is the same"});
}

std::vector<std::size_t> target_places(const Encoder& encoder, const Table& table) {
  const std::vector<std::string> names = column_names(table);
  const ColumnMatch match = match_columns(encoder, names);
  for (std::size_t t = 0; t < match.targets.size(); ++t) {
    if (match.targets[t] != kNotFound) continue;
    const std::string nearest = nearest_name(encoder.target.columns[t], unused_names(match, names));
    const bool may_be_in_a_file = encoder.target.columns[t] == kJoinedLabel;
    throw DataError(
        {.what = "the target column " + quoted(encoder.target.columns[t]) + " is missing",
         .where = table.source,
         .expected = "the column the network learned to predict",
         .got = count_of(names.size(), "column"),
         .advice = !nearest.empty()   ? "rename the column " + quoted(nearest) + " if it is the same"
                   : may_be_in_a_file ? any_of({"add the column with the true values",
                                                "name the file of labels with " + named(Setting::labels)})
                                      : "add the column with the true values"});
  }
  return match.targets;
}

std::optional<Message> note_on_places(const Encoder& encoder, std::span<const std::string> names,
                                      const std::string& source) {
  const auto is_given = [](const ColumnEncoding& input) { return is_given_name(input.name); };
  if (std::ranges::all_of(encoder.inputs, is_given)) return {};
  const ColumnMatch match = match_columns(encoder, names);
  if (match.kind != MatchKind::by_position) return {};
  constexpr std::size_t kShown = 6;
  std::vector<std::string> order(names.size());
  for (std::size_t i = 0; i < match.inputs.size(); ++i)
    order[match.inputs[i]] = encoder.inputs[i].name;
  for (std::size_t t = 0; t < match.targets.size(); ++t)
    if (match.targets[t] != kNotFound) order[match.targets[t]] = encoder.target.columns[t];
  std::string list = join(std::span(order).first(std::min(order.size(), kShown)), ", ");
  if (order.size() > kShown) list += ", ...";
  return source + ": the table has no names of columns, so these are matched by their place (" + list + ").";
}

std::vector<std::optional<ColumnReading>> wanted_readings(const Encoder& encoder,
                                                          std::span<const std::string> layout_names,
                                                          TargetsWanted targets, const std::string& source) {
  const ColumnMatch match = match_columns(encoder, layout_names);
  require_inputs(encoder, layout_names, match, source);
  std::vector<std::optional<ColumnReading>> readings(layout_names.size());
  for (std::size_t i = 0; i < match.inputs.size(); ++i)
    readings[match.inputs[i]] = ColumnReading(encoder.inputs[i].kind, encoder.inputs[i].form);
  // In a table without names, what stands in the target's place must look like a target.
  if (targets == TargetsWanted::no && match.kind != MatchKind::by_position) return readings;
  const TargetEncoding& target = encoder.target;
  for (std::size_t t = 0; t < match.targets.size(); ++t) {
    if (match.targets[t] == kNotFound) continue;
    const std::span<const std::string> values = target.task == Task::multi_label
                                                    ? label_values(target, t)
                                                    : std::span<const std::string>(target.class_values);
    // Classes that are all numbers are read as numbers, so that "1" and "1.0" are one class; "01" is another.
    readings[match.targets[t]] = are_distinct_numbers(values)
                                     ? ColumnReading(ColumnKind::numeric, form_of_target(target, t))
                                     : ColumnReading(ColumnKind::category);
  }
  return readings;
}

}  // namespace chainrule
