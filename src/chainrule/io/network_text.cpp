#include "chainrule/io/network_text.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

std::string render_network_text(const Network& network) {
  std::string summary = "inputs " + std::to_string(network.layers.empty() ? 0 : network.inputs());
  const std::vector<ParameterSegment> segments = parameter_segments(network);
  std::vector<std::vector<std::string>> rows = {
      {"", "layer", "inputs", "outputs", "activation", "parameters"}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    std::uint64_t parameters = 0;
    for (const ParameterSegment& segment : segments) {
      if (segment.layer == i) parameters += segment.size();
    }
    std::vector<std::string> row = {std::to_string(i + 1)};
    summary += " -> ";
    if (const Dense* dense = std::get_if<Dense>(&layer)) {
      const std::string activation = activation_text(*dense);
      summary += "dense " + std::to_string(dense->outputs) + " " + activation;
      row.push_back(dense->bias == BiasUse::present ? "dense" : "dense without bias");
      row.insert(row.end(), {format_count(dense->inputs), format_count(dense->outputs), activation});
    } else if (const Rbf* rbf = std::get_if<Rbf>(&layer)) {
      summary += "rbf " + std::to_string(rbf->units);
      row.insert(row.end(), {"rbf", format_count(rbf->inputs), format_count(rbf->units), "gaussian"});
    } else {
      const Dropout& dropout = std::get<Dropout>(layer);
      const std::string words = "dropout " + format_significant(dropout.rate, 4);
      summary += words;
      row.insert(row.end(), {words, format_count(dropout.units), format_count(dropout.units), ""});
    }
    row.push_back(format_count(parameters));
    rows.push_back(std::move(row));
  }
  return summary + ", " + count_of(parameter_count(network), "parameter") + "\n\n" +
         aligned(rows, {Align::right, Align::left, Align::right, Align::right, Align::left, Align::right});
}

}  // namespace chainrule
