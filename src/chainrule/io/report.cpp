// The page is built from top to bottom; each section is a function from the contents to HTML. It has no
// script and refers to nothing outside the file.
#include "chainrule/io/report.h"

#include "chainrule/base/text.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_calibration.h"
#include "chainrule/io/report_classification.h"
#include "chainrule/io/report_columns.h"
#include "chainrule/io/report_curves.h"
#include "chainrule/io/report_headline.h"
#include "chainrule/io/report_importance.h"
#include "chainrule/io/report_limits.h"
#include "chainrule/io/report_members.h"
#include "chainrule/io/report_network.h"
#include "chainrule/io/report_regression.h"
#include "chainrule/io/report_style.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/report_worst_rows.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

std::string notes_section(const ReportContents& contents) {
  if (contents.notes.empty()) return "";
  std::string out = "<ul>\n";
  for (const Message& note : contents.notes)
    out += "<li>" + escape_markup(note.text(contents.face)) + "</li>\n";
  return html::section("notes", "Notes", out + "</ul>\n");
}

std::string provenance_section(const ReportContents& contents) {
  const Model& model = contents.model;
  const Provenance& provenance = model.provenance;
  html::Table origin{
      .caption = "Where this model comes from",
      .headings = {{"What", Align::left}, {"Value", Align::left}},
      .rows = {
          {"chainrule", provenance.version},
          {"data", data_name(provenance)},
          {"data hash", provenance.data_hash},
          {"training rows", format_count(provenance.training_rows)},
          {"held-out rows", is_out_of_fold(contents)          ? "each from some of the networks (out of fold)"
                            : provenance.validation_rows == 0 ? "none"
                                                              : format_count(provenance.validation_rows)},
          {"seed", std::to_string(provenance.seed)},
          {"precision", std::string(name_of(model.precision()))},
          {"task", std::string(name_of(model.encoder.target.task))},
          {"loss", std::string(name_of(model.loss.kind))},
          {"epochs run", format_count(provenance.epochs)},
          {"best epoch", provenance.best_epoch == 0 ? "none" : format_count(provenance.best_epoch)},
          {"stop reason", provenance.stop_reason}}};
  for (const auto& [name, value] : provenance.held_out) {
    origin.rows.push_back(
        {(is_out_of_fold(contents) ? "out of fold " : "held-out ") + name, number_text(value, 6)});
  }
  std::string out = origin.html();
  if (!provenance.options.empty()) {
    html::Table options{.caption = "Options as given",
                        .headings = {{"Option", Align::left}, {"Value", Align::left}}};
    for (const auto& [name, value] : provenance.options)
      options.rows.push_back({name, value});
    out = "<div class=\"side\">\n<div>\n" + out + "</div>\n<div>\n" + options.html() + "</div>\n</div>\n";
  }
  return html::section(
      "origin", "Options and origin",
      out + html::paragraph("The same version, data, options and seed give the same model, byte for byte.",
                            "quiet"));
}

}  // namespace

std::string render_report(const ReportContents& contents) {
  std::string out = std::string(kReportStart) + escape_markup(page_title(contents)) + "</title>\n";
  out += "<style>" + std::string(report_style()) + "</style>\n</head>\n<body>\n<main>\n";
  out += headline_section(contents);
  out += curves_section(contents);
  out += shown_metrics(contents).task == Task::regression ? regression_sections(contents)
                                                          : classification_sections(contents);
  out += calibration_section(contents);
  out += worst_rows_section(contents);
  out += importance_section(contents);
  out += limits_section(contents);
  out += members_section(contents);
  out += network_section(contents);
  out += columns_section(contents);
  out += notes_section(contents);
  out += provenance_section(contents);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace chainrule
