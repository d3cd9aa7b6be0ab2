// The lectures' printed numbers beside the library's, document by document.
//
// A printed number agrees when the exact one, rounded to as many decimals, has the same digits. In document
// 004 most differ for one reason: the author used w_(2,5) = 3 in the forward pass and 2 in the backward pass.
// authors_chain() repeats that mistake, so that its consequences are distinguished from slips of the pen.
#include "chainrule/course/printed_numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <utility>

#include "chainrule/explain/expression_graph.h"
#include "chainrule/explain/worked_examples.h"
#include "chainrule/model/perceptron.h"

namespace chainrule {
namespace {

double number_of(std::string_view printed) {
  const std::optional<double> number = parse_double(printed);
  if (!number)
    throw UsageError({.what = "cannot compare a printed number",
                      .expected = "a decimal number such as -0.53",
                      .got = quoted(printed)});
  return *number;
}

// One number with its verdict.
PrintedNumber compared(std::size_t line, std::string_view quantity, std::string_view printed, double exact,
                       std::string why = "") {
  return {.line = line,
          .quantity = quantity,
          .printed = printed,
          .exact = exact,
          .agreement = agreement_of(printed, exact),
          .why = std::move(why)};
}

// --- 001 ---------------------------------------------------------------------------------------------------

// d result / d input of a graph with one variable, x.
double slope(std::string_view expression, double x) {
  const ExpressionGraph graph = parse_expression(expression);
  const std::pair<std::string, double> values[] = {{"x", x}};
  const GraphRun run = run_graph(graph, values);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].gate == Gate::variable) return run.gradients[i];
  }
  return 0;
}

// The logistic neuron with w = (2, -3, -3), x = (-1, -2), and the greatest slopes.
std::vector<PrintedNumber> numbers_of_001() {
  const ExpressionGraph graph = parse_expression("1/(1+exp(-(w0*x0+w1*x1+w2)))");
  const std::pair<std::string, double> values[] = {{"w0", 2}, {"x0", -1}, {"w1", -3}, {"x1", -2}, {"w2", -3}};
  const GraphRun run = run_graph(graph, values);
  const std::size_t denominator = graph.nodes.back().operands[1];
  return {
      compared(313, "1 + e^-1", "1.37", run.values[denominator]),
      compared(313, "-1/1.37^2 * 1.00", "-0.53", run.gradients[denominator]),
      // Both are greatest at 0.
      compared(646, "greatest σ'(x)", "0.25", slope("sigmoid(x)", 0)),
      compared(646, "greatest tanh'(x)", "1", slope("tanh(x)", 0),
               "so not every derivative is smaller than 1, as line 648 says"),
  };
}

// --- 003 ---------------------------------------------------------------------------------------------------

// E = 1/2 sum (d - o)^2 over the four patterns of XOR, from outputs as they are printed.
double half_squared_errors(const std::array<std::string_view, 4>& printed_outputs) {
  constexpr double kXor[] = {0, 1, 1, 0};
  double sum = 0;
  for (std::size_t p = 0; p < printed_outputs.size(); ++p) {
    const double error = kXor[p] - number_of(printed_outputs[p]);
    sum += error * error;
  }
  return sum / 2;
}

// Three presentations by W + eta (d - sgn(W . X)) X, the threshold first in W, and the errors of XOR.
std::vector<PrintedNumber> numbers_of_003() {
  constexpr double kEta = 0.1;
  Perceptron unit = make_perceptron(3, 1);
  constexpr double kStart[] = {0.5, 1, -1, 0};  // the threshold first
  std::copy(std::begin(kStart), std::end(kStart), unit.weights.row(0));
  const auto present = [&](const std::array<double, 3>& x, double desired) {
    return learn(unit, x, std::array{desired}, kEta);
  };
  const PerceptronStep first = present({1, -2, 0}, -1);
  const PerceptronStep second = present({0, 1.5, -0.5}, -1);
  const PerceptronStep third = present({-1, 1, 0.5}, 1);
  const double *const w1 = first.weights.row(0), *const w2 = second.weights.row(0),
                      *const w3 = third.weights.row(0);
  return {
      compared(235, "W(0)^T X^1", "2.5", first.net[0]),
      compared(239, "W(1), w_0", "0.7", w1[0]),
      compared(239, "W(1), w_1", "0.8", w1[1]),
      compared(239, "W(1), w_2", "-0.6", w1[2]),
      compared(239, "W(1), w_3", "0", w1[3]),
      compared(245, "W(1)^T X^2", "-1.6", second.net[0]),
      compared(249, "W(2), w_0", "0.7", w2[0]),
      compared(249, "W(2), w_1", "0.8", w2[1]),
      compared(249, "W(2), w_2", "-0.6", w2[2]),
      compared(249, "W(2), w_3", "0", w2[3]),
      compared(257, "W(2)^T X^3", "-2.1", third.net[0]),
      compared(263, "W(3), w_0", "0.5", w3[0]),
      compared(263, "W(3), w_1", "0.6", w3[1]),
      compared(263, "W(3), w_2", "-0.4", w3[2]),
      compared(263, "W(3), w_3", "0.1", w3[3]),
      compared(645, "error after 1", "0.5", half_squared_errors({"0.5", "0.5", "0.5", "0.5"})),
      compared(656, "error after 8000", "0.166", half_squared_errors({"0.119", "0.727", "0.734", "0.415"})),
      compared(667, "error after 11050", "0.008", half_squared_errors({"0.05", "0.941", "0.941", "0.078"})),
  };
}

// --- 004 ---------------------------------------------------------------------------------------------------

struct Chain {
  WorkedSampleStep step;
  NumberTable W_new;  // of layer 1
};

// The correct step.
Chain exact_chain() {
  const WorkedStep worked = work_step(example_004());
  return {worked.samples[0], worked.W_new[0]};
}

// Forwards with w_(2,5) = 3, backwards with the printed 2.
Chain authors_chain() {
  const WorkedNetwork printed = example_004();
  WorkedNetwork forward = printed;
  const std::size_t layer_2 = 3 * 2 + 3;
  forward.parameters[layer_2 + 2 * 1 + 1] = 3;  // from neuron 2, the second of its layer, to neuron 5
  Chain chain{work_step(forward).samples[0], {}};
  const NumberList& x = printed.samples[0].x;
  NumberList& delta = chain.step.delta[0];
  for (std::size_t j = 0; j < delta.size(); ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < printed.units(1); ++k)
      sum += printed.weight(1, k, j) * chain.step.delta[1][k];
    delta[j] = chain.step.f_prime[0][j] * sum;
    NumberList row;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double w = printed.weight(0, j, i);
      row.push_back(w - printed.eta * (delta[j] * x[i] + printed.decay * w));
    }
    chain.W_new.push_back(std::move(row));
  }
  return chain;
}

// How many zeros after the point are too many in `printed` to have the size of `meant`; negative for too few.
int zeros_too_many(double printed, double meant) {
  int zeros = 0;
  for (; std::fabs(printed) < std::fabs(meant) / 3; ++zeros)
    printed *= 10;
  for (; std::fabs(printed) > std::fabs(meant) * 3; --zeros)
    printed /= 10;
  return zeros;
}

// Why a number differs: the author's chain alone, or also a misplaced zero. `unchanged` is the part of the
// number that does not depend on delta, 0.9 W: a misplaced zero is in the rest.
std::string reason(const PrintedNumber& number, double unchanged) {
  if (number.agreement_with_authors != Agreement::differs)
    return "follows from w_(2,5) = 3, used forwards only";
  const int zeros = zeros_too_many(number_of(number.printed) - unchanged, *number.authors - unchanged);
  return "w_(2,5) = 3, and " + count_of(static_cast<std::uint64_t>(std::abs(zeros)), "zero") + " too " +
         (zeros > 0 ? "many" : "few") + (unchanged == 0 ? "" : " in the increment");
}

// Which number of a chain: an output, a slope, a delta, or the error that the output sends back to neuron 4 +
// k.
using NumberOfChain = std::function<double(const Chain&)>;

NumberOfChain a(std::size_t l, std::size_t i) {
  return [=](const Chain& c) { return c.step.a[l][i]; };
}
NumberOfChain slope_of(std::size_t l, std::size_t i) {
  return [=](const Chain& c) { return c.step.f_prime[l][i]; };
}
NumberOfChain delta(std::size_t l, std::size_t i) {
  return [=](const Chain& c) { return c.step.delta[l][i]; };
}

// Puts each printed number beside the exact one and the author's own.
class NumbersOf004 {
 public:
  // `unchanged` as for reason().
  void add(std::size_t line, std::string_view quantity, std::string_view printed, const NumberOfChain& of,
           std::string remark = "", double unchanged = 0) {
    PrintedNumber number = compared(line, quantity, printed, of(exact_), std::move(remark));
    number.authors = of(authors_);
    number.agreement_with_authors = agreement_of(printed, *number.authors);
    if (number.agreement == Agreement::differs) number.why = reason(number, unchanged);
    numbers_.push_back(std::move(number));
  }
  void add_weight(std::string_view quantity, std::string_view printed, std::size_t to, std::size_t from) {
    add(
        261, quantity, printed, [=](const Chain& c) { return c.W_new[to][from]; }, "",
        (1 - network_.eta * network_.decay) * network_.weight(0, to, from));
  }
  NumberOfChain back(std::size_t k) const {
    const double w = network_.weight(2, 0, k);
    return [=](const Chain& c) { return w * c.step.delta[2][0]; };
  }
  std::vector<PrintedNumber> take() { return std::move(numbers_); }

 private:
  const WorkedNetwork network_ = example_004();
  const Chain exact_ = exact_chain(), authors_ = authors_chain();
  std::vector<PrintedNumber> numbers_;
};

// Lines 197 to 217: outputs of the hidden layers and of the network.
void add_forward(NumbersOf004& numbers) {
  numbers.add(197, "f_1(z_1)", "0.993307149075715", a(0, 0));
  numbers.add(197, "f_2(z_2)", "0.999876605424014", a(0, 1));
  numbers.add(197, "f_3(z_3)", "0.999954602131298", a(0, 2));
  numbers.add(
      200, "z_4", "5.993092958762325", [](const Chain& c) { return c.step.z[1][0]; },
      "the sum of the three outputs as they are printed, rounded");
  numbers.add(202, "f_4(z_4)", "0.997510281884102", a(1, 0));
  numbers.add(217, "ŷ", "0.997520293823002", a(2, 0));
  numbers.add(217, "y - ŷ", "0.002479706176998", [](const Chain& c) { return 1 - c.step.a[2][0]; });
}

// Lines 227 to 247: slopes and deltas from the output to the second layer.
void add_output_and_second_layer(NumbersOf004& numbers) {
  numbers.add(227, "f_6'(z_6)", "0.002473557234274", slope_of(2, 0));
  numbers.add(229, "δ^(3)", "-0.000006133695153", delta(2, 0));
  numbers.add(237, "f_4'(z_4)", "0.002483519419601", slope_of(1, 0), "from f_4 as it is printed, rounded");
  numbers.add(237, "f_5'(z_5)", "0.000125939063189", slope_of(1, 1));
  numbers.add(237, "1 * δ^(3)", "-0.000006133695153", numbers.back(0));
  numbers.add(237, "3 * δ^(3)", "-0.000018401085459", numbers.back(1));
  numbers.add(237, "δ^(2), neuron 4", "-0.0000000015233151", delta(1, 0));
  numbers.add(237, "δ^(2), neuron 5", "-0.000000002317415", delta(1, 1));
  numbers.add(245, "f_1'(z_1)", "0.006648056670790", slope_of(0, 0));
  numbers.add(245, "f_2'(z_2)", "0.000123379349765", slope_of(0, 1));
  numbers.add(245, "f_3'(z_3)", "0.000045395807735", slope_of(0, 2), "cut off, not rounded");
  numbers.add(247, "δ^(2), neuron 4", "-0.0000000015233151", delta(1, 0));
  numbers.add(247, "δ^(2), neuron 5", "-0.000000002317415", delta(1, 1));
}

// Lines 249 to 265: deltas of the first layer, printed four times with different zeros, and its new weights.
void add_first_layer(NumbersOf004& numbers) {
  // The column has two entries: the second neuron's is missing (E4.6).
  numbers.add(249, "δ^(1), neuron 1", "-0.000000000000147490", delta(0, 0));
  numbers.add(249, "δ^(1), neuron 3", "-0.0000000000001593", delta(0, 2));
  numbers.add(257, "δ^(1), neuron 1", "-0.000000000147490", delta(0, 0));
  numbers.add(257, "δ^(1), neuron 2", "-0.0000000000002451", delta(0, 1));
  numbers.add(257, "δ^(1), neuron 3", "-0.000000000001593", delta(0, 2));
  numbers.add(259, "δ^(1), neuron 1", "-0.000000000147490", delta(0, 0));
  numbers.add(259, "δ^(1), neuron 2", "-0.000000000002451", delta(0, 1));
  numbers.add(259, "δ^(1), neuron 3", "-0.000000000001593", delta(0, 2));
  numbers.add_weight("new w_(x_1,1)", "1.800000000014749", 0, 0);
  numbers.add_weight("new w_(x_2,1)", "0.900000000029498", 0, 1);
  numbers.add_weight("new w_(x_1,2)", "0.90000000000245", 1, 0);
  numbers.add_weight("new w_(x_2,2)", "2.70000000000490", 1, 1);
  numbers.add_weight("new w_(x_1,3)", "2.700000000000159", 2, 0);
  numbers.add_weight("new w_(x_2,3)", "1.80000000000319", 2, 1);
  numbers.add(265, "δ^(1), neuron 1", "-0.00000000147490", delta(0, 0));
  numbers.add(265, "δ^(1), neuron 2", "-0.00000000002451", delta(0, 1));
  numbers.add(265, "δ^(1), neuron 3", "-0.0000000001593", delta(0, 2));
}

std::vector<PrintedNumber> numbers_of_004() {
  NumbersOf004 numbers;
  add_forward(numbers);
  add_output_and_second_layer(numbers);
  add_first_layer(numbers);
  return numbers.take();
}

}  // namespace

Agreement agreement_of(std::string_view printed, double exact) {
  number_of(printed);
  const std::size_t point = printed.find('.');
  const std::size_t decimals = point == std::string_view::npos ? 0 : printed.size() - point - 1;
  // Both as integers, in units of the last printed digit.
  const auto units_of = [](std::string_view text) {
    std::string digits;
    for (const char c : text) {
      if (c != '.') digits += c;
    }
    return parse_integer(digits);
  };
  const std::optional<std::int64_t> printed_units = units_of(printed);
  if (!printed_units)
    throw UsageError({.what = "cannot compare a printed number",
                      .expected = "at most 18 digits and no exponent",
                      .got = quoted(printed)});
  std::array<char, 512> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), exact,
                                          std::chars_format::fixed, static_cast<int>(decimals));
  // Longer than any printed number, or infinite.
  if (error != std::errc{}) return Agreement::differs;
  const std::optional<std::int64_t> units = units_of({text.data(), end});
  if (!units) return Agreement::differs;
  const std::int64_t apart = *units > *printed_units ? *units - *printed_units : *printed_units - *units;
  return apart == 0 ? Agreement::agrees : apart == 1 ? Agreement::one_unit_off : Agreement::differs;
}

std::vector<PrintedNumber> printed_numbers(Document document) {
  switch (document) {
    case Document::s000:
    case Document::s002:
      return {};
    case Document::s001:
      return numbers_of_001();
    case Document::s003:
      return numbers_of_003();
    case Document::s004:
      return numbers_of_004();
  }
  return {};
}

}  // namespace chainrule
