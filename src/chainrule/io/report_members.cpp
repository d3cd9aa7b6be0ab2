#include "chainrule/io/report_members.h"

#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

std::string temperature_text(double temperature) {
  if (temperature == 1) return "";
  return " The mean is divided by the temperature " + number_text(temperature) +
         ", which makes the probabilities " + (temperature > 1 ? "less sure" : "surer") +
         ": the rows out of fold chose it.";
}

}  // namespace

std::string members_section(const ReportContents& contents) {
  if (contents.members.empty()) return "";
  html::Table table{.headings = {{"Kind", Align::left},
                                 {"Trained", Align::left},
                                 {"Networks", Align::right},
                                 {"Share of the vote", Align::right},
                                 {"Epochs", Align::right}}};
  std::size_t networks = 0;
  for (const ReportMembers& one : contents.members) {
    networks += one.networks;
    table.rows.push_back({one.kind, one.description, format_count(one.networks), percent_text(one.share),
                          one.fewest_epochs == one.most_epochs
                              ? format_count(one.most_epochs)
                              : format_count(one.fewest_epochs) + " to " + format_count(one.most_epochs)});
  }
  return html::section(
      "members", "Who votes: " + count_of(networks, "network"),
      table.html() +
          html::paragraph(
              "Each network was trained without one fold of the rows, which chose its epoch. The "
              "prediction is the mean of their outputs before the activation, weighted by their shares "
              "of the vote, which the rows out of fold chose." +
              temperature_text(contents.temperature)));
}

}  // namespace chainrule
