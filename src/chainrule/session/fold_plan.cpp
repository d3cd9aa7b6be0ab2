// Folds at random: rows that must always be trained on are put aside, the others are dealt (deal_repeat).
// Folds by order: the sorted rows are cut into blocks (cut_by_order). Then the parts of a learning curve.
#include "chainrule/session/fold_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/data/folds.h"
#include "chainrule/data/time_split.h"

namespace chainrule {
namespace {

// Steps of the random numbers of RandomPurpose::folds; deal_folds uses 0.
constexpr std::uint32_t kRepeatStep = 1, kPartStep = 2;

std::vector<std::uint32_t> first_numbers(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0u);
  return numbers;
}

// The first row of the group of a row.
std::uint32_t group_of(const RowTies& ties, std::uint32_t row) {
  return ties.groups.empty() ? row : ties.groups[row];
}

std::string class_text(const Table& table, const Schema& schema, std::uint32_t row) {
  for (const SchemaColumn& column : schema.columns) {
    if (column.role == ColumnRole::target)
      return quoted(table.columns[table.column_index(column.name)].text(row));
  }
  return "";
}

// Marks the rows of each group that holds all rows of some class, and counts the rows of each class.
struct ClassCounts {
  std::vector<char> is_always_trained;               // one per row
  std::map<std::uint32_t, std::uint32_t> first_row;  // by class
  std::map<std::uint32_t, std::size_t> groups;       // with rows of the class
};

ClassCounts count_classes(const RowTies& ties, std::size_t rows) {
  ClassCounts counts{.is_always_trained = std::vector<char>(rows, 0), .first_row = {}, .groups = {}};
  if (ties.classes.empty()) return counts;
  std::map<std::uint32_t, std::set<std::uint32_t>> groups_of;
  for (std::uint32_t row = 0; row < rows; ++row) {
    counts.first_row.try_emplace(ties.classes[row], row);
    groups_of[ties.classes[row]].insert(group_of(ties, row));
  }
  std::set<std::uint32_t> needed;
  for (const auto& [number, groups] : groups_of) {
    counts.groups[number] = groups.size();
    if (groups.size() == 1) needed.insert(*groups.begin());
  }
  for (std::uint32_t row = 0; row < rows; ++row)
    counts.is_always_trained[row] = needed.contains(group_of(ties, row)) ? 1 : 0;
  return counts;
}

void note_rare_classes(const Table& table, const Schema& schema, const ClassCounts& counts, std::size_t folds,
                       bool has_groups, std::vector<Message>& notes) {
  const std::string_view part = has_groups ? "group of rows" : "row",
                         parts = has_groups ? "groups of rows" : "";
  for (const auto& [number, groups] : counts.groups) {
    if (groups >= folds) continue;
    const std::string name = class_text(table, schema, counts.first_row.at(number));
    if (groups == 1) {
      notes.push_back("the class " + name + " has one " + std::string(part) +
                      " only, which is always trained on and never scored.");
    } else {
      notes.push_back("the class " + name + " has " + count_of(groups, part, parts) + ", fewer than the " +
                      format_count(folds) + " folds: some folds are scored without it.");
    }
  }
}

[[noreturn]] void refuse_many_folds(const Table& table, std::size_t folds, std::size_t parts,
                                    const std::string& of, const std::string& why) {
  throw DataError({.what = "there are more folds than " + of,
                   .where = table.source,
                   .expected = (parts < 2 ? "at least 2 " + of : "at most " + count_of(parts, "fold")) + why,
                   .got = parts < 2 ? format_count(parts) : format_count(folds),
                   .advice = parts < 2 ? "leave the group column out, or use more rows" : "use fewer folds"});
}

// Appends the folds of one repeat.
void deal_repeat(const TrainRequest& request, const RowTies& ties, const ClassCounts& counts,
                 std::span<const std::uint32_t> dealt, std::size_t folds, std::size_t repeat,
                 std::vector<FoldRows>& result) {
  const RowTies among = ties_among(ties, dealt);
  const std::vector<std::uint32_t> fold_of =
      deal_folds(dealt.size(), folds, among.groups, among.classes, seed_of_repeat(request.seed, repeat));
  const std::size_t first = result.size();
  result.resize(first + folds);
  std::vector<std::uint32_t> fold_of_row(counts.is_always_trained.size(), UINT32_MAX);
  for (std::size_t i = 0; i < dealt.size(); ++i)
    fold_of_row[dealt[i]] = fold_of[i];
  for (std::size_t f = 0; f < folds; ++f) {
    for (std::uint32_t row = 0; row < fold_of_row.size(); ++row)
      (fold_of_row[row] == f ? result[first + f].held_out : result[first + f].training).push_back(row);
  }
}

void require_classes_of_training(const Table& table, const Schema& schema, const RowTies& ties,
                                 const FoldRows& fold) {
  if (ties.classes.empty()) return;
  std::set<std::uint32_t> known;
  for (const std::uint32_t row : fold.training)
    known.insert(ties.classes[row]);
  for (const std::uint32_t row : fold.held_out) {
    if (known.contains(ties.classes[row])) continue;
    throw DataError(
        {.what = "a class first occurs in rows that are held out",
         .where = table.source + (table.lines.size() == 0 ? "" : ", row " + format_count(row + 1)),
         .expected = "rows of each class before them",
         .got = class_text(table, schema, row),
         .advice = "use fewer folds"});
  }
}

void cut_by_order(const TrainRequest& request, const Table& table, const Schema& schema, std::size_t folds,
                  FoldPlan& plan) {
  std::vector<double> times(table.rows());
  std::iota(times.begin(), times.end(), 0.0);
  if (!request.time_column.empty()) times = times_of(table, table.column_index(request.time_column));
  const std::vector<double> shares(folds + 1, 1 / static_cast<double>(folds + 1));
  const TimeOrder order = order_by_time(times, shares);
  std::size_t different = 1;
  for (std::size_t i = 1; i < order.rows.size(); ++i)
    different += times[order.rows[i]] != times[order.rows[i - 1]] ? 1 : 0;
  for (std::size_t f = 0; f < folds; ++f) {
    const auto begin = order.rows.begin();
    const auto cut = static_cast<std::ptrdiff_t>(order.ends[f]);
    const auto end = f + 1 == folds ? std::ssize(order.rows) : static_cast<std::ptrdiff_t>(order.ends[f + 1]);
    if (cut == 0 || cut == end) {
      refuse_many_folds(table, folds, different - 1, "blocks of different times",
                        ", and fewer if many rows have the same time");
    }
    FoldRows fold{.training = {begin, begin + cut}, .held_out = {begin + cut, begin + end}};
    std::ranges::sort(fold.training);
    std::ranges::sort(fold.held_out);
    require_classes_of_training(table, schema, plan.ties, fold);
    plan.folds.push_back(std::move(fold));
  }
  plan.order = order.rows;
  plan.notes.push_back(
      "each fold is trained on the rows before those that it holds out" +
      (request.time_column.empty() ? std::string(".") : ", by " + quoted(request.time_column) + "."));
}

}  // namespace

double FoldPlan::test_ratio() const {
  double sum = 0;
  for (const FoldRows& fold : folds)
    sum += static_cast<double>(fold.held_out.size()) / static_cast<double>(fold.training.size());
  return sum / static_cast<double>(folds.size());
}

std::uint64_t seed_of_repeat(std::uint64_t seed, std::size_t repeat) {
  if (repeat == 0) return seed;
  return random_u64({.seed = seed, .purpose = RandomPurpose::folds, .step = kRepeatStep}, repeat);
}

FoldPlan plan_folds(const Compute& compute, const TrainRequest& request, const Table& table,
                    const Schema& schema, const FoldOptions& options) {
  const std::size_t folds = options.folds, rows = table.rows();
  if (folds < 2)
    throw UsageError({.what = "too few folds", .expected = "at least 2", .got = format_count(folds)});
  FoldPlan plan;
  plan.ties = ties_of_rows(compute, request, table, schema);
  if (!request.time_column.empty() || request.held_out_rows == HeldOutRows::last) {
    if (options.repeats > 1) {
      throw UsageError({.what = "rows that are cut by their order are the same in each repeat",
                        .expected = "1 repeat",
                        .got = format_count(options.repeats),
                        .advice = "leave the repeats out"});
    }
    if (folds >= rows) refuse_many_folds(table, folds, rows - 1, "rows before the last", "");
    cut_by_order(request, table, schema, folds, plan);
    return plan;
  }
  const ClassCounts counts = count_classes(plan.ties, rows);
  std::vector<std::uint32_t> dealt;
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (counts.is_always_trained[row] == 0) dealt.push_back(row);
  }
  const RowTies among = ties_among(plan.ties, dealt);
  const std::size_t parts = count_groups(among, dealt.size());
  if (folds > parts) {
    const bool has_column = !request.group_column.empty(), is_part = dealt.size() < rows;
    const std::string of = has_column ? "groups of rows" : parts < dealt.size() ? "different rows" : "rows";
    refuse_many_folds(
        table, folds, parts, of + (is_part ? " that can be held out" : ""),
        std::string(has_column || parts == dealt.size() ? "" : ": equal rows are in one fold") +
            (is_part ? ": where all rows of a class are together, they are always trained on" : ""));
  }
  note_rare_classes(table, schema, counts, folds, !request.group_column.empty(), plan.notes);
  for (std::size_t repeat = 0; repeat < options.repeats; ++repeat)
    deal_repeat(request, plan.ties, counts, dealt, folds, repeat, plan.folds);
  return plan;
}

std::vector<std::uint32_t> part_of_rows(const FoldPlan& plan, std::span<const std::uint32_t> rows,
                                        std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> part;
  if (!plan.order.empty()) {
    const std::set<std::uint32_t> wanted(rows.begin(), rows.end());
    for (const std::uint32_t row : plan.order) {
      if (wanted.contains(row)) part.push_back(row);
    }
    part.erase(part.begin(), part.end() - static_cast<std::ptrdiff_t>(std::min(count, part.size())));
    std::ranges::sort(part);
    return part;
  }
  // The groups in random order, each with its rows; a place per group: the first of a class comes first of
  // all, then each class is spread evenly.
  const RowTies ties = ties_among(plan.ties, rows);
  std::map<std::uint32_t, std::vector<std::uint32_t>> rows_of;  // by group, as positions in `rows`
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    rows_of[ties.groups.empty() ? i : ties.groups[i]].push_back(i);
  std::vector<std::uint32_t> groups;
  for (const auto& [group, members] : rows_of)
    groups.push_back(group);
  std::vector<std::uint32_t> order = first_numbers(groups.size());
  shuffle_indices({.seed = seed, .purpose = RandomPurpose::folds, .step = kPartStep}, order);
  const auto class_of = [&](std::uint32_t i) { return ties.classes.empty() ? 0u : ties.classes[i]; };
  std::map<std::uint32_t, std::size_t> in_class, seen;
  for (const auto& [group, members] : rows_of)
    ++in_class[class_of(members.front())];
  std::set<std::uint32_t> known;
  std::vector<std::pair<double, std::uint32_t>> places;
  for (const std::uint32_t position : order) {
    const std::vector<std::uint32_t>& members = rows_of.at(groups[position]);
    bool is_first = false;
    for (const std::uint32_t i : members)
      is_first = known.insert(class_of(i)).second || is_first;
    const std::uint32_t kind = class_of(members.front());
    const double place = (static_cast<double>(seen[kind]++) + 0.5) / static_cast<double>(in_class[kind]);
    places.emplace_back(is_first ? -1.0 : place, groups[position]);
  }
  std::ranges::stable_sort(places, {}, &std::pair<double, std::uint32_t>::first);
  for (const auto& [place, group] : places) {
    if (place >= 0 && part.size() >= count) break;
    for (const std::uint32_t i : rows_of.at(group))
      part.push_back(rows[i]);
  }
  std::ranges::sort(part);
  return part;
}

}  // namespace chainrule
