#include "chainrule/io/model_file.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <limits>
#include <random>
#include <vector>

#include "chainrule/base/error.h"
#include "support/bad_model_files.h"
#include "support/directory_test.h"
#include "support/model_files.h"
#include "support/report_of.h"
#include "support/same_model.h"

namespace chainrule {
namespace {

namespace fs = std::filesystem;
using namespace model_files;

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
  // After the parameters, 5 doubles for each of the two inputs: 80 bytes.
  EXPECT_EQ(header["encoder.numbers"]["shape"], json({2, 5}));
  EXPECT_EQ(header["encoder.numbers"]["data_offsets"], json({240, 320}));
  EXPECT_EQ(bytes.size(), 8 + length + 320);
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
  const std::string length_text =
      "header length " + std::to_string(bytes.size() - 8 - parts.data.size()) + ", ";
  EXPECT_NE(document.find(length_text), std::string::npos) << length_text;
  const std::string size_text = std::to_string(bytes.size()) + " bytes in all";
  EXPECT_NE(document.find(size_text), std::string::npos) << size_text;
  // 2 = 0x40000000 and 1 = 0x3f800000 in IEEE 754, low byte first.
  EXPECT_EQ(parts.data.substr(0, 8), std::string("\0\0\0\x40\0\0\x80\x3f", 8));
  // Offset 0, factor 1 = 0x3ff0000000000000, fill 0, and the empty range from inf to -inf.
  EXPECT_EQ(parts.data.substr(8), std::string(8, '\0') + std::string("\0\0\0\0\0\0\xf0\x3f", 8) +
                                      std::string(8, '\0') + std::string("\0\0\0\0\0\0\xf0\x7f", 8) +
                                      std::string("\0\0\0\0\0\0\xf0\xff", 8));
}

TEST(ModelFile, HoldsHashesOfTrainingRowsAsWholeNumbers) {
  for (Model model : {example_model<float>(), example_model<double>(), smallest_model()}) {
    const std::string without = model_to_bytes(model);
    model.provenance.row_hashes = {0, 7, (std::uint64_t{1} << 53) - 1};
    const std::string bytes = model_to_bytes(model);
    EXPECT_EQ(model_from_bytes(bytes, "m").provenance.row_hashes, model.provenance.row_hashes);
    EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
    EXPECT_TRUE(model_from_bytes(without, "m").provenance.row_hashes.empty());
    model.provenance.row_hashes = {7, 7};
    EXPECT_THROW(model_from_bytes(model_to_bytes(model), "m"), ModelFileError);
  }
}

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
  // Two hidden layers of the same shape: only the checksums distinguish them.
  Model model = smallest_model();
  model.network.layers = {make_dense(1, 1, Activation::identity), make_dense(1, 1, Activation::identity)};
  model.parameters = Parameters<float>{1, 2, 3, 4};
  ModelFileParts parts(model_to_bytes(model));
  std::swap_ranges(parts.data.begin(), parts.data.begin() + 8, parts.data.begin() + 8);
  EXPECT_NE(refusal_of(parts.sealed()).what.find("the checksum of a tensor does not match"),
            std::string::npos);
}

TEST(ModelFile, AHeaderOfRandomDamageUnderAFittingChecksumNeverBreaksTheReader) {
  // The result is a ModelFileError or a model that can be written again; address and undefined-behaviour
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

std::string le(std::uint64_t value) {
  return little_endian(value);
}

class ModelFileRefuses : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefuses, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

BadFile text_case(const char* name, const std::function<void(std::string&)>& edit, const char* what,
                  const char* where) {
  return {name,
          [edit] {
            ModelFileParts parts(model_to_bytes(example_model<float>()));
            edit(parts.header_text);
            return parts.sealed();
          },
          what, where};
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
}

BadFile in_another_spelling(const char* name, const std::string& from, const std::string& to,
                            const char* where) {
  return text_case(
      name, [=](std::string& text) { replace(text, from, to); }, "not spelled the way chainrule spells it",
      where);
}

std::vector<BadFile> files_of_other_formats() {
  return {
      {"Empty", [] { return std::string(); }, "it is empty", "m.safetensors"},
      {"ShorterThanALength", [] { return std::string("\x10\0\0", 3); }, "it is cut short", "m.safetensors"},
      {"OnlyALengthOfZero", [] { return le(0); }, "the header is not a JSON object", "byte 8"},
      {"HeaderLengthBeyondTheEnd", [] { return le(1000) + "{}"; }, "cut short, within the header",
       "m.safetensors"},
      {"HeaderLengthBeyondTheLimit",
       [] { return le(2 * kLongestModelHeader) + "{" + std::string(kLongestModelHeader, ' '); },
       "the header is too long", "bytes 0 to 7"},
      {"HeaderLengthNearTwoToThe64", [] { return le(UINT64_MAX) + "{}"; }, "the header is too long",
       "bytes 0 to 7"},
      {"AZipArchive", [] { return std::string("PK\x03\x04") + std::string(60, 'x'); }, "ZIP archive",
       "m.safetensors"},
      {"AnHdf5File", [] { return std::string("\x89HDF\r\n\x1a\n") + std::string(60, 'x'); }, "HDF5",
       "m.safetensors"},
      {"AGzipFile", [] { return std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10) + "x"; }, "gzip",
       "m.safetensors"},
      {"ANumpyArray", [] { return "\x93NUMPY\x01" + std::string(60, 'x'); }, "NumPy", "m.safetensors"},
      {"ATable", [] { return std::string("length,width,species\n1,2,setosa\n"); }, "it looks like text",
       "m.safetensors"},
  };
}

std::vector<BadFile> bad_headers() {
  return {
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
       "nested too deeply", "header"},
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
       "a key occurs twice", "header"},
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
      header_case("ANewerFormatVersion", in_metadata([](json& m) { m["format_version"] = "3"; }),
                  "a newer chainrule", "format_version"),
  };
}

std::vector<BadFile> bad_seals_and_spellings() {
  return {
      header_case("NoHeaderChecksum", in_metadata([](json& m) { m.erase("header_checksum"); }),
                  "something is missing", "header.__metadata__"),
      text_case(
          "HeaderChecksumInAnotherPlace",
          [](std::string& text) { replace(text, "\"header_checksum\":\"", "\"header_checksum\": \""); },
          "is not where chainrule writes it", "header_checksum"),
      {"AHeaderChangedByHand",
       [] {
         std::string bytes = model_to_bytes(example_model<float>());
         replace(bytes, R"(\"seed\":1)", R"(\"seed\":2)");
         return bytes;
       },
       "the checksum of the header does not match", "header"},
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
      in_another_spelling("MembersOutOfOrder", R"("format":"chainrule","format_version":"2")",
                          R"("format_version":"2","format":"chainrule")", "byte"),
  };
}

std::vector<BadFile> bad_tensors() {
  return {
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
          "the shape of a tensor does not match its bytes", "header[\"layers.0.weight\"].shape"),
      header_case(
          "AnotherShape",
          [](json& header) {
            header["layers.0.weight"]["shape"] = {3, 5};
          },
          "the shape of a tensor differs", "header[\"layers.0.weight\"].shape"),
      header_case(
          "AFlatShape", [](json& header) { header["layers.0.weight"]["shape"] = json::array({15}); },
          "the shape of a tensor differs", "header[\"layers.0.weight\"].shape"),
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
  };
}

std::vector<BadFile> bad_bytes() {
  return {
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
         char& last_of_weights = bytes[bytes.size() - 81];
         last_of_weights = static_cast<char>(last_of_weights ^ 1);
         return bytes;
       },
       "the checksum of a tensor does not match", "layers.2.bias"},
      {"AWeightThatIsNotANumber",
       [] {
         return with_data(example_model<float>(),
                          [](std::string& data) { data.replace(16, 4, "\0\0\xc0\x7f", 4); });
       },
       "not a finite number", "layers.0.weight"},
      {"AWidthOfZero",
       [] { return with_data(rbf_model(), [](std::string& data) { data.replace(4, 4, 4, '\0'); }); },
       "the width of a radial basis function must be above 0", "layers.0.width, unit 1"},
      {"AnInfiniteBias",
       [] {
         return with_data(example_model<double>(),
                          [](std::string& data) { data.replace(232, 8, "\0\0\0\0\0\0\xf0\x7f", 8); });
       },
       "not a finite number", "layers.2.bias"},
      part_case(
          "ChecksumMissing", "checksums", [](json& v) { v.erase("layers.2.bias"); },
          "the number of checksums differs from the number of tensors", ": checksums"),
      part_case(
          "ChecksumOfAnotherTensor", "checksums",
          [](json& v) {
            v["layers.9.bias"] = v["layers.2.bias"];
            v.erase("layers.2.bias");
          },
          "something is missing", ": checksums"),
      part_case(
          "ChecksumInCapitals", "checksums", [](json& v) { v["layers.2.bias"] = "ABCDEF01"; },
          "the checksum of a tensor does not match", "layers.2.bias"),
  };
}

std::vector<BadFile> bad_numbers_of_inputs() {
  return {
      {"ABitOfTheEncoderFlipped",
       [] {
         std::string bytes = model_to_bytes(example_model<float>());
         bytes.back() = static_cast<char>(bytes.back() ^ 1);
         return bytes;
       },
       "the checksum of a tensor does not match", "encoder.numbers"},
      {"AFactorThatIsNotANumber",
       [] {
         return with_data(example_model<float>(),
                          [](std::string& data) { data.replace(128, 8, "\0\0\0\0\0\0\xf8\x7f", 8); });
       },
       "the numbers of an input make no sense", "encoder.numbers, input \"bill length"},
      {"ARangeWithoutABound",
       [] {
         return with_data(example_model<float>(), [](std::string& data) { data.replace(144, 8, 8, '\0'); });
       },
       "the numbers of an input make no sense", "encoder.numbers, input \"bill length"},
      header_case(
          "NumbersOfTheEncoderMissing", [](json& header) { header.erase("encoder.numbers"); },
          "a tensor is missing", "header"),
      header_case(
          "NumbersOfTheEncoderInFloat", [](json& header) { header["encoder.numbers"]["dtype"] = "F32"; },
          "different types", "header[\"encoder.numbers\"].dtype"),
      header_case(
          "NumbersOfMoreInputs",
          [](json& header) {
            header["encoder.numbers"]["shape"] = {5, 2};
          },
          "differs from the number of inputs", "header[\"encoder.numbers\"].shape"),
  };
}

INSTANTIATE_TEST_SUITE_P(OtherFormats, ModelFileRefuses, testing::ValuesIn(files_of_other_formats()),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Headers, ModelFileRefuses, testing::ValuesIn(bad_headers()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Spellings, ModelFileRefuses, testing::ValuesIn(bad_seals_and_spellings()),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(Tensors, ModelFileRefuses, testing::ValuesIn(bad_tensors()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Bytes, ModelFileRefuses, testing::ValuesIn(bad_bytes()), name_of_case);
INSTANTIATE_TEST_SUITE_P(NumbersOfInputs, ModelFileRefuses, testing::ValuesIn(bad_numbers_of_inputs()),
                         name_of_case);

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

TEST(ModelFile, ATextOfAnyLengthIsWrittenAndRead) {
  Model model = smallest_model();
  for (const std::size_t length : {kLongestModelHeader / 2, kLongestModelHeader, 5 * kLongestModelHeader}) {
    model.schema.notes = {std::string(length, 'x')};
    const std::string bytes = model_to_bytes(model);
    EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
  }
}

TEST(ModelFile, ARangeOfTheInputsComesBack) {
  Model model = example_model<float>();
  model.encoder.inputs[0].minimum = -1e300;
  model.encoder.inputs[0].maximum = 0.1;
  model.encoder.inputs[0].outliers = Outliers::clip;
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  EXPECT_EQ(loaded.encoder.inputs[0].minimum, -1e300);
  EXPECT_EQ(loaded.encoder.inputs[0].maximum, 0.1);
  EXPECT_EQ(loaded.encoder.inputs[0].outliers, Outliers::clip);
  EXPECT_TRUE(std::isnan(loaded.encoder.inputs[1].minimum)) << "not known";
  EXPECT_EQ(model_to_bytes(loaded), bytes);
}

// --- files -------------------------------------------------------------------------------------------------

class ModelFileOnDisk : public test::DirectoryTest {};

ErrorText load_refusal(const std::string& file) {
  return test::report_of<ModelFileError>([&file] { load_model(real_file_system(), file); });
}

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
