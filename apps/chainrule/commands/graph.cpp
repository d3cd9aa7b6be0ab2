// `chainrule graph`: an expression as a computational graph, forwards and backwards.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/explain/expression_graph.h"
#include "chainrule/explain/graph_drawing.h"
#include "chainrule/explain/graph_text.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

constexpr std::size_t kMostDecimals = 17;

struct GraphSettings {
  std::string expression;
  std::vector<std::pair<std::string, double>> values;
  std::size_t decimals = 2;
  std::string svg_path, dot_path;
  bool json = false;
};

std::vector<std::pair<std::string, double>> parse_values(const std::vector<std::string>& words) {
  std::vector<std::pair<std::string, double>> values;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::optional<double> number =
        equals == std::string::npos ? std::nullopt : parse_double(std::string_view(word).substr(equals + 1));
    if (!number || equals == 0) {
      throw UsageError({.what = "not a name and its value",
                        .expected = "NAME=NUMBER, such as x=-2",
                        .got = quoted(word),
                        .advice = equals == std::string::npos
                                      ? "put an expression with blanks in quotes: \"(x + y) * z\""
                                      : "give a number"});
    }
    values.emplace_back(trim(word.substr(0, equals)), *number);
  }
  return values;
}

void print_graph(Console& console, const GraphSettings& settings, const ExpressionGraph& graph,
                 const GraphRun& run) {
  const int decimals = static_cast<int>(settings.decimals);
  console.out("f = " + printable(graph.expression) + " = " +
              decimal_text(run.values[graph.result()], decimals) + "\n\n" +
              graph_table(graph, run, decimals));
}

Json json_of(const ExpressionGraph& graph, const GraphRun& run) {
  Json nodes = Json::array();
  Json gradient = Json::object();
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    Json operands = Json::array(), locals = Json::array();
    for (std::size_t k = 0; k < operands_of(node.gate); ++k) {
      operands.push_back(node.operands[k]);
      locals.push_back(json_number(run.locals[i][k]));
    }
    nodes.push_back({{"name", node.name},
                     {"gate", name_of(node.gate)},
                     {"formula", formula_of(graph, i)},
                     {"operands", std::move(operands)},
                     {"value", json_number(run.values[i])},
                     {"gradient", json_number(run.gradients[i])},
                     {"local", std::move(locals)}});
    if (node.gate == Gate::variable) gradient[node.name] = json_number(run.gradients[i]);
  }
  return {{"expression", graph.expression},
          {"value", json_number(run.values[graph.result()])},
          {"gradient", std::move(gradient)},
          {"nodes", std::move(nodes)}};
}

ExitCode run_graph_command(Console& console, const GraphSettings& settings) {
  if (!settings.svg_path.empty() && std::filesystem::path(settings.svg_path).lexically_normal() ==
                                        std::filesystem::path(settings.dot_path).lexically_normal()) {
    throw UsageError({.what = "two drawings cannot go into the same file",
                      .setting = Setting::dot,
                      .got = quoted(settings.dot_path),
                      .advice = "choose another name"});
  }
  const ExpressionGraph graph = parse_expression(settings.expression);
  const GraphRun run = run_graph(graph, settings.values);
  const int decimals = static_cast<int>(settings.decimals);
  FileSystem& file_system = real_file_system();
  if (!settings.svg_path.empty())
    write_file_atomically(file_system, settings.svg_path, graph_svg(graph, run, decimals));
  if (!settings.dot_path.empty())
    write_file_atomically(file_system, settings.dot_path, graph_dot(graph, run, decimals));
  if (settings.json) {
    write_json(console, json_of(graph, run));
  } else {
    print_graph(console, settings, graph, run);
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace

void add_graph_command(Command& root) {
  Command& command = root.subcommand(
      "graph", "an expression as a computational graph: values forwards, gradients backwards");
  const auto settings = std::make_shared<GraphSettings>();
  command.example("graph \"(x+y)*z\" x=-2 y=5 z=-4", "three variables, two gates, every gradient");
  command.example("graph \"1/(1+exp(-(w0*x0+w1*x1+w2)))\" w0=2 x0=-1 w1=-3 x1=-2 w2=-3 --svg neuron.svg",
                  "a logistic neuron, gate by gate, and its drawing");
  command.describe(
      "Expressions have numbers, names, + - * / ^, parentheses, and exp, log, sin, cos, tanh, sigmoid, relu, "
      "max(a,b). "
      "Equal subexpressions share one node, and its gradients add up.");
  command.positional("EXPRESSION", "in quotes, so that the shell leaves it alone", settings->expression,
                     Completion::nothing);
  command.positionals(
      "VALUES", "one for each name of the expression: x=-2 y=5",
      {.apply = [settings](const Given& given) { settings->values = parse_values(given.values); },
       .keeps_values_apart = true});
  command.take_leading_minus();
  command.heading("The listing");
  command.option({.names = "--digits",
                  .value = "N",
                  .help = "decimals; small numbers show two significant digits, --json all digits"},
                 {.apply =
                      [settings](const Given& given) {
                        settings->decimals = parse_count(given.once(), 0);
                        if (settings->decimals > kMostDecimals) {
                          throw UsageError({.what = "more decimals than a double has",
                                            .expected = "at most " + std::to_string(kMostDecimals),
                                            .got = std::to_string(settings->decimals)});
                        }
                      },
                  .shown_default = "2"});
  command.heading("Drawings");
  command.option(
      {.names = "--svg", .value = "FILE", .help = "draw the graph", .completion = Completion::file},
      to_text(settings->svg_path));
  command.option({.setting = Setting::dot,
                  .value = "FILE",
                  .help = "write the graph for Graphviz",
                  .completion = Completion::file},
                 to_text(settings->dot_path));
  command.heading("Options");
  command.flag("--json", "one JSON document, all digits", settings->json);
  command.on_run([settings](Console& console, Command&) { return run_graph_command(console, *settings); });
}

}  // namespace chainrule::cli
