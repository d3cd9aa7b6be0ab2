#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/base/text.h"
#include "chainrule/explain/derivation.h"
#include "support/derivations.h"

namespace chainrule {
namespace {

using testing_support::derivation_of;
using testing_support::worked_example;

TEST(DerivationText, BreaksLongEquationsBeforeAnEqualsSign) {
  const std::vector<std::string> lines =
      split_text(derivation_text(worked_example(Notation::s004), 70), '\n');
  const auto z4 =
      std::find(lines.begin(), lines.end(), "  z_4 = w_(1,4) n_1 + w_(2,4) n_2 + w_(3,4) n_3 + b_4");
  ASSERT_NE(z4, lines.end());
  EXPECT_TRUE((z4 + 1)->starts_with("      = 1 · 0.993307")) << *(z4 + 1);
}

TEST(DerivationText, UnderlinesItsHeadings) {
  EXPECT_TRUE(
      derivation_text(worked_example(Notation::plain), 100)
          .starts_with("One step of gradient descent\n============================\n\nNetwork 2-3-2-1,"));
}

TEST(DerivationText, SaysHowManyEquationsItLeavesOut) {
  const Derivation derivation = derivation_of(example_004(), {.most_equations = 5});
  EXPECT_NE(derivation_text(derivation, 100).find("and 15 more"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
