// {"inputs": [one per column], "target": {...}, "picture_rows", "picture_columns", "missing_words"}. The
// inputs are in the order of their features.
//
// Every structure is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/encoder_json.h"

#include <utility>

namespace chainrule {

namespace {

JsonTree to_json(const ColumnEncoding& input) {
  const auto& [name, kind, scaling, offset, factor, fill, words, missing_feature] = input;
  return JsonTree::empty_object()
      .with("name", name)
      .with("kind", name_of(kind))
      .with("scaling", name_of(scaling))
      .with("offset", offset)
      .with("factor", factor)
      .with("fill", fill)
      .with("words", words)
      .with("missing_feature", name_of(missing_feature));
}

JsonTree to_json(const TargetEncoding& target) {
  const auto& [task, columns, class_names, class_values, offset, factor, positions] = target;
  return JsonTree::empty_object()
      .with("task", name_of(task))
      .with("columns", columns)
      .with("class_names", class_names)
      .with("class_values", class_values)
      .with("offset", offset)
      .with("factor", factor)
      .with("positions", positions);
}

ColumnEncoding column_encoding_from(const JsonValue& value) {
  value.require_members({"name", "kind", "scaling", "offset", "factor", "fill", "words", "missing_feature"});
  return {.name = value.member("name").text(),
          .kind = value.member("kind").word<ColumnKind>(),
          .scaling = value.member("scaling").word<Scaling>(),
          .offset = value.member("offset").number(),
          .factor = value.member("factor").number(),
          .fill = value.member("fill").number(),
          .words = value.member("words").texts(),
          .missing_feature = value.member("missing_feature").word<MissingFeature>()};
}

TargetEncoding target_encoding_from(const JsonValue& value) {
  value.require_members({"task", "columns", "class_names", "class_values", "offset", "factor", "positions"});
  return {.task = value.member("task").word<Task>(),
          .columns = value.member("columns").texts(),
          .class_names = value.member("class_names").texts(),
          .class_values = value.member("class_values").texts(),
          .offset = value.member("offset").numbers(),
          .factor = value.member("factor").numbers(),
          .positions = value.member("positions").counts(JsonValue::kLargestSize)};
}

}  // namespace

JsonTree to_json(const Encoder& encoder) {
  const auto& [inputs, target, image_rows, image_columns, missing_words] = encoder;
  JsonTree list = JsonTree::empty_list();
  for (const ColumnEncoding& input : inputs)
    list.add(to_json(input));
  return JsonTree::empty_object()
      .with("inputs", std::move(list))
      .with("target", to_json(target))
      .with("picture_rows", image_rows)
      .with("picture_columns", image_columns)
      .with("missing_words", missing_words);
}

Encoder encoder_from(const JsonValue& value) {
  value.require_members({"inputs", "target", "picture_rows", "picture_columns", "missing_words"});
  Encoder encoder;
  for (const JsonValue input : value.member("inputs").elements()) {
    encoder.inputs.push_back(column_encoding_from(input));
  }
  encoder.target = target_encoding_from(value.member("target"));
  encoder.image_rows = value.member("picture_rows").size();
  encoder.image_columns = value.member("picture_columns").size();
  encoder.missing_words = value.member("missing_words").texts();
  return encoder;
}

}  // namespace chainrule
