// Three kinds of conditions, checked in this order, so that each may rely on those before it:
//
//   each part alone   the network (model/network), the loss, each input, the target
//   parts together    encoder and schema name the same columns; images have one input per pixel
//   sizes             features of the encoder = network inputs, outputs of the target = network outputs
//
// A report names the part by its path in the model file ("encoder.inputs[3].words"), so that the same check
// serves models in memory and models from files.
#include "chainrule/io/model_validation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

[[noreturn]] void throw_misfit(std::string what, std::string where, std::string expected, std::string got) {
  throw StateError({.what = "the parts of the model do not fit together: " + std::move(what),
                    .where = std::move(where),
                    .expected = std::move(expected),
                    .got = std::move(got)});
}

void require_equal_sizes(std::string_view what, std::string where, std::size_t expected, std::size_t got) {
  if (expected != got)
    throw_misfit(std::string(what), std::move(where), format_count(expected), format_count(got));
}

void require_distinct(std::string_view what, const std::string& where, std::span<const std::string> names) {
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second)
      throw_misfit(std::string(what), where, "each name once", quoted(name) + " twice");
  }
}

void require_finite(const std::string& where, std::initializer_list<double> numbers) {
  for (const double number : numbers) {
    if (!std::isfinite(number)) {
      throw_misfit("a number is not finite", where, "a finite number", format_number(number));
    }
  }
}

// What read_number.h relies on.
void validate_form(const NumberForm& form, const std::string& where) {
  const bool is_sign =
      form.thousands.size() <= 1 && std::string_view(",.'_ ").find(form.thousands) != std::string_view::npos;
  if (!is_sign)
    throw_misfit("an unknown sign between thousands", where + ".thousands",
                 "none or one of , . ' _ and a blank", quoted(form.thousands));
  if (std::ranges::find(form.strip, "") != form.strip.end())
    throw_misfit("a text to take off numbers is empty", where + ".strip", "texts", quoted(""));
}

// The encoder finds a cell among the categories by binary search, so these are sorted and distinct.
void validate_input(const ColumnEncoding& input, const std::string& where) {
  require_finite(where, {input.offset, input.factor, input.fill});
  validate_form(input.form, where + ".form");
  if (input.kind == ColumnKind::numeric) {
    require_equal_sizes("a numeric column has categories", where + ".words", 0, input.words.size());
    if (input.other_feature == OtherFeature::present)
      throw_misfit("a numeric column has other categories", where + ".other_feature", "absent", "present");
    return;
  }
  const auto out_of_order = std::ranges::adjacent_find(input.words, std::greater_equal<>());
  if (out_of_order != input.words.end()) {
    throw_misfit("the categories of a column are not sorted", where + ".words",
                 "each once, ascending by bytes",
                 quoted(*out_of_order) + " before " + quoted(*(out_of_order + 1)));
  }
}

void validate_soft_labels(const TargetEncoding& target, const std::string& where) {
  const std::size_t columns = target.columns.size(), classes = target.class_names.size();
  const bool is_binary = target.task == Task::binary;
  if (!is_binary && target.task != Task::classes) {
    throw_misfit("soft labels of a task without them", where + ".labels", "task binary or classes",
                 "task " + std::string(name_of(target.task)));
  }
  if (classes < 2)
    throw_misfit("too few classes", where + ".class_names", "at least 2", format_count(classes));
  if (is_binary) require_equal_sizes("classes", where + ".class_names", 2, classes);
  require_equal_sizes("target columns", where + ".columns", is_binary ? 1 : classes, columns);
  require_equal_sizes("values of classes that are columns", where + ".class_values", 0,
                      target.class_values.size());
}

// What each task requires of the target's lists, whose lengths depend on one another.
void validate_target(const TargetEncoding& target) {
  const std::string where = "encoder.target";
  const std::size_t columns = target.columns.size();
  if (columns == 0) throw_misfit("there is no target column", where + ".columns", "at least one", "none");
  require_distinct("a target column is named twice", where + ".columns", target.columns);
  require_distinct("two classes have the same name", where + ".class_names", target.class_names);
  if (!target.forms.empty())
    require_equal_sizes("forms of the targets", where + ".forms", columns, target.forms.size());
  for (std::size_t t = 0; t < target.forms.size(); ++t)
    validate_form(target.forms[t], where + ".forms[" + std::to_string(t) + "]");
  if (!target.positions.empty()) {
    require_equal_sizes("positions of the targets", where + ".positions", columns, target.positions.size());
    const auto out_of_order = std::ranges::adjacent_find(target.positions, std::greater_equal<>());
    if (out_of_order != target.positions.end()) {
      throw_misfit("the positions of the targets are not sorted", where + ".positions", "ascending",
                   "another order");
    }
  }
  const std::size_t scaled = target.task == Task::regression ? columns : 0;
  require_equal_sizes("offsets of the targets", where + ".offset", scaled, target.offset.size());
  require_equal_sizes("factors of the targets", where + ".factor", scaled, target.factor.size());
  for (std::size_t i = 0; i < scaled; ++i) {
    require_finite(where, {target.offset[i], target.factor[i]});
    if (target.factor[i] == 0)
      throw_misfit("a target is scaled by 0", where + ".factor", "another number", "0");
  }
  const std::size_t bounded = target.lowest.empty() && target.highest.empty() ? 0 : scaled;
  require_equal_sizes("lowest predictions", where + ".lowest", bounded, target.lowest.size());
  require_equal_sizes("highest predictions", where + ".highest", bounded, target.highest.size());
  for (std::size_t i = 0; i < bounded; ++i) {
    require_finite(where, {target.lowest[i], target.highest[i]});
    if (target.lowest[i] > target.highest[i])
      throw_misfit("no prediction is possible", where + ".lowest", "at most the highest", "more");
  }
  const bool has_usual_threshold = target.threshold == TargetEncoding().threshold;
  if (!has_usual_threshold && target.task != Task::binary)
    throw_misfit("a threshold without two classes", where + ".threshold", "0.5 or task binary",
                 format_number(target.threshold) + " and task " + std::string(name_of(target.task)));
  if (!(target.threshold > 0 && target.threshold < 1))
    throw_misfit("the threshold is no probability", where + ".threshold", "a number between 0 and 1",
                 format_number(target.threshold));
  if (!target.quantiles.empty() && (target.task != Task::regression || columns != 1)) {
    throw_misfit("quantiles of another target than one number", where + ".quantiles", "none",
                 "task " + std::string(name_of(target.task)) + ", " + count_of(columns, "target"));
  }
  const std::size_t classes = target.class_names.size();
  if (target.soft_labels) {
    validate_soft_labels(target, where);
    return;
  }
  switch (target.task) {
    case Task::regression:
      require_equal_sizes("class names of numbers", where + ".class_names", 0, classes);
      require_equal_sizes("class values of numbers", where + ".class_values", 0, target.class_values.size());
      return;
    case Task::multi_label:
      require_equal_sizes("label names", where + ".class_names", columns, classes);
      require_equal_sizes("a no and a yes for each label", where + ".class_values", 2 * columns,
                          target.class_values.size());
      return;
    case Task::binary:
    case Task::classes:
    case Task::ordinal:
      require_equal_sizes("target columns", where + ".columns", 1, columns);
      if (target.task == Task::binary) require_equal_sizes("classes", where + ".class_names", 2, classes);
      if (const std::size_t fewest = target.task == Task::ordinal ? 3 : 2; classes < fewest) {
        throw_misfit("too few classes", where + ".class_names", "at least " + format_count(fewest),
                     format_count(classes));
      }
      require_equal_sizes("class values", where + ".class_values", classes, target.class_values.size());
      require_distinct("two classes have the same value", where + ".class_values", target.class_values);
      return;
  }
}

// Every column that the encoder reads or predicts is in the schema with that role. An encoder made by hand
// has an empty schema.
void validate_schema(const Schema& schema, const Encoder& encoder) {
  if (schema.task != encoder.target.task) {
    throw_misfit("encoder and schema have different tasks", "schema.task",
                 quoted(name_of(encoder.target.task)), quoted(name_of(schema.task)));
  }
  if (schema.columns.empty()) return;
  std::vector<std::string> names;
  std::unordered_map<std::string_view, ColumnRole> roles;
  for (const SchemaColumn& column : schema.columns) {
    names.push_back(column.name);
    roles.emplace(column.name, column.role);
  }
  require_distinct("a column is named twice", "schema.columns", names);
  const auto require_role = [&roles](const std::string& name, ColumnRole role) {
    const auto found = roles.find(name);
    if (found == roles.end() || found->second != role) {
      throw_misfit("a column of the encoder has a different role in the schema", "schema.columns",
                   quoted(name) + " as " + std::string(name_of(role)),
                   found == roles.end() ? "no such column" : std::string(name_of(found->second)));
    }
  };
  for (const ColumnEncoding& input : encoder.inputs)
    require_role(input.name, ColumnRole::input);
  for (const std::string& target : encoder.target.columns)
    require_role(target, ColumnRole::target);
}

// An image has one numeric input per pixel. Divided, not multiplied: sizes from a file may overflow a
// product.
void validate_picture(const Encoder& encoder) {
  const std::size_t rows = encoder.image_rows, columns = encoder.image_columns;
  if ((rows == 0) != (columns == 0))
    throw_misfit("an image has only rows or only columns", "encoder.picture_rows", "both or none",
                 "one of them");
  if (rows == 0) return;
  const std::size_t pixels = encoder.inputs.size();
  if (pixels % rows != 0 || pixels / rows != columns) {
    throw_misfit("the number of pixels in an image differs from the number of inputs", "encoder.picture_rows",
                 count_of(pixels, "pixel"), format_count(rows) + " x " + format_count(columns));
  }
  const auto is_word = [](const ColumnEncoding& input) { return input.kind != ColumnKind::numeric; };
  const auto found = std::ranges::find_if(encoder.inputs, is_word);
  if (found != encoder.inputs.end()) {
    throw_misfit("a pixel is not a number",
                 "encoder.inputs[" + std::to_string(found - encoder.inputs.begin()) + "]",
                 std::string(name_of(ColumnKind::numeric)), std::string(name_of(found->kind)));
  }
}

void validate_encoder(const Encoder& encoder) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < encoder.inputs.size(); ++i) {
    validate_input(encoder.inputs[i], "encoder.inputs[" + std::to_string(i) + "]");
    names.push_back(encoder.inputs[i].name);
  }
  require_distinct("an input column is named twice", "encoder.inputs", names);
  validate_target(encoder.target);
  // A table without a header is read by these positions.
  const std::vector<std::size_t>& positions = encoder.target.positions;
  const std::size_t used = encoder.inputs.size() + encoder.target.columns.size();
  if (!positions.empty() && positions.back() >= used) {
    throw_misfit("the position of a target is beyond the columns", "encoder.target.positions",
                 "less than " + format_count(used), format_count(positions.back()));
  }
  validate_picture(encoder);
}

}  // namespace

void validate_description(const Model& model) {
  // Names the part of the model in which a lower-level check failed.
  const auto at = [](const char* part, auto&& check) {
    try {
      check();
    } catch (const StateError& error) {
      ErrorReport report = error.report();
      report.where = report.where.empty() ? Message(part) : part + (", " + report.where);
      throw StateError(std::move(report));
    }
  };
  at("network", [&] { validate(model.network); });
  at("loss", [&] { validate(model.loss, model.network.output_activation()); });
  validate_encoder(model.encoder);
  // Those of the loss are in range and sorted.
  if (model.loss.quantiles != model.encoder.target.quantiles) {
    throw_misfit("the loss has other quantiles than the target", "encoder.target.quantiles",
                 count_of(model.loss.quantiles.size(), "quantile"),
                 count_of(model.encoder.target.quantiles.size(), "quantile"));
  }
  validate_schema(model.schema, model.encoder);
  require_equal_sizes("features of the encoder and inputs of the network", "network",
                      model.encoder.features(), model.network.inputs());
  require_equal_sizes("outputs that the target needs and outputs of the network", "network",
                      model.encoder.target.outputs(), model.network.outputs());
}

void validate_residuals(const Residuals& residuals, const TargetEncoding& target) {
  const std::string where = "target.residuals";
  const auto& [ranks, values] = residuals;
  const bool is_of_numbers = target.task == Task::regression && target.quantiles.empty() && !ranks.empty();
  require_equal_sizes("targets with residuals", where, is_of_numbers ? target.columns.size() : 0,
                      values.size());
  if (ranks.size() > kMostResiduals ||
      std::ranges::adjacent_find(ranks, std::greater_equal<>()) != ranks.end() ||
      (!ranks.empty() && ranks.front() == 0)) {
    throw_misfit("the ranks of the residuals are not ascending", where,
                 "at most " + format_count(kMostResiduals) + " whole numbers above 0, ascending", "others");
  }
  for (const std::vector<double>& one : values) {
    require_equal_sizes("residuals of a target", where, ranks.size(), one.size());
    const bool are_sizes = std::ranges::all_of(one, [](double e) { return e >= 0 && std::isfinite(e); });
    if (!are_sizes || !std::ranges::is_sorted(one))
      throw_misfit("the residuals of a target are not sorted", where, "numbers of at least 0, ascending",
                   "others");
  }
}

void validate(const Model& model) {
  validate_description(model);
  validate_residuals(model.residuals, model.encoder.target);
  const std::size_t count =
      std::visit([](const auto& parameters) { return parameters.size(); }, model.parameters);
  require_equal_sizes("parameters", "parameters", parameter_count(model.network), count);
  std::visit([&]<typename T>(const Parameters<T>& values) { validate_parameters<T>(model.network, values); },
             model.parameters);
}

}  // namespace chainrule
