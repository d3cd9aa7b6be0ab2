#include "chainrule/course/lesson.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/course/activation_lessons.h"
#include "chainrule/course/bp_lessons.h"
#include "chainrule/course/design_lessons.h"
#include "chainrule/course/graph_lessons.h"
#include "chainrule/course/network_lessons.h"
#include "chainrule/course/perceptron_lessons.h"
#include "chainrule/course/threshold_network_lessons.h"

namespace chainrule {
namespace {

constexpr Lesson kLessons[] = {
    {"gates",
     {"Gates from one neuron", "一个神经元构成的逻辑门"},
     "S1.3 S1.4 S3.6 S3.10 S3.11",
     write_gates_lesson},
    {"perceptron-rule",
     {"The perceptron learns", "感知器的学习"},
     "S3.3-S3.5 S3.7-S3.9 S3.12-S3.15",
     write_perceptron_rule_lesson},
    {"xor-limit", {"What one layer cannot do: XOR", "单层做不到的事：异或"}, "S3.16", write_xor_limit_lesson},
    {"xor-two-layer",
     {"XOR with two layers", "两层感知器实现异或"},
     "S3.17 S3.18",
     write_xor_two_layer_lesson},
    {"decision-regions",
     {"The shapes of decision regions", "判决区域的形状"},
     "S3.19 E3.9",
     write_decision_regions_lesson},
    {"activations",
     {"Activation functions and their slopes", "激活函数及其斜率"},
     "S1.5-S1.14 S3.24-S3.25 E1.3-E1.4 E1.18",
     write_activations_lesson},
    {"graph-xyz", {"A computational graph: (x + y) z", "计算图：(x + y) z"}, "S3.20", write_graph_xyz_lesson},
    {"graph-sigmoid",
     {"A logistic neuron, gate by gate", "逐门计算一个逻辑斯谛神经元"},
     "S1.38-S1.40 E1.11-E1.12",
     write_graph_sigmoid_lesson},
    {"bp-3-3-2",
     {"Back-propagation, unit by unit", "逐个神经元的反向传播"},
     "S0.1-S0.19 S1.36 S1.37 S1.41-S1.48 S1.55-S1.58 E0.3 E0.4",
     write_bp_3_3_2_lesson},
    {"bp-matrix",
     {"Back-propagation in matrices", "矩阵形式的反向传播"},
     "S1.22-S1.24 S1.49-S1.53 S2.1-S2.16 E2.2 E2.6 E2.10",
     write_bp_matrix_lesson},
    {"bp-2-3-2-1",
     {"The worked example, digit by digit", "逐位核对的算例"},
     "S4.1-S4.21 E4.2-E4.9",
     write_bp_2_3_2_1_lesson},
    {"xor-by-bp",
     {"XOR by back-propagation", "用反向传播学习异或"},
     "S3.21-S3.34 E3.14",
     write_xor_by_bp_lesson},
    {"two-moons",
     {"Two moons: tanh, softmax and batches", "双月：tanh、softmax 与成批训练"},
     "S3.35-S3.38 E3.15-E3.17",
     write_two_moons_lesson},
    {"universal-approximation",
     {"One hidden layer is enough, if it is wide", "足够宽的一个隐层就够了"},
     "S1.20 S1.26-S1.27 E1.7-E1.8",
     write_universal_approximation_lesson},
    {"architecture-sweep",
     {"How deep and how wide", "多深、多宽"},
     "S1.15 S1.16 S1.21 S1.25 S1.29 S1.32",
     write_architecture_sweep_lesson},
    {"first-weights",
     {"Why weights must not start alike", "权值为什么不能相同地开始"},
     "S1.54 E1.15",
     write_first_weights_lesson},
    {"vanishing-gradient",
     {"The gradient that vanishes in deep networks", "深层网络中消失的梯度"},
     "S1.59-S1.60 E1.18-E1.21",
     write_vanishing_gradient_lesson},
    {"regularisation",
     {"A price on large weights", "给大的权值加上代价"},
     "S1.33-S1.34",
     write_regularisation_lesson},
    {"rbf", {"Radial basis functions", "径向基函数网络"}, "S3.1 E3.19", write_rbf_lesson},
    {"hopfield", {"Feedback: a Hopfield network", "反馈网络：Hopfield 网络"}, "S1.17", write_hopfield_lesson},
    {"graph-network", {"A layer on a graph", "图上的一层网络"}, "S1.18", write_graph_network_lesson},
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
