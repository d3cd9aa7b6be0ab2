#include "chainrule/explain/expression_graph.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/elementary.h"

namespace chainrule {
namespace {

constexpr Gate kFunctions[] = {Gate::exp,  Gate::log,     Gate::sin,  Gate::cos,
                               Gate::tanh, Gate::sigmoid, Gate::relu, Gate::max};

std::optional<Gate> function_named(std::string_view name) {
  for (const Gate gate : kFunctions) {
    if (name_of(gate) == name) return gate;
  }
  return std::nullopt;
}

// --- words of an expression --------------------------------------------------------------------------------

enum class TokenKind { number, name, sign, open, close, comma, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  std::size_t column = 1;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

[[noreturn]] void refuse(std::string_view expression, const Token& token, std::string what,
                         std::string expected, std::string advice = {}) {
  throw UsageError({.what = std::move(what),
                    .where = "column " + std::to_string(token.column) + " of " + quoted(expression),
                    .expected = std::move(expected),
                    .got = token.kind == TokenKind::end ? "the end of the expression" : quoted(token.text),
                    .advice = std::move(advice)});
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
    if (at_ == text_.size()) return {.column = text_.size() + 1};
    const std::size_t start = at_;
    const char c = text_[at_];
    if (is_digit(c) || c == '.') return take(start, end_of_number(), TokenKind::number);
    if (is_letter(c)) {
      std::size_t end = at_ + 1;
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end])))
        ++end;
      return take(start, end, TokenKind::name);
    }
    if (c == '(') return take(start, start + 1, TokenKind::open);
    if (c == ')') return take(start, start + 1, TokenKind::close);
    if (c == ',') return take(start, start + 1, TokenKind::comma);
    if (std::string_view("+-*/^").find(c) != std::string_view::npos)
      return take(start, start + 1, TokenKind::sign);
    // A whole character of UTF-8, so that the message shows it.
    std::size_t end = start + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80)
      ++end;
    refuse(text_, take(start, end, TokenKind::sign), "a character that means nothing here",
           "numbers, names, + - * / ^ ( ) and functions");
  }

 private:
  std::size_t end_of_number() const {
    std::size_t end = at_;
    const auto digits = [&] {
      while (end < text_.size() && is_digit(text_[end]))
        ++end;
    };
    digits();
    if (end < text_.size() && text_[end] == '.') {
      ++end;
      digits();
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && is_digit(text_[exponent])) {
        end = exponent;
        digits();
      }
    }
    return end;
  }

  Token take(std::size_t start, std::size_t end, TokenKind kind) {
    at_ = end;
    return {.kind = kind, .text = text_.substr(start, end - start), .column = start + 1};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// --- from words to nodes: two stacks, so that no depth of parentheses can exhaust the program's own ---------

// What waits for its right operand or its closing parenthesis.
struct Pending {
  enum class Kind { sign, parenthesis, call } kind = Kind::sign;
  Gate gate = Gate::add;
  Token token;
  std::size_t arguments = 1;  // call: so far
};

int strength(Gate gate) {
  switch (gate) {
    case Gate::power:
      return 4;
    case Gate::negate:
      return 3;
    case Gate::multiply:
    case Gate::divide:
      return 2;
    default:
      return 1;
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) { graph_.expression = text; }

  ExpressionGraph parse() {
    token_ = lexer_.next();
    for (;;) {
      while (!take_operand()) {
      }
      if (!take_operators()) break;
    }
    name_gates();
    return std::move(graph_);
  }

 private:
  // One word where an operand is due; true when it was one.
  bool take_operand() {
    const Token token = token_;
    switch (token.kind) {
      case TokenKind::number: {
        const std::optional<double> number = parse_double(token.text);
        if (!number) refuse(text_, token, "not a number", "digits, such as 1, 0.5 or 2e-3");
        if (!std::isfinite(*number))
          refuse(text_, token, "a number beyond the range of double", "at most 1.8e308");
        operands_.push_back(node({.gate = Gate::number, .number = *number, .column = token.column}));
        break;
      }
      case TokenKind::name: {
        token_ = lexer_.next();
        if (token_.kind != TokenKind::open) {
          if (const std::optional<Gate> gate = function_named(token.text)) {
            refuse(text_, token_, "the function " + quoted(token.text) + " needs its argument in parentheses",
                   std::string(token.text) + "(...)");
          }
          operands_.push_back(
              node({.gate = Gate::variable, .name = std::string(token.text), .column = token.column}));
          return true;
        }
        const std::optional<Gate> gate = function_named(token.text);
        if (!gate) refuse_function(token);
        pending_.push_back({.kind = Pending::Kind::call, .gate = *gate, .token = token});
        token_ = lexer_.next();
        return false;
      }
      case TokenKind::open:
        pending_.push_back({.kind = Pending::Kind::parenthesis, .token = token});
        token_ = lexer_.next();
        return false;
      case TokenKind::sign:
        if (token.text == "-" || token.text == "+") {
          if (token.text == "-") pending_.push_back({.gate = Gate::negate, .token = token});
          token_ = lexer_.next();
          return false;
        }
        [[fallthrough]];
      case TokenKind::close:
      case TokenKind::comma:
      case TokenKind::end:
        refuse(text_, token, "a value is missing", "a number, a name, a function or (");
    }
    token_ = lexer_.next();
    return true;
  }

  // The words behind an operand up to the next place for one; false at the end.
  bool take_operators() {
    for (;;) {
      const Token token = token_;
      switch (token.kind) {
        case TokenKind::sign: {
          const Gate gate = token.text == "+"   ? Gate::add
                            : token.text == "-" ? Gate::subtract
                            : token.text == "*" ? Gate::multiply
                            : token.text == "/" ? Gate::divide
                                                : Gate::power;
          // a - b - c from the left, a ^ b ^ c from the right.
          while (!pending_.empty() && pending_.back().kind == Pending::Kind::sign &&
                 (strength(pending_.back().gate) > strength(gate) ||
                  (strength(pending_.back().gate) == strength(gate) && gate != Gate::power))) {
            close_sign();
          }
          pending_.push_back({.gate = gate, .token = token});
          token_ = lexer_.next();
          return true;
        }
        case TokenKind::comma:
          close_signs();
          if (pending_.empty() || pending_.back().kind != Pending::Kind::call) {
            refuse(text_, token, "a comma outside a function's parentheses", "an operator or the end");
          }
          if (++pending_.back().arguments > operands_of(pending_.back().gate)) {
            refuse(text_, token, "too many arguments for " + quoted(pending_.back().token.text),
                   count_of(operands_of(pending_.back().gate), "argument"));
          }
          token_ = lexer_.next();
          return true;
        case TokenKind::close:
          close_signs();
          if (pending_.empty()) refuse(text_, token, "a ) without its (", "an operator or the end");
          close_parenthesis(token);
          token_ = lexer_.next();
          continue;
        case TokenKind::end:
          close_signs();
          if (!pending_.empty()) {
            refuse(text_, token,
                   "a ( that is not closed, opened at column " + std::to_string(pending_.back().token.column),
                   ")");
          }
          return false;
        case TokenKind::number:
        case TokenKind::name:
        case TokenKind::open:
          refuse(text_, token, "two values side by side", "an operator between them, such as *");
      }
    }
  }

  void close_sign() {
    const Pending sign = pending_.back();
    pending_.pop_back();
    const std::size_t right = operands_.back();
    operands_.pop_back();
    if (sign.gate == Gate::negate) {
      // -2 is a number, not a gate.
      if (graph_.nodes[right].gate == Gate::number) {
        operands_.push_back(
            node({.gate = Gate::number, .number = -graph_.nodes[right].number, .column = sign.token.column}));
      } else {
        operands_.push_back(
            node({.gate = Gate::negate, .operands = {right, kNoNode}, .column = sign.token.column}));
      }
      return;
    }
    const std::size_t left = operands_.back();
    operands_.back() = node({.gate = sign.gate, .operands = {left, right}, .column = sign.token.column});
  }

  void close_signs() {
    while (!pending_.empty() && pending_.back().kind == Pending::Kind::sign)
      close_sign();
  }

  void close_parenthesis(const Token& token) {
    const Pending opened = pending_.back();
    pending_.pop_back();
    if (opened.kind == Pending::Kind::parenthesis) return;
    const std::size_t wanted = operands_of(opened.gate);
    if (opened.arguments < wanted) {
      refuse(text_, token, "too few arguments for " + quoted(opened.token.text),
             count_of(wanted, "argument"));
    }
    GraphNode gate{.gate = opened.gate, .column = opened.token.column};
    for (std::size_t i = wanted; i-- > 0;) {
      gate.operands[i] = operands_.back();
      operands_.pop_back();
    }
    operands_.push_back(node(std::move(gate)));
  }

  [[noreturn]] void refuse_function(const Token& token) const {
    std::vector<std::string> known;
    for (const Gate gate : kFunctions)
      known.emplace_back(name_of(gate));
    const std::string nearest = nearest_name(token.text, known);
    refuse(text_, token, "an unknown function", "one of " + join(known, ", "),
           nearest.empty() ? "write * between a name and a parenthesis"
                           : "did you mean " + quoted(nearest) + "?");
  }

  // The node with these operands: the one that is there, or a new one.
  std::size_t node(GraphNode wanted) {
    const auto key = std::make_tuple(wanted.gate, wanted.operands,
                                     std::bit_cast<std::uint64_t>(wanted.number), wanted.name);
    const auto [found, is_new] = known_.try_emplace(key, graph_.nodes.size());
    if (is_new) graph_.nodes.push_back(std::move(wanted));
    return found->second;
  }

  // Numbers that only lent their sign away are left out; the result stands last; gates get names no variable has.
  void name_gates() {
    std::vector<GraphNode>& nodes = graph_.nodes;
    const std::size_t result = operands_.back();
    std::vector<char> is_used(nodes.size(), 0);
    is_used[result] = 1;
    for (std::size_t i = nodes.size(); i-- > 0;) {
      for (const std::size_t operand : nodes[i].operands) {
        if (is_used[i] != 0 && operand != kNoNode) is_used[operand] = 1;
      }
    }
    std::vector<std::size_t> place(nodes.size(), kNoNode);
    std::vector<GraphNode> kept;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (is_used[i] == 0) continue;
      place[i] = kept.size();
      for (std::size_t& operand : nodes[i].operands) {
        if (operand != kNoNode) operand = place[operand];
      }
      kept.push_back(std::move(nodes[i]));
    }
    nodes = std::move(kept);
    const std::vector<std::string> variables = graph_.variables();
    const auto is_free = [&](const std::string& name) {
      return std::find(variables.begin(), variables.end(), name) == variables.end();
    };
    std::string letter = "n";
    while (std::any_of(variables.begin(), variables.end(), [&](const std::string& v) {
      return v.starts_with(letter) && v.find_first_not_of("0123456789", letter.size()) == std::string::npos;
    })) {
      letter += "n";
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (operands_of(nodes[i].gate) == 0) continue;
      nodes[i].name = i == graph_.result() && is_free("f") ? "f" : letter + std::to_string(++count);
    }
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  ExpressionGraph graph_;
  std::vector<std::size_t> operands_;
  std::vector<Pending> pending_;
  std::map<std::tuple<Gate, std::array<std::size_t, 2>, std::uint64_t, std::string>, std::size_t> known_;
};

// --- running ------------------------------------------------------------------------------------------------

[[noreturn]] void refuse_value(const ExpressionGraph& graph, std::size_t node, std::string what,
                               std::string got, std::string advice) {
  const GraphNode& at = graph.nodes[node];
  throw NonFiniteError(
      {.what = std::move(what),
       .where = "node " + at.name + " = " + formula_of(graph, node) + ", column " + std::to_string(at.column),
       .got = std::move(got),
       .advice = std::move(advice)});
}

// x^y for any x where it is a real number: whole y also for x < 0.
std::optional<double> real_power(double x, double y) {
  if (x > 0 || (x == 0 && y >= 0)) return elementary::power(x, y);
  const bool is_whole = y == std::floor(y);
  if (x == 0 || !is_whole) return std::nullopt;
  const double magnitude = elementary::power(-x, y);
  const bool is_odd = std::fabs(y) < 0x1p53 && std::fmod(y, 2) != 0;
  return is_odd ? -magnitude : magnitude;
}

double value_of(const ExpressionGraph& graph, std::size_t i, double x, double y) {
  switch (graph.nodes[i].gate) {
    case Gate::number:
    case Gate::variable:
      break;
    case Gate::negate:
      return -x;
    case Gate::add:
      return x + y;
    case Gate::subtract:
      return x - y;
    case Gate::multiply:
      return x * y;
    case Gate::divide:
      if (y == 0) {
        refuse_value(graph, i, "division by zero", format_number(x) + " / 0",
                     "give other values to the variables");
      }
      return x / y;
    case Gate::power:
      if (const std::optional<double> power = real_power(x, y)) return *power;
      refuse_value(graph, i, "a power that is no real number", format_number(x) + " ^ " + format_number(y),
                   "a positive base, or a whole exponent");
    case Gate::exp:
      return elementary::exp(x);
    case Gate::log:
      if (!(x > 0)) {
        refuse_value(graph, i, "the logarithm of a number that is not positive",
                     "log(" + format_number(x) + ")", "give other values to the variables");
      }
      return elementary::log(x);
    case Gate::sin:
      return elementary::sin(x);
    case Gate::cos:
      return elementary::cos(x);
    case Gate::tanh:
      return elementary::tanh(x);
    case Gate::sigmoid:
      return elementary::logistic(x);
    case Gate::relu:
      return x > 0 ? x : 0;
    case Gate::max:
      return x >= y ? x : y;
  }
  return 0;
}

bool is_number(const ExpressionGraph& graph, std::size_t node) {
  return node != kNoNode && graph.nodes[node].gate == Gate::number;
}

std::array<double, 2> locals_of(const ExpressionGraph& graph, std::size_t i, double x, double y,
                                double value) {
  switch (graph.nodes[i].gate) {
    case Gate::number:
    case Gate::variable:
      return {0, 0};
    case Gate::negate:
      return {-1, 0};
    case Gate::add:
      return {1, 1};
    case Gate::subtract:
      return {1, -1};
    case Gate::multiply:
      return {y, x};
    case Gate::divide:
      return {1 / y, -x / (y * y)};
    case Gate::power: {
      std::array<double, 2> locals = {0, 0};
      if (!is_number(graph, graph.nodes[i].operands[0]) && y != 0) {
        const std::optional<double> below = real_power(x, y - 1);
        if (!below) {
          refuse_value(graph, i, "a power without a derivative here",
                       format_number(x) + " ^ " + format_number(y), "another base");
        }
        locals[0] = y * *below;
      }
      if (!is_number(graph, graph.nodes[i].operands[1])) {
        if (x < 0 || (x == 0 && y <= 0)) {
          refuse_value(graph, i, "a power without a derivative by its exponent",
                       format_number(x) + " ^ " + format_number(y), "a positive base");
        }
        locals[1] = x == 0 ? 0 : value * elementary::log(x);
      }
      return locals;
    }
    case Gate::exp:
      return {value, 0};
    case Gate::log:
      return {1 / x, 0};
    case Gate::sin:
      return {elementary::cos(x), 0};
    case Gate::cos:
      return {-elementary::sin(x), 0};
    case Gate::tanh:
      return {1 - value * value, 0};
    case Gate::sigmoid:
      return {value * (1 - value), 0};
    case Gate::relu:
      return {x > 0 ? 1.0 : 0.0, 0};
    case Gate::max:
      return {x >= y ? 1.0 : 0.0, x >= y ? 0.0 : 1.0};
  }
  return {0, 0};
}

std::vector<double> values_of_variables(const ExpressionGraph& graph,
                                        std::span<const std::pair<std::string, double>> given) {
  std::map<std::string_view, double> values;
  const std::vector<std::string> variables = graph.variables();
  for (const auto& [name, value] : given) {
    if (std::find(variables.begin(), variables.end(), name) == variables.end()) {
      const std::string nearest = nearest_name(name, variables);
      throw UsageError(
          {.what = "a value for a name that is not in the expression",
           .where = quoted(graph.expression),
           .expected = variables.empty() ? "no values, for it has no variables" : join(variables, ", "),
           .got = quoted(name),
           .advice = nearest.empty() ? "" : "did you mean " + quoted(nearest) + "?"});
    }
    if (!std::isfinite(value)) {
      throw UsageError(
          {.what = "a value that is not finite", .where = quoted(name), .got = format_number(value)});
    }
    if (!values.emplace(name, value).second)
      throw UsageError({.what = "two values for one name", .got = quoted(name)});
  }
  std::vector<std::string> missing;
  for (const std::string& name : variables) {
    if (!values.contains(name)) missing.push_back(name + "=...");
  }
  if (!missing.empty()) {
    throw UsageError({.what = "a variable has no value",
                      .where = quoted(graph.expression),
                      .expected = "a value for each of " + join(variables, ", "),
                      .advice = "add " + join(missing, " ")});
  }
  std::vector<double> numbers(graph.nodes.size(), 0);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    if (node.gate == Gate::variable) numbers[i] = values.at(node.name);
    if (node.gate == Gate::number) numbers[i] = node.number;
  }
  return numbers;
}

}  // namespace

std::size_t operands_of(Gate gate) {
  switch (gate) {
    case Gate::number:
    case Gate::variable:
      return 0;
    case Gate::add:
    case Gate::subtract:
    case Gate::multiply:
    case Gate::divide:
    case Gate::power:
    case Gate::max:
      return 2;
    default:
      return 1;
  }
}

std::vector<std::string> ExpressionGraph::variables() const {
  std::vector<std::string> names;
  for (const GraphNode& node : nodes) {
    if (node.gate == Gate::variable) names.push_back(node.name);
  }
  return names;
}

ExpressionGraph parse_expression(std::string_view text) {
  return Parser(text).parse();
}

GraphRun run_graph(const ExpressionGraph& graph, std::span<const std::pair<std::string, double>> values) {
  GraphRun run{.values = values_of_variables(graph, values),
               .gradients = std::vector<double>(graph.nodes.size(), 0),
               .locals = std::vector<std::array<double, 2>>(graph.nodes.size())};
  const auto operand = [&](std::size_t i, std::size_t k) {
    const std::size_t node = graph.nodes[i].operands[k];
    return node == kNoNode ? 0 : run.values[node];
  };
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (operands_of(graph.nodes[i].gate) == 0) continue;
    run.values[i] = value_of(graph, i, operand(i, 0), operand(i, 1));
    if (!std::isfinite(run.values[i])) {
      refuse_value(graph, i, "overflow: a value beyond the range of double", format_number(run.values[i]),
                   "give smaller values to the variables");
    }
  }
  run.gradients[graph.result()] = 1;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    run.locals[i] = locals_of(graph, i, operand(i, 0), operand(i, 1), run.values[i]);
    for (std::size_t k = 0; k < operands_of(graph.nodes[i].gate); ++k) {
      double& below = run.gradients[graph.nodes[i].operands[k]];
      below += run.gradients[i] * run.locals[i][k];
      if (std::isfinite(below)) continue;
      refuse_value(graph, i, "overflow: a derivative beyond the range of double", format_number(below),
                   "give other values to the variables");
    }
  }
  return run;
}

std::string formula_of(const ExpressionGraph& graph, std::size_t node) {
  const GraphNode& at = graph.nodes[node];
  const auto name = [&](std::size_t k) {
    const GraphNode& operand = graph.nodes[at.operands[k]];
    if (operand.gate != Gate::number) return operand.name;
    const std::string number = format_number(operand.number);
    return operand.number < 0 ? "(" + number + ")" : number;
  };
  const auto infix = [&](std::string_view sign) { return name(0) + " " + std::string(sign) + " " + name(1); };
  switch (at.gate) {
    case Gate::number:
      return format_number(at.number);
    case Gate::variable:
      return at.name;
    case Gate::negate:
      return "-" + name(0);
    case Gate::add:
      return infix("+");
    case Gate::subtract:
      return infix("-");
    case Gate::multiply:
      return infix("*");
    case Gate::divide:
      return infix("/");
    case Gate::power:
      return infix("^");
    case Gate::max:
      return "max(" + name(0) + ", " + name(1) + ")";
    default:
      return std::string(name_of(at.gate)) + "(" + name(0) + ")";
  }
}

}  // namespace chainrule
