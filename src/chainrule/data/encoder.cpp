#include "chainrule/data/encoder.h"

#include <algorithm>

#include "chainrule/base/text.h"

namespace chainrule {

std::size_t ColumnEncoding::features() const {
  return (kind == ColumnKind::numeric ? 1 : words.size()) + (other_feature == OtherFeature::present ? 1 : 0) +
         (missing_feature == MissingFeature::present ? 1 : 0);
}

std::size_t TargetEncoding::outputs() const {
  switch (task) {
    case Task::binary:
      return 1;
    case Task::classes:
      return class_names.size();
    case Task::ordinal:
      return class_names.empty() ? 0 : class_names.size() - 1;
    case Task::multi_label:
    case Task::regression:
      break;
  }
  return quantiles.empty() ? columns.size() : quantiles.size();
}

std::optional<std::size_t> TargetEncoding::median_output() const {
  const auto found = std::ranges::find(quantiles, 0.5);
  if (found == quantiles.end()) return std::nullopt;
  return static_cast<std::size_t>(found - quantiles.begin());
}

std::vector<std::string> prediction_columns(const TargetEncoding& target) {
  if (target.soft_labels) return {"class"};
  if (target.quantiles.empty()) return target.columns;
  std::vector<std::string> names;
  for (const double quantile : target.quantiles)
    names.push_back("quantile " + format_number(quantile) + " " + target.columns.front());
  return names;
}

NumberForm form_of_target(const TargetEncoding& target, std::size_t t) {
  return t < target.forms.size() ? target.forms[t] : NumberForm();
}

std::size_t Encoder::features() const {
  std::size_t count = 0;
  for (const ColumnEncoding& input : inputs)
    count += input.features();
  return count;
}

std::vector<std::string> Encoder::feature_names() const {
  std::vector<std::string> names;
  for (const ColumnEncoding& input : inputs) {
    if (input.kind == ColumnKind::numeric) names.push_back(input.name);
    for (const std::string& word : input.words)
      names.push_back(input.name + "=" + word);
    if (input.other_feature == OtherFeature::present) names.push_back(input.name + " other");
    if (input.missing_feature == MissingFeature::present) names.push_back(input.name + " missing");
  }
  return names;
}

}  // namespace chainrule
