// A network as units and links, and four properties of its links that make it a fully connected feed-forward
// network.
#include "chainrule/explain/network_graph.h"

#include <algorithm>
#include <set>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

void add_layer(NetworkGraph& graph, std::size_t layer, std::size_t units) {
  graph.layer_of.insert(graph.layer_of.end(), units, layer);
}

// Kahn 1962: remove units without incoming links; any remaining unit lies on a cycle or behind one.
bool is_acyclic(const NetworkGraph& graph) {
  std::vector<std::size_t> links_in(graph.units(), 0);
  std::vector<std::vector<std::size_t>> next(graph.units());
  for (const auto& [from, to] : graph.links) {
    ++links_in[to];
    next[from].push_back(to);
  }
  std::vector<std::size_t> free;
  for (std::size_t unit = 0; unit < graph.units(); ++unit) {
    if (links_in[unit] == 0) free.push_back(unit);
  }
  std::size_t taken = 0;
  for (; !free.empty(); ++taken) {
    const std::size_t unit = free.back();
    free.pop_back();
    for (const std::size_t to : next[unit]) {
      if (--links_in[to] == 0) free.push_back(to);
    }
  }
  return taken == graph.units();
}

// As many different links between neighbouring layers as there are pairs of units.
bool is_complete(const NetworkGraph& graph) {
  if (graph.layer_of.empty()) return true;
  std::vector<std::size_t> units(*std::max_element(graph.layer_of.begin(), graph.layer_of.end()) + 1, 0);
  for (const std::size_t layer : graph.layer_of)
    ++units[layer];
  std::vector<std::size_t> links(units.size(), 0);  // into the layer, from the one before
  const std::set<std::pair<std::size_t, std::size_t>> different(graph.links.begin(), graph.links.end());
  for (const auto& [from, to] : different) {
    if (graph.layer_of[from] + 1 == graph.layer_of[to]) ++links[graph.layer_of[to]];
  }
  for (std::size_t layer = 1; layer < units.size(); ++layer) {
    if (links[layer] != units[layer - 1] * units[layer]) return false;
  }
  return different.size() == graph.links.size();
}

}  // namespace

// Dropout has no units of its own and is left out.
NetworkGraph graph_of(const Network& network) {
  NetworkGraph graph;
  add_layer(graph, 0, network.inputs());
  std::size_t layer = 0, before = 0;  // the number of the first unit of the layer before
  for (const Layer& description : network.layers) {
    if (!layer_traits(description).is_fully_connected) continue;
    const std::size_t first = graph.units();
    add_layer(graph, ++layer, layer_outputs(description));
    for (std::size_t from = before; from < first; ++from) {
      for (std::size_t to = first; to < graph.units(); ++to)
        graph.links.push_back({from, to});
    }
    before = first;
  }
  return graph;
}

// All four follow from the links alone: nothing is assumed about the origin of the graph.
FeedForwardStructure check_structure(const NetworkGraph& graph) {
  FeedForwardStructure structure{.is_layered = true, .has_no_links_within_layers = true};
  for (const auto& [from, to] : graph.links) {
    if (from >= graph.units() || to >= graph.units()) {
      throw StateError({.what = "a link leads to a unit that does not exist",
                        .expected = "units 0 to " + std::to_string(graph.units()) + ", the last left out",
                        .got = std::to_string(from) + " to " + std::to_string(to)});
    }
    structure.is_layered = structure.is_layered && graph.layer_of[from] + 1 == graph.layer_of[to];
    structure.has_no_links_within_layers =
        structure.has_no_links_within_layers && graph.layer_of[from] != graph.layer_of[to];
  }
  structure.is_complete_between_neighbours = is_complete(graph);
  structure.is_acyclic = is_acyclic(graph);
  return structure;
}

}  // namespace chainrule
