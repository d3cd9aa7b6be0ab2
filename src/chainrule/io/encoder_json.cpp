// {"inputs": [one per column], "target": {...}, "picture_rows", "picture_columns", "missing_words"}. The
// inputs are in the order of their features. Members that say what few models need are written only when they
// do: "other_feature" of an input, "threshold", "quantiles" and "labels" of the target,
// "column_missing_words" and "kept_in_quotes" of the encoder.
//
// Version 1 of the format had the numbers of an input in its object. As a tensor they take a sixth of the
// space and no JSON value each, so that tables of many thousand columns fit.
//
// Every structure is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/encoder_json.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr std::uint64_t kLastVersionWithNumbers = 1;
constexpr std::string_view kSoftLabels = "soft";

JsonTree to_json(const NumberForm& form) {
  const auto& [prefix, suffix, thousands, decimal, parentheses, strip] = form;
  return JsonTree::empty_object()
      .with("prefix", prefix)
      .with("suffix", suffix)
      .with("thousands", thousands)
      .with("decimal", name_of(decimal))
      .with("parentheses", name_of(parentheses))
      .with("strip", strip);
}

NumberForm number_form_from(const JsonValue& value) {
  value.require_members({"prefix", "suffix", "thousands", "decimal", "parentheses", "strip"});
  return {.prefix = value.member("prefix").text(),
          .suffix = value.member("suffix").text(),
          .thousands = value.member("thousands").text(),
          .decimal = value.member("decimal").word<DecimalMark>(),
          .parentheses = value.member("parentheses").word<Parentheses>(),
          .strip = value.member("strip").texts()};
}

JsonTree to_json(const ColumnEncoding& input, std::uint64_t version) {
  // minimum and maximum are only in the tensor.
  const auto& [name, kind, scaling, offset, factor, fill, words, missing_feature, other_feature, form,
               minimum, maximum, outliers] = input;
  static_cast<void>(minimum), static_cast<void>(maximum);
  JsonTree json = JsonTree::empty_object()
                      .with("name", name)
                      .with("kind", name_of(kind))
                      .with("scaling", name_of(scaling))
                      .with("words", words)
                      .with("missing_feature", name_of(missing_feature));
  if (version <= kLastVersionWithNumbers) {
    return std::move(json).with("offset", offset).with("factor", factor).with("fill", fill);
  }
  // Written only where they differ from the default.
  if (other_feature == OtherFeature::present) json.add("other_feature", name_of(other_feature));
  if (form != NumberForm()) json.add("form", to_json(form));
  if (outliers != Outliers::keep) json.add("outliers", name_of(outliers));
  return json;
}

JsonTree to_json(const TargetEncoding& target) {
  const auto& [task, columns, class_names, class_values, offset, factor, forms, positions, lowest, highest,
               threshold, quantiles, soft_labels] = target;
  JsonTree tree = JsonTree::empty_object()
                      .with("task", name_of(task))
                      .with("columns", columns)
                      .with("class_names", class_names)
                      .with("class_values", class_values)
                      .with("offset", offset)
                      .with("factor", factor)
                      .with("positions", positions);
  if (!forms.empty()) {
    JsonTree list = JsonTree::empty_list();
    for (const NumberForm& form : forms)
      list.add(to_json(form));
    tree = std::move(tree).with("forms", std::move(list));
  }
  if (!lowest.empty()) tree = std::move(tree).with("lowest", lowest).with("highest", highest);
  if (threshold != TargetEncoding().threshold) tree.add("threshold", threshold);
  if (!quantiles.empty()) tree = std::move(tree).with("quantiles", quantiles);
  if (soft_labels) tree.add("labels", kSoftLabels);
  return tree;
}

ColumnEncoding column_encoding_from(const JsonValue& value, std::uint64_t version) {
  const bool has_numbers = version <= kLastVersionWithNumbers;
  if (has_numbers) {
    value.require_members(
        {"name", "kind", "scaling", "offset", "factor", "fill", "words", "missing_feature"});
  } else {
    value.require_members({"name", "kind", "scaling", "words", "missing_feature"},
                          {"other_feature", "form", "outliers"});
  }
  ColumnEncoding input{.name = value.member("name").text(),
                       .kind = value.member("kind").word<ColumnKind>(),
                       .scaling = value.member("scaling").word<Scaling>(),
                       .words = value.member("words").texts(),
                       .missing_feature = value.member("missing_feature").word<MissingFeature>()};
  if (has_numbers) {
    input.offset = value.member("offset").number();
    input.factor = value.member("factor").number();
    input.fill = value.member("fill").number();
  }
  if (value.has_member("other_feature"))
    input.other_feature = value.member("other_feature").word<OtherFeature>();
  if (value.has_member("form")) input.form = number_form_from(value.member("form"));
  if (value.has_member("outliers")) input.outliers = value.member("outliers").word<Outliers>();
  return input;
}

TargetEncoding target_encoding_from(const JsonValue& value) {
  value.require_members({"task", "columns", "class_names", "class_values", "offset", "factor", "positions"},
                        {"forms", "lowest", "highest", "threshold", "quantiles", "labels"});
  if (value.has_member("labels") && value.member("labels").text() != kSoftLabels) {
    value.member("labels").refuse("the labels of the target are unknown", quoted(kSoftLabels),
                                  quoted(value.member("labels").text()));
  }
  std::vector<NumberForm> forms;
  if (value.has_member("forms")) {
    for (const JsonValue form : value.member("forms").elements())
      forms.push_back(number_form_from(form));
  }
  return {.task = value.member("task").word<Task>(),
          .columns = value.member("columns").texts(),
          .class_names = value.member("class_names").texts(),
          .class_values = value.member("class_values").texts(),
          .offset = value.member("offset").numbers(),
          .factor = value.member("factor").numbers(),
          .forms = std::move(forms),
          .positions = value.member("positions").counts(JsonValue::kLargestSize),
          .lowest = value.has_member("lowest") ? value.member("lowest").numbers() : std::vector<double>(),
          .highest = value.has_member("highest") ? value.member("highest").numbers() : std::vector<double>(),
          .threshold =
              value.has_member("threshold") ? value.member("threshold").number() : TargetEncoding().threshold,
          .quantiles =
              value.has_member("quantiles") ? value.member("quantiles").numbers() : std::vector<double>(),
          .soft_labels = value.has_member("labels")};
}

}  // namespace

JsonTree to_json(const Encoder& encoder, std::uint64_t version) {
  const auto& [inputs, target, image_rows, image_columns, missing_words, column_missing_words,
               kept_in_quotes] = encoder;
  JsonTree list = JsonTree::empty_list();
  for (const ColumnEncoding& input : inputs)
    list.add(to_json(input, version));
  JsonTree tree = JsonTree::empty_object()
                      .with("inputs", std::move(list))
                      .with("target", to_json(target))
                      .with("picture_rows", image_rows)
                      .with("picture_columns", image_columns)
                      .with("missing_words", missing_words);
  if (!column_missing_words.empty()) {
    JsonTree lists = JsonTree::empty_list();
    for (const auto& [name, words] : column_missing_words)
      lists.add(JsonTree::empty_object().with("column", name).with("words", words));
    tree.add("column_missing_words", std::move(lists));
  }
  if (!kept_in_quotes.empty()) tree.add("kept_in_quotes", kept_in_quotes);
  return tree;
}

Encoder encoder_from(const JsonValue& value, std::uint64_t version) {
  constexpr std::string_view kMembers[] = {"inputs", "target", "picture_rows", "picture_columns",
                                           "missing_words"};
  constexpr std::string_view kOptional[] = {"column_missing_words", "kept_in_quotes"};
  value.require_members(kMembers, kOptional);
  Encoder encoder;
  for (const JsonValue input : value.member("inputs").elements()) {
    encoder.inputs.push_back(column_encoding_from(input, version));
  }
  encoder.target = target_encoding_from(value.member("target"));
  encoder.image_rows = value.member("picture_rows").size();
  encoder.image_columns = value.member("picture_columns").size();
  encoder.missing_words = value.member("missing_words").texts();
  if (value.has_member("column_missing_words")) {
    for (const JsonValue column : value.member("column_missing_words").elements()) {
      column.require_members({"column", "words"});
      encoder.column_missing_words.emplace_back(column.member("column").text(),
                                                column.member("words").texts());
    }
  }
  if (value.has_member("kept_in_quotes")) encoder.kept_in_quotes = value.member("kept_in_quotes").texts();
  return encoder;
}

std::vector<double> numbers_of_inputs(const Encoder& encoder) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> numbers;
  numbers.reserve(encoder.inputs.size() * kNumbersOfInput);
  for (const ColumnEncoding& input : encoder.inputs) {
    const bool has_range = input.minimum <= input.maximum;
    numbers.insert(numbers.end(),
                   {input.offset, input.factor, input.fill, has_range ? input.minimum : kInfinity,
                    has_range ? input.maximum : -kInfinity});
  }
  return numbers;
}

std::optional<std::size_t> set_numbers_of_inputs(std::span<const double> numbers, Encoder& encoder) {
  for (std::size_t i = 0; i < encoder.inputs.size(); ++i) {
    const std::span<const double> row = numbers.subspan(i * kNumbersOfInput, kNumbersOfInput);
    ColumnEncoding& input = encoder.inputs[i];
    input.offset = row[0], input.factor = row[1], input.fill = row[2];
    const bool has_range = std::isfinite(row[3]) && std::isfinite(row[4]) && row[3] <= row[4];
    const bool has_none = std::isinf(row[3]) && row[3] > 0 && std::isinf(row[4]) && row[4] < 0;
    if (has_range) input.minimum = row[3], input.maximum = row[4];
    const bool is_finite = std::isfinite(row[0]) && std::isfinite(row[1]) && std::isfinite(row[2]);
    if (!is_finite || !(has_range || has_none)) return i;
  }
  return std::nullopt;
}

}  // namespace chainrule
