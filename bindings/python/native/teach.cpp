// Calculations shown in full: one step worked by hand, computational graphs, lessons.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <utility>

#include "arrays.h"
#include "chainrule/course/lesson_text.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/expression_graph.h"
#include "chainrule/explain/graph_drawing.h"
#include "chainrule/explain/graph_text.h"
#include "chainrule/explain/network_json.h"
#include "chainrule/explain/worked_examples.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/network_drawing.h"
#include "chainrule/session/mixture_member.h"
#include "chainrule/session/worked_model.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

nb::str text_of(std::string_view text) {
  return nb::str(text.data(), text.size());
}

// --- a worked step -----------------------------------------------------------------------------------------

struct Worked {
  WorkedNetwork network;
  std::vector<std::pair<std::string, std::string>> misspelt = {};
  std::optional<Model> mixture = {};  // of which the network is
};

// Nothing unless the network is that of a mixture whose members can be told apart.
std::optional<WorkedVote> vote_of(const Worked& worked, const WorkedStep& step) {
  if (!worked.mixture || !has_separate_members(*worked.mixture)) return std::nullopt;
  return work_vote(*worked.mixture, worked.network, step);
}

struct PageOptions {
  std::string notation = "plain";
  int digits = 6;
  std::optional<std::string> parameter;
  bool is_whole = false;
};

Derivation derivation_of(const Worked& worked, const PageOptions& page) {
  DerivationOptions options{.notation = parse_name<Notation>(page.notation), .digits = page.digits};
  if (page.digits < 1 || page.digits > kAllDigits) {
    throw UsageError({.what = "so many digits cannot be shown",
                      .expected = "1 to " + std::to_string(kAllDigits),
                      .got = std::to_string(page.digits)});
  }
  if (page.parameter) {
    options.parameter =
        find_parameter(*page.parameter, worked.network, OtherNotations::tried, options.notation);
  }
  if (page.is_whole) options.most_equations = options.most_numbers = 0;
  const WorkedStep step = work_step(worked.network);
  Derivation derivation = derive(worked.network, step, options);
  if (page.parameter) return derivation;
  if (const std::optional<WorkedVote> vote = vote_of(worked, step)) {
    const std::vector<DerivationSection> sections = derive_vote(*vote, options);
    derivation.sections.insert(derivation.sections.begin(), sections.begin(), sections.end());
  }
  return derivation;
}

template <typename T>
Worked worked_of_network(const NetworkWithParameters<T>& network, const LossOptions& loss,
                         const Array2<double>& x, const Array2<double>& t) {
  const MatrixView<const double> inputs = view_of<double>(x, "the inputs"),
                                 targets = view_of<double>(t, "the targets");
  if (inputs.rows != targets.rows) {
    throw StateError({.what = "each row of inputs needs its targets",
                      .expected = std::to_string(inputs.rows) + " rows of targets",
                      .got = std::to_string(targets.rows)});
  }
  std::vector<WorkedSample> samples;
  for (std::size_t i = 0; i < inputs.rows; ++i) {
    const std::span<const double> input = inputs.row_span(i), target = targets.row_span(i);
    samples.push_back({.x = {input.begin(), input.end()}, .t = {target.begin(), target.end()}});
  }
  return {make_worked_network(network.description,
                              NumberList(network.values().begin(), network.values().end()), loss,
                              std::move(samples))};
}

Worked worked_of_model(const std::string& model_path, const std::string& data_path,
                       const std::string& labels_path, const std::vector<std::size_t>& rows,
                       std::optional<std::size_t> member) {
  FileSystem& file_system = real_file_system();
  const nb::gil_scoped_release release;
  Model model = load_model(file_system, model_path);
  if (member) model = member_of(model, *member);
  Worked worked;
  worked.network =
      worked_network_of(file_system, model, {.path = data_path, .labels_path = labels_path}, rows);
  if (!model.provenance.mixture.members.empty()) worked.mixture = std::move(model);
  return worked;
}

void bind_worked(nb::module_& module) {
  nb::class_<Worked>(module, "Worked", "A network with parameters and samples, for one step worked by hand.")
      .def_static(
          "example",
          [](const std::string& word) -> Worked {
            for (const WorkedExample& example : worked_examples()) {
              if (example.word == word) return {example.make()};
            }
            throw UsageError({.what = "there is no such example", .got = quoted(word)});
          },
          nb::arg("word"))
      .def_static(
          "from_json",
          [](const std::string& text, const std::string& where) -> Worked {
            NetworkFile file = read_network_json(text, where);
            return {std::move(file.worked), std::move(file.misspelt)};
          },
          nb::arg("text"), nb::arg("where") = "the network")
      .def_static("of_network", &worked_of_network<float>, nb::arg("network"), nb::arg("loss"), nb::arg("x"),
                  nb::arg("targets"))
      .def_static("of_network", &worked_of_network<double>, nb::arg("network"), nb::arg("loss"), nb::arg("x"),
                  nb::arg("targets"))
      .def_static("of_model", &worked_of_model, nb::arg("model_path"), nb::arg("data_path"),
                  nb::arg("labels_path") = "", nb::arg("rows") = std::vector<std::size_t>{1},
                  nb::arg("member") = nb::none())
      .def_prop_ro(
          "misspelt", [](const Worked& worked) { return worked.misspelt; },
          "Keys that were not read, each with the key it resembles.")
      .def_prop_rw(
          "learning_rate", [](const Worked& worked) { return worked.network.eta; },
          [](Worked& worked, double rate) { worked.network.eta = rate; })
      .def_prop_rw(
          "penalty", [](const Worked& worked) { return worked.network.lambda; },
          [](Worked& worked, double lambda) { worked.network.lambda = lambda; })
      .def_prop_rw(
          "decay", [](const Worked& worked) { return worked.network.decay; },
          [](Worked& worked, double decay) { worked.network.decay = decay; })
      .def_prop_rw(
          "reduction",
          [](const Worked& worked) { return std::string(name_of(worked.network.loss.reduction)); },
          [](Worked& worked, const std::string& word) {
            worked.network.loss.reduction = parse_name<Reduction>(word);
          })
      .def("json",
           [](const Worked& worked) {
             const WorkedStep step = work_step(worked.network);
             const std::optional<WorkedVote> vote = vote_of(worked, step);
             return worked_step_json(worked.network, step, vote ? &*vote : nullptr);
           })
      .def(
          "page",
          [](const Worked& worked, const std::string& format, const std::string& notation, int digits,
             std::optional<std::string> parameter, bool is_whole, std::size_t width) {
            const Derivation derivation = derivation_of(worked, {.notation = notation,
                                                                 .digits = digits,
                                                                 .parameter = std::move(parameter),
                                                                 .is_whole = is_whole});
            if (format == "html") return derivation_html(derivation, Face::python);
            if (format == "latex") return derivation_latex(derivation, Face::python);
            return derivation_text(derivation, width, Face::python);
          },
          nb::arg("format"), nb::kw_only(), nb::arg("notation") = "plain", nb::arg("digits") = 6,
          nb::arg("parameter") = nb::none(), nb::arg("is_whole") = false, nb::arg("width") = 100,
          "format: text, html or latex.");
  module.def(
      "worked_examples",
      [] {
        std::vector<std::tuple<std::string, std::string, std::string>> list;
        for (const WorkedExample& example : worked_examples())
          list.emplace_back(example.word, example.description, name_of(example.notation));
        return list;
      },
      "(word, description, notation) of each example.");
}

// --- computational graphs ----------------------------------------------------------------------------------

struct ExpressionRun {
  ExpressionGraph graph;
  GraphRun run;
};

nb::list nodes_of(const ExpressionRun& self) {
  nb::list nodes;
  for (std::size_t i = 0; i < self.graph.nodes.size(); ++i) {
    const GraphNode& node = self.graph.nodes[i];
    nb::list operands, locals;
    for (std::size_t k = 0; k < operands_of(node.gate); ++k) {
      operands.append(node.operands[k]);
      locals.append(self.run.locals[i][k]);
    }
    nb::dict one;
    one["name"] = text_of(node.name);
    one["gate"] = text_of(name_of(node.gate));
    one["formula"] = text_of(formula_of(self.graph, i));
    one["operands"] = operands;
    one["value"] = self.run.values[i];
    one["gradient"] = self.run.gradients[i];
    one["local"] = locals;
    nodes.append(one);
  }
  return nodes;
}

template <typename T>
std::string drawing_of(const NetworkWithParameters<T>& network) {
  Model model;
  model.network = network.description;
  model.parameters = AlignedVector<T>(network.values().begin(), network.values().end());
  return network_drawing(model);
}

void bind_graph(nb::module_& module) {
  nb::class_<ExpressionRun>(module, "ExpressionRun", "An expression as a computational graph, run both ways.")
      .def(
          "__init__",
          [](ExpressionRun* place, const std::string& expression,
             const std::vector<std::pair<std::string, double>>& values) {
            ExpressionGraph graph = parse_expression(expression);
            GraphRun run = run_graph(graph, values);
            new (place) ExpressionRun{std::move(graph), std::move(run)};
          },
          nb::arg("expression"), nb::arg("values"))
      .def_prop_ro("value", [](const ExpressionRun& self) { return self.run.values[self.graph.result()]; })
      .def_prop_ro("nodes", &nodes_of,
                   nb::for_getter(nb::sig("def nodes(self, /) -> list[dict[str, typing.Any]]")),
                   "One dict per node; operands come before the gates that use them.")
      .def(
          "svg",
          [](const ExpressionRun& self, int decimals) { return graph_svg(self.graph, self.run, decimals); },
          nb::arg("decimals") = 2)
      .def(
          "dot",
          [](const ExpressionRun& self, int decimals) { return graph_dot(self.graph, self.run, decimals); },
          nb::arg("decimals") = 2)
      .def(
          "table",
          [](const ExpressionRun& self, int decimals) { return graph_table(self.graph, self.run, decimals); },
          nb::arg("decimals") = 2);
  module.def("network_svg", &drawing_of<float>, nb::arg("network"));
  module.def("network_svg", &drawing_of<double>, nb::arg("network"),
             "A drawing of a network as SVG without a style (io/network_drawing.h names the classes).");
}

// --- lessons -----------------------------------------------------------------------------------------------

void bind_lessons(nb::module_& module) {
  module.def(
      "lessons",
      [](const std::string& language) {
        std::vector<std::tuple<std::string, std::string, std::string>> list;
        for (const Lesson& lesson : all_lessons())
          list.emplace_back(lesson.name, lesson.title.in(parse_name<Language>(language)), lesson.items);
        return list;
      },
      nb::arg("language") = "en", "(name, title, items) of each lesson.");
  module.def(
      "lesson",
      [](const std::string& name, const std::string& language, const std::string& picture,
         std::size_t width) {
        const Lesson& lesson = find_lesson(name);
        const LessonPage page = write_lesson(lesson, parse_name<Language>(language));
        return std::tuple(std::string(lesson.title.in(page.language())), lesson_text(lesson, page, width),
                          lesson_markdown(lesson, page, picture), page.svg());
      },
      nb::arg("name"), nb::arg("language") = "en", nb::arg("picture") = "", nb::arg("width") = 100,
      "(title, text, Markdown, SVG or \"\"). picture: the link in the Markdown.");
}

}  // namespace

void bind_teach(nb::module_& module) {
  bind_worked(module);
  bind_graph(module);
  bind_lessons(module);
}

}  // namespace chainrule::python
