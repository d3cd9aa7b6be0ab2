#include "chainrule/io/model_file.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <random>

#include "chainrule/base/error.h"
#include "chainrule/io/json.h"
#include "support/model_files.h"

namespace chainrule {
namespace {

namespace fs = std::filesystem;
using namespace model_files;

void expect_same(const Model& a, const Model& b) {
  EXPECT_EQ(a.network, b.network);
  EXPECT_EQ(a.loss, b.loss);
  ASSERT_EQ(a.parameters.index(), b.parameters.index());
  std::visit(
      [&b]<typename T>(const Parameters<T>& parameters) {
        const auto& others = std::get<Parameters<T>>(b.parameters);
        ASSERT_EQ(parameters.size(), others.size());
        EXPECT_EQ(std::memcmp(parameters.data(), others.data(), parameters.size() * sizeof(T)), 0)
            << "bit for bit";
      },
      a.parameters);
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  ASSERT_EQ(a.encoder.inputs.size(), b.encoder.inputs.size());
  for (std::size_t i = 0; i < a.encoder.inputs.size(); ++i) {
    const ColumnEncoding &one = a.encoder.inputs[i], &other = b.encoder.inputs[i];
    EXPECT_EQ(one.name, other.name);
    EXPECT_EQ(one.kind, other.kind);
    EXPECT_EQ(one.scaling, other.scaling);
    EXPECT_EQ(bits(one.offset), bits(other.offset));
    EXPECT_EQ(bits(one.factor), bits(other.factor));
    EXPECT_EQ(bits(one.fill), bits(other.fill));
    EXPECT_EQ(one.words, other.words);
    EXPECT_EQ(one.missing_feature, other.missing_feature);
  }
  const TargetEncoding &one = a.encoder.target, &other = b.encoder.target;
  EXPECT_EQ(one.task, other.task);
  EXPECT_EQ(one.columns, other.columns);
  EXPECT_EQ(one.class_names, other.class_names);
  EXPECT_EQ(one.class_values, other.class_values);
  EXPECT_EQ(one.offset, other.offset);
  EXPECT_EQ(one.factor, other.factor);
  EXPECT_EQ(one.positions, other.positions);
  EXPECT_EQ(a.encoder.picture_rows, b.encoder.picture_rows);
  EXPECT_EQ(a.encoder.picture_columns, b.encoder.picture_columns);
  ASSERT_EQ(a.schema.columns.size(), b.schema.columns.size());
  for (std::size_t i = 0; i < a.schema.columns.size(); ++i) {
    EXPECT_EQ(a.schema.columns[i].name, b.schema.columns[i].name);
    EXPECT_EQ(a.schema.columns[i].kind, b.schema.columns[i].kind);
    EXPECT_EQ(a.schema.columns[i].role, b.schema.columns[i].role);
    EXPECT_EQ(a.schema.columns[i].note, b.schema.columns[i].note);
  }
  EXPECT_EQ(a.encoder.missing_words, b.encoder.missing_words);
  EXPECT_EQ(a.schema.task, b.schema.task);
  EXPECT_EQ(a.schema.notes, b.schema.notes);
  EXPECT_EQ(a.provenance.version, b.provenance.version);
  EXPECT_EQ(a.provenance.data_name, b.provenance.data_name);
  EXPECT_EQ(a.provenance.data_fingerprint, b.provenance.data_fingerprint);
  EXPECT_EQ(a.provenance.training_rows, b.provenance.training_rows);
  EXPECT_EQ(a.provenance.validation_rows, b.provenance.validation_rows);
  EXPECT_EQ(a.provenance.seed, b.provenance.seed);
  EXPECT_EQ(a.provenance.epochs, b.provenance.epochs);
  EXPECT_EQ(a.provenance.best_epoch, b.provenance.best_epoch);
  EXPECT_EQ(a.provenance.stop_reason, b.provenance.stop_reason);
  EXPECT_EQ(a.provenance.options, b.provenance.options);
  EXPECT_EQ(a.provenance.held_out, b.provenance.held_out);
}

ErrorText refusal_of(std::string_view bytes) {
  try {
    model_from_bytes(bytes, "m.safetensors");
  } catch (const ModelFileError& error) {
    return text_of(error.report());
  }
  ADD_FAILURE() << "the file was accepted";
  return {};
}

// --- what is written and read ------------------------------------------------------------------------------

TEST(ModelFile, AFloatModelComesBackWholeAndBitForBit) {
  const Model model = example_model<float>();
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  expect_same(model, loaded);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
  EXPECT_EQ(loaded.precision(), Precision::float32);
}

TEST(ModelFile, ADoubleModelComesBackWholeAndBitForBit) {
  const Model model = example_model<double>();
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  expect_same(model, loaded);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
  EXPECT_EQ(loaded.precision(), Precision::float64);
}

TEST(ModelFile, TheTestsHelpersSealAFileAsTheWriterDoes) {
  const Model model = example_model<float>();
  EXPECT_EQ(with_header(model, [](json&) {}), model_to_bytes(model));
  EXPECT_EQ(with_data(model, [](std::string&) {}), model_to_bytes(model));
}

TEST(ModelFile, TensorsBeginAtAMultipleOf64AndFollowEachOtherWithoutHoles) {
  const std::string bytes = model_to_bytes(example_model<double>());
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ((8 + length) % 64, 0u);
  const json header = ModelFileParts(bytes).header();
  // 5 x 3 weights, no bias, 3 betas; 3 x 3 weights, 3 biases: 15 + 3 + 9 + 3 = 30 doubles.
  EXPECT_EQ(header["layers.0.weight"]["shape"], json({5, 3}));
  EXPECT_EQ(header["layers.0.weight"]["data_offsets"], json({0, 120}));
  EXPECT_EQ(header["layers.0.activation"]["shape"], json::array({3}));
  EXPECT_EQ(header["layers.0.activation"]["data_offsets"], json({120, 144}));
  EXPECT_EQ(header["layers.2.weight"]["data_offsets"], json({144, 216}));
  EXPECT_EQ(header["layers.2.bias"]["data_offsets"], json({216, 240}));
  EXPECT_FALSE(header.contains("layers.0.bias"));
  EXPECT_EQ(bytes.size(), 8 + length + 240);
}

// The worked example of docs/model-format.md, which shows these same lines.
TEST(ModelFile, TheWorkedExampleOfTheSpecificationIsWhatIsWritten) {
  const std::string bytes = model_to_bytes(smallest_model());
  const ModelFileParts parts(bytes);
  const std::string path = std::string(CHAINRULE_SOURCE_DIR) + "/docs/model-format.md";
  const std::string document = read_whole_file(real_file_system(), path);
  EXPECT_NE(document.find("\n" + parts.header_text + "\n"), std::string::npos)
      << "the header in " << path << " should be\n"
      << parts.header_text;
  const std::string length_text = "header length " + std::to_string(bytes.size() - 16) + ", ";
  EXPECT_NE(document.find(length_text), std::string::npos) << length_text;
  const std::string size_text = std::to_string(bytes.size()) + " bytes in all";
  EXPECT_NE(document.find(size_text), std::string::npos) << size_text;
  // 2 = 0x40000000 and 1 = 0x3f800000 in IEEE 754, low byte first.
  EXPECT_EQ(parts.data, std::string("\0\0\0\x40\0\0\x80\x3f", 8));
}

TEST(ModelFile, DoublesOfTheDescriptionKeepEveryBit) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value));
    Model model = smallest_model();
    model.encoder.inputs[0].offset = value;
    const Model loaded = model_from_bytes(model_to_bytes(model), "m");
    RC_ASSERT(std::bit_cast<std::uint64_t>(loaded.encoder.inputs[0].offset) == bits);
  }));
}

TEST(ModelFile, AnUndefinedMetricIsStoredAsNull) {
  Model model = smallest_model();
  model.provenance.held_out = {{"loss", std::numeric_limits<double>::infinity()}, {"r2", std::nan("")}};
  const std::string bytes = model_to_bytes(model);
  EXPECT_NE(bytes.find(R"(\"held_out\":[[\"loss\",null],[\"r2\",null]])"), std::string::npos);
  const Model loaded = model_from_bytes(bytes, "m");
  EXPECT_TRUE(std::isnan(loaded.provenance.held_out[0].second));
  EXPECT_EQ(model_to_bytes(loaded), bytes);
}

// A model with random layers, a random encoder and random bits for numbers.
class RandomModel {
 public:
  explicit RandomModel(std::uint64_t seed) : bits_(seed) {}

  Model make() {
    Model model;
    const auto& activations = enum_table<Activation>();
    const auto any_hidden_activation = [&] {
      for (;;) {
        const Activation activation = activations[below(activations.size())].value;
        if (activation != Activation::softmax) return activation;
      }
    };
    model.encoder = encoder();
    std::size_t width = model.encoder.features();
    for (std::size_t layer = below(4); layer > 0; --layer) {
      Dense dense = make_dense(width, 1 + below(6), any_hidden_activation());
      if (below(3) == 0) dense.bias = BiasUse::absent;
      if (below(3) == 0) dense.parameter_use = ParameterUse::learnable;
      dense.activation_parameter = number<double>();
      if (below(3) == 0) {
        for (std::size_t unit = 0; unit < dense.outputs; ++unit) {
          dense.unit_activations.push_back(any_hidden_activation());
        }
      }
      width = dense.outputs;
      model.network.layers.emplace_back(dense);
      if (below(3) == 0) {
        const Rbf rbf{.inputs = width, .units = 1 + below(6)};
        width = rbf.units;
        model.network.layers.emplace_back(rbf);
      }
      if (below(2) == 0) model.network.layers.emplace_back(Dropout{.units = width, .rate = unit_number()});
    }
    const std::size_t outputs = model.encoder.target.outputs();
    switch (model.encoder.target.task) {
      case Task::regression:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::identity));
        model.loss.kind = Loss::huber;
        break;
      case Task::classes:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::softmax));
        model.loss.kind = Loss::softmax_cross_entropy;
        break;
      case Task::binary:
      case Task::multi_label:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::logistic));
        model.loss.kind = Loss::binary_cross_entropy;
        break;
    }
    model.schema.task = model.encoder.target.task;
    for (std::size_t note = below(3); note > 0; --note)
      model.schema.notes.push_back(text());
    if (below(2) == 0) {
      model.parameters = parameters<float>(parameter_count(model.network));
    } else {
      model.parameters = parameters<double>(parameter_count(model.network));
    }
    std::visit(
        [&](auto& parameters) {
          for (const ParameterSegment& segment : parameter_segments(model.network)) {
            if (segment.role != ParameterRole::width) continue;
            for (std::size_t i = segment.offset; i < segment.offset + segment.size(); ++i)
              parameters[i] = parameters[i] == 0 ? 1 : std::abs(parameters[i]);
          }
        },
        model.parameters);
    model.provenance.seed = bits_();
    model.provenance.data_name = text();
    for (std::size_t option = below(4); option > 0; --option)
      model.provenance.options.emplace_back(text(), text());
    for (std::size_t metric = below(4); metric > 0; --metric) {
      model.provenance.held_out.emplace_back(text(), number<double>());
    }
    return model;
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(bits_() % end); }
  double unit_number() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }

  template <typename T>
  T number() {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    for (;;) {
      const T value = std::bit_cast<T>(static_cast<Bits>(bits_()));
      if (std::isfinite(value)) return value;
    }
  }
  template <typename T>
  Parameters<T> parameters(std::size_t count) {
    Parameters<T> values(count);
    for (T& value : values)
      value = number<T>();
    return values;
  }

  std::string text() {
    constexpr std::array<std::string_view, 10> kPieces = {"a",  "Z",  "0",    " ",        "\"",
                                                          "\\", "\n", "\x01", "\xc3\xa4", "\xf0\x9f\x98\x80"};
    std::string result;
    for (std::size_t i = below(6); i > 0; --i)
      result += kPieces[below(kPieces.size())];
    return result;
  }
  std::vector<std::string> distinct_texts(std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
      texts.push_back(text() + std::to_string(i));
    std::ranges::sort(texts);
    return texts;
  }

  Encoder encoder() {
    Encoder encoder;
    for (const std::string& name : distinct_texts(1 + below(4))) {
      ColumnEncoding input{
          .name = name, .offset = number<double>(), .factor = number<double>(), .fill = number<double>()};
      input.scaling = enum_table<Scaling>()[below(4)].value;
      if (below(2) == 0) {
        input.kind = ColumnKind::category;
        input.words = distinct_texts(1 + below(4));
      }
      if (below(2) == 0) input.missing_feature = MissingFeature::present;
      encoder.inputs.push_back(input);
    }
    TargetEncoding& target = encoder.target;
    target.task = enum_table<Task>()[below(4)].value;
    target.columns = distinct_texts(
        target.task == Task::regression || target.task == Task::multi_label ? 1 + below(3) : 1);
    switch (target.task) {
      case Task::binary:
        target.class_names = distinct_texts(2);
        target.class_values = distinct_texts(2);
        break;
      case Task::classes:
        target.class_names = distinct_texts(2 + below(4));
        target.class_values = distinct_texts(target.class_names.size());
        break;
      case Task::multi_label:
        target.class_names = target.columns;
        target.class_values = distinct_texts(2 * target.columns.size());
        break;
      case Task::regression:
        for (std::size_t i = 0; i < target.columns.size(); ++i) {
          target.offset.push_back(number<double>());
          target.factor.push_back(1 + unit_number());
        }
        break;
    }
    return encoder;
  }

  std::mt19937_64 bits_;
};

TEST(ModelFile, AnyModelSurvivesSavingAndLoading) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const Model model = RandomModel(seed).make();
    const std::string bytes = model_to_bytes(model);
    const Model loaded = model_from_bytes(bytes, "m");
    expect_same(model, loaded);
    RC_ASSERT(!testing::Test::HasFailure());
    RC_ASSERT(model_to_bytes(loaded) == bytes);
  }));
}

// --- damage ------------------------------------------------------------------------------------------------

TEST(ModelFile, EveryTruncationIsRefused) {
  const std::string bytes = model_to_bytes(example_model<float>());
  std::cout << bytes.size() << " lengths\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE(size);
    const ErrorText report = refusal_of(std::string_view(bytes).substr(0, size));
    EXPECT_TRUE(report.where.starts_with("m.safetensors"));
    EXPECT_FALSE(report.advice.empty());
  }
}

TEST(ModelFile, EveryFlippedBitIsRefused) {
  std::string bytes = model_to_bytes(example_model<float>());
  std::size_t refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      try {
        model_from_bytes(bytes, "m");
        ADD_FAILURE() << "byte " << at << ", bit " << bit;
      } catch (const ModelFileError&) {
        ++refused;
      }
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    }
  }
  EXPECT_NO_THROW(model_from_bytes(bytes, "m")) << "flipped back";
  EXPECT_LT(bytes.size(), 4096u);
  EXPECT_EQ(refused, 8 * bytes.size());
  std::cout << "each of " << refused << " bits flipped, all refused\n";
}

TEST(ModelFile, TwoTensorsThatChangedPlacesAreFound) {
  // Two hidden layers of the same shape: only the checksums tell them apart.
  Model model = smallest_model();
  model.network.layers = {make_dense(1, 1, Activation::identity), make_dense(1, 1, Activation::identity)};
  model.parameters = Parameters<float>{1, 2, 3, 4};
  ModelFileParts parts(model_to_bytes(model));
  std::swap_ranges(parts.data.begin(), parts.data.begin() + 8, parts.data.begin() + 8);
  EXPECT_NE(refusal_of(parts.sealed()).what.find("the checksum of a tensor does not fit"), std::string::npos);
}

TEST(ModelFile, AHeaderOfRandomDamageUnderAFittingChecksumNeverBreaksTheReader) {
  // Only ModelFileError may come out, or a model that can be written again; address and undefined-behaviour
  // sanitizers watch the rest.
  const ModelFileParts sound(model_to_bytes(example_model<float>()));
  constexpr std::string_view kLikely = "0123456789-+.eE{}[]\",:\\ tfnu";
  std::mt19937_64 bits(1);
  int accepted = 0;
  for (int round = 0; round < 5'000; ++round) {
    ModelFileParts parts = sound;
    for (std::uint64_t change = 1 + bits() % 3; change > 0; --change) {
      const std::size_t at = bits() % parts.header_text.size();
      switch (bits() % 4) {
        case 0:
          parts.header_text[at] = static_cast<char>(bits());
          break;
        case 1:
          parts.header_text[at] = kLikely[bits() % kLikely.size()];
          break;
        case 2:
          parts.header_text.erase(at, 1 + bits() % 4);
          break;
        default:
          parts.header_text.insert(
              at, parts.header_text.substr(bits() % parts.header_text.size(), 1 + bits() % 16));
      }
    }
    try {
      model_to_bytes(model_from_bytes(parts.sealed(), "m"));
      ++accepted;
    } catch (const ModelFileError&) {
    }
  }
  EXPECT_GT(accepted, 25) << "the checksums fit, so letters of a name may change";
  EXPECT_LT(accepted, 2'500);
}

// --- bad files, one by one ---------------------------------------------------------------------------------

struct BadFile {
  const char* name;
  std::function<std::string()> bytes;
  const char* what;   // part of the message
  const char* where;  // part of the place
};

void PrintTo(const BadFile& bad, std::ostream* out) {
  *out << bad.name;
}

std::string le(std::uint64_t value) {
  return little_endian(value);
}

BadFile header_case(const char* name, const HeaderEdit& edit, const char* what, const char* where) {
  return {name, [edit] { return with_header(example_model<float>(), edit); }, what, where};
}

BadFile part_case(const char* name, const std::string& part, const std::function<void(json&)>& edit,
                  const char* what, const char* where) {
  return header_case(name, in_part(part, edit), what, where);
}

BadFile picture_case(const char* name, const std::function<void(json&)>& edit, const char* what,
                     const char* where) {
  return {name, [edit] { return with_header(picture_model(), in_part("encoder", edit)); }, what, where};
}

std::vector<BadFile> bad_files() {
  const auto text_case = [](const char* name, const std::function<void(std::string&)>& edit, const char* what,
                            const char* where) {
    return BadFile{name,
                   [edit] {
                     ModelFileParts parts(model_to_bytes(example_model<float>()));
                     edit(parts.header_text);
                     return parts.sealed();
                   },
                   what, where};
  };
  const auto replace = [](std::string& text, std::string_view from, std::string_view to) {
    text.replace(text.find(from), from.size(), to);
  };
  const auto in_another_spelling = [&](const char* name, const std::string& from, const std::string& to,
                                       const char* where) {
    return text_case(
        name, [=](std::string& text) { replace(text, from, to); }, "not spelled as chainrule spells it",
        where);
  };
  return {
      // No safetensors file.
      {"Empty", [] { return std::string(); }, "it is empty", "m.safetensors"},
      {"ShorterThanALength", [] { return std::string("\x10\0\0", 3); }, "it is cut short", "m.safetensors"},
      {"OnlyALengthOfZero", [] { return le(0); }, "the header is not a JSON object", "byte 8"},
      {"HeaderLengthBeyondTheEnd", [] { return le(1000) + "{}"; }, "cut short, within the header",
       "m.safetensors"},
      {"HeaderLengthBeyondTheLimit",
       [] { return le(kLongestModelHeader + 1) + "{" + std::string(kLongestModelHeader, ' '); },
       "the header is too long", "bytes 0 to 7"},
      {"HeaderLengthNearTwoToThe64", [] { return le(UINT64_MAX) + "{}"; }, "the header is too long",
       "bytes 0 to 7"},
      {"AZipArchive", [] { return std::string("PK\x03\x04") + std::string(60, 'x'); }, "zip archive",
       "m.safetensors"},
      {"AnHdf5File", [] { return std::string("\x89HDF\r\n\x1a\n") + std::string(60, 'x'); }, "HDF5",
       "m.safetensors"},
      {"AGzipFile", [] { return std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10) + "x"; }, "gzip",
       "m.safetensors"},
      {"ANumpyArray", [] { return "\x93NUMPY\x01" + std::string(60, 'x'); }, "NumPy", "m.safetensors"},
      {"ATable", [] { return std::string("length,width,species\n1,2,setosa\n"); }, "it looks like text",
       "m.safetensors"},

      // A header that is no JSON object with our metadata.
      {"HeaderIsAList", [] { return le(56) + "[]" + std::string(54, ' '); },
       "the header is not a JSON object", "byte 8"},
      {"HeaderBeginsWithABlank", [] { return le(56) + " {}" + std::string(53, ' '); },
       "the header is not a JSON object", "byte 8"},
      {"HeaderBreaksOff", [] { return le(56) + "{\"a\":1" + std::string(50, ' '); }, "not proper JSON",
       "header"},
      {"HeaderWithTextAfterIt", [] { return le(56) + "{}{}" + std::string(52, ' '); }, "not proper JSON",
       "header"},
      {"HeaderNestedTooDeep",
       [] {
         return le(184) + "{\"a\":" + std::string(80, '[') + std::string(80, ']') + "}" +
                std::string(18, ' ');
       },
       "nested too deep", "header"},
      {"HeaderOfTooManyValues",
       [] {
         std::string list = "{\"a\":[";
         for (std::size_t i = 0; i <= kMostModelValues; ++i)
           list += "0,";
         list += "0]}";
         list.append((64 - (8 + list.size()) % 64) % 64, ' ');
         return le(list.size()) + list;
       },
       "too many values", "header"},
      {"PartsThatTogetherHoldTooManyValues",
       [] {
         return with_header(example_model<float>(), [](json& header) {
           in_part("schema", [](json& v) { v["notes"] = json(kMostModelValues / 2, "a"); })(header);
           in_part("loss", [](json& v) { v["kind"] = json(kMostModelValues / 2, 0); })(header);
         });
       },
       "too many values", ": loss"},
      {"TextThatIsNotUtf8", [] { return le(56) + "{\"a\":\"\xff\"}" + std::string(47, ' '); },
       "not proper JSON", "header"},
      {"HeaderWithAKeyTwice", [] { return le(56) + R"({"a":1,"a":2})" + std::string(43, ' '); },
       "a key stands twice", "header"},
      {"NoMetadata", [] { return le(56) + "{}" + std::string(54, ' '); }, "another program",
       "header.__metadata__"},
      header_case(
          "MetadataIsText", [](json& header) { header["__metadata__"] = "x"; }, "another program",
          "header.__metadata__"),
      header_case("AnotherFormat", in_metadata([](json& m) { m["format"] = "pt"; }), "another program",
                  "header.__metadata__"),
      header_case("NoFormatVersion", in_metadata([](json& m) { m.erase("format_version"); }),
                  "something is missing", "header.__metadata__"),
      header_case("FormatVersionIsANumber", in_metadata([](json& m) { m["format_version"] = 1; }),
                  "wrong type", "header.__metadata__.format_version"),
      header_case("FormatVersionIsAWord", in_metadata([](json& m) { m["format_version"] = "one"; }),
                  "format version is not a number", "format_version"),
      header_case("ANewerFormatVersion", in_metadata([](json& m) { m["format_version"] = "2"; }),
                  "a newer chainrule", "format_version"),

      // The header's checksum and padding.
      header_case("NoHeaderChecksum", in_metadata([](json& m) { m.erase("header_checksum"); }),
                  "something is missing", "header.__metadata__"),
      text_case(
          "HeaderChecksumInAnotherPlace",
          [replace](std::string& text) {
            replace(text, "\"header_checksum\":\"", "\"header_checksum\": \"");
          },
          "does not stand where chainrule writes it", "header_checksum"),
      {"AHeaderChangedByHand",
       [replace] {
         std::string bytes = model_to_bytes(example_model<float>());
         replace(bytes, R"(\"seed\":1)", R"(\"seed\":2)");
         return bytes;
       },
       "the checksum of the header does not fit", "header"},
      {"HeaderNotPadded",
       [] { return ModelFileParts(model_to_bytes(example_model<float>())).sealed(64 * 3 + 1); },
       "not padded to a multiple of 64", "header"},
      {"HeaderPaddedTwice",
       [] {
         const ModelFileParts parts(model_to_bytes(example_model<float>()));
         return parts.sealed(static_cast<int>(64 + (64 - (8 + parts.header_text.size()) % 64) % 64));
       },
       "not padded to a multiple of 64", "header"},
      text_case(
          "HeaderPaddedWithLineBreaks", [](std::string& text) { text += '\n'; },
          "not padded to a multiple of 64", "header"),
      header_case("UnknownMetadata", in_metadata([](json& m) { m["author"] = "me"; }), "something unknown",
                  "header.__metadata__"),
      header_case("MetadataMissing", in_metadata([](json& m) { m.erase("schema"); }), "something is missing",
                  "header.__metadata__"),
      header_case("APartThatIsNotText", in_metadata([](json& m) { m["loss"] = json::object(); }),
                  "wrong type", "header.__metadata__.loss"),
      header_case("APartThatIsNotJson", in_metadata([](json& m) { m["loss"] = "{"; }), "not proper JSON",
                  ": loss"),

      in_another_spelling("ABlankInTheHeader", "{\"__metadata__\"", "{ \"__metadata__\"", "byte 9"),
      in_another_spelling("ANumberInAnotherSpelling", R"(\"quantile\":0.9)", R"(\"quantile\":0.90)", "byte"),
      in_another_spelling("AnEscapeThatIsNotNeeded", "\"format\":", R"("f\u006frmat":)", "byte"),
      in_another_spelling("AnIntegerForANumber", R"(\"huber_delta\":1.5)",
                          R"(\"huber_delta\":10000000000000000000)", "byte"),
      in_another_spelling("MembersOutOfOrder", R"("format":"chainrule","format_version":"1")",
                          R"("format_version":"1","format":"chainrule")", "byte"),

      // The network.
      part_case(
          "NetworkWithoutLayers", "network", [](json& v) { v["layers"] = json::array(); },
          "ends with a dense layer", "network"),
      part_case(
          "LayersThatAreNoList", "network", [](json& v) { v["layers"] = 3; }, "wrong type", "network.layers"),
      part_case(
          "UnknownLayerKind", "network", [](json& v) { v["layers"][0]["kind"] = "conv"; },
          "unknown layer kind", "network.layers[0].kind"),
      part_case(
          "UnknownActivation", "network", [](json& v) { v["layers"][0]["activation"] = "rely"; },
          "unknown activation", "network.layers[0].activation"),
      part_case(
          "UnknownUnitActivation", "network", [](json& v) { v["layers"][0]["unit_activations"][1] = 7; },
          "wrong type", "network.layers[0].unit_activations[1]"),
      part_case(
          "UnitActivationsOfAnotherNumber", "network",
          [](json& v) { v["layers"][0]["unit_activations"].push_back("relu"); }, "one activation a unit",
          "network, layer 1"),
      part_case(
          "UnknownLayerMember", "network", [](json& v) { v["layers"][1]["seed"] = 1; }, "something unknown",
          "network.layers[1]"),
      part_case(
          "LayerMemberMissing", "network", [](json& v) { v["layers"][0].erase("bias"); },
          "something is missing", "network.layers[0]"),
      part_case(
          "NegativeSize", "network", [](json& v) { v["layers"][0]["inputs"] = -5; }, "wrong type",
          "network.layers[0].inputs"),
      part_case(
          "FractionalSize", "network", [](json& v) { v["layers"][0]["inputs"] = 5.5; }, "wrong type",
          "network.layers[0].inputs"),
      part_case(
          "SizeOfZero", "network", [](json& v) { v["layers"][0]["inputs"] = 0; }, "at least one input",
          "network, layer 1"),
      part_case(
          "SizeBeyondTheLimit", "network", [](json& v) { v["layers"][0]["inputs"] = std::uint64_t{1} << 33; },
          "too large", "network.layers[0].inputs"),
      part_case(
          "SizesWhoseProductOverflows", "network",
          [](json& v) { v["layers"][0]["inputs"] = v["layers"][0]["outputs"] = std::uint64_t{1} << 32; },
          "more parameters than the file holds", "network.layers[0]"),
      part_case(
          "MoreWeightsThanTheFileHolds", "network", [](json& v) { v["layers"][2]["inputs"] = 1'000'000; },
          "more parameters than the file holds", "network.layers[2]"),
      part_case(
          "NeighboursThatDoNotFit", "network", [](json& v) { v["layers"][1]["units"] = 4; },
          "neighbouring layers", "network, layer 2"),
      part_case(
          "DropoutOfEverything", "network", [](json& v) { v["layers"][1]["rate"] = 1; }, "dropout rate",
          "network, layer 2"),
      part_case(
          "SoftmaxInAHiddenLayer", "network", [](json& v) { v["layers"][0]["activation"] = "softmax"; },
          "softmax belongs to", "network, layer 1"),
      part_case(
          "NumbersAsText", "network", [](json& v) { v["layers"][1]["rate"] = "0.1"; }, "wrong type",
          "network.layers[1].rate"),
      header_case("NumbersBeyondDouble", in_metadata([](json& m) {
                    m["network"] = R"({"layers":[{"kind":"dropout","units":3,"rate":1e999}]})";
                  }),
                  "a number is too large", ": network"),
      header_case("AKeyTwiceInANestedText",
                  in_metadata([](json& m) { m["network"] = R"({"layers":[],"layers":[]})"; }),
                  "a key stands twice", ": network"),

      // The loss.
      part_case(
          "UnknownLoss", "loss", [](json& v) { v["kind"] = "cross"; }, "unknown loss", "loss.kind"),
      part_case(
          "LossAndActivationDoNotFit", "loss", [](json& v) { v["kind"] = "binary_cross_entropy"; },
          "logistic", "loss"),

      // Encoder and schema.
      part_case(
          "UnknownScaling", "encoder", [](json& v) { v["inputs"][0]["scaling"] = "log"; }, "unknown scaling",
          "encoder.inputs[0].scaling"),
      part_case(
          "EncoderOfAnotherWidth", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"A", "B", "C"};
          },
          "features of the encoder", "network"),
      part_case(
          "WordsOutOfOrder", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"B", "A"};
          },
          "not sorted", "encoder.inputs[1].words"),
      part_case(
          "AWordTwice", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"A", "A"};
          },
          "not sorted", "encoder.inputs[1].words"),
      part_case(
          "WordsOfANumericColumn", "encoder", [](json& v) { v["inputs"][0]["words"] = {"A"}; },
          "a numeric column has words", "encoder.inputs[0].words"),
      part_case(
          "AnInputTwice", "encoder", [](json& v) { v["inputs"][1]["name"] = v["inputs"][0]["name"]; },
          "an input column is named twice", "encoder.inputs"),
      part_case(
          "NoTarget", "encoder", [](json& v) { v["target"]["columns"] = json::array(); }, "no target column",
          "encoder.target.columns"),
      part_case(
          "OneClassOnly", "encoder",
          [](json& v) { v["target"]["class_names"] = v["target"]["class_values"] = json::array({"a"}); },
          "too few classes", "encoder.target.class_names"),
      part_case(
          "ClassesOfAnotherNumber", "encoder",
          [](json& v) {
            v["target"]["class_names"] = v["target"]["class_values"] = {"a", "b"};
          },
          "outputs that the target needs", "network"),
      part_case(
          "ClassNamesWithoutValues", "encoder",
          [](json& v) {
            v["target"]["class_values"] = {"a", "b"};
          },
          "class values", "encoder.target.class_values"),
      part_case(
          "AClassTwice", "encoder", [](json& v) { v["target"]["class_names"][1] = "setosa"; },
          "two classes have the same name", "encoder.target.class_names"),
      part_case(
          "ScaledClasses", "encoder", [](json& v) { v["target"]["factor"] = {1}; }, "factors of the targets",
          "encoder.target.factor"),
      part_case(
          "PlacesOfTooManyTargets", "encoder",
          [](json& v) {
            v["target"]["positions"] = {1, 2};
          },
          "places of the targets", "encoder.target.positions"),
      part_case(
          "APictureOfRowsOnly", "encoder", [](json& v) { v["picture_rows"] = 2; }, "rows or columns only",
          "encoder.picture_rows"),
      picture_case(
          "APictureOfAnotherSize", [](json& v) { v["picture_rows"] = 3; },
          "another number of pixels than there are inputs", "encoder.picture_rows"),
      picture_case(
          "APictureWhoseSizeOverflows",
          // 2^32 x 2^32 + 6 x 1 is 6 in 64 bits.
          [](json& v) { v["picture_rows"] = v["picture_columns"] = std::uint64_t{1} << 32; },
          "another number of pixels than there are inputs", "encoder.picture_rows"),
      picture_case(
          "APixelThatIsAWord",
          [](json& v) {
            v["inputs"][4]["kind"] = "category";
            v["inputs"][4]["words"] = {"w"};
          },
          "a pixel is not a number", "encoder.inputs[4]"),
      part_case(
          "ATargetPlaceBeyondTheColumns", "encoder",
          [](json& v) { v["target"]["positions"] = {1'000'000'000}; }, "place of a target that no column has",
          "encoder.target.positions"),
      part_case(
          "TargetPlacesOutOfOrder", "encoder",
          [](json& v) {
            v["target"]["columns"] = {"species", "island"};
            v["target"]["positions"] = {2, 1};
          },
          "not sorted", "encoder.target.positions"),
      part_case(
          "ATargetColumnTwice", "encoder",
          [](json& v) {
            v["target"]["columns"] = {"species", "species"};
          },
          "a target column is named twice", "encoder.target.columns"),
      part_case(
          "AClassValueTwice", "encoder", [](json& v) { v["target"]["class_values"][2] = "0"; },
          "two classes have the same value", "encoder.target.class_values"),
      part_case(
          "UnknownTask", "encoder", [](json& v) { v["target"]["task"] = "rank"; }, "unknown task",
          "encoder.target.task"),
      part_case(
          "UnknownColumnKind", "encoder", [](json& v) { v["inputs"][0]["kind"] = "date"; },
          "unknown column kind", "encoder.inputs[0].kind"),
      part_case(
          "UnknownMissingFeature", "encoder", [](json& v) { v["inputs"][0]["missing_feature"] = "maybe"; },
          "unknown missing feature", "encoder.inputs[0].missing_feature"),
      part_case(
          "AnEncoderThatIsAList", "encoder", [](json& v) { v = json::array({v}); }, "wrong type",
          ": encoder"),
      part_case(
          "AnInputThatIsText", "encoder", [](json& v) { v["inputs"][1] = "island"; }, "wrong type",
          "encoder.inputs[1]"),
      part_case(
          "UnknownEncoderMember", "encoder", [](json& v) { v["dropped"] = json::array(); },
          "something unknown", ": encoder"),
      part_case(
          "AWordThatIsANumber", "encoder", [](json& v) { v["inputs"][1]["words"][0] = 1; }, "wrong type",
          "encoder.inputs[1].words[0]"),
      part_case(
          "AnotherTaskInTheSchema", "schema", [](json& v) { v["task"] = "regression"; }, "different tasks",
          "schema.task"),
      part_case(
          "AnInputThatTheSchemaIgnores", "schema", [](json& v) { v["columns"][0]["role"] = "ignored"; },
          "another role in the schema", "schema.columns"),
      part_case(
          "ATargetThatIsNotInTheSchema", "schema", [](json& v) { v["columns"].erase(3); },
          "another role in the schema", "schema.columns"),
      part_case(
          "UnknownColumnRole", "schema", [](json& v) { v["columns"][0]["role"] = "label"; },
          "unknown column role", "schema.columns[0].role"),
      part_case(
          "AColumnTwice", "schema", [](json& v) { v["columns"][2]["name"] = "species"; },
          "a column is named twice", "schema.columns"),

      part_case(
          "UnknownSchemaMember", "schema", [](json& v) { v["version"] = 2; }, "something unknown",
          ": schema"),
      part_case(
          "ASchemaColumnWithoutARole", "schema", [](json& v) { v["columns"][1].erase("role"); },
          "something is missing", "schema.columns[1]"),
      part_case(
          "ANoteThatIsAList", "schema", [](json& v) { v["notes"][0] = json::array(); }, "wrong type",
          "schema.notes[0]"),

      // Loss.
      part_case(
          "UnknownReduction", "loss", [](json& v) { v["reduction"] = "median"; }, "unknown reduction",
          "loss.reduction"),
      part_case(
          "ALossWithoutItsQuantile", "loss", [](json& v) { v.erase("quantile"); }, "something is missing",
          ": loss"),
      part_case(
          "AQuantileAboveOne", "loss", [](json& v) { v["quantile"] = 1.5; }, "quantile", "loss"),
      part_case(
          "ANegativeLabelSmoothing", "loss", [](json& v) { v["label_smoothing"] = -0.1; }, "label smoothing",
          "loss"),

      // Provenance.
      part_case(
          "UnknownProvenanceMember", "provenance", [](json& v) { v["host"] = "h"; }, "something unknown",
          ": provenance"),
      part_case(
          "ASeedBeyond64Bits", "provenance", [](json& v) { v["seed"] = 1e300; }, "wrong type",
          "provenance.seed"),
      part_case(
          "RowsInPieces", "provenance", [](json& v) { v["training_rows"] = 266.5; }, "wrong type",
          "provenance.training_rows"),
      part_case(
          "OptionsThatAreAnObject", "provenance", [](json& v) { v["options"] = json::object(); },
          "wrong type", "provenance.options"),
      part_case(
          "AnOptionOfThreeParts", "provenance", [](json& v) { v["options"][0].push_back("x"); },
          "wrong length", "provenance.options[0]"),
      part_case(
          "AMetricThatIsText", "provenance", [](json& v) { v["held_out"][0][1] = "0.97"; }, "wrong type",
          "provenance.held_out[0][1]"),
      part_case(
          "ANegativeSeed", "provenance", [](json& v) { v["seed"] = -1; }, "wrong type", "provenance.seed"),

      // Tensors.
      header_case(
          "ATensorMissing", [](json& header) { header.erase("layers.2.bias"); }, "a tensor is missing",
          "header"),
      header_case(
          "ATensorTooMany", [](json& header) { header["layers.9.bias"] = header["layers.2.bias"]; },
          "does not belong to the network", "header"),
      header_case(
          "ATensorThatIsNoObject", [](json& header) { header["layers.2.bias"] = 1; }, "wrong type",
          "header[\"layers.2.bias\"]"),
      header_case(
          "UnknownTensorMember", [](json& header) { header["layers.2.bias"]["stride"] = 1; },
          "something unknown", "header[\"layers.2.bias\"]"),
      header_case(
          "UnknownDtype", [](json& header) { header["layers.0.weight"]["dtype"] = "BF16"; }, "unknown type",
          "dtype"),
      header_case(
          "TwoDtypes", [](json& header) { header["layers.2.bias"]["dtype"] = "F64"; }, "different types",
          "header[\"layers.2.bias\"].dtype"),
      header_case(
          "AllDtypesWrong",
          [](json& header) {
            for (auto& [name, tensor] : header.items()) {
              if (name != "__metadata__") tensor["dtype"] = "F64";
            }
          },
          "cut short, within the tensors", "m.safetensors"),
      header_case(
          "AnotherShape",
          [](json& header) {
            header["layers.0.weight"]["shape"] = {3, 5};
          },
          "another shape", "header[\"layers.0.weight\"].shape"),
      header_case(
          "AFlatShape", [](json& header) { header["layers.0.weight"]["shape"] = json::array({15}); },
          "another shape", "header[\"layers.0.weight\"].shape"),
      header_case(
          "TensorsThatOverlap",
          [](json& header) {
            header["layers.2.bias"]["data_offsets"] = {104, 116};
          },
          "overlap", "header[\"layers.2.bias\"].data_offsets"),
      header_case(
          "TensorsThatChangedPlaces",
          [](json& header) {
            header["layers.0.activation"]["data_offsets"] = {108, 120};
            header["layers.2.bias"]["data_offsets"] = {60, 72};
          },
          "out of order", "data_offsets"),
      header_case(
          "OffsetsBackwards",
          [](json& header) {
            header["layers.2.bias"]["data_offsets"] = {120, 108};
          },
          "overlap", "data_offsets"),
      header_case(
          "OffsetsNearTwoToThe64",
          [](json& header) {
            header["layers.2.bias"]["data_offsets"] = {UINT64_MAX - 11, UINT64_MAX};
          },
          "overlap", "data_offsets"),
      header_case(
          "OneOffsetOnly", [](json& header) { header["layers.2.bias"]["data_offsets"] = json::array({108}); },
          "overlap", "data_offsets"),
      {"BytesAfterTheLastTensor",
       [] { return model_to_bytes(example_model<float>()) + std::string(4, '\0'); },
       "bytes after the last tensor", "m.safetensors"},
      {"OneByteAfterTheLastTensor", [] { return model_to_bytes(example_model<float>()) + "x"; },
       "bytes after the last tensor", "m.safetensors"},
      {"OneByteMissing",
       [] {
         std::string bytes = model_to_bytes(example_model<double>());
         bytes.pop_back();
         return bytes;
       },
       "cut short, within the tensors", "m.safetensors"},
      {"ABitOfAWeightFlipped",
       [] {
         std::string bytes = model_to_bytes(example_model<float>());
         bytes.back() = static_cast<char>(bytes.back() ^ 1);
         return bytes;
       },
       "the checksum of a tensor does not fit", "layers.2.bias"},
      {"AWeightThatIsNotANumber",
       [] {
         return with_data(example_model<float>(),
                          [](std::string& data) { data.replace(16, 4, "\0\0\xc0\x7f", 4); });
       },
       "not a finite number", "layers.0.weight"},
      {"AWidthOfZero",
       [] { return with_data(rbf_model(), [](std::string& data) { data.replace(4, 4, 4, '\0'); }); },
       "the width of a radial basis function must be above 0", "layers.0.width, unit 1"},
      {"ALayerWithoutCentres",
       [] {
         return with_header(rbf_model(), in_part("network", [](json& v) { v["layers"][0]["units"] = 0; }));
       },
       "needs at least one input and one unit", "layer 1"},
      {"AnRbfLayerWithAnActivation",
       [] {
         return with_header(rbf_model(),
                            in_part("network", [](json& v) { v["layers"][0]["activation"] = "tanh"; }));
       },
       "something unknown", "network.layers[0]"},
      {"MoreCentresThanTheFileHolds",
       [] {
         return with_header(rbf_model(), in_part("network", [](json& v) {
                              v["layers"][0]["units"] = v["layers"][1]["inputs"] = 1 << 20;
                            }));
       },
       "more parameters than the file holds", "network.layers[0]"},
      {"AnInfiniteBias",
       [] {
         return with_data(example_model<double>(),
                          [](std::string& data) { data.replace(232, 8, "\0\0\0\0\0\0\xf0\x7f", 8); });
       },
       "not a finite number", "layers.2.bias"},
      part_case(
          "ChecksumMissing", "checksums", [](json& v) { v.erase("layers.2.bias"); }, "checksums of tensors",
          ": checksums"),
      part_case(
          "ChecksumOfAnotherTensor", "checksums",
          [](json& v) {
            v["layers.9.bias"] = v["layers.2.bias"];
            v.erase("layers.2.bias");
          },
          "something is missing", ": checksums"),
      part_case(
          "ChecksumInCapitals", "checksums", [](json& v) { v["layers.2.bias"] = "ABCDEF01"; },
          "the checksum of a tensor does not fit", "layers.2.bias"),
  };
}

class ModelFileRefuses : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefuses, WithAMessageThatNamesFileFaultAndRemedy) {
  const BadFile& bad = GetParam();
  const ErrorText report = refusal_of(bad.bytes());
  EXPECT_NE(report.what.find(bad.what), std::string::npos) << report.what;
  EXPECT_TRUE(report.where.starts_with("m.safetensors")) << report.where;
  EXPECT_NE(report.where.find(bad.where), std::string::npos) << report.where;
  EXPECT_FALSE(report.advice.empty());
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefuses, testing::ValuesIn(bad_files()),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST(ModelFile, DescriptionsOfManyLayersCannotOverflowTheSumOfTheirSizes) {
  // 2^12 layers of 2^26 x 2^26 weights: the products sum to 2^64.
  const std::string bytes = with_header(example_model<float>(), in_part("network", [](json& value) {
                                          json layer = value["layers"][2];
                                          layer["inputs"] = layer["outputs"] = std::uint64_t{1} << 26;
                                          value["layers"] = json::array();
                                          for (int i = 0; i < (1 << 12); ++i)
                                            value["layers"].push_back(layer);
                                        }));
  EXPECT_NE(refusal_of(bytes).what.find("more parameters than the file holds"), std::string::npos);
}

// --- models that are not saved -----------------------------------------------------------------------------

TEST(ModelFile, ParametersThatAreNotFiniteAreNotSaved) {
  Model model = smallest_model();
  std::get<Parameters<float>>(model.parameters)[1] = std::numeric_limits<float>::quiet_NaN();
  try {
    model_to_bytes(model);
    FAIL() << "nothing was thrown";
  } catch (const NonFiniteError& error) {
    EXPECT_EQ(text_of(error.report()).where, "layers.0.bias");
  }
}

TEST(ModelFile, AModelThatIsNotValidIsNotSaved) {
  const auto expect_refused = [](const std::function<void(Model&)>& spoil) {
    Model model = smallest_model();
    EXPECT_NO_THROW(model_to_bytes(model));
    spoil(model);
    EXPECT_THROW(model_to_bytes(model), StateError);
  };
  expect_refused([](Model& model) { std::get<Parameters<float>>(model.parameters).push_back(1); });
  expect_refused([](Model& model) {
    model = rbf_model();
    std::get<Parameters<float>>(model.parameters)[1] = -2;
  });
  expect_refused([](Model& model) { model.network.layers.clear(); });
  expect_refused([](Model& model) { model.encoder.inputs.clear(); });
  expect_refused([](Model& model) { model.encoder.inputs[0].offset = std::nan(""); });
  expect_refused([](Model& model) { model.encoder.target.factor[0] = 0; });
  expect_refused(
      [](Model& model) { model.encoder.target.factor[0] = std::numeric_limits<double>::infinity(); });
  expect_refused([](Model& model) { model.encoder.target.class_names = {"a"}; });
  expect_refused([](Model& model) { model.schema.task = Task::binary; });
  expect_refused([](Model& model) { model.encoder.inputs[0].name = "not UTF-8: \xff"; });
  expect_refused([](Model& model) { model.loss.quantile = std::nan(""); });
}

TEST(ModelFile, ADescriptionTooLongToBeReadIsNotWritten) {
  Model model = smallest_model();
  model.schema.notes.emplace_back(std::string(kLongestModelHeader, 'x'));
  EXPECT_THROW(model_to_bytes(model), StateError);
  model.schema.notes.back() = std::string(kLongestModelHeader / 2, 'x');
  EXPECT_NO_THROW(model_from_bytes(model_to_bytes(model), "m"));
}

// A network of numeric columns with names and numbers as long as they come.
Model wide_model(std::size_t columns) {
  Model model = smallest_model();
  const ColumnEncoding column{.offset = 1.2345678901234567,
                              .factor = 0.98765432109876543,
                              .fill = 1.2345678901234567,
                              .missing_feature = MissingFeature::absent};
  model.encoder.inputs.assign(columns, column);
  for (std::size_t i = 0; i < columns; ++i) {
    model.encoder.inputs[i].name = "ENSG00000" + std::to_string(100'000 + i);
    model.schema.columns.push_back({.name = model.encoder.inputs[i].name});
  }
  model.schema.columns.push_back({.name = "y", .role = ColumnRole::target});
  model.network.layers = {make_dense(columns, 1, Activation::identity)};
  model.parameters = Parameters<float>(columns + 1, 0.5f);
  return model;
}

// Found by trying: the most that are written. docs/model-format.md says so.
constexpr std::size_t kMostWideColumns = 3562;

TEST(ModelFile, ThousandsOfColumnsFitIntoTheHeader) {
  const std::string bytes = model_to_bytes(wide_model(kMostWideColumns));
  EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
  EXPECT_THROW(model_to_bytes(wide_model(kMostWideColumns + 1)), StateError);
}

TEST(ModelFile, RoomIsAskedForBeforeThereAreParameters) {
  Model model = wide_model(kMostWideColumns);
  model.parameters = Parameters<float>();
  EXPECT_NO_THROW(require_room_in_file(model));
  model = wide_model(kMostWideColumns + 1);
  model.parameters = Parameters<float>();
  EXPECT_THROW(require_room_in_file(model), StateError);
}

TEST(ModelFile, ADescriptionOfTooManyValuesIsNotWritten) {
  Model model = smallest_model();
  model.schema.notes.assign(kMostModelValues, "");
  try {
    model_to_bytes(model);
    FAIL() << "nothing was thrown";
  } catch (const StateError& error) {
    EXPECT_EQ(text_of(error.report()).expected, "at most 50,000 values");
  }
  // Between what fits and what does not lies one value, for the writer and the reader alike.
  while (!model.schema.notes.empty()) {
    model.schema.notes.pop_back();
    try {
      const std::string bytes = model_to_bytes(model);
      EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
      break;
    } catch (const StateError&) {
    }
  }
  EXPECT_GT(model.schema.notes.size(), kMostModelValues - 100);
}

TEST(ModelFile, APictureComesBack) {
  const Model model = picture_model();
  expect_same(model, model_from_bytes(model_to_bytes(model), "m"));
}

// --- files -------------------------------------------------------------------------------------------------

class ModelFileOnDisk : public testing::Test {
 protected:
  ModelFileOnDisk() {
    std::string name = (fs::temp_directory_path() / "chainrule_test_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~ModelFileOnDisk() override { fs::remove_all(directory_); }
  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  ErrorText load_refusal(const std::string& file) const {
    try {
      load_model(real_file_system(), file);
    } catch (const ModelFileError& error) {
      return text_of(error.report());
    }
    ADD_FAILURE() << "no ModelFileError was thrown";
    return {};
  }

  std::string directory_;
};

TEST_F(ModelFileOnDisk, WhatIsSavedIsWhatIsLoaded) {
  const Model model = example_model<float>();
  save_model(real_file_system(), path("m.safetensors"), model);
  EXPECT_EQ(read_whole_file(real_file_system(), path("m.safetensors")), model_to_bytes(model));
  expect_same(model, load_model(real_file_system(), path("m.safetensors")));
}

TEST_F(ModelFileOnDisk, AModelThatCannotBeSavedLeavesTheOldFile) {
  save_model(real_file_system(), path("m.safetensors"), smallest_model());
  Model spoiled = smallest_model();
  std::get<Parameters<float>>(spoiled.parameters)[0] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(save_model(real_file_system(), path("m.safetensors"), spoiled), NonFiniteError);
  expect_same(smallest_model(), load_model(real_file_system(), path("m.safetensors")));
}

TEST_F(ModelFileOnDisk, AFullDiskIsADataError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_THROW(save_model(real_file_system(), "/dev/full", smallest_model()), DataError);
}

TEST_F(ModelFileOnDisk, AMissingFileIsNamedWithTheNearest) {
  save_model(real_file_system(), path("iris.safetensors"), smallest_model());
  const ErrorText report = load_refusal(path("iris.safetensor"));
  EXPECT_EQ(report.where, path("iris.safetensor"));
  EXPECT_NE(report.advice.find("did you mean"), std::string::npos) << report.advice;
}

TEST_F(ModelFileOnDisk, ADirectoryIsNoModel) {
  EXPECT_EQ(load_refusal(directory_).got, "a directory");
}

TEST_F(ModelFileOnDisk, ADeviceOrAPipeIsNoModel) {
  EXPECT_EQ(load_refusal("/dev/zero").got, "a device or a pipe");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(load_refusal(path("pipe")).got, "a device or a pipe")
      << "and the reader does not wait for a writer";
}

TEST_F(ModelFileOnDisk, StockSafetensorsOpensIt) {
  if (!fs::exists(CHAINRULE_TEST_PYTHON)) GTEST_SKIP() << "no " << CHAINRULE_TEST_PYTHON;
  save_model(real_file_system(), path("float.safetensors"), example_model<float>());
  save_model(real_file_system(), path("double.safetensors"), example_model<double>());
  for (const char* name : {"float.safetensors", "double.safetensors"}) {
    const std::string command = "'" + std::string(CHAINRULE_TEST_PYTHON) + "' '" + CHAINRULE_SOURCE_DIR +
                                "/tests/python/test_safetensors_opens_it.py' --model '" + path(name) +
                                "' > '" + path("output") + "' 2>&1";
    const int status = std::system(command.c_str());
    EXPECT_EQ(status, 0) << read_whole_file(real_file_system(), path("output"));
  }
}

}  // namespace
}  // namespace chainrule
