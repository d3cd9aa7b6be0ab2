// `chainrule data split`: each row of a text table goes to one of several files, unchanged and in order.
// The rows are shuffled with the seed, and each goes to the part that lacks most (deal_rows). Groups of rows
// and equal rows are dealt as a whole (deal_groups); in order of time, or as they stand, the first rows are
// the first part.
#include "chainrule/commands/data_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <numeric>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/data/batch_iterator.h"
#include "chainrule/data/equal_rows.h"
#include "chainrule/data/equal_texts.h"
#include "chainrule/data/open_table.h"
#include "chainrule/data/time_split.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct SplitSettings {
  std::string path;
  ReadOptions read;
  std::vector<double> fractions = {0.8, 0.2};
  std::vector<std::string> outputs;
  std::string stratify, group, time;
  RowOrder row_order = RowOrder::shuffled;
  std::uint64_t seed = 1;
  bool quiet = false;
};

// 0.1 + 0.2 + 0.7 is not 1 in binary: a few units in the last place do not count.
constexpr double kSumSlack = 1e-9;

void check_settings(const SplitSettings& settings) {
  double sum = 0;
  for (const double fraction : settings.fractions)
    sum += fraction;
  if (sum > 1 + kSumSlack) {
    throw UsageError({.what = "the fractions sum to more than 1",
                      .where = "--fractions",
                      .expected = "numbers that sum to at most 1",
                      .got = format_significant(sum, 6),
                      .advice = "such as --fractions 0.8,0.2"});
  }
  const bool is_in_order = !settings.time.empty() || settings.row_order == RowOrder::given;
  if (is_in_order && (!settings.stratify.empty() || !settings.group.empty() ||
                      (!settings.time.empty() && settings.row_order == RowOrder::given))) {
    throw UsageError({.what = "rows in order cannot also be dealt by another column",
                      .expected = "one of --time, --row-order given, or --stratify and --group",
                      .advice = "leave the others out"});
  }
  if (settings.outputs.size() != settings.fractions.size()) {
    throw UsageError({.what = "the number of files is not the number of fractions",
                      .setting = Setting::output,
                      .expected = count_of(settings.fractions.size(), "file name") + ", separated by commas",
                      .got = std::to_string(settings.outputs.size()),
                      .advice = "such as --fractions 0.8,0.2 -o train.csv,test.csv"});
  }
  for (std::size_t i = 0; i < settings.outputs.size(); ++i) {
    const std::string& path = settings.outputs[i];
    if (path == "-") {
      throw UsageError({.what = "several tables cannot go to standard output",
                        .setting = Setting::output,
                        .advice = "name files"});
    }
    refuse_gzip_name(path);
    for (std::size_t k = 0; k < i; ++k) {
      const auto normal = [](const std::string& name) {
        return std::filesystem::absolute(name).lexically_normal();
      };
      if (normal(path) != normal(settings.outputs[k])) continue;
      throw UsageError({.what = "two parts would be the same file",
                        .setting = Setting::output,
                        .got = quoted(path),
                        .advice = "give each part another name"});
    }
  }
}

// Rows with the same text in the column have the same number.
std::vector<std::uint32_t> strata_of(const Table& table, const std::string& name) {
  if (name.empty()) return {};
  const Column& column = table.columns[table.column_index(name)];
  std::map<std::string, std::uint32_t> numbers;
  std::vector<std::uint32_t> strata;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    strata.push_back(
        numbers.try_emplace(column.text(row), static_cast<std::uint32_t>(numbers.size())).first->second);
  }
  if (table.rows() > 2 && numbers.size() * 2 > table.rows()) {
    throw UsageError({.what = "most values of the column occur once, so no proportions can be kept",
                      .where = "--stratify",
                      .expected = "a column with few different values",
                      .got = fmt::format("{} different values in {} rows", numbers.size(), table.rows()),
                      .advice = "leave --stratify out"});
  }
  return strata;
}

// Parts of consecutive rows, in order of these times.
std::vector<std::size_t> parts_in_order(std::span<const double> times, std::span<const double> fractions) {
  const TimeOrder order = order_by_time(times, fractions);
  std::vector<std::size_t> parts(times.size(), fractions.size());
  std::size_t at = 0;
  for (std::size_t part = 0; part < fractions.size(); ++part) {
    for (; at < order.ends[part]; ++at)
      parts[order.rows[at]] = part;
  }
  return parts;
}

bool has_empty_part(std::span<const std::size_t> parts, std::size_t how_many) {
  std::vector<char> is_used(how_many + 1, 0);
  for (const std::size_t part : parts)
    is_used[part] = 1;
  return std::any_of(is_used.begin(), is_used.end() - 1, [](char used) { return used == 0; });
}

// The rows that repeat a row of another file.
std::size_t count_cut(std::span<const std::uint32_t> firsts, std::span<const std::size_t> parts) {
  std::size_t cut = 0;
  for (std::size_t row = 0; row < firsts.size(); ++row)
    cut += parts[row] != parts[firsts[row]] ? 1 : 0;
  return cut;
}

// Deals as `train` holds rows out (session/hold_out.h): equal rows go to one part, unless they are to be
// expected by chance.
std::vector<std::size_t> parts_by_chance(const Table& table, const SplitSettings& settings,
                                         std::span<const std::uint32_t> strata, Console& console) {
  const std::size_t rows = table.row_text.size();
  std::vector<std::size_t> parts = deal_rows(rows, settings.fractions, strata, settings.seed);
  const EqualTexts equal = equal_texts(table, settings.stratify);
  const std::size_t cut = count_cut(equal.firsts, parts);
  if (cut == 0) return parts;
  const std::string some = format_count(cut) + " of the " + count_of(rows, "row") +
                           (cut == 1 ? " repeats" : " repeat") + " a row of another file";
  if (equal.may_coincide) {
    console.note(some + " (columns of few values coincide by chance).");
    return parts;
  }
  std::vector<std::size_t> whole = deal_groups(equal.firsts, settings.fractions, strata, settings.seed);
  if (has_empty_part(whole, settings.fractions.size())) {
    console.note(some + ": there are too few different rows to keep equal ones together.");
    return parts;
  }
  console.note(format_count(count_repeats(equal.firsts)) + " of the " + count_of(rows, "row") +
               " repeat another row: equal rows are kept in one file.");
  return whole;
}

// The part of each row; one more than the last stands for rows in no part.
std::vector<std::size_t> parts_of(const Table& table, const SplitSettings& settings, Console& console) {
  const std::size_t rows = table.row_text.size();
  if (settings.row_order == RowOrder::given) {
    std::vector<double> places(rows);
    std::iota(places.begin(), places.end(), 0.0);
    return parts_in_order(places, settings.fractions);
  }
  if (!settings.time.empty())
    return parts_in_order(times_of(table, table.column_index(settings.time)), settings.fractions);
  const std::vector<std::uint32_t> strata = strata_of(table, settings.stratify);
  if (settings.group.empty()) return parts_by_chance(table, settings, strata, console);
  const std::size_t place[] = {table.column_index(settings.group)};
  std::vector<std::uint32_t> groups = first_equals(row_hashes(table, place));
  for (std::size_t row = 0; row < rows; ++row) {
    if (table.columns[place[0]].is_missing(row)) groups[row] = static_cast<std::uint32_t>(row);
  }
  return deal_groups(groups, settings.fractions, strata, settings.seed);
}

// Takes back what appeared before another part failed.
void remove_quietly(FileSystem& file_system, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    try {
      if (file_system.status(path).kind == FileKind::regular) file_system.remove(path);
    } catch (const Error&) {  // the first error is the one to report
    }
  }
}

ExitCode run_split(Console& console, SplitSettings& settings) {
  if (settings.quiet) console.be_quiet();
  check_settings(settings);
  FileSystem& file_system = real_file_system();
  settings.read.row_text = RowText::keep;
  const std::unique_ptr<TableReader> reader = open_table(file_system, settings.path, settings.read);
  const TableLayout& layout = reader->layout();
  for (const std::string& path : settings.outputs)
    check_output(file_system, path, Setting::output, {settings.path});

  // The columns to deal by are read as categories; all of them, where equal rows are looked for.
  std::vector<std::optional<ColumnReading>> kinds(layout.column_names.size());
  Table names{.source = layout.path};
  for (const std::string& name : layout.column_names)
    names.columns.push_back({.name = name});
  for (const std::string* const name : {&settings.stratify, &settings.group, &settings.time}) {
    if (!name->empty()) kinds[names.column_index(*name)] = ColumnKind::category;
  }
  if (settings.group.empty() && settings.time.empty() && settings.row_order == RowOrder::shuffled)
    std::ranges::fill(kinds, ColumnKind::category);
  const Table table = reader->next_rows(SIZE_MAX, kinds);
  const std::size_t rows = table.row_text.size();
  note_all(console, reader->notes());
  note_all(console, reader->repairs().notes(layout.path));
  if (rows == 0) {
    throw DataError({.what = "there are no rows to split",
                     .where = settings.path,
                     .expected = "rows below the header",
                     .advice = "check that this is the right file"});
  }
  const std::vector<std::size_t> parts = parts_of(table, settings, console);

  std::vector<std::size_t> counts(settings.fractions.size() + 1, 0);
  for (const std::size_t part : parts)
    ++counts[part];
  for (std::size_t k = 0; k < settings.fractions.size(); ++k) {
    if (counts[k] > 0) continue;
    throw DataError(
        {.what = "a part would have no rows",
         .where = settings.path,
         .got = fmt::format("{} of {}", format_number(settings.fractions[k]), count_of(rows, "row")),
         .advice = "a larger fraction, or more rows"});
  }
  std::vector<std::unique_ptr<AtomicFile>> files;
  for (const std::string& path : settings.outputs)
    files.push_back(std::make_unique<AtomicFile>(file_system, path));
  for (std::size_t k = 0; k < files.size(); ++k) {
    if (layout.has_header) files[k]->append(layout.header_text + "\n");
    for (std::size_t row = 0; row < rows; ++row) {
      if (parts[row] != k) continue;
      files[k]->append(table.row_text[row]);
      files[k]->append("\n");
    }
  }
  // All parts or none: first the steps that can fail for lack of space.
  for (const std::unique_ptr<AtomicFile>& file : files)
    file->prepare();
  std::vector<std::string> new_paths;
  for (const std::string& path : settings.outputs) {
    if (file_system.status(path).kind == FileKind::missing) new_paths.push_back(path);
  }
  try {
    for (const std::unique_ptr<AtomicFile>& file : files)
      file->commit();
  } catch (...) {
    remove_quietly(file_system, new_paths);
    throw;
  }
  for (std::size_t k = 0; k < files.size(); ++k) {
    console.out(fmt::format("{}  {}\n", printable(settings.outputs[k]), count_of(counts[k], "row")));
  }
  console.flush();
  if (counts.back() > 0)
    console.note(count_of(counts.back(), "row") + " left out: the fractions sum to less than 1");
  return ExitCode::done;
}

}  // namespace

std::vector<std::size_t> deal_rows(std::size_t rows, std::span<const double> fractions,
                                   std::span<const std::uint32_t> strata, std::uint64_t seed) {
  std::vector<std::vector<std::uint32_t>> members(1);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t stratum = strata.empty() ? 0 : strata[row];
    if (stratum >= members.size()) members.resize(stratum + 1);
    members[stratum].push_back(static_cast<std::uint32_t>(row));
  }
  std::vector<double> shares(fractions.begin(), fractions.end());
  const double left_out = 1 - std::accumulate(shares.begin(), shares.end(), 0.0);
  shares.push_back(left_out > kSumSlack ? left_out : 0);
  // Each row goes to the part that lacks most, stratum after stratum: a stratum is in proportion as nearly as
  // its size allows, and the next stratum makes up for the rounding of the one before.
  std::vector<std::size_t> parts(rows, fractions.size());
  std::vector<double> lacking(shares.size(), 0);
  for (std::size_t stratum = 0; stratum < members.size(); ++stratum) {
    std::vector<std::uint32_t>& order = members[stratum];
    shuffle_indices(
        {.seed = seed, .purpose = RandomPurpose::split, .step = static_cast<std::uint32_t>(stratum)}, order);
    for (const std::uint32_t row : order) {
      for (std::size_t k = 0; k < shares.size(); ++k)
        lacking[k] += shares[k];
      const auto most = std::max_element(lacking.begin(), lacking.end());
      *most -= 1;
      parts[row] = static_cast<std::size_t>(most - lacking.begin());
    }
  }
  return parts;
}

std::vector<std::size_t> deal_groups(std::span<const std::uint32_t> groups, std::span<const double> fractions,
                                     std::span<const std::uint32_t> strata, std::uint64_t seed) {
  const std::size_t rows = groups.size();
  std::vector<std::vector<std::uint32_t>> members(rows);  // by the group's number
  std::vector<double> sizes(1, 0);                        // of the strata
  const auto stratum_of = [&](std::uint32_t row) { return strata.empty() ? 0 : strata[row]; };
  for (std::uint32_t row = 0; row < rows; ++row) {
    members[groups[row]].push_back(row);
    if (stratum_of(row) >= sizes.size()) sizes.resize(stratum_of(row) + 1, 0);
    ++sizes[stratum_of(row)];
  }
  std::erase_if(members, [](const std::vector<std::uint32_t>& group) { return group.empty(); });
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0u);
  shuffle_indices({.seed = seed, .purpose = RandomPurpose::split}, order);

  std::vector<double> shares(fractions.begin(), fractions.end());
  const double left_out = 1 - std::accumulate(shares.begin(), shares.end(), 0.0);
  shares.push_back(left_out > kSumSlack ? left_out : 0);
  // What each part still lacks of each stratum. A group with g rows of it changes the square of a lack l by
  // g (g - 2 l).
  std::vector<std::vector<double>> lacks(shares.size(), sizes);
  for (std::size_t part = 0; part < shares.size(); ++part) {
    for (double& lack : lacks[part])
      lack *= shares[part];
  }
  std::vector<std::size_t> parts(rows, fractions.size());
  for (const std::uint32_t group : order) {
    std::map<std::uint32_t, double> counts;
    for (const std::uint32_t row : members[group])
      ++counts[stratum_of(row)];
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t part = 0; part < shares.size(); ++part) {
      if (shares[part] == 0) continue;
      double change = 0;
      for (const auto& [stratum, count] : counts)
        change += count * (count - 2 * lacks[part][stratum]);
      if (change < least) {
        least = change;
        best = part;
      }
    }
    for (const auto& [stratum, count] : counts)
      lacks[best][stratum] -= count;
    for (const std::uint32_t row : members[group])
      parts[row] = best;
  }
  return parts;
}

void add_data_split_command(Command& data) {
  Command& command = data.subcommand("split", "split the rows of a table into several tables");
  const auto settings = std::make_shared<SplitSettings>();
  command.example("data split penguins.csv --fractions 0.8,0.2 -o train.csv,test.csv",
                  "four fifths and one fifth; rows stay in order and as they were written");
  command.example("data split penguins.csv --fractions 0.7,0.15,0.15 -o a.csv,b.csv,c.csv --stratify species",
                  "each species in the same proportion");
  command.example("data split visits.csv --group patient -o train.csv,test.csv",
                  "no patient is in both tables");
  command.example("data split sales.csv --time date -o train.csv,test.csv", "the latest fifth is the test");
  command.positional("FILE", "a text table, or - for standard input", settings->path);
  command.heading("The parts");
  command.option({.names = "--fractions", .value = "X,X", .help = "share of the rows in each part"},
                 to_numbers(settings->fractions,
                            Limits{.minimum = 0, .maximum = 1, .ends = Limits::Ends::minimum_excluded}));
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE,FILE",
                  .help = "a file for each part",
                  .completion = Completion::file},
                 to_list(settings->outputs));
  command.option(
      {.names = "--stratify", .value = "NAME", .help = "keep the proportions of this column's values"},
      to_text(settings->stratify));
  command.option({.setting = Setting::group,
                  .value = "NAME",
                  .help = "rows with the same value in this column go to the same part"},
                 to_text(settings->group));
  command.option({.setting = Setting::time,
                  .value = "NAME",
                  .help = "the earliest rows by this column of numbers or dates are the first part"},
                 to_text(settings->time));
  command.option({.setting = Setting::row_order,
                  .value = "WORD",
                  .help = "which rows go where; given: the first rows are the first part"},
                 to_choice<RowOrder>(settings->row_order,
                                     {{"shuffled", RowOrder::shuffled}, {"given", RowOrder::given}}));
  command.option({.setting = Setting::seed,
                  .value = "N",
                  .help = "the same seed gives the same split",
                  .environment = "CHAINRULE_SEED"},
                 to_seed(settings->seed));
  command.heading("The table");
  add_reading_options(command, settings->read);
  add_lenient_option(command, settings->read);
  command.heading("Options");
  command.flag("--quiet", "no notes", settings->quiet);
  command.on_run([settings](Console& console, Command&) { return run_split(console, *settings); });
}

}  // namespace chainrule::cli
