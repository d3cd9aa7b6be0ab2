// The page is built front to back: each section is a function from the contents to HTML. Colours live in the
// style sheet only, once for light and once for dark; paper is always light. No script, no reference to
// anything outside the file.
#include "chainrule/io/report.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "chainrule/base/text.h"
#include "chainrule/io/chart.h"
#include "chainrule/io/network_drawing.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostMatrixClasses = 30;
constexpr std::size_t kMostMatrixClassesWithShares = 12;
constexpr std::size_t kMostScatterPoints = 2000;
constexpr std::size_t kMostPanels = 9;
constexpr std::size_t kMostMistakes = 10;
constexpr std::size_t kMostWordsShown = 8;
constexpr std::size_t kMostLayerCurves = 6;  // as many as the style sheet has colours for
// Tables of more columns than this put neighbours that read alike on one line (pictures have hundreds of
// pixels).
constexpr std::size_t kMostColumnsOneByOne = 40;

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;
--page:#f4f5f8;--card:#fff;--ink:#1a1e26;--quiet:#525b6b;--rule:#d8dce5;--grid:#e6e9ef;
--first:#1d5fd1;--second:#b8500a;--good:#1e3a8a;--bad:#9a3412;--mark:#6b7280;
--layer0:#1d5fd1;--layer1:#0f8a8a;--layer2:#3f8f2f;--layer3:#a88400;--layer4:#b8500a;--layer5:#a3195b}
@media screen and (prefers-color-scheme:dark){:root{
--page:#0e1116;--card:#171b22;--ink:#e7eaf0;--quiet:#a4adbd;--rule:#313846;--grid:#272d38;
--first:#7db0ff;--second:#f5a45a;--good:#93c5fd;--bad:#fdba74;--mark:#8b95a7;
--layer0:#7db0ff;--layer1:#5fd0d0;--layer2:#94d67e;--layer3:#e6c84b;--layer4:#f5a45a;--layer5:#f08cba}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem}
section,header{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1.25rem 1.5rem;margin:0 0 1rem}
h1{font-size:1.05rem;font-weight:600;margin:0;color:var(--quiet);overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0;max-width:48rem;overflow-wrap:anywhere}
.score{font-size:4rem;line-height:1.1;font-weight:700;margin:.5rem 0 0;letter-spacing:-.02em}
.measure{color:var(--quiet);margin:0 0 .75rem}
.learned{font-size:1.1rem}
.quiet{color:var(--quiet);font-size:.9rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.75rem 1.5rem;margin:1rem 0 0}
dt{color:var(--quiet);font-size:.85rem}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
figure{margin:0 0 1rem}
figcaption{font-weight:600;margin:0 0 .25rem}
.side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17.5rem),1fr));gap:1rem 1.5rem}
.scroll{overflow:auto;max-height:32rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 .35rem}
th,td{padding:.3rem .8rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top;max-width:28rem;overflow-wrap:break-word}
th{font-weight:600}
thead th{color:var(--quiet);font-size:.85rem;border-bottom-width:2px;overflow-wrap:normal}
th:first-child,td:first-child{padding-left:0}
.n{text-align:right;white-space:nowrap}
ul{margin:0;padding-left:1.2rem;max-width:48rem;overflow-wrap:anywhere}
svg{display:block;max-width:100%;height:auto}
.wide svg{max-width:none}
.large{overflow-x:auto}
.large svg{min-width:36rem}
svg text{font:12px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--ink)}
svg .tick,svg .label,svg .note{fill:var(--quiet)}
.frame{stroke:var(--quiet);stroke-width:1}
.grid{stroke:var(--grid);stroke-width:1;fill:none}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.training{stroke:var(--first)}
.validation{stroke:var(--second);stroke-dasharray:7 4}
.layer0{stroke:var(--layer0)}.layer1{stroke:var(--layer1)}.layer2{stroke:var(--layer2)}
.layer3{stroke:var(--layer3)}.layer4{stroke:var(--layer4)}.layer5{stroke:var(--layer5)}
.dot{fill:var(--card);stroke-width:2;stroke-dasharray:none}
.mark{stroke:var(--mark);stroke-width:1.25;stroke-dasharray:2 3}
.diagonal{stroke:var(--mark);stroke-width:1.25}
.points{fill:none;stroke:var(--first);stroke-width:5;stroke-linecap:round;stroke-opacity:.4}
.bar{fill:var(--first)}
.cell{stroke:var(--grid);stroke-width:1}
.right.cell{fill:var(--good)}
.wrong.cell{fill:var(--bad)}
svg .share{font-size:10px}
.shade0{fill-opacity:.0}.shade1{fill-opacity:.11}.shade2{fill-opacity:.22}.shade3{fill-opacity:.33}.shade4{fill-opacity:.44}
.shade5{fill-opacity:.56}.shade6{fill-opacity:.67}.shade7{fill-opacity:.78}.shade8{fill-opacity:.89}.shade9{fill-opacity:1}
svg text.right,svg text.wrong{fill-opacity:1}
svg text.shade6,svg text.shade7,svg text.shade8,svg text.shade9{fill:#fff}
@media screen and (prefers-color-scheme:dark){
svg text.shade6,svg text.shade7,svg text.shade8,svg text.shade9{fill:#0b1220}}
.unit{fill:var(--card);stroke:var(--ink);stroke-width:1.5}
.unit.off{stroke:var(--mark);stroke-dasharray:3 2}
.weight{fill:none;stroke:var(--mark);stroke-opacity:.45;stroke-width:.75}
.weight.plus{stroke:var(--first)}
.weight.minus{stroke:var(--second);stroke-dasharray:5 2}
.w0{stroke-width:.4;stroke-opacity:.25}.w1{stroke-width:.8;stroke-opacity:.45}
.w2{stroke-width:1.5;stroke-opacity:.7}.w3{stroke-width:2.6;stroke-opacity:.9}
svg .strong{font-weight:600}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
section,header{border:0;padding:0 0 1rem;break-inside:auto}figure,tr,dl{break-inside:avoid}
.scroll,.wide{overflow:visible;max-height:none}.wide svg{max-width:100%}.large svg{min-width:0}
svg,.cell{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

// --- pieces of HTML ----------------------------------------------------------------------------------------

std::string escaped(std::string_view text) {
  return escape_markup(text);
}

enum class Align { left, right };

struct HtmlTable {
  std::string caption;
  std::vector<std::pair<std::string, Align>> headings;
  std::vector<std::vector<std::string>> rows;  // plain text; the first cell is the row's heading

  std::string html() const {
    std::string out = "<table>\n";
    if (!caption.empty()) out += "<caption>" + escaped(caption) + "</caption>\n";
    out += "<thead><tr>";
    for (const auto& [words, align] : headings) {
      out += align == Align::right ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
      out += escaped(words) + "</th>";
    }
    out += "</tr></thead>\n<tbody>\n";
    for (const std::vector<std::string>& row : rows) {
      out += "<tr>";
      for (std::size_t c = 0; c < row.size(); ++c) {
        const std::string_view css_class = headings.at(c).second == Align::right ? " class=\"n\"" : "";
        if (c == 0) {
          out += "<th scope=\"row\"" + std::string(css_class) + ">" + escaped(row[c]) + "</th>";
        } else {
          out += "<td" + std::string(css_class) + ">" + escaped(row[c]) + "</td>";
        }
      }
      out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
  }
};

// A long table scrolls in a box of its own, which the keyboard can reach.
std::string scrolling(std::string_view label, std::string_view html) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(label) + "\">\n" +
         std::string(html) + "</div>\n";
}

// The same for a picture wider than the page.
std::string wide(std::string_view label, std::string_view html) {
  return "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(label) + "\">\n" +
         std::string(html) + "</div>\n";
}

std::string figure(std::string_view caption, std::string_view svg) {
  return "<figure>\n<figcaption>" + escaped(caption) + "</figcaption>\n" + std::string(svg) + "</figure>\n";
}

std::string paragraph(std::string_view words, std::string_view css_class = {}) {
  const std::string attribute = css_class.empty() ? "" : " class=\"" + std::string(css_class) + "\"";
  return "<p" + attribute + ">" + escaped(words) + "</p>\n";
}

std::string section(std::string_view id, std::string_view heading, std::string_view html) {
  if (html.empty()) return "";
  const std::string name(id);
  return "<section aria-labelledby=\"" + name + "\">\n<h2 id=\"" + name + "\">" + escaped(heading) +
         "</h2>\n" + std::string(html) + "</section>\n";
}

// --- what is said ------------------------------------------------------------------------------------------

const Metrics& shown_metrics(const ReportContents& contents) {
  return contents.held_out ? *contents.held_out : contents.training;
}

std::string rows_text(const ReportContents& contents) {
  return count_of(shown_metrics(contents).rows, contents.held_out ? "held-out row" : "training row");
}

std::string score_label(Task task) {
  return task == Task::regression ? "R²" : "accuracy";
}

std::string score_text(const Metrics& metrics) {
  const double score = headline(metrics).second;
  return metrics.task == Task::regression ? number_text(score, 3) : percent_text(score);
}

std::string names_text(const std::vector<std::string>& names, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < limit; ++i) {
    if (i != 0) text += ", ";
    text += cut_to_width(names[i], 40);
  }
  if (names.size() > limit) text += ", …";
  return text;
}

// The class that most of the rows have.
std::size_t most_common_class(const Metrics& metrics) {
  const auto largest =
      std::max_element(metrics.per_class.begin(), metrics.per_class.end(),
                       [](const ClassMetrics& a, const ClassMetrics& b) { return a.support < b.support; });
  return static_cast<std::size_t>(largest - metrics.per_class.begin());
}

std::string what_was_learned(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string what = names_text(target.columns, 5);
  const std::string rows = rows_text(contents);
  switch (metrics.task) {
    case Task::binary:
    case Task::classes: {
      std::string text = "The network tells the " + format_count(target.class_names.size()) + " classes of " +
                         what + " apart (" + names_text(target.class_names, 6) + ") and is right on " +
                         percent_text(metrics.accuracy) + " of " + rows + ".";
      if (!metrics.per_class.empty() && metrics.rows != 0) {
        const std::size_t common = most_common_class(metrics);
        text += " Always answering " + cut_to_width(class_name(target, common), 40) + " would be right on " +
                percent_text(static_cast<double>(metrics.per_class[common].support) /
                             static_cast<double>(metrics.rows)) +
                ".";
      }
      return text;
    }
    case Task::multi_label:
      return "The network says which of " + count_of(target.class_names.size(), "label") + " apply (" +
             names_text(target.class_names, 6) + "): " + percent_text(metrics.accuracy) +
             " of the single answers are right, and every label of the row in " +
             percent_text(metrics.exact_match) + " of " + rows + ".";
    case Task::regression: {
      std::string text = "The network predicts " + what + " with a typical error of " +
                         number_text(metrics.rmse) + " (root mean square; mean absolute error " +
                         number_text(metrics.mae) + ") on " + rows + ".";
      if (!std::isfinite(metrics.r2)) return text;
      if (metrics.r2 <= 0) return text + " Always answering the mean would be as good or better.";
      return text + " It explains " + percent_text(metrics.r2) + " of the variance.";
    }
  }
  return "";
}

std::string epoch_text(const History& history) {
  if (history.best_epoch != 0) return format_count(history.best_epoch);
  return history.epochs.empty() ? "none" : "the last one's weights are kept";
}

std::string stop_text(StopReason reason) {
  for (const EnumName<StopReason>& entry : enum_table<StopReason>()) {
    if (entry.value == reason) return std::string(entry.description);
  }
  return "";
}

std::string data_name(const Provenance& provenance) {
  return provenance.data_name.empty() ? "table without a name" : provenance.data_name;
}

std::string page_title(const ReportContents& contents) {
  return data_name(contents.model.provenance) + ": " + names_text(contents.model.encoder.target.columns, 5);
}

std::string headline_section(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const Provenance& provenance = contents.model.provenance;
  std::string out = "<header>\n<h1>" + escaped(page_title(contents)) + "</h1>\n";
  out += "<p class=\"score\">" + escaped(score_text(metrics)) + "</p>\n";
  out += paragraph(score_label(metrics.task) + " on " + rows_text(contents), "measure");
  out += paragraph(what_was_learned(contents), "learned");
  if (!contents.held_out) {
    out += paragraph(
        "No rows were held out: these are the rows the network was trained on, and it will do worse on "
        "new ones.");
  }
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Data", data_name(provenance)},
      {"Training rows", format_count(provenance.training_rows)},
  };
  if (contents.held_out) {
    facts.push_back({"Held-out rows", format_count(contents.held_out->rows)});
    const std::string label = score_label(metrics.task);
    facts.push_back(
        {(label == "accuracy" ? "Accuracy" : label) + " on training rows", score_text(contents.training)});
  }
  if (metrics.task == Task::binary || metrics.task == Task::classes) {
    facts.push_back({"Balanced accuracy", percent_text(metrics.balanced_accuracy)});
    facts.push_back({"Macro F1", percent_text(metrics.macro_f1)});
  }
  if (metrics.task == Task::multi_label) facts.push_back({"Macro F1", percent_text(metrics.macro_f1)});
  facts.push_back({contents.held_out ? "Loss on held-out rows" : "Loss", number_text(metrics.loss)});
  facts.push_back({"Epochs run", format_count(contents.history.epochs.size())});
  facts.push_back({"Best epoch", epoch_text(contents.history)});
  facts.push_back({"Stopped because", stop_text(contents.history.stop_reason)});
  facts.push_back({"Time", duration_text(contents.seconds)});
  facts.push_back({"Parameters", format_count(parameter_count(contents.model.network))});
  out += "<dl>\n";
  for (const auto& [term, words] : facts) {
    out += "<div><dt>" + escaped(term) + "</dt><dd>" + escaped(words) + "</dd></div>\n";
  }
  return out + "</dl>\n</header>\n";
}

// --- curves ------------------------------------------------------------------------------------------------

template <typename ValueOf>
ChartSeries curve(const History& history, std::string name, std::string css_class, ValueOf&& value_of) {
  ChartSeries series{.name = std::move(name), .css_class = std::move(css_class)};
  for (const EpochReport& epoch : history.epochs) {
    const std::optional<double> value = value_of(epoch);
    if (value) series.points.push_back({static_cast<double>(epoch.epoch), *value});
  }
  return series;
}

// "training goes from 1.2 in epoch 1 to 0.03 in epoch 200. "
std::string course_text(const ChartSeries& series) {
  if (series.points.empty()) return series.name + ": no values. ";
  const SvgPoint& first = series.points.front();
  const SvgPoint& last = series.points.back();
  return series.name + " goes from " + number_text(first.y) + " in epoch " + number_text(first.x, 9) +
         " to " + number_text(last.y) + " in epoch " + number_text(last.x, 9) + ". ";
}

std::vector<double> heights(const std::vector<ChartSeries>& series) {
  std::vector<double> values;
  for (const ChartSeries& one : series) {
    for (const SvgPoint& point : one.points)
      values.push_back(point.y);
  }
  return values;
}

// The gradient's length in each layer; of deep networks some layers, the first and the last among them.
std::string gradient_figure(const History& history) {
  const std::size_t layers = history.epochs.front().layers.size();
  const std::size_t shown = std::min(layers, kMostLayerCurves);
  if (shown == 0) return "";
  LineChart chart{.id = "gradient-chart",
                  .title = "Gradient, layer by layer, over the epochs",
                  .x_label = "epoch",
                  .y_label = "gradient norm",
                  .width = 900,
                  .height = 260};
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t k = shown == 1 ? 0 : (layers - 1) * i / (shown - 1);
    const std::size_t colour = shown == 1 ? 0 : (kMostLayerCurves - 1) * i / (shown - 1);  // far apart
    const std::string number = std::to_string(history.epochs.front().layers[k].layer + 1);
    chart.series.push_back(curve(history, "layer " + number, "layer" + std::to_string(colour),
                                 [k](const EpochReport& epoch) -> std::optional<double> {
                                   if (k >= epoch.layers.size()) return std::nullopt;
                                   return epoch.layers[k].gradient_norm;
                                 }));
    chart.description += course_text(chart.series.back());
  }
  chart.scale = choose_scale(heights(chart.series));
  if (chart.scale == AxisScale::logarithmic) chart.y_label += ", logarithmic scale";
  return "<div class=\"large\" role=\"region\" tabindex=\"0\" aria-label=\"Gradient\">\n" +
         figure("Gradient of each layer", line_chart(chart)) + "</div>\n" +
         paragraph(
             "The length of the gradient of each layer's parameters in the last step of each epoch. "
             "Lines far below the others are layers that hardly learn.",
             "quiet");
}

std::string curves_section(const ReportContents& contents) {
  const History& history = contents.history;
  if (history.epochs.empty()) {
    return section("curves", "How training went",
                   paragraph(history.stop_reason == StopReason::closed_form
                                 ? "There were no epochs: the output weights were solved for at once."
                                 : "No epochs were run: the network is as it was initialised."));
  }
  LineChart loss{.id = "loss-chart", .title = "Loss over the epochs", .x_label = "epoch"};
  loss.series.push_back(curve(history, "training", "training",
                              [](const EpochReport& e) { return std::optional(e.training_loss); }));
  ChartSeries validation =
      curve(history, "held-out", "validation", [](const EpochReport& e) { return e.validation_loss; });
  if (!validation.points.empty()) loss.series.push_back(std::move(validation));
  const std::vector<double> losses = heights(loss.series);
  loss.scale = choose_scale(losses);
  loss.y_label = loss.scale == AxisScale::logarithmic ? "loss, logarithmic scale" : "loss";
  for (const ChartSeries& series : loss.series)
    loss.description += course_text(series);
  if (loss.scale == AxisScale::logarithmic && std::find(losses.begin(), losses.end(), 0.0) != losses.end()) {
    loss.description += "Values of 0 are drawn on the lower edge. ";
  }
  if (history.best_epoch != 0) {
    loss.marked_x = static_cast<double>(history.best_epoch);
    loss.marked_label = "best epoch " + format_count(history.best_epoch);
    loss.description += "The weights of epoch " + format_count(history.best_epoch) + " are kept.";
  }
  loss.width = 900;
  loss.height = 320;
  std::string out = "<div class=\"large\" role=\"region\" tabindex=\"0\" aria-label=\"Loss\">\n" +
                    figure("Loss", line_chart(loss)) + "</div>\n";

  out += "<div class=\"side\">\n";
  const std::string label = score_label(shown_metrics(contents).task);
  LineChart score{.id = "score-chart",
                  .title = "Score on held-out rows over the epochs",
                  .x_label = "epoch",
                  .y_label = label,
                  .width = 440,
                  .height = 240};
  score.series.push_back(
      curve(history, "held-out", "validation", [](const EpochReport& e) { return e.validation_score; }));
  if (!score.series[0].points.empty()) {
    const std::vector<double> scores = heights(score.series);
    // R² may begin anywhere below 0; the part of the curve that people look at would be flat.
    const bool is_deep = std::any_of(scores.begin(), scores.end(), [](double value) { return value < -1; });
    if (is_deep) score.lowest = -1, score.y_label += ", below -1 cut off";
    score.description = course_text(score.series[0]);
    score.marked_x = loss.marked_x;
    score.marked_label = history.best_epoch != 0 ? "best" : "";
    out += figure("Score", line_chart(score));
  }
  LineChart rate{.id = "rate-chart",
                 .title = "Learning rate over the epochs",
                 .x_label = "epoch",
                 .y_label = "learning rate",
                 .width = 440,
                 .height = 240};
  rate.series.push_back(
      curve(history, "", "training", [](const EpochReport& e) { return std::optional(e.learning_rate); }));
  rate.description = "The learning rate" + course_text(rate.series[0]);
  const std::vector<double> rates = heights(rate.series);
  rate.scale = choose_scale(rates);
  if (rate.scale == AxisScale::logarithmic) rate.y_label += ", logarithmic scale";
  out += figure("Learning rate", line_chart(rate)) + "</div>\n" + gradient_figure(history);
  return section("curves", "How training went", out);
}

// --- classification ----------------------------------------------------------------------------------------

std::string confusion_figure(const Metrics& metrics, const TargetEncoding& target) {
  const std::vector<std::size_t> classes = most_confused_classes(metrics.confusion, kMostMatrixClasses);
  const bool has_shares = classes.size() <= kMostMatrixClassesWithShares;
  HeatMap map{.id = "confusion",
              .title = "Confusion matrix",
              .description = "One line a true class, one column a predicted class; the diagonal is right.",
              .row_label = "true class",
              .column_label = "predicted class"};
  for (const std::size_t r : classes) {
    const std::string name = class_name(target, r);
    map.row_names.push_back(name);
    map.column_names.push_back(name);
    const std::uint64_t total = row_total(metrics.confusion[r]);
    std::vector<HeatCell> row;
    for (const std::size_t c : classes) {
      const std::uint64_t count = metrics.confusion[r].at(c);
      const double share = total == 0 ? 0 : static_cast<double>(count) / static_cast<double>(total);
      // Few wrong answers among many right ones shall still be seen: mistakes are shaded by the square root
      // of their share, and no cell that counts is paler than the first shade.
      const double depth = count == 0 ? 0 : std::max(r == c ? share : std::sqrt(share), 1.0 / 9);
      HeatCell cell{.share = depth, .css_class = r == c ? "right" : "wrong"};
      if (count != 0 || has_shares) cell.words = format_count(count);
      if (count != 0 && has_shares) cell.small_words = percent_text(share);
      if (count != 0) {
        cell.hint = name + " called " + class_name(target, c) + ": " + count_of(count, "row") + ", " +
                    percent_text(share) + " of the class";
      }
      row.push_back(std::move(cell));
    }
    map.cells.push_back(std::move(row));
  }
  std::string out = wide("Confusion matrix", heat_map(map));
  if (classes.size() < metrics.confusion.size()) {
    out +=
        paragraph("Shown are the " + format_count(classes.size()) + " classes of " +
                      format_count(metrics.confusion.size()) +
                      " that are most often confused; what they are called outside these is left out here.",
                  "quiet");
  }
  out += paragraph(
      std::string(has_shares
                      ? "Counts of rows, and their share of the true class (the line). "
                      : "Counts of rows; the darker, the larger their share of the true class (the line). ") +
          "Blue is right, orange is wrong.",
      "quiet");
  return out;
}

std::string mistakes_table(const Metrics& metrics, const TargetEncoding& target) {
  HtmlTable table{.caption = "Most frequent mistakes",
                  .headings = {{"True class", Align::left},
                               {"Called", Align::left},
                               {"Rows", Align::right},
                               {"Of the class", Align::right}}};
  for (const Mistake& mistake : frequent_mistakes(metrics.confusion, kMostMistakes)) {
    const double share =
        static_cast<double>(mistake.rows) / static_cast<double>(row_total(metrics.confusion[mistake.truth]));
    table.rows.push_back({class_name(target, mistake.truth), class_name(target, mistake.predicted),
                          format_count(mistake.rows), percent_text(share)});
  }
  if (table.rows.empty()) return paragraph("No row was called by a wrong name.");
  return table.html();
}

std::string classes_table(const Metrics& metrics, const TargetEncoding& target) {
  const bool is_labels = metrics.task == Task::multi_label;
  HtmlTable table{.headings = {{is_labels ? "Label" : "Class", Align::left},
                               {"Precision", Align::right},
                               {"Recall", Align::right},
                               {"F1", Align::right},
                               {"Rows", Align::right}}};
  for (std::size_t i = 0; i < metrics.per_class.size(); ++i) {
    const ClassMetrics& one = metrics.per_class[i];
    table.rows.push_back({class_name(target, i), percent_text(one.precision), percent_text(one.recall),
                          percent_text(one.f1), format_count(one.support)});
  }
  return scrolling(is_labels ? "Labels" : "Classes", table.html()) +
         paragraph(
             "Precision: of the rows called so, the share that is. Recall: of the rows that are, the share "
             "called "
             "so. F1: the harmonic mean of both. Rows: how many are.",
             "quiet");
}

std::string classification_sections(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string where = " (" + rows_text(contents) + ")";
  std::string out;
  if (!metrics.confusion.empty()) {
    out += section("confusion-matrix", "What is taken for what" + where,
                   confusion_figure(metrics, target) + mistakes_table(metrics, target));
  }
  if (!metrics.per_class.empty()) {
    out += section("per-class",
                   (metrics.task == Task::multi_label ? "Label by label" : "Class by class") + where,
                   classes_table(metrics, target));
  }
  return out;
}

// --- regression --------------------------------------------------------------------------------------------

std::string regression_sections(const ReportContents& contents) {
  const Metrics& metrics = shown_metrics(contents);
  const TargetEncoding& target = contents.model.encoder.target;
  const std::string where = " (" + rows_text(contents) + ")";
  const Matrix<double>& truth = contents.truth;
  const Matrix<double>& predicted = contents.predicted;
  const std::size_t rows = std::min(truth.rows(), predicted.rows());
  const std::size_t targets = std::min(truth.columns(), predicted.columns());
  const std::size_t panels = std::min(targets, kMostPanels);
  std::string out;
  if (rows != 0 && panels != 0) {
    // Every k-th row, spread evenly: the same picture each time.
    const std::size_t shown = std::min(rows, kMostScatterPoints);
    std::string scatters;
    std::string histograms;
    for (std::size_t t = 0; t < panels; ++t) {
      const std::string name = target_name(target, t);
      const std::string id = std::to_string(t + 1);
      ScatterChart scatter{
          .id = "scatter-" + id,
          .title = "Predicted against true " + name,
          .description = count_of(shown, "point") + "; the nearer to the diagonal the better.",
          .x_label = "true",
          .y_label = "predicted"};
      for (std::size_t i = 0; i < shown; ++i) {
        const std::size_t row = rows * i / shown;
        scatter.points.push_back({truth(row, t), predicted(row, t)});
      }
      scatters += figure(cut_to_width(name, 40), scatter_chart(scatter));
      HistogramChart histogram{
          .id = "residuals-" + id,
          .title = "Residuals of " + name,
          .description = "How many rows were predicted too low (left of 0) and too high (right).",
          .x_label = "predicted minus true",
          .y_label = "rows"};
      for (std::size_t row = 0; row < rows; ++row)
        histogram.values.push_back(predicted(row, t) - truth(row, t));
      histograms += figure("Residuals of " + cut_to_width(name, 40), histogram_chart(histogram));
    }
    std::string note;
    if (shown < rows) {
      note +=
          "The points are " + format_count(shown) + " of " + format_count(rows) + " rows, evenly spread. ";
    }
    if (panels < targets) {
      note += "Shown are the first " + format_count(panels) + " of " + format_count(targets) + " targets.";
    }
    out += section("predicted-true", "Predicted against true" + where,
                   "<div class=\"side\">\n" + scatters + histograms + "</div>\n" +
                       (note.empty() ? "" : paragraph(note, "quiet")));
  }
  if (!metrics.rmse_per_target.empty()) {
    HtmlTable table{.headings = {{"Target", Align::left},
                                 {"Root mean square error", Align::right},
                                 {"Mean absolute error", Align::right},
                                 {"R²", Align::right}}};
    for (std::size_t t = 0; t < metrics.rmse_per_target.size(); ++t) {
      table.rows.push_back({target_name(target, t), number_text(metrics.rmse_per_target[t]),
                            number_text(metrics.mae_per_target.at(t)),
                            number_text(metrics.r2_per_target.at(t), 3)});
    }
    out += section(
        "per-target", "Target by target" + where,
        scrolling("Targets", table.html()) +
            paragraph("Errors are in the target's own units. R² is 1 where every prediction is right and 0 "
                      "where they are no better than always answering the mean.",
                      "quiet"));
  }
  return out;
}

// --- the network -------------------------------------------------------------------------------------------

std::string network_section(const ReportContents& contents) {
  const Model& model = contents.model;
  if (model.network.layers.empty()) return "";
  std::string out = wide("Picture of the network", network_drawing(model));
  out += paragraph(
      "Lines are weights: blue lifts, broken orange lowers, and the thicker the larger (within its layer). "
      "Of wide layers only the first and the last units are drawn.",
      "quiet");
  HtmlTable table{.headings = {{"Layer", Align::right},
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
  return section("network", "The network: " + count_of(parameter_count(model.network), "parameter"),
                 out + scrolling("Layers", table.html()));
}

// --- columns, notes, options -------------------------------------------------------------------------------

std::string input_text(const ColumnEncoding& encoding) {
  std::string text;
  if (encoding.kind == ColumnKind::category) {
    text = count_of(encoding.words.size(), "word");
    if (!encoding.words.empty()) text += ": " + names_text(encoding.words, kMostWordsShown);
  } else {
    switch (encoding.scaling) {
      case Scaling::standard:
        text = "standard: mean " + number_text(encoding.offset);
        if (encoding.factor != 0) text += ", deviation " + number_text(1 / encoding.factor);
        break;
      case Scaling::min_max:
        text = "min_max: from " + number_text(encoding.offset);
        if (encoding.factor != 0) text += " to " + number_text(encoding.offset + 1 / encoding.factor);
        break;
      case Scaling::bytes:
      case Scaling::none:
        text = std::string(name_of(encoding.scaling));
        break;
    }
  }
  if (encoding.missing_feature == MissingFeature::present) {
    text += encoding.kind == ColumnKind::category
                ? "; missing cells are a word of their own"
                : "; missing cells count as " + number_text(encoding.fill) + " and are one more feature";
  }
  return text;
}

std::string target_text(const Encoder& encoder, const std::string& name) {
  const TargetEncoding& target = encoder.target;
  if (target.task == Task::binary || target.task == Task::classes) {
    return count_of(target.class_names.size(), "class", "classes") + ": " +
           names_text(target.class_names, kMostWordsShown);
  }
  if (target.task == Task::multi_label) return "yes or no";
  for (std::size_t t = 0; t < target.columns.size() && t < target.offset.size() && t < target.factor.size();
       ++t) {
    if (target.columns[t] != name) continue;
    if (target.factor[t] == 0) break;
    return "mean " + number_text(target.offset[t]) + ", deviation " + number_text(1 / target.factor[t]);
  }
  return "";
}

std::string columns_section(const ReportContents& contents) {
  const Model& model = contents.model;
  HtmlTable table{.headings = {{"Column", Align::left},
                               {"Kind", Align::left},
                               {"Role", Align::left},
                               {"Scaling or words", Align::left},
                               {"Note", Align::left}}};
  const bool is_joined = model.schema.columns.size() > kMostColumnsOneByOne;
  std::string first_name;
  std::size_t alike = 0;
  std::size_t input = 0;  // inputs of the encoder stand in the order of the schema
  for (const SchemaColumn& column : model.schema.columns) {
    std::string how;
    if (column.role == ColumnRole::input) {
      if (input < model.encoder.inputs.size() && model.encoder.inputs[input].name == column.name) {
        how = input_text(model.encoder.inputs[input++]);
      }
    } else if (column.role == ColumnRole::target) {
      how = target_text(model.encoder, column.name);
    }
    std::vector<std::string> row = {column.name, std::string(name_of(column.kind)),
                                    std::string(name_of(column.role)), how, column.note};
    if (is_joined && !table.rows.empty() &&
        std::equal(row.begin() + 1, row.end(), table.rows.back().begin() + 1)) {
      ++alike;
      table.rows.back()[0] = first_name + " … " + column.name + " (" + format_count(alike) + " columns)";
      continue;
    }
    first_name = column.name;
    alike = 1;
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return "";
  std::string out = scrolling("Columns", table.html());
  out += paragraph(count_of(model.encoder.inputs.size(), "input column") + " " +
                       (model.encoder.inputs.size() == 1 ? "becomes " : "become ") +
                       count_of(model.encoder.features(), "feature") + " of the network.",
                   "quiet");
  return section("columns", "The columns as understood", out);
}

std::string notes_section(const ReportContents& contents) {
  if (contents.notes.empty()) return "";
  std::string out = "<ul>\n";
  for (const Message& note : contents.notes)
    out += "<li>" + escaped(note.text(contents.face)) + "</li>\n";
  return section("notes", "Notes", out + "</ul>\n");
}

std::string provenance_section(const ReportContents& contents) {
  const Model& model = contents.model;
  const Provenance& provenance = model.provenance;
  HtmlTable origin{
      .caption = "Where this model comes from",
      .headings = {{"What", Align::left}, {"Value", Align::left}},
      .rows = {{"chainrule", provenance.version},
               {"data", data_name(provenance)},
               {"data fingerprint", provenance.data_fingerprint},
               {"training rows", format_count(provenance.training_rows)},
               {"held-out rows", format_count(provenance.validation_rows)},
               {"seed", std::to_string(provenance.seed)},
               {"precision", std::string(name_of(model.precision()))},
               {"task", std::string(name_of(model.encoder.target.task))},
               {"loss", std::string(name_of(model.loss.kind))},
               {"epochs run", format_count(provenance.epochs)},
               {"best epoch", provenance.best_epoch == 0 ? "none" : format_count(provenance.best_epoch)},
               {"stop reason", provenance.stop_reason}}};
  for (const auto& [name, value] : provenance.held_out) {
    origin.rows.push_back({"held-out " + name, number_text(value, 6)});
  }
  std::string out = origin.html();
  if (!provenance.options.empty()) {
    HtmlTable options{.caption = "Options as given",
                      .headings = {{"Option", Align::left}, {"Value", Align::left}}};
    for (const auto& [name, value] : provenance.options)
      options.rows.push_back({name, value});
    out = "<div class=\"side\">\n<div>\n" + out + "</div>\n<div>\n" + options.html() + "</div>\n</div>\n";
  }
  return section(
      "origin", "Options and origin",
      out +
          paragraph("The same version, data, options and seed give the same model, byte for byte.", "quiet"));
}

}  // namespace

std::string render_report(const ReportContents& contents) {
  std::string out = std::string(kReportStart) + escaped(page_title(contents)) + "</title>\n";
  out += "<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n";
  out += headline_section(contents);
  out += curves_section(contents);
  out += shown_metrics(contents).task == Task::regression ? regression_sections(contents)
                                                          : classification_sections(contents);
  out += network_section(contents);
  out += columns_section(contents);
  out += notes_section(contents);
  out += provenance_section(contents);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace chainrule
