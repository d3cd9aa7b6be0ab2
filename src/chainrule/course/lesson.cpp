// The table of lessons: name, title, items of docs/seeds.md, and the function that writes it.
//
// The order is that of a course: one neuron, one layer, several layers; activations and graphs;
// back-propagation; design and training; last the networks without layers of weighted sums.
#include "chainrule/course/lesson.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/course/activation_lessons.h"
#include "chainrule/course/bp_lessons.h"
#include "chainrule/course/design_lessons.h"
#include "chainrule/course/graph_lessons.h"
#include "chainrule/course/network_lessons.h"
#include "chainrule/course/perceptron_lessons.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/threshold_network_lessons.h"
#include "chainrule/course/training_lessons.h"

namespace chainrule {
namespace {

constexpr Lesson kLessons[] = {
    // Documents 001 and 003: the neuron of McCulloch and Pitts as a logic gate, and the line that a gate
    // draws.
    {"gates", "gates.title"_text, "S1.3 S1.4 S3.6 S3.10 S3.11", write_gates_lesson},
    // Document 003: Rosenblatt's rule on the lecture's three samples, and the bound on its corrections.
    {"perceptron-rule", "perceptron-rule.title"_text, "S3.3-S3.5 S3.7-S3.9 S3.12-S3.15",
     write_perceptron_rule_lesson},
    // Document 003: the rule on XOR repeats its weights, which proves that no line separates XOR.
    {"xor-limit", "xor-limit.title"_text, "S3.16", write_xor_limit_lesson},
    // Document 003: XOR from two hidden threshold units, and the codes of the hidden layer.
    {"xor-two-layer", "xor-two-layer.title"_text, "S3.17 S3.18", write_xor_two_layer_lesson},
    // Document 003: its table of regions by depth, with a counterexample to the convex row (E3.9).
    {"decision-regions", "decision-regions.title"_text, "S3.19 E3.9", write_decision_regions_lesson},
    // Documents 001 and 003: f and f' of the lectures' activation functions at seven points.
    {"activations", "activations.title"_text, "S1.5-S1.14 S3.24-S3.25 E1.3-E1.4 E1.18",
     write_activations_lesson},
    // Document 003: a graph of two gates, with every product of the chain rule in full.
    {"graph-xyz", "graph-xyz.title"_text, "S3.20", write_graph_xyz_lesson},
    // Document 001: the logistic neuron of the slides, gate by gate and with its last four gates as one.
    {"graph-sigmoid", "graph-sigmoid.title"_text, "S1.38-S1.40 E1.11-E1.12", write_graph_sigmoid_lesson},
    // Document 000: every delta and weight by name. Document 001: the same network trained on four samples.
    {"bp-3-3-2", "bp-3-3-2.title"_text, "S0.1-S0.19 S1.36 S1.37 S1.41-S1.48 S1.55-S1.58 E0.3 E0.4",
     write_bp_3_3_2_lesson},
    // Documents 001 and 002: the equations BP-1 to BP-4 in matrices, and one weight in every notation.
    {"bp-matrix", "bp-matrix.title"_text, "S1.22-S1.24 S1.49-S1.53 S2.1-S2.16 E2.2 E2.6 E2.10",
     write_bp_matrix_lesson},
    // Document 004: its printed numbers beside exact ones, and the slip that explains most differences.
    {"bp-2-3-2-1", "bp-2-3-2-1.title"_text, "S4.1-S4.21 E4.2-E4.9", write_bp_2_3_2_1_lesson},
    // Document 003: outputs and errors of XOR at iterations 1, 8000 and 11050, and the open questions.
    {"xor-by-bp", "xor-by-bp.title"_text, "S3.21-S3.34 E3.14", write_xor_by_bp_lesson},
    // Document 003: the softmax network of its program, trained in batches, and three slips in its gradients.
    {"two-moons", "two-moons.title"_text, "S3.35-S3.38 E3.15-E3.17", write_two_moons_lesson},
    // Document 001: the theorem, a network built by hand, and networks that training finds.
    {"universal-approximation", "universal-approximation.title"_text, "S1.20 S1.26-S1.27 E1.7-E1.8",
     write_universal_approximation_lesson},
    // Document 001: depth times width on three spirals, and a network's links as a graph.
    {"architecture-sweep", "architecture-sweep.title"_text, "S1.15 S1.16 S1.21 S1.25 S1.29 S1.32",
     write_architecture_sweep_lesson},
    // Document 001: hidden units with equal weights stay equal, and zero weights pass no delta down.
    {"first-weights", "first-weights.title"_text, "S1.54 E1.15", write_first_weights_lesson},
    // Document 001: the delta in chains of twelve units, and deep networks that do and do not learn.
    {"vanishing-gradient", "vanishing-gradient.title"_text, "S1.59-S1.60 E1.18-E1.21",
     write_vanishing_gradient_lesson},
    // Document 001: the structural risk, one step with its penalty, and six penalties compared.
    {"regularisation", "regularisation.title"_text, "S1.33-S1.34", write_regularisation_lesson},
    // Document 003 only names these networks: XOR by two functions, and the number of centres for a noisy
    // curve.
    {"rbf", "rbf.title"_text, "S3.1 E3.19", write_rbf_lesson},
    // Document 001 only names feedback networks: stored patterns recalled from damaged ones.
    {"hopfield", "hopfield.title"_text, "S1.17", write_hopfield_lesson},
    // Document 001 only names graph networks: one layer forwards and backwards, checked by differences.
    {"graph-network", "graph-network.title"_text, "S1.18", write_graph_network_lesson},
};

}  // namespace

std::span<const Lesson> all_lessons() {
  return kLessons;
}

const Lesson& find_lesson(std::string_view name) {
  std::vector<std::string> names;
  for (const Lesson& lesson : kLessons) {
    if (lesson.name == name) return lesson;
    names.emplace_back(lesson.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError({.what = "no such lesson",
                    .expected = join(names, ", "),
                    .got = quoted(name),
                    .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
}

LessonPage write_lesson(const Lesson& lesson, Language language) {
  LessonPage page(language);
  lesson.write(page);
  return page;
}

}  // namespace chainrule
