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
// The first tensors are those of parameter_segments, in the order of the parameters in memory: writing copies
// nothing, and reading fills one array front to back. After them come the numbers of the encoder.
//
// Each model has exactly one spelling in each version of the format. The reader writes the header again from
// the model it has read and compares the two, so that every accepted file of the newest version is written
// back byte for byte. docs/model-format.md specifies the file.
#include "chainrule/io/model_file.h"

#include <algorithm>
#include <cmath>
#include <optional>
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
    .version = kModelFormatVersion,
    .name = "model file",
    .longest_header = kLongestModelHeader,
    .most_values = kMostModelValues,
    .json = kModelFileJson,
    .too_long = "the description of the model is too long for a model file",
    .if_too_long = "use fewer categories: leave out the columns that have the most of them",
    .other_format = "it is a safetensors file of another program",
    .if_other_format = "use a model written by chainrule train",
    .if_text = "check that the table and the model are not swapped",
    .if_newer = "use that version, or train the model again"};

// --- writing -----------------------------------------------------------------------------------------------

// A tensor beside the parameters: its place in the header, and its bytes.
struct ExtraTensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<double> numbers;

  std::string_view bytes() const { return bytes_of(std::span<const double>(numbers)); }
};

constexpr std::string_view kEncoderNumbers = "encoder.numbers";
// Provenance::row_hashes, whole numbers in double.
constexpr std::string_view kRowHashes = "provenance.row_hashes";
constexpr double kHashLimit = 0x1p53;
// MemberReport::bias, a row for each member.
constexpr std::string_view kMemberBias = "mixture.bias";
// Model::residuals: their ranks, then a row for each target.
constexpr std::string_view kResiduals = "target.residuals";

ExtraTensor residuals_tensor(const Residuals& residuals) {
  ExtraTensor tensor{.name = std::string(kResiduals),
                     .shape = {1 + residuals.values.size(), residuals.ranks.size()},
                     .numbers = {residuals.ranks.begin(), residuals.ranks.end()}};
  for (const std::vector<double>& values : residuals.values)
    tensor.numbers.insert(tensor.numbers.end(), values.begin(), values.end());
  return tensor;
}

ExtraTensor bias_tensor(const std::vector<MemberReport>& members) {
  ExtraTensor tensor{.name = std::string(kMemberBias),
                     .shape = {members.size(), members.empty() ? 0 : members.front().bias.size()}};
  for (const MemberReport& member : members)
    tensor.numbers.insert(tensor.numbers.end(), member.bias.begin(), member.bias.end());
  return tensor;
}

// The tensors that follow the parameters in a file of this version. Empty ones are left out.
std::vector<ExtraTensor> extra_tensors(const Model& model, std::uint64_t version) {
  std::vector<ExtraTensor> tensors;
  if (version >= 2) {
    tensors.push_back({.name = std::string(kEncoderNumbers),
                       .shape = {model.encoder.inputs.size(), kNumbersOfInput},
                       .numbers = numbers_of_inputs(model.encoder)});
    tensors.push_back(residuals_tensor(model.residuals));
    tensors.push_back(bias_tensor(model.provenance.mixture.members));
    const std::vector<std::uint64_t>& hashes = model.provenance.row_hashes;
    tensors.push_back({.name = std::string(kRowHashes),
                       .shape = {hashes.size()},
                       .numbers = {hashes.begin(), hashes.end()}});
  }
  std::erase_if(tensors, [](const ExtraTensor& tensor) { return tensor.numbers.empty(); });
  return tensors;
}

// The header without its checksum. `checksum_of` gives the checksum's text for a segment.
template <typename T, typename ChecksumOf>
std::string header_text_of(const Model& model, std::uint64_t version, std::span<const ExtraTensor> extra,
                           ChecksumOf checksum_of_segment) {
  const auto& [network, unused_parameters, encoder, schema, loss, provenance, unused_residuals] = model;
  TensorFileHeader header(kModelFile, version);
  for (const ParameterSegment& segment : parameter_segments(network))
    header.add_tensor(segment.name, kDtypeOf<T>, segment.shape(), checksum_of_segment(segment));
  for (const ExtraTensor& tensor : extra)
    header.add_tensor(tensor.name, Dtype::f64, tensor.shape, checksum_of(tensor.bytes()));
  header.add_json("network", to_json(network));
  header.add_json("encoder", to_json(encoder, version));
  header.add_json("schema", to_json(schema));
  header.add_json("loss", to_json(loss));
  header.add_json("provenance", to_json(provenance));
  return std::move(header).text();
}

template <typename T>
std::string header_bytes(const Model& model, std::span<const ExtraTensor> extra,
                         std::span<const T> parameters) {
  const auto checksum_of_segment = [&](const ParameterSegment& segment) {
    const std::span<const T> values = parameters.subspan(segment.offset, segment.size());
    if (!std::ranges::all_of(values, [](T value) { return std::isfinite(value); })) {
      throw NonFiniteError({.what = "parameters that are not finite cannot be saved",
                            .where = segment.name,
                            .advice = "train with a smaller learning rate"});
    }
    return checksum_of(bytes_of(values));
  };
  return container_header_bytes(header_text_of<T>(model, kModelFormatVersion, extra, checksum_of_segment));
}

// The parts of the file: the header, the parameters as in memory, the other tensors.
template <typename Use>
void with_parts(const Model& model, Use use) {
  validate(model);
  const std::vector<ExtraTensor> extra = extra_tensors(model, kModelFormatVersion);
  std::visit(
      [&]<typename T>(const Parameters<T>& parameters) {
        const std::span<const T> values(parameters);
        const std::string header = header_bytes(model, extra, values);
        std::vector<std::string_view> pieces = {header, bytes_of(values)};
        for (const ExtraTensor& tensor : extra)
          pieces.push_back(tensor.bytes());
        use(pieces);
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
    model.encoder = file_.with_json(
        "encoder", [&](const JsonValue& value) { return encoder_from(value, file_.version()); });
    model.schema = file_.with_json("schema", schema_from);
    model.loss = file_.with_json("loss", loss_from);
    model.loss.quantiles = model.encoder.target.quantiles;
    model.provenance = file_.with_json("provenance", provenance_from);
    check_sizes(model.network, file_.data_size(), file_.header());
    try {
      validate_description(model);
    } catch (const StateError& error) {
      refuse(error.report());
    }
    const std::vector<ParameterSegment> segments = parameter_segments(model.network);
    make_room(model);
    const std::vector<ExtraTensor> extra = extra_tensors(model, file_.version());
    check_tensors(segments, extra);
    if (file_.tensors().front().dtype == Dtype::f32) {
      model.parameters = read_parameters<float>(model, segments);
    } else {
      model.parameters = read_parameters<double>(model, segments);
    }
    for (const ExtraTensor& tensor : extra)
      read_extra(tensor, model);
    check_spelling(model);
    return model;
  }

 private:
  // Lists of the right sizes: their numbers follow the parameters.
  void make_room(Model& model) const {
    const auto& tensors = file_.tensors();
    if (const auto hashes = std::ranges::find(tensors, kRowHashes, &TensorEntry::name);
        hashes != tensors.end()) {
      if (hashes->shape.size() != 1)
        file_.entry(kRowHashes).refuse("the hashes of rows are not a list", "[n]", shape_text(hashes->shape));
      require_room(*hashes, hashes->shape.front());
      model.provenance.row_hashes.resize(hashes->shape.front());
    }
    if (const auto bias = std::ranges::find(tensors, kMemberBias, &TensorEntry::name);
        bias != tensors.end()) {
      std::vector<MemberReport>& members = model.provenance.mixture.members;
      const std::vector<std::size_t> shape = {members.size(), model.network.outputs()};
      if (members.empty() || bias->shape != shape)
        file_.entry(kMemberBias)
            .refuse("the biases of members have another shape", shape_text(shape), shape_text(bias->shape));
      require_room(*bias, members.size() * shape[1]);
      for (MemberReport& member : members)
        member.bias.resize(shape[1]);
    }
    if (const auto residuals = std::ranges::find(tensors, kResiduals, &TensorEntry::name);
        residuals != tensors.end()) {
      const std::vector<std::size_t>& shape = residuals->shape;
      const TargetEncoding& target = model.encoder.target;
      const bool has_residuals = target.task == Task::regression && target.quantiles.empty();
      const std::size_t rows = has_residuals ? 1 + target.columns.size() : 0;
      if (shape.size() != 2 || shape[0] != rows || shape[1] == 0 || shape[1] > kMostResiduals) {
        file_.entry(kResiduals)
            .refuse("the residuals have another shape",
                    rows == 0
                        ? "none, since the model predicts no numbers"
                        : "[" + std::to_string(rows) + ", at most " + std::to_string(kMostResiduals) + "]",
                    shape_text(shape));
      }
      require_room(*residuals, rows * shape[1]);
      model.residuals.ranks.resize(shape[1]);
      model.residuals.values.assign(rows - 1, std::vector<double>(shape[1]));
    }
  }

  // A file must not make its reader use more memory than it has numbers.
  void require_room(const TensorEntry& tensor, std::size_t numbers) const {
    const std::uint64_t most = file_.data_size() / sizeof(double);
    if (numbers > most)
      file_.entry(tensor.name)
          .refuse("a tensor is larger than the file", "at most " + count_of(most, "number"),
                  shape_text(tensor.shape));
  }

  // Reports a failed check of the model as a fault of the file.
  [[noreturn]] void refuse(const ErrorReport& report) const {
    file_.header().refuse_as_foreign(report.what, report.where, report.expected, report.got);
  }

  // Checks that the tensors are those of the network, all of one type, and those of the encoder, in their
  // shapes and their order.
  void check_tensors(std::span<const ParameterSegment> segments, std::span<const ExtraTensor> extra) {
    std::vector<std::string> order;
    for (const ParameterSegment& segment : segments)
      order.push_back(segment.name);
    for (const ExtraTensor& tensor : extra)
      order.push_back(tensor.name);
    check_names(order);
    const std::string& type = file_.entry(segments.front().name).member("dtype").text();
    for (const ParameterSegment& segment : segments)
      check_tensor(segment.name, type, segment.shape(), "the shape of a tensor differs from its layer's");
    for (const ExtraTensor& tensor : extra)
      check_tensor(tensor.name, name_of(Dtype::f64), tensor.shape,
                   "the shape of a tensor differs from the number of inputs");
    file_.check_places(order);
  }

  void check_tensor(std::string_view name, std::string_view type, const std::vector<std::size_t>& shape,
                    std::string_view misfit) const {
    const JsonValue tensor = file_.entry(name);
    if (tensor.member("dtype").text() != type) {
      tensor.member("dtype").refuse("the tensors have different types", std::string(type),
                                    quoted(tensor.member("dtype").text()));
    }
    const std::vector<std::size_t> got = tensor.member("shape").counts(UINT64_MAX);
    if (got != shape) tensor.member("shape").refuse(std::string(misfit), shape_text(shape), shape_text(got));
  }

  void check_names(std::span<const std::string> names) const {
    std::set<std::string_view> found;
    for (const TensorEntry& tensor : file_.tensors())
      found.insert(tensor.name);
    for (const std::string& name : names) {
      if (found.erase(name) == 0)
        file_.header().refuse_as_foreign("a tensor is missing", "header", quoted(name), "nothing");
    }
    if (!found.empty()) {
      file_.header().refuse_as_foreign("a tensor does not belong to the network", "header", "",
                                       quoted(*found.begin()));
    }
  }

  template <typename T>
  Parameters<T> read_parameters(const Model& description, std::span<const ParameterSegment> segments) {
    Parameters<T> parameters(segments.back().offset + segments.back().size());
    for (const ParameterSegment& segment : segments) {
      const auto values = std::span(parameters).subspan(segment.offset, segment.size());
      checksums_.push_back(file_.read_next(std::as_writable_bytes(values)));
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
    return parameters;
  }

  void read_extra(const ExtraTensor& tensor, Model& model) {
    std::vector<double> numbers(tensor.numbers.size());
    file_.read_next(std::as_writable_bytes(std::span(numbers)));
    if (tensor.name == kRowHashes) {
      model.provenance.row_hashes = ascending_from(numbers, kRowHashes, "the hashes of rows");
      return;
    }
    if (tensor.name == kMemberBias) {
      read_member_bias(numbers, model);
      return;
    }
    if (tensor.name == kResiduals) {
      read_residuals(numbers, model);
      return;
    }
    if (const std::optional<std::size_t> bad = set_numbers_of_inputs(numbers, model.encoder)) {
      file_.header().refuse_as_foreign("the numbers of an input make no sense",
                                       tensor.name + ", input " + quoted(model.encoder.inputs[*bad].name),
                                       "finite numbers, and a range from its minimum to its maximum", "");
    }
  }

  void read_member_bias(std::span<const double> numbers, Model& model) const {
    const auto bad = std::ranges::find_if(numbers, [](double number) { return !std::isfinite(number); });
    if (bad != numbers.end())
      file_.header().refuse_as_foreign("a parameter is not a finite number", std::string(kMemberBias),
                                       "finite numbers", format_number(*bad));
    for (MemberReport& member : model.provenance.mixture.members) {
      std::ranges::copy(numbers.first(member.bias.size()), member.bias.begin());
      numbers = numbers.subspan(member.bias.size());
    }
  }

  void read_residuals(std::span<const double> numbers, Model& model) const {
    Residuals& residuals = model.residuals;
    const std::size_t count = residuals.ranks.size();
    residuals.ranks = ascending_from(numbers.first(count), kResiduals, "the ranks of residuals");
    for (std::size_t t = 0; t < residuals.values.size(); ++t)
      std::ranges::copy(numbers.subspan((t + 1) * count, count), residuals.values[t].begin());
    try {
      validate_residuals(residuals, model.encoder.target);
    } catch (const StateError& error) {
      refuse(error.report());
    }
  }

  // Whole numbers below 2^53, each larger than the one before.
  std::vector<std::uint64_t> ascending_from(std::span<const double> numbers, std::string_view tensor,
                                            const std::string& what) const {
    std::vector<std::uint64_t> whole;
    for (const double number : numbers) {
      const bool fits = number >= 0 && number < kHashLimit && number == std::floor(number);
      if (!fits || (!whole.empty() && number <= static_cast<double>(whole.back()))) {
        file_.header().refuse_as_foreign(what + " are not ascending whole numbers", std::string(tensor),
                                         "whole numbers below 2^53, ascending", format_number(number));
      }
      whole.push_back(static_cast<std::uint64_t>(number));
    }
    return whole;
  }

  // A header with the same meaning but another spelling is not ours, so equal models make identical files.
  void check_spelling(const Model& model) const {
    std::string text;
    try {
      std::visit(
          [&]<typename T>(const Parameters<T>&) {
            text = header_text_of<T>(
                model, file_.version(), extra_tensors(model, file_.version()),
                [next = checksums_.begin()](const ParameterSegment&) mutable { return *next++; });
          },
          model.parameters);
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
  std::vector<std::string> checksums_;  // of the parameters, segment by segment
};

}  // namespace

void require_room_in_file(const Model& model) {
  Model with_hashes = model;
  if (with_hashes.provenance.row_hashes.empty()) with_hashes.provenance.row_hashes = {0};
  if (model.encoder.target.task == Task::regression && model.encoder.target.quantiles.empty())
    with_hashes.residuals = {.ranks = {1}, .values = {model.encoder.target.columns.size(), {0.0}}};
  // Float numbers: the smaller file has the less room.
  header_text_of<float>(with_hashes, kModelFormatVersion, extra_tensors(with_hashes, kModelFormatVersion),
                        [](const ParameterSegment&) { return kZeroChecksum; });
}

std::string model_to_bytes(const Model& model) {
  std::string bytes;
  with_parts(model, [&bytes](std::span<const std::string_view> pieces) {
    for (const std::string_view piece : pieces)
      bytes += piece;
  });
  return bytes;
}

Model model_from_bytes(std::string_view bytes, std::string_view name_for_messages) {
  TensorFileReader file(kModelFile, bytes, name_for_messages);
  return ModelReader(file).read();
}

void save_model(FileSystem& file_system, const std::string& path, const Model& model) {
  save_model(file_system, path, model, {});
}

void save_model(FileSystem& file_system, const std::string& path, const Model& model,
                std::span<const FileContents> others) {
  with_parts(model, [&](std::span<const std::string_view> pieces) {
    std::vector<FileContents> files = {{.path = path, .pieces = {pieces.begin(), pieces.end()}}};
    files.insert(files.end(), others.begin(), others.end());
    write_files_atomically(file_system, files);
  });
}

Model load_model(FileSystem& file_system, const std::string& path) {
  TensorFileReader file(kModelFile, file_system, path);
  return ModelReader(file).read();
}

}  // namespace chainrule
