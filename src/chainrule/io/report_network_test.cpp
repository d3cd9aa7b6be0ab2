#include "chainrule/io/report_network.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportNetwork, ListsEachLayerWithItsParameters) {
  Parts parts = classification();
  set_network(parts, {make_dense(4, 8, Activation::relu), Dropout{.units = 8, .rate = 0.25},
                      make_dense(8, 3, Activation::softmax)});
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  // 4 x 8 + 8 = 40, 8 x 3 + 3 = 27
  EXPECT_NE(page.find("The network: 67 parameters"), std::string::npos);
  EXPECT_NE(
      page.find(
          "<td>dense</td><td class=\"n\">4</td><td class=\"n\">8</td><td>relu</td><td class=\"n\">40</td>"),
      std::string::npos);
  EXPECT_NE(
      page.find(
          "<td>dropout 0.25</td><td class=\"n\">8</td><td class=\"n\">8</td><td></td><td class=\"n\">0</td>"),
      std::string::npos);
}

TEST(ReportNetwork, WithoutLayersIsNothing) {
  Parts parts = classification();
  parts.model.network.layers.clear();
  EXPECT_EQ(network_section({.model = parts.model,
                             .history = parts.history,
                             .training = parts.training,
                             .held_out = parts.held_out,
                             .notes = parts.notes,
                             .truth = parts.truth,
                             .predicted = parts.predicted}),
            "");
}

}  // namespace
}  // namespace chainrule
