#include "chainrule/io/report_network.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/network_drawing.h"
#include "chainrule/model/network.h"

namespace chainrule {

std::string network_section(const ReportContents& contents) {
  const Model& model = contents.model;
  if (model.network.layers.empty()) return "";
  std::string out = html::wide("Diagram of the network", network_drawing(model));
  out += html::paragraph(
      "Lines are weights: solid blue is positive, dashed orange negative; thicker lines are larger within "
      "their "
      "layer. "
      "Wide layers show only their first and last units.",
      "quiet");
  html::Table table{.headings = {{"Layer", Align::right},
                                 {"Kind", Align::left},
                                 {"Inputs", Align::right},
                                 {"Outputs", Align::right},
                                 {"Activation", Align::left},
                                 {"Parameters", Align::right}}};
  for (std::size_t i = 0; i < model.network.layers.size(); ++i) {
    const Layer& layer = model.network.layers[i];
    const LayerCaption caption = layer_caption(layer);
    table.rows.push_back({std::to_string(i + 1), caption.kind, format_count(layer_inputs(layer)),
                          format_count(layer_outputs(layer)), caption.activation,
                          format_count(layer_parameters(layer).size())});
  }
  return html::section("network", "The network: " + count_of(parameter_count(model.network), "parameter"),
                       out + html::scrolling("Layers", table.html()));
}

}  // namespace chainrule
