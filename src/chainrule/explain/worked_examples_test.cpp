#include "chainrule/explain/worked_examples.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chainrule/explain/network_json.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

// The numbers of every layer are compared with the exact ones in tests/golden; this test checks the printed
// ones.
TEST(Example004, IsTheNetworkOfThePage) {
  const WorkedStep step = work_step(example_004());
  EXPECT_EQ(step.samples[0].z[0], (NumberList{5, 9, 10}));
  EXPECT_NEAR(step.data_loss, 3.0784542709166111e-6, 1e-17);
}

// The others are instances of the reference values, so their printed numbers are checked as well.
TEST(WorkedExamplesTable, HasTheInstancesOfTheReferenceValues) {
  struct Instance {
    std::string word, key;
    std::size_t index;
  };
  for (const auto& [word, key, index] : std::vector<Instance>{
           {"000", "seed000_networks", 0}, {"001", "seed001_networks", 1}, {"002", "seed002_networks", 0}}) {
    const WorkedNetwork expected =
        read_network_json(testing_support::worked_examples().at(key)[index].dump(), word).worked;
    const auto found = std::find_if(worked_examples().begin(), worked_examples().end(),
                                    [&](const WorkedExample& example) { return example.word == word; });
    ASSERT_NE(found, worked_examples().end());
    const WorkedNetwork worked = found->make();
    EXPECT_EQ(worked.network, expected.network);
    EXPECT_EQ(worked.parameters, expected.parameters);
    EXPECT_EQ(worked.eta, expected.eta);
    EXPECT_EQ(worked.loss, expected.loss);
    ASSERT_EQ(worked.samples.size(), expected.samples.size());
    for (std::size_t n = 0; n < worked.samples.size(); ++n) {
      EXPECT_EQ(worked.samples[n].x, expected.samples[n].x);
      EXPECT_EQ(worked.samples[n].t, expected.samples[n].t);
    }
  }
}

}  // namespace
}  // namespace chainrule
