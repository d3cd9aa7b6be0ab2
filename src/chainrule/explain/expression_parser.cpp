// Reads an expression into a computational graph (Dijkstra's shunting yard).
//
//   tokens    numbers, names, operators, parentheses, commas       Lexer
//   nodes     two stacks: finished operands (operands_), waiting operators and parentheses (pending_)
//
// An operator waits until a weaker one follows: "a + b * c ^ d" puts ^, then *, then + on the graph. The
// strengths, from the weakest: + and -, * and /, unary -, ^. There are two stacks instead of recursion, so no
// depth of parentheses can exhaust the program's own stack. The graph grows from the operands up, which is
// the order in which it runs.
//
// Equal sub-expressions are one node: (x + y) * (x + y) has one addition, used twice.
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/explain/expression_graph.h"

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

// --- tokens of an expression -------------------------------------------------------------------------------

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
  throw UsageError(
      {.what = std::move(what),
       .where = "column " + std::to_string(token.column) + " of " + quoted(expression),
       .expected = std::move(expected),
       .got = token.kind == TokenKind::end ? "the end of the expression" : quoted(token.text),
       .advice = advice.empty() ? "write it like (x + y) * z or 1/(1 + exp(-w*x))" : std::move(advice)});
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
    refuse(text_, take(start, end, TokenKind::sign), "an unexpected character",
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

// --- from tokens to nodes ----------------------------------------------------------------------------------

// An operator that waits for its right operand, or an opening parenthesis that waits for the closing one.
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
  // Reads one token where an operand is expected; true if it was an operand.
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

  // Reads the tokens after an operand up to the next operand's place; false at the end.
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
          // a - b - c groups from the left, a ^ b ^ c from the right.
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

  // The node with these operands: the existing one, or a new one.
  std::size_t node(GraphNode wanted) {
    const auto key = std::make_tuple(wanted.gate, wanted.operands,
                                     std::bit_cast<std::uint64_t>(wanted.number), wanted.name);
    const auto [found, is_new] = known_.try_emplace(key, graph_.nodes.size());
    if (is_new) graph_.nodes.push_back(std::move(wanted));
    return found->second;
  }

  // Numbers that were replaced by their negatives are left out; the result is last; gates get names that no
  // variable has.
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

}  // namespace

ExpressionGraph parse_expression(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace chainrule
