// One line per column. In tables of many columns, neighbours with the same description share a line: images
// have hundreds of pixels.
#include "chainrule/io/report_columns.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/io/html.h"
#include "chainrule/io/report_words.h"

namespace chainrule {

namespace {

constexpr std::size_t kMostWordsShown = 8;
// In tables with more columns, neighbours with the same description share a line.
constexpr std::size_t kMostColumnsOneByOne = 40;

std::string input_text(const ColumnEncoding& encoding) {
  std::string text;
  if (encoding.kind == ColumnKind::category) {
    text = count_of(encoding.words.size(), "category", "categories");
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
  if (encoding.other_feature == OtherFeature::present) text += "; all others are one category";
  if (encoding.missing_feature == MissingFeature::present) {
    text += encoding.kind == ColumnKind::category
                ? "; missing cells are a category of their own"
                : "; missing cells count as " + number_text(encoding.fill) + " and add one more feature";
  }
  return text;
}

std::string target_text(const Encoder& encoder, const std::string& name) {
  const TargetEncoding& target = encoder.target;
  if (target.soft_labels) {
    const auto place = std::ranges::find(target.columns, name) - target.columns.begin();
    return "the probability of " +
           target.class_names[target.task == Task::binary ? 1 : static_cast<std::size_t>(place)];
  }
  if (is_of_one_class(target.task)) {
    return count_of(target.class_names.size(), "class", "classes") +
           (target.task == Task::ordinal ? " in this order: " : ": ") +
           names_text(target.class_names, kMostWordsShown);
  }
  if (target.task == Task::multi_label) {
    const auto label =
        static_cast<std::size_t>(std::ranges::find(target.columns, name) - target.columns.begin());
    if (!has_category_values(target, label)) return "yes or no";
    return "yes: " + label_values(target, label)[1] + ", no: " + label_values(target, label)[0];
  }
  for (std::size_t t = 0; t < target.columns.size() && t < target.offset.size() && t < target.factor.size();
       ++t) {
    if (target.columns[t] != name) continue;
    if (target.factor[t] == 0) break;
    return "mean " + number_text(target.offset[t]) + ", deviation " + number_text(1 / target.factor[t]);
  }
  return "";
}

}  // namespace

std::string columns_section(const ReportContents& contents) {
  const Model& model = contents.model;
  html::Table table{.headings = {{"Column", Align::left},
                                 {"Kind", Align::left},
                                 {"Role", Align::left},
                                 {"Scaling or categories", Align::left},
                                 {"Note", Align::left}}};
  const bool is_joined = model.schema.columns.size() > kMostColumnsOneByOne;
  std::string first_name;
  std::size_t alike = 0;
  std::size_t input = 0;  // inputs of the encoder are in the order of the schema
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
  std::string out = html::scrolling("Columns", table.html());
  out += html::paragraph(count_of(model.encoder.inputs.size(), "input column") + " " +
                             (model.encoder.inputs.size() == 1 ? "becomes " : "become ") +
                             count_of(model.encoder.features(), "feature") + " of the network.",
                         "quiet");
  return html::section("columns", "The columns", out);
}

}  // namespace chainrule
