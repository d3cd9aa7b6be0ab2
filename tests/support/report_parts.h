// Reports for tests: the data of a page, and a check of its markup.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/io/report.h"

namespace chainrule::report_parts {

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

// The first markup fault of the page: unpaired tags, unclosed quotes, a stray &, < or >, a duplicate id, a
// reference to another file or site. "" when there is none.
inline std::string fault_of(const std::string& page) {
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::set<std::string> referred;
  std::size_t at = 0;
  const auto near_here = [&] { return " near: " + page.substr(at > 40 ? at - 40 : 0, 80); };
  while (at < page.size()) {
    if (page[at] == '&') {
      const std::size_t end = page.find(';', at);
      if (end == std::string::npos || end - at > 6) return "stray &" + near_here();
    }
    if (page[at] == '>') return "stray >" + near_here();
    if (page[at] != '<') {
      ++at;
      continue;
    }
    // The end of the tag, ignoring > in quotes.
    std::size_t end = at + 1;
    bool is_quoted = false;
    while (end < page.size() && (is_quoted || page[end] != '>')) {
      if (page[end] == '"') is_quoted = !is_quoted;
      if (page[end] == '<') return "< inside a tag" + near_here();
      ++end;
    }
    if (end == page.size()) return "a tag without end" + near_here();
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag == "!DOCTYPE html") continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "closing " + tag + near_here();
      open.pop_back();
      continue;
    }
    const std::string name = tag.substr(0, tag.find(' '));
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/") != std::string::npos)
      return "tag " + tag;
    if (name == "script" || name == "link" || name == "img" || name == "iframe") return "tag " + name;
    for (const char* attribute : {" href=", " src=", " onclick=", " onload="}) {
      if (tag.find(attribute) != std::string::npos) return "attribute in " + tag;
    }
    const std::size_t id = tag.find(" id=\"");
    if (id != std::string::npos) {
      const std::string value = tag.substr(id + 5, tag.find('"', id + 5) - id - 5);
      if (!ids.insert(value).second) return "id " + value + " twice";
    }
    const std::size_t label = tag.find("aria-labelledby=\"");
    if (label != std::string::npos) {
      std::string value = tag.substr(label + 17, tag.find('"', label + 17) - label - 17);
      for (std::size_t space; (space = value.find(' ')) != std::string::npos;
           value = value.substr(space + 1)) {
        referred.insert(value.substr(0, space));
      }
      referred.insert(value);
    }
    if (name == "meta" || tag.back() == '/') continue;
    open.push_back(name);
    if (name == "style") at = page.find("</style>", at);  // style sheets may contain > and &
  }
  if (!open.empty()) return "never closed: " + open.back();
  for (const std::string& value : referred) {
    if (!ids.contains(value)) return "nothing has the id " + value;
  }
  if (page.find("url(") != std::string::npos || page.find("@import") != std::string::npos)
    return "a reference in CSS";
  return "";
}

// All data of a page, owned.
struct Parts {
  Model model;
  History history;
  Metrics training;
  std::optional<Metrics> held_out;
  std::vector<Message> notes;
  Matrix<double> truth, predicted;
  double seconds = 83;
  Reasons reasons;
  std::vector<ReportMembers> members;
  double temperature = 1;
  std::optional<ChosenThreshold> threshold;

  std::string page() const {
    ReportContents contents{.model = model,
                            .history = history,
                            .training = training,
                            .held_out = held_out,
                            .notes = notes,
                            .truth = truth,
                            .predicted = predicted,
                            .seconds = seconds};
    contents.reasons = reasons;
    contents.members = members;
    contents.temperature = temperature;
    contents.threshold = threshold;
    return render_report(contents);
  }
};

inline void set_network(Parts& parts, std::vector<Layer> layers) {
  parts.model.network.layers = std::move(layers);
  Parameters<float> parameters(parameter_count(parts.model.network));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = static_cast<float>(i % 7) - 3;
  parts.model.parameters = std::move(parameters);
}

inline void add_epochs(Parts& parts, std::size_t epochs) {
  for (std::size_t i = 1; i <= epochs; ++i) {
    parts.history.epochs.push_back({.epoch = i,
                                    .epochs = epochs,
                                    .training_loss = 1.0 / static_cast<double>(i),
                                    .validation_loss = 1.1 / static_cast<double>(i),
                                    .validation_score = 1 - 0.5 / static_cast<double>(i),
                                    .learning_rate = 0.01});
  }
}

inline Metrics classes_metrics(std::vector<std::vector<double>> confusion) {
  Metrics metrics{.task = confusion.size() == 2 ? Task::binary : Task::classes,
                  .confusion = std::move(confusion)};
  double right = 0;
  for (std::size_t i = 0; i < metrics.confusion.size(); ++i) {
    ClassMetrics one;
    double called = 0;
    for (std::size_t j = 0; j < metrics.confusion.size(); ++j) {
      one.support += metrics.confusion[i][j];
      called += metrics.confusion[j][i];
    }
    const double hits = metrics.confusion[i][i];
    one.precision = called == 0 ? 0 : hits / called;
    one.recall = one.support == 0 ? 0 : hits / one.support;
    one.f1 = hits == 0 ? 0 : 2 * one.precision * one.recall / (one.precision + one.recall);
    metrics.rows += static_cast<std::uint64_t>(one.support);
    right += metrics.confusion[i][i];
    metrics.per_class.push_back(one);
  }
  metrics.accuracy = right / static_cast<double>(metrics.rows);
  metrics.loss = 0.125;
  return metrics;
}

inline Parts classification() {
  Parts parts;
  set_network(parts, {make_dense(4, 64, Activation::relu), make_dense(64, 3, Activation::softmax)});
  parts.model.encoder.inputs = {
      {.name = "island", .kind = ColumnKind::category, .words = {"Biscoe", "Dream", "Torgersen"}},
      {.name = "bill_length_mm", .offset = 43.9, .factor = 0.2}};
  parts.model.encoder.target = {
      .task = Task::classes, .columns = {"species"}, .class_names = {"Adelie", "Chinstrap", "Gentoo"}};
  parts.model.schema.columns = {
      {.name = "species", .kind = ColumnKind::category, .role = ColumnRole::target},
      {.name = "island", .kind = ColumnKind::category},
      {.name = "bill_length_mm"},
      {.name = "row", .role = ColumnRole::ignored, .note = "every value occurs once"}};
  parts.model.loss.kind = Loss::softmax_cross_entropy;
  parts.model.provenance = {.version = "0.1.0",
                            .data_name = "penguins.csv",
                            .data_hash = "00112233aabbccdd",
                            .training_rows = 1275,
                            .validation_rows = 69,
                            .seed = 42,
                            .epochs = 300,
                            .best_epoch = 250,
                            .stop_reason = "no_improvement",
                            .options = {{"hidden", "64"}, {"target", "species"}},
                            .held_out = {{"accuracy", 68.0 / 69}}};
  add_epochs(parts, 300);
  parts.history.best_epoch = 250;
  parts.history.stop_reason = StopReason::no_improvement;
  parts.training = classes_metrics({{500, 0, 0}, {0, 275, 0}, {0, 0, 500}});
  parts.held_out = classes_metrics({{30, 1, 0}, {0, 13, 0}, {0, 0, 25}});
  parts.notes = {"3 cells were missing."};
  return parts;
}

inline Parts regression(std::size_t targets, std::size_t rows) {
  Parts parts;
  set_network(parts, {make_dense(1, targets, Activation::identity)});
  parts.model.encoder.inputs = {{.name = "x"}};
  parts.model.encoder.target.task = Task::regression;
  parts.model.schema.columns = {{.name = "x"}};
  parts.truth = Matrix<double>(rows, targets);
  parts.predicted = Matrix<double>(rows, targets);
  Metrics metrics{.task = Task::regression, .rows = rows, .rmse = 54.3123, .mae = 43.25, .r2 = 0.478};
  for (std::size_t t = 0; t < targets; ++t) {
    parts.model.encoder.target.columns.push_back("target " + std::to_string(t));
    parts.model.encoder.target.offset.push_back(152);
    parts.model.encoder.target.factor.push_back(0.5);
    parts.model.schema.columns.push_back({.name = "target " + std::to_string(t), .role = ColumnRole::target});
    metrics.rmse_per_target.push_back(54.3123);
    metrics.mae_per_target.push_back(43.25);
    metrics.r2_per_target.push_back(0.478);
    for (std::size_t r = 0; r < rows; ++r) {
      parts.truth(r, t) = static_cast<double>(r % 100);
      parts.predicted(r, t) = static_cast<double>(r % 100 + r % 3) - 1;
    }
  }
  parts.held_out = metrics;
  parts.training = metrics;
  add_epochs(parts, 30);
  parts.model.provenance.validation_rows = rows;
  return parts;
}

}  // namespace chainrule::report_parts
