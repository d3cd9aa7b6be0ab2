#include "chainrule/io/network_text.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(NetworkText, SaysTheChainInOneLineAndTheLayersInATable) {
  const Network network{.layers = {make_dense(784, 128, Activation::relu), Dropout{.units = 128, .rate = 0.2},
                                   make_dense(128, 10, Activation::softmax)}};
  // 784 * 128 + 128 = 100,480; 128 * 10 + 10 = 1,290
  EXPECT_EQ(render_network_text(network),
            "inputs 784 -> dense 128 relu -> dropout 0.2 -> dense 10 softmax, 101,770 parameters\n"
            "\n"
            "   layer        inputs  outputs  activation  parameters\n"
            "1  dense           784      128  relu           100,480\n"
            "2  dropout 0.2     128      128                       0\n"
            "3  dense           128       10  softmax          1,290\n");
}

TEST(NetworkText, KnowsRadialBasisFunctions) {
  // 4 * 40 + 40 = 200; 40 * 3 + 3 = 123
  EXPECT_EQ(render_network_text(make_rbf_network({.inputs = 4, .units = 40, .outputs = 3})),
            "inputs 4 -> rbf 40 -> dense 3 identity, 323 parameters\n"
            "\n"
            "   layer  inputs  outputs  activation  parameters\n"
            "1  rbf         4       40  gaussian           200\n"
            "2  dense      40        3  identity           123\n");
}

}  // namespace
}  // namespace chainrule
