#include "chainrule/io/report_network.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/network_drawing.h"
#include "chainrule/io/report_words.h"
#include "chainrule/model/network.h"

namespace chainrule {

std::string network_section(const ReportContents& contents) {
  const Model& model = contents.model;
  if (model.network.layers.empty()) return "";
  std::string out = html::wide("Picture of the network", network_drawing(model));
  out += html::paragraph(
      "Lines are weights: blue lifts, broken orange lowers, and the thicker the larger (within its layer). "
      "Of wide layers only the first and the last units are drawn.",
      "quiet");
  html::Table table{.headings = {{"Layer", Align::right},
                                 {"Kind", Align::left},
                                 {"Inputs", Align::right},
                                 {"Outputs", Align::right},
                                 {"Activation", Align::left},
                                 {"Parameters", Align::right}}};
  const std::vector<ParameterSegment> segments = parameter_segments(model.network);
  for (std::size_t i = 0; i < model.network.layers.size(); ++i) {
    std::uint64_t parameters = 0;
    for (const ParameterSegment& segment : segments) {
      if (segment.layer == i) parameters += segment.size();
    }
    const Layer& layer = model.network.layers[i];
    std::vector<std::string> row = {std::to_string(i + 1)};
    if (const Dense* dense = std::get_if<Dense>(&layer)) {
      row.insert(row.end(),
                 {dense->bias == BiasUse::present ? "dense" : "dense without bias",
                  format_count(dense->inputs), format_count(dense->outputs), activation_text(*dense)});
    } else if (const Rbf* rbf = std::get_if<Rbf>(&layer)) {
      row.insert(row.end(), {"rbf", format_count(rbf->inputs), format_count(rbf->units), "gaussian"});
    } else {
      const Dropout& dropout = std::get<Dropout>(layer);
      row.insert(row.end(), {"dropout " + format_significant(dropout.rate, 4), format_count(dropout.units),
                             format_count(dropout.units), ""});
    }
    row.push_back(format_count(parameters));
    table.rows.push_back(std::move(row));
  }
  return html::section("network", "The network: " + count_of(parameter_count(model.network), "parameter"),
                       out + html::scrolling("Layers", table.html()));
}

}  // namespace chainrule
