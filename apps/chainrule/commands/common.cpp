// What several commands share: options for reading tables and for computing, files of results, words for
// scores and notes.
#include "chainrule/commands/common.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/io/report_words.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

constexpr std::size_t kMostThreads = 1024;

char parse_delimiter(std::string_view text) {
  constexpr std::pair<std::string_view, char> kWords[] = {
      {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"\\t", '\t'}, {"pipe", '|'}, {"blanks", kBlanks}};
  for (const auto& [word, sign] : kWords) {
    if (word == text) return sign;
  }
  if (text.size() == 1) return text[0];  // whether it can be one is checked when the table is read
  throw UsageError({.what = "not a delimiter",
                    .expected = "comma, semicolon, tab, |, blanks, or another sign",
                    .got = quoted(text)});
}

char parse_sign(std::string_view text) {
  if (text.size() == 1) return text[0];
  throw UsageError({.what = "not one sign", .expected = "one character", .got = quoted(text)});
}

void add_line_options(Command& command, ReadOptions& read) {
  command.option({.setting = Setting::skip,
                  .value = "N",
                  .help = "leave out the first N lines, such as a title above the table"},
                 to_count(read.skip, 0));
  command.option({.setting = Setting::skip_last,
                  .value = "N",
                  .help = "leave out the last N lines that are not blank, such as a row of totals"},
                 to_count(read.skip_last, 0));
  command.option({.setting = Setting::comment,
                  .value = "SIGN",
                  .help = "leave out the lines that begin with this sign",
                  .shown_default = "no comments"},
                 {.apply = [&read](const Given& given) { read.comment = parse_sign(given.once()); }});
  command.option(
      {.setting = Setting::quote,
       .value = "SIGN",
       .help = "sign around cells that hold a delimiter or a line break; none: quotes are ordinary",
       .shown_default = "\""},
      {.apply = [&read](const Given& given) {
        read.quote = given.once() == "none" ? kNoQuote : parse_sign(given.once());
      }});
  command.option({.setting = Setting::escape,
                  .value = "SIGN",
                  .help = "sign that makes a quote or a delimiter after it an ordinary character",
                  .shown_default = "none; a quote in a quoted cell is doubled"},
                 {.apply = [&read](const Given& given) { read.escape = parse_sign(given.once()); }});
}

}  // namespace

void add_reading_options(Command& command, ReadOptions& read) {
  command.option({.setting = Setting::delimiter,
                  .value = "SIGN",
                  .help = "sign between the cells of a row: comma, semicolon, tab, |, blanks (runs of spaces "
                          "and tabs), or another sign",
                  .shown_default = "detected"},
                 {.apply = [&read](const Given& given) { read.delimiter = parse_delimiter(given.once()); }});
  command.option(
      {.setting = Setting::header, .value = "WORD", .help = "whether the first row names the columns"},
      to_choice<HeaderChoice>(
          read.header,
          {{"find", HeaderChoice::find},
           {"present", HeaderChoice::present},
           {"absent", HeaderChoice::absent}},
          {{"auto automatic detect", "find"}, {"yes true", "present"}, {"no false none", "absent"}}));
  command.option({.setting = Setting::decimal,
                  .value = "WORD",
                  .help = "how numbers are written: 3.5 or 3,5",
                  .shown_default = "point, or as the columns of the model"},
                 to_word(read.decimal));
  command.option(
      {.setting = Setting::thousands,
       .value = "SIGN",
       .help = "sign between groups of three digits in all columns: comma, point, space, apostrophe",
       .shown_default = "found by column"},
      to_text(read.thousands));
  command.option({.setting = Setting::strip,
                  .value = "TEXT",
                  .help = "unit or sign to take off numbers; may be repeated",
                  .shown_default = "found by column"},
                 to_values(read.strip));
  command.option({.setting = Setting::missing,
                  .value = "WORD",
                  .help = "another word for a missing cell; may be repeated",
                  .shown_default = "NA, ?, null and similar words"},
                 {.apply =
                      [&read](const Given& given) {
                        for (const std::string& word : given.values)
                          read.missing_words.push_back(word);
                      },
                  .keeps_values_apart = true});
  command.option(
      {.setting = Setting::not_missing,
       .value = "WORD",
       .help = "a word that stands for no missing cell, such as NA; may be repeated; '\"NA\"': only in "
               "quoted cells"},
      {.apply =
           [&read](const Given& given) {
             for (const std::string& word : given.values)
               read.not_missing.push_back(word);
           },
       .keeps_values_apart = true});
  add_line_options(command, read);
}

void add_lenient_option(Command& command, ReadOptions& read) {
  command.flag(option_name(Setting::lenient),
               "repair a damaged text table and report what was repaired: rows of another width, cells that "
               "are not numbers, stray quotes, bytes that are not UTF-8, repeated headers",
               [&read](bool given) { read.leniency = given ? Leniency::lenient : Leniency::strict; });
}

void add_column_option(Command& command, ReadOptions& read) {
  command.option(
      {.setting = Setting::column,
       .value = "NAME=KIND",
       .help = "read the column as numeric or as category, whatever it looks like; may be repeated"},
      {.apply =
           [&read](const Given& given) {
             for (const std::string& text : given.values) {
               const std::size_t equals = text.rfind('=');
               if (equals == std::string::npos || equals == 0) {
                 throw UsageError({.what = "not a column and its kind",
                                   .expected = "NAME=numeric or NAME=category",
                                   .got = quoted(text)});
               }
               const std::string name = text.substr(0, equals);
               if (std::any_of(read.column_kinds.begin(), read.column_kinds.end(),
                               [&](const auto& earlier) { return earlier.first == name; })) {
                 throw UsageError({.what = "two kinds for one column", .got = quoted(name)});
               }
               read.column_kinds.emplace_back(name, parse_name<ColumnKind>(text.substr(equals + 1)));
             }
           },
       .keeps_values_apart = true});
}

void add_missing_target_option(Command& command, DataSource& data) {
  command.option(
      {.setting = Setting::missing_target, .value = "WORD", .help = "what to do with rows without a target"},
      to_word(data.missing_target));
}

void add_labels_option(Command& command, std::string& labels_path) {
  command.option({.setting = Setting::labels,
                  .value = "FILE",
                  .help = "the labels, if they are in a separate file (IDX, NPY)",
                  .completion = Completion::file,
                  .recorded = Recorded::nowhere},
                 to_text(labels_path));
}

void add_threshold_option(Command& command, std::optional<double>& threshold) {
  command.option({.setting = Setting::threshold,
                  .value = "P",
                  .help = "of two classes: predict the second from this probability on",
                  .shown_default = "that of the model, usually 0.5"},
                 to_number(threshold, {.minimum = 0, .maximum = 1, .ends = Limits::Ends::excluded}));
}

void add_compute_options(Command& command, ComputeOptions& options) {
  command.option({.setting = Setting::threads,
                  .value = "N",
                  .help = "number of threads; the result is the same with any number",
                  .shown_default = "as many as this process may use",
                  .recorded = Recorded::nowhere,
                  .environment = "CHAINRULE_THREADS"},
                 {.apply = [&options](const Given& given) {
                   options.threads = parse_count(given.once(), 1);
                   if (options.threads > kMostThreads) {
                     throw UsageError({.what = "too many threads",
                                       .expected = fmt::format("at most {}", kMostThreads),
                                       .got = quoted(given.once())});
                   }
                 }});
  command.option({.setting = Setting::vector,
                  .value = "WORD",
                  .help = "vector instructions; the result is the same with any",
                  .recorded = Recorded::nowhere,
                  .environment = "CHAINRULE_VECTOR"},
                 to_choice<std::optional<KernelPath>>(options.path, {{"auto", std::nullopt},
                                                                     {"scalar", KernelPath::scalar},
                                                                     {"avx2", KernelPath::avx2},
                                                                     {"avx512", KernelPath::avx512}}));
}

void add_matrix_unit_option(Command& command, ComputeOptions& options) {
  command.option(
      {.setting = Setting::matrix_unit,
       .value = "WORD",
       .help = "what computes the products of --precision bf16; portable: the same arithmetic, slower",
       .recorded = Recorded::nowhere},
      to_choice<std::optional<MatrixUnit>>(
          options.matrix_unit,
          {{"auto", std::nullopt}, {"amx", MatrixUnit::amx}, {"portable", MatrixUnit::portable}}));
}

void note_bf16_source(Console& console, const Command& command, Precision precision) {
  const std::string& source = command.source_of(Setting::precision);
  if (precision == Precision::bf16 && source.starts_with("environment"))
    console.note("precision bf16 comes from the " + source + ".");
}

ComputeResources::ComputeResources(const ComputeOptions& options) {
  compute_.path = options.path.value_or(best_kernel_path());
  if (!is_supported(compute_.path)) {
    std::vector<std::string> supported = {"auto"};
    for (const KernelPath path : {KernelPath::scalar, KernelPath::avx2, KernelPath::avx512}) {
      if (is_supported(path)) supported.emplace_back(name_of(path));
    }
    throw UsageError({.what = "this processor has no such vector instructions",
                      .setting = Setting::vector,
                      .expected = join(supported, ", "),
                      .got = quoted(name_of(compute_.path)),
                      .advice = "leave " + named(Setting::vector) + " out: the result is the same"});
  }
  if (options.matrix_unit) compute_.matrix_unit = options.matrix_unit;
  if (compute_.matrix_unit && !is_supported(*compute_.matrix_unit)) {
    throw UsageError({.what = "this processor, or its system, has no such matrix unit",
                      .setting = Setting::matrix_unit,
                      .expected = "auto, portable",
                      .got = quoted(name_of(*compute_.matrix_unit)),
                      .advice = "leave " + named(Setting::matrix_unit) + " out"});
  }
  pool_ = std::make_unique<ThreadPool>(options.threads == 0 ? available_threads() : options.threads);
  compute_.pool = pool_.get();
}

ResultSink::ResultSink(Console& console, FileSystem& file_system, const std::string& path)
    : console_(console) {
  if (!path.empty() && path != "-") file_ = std::make_unique<AtomicFile>(file_system, path);
}

void ResultSink::write(std::string_view text) {
  if (file_ == nullptr) {
    // A file gets the data as they are; a terminal must not be controlled by them.
    console_.out(console_.out_is_terminal() ? printable_lines(text) : std::string(text));
    // Another program may wait for these rows before it sends more.
    console_.flush();
  } else {
    file_->append(text);
  }
}

void ResultSink::finish() {
  if (file_ == nullptr) {
    console_.flush();
  } else {
    file_->commit();
  }
}

namespace {

// Standard input may be a named file: `chainrule predict m - -o in.csv < in.csv`.
bool is_standard_input(const std::string& path) {
  struct stat input = {}, output = {};
  return fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode) && stat(path.c_str(), &output) == 0 &&
         input.st_dev == output.st_dev && input.st_ino == output.st_ino;
}

}  // namespace

void check_output(FileSystem& file_system, const std::string& path, Setting option,
                  const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code none;
    const bool is_read =
        input == "-" ? is_standard_input(path) : std::filesystem::equivalent(input, path, none);
    if (input.empty() || !is_read) continue;
    throw UsageError({.what = "the result would replace a file that is read",
                      .setting = option,
                      .got = quoted(path),
                      .advice = "choose another name"});
  }
  // A pipe or a device is not touched before there is something to write.
  if (file_system.status(path).kind == FileKind::other) return;
  AtomicFile probe(file_system, path);
}

void refuse_gzip_name(const std::string& path) {
  for (const auto& [ending, program] : {std::pair(".gz", "gzip"), {".xz", "xz"}, {".zst", "zstd"}}) {
    if (!path.ends_with(ending)) continue;
    throw UsageError({.what = "tables are written as plain text",
                      .setting = Setting::output,
                      .got = quoted(path),
                      .advice = "drop " + std::string(ending) + ", and use " + program + " afterwards"});
  }
}

namespace {

// " (yes: dead of out, well of mood)"; "" where the table has 0 and 1.
std::string yes_values_text(const TargetEncoding& target) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < target.columns.size(); ++i) {
    if (has_category_values(target, i))
      values.push_back(target.columns[i] + "=" + label_values(target, i)[1]);
  }
  return values.empty() ? "" : " (yes is " + name_list(values, kShown) + ")";
}

}  // namespace

std::string task_text(const TargetEncoding& target) {
  std::string columns = name_list(target.columns, 4);
  if (target.soft_labels) {
    return target.columns.size() == 1 ? columns + ", the probability of yes"
                                      : fmt::format("the probabilities of {} classes: {}",
                                                    target.columns.size(), name_list(target.class_names));
  }
  switch (target.task) {
    case Task::binary:
      return fmt::format("{}, one of 2 classes: {}", columns, name_list(target.class_names));
    case Task::classes:
      return fmt::format("{}, one of {} classes: {}", columns, target.class_names.size(),
                         name_list(target.class_names));
    case Task::ordinal:
      return fmt::format("{}, one of {} classes in this order: {}", columns, target.class_names.size(),
                         name_list(target.class_names));
    case Task::multi_label:
      return fmt::format("{}, each yes or no", columns) + yes_values_text(target);
    case Task::regression:
      if (!target.quantiles.empty()) {
        std::vector<std::string> quantiles;
        for (const double quantile : target.quantiles)
          quantiles.push_back(format_number(quantile));
        return columns + ", the quantiles " + join(quantiles, ", ") + " of a number";
      }
      return target.columns.size() == 1 ? columns + ", a number" : columns + ", numbers";
  }
  return columns;
}

std::string score_name(const TargetEncoding& target) {
  if (target.task != Task::regression) return "accuracy";
  return target.quantiles.empty() ? "r2" : "d2_pinball";
}

std::string plain_number(double value) {
  std::string text = number_text(value, 6);
  std::erase(text, ',');
  return text;
}

std::string score_text(const std::string& name, double value) {
  return name + " " + score_number(value);
}

std::string headline_text(const Metrics& metrics) {
  const auto [name, value] = headline(metrics);
  return score_text(name, value);
}

void note_all(Console& console, const std::vector<Message>& notes) {
  for (const Message& note : notes)
    console.note(printable(note.text(console.reader())));
}

void note_encoding(Console& console, const EncodeReport& report) {
  note_all(console, far_notes(report));
  if (report.respelled_words > 0) {
    console.note(
        count_of(report.respelled_words, "cell") + (report.respelled_words == 1 ? " spells" : " spell") +
        " a category of training in another way, and " + (report.respelled_words == 1 ? "counts" : "count") +
        " as it (first: " + report.first_respelled + ")");
  }
  if (report.similar_words > 0) {
    console.note(count_of(report.similar_words, "cell") +
                 (report.similar_words == 1 ? " differs" : " differ") +
                 " from a category of training only in case or blanks, and " +
                 (report.similar_words == 1 ? "does" : "do") +
                 " not count as it (first: " + report.first_similar + ")");
  }
  if (report.unknown_words == 0 && report.missing_cells == 0) return;
  std::string text;
  if (report.unknown_words > 0) {
    text = count_of(report.unknown_words, "category", "categories") +
           " never seen in training (first: " + report.first_unknown + ")";
  }
  if (report.missing_cells > 0) {
    if (!text.empty()) text += " and ";
    text += count_of(report.missing_cells, "missing cell");
  }
  console.note(text + ", treated as in training: see `chainrule inspect MODEL`");
}

}  // namespace chainrule::cli
