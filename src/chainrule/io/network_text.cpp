#include "chainrule/io/network_text.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"

namespace chainrule {

std::string render_network_text(const Network& network) {
  std::string summary = "inputs " + std::to_string(network.layers.empty() ? 0 : network.inputs());
  std::vector<std::vector<std::string>> rows = {
      {"", "layer", "inputs", "outputs", "activation", "parameters"}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const LayerCaption caption = layer_caption(layer);
    summary += " -> " + caption.chain;
    rows.push_back({std::to_string(i + 1), caption.kind, format_count(layer_inputs(layer)),
                    format_count(layer_outputs(layer)), caption.activation,
                    format_count(layer_parameters(layer).size())});
  }
  return summary + ", " + count_of(parameter_count(network), "parameter") + "\n\n" +
         aligned(rows, {Align::right, Align::left, Align::right, Align::right, Align::left, Align::right});
}

}  // namespace chainrule
