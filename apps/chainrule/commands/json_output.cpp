// A function for each kind of result, one member for each of its fields; what a field cannot say (a
// number that is not finite, a score without rows) is null.
#include "chainrule/commands/json_output.h"

#include <cmath>
#include <string>
#include <type_traits>
#include <variant>

#include "chainrule/data/class_values.h"
#include "chainrule/io/report_words.h"
#include "chainrule/toolkit/console.h"

namespace chainrule::cli {
namespace {

Json numbers(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values)
    array.push_back(json_number(value));
  return array;
}

// Enumerations by their words, lists of them likewise, numbers as they are.
template <typename T>
Json json_of_field(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return name_of(value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return value;
  } else {
    Json list = Json::array();
    for (const auto element : value)
      list.push_back(name_of(element));
    return list;
  }
}

// The fields of a layer as it lists them itself.
template <typename AnyLayer>
Json json_of_fields(const AnyLayer& layer) {
  Json json = Json::object();
  for_each_field(layer, [&](std::string_view name, const auto& field) {
    json[std::string(name)] = json_of_field(field);
  });
  return json;
}

// Of a dense layer only those that say something: parameters where the activation has one, units where they
// differ.
Json json_of_fields(const Dense& layer) {
  Json json = {
      {"inputs", layer.inputs}, {"outputs", layer.outputs}, {"activation", name_of(layer.activation)}};
  if (layer.parameter_use != ParameterUse::none) {
    json["activation_parameter"] = layer.activation_parameter;
    json["activation_parameter_is_learnable"] = layer.parameter_use == ParameterUse::learnable;
  }
  if (!layer.unit_activations.empty()) json["unit_activations"] = json_of_field(layer.unit_activations);
  json["bias"] = layer.bias == BiasUse::present;
  return json;
}

// A number of rows, or a sum of their weights.
Json count_number(double count) {
  constexpr double kLargestCount = 0x1p53;
  return count == std::floor(count) && count < kLargestCount ? Json(static_cast<std::uint64_t>(count))
                                                             : json_number(count);
}

Json json_of(const Layer& layer) {
  Json json = {{"kind", name_of(kind_of(layer))}};
  json.update(std::visit([](const auto& one) { return json_of_fields(one); }, layer));
  return json;
}

Json number_or_null(const std::optional<double>& value) {
  return value ? json_number(*value) : Json(nullptr);
}

Json json_of(const LayerGradient& layer) {
  return {{"layer", layer.layer + 1},
          {"gradient_norm", json_number(layer.gradient_norm)},
          {"delta_rms", number_or_null(layer.delta_rms)}};
}

}  // namespace

Json json_number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const Metrics& metrics, const TargetEncoding& target) {
  Json json = {{"task", name_of(metrics.task)}, {"rows", metrics.rows}, {"loss", json_number(metrics.loss)}};
  if (metrics.weight_sum) json["weight_sum"] = json_number(*metrics.weight_sum);
  if (metrics.is_of_quantiles()) {
    json["d2_pinball"] = json_number(metrics.d2_pinball);
    json["pinball_loss"] = json_number(metrics.pinball_loss);
    for (const QuantileMetrics& one : metrics.per_quantile) {
      json["per_quantile"].push_back({{"quantile", one.quantile},
                                      {"coverage", json_number(one.coverage)},
                                      {"pinball_loss", json_number(one.pinball_loss)}});
    }
    if (!metrics.has_mean_errors()) return json;
  }
  if (metrics.task == Task::regression) {
    json["rmse"] = json_number(metrics.rmse);
    json["mae"] = json_number(metrics.mae);
    json["r2"] = json_number(metrics.r2);
    if (metrics.rmse_per_target.size() > 1) {
      json["targets"] = target.columns;
      json["rmse_per_target"] = numbers(metrics.rmse_per_target);
      json["mae_per_target"] = numbers(metrics.mae_per_target);
      json["r2_per_target"] = numbers(metrics.r2_per_target);
    }
    return json;
  }
  json["accuracy"] = json_number(metrics.accuracy);
  if (metrics.task == Task::multi_label) json["exact_match"] = json_number(metrics.exact_match);
  if (metrics.class_distance) json["class_distance"] = json_number(*metrics.class_distance);
  json["balanced_accuracy"] = json_number(metrics.balanced_accuracy);
  json["macro_f1"] = json_number(metrics.macro_f1);
  if (metrics.task != Task::multi_label) {
    json["log_loss"] = number_or_null(metrics.log_loss);
    json["brier"] = number_or_null(metrics.brier);
    if (!metrics.soft_labels) {
      json["auc"] = number_or_null(metrics.auc);
      if (metrics.task == Task::binary) json["average_precision"] = number_or_null(metrics.average_precision);
      json["calibration_error"] = number_or_null(metrics.calibration_error);
    }
  }
  Json classes = Json::array();
  for (std::size_t i = 0; i < metrics.per_class.size(); ++i) {
    const ClassMetrics& one = metrics.per_class[i];
    classes.push_back({{"name", target.class_names.at(i)},
                       {"rows", count_number(one.support)},
                       {"precision", json_number(one.precision)},
                       {"recall", json_number(one.recall)},
                       {"f1", json_number(one.f1)}});
  }
  json["per_class"] = std::move(classes);
  if (metrics.confusion.empty()) return json;
  Json matrix = Json::array();
  for (const std::vector<double>& counts : metrics.confusion) {
    Json row = Json::array();
    for (const double count : counts)
      row.push_back(count_number(count));
    matrix.push_back(std::move(row));
  }
  json["confusion"] = std::move(matrix);
  return json;
}

Json json_of(const Network& network) {
  Json layers = Json::array();
  for (const Layer& layer : network.layers)
    layers.push_back(json_of(layer));
  Json segments = Json::array();
  for (const ParameterSegment& segment : parameter_segments(network)) {
    segments.push_back({{"name", segment.name}, {"rows", segment.rows}, {"columns", segment.columns}});
  }
  return {{"inputs", network.inputs()},
          {"outputs", network.outputs()},
          {"parameters", parameter_count(network)},
          {"layers", std::move(layers)},
          {"segments", std::move(segments)}};
}

Json json_of(const Schema& schema) {
  Json columns = Json::array();
  for (const SchemaColumn& column : schema.columns) {
    columns.push_back({{"name", column.name},
                       {"kind", name_of(column.kind)},
                       {"role", name_of(column.role)},
                       {"note", column.note}});
  }
  return {{"task", name_of(schema.task)},
          {"columns", std::move(columns)},
          {"notes", texts_of(schema.notes, Face::command_line)}};
}

Json json_of(const TargetEncoding& target) {
  Json json = {{"columns", target.columns}, {"task", name_of(target.task)}};
  if (is_classification(target.task)) json["classes"] = target.class_names;
  if (target.task == Task::binary) json["threshold"] = target.threshold;
  if (!target.quantiles.empty()) json["quantiles"] = target.quantiles;
  if (target.soft_labels) json["soft_labels"] = true;
  for (std::size_t i = 0; i < target.columns.size() && target.task == Task::multi_label; ++i) {
    const auto values = label_values(target, i);
    json["labels"].push_back({{"name", target.class_names.at(i)}, {"no", values[0]}, {"yes", values[1]}});
  }
  return json;
}

Json json_of(const EncodeReport& report) {
  Json json = {{"unknown_words", report.unknown_words},    {"missing_cells", report.missing_cells},
               {"first_unknown", report.first_unknown},    {"similar_words", report.similar_words},
               {"first_similar", report.first_similar},    {"respelled_words", report.respelled_words},
               {"first_respelled", report.first_respelled}};
  for (const FarNumbers& far : report.far)
    json["far_numbers"].push_back({{"column", far.column}, {"cells", far.cells}, {"first", far.first}});
  return json;
}

Json json_of(const Importance& importance, Task task) {
  const std::string error = importance.is_of_quantiles ? "pinball_loss"
                            : task == Task::regression ? "rmse"
                                                       : "error";
  Json columns = Json::array();
  for (const ColumnImportance& one : importance.columns) {
    columns.push_back({{"column", one.column},
                       {"loss_rise", json_number(one.loss_rise)},
                       {"loss_spread", json_number(one.loss_spread)},
                       {error + "_rise", json_number(one.error_rise)},
                       {"beyond_chance", one.is_beyond_chance()}});
  }
  return {{"rows", importance.rows},
          {"all_rows", importance.all_rows},
          {"input_columns", importance.input_columns},
          {"screening_rows", importance.screening_rows},
          {"shuffles", kImportanceShuffles},
          {"loss", json_number(importance.loss)},
          {error, json_number(importance.error)},
          {"columns", std::move(columns)}};
}

Json json_of(const EpochReport& epoch) {
  Json json = {{"epoch", epoch.epoch}, {"training_loss", json_number(epoch.training_loss)}};
  if (epoch.validation_loss) json["validation_loss"] = json_number(*epoch.validation_loss);
  if (epoch.validation_score) json["validation_score"] = json_number(*epoch.validation_score);
  json["learning_rate"] = json_number(epoch.learning_rate);
  // The perceptron rule follows no gradient.
  if (epoch.corrections) {
    json["corrections"] = *epoch.corrections;
  } else {
    json["gradient_norm"] = json_number(epoch.gradient_norm);
    json["layers"] = Json::array();
    for (const LayerGradient& layer : epoch.layers)
      json["layers"].push_back(json_of(layer));
  }
  json["seconds"] = json_number(epoch.seconds);
  return json;
}

Json json_of(const GradientHealth& health, const Network& network) {
  Json layers = Json::array();
  for (const LayerHealth& layer : health.layers) {
    Json json = json_of(layer.gradient);
    json["kind"] = name_of(kind_of(network.layers[layer.gradient.layer]));
    json["units"] = layer.gradient.units;
    json["delta_ratio"] = number_or_null(layer.delta_ratio);
    json["z_rms"] = number_or_null(layer.z_rms);
    json["flat_share"] = number_or_null(layer.flat_share);
    json["stuck_units"] = layer.flat_share ? Json(layer.stuck_units) : Json(nullptr);
    json["verdict"] = name_of(layer.verdict);
    layers.push_back(std::move(json));
  }
  return {{"rows", health.rows}, {"loss", json_number(health.loss)}, {"layers", std::move(layers)}};
}

void write_json(Console& console, const Json& document) {
  // A terminal gets ASCII: text from a file must not control it.
  console.out(document.dump(2, ' ', console.out_is_terminal(), Json::error_handler_t::replace) + "\n");
}

}  // namespace chainrule::cli
