#include "chainrule/io/model_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>
#include <span>
#include <type_traits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/container_header.h"
#include "chainrule/io/encoder_json.h"
#include "chainrule/io/json.h"
#include "chainrule/io/layer_json.h"
#include "chainrule/io/loss_json.h"
#include "chainrule/io/model_validation.h"
#include "chainrule/io/provenance_json.h"
#include "chainrule/io/schema_json.h"

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

template <typename T>
constexpr std::string_view kDtype = std::is_same_v<T, float> ? "F32" : "F64";

template <typename T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
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
    check_sizes(model.network, data_size_, header_);
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
