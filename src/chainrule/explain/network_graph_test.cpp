#include "chainrule/explain/network_graph.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

NetworkGraph mlp() {
  return graph_of(make_mlp({.inputs = 2, .hidden = {3}, .outputs = 1, .dropout = 0.5}));
}

TEST(NetworkGraph, HasAUnitForEachInputAndNeuronAndALinkForEachWeight) {
  const NetworkGraph graph = mlp();
  EXPECT_EQ(graph.layer_of, (std::vector<std::size_t>{0, 0, 1, 1, 1, 2}));
  EXPECT_EQ(graph.links.size(), 2u * 3 + 3 * 1);
  EXPECT_EQ(graph.links[0], (std::pair<std::size_t, std::size_t>{0, 2}));
}

TEST(NetworkGraph, MultilayerPerceptronsHaveAllFourProperties) {
  EXPECT_TRUE(check_structure(mlp()).is_fully_connected_feed_forward());
  for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{}, {4, 4, 4}, {1, 9}}) {
    const Network network = make_mlp({.inputs = 3, .hidden = hidden, .outputs = 2});
    EXPECT_TRUE(check_structure(graph_of(network)).is_fully_connected_feed_forward());
  }
}

TEST(NetworkGraph, EachPropertyCanFail) {
  NetworkGraph within = mlp();
  within.links.push_back({2, 3});
  EXPECT_FALSE(check_structure(within).has_no_links_within_layers);
  EXPECT_FALSE(check_structure(within).is_layered);
  EXPECT_TRUE(check_structure(within).is_acyclic);

  NetworkGraph feedback = mlp();
  feedback.links.push_back({5, 2});
  EXPECT_FALSE(check_structure(feedback).is_acyclic);
  EXPECT_FALSE(check_structure(feedback).is_layered);
  EXPECT_TRUE(check_structure(feedback).is_complete_between_neighbours);

  NetworkGraph to_itself = mlp();
  to_itself.links.push_back({4, 4});
  EXPECT_FALSE(check_structure(to_itself).is_acyclic);

  NetworkGraph shortcut = mlp();
  shortcut.links.push_back({0, 5});
  EXPECT_FALSE(check_structure(shortcut).is_layered);
  EXPECT_TRUE(check_structure(shortcut).is_acyclic);

  NetworkGraph sparse = mlp();
  sparse.links.pop_back();
  EXPECT_FALSE(check_structure(sparse).is_complete_between_neighbours);
  NetworkGraph twice = mlp();
  twice.links.push_back(twice.links.front());
  EXPECT_FALSE(check_structure(twice).is_complete_between_neighbours);
}

TEST(NetworkGraph, LinksMustLeadSomewhere) {
  NetworkGraph graph = mlp();
  graph.links.push_back({0, 6});
  EXPECT_THROW(check_structure(graph), StateError);
}

}  // namespace
}  // namespace chainrule
