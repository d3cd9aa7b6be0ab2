// `chainrule explain`: one step of gradient descent as a lecture works it.
#include <algorithm>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/mixture_output.h"
#include "chainrule/course/errata_text.h"
#include "chainrule/course/printed_numbers.h"
#include "chainrule/exit_codes.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/network_json.h"
#include "chainrule/explain/worked_examples.h"
#include "chainrule/session/mixture_member.h"
#include "chainrule/session/worked_model.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

enum class ExplainFormat { text, latex, html, json };

struct ExplainSettings {
  const WorkedExample* example = nullptr;
  std::optional<Document> errata;
  std::string network_path, model_path;
  DataSource data;
  std::vector<std::size_t> rows = {1};
  std::optional<std::size_t> member;
  Notation notation = Notation::plain;
  std::string parameter;
  std::size_t digits = 6;
  bool all = false;
  ExplainFormat format = ExplainFormat::text;
  std::string output_path;
  std::optional<double> eta, lambda, decay;
  std::optional<Reduction> reduction;
};

constexpr std::size_t kMostRows = 1000;
// Larger networks are not worked by hand.
constexpr std::uint64_t kLargestNetworkFile = std::uint64_t{64} << 20;

// "3", "1-4", "2,5,7-9": rows counted from 1.
std::vector<std::size_t> parse_rows(const std::string& text) {
  std::vector<std::size_t> rows;
  for (const std::string& part : split_text(text, ',')) {
    const std::size_t dash = part.find('-');
    const std::size_t first = parse_count(part.substr(0, dash), 1);
    const std::size_t last = dash == std::string::npos ? first : parse_count(part.substr(dash + 1), 1);
    if (last < first || last - first >= kMostRows || rows.size() + last - first >= kMostRows) {
      throw UsageError({.what = "these rows cannot be explained",
                        .expected = "rows in ascending order, at most " + format_count(kMostRows),
                        .got = quoted(text)});
    }
    for (std::size_t row = first; row <= last; ++row)
      rows.push_back(row);
  }
  return rows;
}

void require_one_source(const ExplainSettings& settings) {
  const int sources = (settings.example == nullptr ? 0 : 1) + (settings.errata ? 1 : 0) +
                      (settings.network_path.empty() ? 0 : 1) + (settings.model_path.empty() ? 0 : 1);
  if (sources != 1) {
    throw UsageError({.what = sources == 0 ? "nothing to explain" : "more than one thing to explain",
                      .where = "chainrule explain",
                      .expected = "MODEL DATA, or --network FILE, or --example WORD, or --errata WORD",
                      .advice = "chainrule explain --example 004"});
  }
  if (!settings.model_path.empty() && settings.data.path.empty()) {
    throw UsageError({.what = "a model needs a row to work on",
                      .where = "chainrule explain",
                      .expected = "MODEL DATA",
                      .got = quoted(settings.model_path) + " alone",
                      .advice = "name a table with targets after the model; --rows chooses the row"});
  }
}

// `mixture`: the model, if it is a mixture.
WorkedNetwork load_worked(Console& console, FileSystem& file_system, const ExplainSettings& settings,
                          std::optional<Model>& mixture) {
  if (settings.example != nullptr) return settings.example->make();
  if (!settings.network_path.empty()) {
    NetworkFile file = read_network_json(
        read_whole_file(file_system, settings.network_path, kLargestNetworkFile), settings.network_path);
    for (const auto& [key, meant] : file.misspelt)
      console.note("the network file's key " + quoted(key) + " was not read: did you mean " + quoted(meant) +
                   "?");
    return std::move(file.worked);
  }
  std::vector<Message> repairs;
  Model model = load_model_or_member(file_system, settings.model_path, settings.member);
  WorkedNetwork worked = worked_network_of(file_system, model, settings.data, settings.rows, &repairs);
  note_all(console, repairs);
  if (!model.provenance.mixture.members.empty()) mixture = std::move(model);
  return worked;
}

Json errata_json(Document document) {
  Json numbers = Json::array(), errata = Json::array();
  for (const PrintedNumber& number : printed_numbers(document)) {
    Json entry = {{"line", number.line},
                  {"quantity", number.quantity},
                  {"printed", number.printed},
                  {"exact", number.exact},
                  {"agreement", name_of(number.agreement)}};
    if (number.authors) entry["authors"] = *number.authors;
    if (number.agreement_with_authors)
      entry["agreement_with_authors"] = name_of(*number.agreement_with_authors);
    if (!number.why.empty()) entry["why"] = number.why;
    numbers.push_back(std::move(entry));
  }
  for (const Erratum& erratum : errata_of(document)) {
    errata.push_back({{"id", erratum.id},
                      {"lines", erratum.lines},
                      {"printed", erratum.printed},
                      {"correct", erratum.correct},
                      {"why", erratum.why}});
  }
  return {{"document", name_of(document)}, {"numbers", std::move(numbers)}, {"errata", std::move(errata)}};
}

ExitCode show_errata(Console& console, Command& command, const ExplainSettings& settings) {
  for (const std::string& option :
       {std::string("--rows"), option_name(Setting::parameter), option_name(Setting::learning_rate),
        std::string("--lambda"), std::string("--decay"), option_name(Setting::reduction),
        option_name(Setting::notation), std::string("--digits"), option_name(Setting::all),
        option_name(Setting::labels), option_name(Setting::member)})
    command.refuse_if_set(option, "--errata shows what a document misprints");
  if (settings.format != ExplainFormat::text && settings.format != ExplainFormat::json) {
    throw UsageError({.what = "errata come as text or json",
                      .where = "--format",
                      .advice = "leave --format out, or use --format json"});
  }
  FileSystem& file_system = real_file_system();
  check_output(file_system, settings.output_path, Setting::output, {});
  ResultSink sink(console, file_system, settings.output_path);
  sink.write(settings.format == ExplainFormat::json
                 ? errata_json(*settings.errata).dump(2) + "\n"
                 : errata_text(*settings.errata, std::min<std::size_t>(console.out_width(), 120)));
  sink.finish();
  console.flush();
  return ExitCode::done;
}

// A mixture begins with its vote.
Derivation derive_with_vote(const WorkedNetwork& worked, const WorkedStep& step,
                            const std::optional<WorkedVote>& vote, const DerivationOptions& options) {
  Derivation derivation = derive(worked, step, options);
  if (!vote) return derivation;
  std::vector<DerivationSection> sections = derive_vote(*vote, options);
  derivation.sections.insert(derivation.sections.begin(), std::make_move_iterator(sections.begin()),
                             std::make_move_iterator(sections.end()));
  return derivation;
}

ExitCode run_explain(Console& console, Command& command, ExplainSettings& settings) {
  require_one_source(settings);
  if (settings.errata) return show_errata(console, command, settings);
  if (settings.model_path.empty()) {
    for (const std::string& option :
         {std::string("--rows"), option_name(Setting::labels), option_name(Setting::member)})
      command.refuse_if_set(option, "it goes with MODEL DATA");
  }
  FileSystem& file_system = real_file_system();
  check_output(file_system, settings.output_path, Setting::output,
               {settings.network_path, settings.model_path, settings.data.path});
  std::optional<Model> mixture;
  WorkedNetwork worked = load_worked(console, file_system, settings, mixture);
  if (settings.eta) worked.eta = *settings.eta;
  if (settings.lambda) worked.lambda = *settings.lambda;
  if (settings.decay) worked.decay = *settings.decay;
  if (settings.reduction) worked.loss.reduction = *settings.reduction;
  const WorkedStep step = work_step(worked);

  DerivationOptions options = {.notation = settings.notation, .digits = static_cast<int>(settings.digits)};
  if (settings.example != nullptr) {
    if (!command.is_set(Setting::notation)) options.notation = settings.example->notation;
    // The example's numbers differ only in the last digits.
    if (options.notation == Notation::s004 && !command.is_set("--digits")) options.digits = kAllDigits;
  }
  if (!settings.parameter.empty()) {
    const Notation wanted = options.notation;
    const OtherNotations others =
        command.is_set(Setting::notation) ? OtherNotations::refused : OtherNotations::tried;
    options.parameter = find_parameter(settings.parameter, worked, others, options.notation);
    if (options.notation != wanted)
      console.note(quoted(settings.parameter) + " is a name of notation " +
                   std::string(name_of(options.notation)) + ", which the page is written in");
  }
  if (settings.all) options.most_equations = options.most_numbers = 0;
  std::optional<WorkedVote> vote;
  // A page about one parameter shows only what leads to it.
  if (mixture && has_separate_members(*mixture) && settings.parameter.empty())
    vote = work_vote(*mixture, worked, step);
  const auto derivation = [&] { return derive_with_vote(worked, step, vote, options); };

  ResultSink sink(console, file_system, settings.output_path);
  switch (settings.format) {
    case ExplainFormat::json:
      if (!settings.parameter.empty()) {
        throw UsageError({.what = "--parameter narrows a page, not the JSON document",
                          .setting = Setting::parameter,
                          .advice = "leave --parameter out: the document has every number"});
      }
      sink.write(worked_step_json(worked, step, vote ? &*vote : nullptr));
      break;
    case ExplainFormat::latex:
      sink.write(derivation_latex(derivation(), Face::command_line));
      break;
    case ExplainFormat::html:
      sink.write(derivation_html(derivation(), Face::command_line));
      break;
    case ExplainFormat::text:
      sink.write(
          derivation_text(derivation(), std::min<std::size_t>(console.out_width(), 120), Face::command_line));
  }
  sink.finish();
  console.flush();
  return ExitCode::done;
}

void add_source_options(Command& command, ExplainSettings& settings) {
  command.heading("What to explain");
  std::vector<std::pair<std::string, const WorkedExample*>> examples;
  for (const WorkedExample& example : worked_examples())
    examples.emplace_back(example.word, &example);
  command.option({.setting = Setting::example, .value = "WORD", .help = "a network of a lecture document"},
                 to_choice(settings.example, std::move(examples)));
  command.option({.names = "--network",
                  .value = "FILE",
                  .help = "a network with its numbers, as JSON",
                  .completion = Completion::file},
                 to_text(settings.network_path));
  command.option({.names = "--errata",
                  .value = "WORD",
                  .help = "a lecture document: its printed numbers and its errors"},
                 to_word(settings.errata));
  command.option({.names = "--rows", .value = "LIST", .help = "of DATA: 3, or 1-4, or 2,5,7-9"},
                 {.apply = [&settings](const Given& given) { settings.rows = parse_rows(given.once()); },
                  .shown_default = "1"});
  add_member_option(command, settings.member);
  command.option(
      {.setting = Setting::parameter,
       .value = "NAME",
       .help = "only the equations of one weight or bias: \"w(2,5)\", \"ω23 of L1\", \"W[0][1][2]\""},
      to_text(settings.parameter));
}

void add_step_options(Command& command, ExplainSettings& settings) {
  command.heading("The step");
  command.option(
      {.setting = Setting::learning_rate, .value = "X", .help = "instead of the file's; 0.1 for a model"},
      to_number(settings.eta, kPositive));
  command.option({.names = "--lambda", .value = "X", .help = "penalty lambda/2 |W|^2 in the loss"},
                 to_number(settings.lambda, kNotNegative));
  command.option({.names = "--decay", .value = "X", .help = "weights shrink by rate * X in the update alone"},
                 to_number(settings.decay, kNotNegative));
  command.option({.setting = Setting::reduction, .value = "WORD", .help = "sum or mean over several samples"},
                 to_word(settings.reduction));
}

void add_page_options(Command& command, ExplainSettings& settings) {
  command.heading("The page");
  command.option({.setting = Setting::notation,
                  .value = "WORD",
                  .help = "whose symbols",
                  .shown_default = "plain; its document's for an example"},
                 to_word(settings.notation));
  command.option({.names = "--format", .value = "WORD", .help = "what to write"},
                 to_choice<ExplainFormat>(settings.format, {{"text", ExplainFormat::text},
                                                            {"latex", ExplainFormat::latex},
                                                            {"html", ExplainFormat::html},
                                                            {"json", ExplainFormat::json}}));
  command.option({.names = "--digits", .value = "N", .help = "significant digits; json has all"},
                 {.apply =
                      [&settings](const Given& given) {
                        settings.digits = parse_count(given.once(), 1);
                        if (settings.digits > kAllDigits) {
                          throw UsageError({.what = "more digits than a double has",
                                            .expected = "at most " + std::to_string(kAllDigits),
                                            .got = std::to_string(settings.digits)});
                        }
                      },
                  .shown_default = "6; 17 for example 004"});
  command.flag(option_name(Setting::all), "every equation, even of large networks", settings.all);
  command.option({.setting = Setting::output,
                  .names = "-o",
                  .value = "FILE",
                  .help = "instead of standard output",
                  .completion = Completion::file},
                 to_text(settings.output_path));
}

}  // namespace

void add_explain_command(Command& root) {
  Command& command = root.subcommand(
      "explain", "one step of gradient descent worked by hand, every number with its formula");
  const auto settings = std::make_shared<ExplainSettings>();
  command.example("explain --example 004", "the worked example of a lecture, in its own symbols");
  command.example("explain penguins.safetensors penguins.csv --rows 3 --parameter \"w_12^(1)\"",
                  "how one weight of a trained model would change with one row");
  command.example(
      "explain penguins.safetensors penguins.csv --member 2",
      "the calculation of one of the networks that vote; without --member it begins with the vote");
  command.example("explain --errata 004", "what that lecture prints, beside what is right, and why");
  command.example("explain --network net.json --notation 003 --format html -o step.html",
                  "a network with its numbers from a file, as an HTML page");
  command.describe(
      "Forward pass, loss, deltas, gradients as products of the chain rule's factors, update, loss "
      "afterwards. "
      "--network reads JSON with the keys sizes, activations, loss, eta, W (to, from), b and samples (x, t); "
      "optional are reduction, lambda and decay. --format json writes such a file, with the results.");
  command.positionals("FILES", "MODEL DATA: a model that `train` wrote and a table with targets",
                      {.apply =
                           [settings](const Given& given) {
                             if (given.values.size() > 2) {
                               throw UsageError({.what = "too many files",
                                                 .expected = "MODEL DATA",
                                                 .got = count_of(given.values.size(), "file")});
                             }
                             settings->model_path = given.values.at(0);
                             if (given.values.size() == 2) settings->data.path = given.values[1];
                           },
                       .keeps_values_apart = true});
  add_source_options(command, *settings);
  add_step_options(command, *settings);
  add_page_options(command, *settings);
  command.heading("The table");
  add_labels_option(command, settings->data.labels_path);
  add_missing_target_option(command, settings->data);
  add_reading_options(command, settings->data.read);
  add_lenient_option(command, settings->data.read);
  command.on_run(
      [settings](Console& console, Command& self) { return run_explain(console, self, *settings); });
}

}  // namespace chainrule::cli
