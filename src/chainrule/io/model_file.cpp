// A model in a tensor file: five JSON texts, and a tensor for each weight matrix or parameter vector.
//
//   text        holds                                     converted by
//   network     the layers                                io/layer_json
//   encoder     how columns become features, and outputs  io/encoder_json
//               predictions
//   schema      the columns of the training table         io/schema_json
//   loss        what was minimised                        io/loss_json
//   provenance  where the model came from                 io/provenance_json
//
// The tensors are in the order of parameter_segments, which is the order of the parameters in memory: writing
// copies nothing, and reading fills one array front to back.
//
// Each model has exactly one spelling. The reader writes the header again from the model it has read and
// compares the two, so that every accepted file is written back byte for byte. docs/model-format.md specifies
// the file.
#include "chainrule/io/model_file.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/encoder_json.h"
#include "chainrule/io/json.h"
#include "chainrule/io/layer_json.h"
#include "chainrule/io/loss_json.h"
#include "chainrule/io/provenance_json.h"
#include "chainrule/io/schema_json.h"
#include "chainrule/io/tensor_file.h"

namespace chainrule {

namespace {

constexpr TensorFileKind kModelFile = {
    .format = "chainrule",
    .version = 1,
    .name = "model file",
    .longest_header = kLongestModelHeader,
    .most_values = kMostModelValues,
    .json = kModelFileJson,
    .too_long = "the description of the model is too long for a model file",
    .if_too_long = "use fewer input columns: first leave out those with many categories",
    .other_format = "it is a safetensors file of another program",
    .if_other_format = "use a model written by chainrule train",
    .if_text = "check that the table and the model are not swapped",
    .if_newer = "use that version, or train the model again"};

// --- writing -----------------------------------------------------------------------------------------------

// The header without its checksum. `checksum_of` gives the checksum's text for a segment.
template <typename T, typename ChecksumOf>
std::string header_text_of(const Model& model, ChecksumOf checksum_of) {
  const auto& [network, unused_parameters, encoder, schema, loss, provenance] = model;
  TensorFileHeader header(kModelFile);
  for (const ParameterSegment& segment : parameter_segments(network))
    header.add_tensor(segment.name, kDtypeOf<T>, segment.shape(), checksum_of(segment));
  header.add_json("network", to_json(network));
  header.add_json("encoder", to_json(encoder));
  header.add_json("schema", to_json(schema));
  header.add_json("loss", to_json(loss));
  header.add_json("provenance", to_json(provenance));
  return std::move(header).text();
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

// The two parts of the file: the header, and the parameters as in memory.
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

class ModelReader {
 public:
  explicit ModelReader(TensorFileReader& file) : file_(file) {}

  Model read() {
    file_.require_texts({"network", "encoder", "schema", "loss", "provenance"});
    Model model;
    model.network = file_.with_json("network", network_from);
    model.encoder = file_.with_json("encoder", encoder_from);
    model.schema = file_.with_json("schema", schema_from);
    model.loss = file_.with_json("loss", loss_from);
    model.provenance = file_.with_json("provenance", provenance_from);
    check_sizes(model.network, file_.data_size(), file_.header());
    try {
      validate_description(model);
    } catch (const StateError& error) {
      refuse(error.report());
    }
    const std::vector<ParameterSegment> segments = parameter_segments(model.network);
    check_tensors(segments);
    if (file_.tensors().front().dtype == Dtype::f32) {
      model.parameters = read_parameters<float>(model, segments);
    } else {
      model.parameters = read_parameters<double>(model, segments);
    }
    return model;
  }

 private:
  // Reports a failed check of the model as a fault of the file.
  [[noreturn]] void refuse(const ErrorReport& report) const {
    file_.header().refuse_as_foreign(report.what, report.where, report.expected, report.got);
  }

  // Checks that the tensors are those of the network, all of one type, in its shapes and its order.
  void check_tensors(std::span<const ParameterSegment> segments) {
    check_names(segments);
    const JsonValue first_type = file_.entry(segments.front().name).member("dtype");
    for (const ParameterSegment& segment : segments) {
      const JsonValue tensor = file_.entry(segment.name);
      if (tensor.member("dtype").text() != first_type.text()) {
        tensor.member("dtype").refuse("the tensors have different types", first_type.text(),
                                      quoted(tensor.member("dtype").text()));
      }
      const std::vector<std::size_t> shape = tensor.member("shape").counts(UINT64_MAX);
      if (shape != segment.shape()) {
        tensor.member("shape").refuse("the shape of a tensor differs from its layer's",
                                      shape_text(segment.shape()), shape_text(shape));
      }
    }
    std::vector<std::string> order;
    for (const ParameterSegment& segment : segments)
      order.push_back(segment.name);
    file_.check_places(order);
  }

  void check_names(std::span<const ParameterSegment> segments) const {
    std::set<std::string_view> found;
    for (const TensorEntry& tensor : file_.tensors())
      found.insert(tensor.name);
    for (const ParameterSegment& segment : segments) {
      if (found.erase(segment.name) == 0)
        file_.header().refuse_as_foreign("a tensor is missing", "header", quoted(segment.name), "nothing");
    }
    if (!found.empty()) {
      file_.header().refuse_as_foreign("a tensor does not belong to the network", "header", "",
                                       quoted(*found.begin()));
    }
  }

  template <typename T>
  Parameters<T> read_parameters(const Model& description, std::span<const ParameterSegment> segments) {
    Parameters<T> parameters(segments.back().offset + segments.back().size());
    std::vector<std::string> checksums;
    for (const ParameterSegment& segment : segments) {
      const auto values = std::span(parameters).subspan(segment.offset, segment.size());
      checksums.push_back(file_.read_next(std::as_writable_bytes(values)));
    }
    for (const ParameterSegment& segment : segments) {
      const auto values = std::span<const T>(parameters).subspan(segment.offset, segment.size());
      const auto bad = std::ranges::find_if(values, [](T value) { return !std::isfinite(value); });
      if (bad != values.end()) {
        file_.header().refuse_as_foreign(
            "a parameter is not a finite number", segment.name, "finite numbers",
            format_number(*bad) + " at position " + std::to_string(bad - values.begin()));
      }
    }
    try {
      validate_parameters<T>(description.network, parameters);
    } catch (const StateError& error) {
      refuse({.what = error.report().what, .where = error.report().where, .got = error.report().got});
    }
    check_spelling<T>(description, checksums);
    return parameters;
  }

  // A header with the same meaning but another spelling is not ours, so equal models make identical files.
  template <typename T>
  void check_spelling(const Model& description, std::span<const std::string> checksums) const {
    std::string text;
    try {
      text = header_text_of<T>(
          description, [next = checksums.begin()](const ParameterSegment&) mutable { return *next++; });
    } catch (const StateError&) {  // too long to write, so it differs from the file's
    }
    const std::string& got = file_.header_text();
    if (text == got) return;
    const std::size_t at = static_cast<std::size_t>(std::ranges::mismatch(text, got).in2 - got.begin());
    constexpr std::size_t kShown = 24;
    file_.header().refuse_as_foreign(
        "the header is not spelled the way chainrule spells it", "byte " + std::to_string(kLengthBytes + at),
        quoted(text.substr(std::min(at, text.size()), kShown)), quoted(got.substr(at, kShown)));
  }

  TensorFileReader& file_;
};

}  // namespace

void require_room_in_file(const Model& model) {
  header_text_of<double>(model, [](const ParameterSegment&) { return kZeroChecksum; });
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
  TensorFileReader file(kModelFile, bytes, name_for_messages);
  return ModelReader(file).read();
}

void save_model(FileSystem& file_system, const std::string& path, const Model& model) {
  with_parts(model, [&](const std::string& header, std::string_view parameters) {
    const std::string_view pieces[] = {header, parameters};
    write_file_atomically(file_system, path, pieces);
  });
}

Model load_model(FileSystem& file_system, const std::string& path) {
  TensorFileReader file(kModelFile, file_system, path);
  return ModelReader(file).read();
}

}  // namespace chainrule
