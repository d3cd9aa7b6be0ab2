#include "chainrule/course/errata.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "chainrule/explain/network_json.h"
#include "chainrule/explain/worked_examples.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::worked_examples;

const Erratum& erratum(const std::string& id) {
  for (const EnumName<Document>& document : EnumNames<Document>::table) {
    for (const Erratum& candidate : errata_of(document.value)) {
      if (candidate.id == id) return candidate;
    }
  }
  throw std::out_of_range(id);
}

// "137, 139-141" -> 137, 139, 140, 141
std::vector<std::int64_t> lines_of(std::string_view text) {
  std::vector<std::int64_t> lines;
  if (text.empty()) return lines;
  for (const std::string& part : split_text(text, ',')) {
    const std::vector<std::string> ends = split_text(trim(part), '-');
    const std::int64_t first = parse_integer(ends.front()).value_or(-1);
    const std::int64_t last = parse_integer(ends.back()).value_or(-1);
    EXPECT_TRUE(first > 0 && first <= last && ends.size() <= 2) << text;
    for (std::int64_t line = first; line <= last; ++line)
      lines.push_back(line);
  }
  return lines;
}

bool contains(std::string_view text, const std::string& part) {
  return text.find(part) != std::string_view::npos;
}

std::string digits(double value, int count) {
  return format_significant(value, count);
}

TEST(Errata, AreTheSeventyEightOfTheFiveDocumentsInOrder) {
  constexpr std::size_t kCounts[] = {11, 22, 12, 20, 13};
  std::size_t total = 0;
  for (std::size_t d = 0; d < std::size(kCounts); ++d) {
    const std::span<const Erratum> errata = errata_of(EnumNames<Document>::table[d].value);
    ASSERT_EQ(errata.size(), kCounts[d]) << d;
    for (std::size_t i = 0; i < errata.size(); ++i)
      EXPECT_EQ(errata[i].id, "E" + std::to_string(d) + "." + std::to_string(i + 1));
    total += errata.size();
  }
  EXPECT_EQ(total, 78u);
}

TEST(Errata, HaveEveryFieldAndLinesOfTheirDocument) {
  constexpr std::int64_t kLinesOf[] = {153, 654, 156, 714, 270};
  std::set<std::string_view> proofs;
  for (std::size_t d = 0; d < std::size(kLinesOf); ++d) {
    for (const Erratum& erratum : errata_of(EnumNames<Document>::table[d].value)) {
      SCOPED_TRACE(erratum.id);
      EXPECT_FALSE(erratum.printed.empty());
      EXPECT_FALSE(erratum.correct.empty());
      EXPECT_NE(erratum.printed, erratum.correct);
      EXPECT_GE(erratum.why.size(), 25u);
      EXPECT_EQ(erratum.why.back() == '.' || erratum.why.ends_with(".)"), true);
      EXPECT_TRUE(proofs.insert(erratum.why).second);
      for (const std::string_view field : {erratum.lines, erratum.printed, erratum.correct, erratum.why})
        EXPECT_TRUE(is_valid_utf8(field));
      // Only the text missing before the first line has no line number.
      EXPECT_EQ(erratum.lines.empty(), erratum.id == "E2.1");
      std::int64_t before = 0;
      for (const std::int64_t line : lines_of(erratum.lines)) {
        EXPECT_LT(before, line);
        EXPECT_LE(line, kLinesOf[d]);
        before = line;
      }
    }
  }
}

TEST(Errata, DocumentsAreCalledByTheirNumbers) {
  EXPECT_EQ(parse_name<Document>("003"), Document::s003);
  EXPECT_EQ(join(names_of_all<Document>(), " "), "000 001 002 003 004");
  EXPECT_THROW(parse_name<Document>("005"), UsageError);
}

TEST(Errata, StandInTheLinesOfTheReferenceValues) {
  const json& checks = worked_examples().at("errata_checks");
  EXPECT_EQ(json(lines_of(erratum("E1.11").lines)), checks.at("seed001_w2x2_lines"));
  EXPECT_EQ(json(lines_of(erratum("E0.4").lines)), checks.at("seed000_wrong_index_lines"));
  std::vector<std::int64_t> omega23 = lines_of(erratum("E0.6").lines);
  for (const std::int64_t line : lines_of(erratum("E0.7").lines))
    omega23.push_back(line);
  EXPECT_EQ(json(omega23), checks.at("seed000_omega23_L2_lines"));
  std::vector<std::string> others;
  for (const json& line : checks.at("seed001_w2_lines"))
    others.push_back(std::to_string(line.get<int>()));
  EXPECT_TRUE(contains(erratum("E1.11").why, "(lines " + join(others, ", ") + ") have w_2"));
  EXPECT_EQ(others.size() + checks.at("seed001_w2x2_lines").size(), 17u);
}

TEST(Errata, CountTheBracketsOfTheFiveFunctions) {
  const json& check = worked_examples().at("errata_checks").at("seed001_chain_rule_parentheses");
  const Erratum& chain_rule = erratum("E1.9");
  EXPECT_EQ(json(lines_of(chain_rule.lines)), json::array({check.at("line")}));
  const auto count = [](std::string_view text, char bracket) {
    const std::string_view formula = text.substr(0, text.find(" and "));
    return std::count(formula.begin(), formula.end(), bracket);
  };
  EXPECT_EQ(count(chain_rule.printed, '('), check.at("open"));
  EXPECT_EQ(count(chain_rule.printed, ')'), check.at("close"));
  EXPECT_EQ(count(chain_rule.correct, '('), 5);
  EXPECT_EQ(count(chain_rule.correct, ')'), 5);
}

TEST(Errata, ShowTheShapesAndTheRowThatAreWrong) {
  const json& checks = worked_examples().at("errata_checks");
  const json& shapes = checks.at("seed002_hadamard_shapes");
  const auto shape = [](const json& s) {
    return std::to_string(s[0].get<int>()) + "x" + std::to_string(s[1].get<int>());
  };
  EXPECT_TRUE(contains(erratum("E2.6").printed, "a " + shape(shapes.at("left")) + " matrix"));
  EXPECT_TRUE(contains(erratum("E2.6").printed, "a " + shape(shapes.at("right")) + " vector"));
  const json& row = checks.at("seed003_xor_eight_thousand_row2");
  const auto text = [&](int i) { return std::to_string(row[static_cast<std::size_t>(i)].get<int>()); };
  EXPECT_TRUE(contains(erratum("E3.14").printed, "x = (" + text(0) + ", " + text(1) + "), y = " + text(2)));
  EXPECT_TRUE(contains(erratum("E3.14").correct, "x = (0, 1), y = 1"));
}

TEST(Errata, TheMissingSquareIsFivefold) {
  const json& check = worked_examples().at("errata_checks").at("seed001_missing_square");
  const double a = check.at("y_minus_o")[0], b = check.at("y_minus_o")[1];
  const double printed = std::sqrt(a * a + b * b) / 2, correct = (a * a + b * b) / 2;
  EXPECT_EQ(printed, check.at("printed 1/2||y-o||"));
  EXPECT_EQ(correct, check.at("correct 1/2||y-o||^2"));
  const std::string_view why = erratum("E1.13").why;
  EXPECT_TRUE(contains(why, "y - o = (" + digits(a, 3) + ", " + digits(b, 3) + ")"));
  EXPECT_TRUE(contains(why, "gives " + digits(printed, 3)) && contains(why, "line " + digits(correct, 3)));
}

// The numbers in the proofs, from the networks that they concern.

TEST(Errata, ProofsOfDocument000AreCalculated) {
  const json& example = worked_examples().at("seed000_networks")[0];
  const WorkedNetwork worked = read_network_json(example.dump(), "000").worked;
  const WorkedSampleStep step = work_step(worked).samples[0];
  const auto pair = [](const std::vector<std::string>& numbers) { return "(" + join(numbers, ", ") + ")"; };
  std::vector<std::string> all, two;
  for (std::size_t k = 0; k < 2; ++k) {
    all.push_back(digits(step.z[1][k], k == 0 ? 7 : 6));
    const double third = worked.weight(1, k, 2) * step.a[0][2];
    two.push_back(digits(step.z[1][k] - third, k == 0 ? 7 : 6));
  }
  EXPECT_TRUE(contains(erratum("E0.3").why, "net^{L_3} is " + pair(all))) << pair(all);
  EXPECT_TRUE(contains(erratum("E0.3").why, "limit gives " + pair(two))) << pair(two);
  // omega_3k for every j, as (28) to (33) print it.
  std::vector<std::string> right, wrong;
  for (std::size_t j = 0; j < 3; ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < 2; ++k)
      sum += step.delta[1][k] * worked.weight(1, k, 2);
    wrong.push_back(digits(sum * step.f_prime[0][j], 4));
    right.push_back(digits(step.delta[0][j], 4));
  }
  EXPECT_TRUE(contains(erratum("E0.4").why, "δ^{L_1} is " + pair(right))) << pair(right);
  EXPECT_TRUE(contains(erratum("E0.4").why, "formula gives " + pair(wrong))) << pair(wrong);
  EXPECT_EQ(right[2], wrong[2]);
}

TEST(Errata, EqualStartsKeepHiddenRowsEqualAndOutputRowsApart) {
  const json& example = worked_examples().at("symmetric_initialisation");
  WorkedNetwork worked{
      .network = {{make_dense(3, 3, Activation::logistic), make_dense(3, 2, Activation::logistic)}},
      .parameters = NumberList(20, 0.5),
      .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
      .eta = 0.5,
      .samples = {{example.at("x"), example.at("t")}}};
  for (int update = 0; update < 50; ++update)
    worked.parameters = work_step(worked).parameters_new;
  std::vector<std::string> row;
  for (std::size_t from = 0; from < 3; ++from) {
    row.push_back(digits(worked.weight(0, 0, from), 6));
    for (std::size_t to = 1; to < 3; ++to)
      EXPECT_EQ(worked.weight(0, to, from), worked.weight(0, 0, from));
    EXPECT_EQ(worked.weight(1, 0, from), worked.weight(1, 0, 0));
    EXPECT_EQ(worked.weight(1, 1, from), worked.weight(1, 1, 0));
  }
  const std::string_view why = erratum("E1.15").why;
  EXPECT_TRUE(contains(why, "W^(2) is (" + join(row, ", ") + ")")) << join(row, ", ");
  const std::string first = digits(worked.weight(1, 0, 0), 6), second = digits(worked.weight(1, 1, 0), 6);
  EXPECT_TRUE(contains(why, "W^(3) are " + first + " and " + second)) << first << " " << second;
}

TEST(Errata, ThePrintedSignOfDocument003Climbs) {
  const json& example = worked_examples().at("seed003_tanh_softmax").at("instances")[0];
  const std::string_view why = erratum("E3.15").why;
  EXPECT_TRUE(contains(why, "L = " + digits(example.at("L"), 5)));
  EXPECT_TRUE(contains(why, "leads to 0.55970,"));
  EXPECT_NEAR(example.at("L_after_correct_step").get<double>(), 0.55970, 5e-6);
  EXPECT_TRUE(contains(why, "up to 0.57310"));
  EXPECT_NEAR(example.at("L_after_step_with_printed_sign (delta3=y-y_hat, descent update)").get<double>(),
              0.57310, 5e-6);
}

TEST(Errata, ProofsOfDocument004AreCalculated) {
  const WorkedNetwork printed = example_004();
  const WorkedStep step = work_step(printed);
  WorkedNetwork plain = printed;
  plain.decay = 0;
  const std::string_view decay = erratum("E4.2").why;
  EXPECT_TRUE(
      contains(decay, "rises from " + digits(step.data_loss, 8) + " to " + digits(step.data_loss_after, 8)));
  EXPECT_TRUE(contains(decay, "it falls, to " + digits(work_step(plain).data_loss_after, 8)));
  const std::string_view slip = erratum("E4.3").why;
  const WorkedSampleStep& right = step.samples[0];
  EXPECT_TRUE(contains(
      slip, "Right are z_5 = " + digits(right.z[1][1], 12) + " and f_5 = " + digits(right.a[1][1], 12)));
  const NumberList& n = right.a[0];
  EXPECT_TRUE(contains(slip, "that of z_5 = " + digits(3 * n[0] + 3 * n[1] + 2 * n[2] + 1, 12)));
  EXPECT_TRUE(contains(slip, "z_5 would be " + digits(3 * n[0] + 2 * n[1] + 2 * n[2] + 2, 12)));
  // With 3 in the backward pass too, the second delta would differ.
  WorkedNetwork three = printed;
  three.parameters[9 + 2 * 1 + 1] = 3;
  EXPECT_TRUE(contains(slip, "(3 would give " + digits(work_step(three).samples[0].delta[0][1], 4) + ")"));
}

}  // namespace
}  // namespace chainrule
