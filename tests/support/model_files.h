// Model files for tests: small models, and files that are taken apart, changed and sealed again with valid
// checksums, so that the checks after the checksums are reached.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <iomanip>
#include <limits>
#include <locale>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "chainrule/io/json.h"
#include "chainrule/io/model_file.h"

namespace chainrule::model_files {

using nlohmann::json;

// --- models ------------------------------------------------------------------------------------------------

// Every member has a value other than its default, except for those of picture_model.
template <typename T>
Model example_model() {
  Model model;
  Dense hidden{.inputs = 5,
               .outputs = 3,
               .activation = Activation::swish,
               .activation_parameter = 1.25,
               .parameter_use = ParameterUse::learnable,
               .bias = BiasUse::absent,
               .unit_activations = {Activation::swish, Activation::tanh, Activation::relu}};
  model.network.layers = {hidden, Dropout{.units = 3, .rate = 0.1}, make_dense(3, 3, Activation::softmax)};
  Parameters<T> parameters;
  for (std::size_t i = 0; i < parameter_count(model.network); ++i) {
    parameters.push_back(static_cast<T>(i) / 7 - static_cast<T>(0.5));
  }
  parameters[0] = -T{0};
  parameters[1] = std::numeric_limits<T>::denorm_min();
  parameters[2] = std::numeric_limits<T>::max();
  model.parameters = parameters;
  model.encoder.inputs = {{.name = "bill length, \"mm\"",
                           .kind = ColumnKind::numeric,
                           .scaling = Scaling::min_max,
                           .offset = 0.1,
                           .factor = 1.0 / 3,
                           .fill = -0.0,
                           .words = {},
                           .missing_feature = MissingFeature::present},
                          {.name = "\xc3\xaele",
                           .kind = ColumnKind::category,
                           .scaling = Scaling::none,
                           .offset = 5e-324,
                           .factor = 1.7976931348623157e308,
                           .fill = 1e22,
                           .words = {"Biscoe", "Dream\n"},
                           .missing_feature = MissingFeature::present}};
  model.encoder.target = {.task = Task::classes,
                          .columns = {"species"},
                          .class_names = {"setosa", "virginica", "other"},
                          .class_values = {"0", "1", "2"},
                          .offset = {},
                          .factor = {},
                          .positions = {2}};
  model.encoder.missing_words = {"", "NA", "?"};
  model.schema = {
      .columns =
          {{.name = "bill length, \"mm\"",
            .kind = ColumnKind::numeric,
            .role = ColumnRole::input,
            .note = ""},
           {.name = "\xc3\xaele", .kind = ColumnKind::category, .role = ColumnRole::input, .note = "words"},
           {.name = "id",
            .kind = ColumnKind::numeric,
            .role = ColumnRole::ignored,
            .note = "every value once"},
           {.name = "species", .kind = ColumnKind::category, .role = ColumnRole::target, .note = ""}},
      .task = Task::classes,
      .notes = {"the last column is the target", ""}};
  model.loss = {.kind = Loss::softmax_cross_entropy,
                .reduction = Reduction::sum,
                .huber_delta = 1.5,
                .quantile = 0.9,
                .label_smoothing = 0.1};
  model.provenance = {.version = "0.1.0",
                      .data_name = "penguins.csv",
                      .data_hash = "0123456789abcdef",
                      .training_rows = 267,
                      .validation_rows = 66,
                      .seed = std::numeric_limits<std::uint64_t>::max(),
                      .epochs = 20,
                      .best_epoch = 17,
                      .stop_reason = "no_improvement",
                      .options = {{"hidden", "3"}, {"ignore", "id"}, {"ignore", "year"}},
                      .held_out = {{"accuracy", 0.97}, {"r2", -1e-5}}};
  return model;
}

// y = 2 x + 1: one weight and one bias.
inline Model smallest_model() {
  Model model;
  model.network.layers = {make_dense(1, 1, Activation::identity)};
  model.parameters = Parameters<float>{2, 1};
  model.encoder.inputs = {{.name = "x", .scaling = Scaling::none}};
  model.encoder.target = {.task = Task::regression, .columns = {"y"}, .offset = {0}, .factor = {1}};
  model.schema.task = Task::regression;
  return model;
}

// One radial basis function at 0 of width 2, weight 3 and bias 1.
inline Model rbf_model() {
  Model model = smallest_model();
  model.network = make_rbf_network({.inputs = 1, .units = 1, .outputs = 1});
  model.parameters = Parameters<float>{0, 2, 3, 1};
  return model;
}

// Rows that are images of 2 x 3 pixels.
inline Model picture_model() {
  Model model = smallest_model();
  model.network.layers = {make_dense(6, 1, Activation::identity)};
  model.parameters = Parameters<float>{1, 2, 3, 4, 5, 6, 7};
  model.encoder.inputs.assign(6, {.scaling = Scaling::bytes, .factor = 1.0 / 255});
  for (std::size_t i = 0; i < 6; ++i)
    model.encoder.inputs[i].name = "pixel_" + std::to_string(i + 1);
  model.encoder.image_rows = 2;
  model.encoder.image_columns = 3;
  return model;
}

// --- files taken apart, changed, and sealed again ----------------------------------------------------------

// A number as model files store it.
inline std::string spelled(const json& value) {
  return canonical_json(parse_json_strictly(value.dump(), "test"));
}

inline std::string hexadecimal(unsigned long checksum) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::hex << std::setw(8) << std::setfill('0') << checksum;
  return text.str();
}

inline unsigned long crc(std::string_view bytes) {
  return ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

struct ModelFileParts {
  std::string header_text;  // without the padding
  std::string data;

  explicit ModelFileParts(const std::string& bytes) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    header_text = bytes.substr(8, length);
    header_text.erase(header_text.find_last_not_of(' ') + 1);
    data = bytes.substr(8 + length);
  }

  json header() const { return json::parse(header_text); }

  // The file with a valid header checksum, and with `padding` spaces or as many as the format requires.
  std::string sealed(int padding = -1) const {
    std::string text = header_text;
    const std::string key = "\"header_checksum\":\"";
    const std::size_t digits =
        text.find(key) == std::string::npos ? std::string::npos : text.find(key) + key.size();
    if (digits != std::string::npos) text.replace(digits, 8, "00000000");
    if (padding < 0) padding = static_cast<int>((64 - (8 + text.size()) % 64) % 64);
    text.append(static_cast<std::size_t>(padding), ' ');
    const std::uint64_t length = text.size();
    std::string start(8, '\0');
    std::memcpy(start.data(), &length, 8);
    if (digits != std::string::npos) text.replace(digits, 8, hexadecimal(crc(start + text)));
    return start + text + data;
  }
};

using HeaderEdit = std::function<void(json& header)>;

// The bytes of a model whose header was changed and sealed again.
inline std::string with_header(const Model& model, const HeaderEdit& edit) {
  ModelFileParts parts(model_to_bytes(model));
  json header = parts.header();
  edit(header);
  parts.header_text = spelled(header);
  return parts.sealed();
}

// The change of one of the JSON texts in the metadata.
inline HeaderEdit in_part(const std::string& part, const std::function<void(json& value)>& edit) {
  return [part, edit](json& header) {
    json value = json::parse(header["__metadata__"][part].get<std::string>());
    edit(value);
    header["__metadata__"][part] = spelled(value);
  };
}

// The bytes of a model whose tensors were changed and whose checksums were updated.
inline std::string with_data(const Model& model, const std::function<void(std::string& data)>& edit) {
  ModelFileParts parts(model_to_bytes(model));
  edit(parts.data);
  json header = parts.header();
  in_part("checksums", [&](json& checksums) {
    for (auto& [name, checksum] : checksums.items()) {
      const std::size_t begin = header[name]["data_offsets"][0], end = header[name]["data_offsets"][1];
      checksum = hexadecimal(crc(std::string_view(parts.data).substr(begin, end - begin)));
    }
  })(header);
  parts.header_text = spelled(header);
  return parts.sealed();
}

// Applies an edit to __metadata__.
inline HeaderEdit in_metadata(const std::function<void(json& metadata)>& edit) {
  return [edit](json& header) { edit(header["__metadata__"]); };
}

inline std::string little_endian(std::uint64_t value) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &value, 8);
  return bytes;
}

}  // namespace chainrule::model_files
