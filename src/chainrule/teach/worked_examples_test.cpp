#include "chainrule/teach/worked_examples.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// The numbers of every layer are compared with the exact ones in tests/golden; here is what the page prints.
TEST(Example004, IsTheNetworkOfThePage) {
  const WorkedStep step = work_step(example_004());
  EXPECT_EQ(step.samples[0].z[0], (NumberList{5, 9, 10}));
  EXPECT_NEAR(step.data_loss, 3.0784542709166111e-6, 1e-17);
}

}  // namespace
}  // namespace chainrule
