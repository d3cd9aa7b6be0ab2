#include "chainrule/io/model_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/container_header.h"
#include "chainrule/io/json.h"

namespace chainrule {

namespace {

constexpr TensorFileKind kModelFile = {
    .format = "chainrule",
    .version = 1,
    .name = "model file",
    .longest_header = kLongestModelHeader,
    .json = kModelFileJson,
    .too_long = "the description of the model is too long for a model file",
    .if_too_long = "leave columns out of the inputs, first of all those with many different words",
    .other_format = "it is a safetensors file of another program",
    .if_other_format = "use a model written by chainrule train",
    .if_newer = "use that version, or train the model again"};
constexpr std::size_t kLookedAtFirst = 24;  // enough to know a file of another kind
// Sizes that a description may name. Products are checked against the file before anything is allocated.
constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 32;

template <typename T>
constexpr std::string_view kDtype = std::is_same_v<T, float> ? "F32" : "F64";

template <typename T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// --- description -> JSON -----------------------------------------------------------------------------------
//
// Every structure is taken apart by a structured binding: a member added to it later does not compile here
// until it is written to files, too.

JsonTree to_json(const Dense& layer) {
  const auto& [inputs, outputs, activation, activation_parameter, parameter_use, bias, unit_activations] =
      layer;
  JsonTree units = JsonTree::empty_list();
  for (const Activation unit : unit_activations)
    units.add(name_of(unit));
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::dense))
      .with("inputs", inputs)
      .with("outputs", outputs)
      .with("activation", name_of(activation))
      .with("activation_parameter", activation_parameter)
      .with("parameter_use", name_of(parameter_use))
      .with("bias", name_of(bias))
      .with("unit_activations", std::move(units));
}

JsonTree to_json(const Dropout& layer) {
  const auto& [units, rate] = layer;
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::dropout))
      .with("units", units)
      .with("rate", rate);
}

JsonTree to_json(const Rbf& layer) {
  const auto& [inputs, units] = layer;
  return JsonTree::empty_object()
      .with("kind", name_of(LayerKind::rbf))
      .with("inputs", inputs)
      .with("units", units);
}

JsonTree to_json(const Network& network) {
  const auto& [layers] = network;
  JsonTree list = JsonTree::empty_list();
  for (const Layer& layer : layers)
    list.add(std::visit([](const auto& description) { return to_json(description); }, layer));
  return JsonTree::empty_object().with("layers", std::move(list));
}

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

JsonTree to_json(const Encoder& encoder) {
  const auto& [inputs, target, picture_rows, picture_columns, missing_words] = encoder;
  JsonTree list = JsonTree::empty_list();
  for (const ColumnEncoding& input : inputs)
    list.add(to_json(input));
  return JsonTree::empty_object()
      .with("inputs", std::move(list))
      .with("target", to_json(target))
      .with("picture_rows", picture_rows)
      .with("picture_columns", picture_columns)
      .with("missing_words", missing_words);
}

JsonTree to_json(const SchemaColumn& column) {
  const auto& [name, kind, role, note] = column;
  return JsonTree::empty_object()
      .with("name", name)
      .with("kind", name_of(kind))
      .with("role", name_of(role))
      .with("note", note);
}

JsonTree to_json(const Schema& schema) {
  const auto& [columns, task, notes] = schema;
  JsonTree list = JsonTree::empty_list();
  for (const SchemaColumn& column : columns)
    list.add(to_json(column));
  return JsonTree::empty_object()
      .with("columns", std::move(list))
      .with("task", name_of(task))
      .with("notes", texts_of(notes, Face::command_line));
}

JsonTree to_json(const LossOptions& loss) {
  const auto& [kind, reduction, huber_delta, quantile, label_smoothing] = loss;
  return JsonTree::empty_object()
      .with("kind", name_of(kind))
      .with("reduction", name_of(reduction))
      .with("huber_delta", huber_delta)
      .with("quantile", quantile)
      .with("label_smoothing", label_smoothing);
}

JsonTree to_json(const Provenance& provenance) {
  const auto& [version, data_name, data_fingerprint, training_rows, validation_rows, seed, epochs, best_epoch,
               stop_reason, options, held_out] = provenance;
  JsonTree option_list = JsonTree::empty_list();
  for (const auto& [name, value] : options)
    option_list.add(JsonTree::pair_of(name, value));
  JsonTree metric_list = JsonTree::empty_list();
  // A metric may be undefined (r2 of a constant target); that is no reason to lose the model.
  for (const auto& [name, value] : held_out)
    metric_list.add(JsonTree::pair_of(name, std::isfinite(value) ? JsonTree(value) : JsonTree()));
  return JsonTree::empty_object()
      .with("version", version)
      .with("data_name", data_name)
      .with("data_fingerprint", data_fingerprint)
      .with("training_rows", training_rows)
      .with("validation_rows", validation_rows)
      .with("seed", seed)
      .with("epochs", epochs)
      .with("best_epoch", best_epoch)
      .with("stop_reason", stop_reason)
      .with("options", std::move(option_list))
      .with("held_out", std::move(metric_list));
}

// --- JSON -> description -----------------------------------------------------------------------------------

std::size_t size_from(const JsonValue& value) {
  return static_cast<std::size_t>(value.count(kLargestSize));
}

Layer layer_from(const JsonValue& value) {
  switch (value.member("kind").word<LayerKind>()) {
    case LayerKind::dense: {
      value.require_members({"kind", "inputs", "outputs", "activation", "activation_parameter",
                             "parameter_use", "bias", "unit_activations"});
      Dense layer;
      layer.inputs = size_from(value.member("inputs"));
      layer.outputs = size_from(value.member("outputs"));
      layer.activation = value.member("activation").word<Activation>();
      layer.activation_parameter = value.member("activation_parameter").number();
      layer.parameter_use = value.member("parameter_use").word<ParameterUse>();
      layer.bias = value.member("bias").word<BiasUse>();
      for (const JsonValue unit : value.member("unit_activations").elements()) {
        layer.unit_activations.push_back(unit.word<Activation>());
      }
      return layer;
    }
    case LayerKind::dropout: {
      value.require_members({"kind", "units", "rate"});
      return Dropout{.units = size_from(value.member("units")), .rate = value.member("rate").number()};
    }
    case LayerKind::rbf: {
      value.require_members({"kind", "inputs", "units"});
      return Rbf{.inputs = size_from(value.member("inputs")), .units = size_from(value.member("units"))};
    }
  }
  value.refuse("the model file holds an unknown layer kind", join(names_of_all<LayerKind>(), ", "), "");
}

Network network_from(const JsonValue& value) {
  value.require_members({"layers"});
  Network network;
  for (const JsonValue layer : value.member("layers").elements())
    network.layers.push_back(layer_from(layer));
  return network;
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
          .positions = value.member("positions").counts(kLargestSize)};
}

Encoder encoder_from(const JsonValue& value) {
  value.require_members({"inputs", "target", "picture_rows", "picture_columns", "missing_words"});
  Encoder encoder;
  for (const JsonValue input : value.member("inputs").elements()) {
    encoder.inputs.push_back(column_encoding_from(input));
  }
  encoder.target = target_encoding_from(value.member("target"));
  encoder.picture_rows = size_from(value.member("picture_rows"));
  encoder.picture_columns = size_from(value.member("picture_columns"));
  encoder.missing_words = value.member("missing_words").texts();
  return encoder;
}

Schema schema_from(const JsonValue& value) {
  value.require_members({"columns", "task", "notes"});
  Schema schema;
  for (const JsonValue column : value.member("columns").elements()) {
    column.require_members({"name", "kind", "role", "note"});
    schema.columns.push_back({.name = column.member("name").text(),
                              .kind = column.member("kind").word<ColumnKind>(),
                              .role = column.member("role").word<ColumnRole>(),
                              .note = column.member("note").text()});
  }
  schema.task = value.member("task").word<Task>();
  for (const std::string& note : value.member("notes").texts())
    schema.notes.emplace_back(note);
  return schema;
}

LossOptions loss_from(const JsonValue& value) {
  value.require_members({"kind", "reduction", "huber_delta", "quantile", "label_smoothing"});
  return {.kind = value.member("kind").word<Loss>(),
          .reduction = value.member("reduction").word<Reduction>(),
          .huber_delta = value.member("huber_delta").number(),
          .quantile = value.member("quantile").number(),
          .label_smoothing = value.member("label_smoothing").number()};
}

// The two parts of a ["name", value].
std::pair<JsonValue, JsonValue> pair_from(const JsonValue& value) {
  const JsonValue::Elements parts = value.elements();
  if (parts.size() != 2) {
    value.refuse("the model file holds a list of the wrong length", "a name and a value",
                 count_of(parts.size(), "element"));
  }
  return {parts[0], parts[1]};
}

Provenance provenance_from(const JsonValue& value) {
  value.require_members({"version", "data_name", "data_fingerprint", "training_rows", "validation_rows",
                         "seed", "epochs", "best_epoch", "stop_reason", "options", "held_out"});
  Provenance provenance;
  provenance.version = value.member("version").text();
  provenance.data_name = value.member("data_name").text();
  provenance.data_fingerprint = value.member("data_fingerprint").text();
  provenance.training_rows = value.member("training_rows").count();
  provenance.validation_rows = value.member("validation_rows").count();
  provenance.seed = value.member("seed").count();
  provenance.epochs = value.member("epochs").count();
  provenance.best_epoch = value.member("best_epoch").count();
  provenance.stop_reason = value.member("stop_reason").text();
  for (const JsonValue option : value.member("options").elements()) {
    const auto [name, text] = pair_from(option);
    provenance.options.emplace_back(name.text(), text.text());
  }
  for (const JsonValue metric : value.member("held_out").elements()) {
    const auto [name, number] = pair_from(metric);
    provenance.held_out.emplace_back(name.text(), number.is_null() ? std::nan("") : number.number());
  }
  return provenance;
}

// --- what must hold ----------------------------------------------------------------------------------------

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

void validate_input(const ColumnEncoding& input, const std::string& where) {
  require_finite(where, {input.offset, input.factor, input.fill});
  if (input.kind == ColumnKind::numeric) {
    require_equal_sizes("a numeric column has words", where + ".words", 0, input.words.size());
    return;
  }
  const auto out_of_order = std::ranges::adjacent_find(input.words, std::greater_equal<>());
  if (out_of_order != input.words.end()) {
    throw_misfit("the words of a category are not sorted", where + ".words", "each once, ascending by bytes",
                 quoted(*out_of_order) + " before " + quoted(*(out_of_order + 1)));
  }
}

void validate_target(const TargetEncoding& target) {
  const std::string where = "encoder.target";
  const std::size_t columns = target.columns.size();
  if (columns == 0) throw_misfit("there is no target column", where + ".columns", "at least one", "none");
  require_distinct("a target column is named twice", where + ".columns", target.columns);
  require_distinct("two classes have the same name", where + ".class_names", target.class_names);
  if (!target.positions.empty()) {
    require_equal_sizes("places of the targets", where + ".positions", columns, target.positions.size());
    const auto out_of_order = std::ranges::adjacent_find(target.positions, std::greater_equal<>());
    if (out_of_order != target.positions.end()) {
      throw_misfit("the places of the targets are not sorted", where + ".positions", "ascending",
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
  const std::size_t classes = target.class_names.size();
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
      require_equal_sizes("target columns", where + ".columns", 1, columns);
      if (target.task == Task::binary) require_equal_sizes("classes", where + ".class_names", 2, classes);
      if (classes < 2)
        throw_misfit("too few classes", where + ".class_names", "at least 2", format_count(classes));
      require_equal_sizes("class values", where + ".class_values", classes, target.class_values.size());
      require_distinct("two classes have the same value", where + ".class_values", target.class_values);
      return;
  }
}

// An empty schema is that of an encoder made by hand.
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
      throw_misfit("a column of the encoder has another role in the schema", "schema.columns",
                   quoted(name) + " as " + std::string(name_of(role)),
                   found == roles.end() ? "no such column" : std::string(name_of(found->second)));
    }
  };
  for (const ColumnEncoding& input : encoder.inputs)
    require_role(input.name, ColumnRole::input);
  for (const std::string& target : encoder.target.columns)
    require_role(target, ColumnRole::target);
}

// Who draws a row as a picture takes one number from each input.
void validate_picture(const Encoder& encoder) {
  const std::size_t rows = encoder.picture_rows, columns = encoder.picture_columns;
  if ((rows == 0) != (columns == 0))
    throw_misfit("a picture has rows or columns only", "encoder.picture_rows", "both or none", "one of them");
  if (rows == 0) return;
  const std::size_t pixels = encoder.inputs.size();
  if (pixels % rows != 0 || pixels / rows != columns) {
    throw_misfit("a picture has another number of pixels than there are inputs", "encoder.picture_rows",
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
  // A table without header is read by these places.
  const std::vector<std::size_t>& positions = encoder.target.positions;
  const std::size_t used = encoder.inputs.size() + encoder.target.columns.size();
  if (!positions.empty() && positions.back() >= used) {
    throw_misfit("the place of a target that no column has", "encoder.target.positions",
                 "less than " + format_count(used), format_count(positions.back()));
  }
  validate_picture(encoder);
}

// All but the parameters.
void validate_description(const Model& model) {
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
  validate_schema(model.schema, model.encoder);
  require_equal_sizes("features of the encoder and inputs of the network", "network",
                      model.encoder.features(), model.network.inputs());
  require_equal_sizes("outputs that the target needs and outputs of the network", "network",
                      model.encoder.target.outputs(), model.network.outputs());
}

// --- writing -----------------------------------------------------------------------------------------------

// The header without its checksum, padded. `checksum_of` gives the checksum's text for a tensor.
template <typename T, typename ChecksumOf>
std::string header_text_of(const Model& model, ChecksumOf checksum_of) {
  const auto& [network, unused_parameters, encoder, schema, loss, provenance] = model;
  JsonTree header = JsonTree::empty_object();
  JsonTree checksums = JsonTree::empty_object();
  for (const ParameterSegment& segment : parameter_segments(network)) {
    header.add(segment.name, container_tensor(kDtype<T>, segment.shape(), segment.offset * sizeof(T),
                                              (segment.offset + segment.size()) * sizeof(T)));
    checksums.add(segment.name, checksum_of(segment));
  }
  JsonTree metadata = container_metadata(kModelFile);
  std::size_t values = 0;
  const auto add_part = [&](const char* name, const JsonTree& part) {
    values += part.count_values();
    metadata.add(name, canonical_json(part));
  };
  add_part("network", to_json(network));
  add_part("encoder", to_json(encoder));
  add_part("schema", to_json(schema));
  add_part("loss", to_json(loss));
  add_part("provenance", to_json(provenance));
  add_part("checksums", checksums);
  header.add(kMetadataKey, std::move(metadata));
  values += header.count_values();
  std::string text = container_header_text(kModelFile, header);
  if (values > kMostModelValues) {
    throw StateError({.what = std::string(kModelFile.too_long),
                      .expected = "at most " + count_of(kMostModelValues, "value"),
                      .got = format_count(values),
                      .advice = std::string(kModelFile.if_too_long)});
  }
  return text;
}

template <typename T>
std::string header_bytes(const Model& model, std::span<const T> parameters) {
  return container_header_bytes(header_text_of<T>(model, [&](const ParameterSegment& segment) {
    const std::span<const T> values = parameters.subspan(segment.offset, segment.size());
    if (!std::ranges::all_of(values, [](T value) { return std::isfinite(value); })) {
      throw NonFiniteError({.what = "parameters that are not finite cannot be saved",
                            .where = segment.name,
                            .advice = "train with a smaller learning rate"});
    }
    return checksum_of(bytes_of(values));
  }));
}

// The two parts of the file: header, and parameters as they lie in memory.
template <typename Use>
void with_parts(const Model& model, Use use) {
  validate(model);
  std::visit(
      [&]<typename T>(const Parameters<T>& parameters) {
        const std::span<const T> values(parameters);
        use(header_bytes(model, values), bytes_of(values));
      },
      model.parameters);
}

// --- reading -----------------------------------------------------------------------------------------------

// Fills the span with the next bytes of the file and says how many there were: fewer only at its end.
using ReadBytes = std::function<std::size_t(std::span<std::byte>)>;

class ModelReader {
 public:
  // A file of `size` bytes.
  ModelReader(ReadBytes read, std::uint64_t size, std::string_view name)
      : read_(std::move(read)), size_(size), name_(name), header_(kModelFile, name) {}

  Model read() {
    header_text_ = read_header_text();
    const JsonTree header = header_.parse(header_text_, room_);
    const JsonValue root(header, name_ + ": header");
    const JsonValue metadata = root.member(kMetadataKey);
    metadata.require_members({"format", "format_version", "network", "encoder", "schema", "loss",
                              "provenance", "checksums", "header_checksum"});
    Model model;
    model.network = read_part(metadata, "network", network_from);
    model.encoder = read_part(metadata, "encoder", encoder_from);
    model.schema = read_part(metadata, "schema", schema_from);
    model.loss = read_part(metadata, "loss", loss_from);
    model.provenance = read_part(metadata, "provenance", provenance_from);
    check_sizes(model.network);
    try {
      validate_description(model);
    } catch (const StateError& error) {
      const ErrorReport& report = error.report();
      header_.refuse(report.what, report.where, report.expected, report.got, kForeignFileAdvice);
    }
    read_tensors(root, metadata, model);
    return model;
  }

 private:
  // Without the length before it.
  std::string read_header_text() {
    header_.check_size(size_);
    std::string start(std::min<std::uint64_t>(size_, kLookedAtFirst), '\0');
    read_whole(std::as_writable_bytes(std::span(start)));
    check_other_formats(start);
    const std::size_t length = header_.text_length(start, size_);
    data_size_ = size_ - kLengthBytes - length;
    std::string text = start.substr(kLengthBytes, length);
    data_start_ = start.substr(kLengthBytes + text.size());
    const std::size_t before = text.size();
    text.resize(length);
    read_whole(std::as_writable_bytes(std::span(text)).subspan(before));
    return text;
  }

  void read_whole(std::span<std::byte> bytes) const {
    if (read_(bytes) < bytes.size()) {
      header_.refuse("it became shorter while it was read", "", count_of(size_, "byte"), "",
                     kDamagedFileAdvice);
    }
  }

  // What people take for a model file by mistake. None of these starts is the length of a proper header: as
  // lengths they are over the limit or, gzip's, not 56 more than a multiple of 64.
  void check_other_formats(std::string_view start) const {
    struct Magic {
      std::string_view start, what, advice;
    };
    constexpr std::string_view kTrain = kModelFile.if_other_format;
    constexpr std::array kMagics = {
        Magic{"PK\x03\x04", "it looks like a zip archive (a model of PyTorch or Keras?)", kTrain},
        Magic{"\x89HDF", "it looks like an HDF5 file (a model of Keras?)", kTrain},
        Magic{"\x1f\x8b", "it is compressed by gzip", "unpack it first (gunzip)"},
        Magic{"\x93NUMPY", "it is a NumPy array", kTrain},
    };
    for (const Magic& magic : kMagics) {
      if (start.starts_with(magic.start)) header_.refuse(magic.what, "", "", "", magic.advice);
    }
    const bool is_text = std::ranges::all_of(start.substr(0, kLengthBytes), [](char c) {
      return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
    });
    if (is_text) {
      header_.refuse("it looks like text", "", "", quoted(start),
                     "check that the table and the model are not swapped");
    }
  }

  template <typename Part>
  Part read_part(const JsonValue& metadata, std::string_view part, Part (*convert)(const JsonValue&)) {
    const std::string where = name_ + ": " + std::string(part);
    const JsonTree value = parse_json_strictly(metadata.member(part).text(), where, room_);
    return convert(JsonValue(value, where));
  }

  // The parameters of all layers must fit into the rest of the file: says so before anything is multiplied or
  // allocated.
  void check_sizes(const Network& network) const {
    std::size_t left = static_cast<std::size_t>(data_size_) / sizeof(float);
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      if (std::holds_alternative<Dropout>(network.layers[i])) continue;
      const std::size_t inputs = layer_inputs(network.layers[i]);
      const std::size_t outputs = layer_outputs(network.layers[i]);
      if (inputs == 0 || outputs == 0) continue;
      if (outputs > left / inputs) {
        header_.refuse(
            "the network has more parameters than the file holds, or the file is cut short",
            "network.layers[" + std::to_string(i) + "]",
            "room for " + format_count(inputs) + " x " + format_count(outputs) +
                (std::holds_alternative<Rbf>(network.layers[i]) ? " coordinates of centres" : " weights"),
            count_of(data_size_, "byte") + " of tensors", kDamagedFileAdvice);
      }
      left -= inputs * outputs;
    }
  }

  void read_tensors(const JsonValue& root, const JsonValue& metadata, Model& model) {
    const std::vector<ParameterSegment> segments = parameter_segments(model.network);
    for (const ParameterSegment& segment : segments) {
      if (!root.has_member(segment.name)) {
        header_.refuse("a tensor is missing", "header", quoted(segment.name), "nothing", kForeignFileAdvice);
      }
    }
    std::set<std::string_view> known = {kMetadataKey};
    for (const ParameterSegment& segment : segments)
      known.insert(segment.name);
    for (const std::string_view name : root.member_names()) {
      if (!known.contains(name)) {
        header_.refuse("a tensor does not belong to the network", "header", "", quoted(name),
                       kForeignFileAdvice);
      }
    }
    const std::string dtype = root.member(segments.front().name).member("dtype").text();
    if (dtype == kDtype<float>) {
      model.parameters = read_parameters<float>(root, metadata, model, segments);
    } else if (dtype == kDtype<double>) {
      model.parameters = read_parameters<double>(root, metadata, model, segments);
    } else {
      header_.refuse("the numbers of a tensor have an unknown type",
                     "header[" + quoted(segments.front().name) + "].dtype", "F32 or F64", quoted(dtype),
                     kForeignFileAdvice);
    }
  }

  template <typename T>
  Parameters<T> read_parameters(const JsonValue& root, const JsonValue& metadata, const Model& model,
                                std::span<const ParameterSegment> segments) {
    const std::size_t count = segments.back().offset + segments.back().size();
    if (count != data_size_ / sizeof(T) || data_size_ % sizeof(T) != 0) {
      const bool is_short = data_size_ < count * sizeof(T);
      header_.refuse(
          is_short ? "it is cut short, within the tensors" : "there are bytes after the last tensor", "",
          count_of(count * sizeof(T), "byte") + " of tensors", format_count(data_size_), kDamagedFileAdvice);
    }
    const JsonTree checksums =
        parse_json_strictly(metadata.member("checksums").text(), name_ + ": checksums", room_);
    const JsonValue stored(checksums, name_ + ": checksums");
    if (stored.member_names().size() != segments.size()) {
      stored.refuse("there are checksums of tensors that are not there",
                    count_of(segments.size(), "checksum"), format_count(stored.member_names().size()));
    }
    for (const ParameterSegment& segment : segments)
      check_tensor<T>(root.member(segment.name), segment);
    Parameters<T> parameters(count);
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span<T>(parameters));
    std::memcpy(bytes.data(), data_start_.data(), data_start_.size());
    read_whole(bytes.subspan(data_start_.size()));
    for (const ParameterSegment& segment : segments) {
      const auto values = std::span<const T>(parameters).subspan(segment.offset, segment.size());
      const std::string checksum = checksum_of(bytes_of(values));
      if (stored.member(segment.name).text() != checksum) {
        header_.refuse("the checksum of a tensor does not fit", segment.name,
                       stored.member(segment.name).text(), checksum, kDamagedFileAdvice);
      }
    }
    for (const ParameterSegment& segment : segments) {
      const auto values = std::span<const T>(parameters).subspan(segment.offset, segment.size());
      const auto bad = std::ranges::find_if(values, [](T value) { return !std::isfinite(value); });
      if (bad != values.end()) {
        header_.refuse("a parameter is not a finite number", segment.name, "finite numbers",
                       format_number(*bad) + " at place " + std::to_string(bad - values.begin()),
                       kForeignFileAdvice);
      }
    }
    try {
      validate_parameters<T>(model.network, parameters);
    } catch (const StateError& error) {
      header_.refuse(error.report().what, error.report().where, "", error.report().got, kForeignFileAdvice);
    }
    check_spelling<T>(model, stored);
    return parameters;
  }

  // What means the same but is spelled otherwise did not come from here. So equal models are equal files.
  template <typename T>
  void check_spelling(const Model& description, const JsonValue& checksums) const {
    std::string text;
    try {
      text = header_text_of<T>(description, [&checksums](const ParameterSegment& segment) {
        return checksums.member(segment.name).text();
      });
    } catch (const StateError&) {  // longer than the file's: another text, too
    }
    if (text == header_text_) return;
    const std::size_t at =
        static_cast<std::size_t>(std::ranges::mismatch(text, header_text_).in2 - header_text_.begin());
    constexpr std::size_t kShown = 24;
    header_.refuse("the header is not spelled as chainrule spells it",
                   "byte " + std::to_string(kLengthBytes + at),
                   quoted(text.substr(std::min(at, text.size()), kShown)),
                   quoted(header_text_.substr(at, kShown)), kForeignFileAdvice);
  }

  template <typename T>
  void check_tensor(const JsonValue& tensor, const ParameterSegment& segment) const {
    tensor.require_members({"dtype", "shape", "data_offsets"});
    if (tensor.member("dtype").text() != kDtype<T>) {
      tensor.member("dtype").refuse("the tensors have different types", std::string(kDtype<T>),
                                    quoted(tensor.member("dtype").text()));
    }
    const auto list_text = [](std::span<const std::size_t> numbers) {
      std::vector<std::string> parts;
      for (const std::size_t number : numbers)
        parts.push_back(std::to_string(number));
      return "[" + join(parts, ",") + "]";
    };
    const auto require_list = [&](const char* member, const char* what,
                                  const std::vector<std::size_t>& expected) {
      const JsonValue value = tensor.member(member);
      const std::vector<std::size_t> got = value.counts(UINT64_MAX);
      if (got != expected) {
        value.refuse(what, list_text(expected),
                     list_text(std::span(got).first(std::min<std::size_t>(got.size(), 8))));
      }
    };
    require_list("shape", "a tensor has another shape than the layer", segment.shape());
    require_list("data_offsets", "the tensors overlap, leave holes or are out of order",
                 {segment.offset * sizeof(T), (segment.offset + segment.size()) * sizeof(T)});
  }

  ReadBytes read_;
  std::uint64_t size_;
  std::string name_;
  ContainerHeaderReader header_;
  JsonRoom room_ = {.values = kMostModelValues};
  std::string header_text_;      // as read; zeros for its checksum once that was compared
  std::uint64_t data_size_ = 0;  // of what follows the header
  std::string data_start_;       // its bytes that were read together with the length
};

}  // namespace

void validate(const Model& model) {
  validate_description(model);
  const std::size_t count =
      std::visit([](const auto& parameters) { return parameters.size(); }, model.parameters);
  require_equal_sizes("parameters", "parameters", parameter_count(model.network), count);
  std::visit([&]<typename T>(const Parameters<T>& values) { validate_parameters<T>(model.network, values); },
             model.parameters);
}

void require_room_in_file(const Model& model) {
  header_text_of<double>(model, [](const ParameterSegment&) { return std::string(kZeroChecksum); });
}

std::string model_to_bytes(const Model& model) {
  std::string bytes;
  with_parts(model, [&bytes](std::string header, std::string_view parameters) {
    bytes = std::move(header);
    bytes += parameters;
  });
  return bytes;
}

Model model_from_bytes(std::string_view bytes, std::string_view name_for_messages) {
  std::string_view left = bytes;
  const auto read = [&left](std::span<std::byte> wanted) {
    const std::size_t count = std::min(wanted.size(), left.size());
    std::memcpy(wanted.data(), left.data(), count);
    left.remove_prefix(count);
    return count;
  };
  return ModelReader(read, bytes.size(), name_for_messages).read();
}

void save_model(FileSystem& file_system, const std::string& path, const Model& model) {
  with_parts(model, [&](const std::string& header, std::string_view parameters) {
    const std::string_view pieces[] = {header, parameters};
    write_file_atomically(file_system, path, pieces);
  });
}

Model load_model(FileSystem& file_system, const std::string& path) {
  try {
    const RegularFile opened = file_system.open_regular_to_read(path);
    const auto read = [&opened](std::span<std::byte> wanted) {
      std::size_t count = 0;
      while (count < wanted.size()) {
        const std::size_t more = opened.file->read(wanted.subspan(count));
        if (more == 0) break;
        count += more;
      }
      return count;
    };
    return ModelReader(read, opened.size, path).read();
  } catch (const DataError& error) {
    throw ModelFileError(error.report());
  }
}

}  // namespace chainrule
