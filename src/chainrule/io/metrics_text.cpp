#include "chainrule/io/metrics_text.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/io/report_words.h"
#include "chainrule/io/svg.h"

namespace chainrule {

namespace {

constexpr std::size_t kLongestName = 24;    // display columns
constexpr std::size_t kWidestMatrix = 100;  // display columns; wider lines break in most terminals
constexpr std::size_t kMostMistakes = 10;

struct TextTable {
  std::vector<Align> aligns;
  std::vector<std::vector<std::string>> rows;  // the headings first

  std::string text() const { return aligned(rows, aligns); }
};

// A name from the data, fit for a terminal: on one line, without control characters, not too long.
std::string plain_name(const std::string& name) {
  const std::string safe = quoted(name);
  const bool is_plain = safe.size() == name.size() + 2;  // nothing was escaped or cut off
  return cut_to_width(is_plain ? name : safe.substr(1, safe.size() - 2), kLongestName);
}

std::string confusion_text(const Metrics& metrics, const TargetEncoding& target) {
  const std::size_t classes = metrics.confusion.size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < classes; ++i)
    names.push_back(plain_name(class_name(target, i)));

  TextTable table{.aligns = {Align::left}, .rows = {{"true \\ predicted"}}};
  for (std::size_t c = 0; c < classes; ++c) {
    table.aligns.push_back(Align::right);
    table.rows[0].push_back(names[c]);
  }
  for (std::size_t r = 0; r < classes; ++r) {
    std::vector<std::string> row = {names[r]};
    for (const double count : metrics.confusion[r])
      row.push_back(weight_text(count));
    table.rows.push_back(std::move(row));
  }
  const auto width = [](const std::string& text) { return display_width(text.substr(0, text.find('\n'))); };
  std::string text = table.text();
  if (width(text) <= kWidestMatrix) return text;
  // Column names that are too wide are replaced by numbers, which then also precede the row names.
  for (std::size_t i = 0; i < classes; ++i) {
    table.rows[0][i + 1] = std::to_string(i + 1);
    table.rows[i + 1][0] = std::to_string(i + 1) + " " + names[i];
  }
  text = table.text();
  if (width(text) <= kWidestMatrix) return text;
  const std::vector<Mistake> mistakes = frequent_mistakes(metrics.confusion, kMostMistakes);
  if (mistakes.empty()) return "no mistakes among " + format_count(classes) + " classes\n";
  TextTable list{.aligns = {Align::left, Align::left, Align::right}, .rows = {{"true", "predicted", "rows"}}};
  for (const Mistake& mistake : mistakes) {
    list.rows.push_back({names[mistake.truth], names[mistake.predicted], weight_text(mistake.rows)});
  }
  return "most frequent mistakes\n" + list.text();
}

}  // namespace

std::string render_metrics_text(const Metrics& metrics, const TargetEncoding& target) {
  TextTable table;
  std::string out;
  if (metrics.is_of_quantiles()) {
    table.aligns = {Align::right, Align::right, Align::right};
    table.rows = {{"quantile", "rows at or below", "pinball_loss"}};
    for (const QuantileMetrics& one : metrics.per_quantile) {
      table.rows.push_back(
          {format_number(one.quantile), percent_text(one.coverage), number_text(one.pinball_loss)});
    }
    return table.text();
  }
  if (metrics.task == Task::regression) {
    table.aligns = {Align::left, Align::right, Align::right, Align::right};
    table.rows = {{"target", "rmse", "mae", "r2"}};
    for (std::size_t i = 0; i < metrics.rmse_per_target.size(); ++i) {
      table.rows.push_back({plain_name(target_name(target, i)), number_text(metrics.rmse_per_target[i]),
                            number_text(metrics.mae_per_target.at(i)),
                            number_text(metrics.r2_per_target.at(i))});
    }
    return table.text();
  }
  if (!metrics.confusion.empty()) out = confusion_text(metrics, target) + "\n";
  table.aligns = {Align::left, Align::right, Align::right, Align::right, Align::right};
  table.rows = {{metrics.task == Task::multi_label ? "label" : "class", "precision", "recall", "f1",
                 metrics.weight_sum ? "weight" : "rows"}};
  for (std::size_t i = 0; i < metrics.per_class.size(); ++i) {
    const ClassMetrics& one = metrics.per_class[i];
    table.rows.push_back({plain_name(class_name(target, i)), percent_text(one.precision),
                          percent_text(one.recall), percent_text(one.f1), weight_text(one.support)});
  }
  return out + table.text();
}

}  // namespace chainrule
