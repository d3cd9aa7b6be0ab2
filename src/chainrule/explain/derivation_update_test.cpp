#include "chainrule/explain/derivation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/explain/worked_examples.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::section_of;

// The last number of each line is the product or sum of the numbers before it, in every notation: delta,
// gradient and loss are checked through the numbers of the step itself.
TEST(DerivationUpdate, EndsEveryLineWithTheNumberOfTheStep) {
  WorkedNetwork worked = example_004();
  worked.samples.push_back({{-1, 0.5}, {0}});
  worked.loss.reduction = Reduction::mean;
  worked.lambda = 0.25;
  const WorkedStep step = work_step(worked);
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const Derivation derivation =
        derive(worked, step, {.notation = notation.value, .digits = kAllDigits, .most_equations = 0});
    const DerivationSection& total = section_of(derivation, "All samples");
    const double sign = notation.value == Notation::s003 ? -1 : 1;  // thresholds
    EXPECT_EQ(formula_text(total.equations.front().sides.back()), format_number(step.total_loss))
        << notation.word;
    // Last layer first: W[2][0][0], W[2][0][1], b[2][0].
    EXPECT_EQ(formula_text(total.equations[1].sides.back()), format_number(step.dW[2][0][0]))
        << notation.word;
    EXPECT_EQ(formula_text(total.equations[2].sides.back()), format_number(step.dW[2][0][1]))
        << notation.word;
    EXPECT_EQ(formula_text(total.equations[3].sides.back()), format_number(sign * step.db[2][0]))
        << notation.word;
    const DerivationSection& update = section_of(derivation, "Update");
    EXPECT_EQ(formula_text(update.equations[0].sides.back()), format_number(step.W_new[2][0][0]))
        << notation.word;
    EXPECT_EQ(formula_text(update.equations[2].sides.back()), format_number(sign * step.b_new[2][0]))
        << notation.word;
  }
}

TEST(DerivationUpdate, SaysWhenTheLossRises) {
  const Derivation derivation = derivation_of(example_004());
  const DerivationSection& after = section_of(derivation, "The loss before");
  EXPECT_TRUE(std::any_of(after.remarks.begin(), after.remarks.end(),
                          [](const std::string& remark) { return remark.starts_with("The loss rises"); }));
}

}  // namespace
}  // namespace chainrule
