// The memory that loading a model file takes is bounded by the size of the file, whatever it contains: twice
// that size plus 8 MiB up to one mebibyte, in proportion beyond (docs/model-format.md). Reading a text table
// of many columns and few rows takes at most 400 bytes a column. Both count what operator new gives.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "chainrule/base/error.h"
#include "chainrule/data/open_table.h"
#include "support/live_bytes.h"
#include "support/model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

constexpr std::size_t kMiB = std::size_t{1} << 20;

struct HostileFile {
  const char* name;
  std::string bytes;
};

// `begin`, then `piece` repeated while the whole stays within `size`, then `end`. A # in the piece becomes a
// number that differs each time.
std::string filled(std::string_view begin, std::string_view piece, std::string_view end, std::size_t size,
                   std::size_t most = SIZE_MAX) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  std::string text(begin);
  for (std::size_t i = 0; i < most; ++i) {
    std::string next(piece);
    const std::size_t mark = next.find('#');
    if (mark != std::string::npos) {
      const std::string number = {kDigits[i >> 12 & 63], kDigits[i >> 6 & 63], kDigits[i & 63]};
      next.replace(mark, 1, number);
    }
    if (text.size() + next.size() + end.size() > size) break;
    text += next;
  }
  return text += end;
}

// Only a header: the length is right, and there is no checksum.
std::string header_only(std::string text) {
  text.append((64 - (8 + text.size()) % 64) % 64, ' ');
  return little_endian(text.size()) + text;
}

// A sound model with one part of the metadata replaced, sealed again.
std::string with_part(const std::string& part, const std::string& text) {
  return with_header(example_model<float>(), in_metadata([&](json& m) { m[part] = text; }));
}

// The room of a header, and of a part of the metadata, which is escaped within the header.
constexpr std::size_t kRoom = kLongestModelHeader - 64;
constexpr std::size_t kPartRoom = kLongestModelHeader - 8'000;
constexpr std::size_t kMost = kMostModelValues - 100;

json example_encoder() {
  const ModelFileParts parts(model_to_bytes(example_model<float>()));
  return json::parse(parts.header()["__metadata__"]["encoder"].get<std::string>());
}

// Headers that are not JSON, or not those of a model.
std::vector<HostileFile> hostile_headers() {
  std::vector<HostileFile> files;
  const auto add = [&](const char* name, std::string bytes) { files.push_back({name, std::move(bytes)}); };
  add("zeros in a list", header_only(filled("{\"a\":[", "0,", "0]}", kRoom)));
  add("empty lists", header_only(filled("{\"a\":[", "[],", "0]}", kRoom)));
  add("empty objects", header_only(filled("{\"a\":[", "{},", "0]}", kRoom)));
  add("lists of one", header_only(filled("{\"a\":[", "[0],", "0]}", kRoom)));
  add("members", header_only(filled("{\"a\":{", "\"#\":0,", "\"b\":0}}", kRoom)));
  add("members at the top", header_only(filled("{", "\"#\":{},", "\"b\":0}", kRoom)));
  add("members up to the limit", header_only(filled("{", "\"#\":{},", "\"b\":0}", kRoom, kMost)));
  add("members with long names",
      header_only(filled("{", "\"#-a-name-of-more-than-15\":{},", "\"b\":0}", kRoom)));
  add("texts up to the limit", header_only(filled("{\"a\":[", "\"\",", "0]}", kRoom, kMost)));
  add("texts of sixteen", header_only(filled("{\"a\":[", "\"sixteen letters.\",", "0]}", kRoom)));
  add("one long text", header_only("{\"a\":\"" + std::string(kRoom - 16, 'x') + "\"}"));
  // A length at which a growing buffer has just doubled.
  add("a text of 15 x 2^16 + 1", header_only("{\"a\":\"" + std::string(15 * 65536 + 1, 'x') + "\"}"));
  add("a long text without an end", header_only("{\"a\":\"" + std::string(kRoom - 16, 'x')));
  add("a long text with a wrong escape", header_only("{\"a\":\"" + std::string(kRoom - 16, 'x') + "\\z\"}"));
  add("escapes", header_only(filled("{\"a\":\"", "\\u0000", "\"}", kRoom)));
  add("one long name", header_only("{\"" + std::string(kRoom - 16, 'x') + "\":0}"));
  add("one long number", header_only("{\"a\":" + std::string(kRoom - 16, '1') + "}"));
  add("blanks", header_only("{" + std::string(kRoom - 16, ' ') + "}"));
  add("a wrong letter after blanks", header_only("{" + std::string(kRoom - 16, ' ') + "x}"));
  add("lists within lists", header_only("{\"a\":" + std::string(kRoom - 16, '[')));
  add("objects within objects", header_only(filled("", "{\"a\":", "0", kRoom)));
  add("only a length", little_endian(kLongestModelHeader) + std::string(kRoom, '\0'));
  add("a length of 2^63", little_endian(std::uint64_t{1} << 63) + std::string(kRoom, '{'));
  const std::string sound = model_to_bytes(example_model<float>());
  add("tensors that are too long", sound + std::string(kMiB - sound.size(), 'x'));
  add("members that are no tensors", with_header(example_model<float>(), [&](json& header) {
        for (std::size_t i = 0; i < kMost / 2; ++i)
          header["t" + std::to_string(i)] = json::object();
      }));
  return files;
}

// Parts of the metadata that are too large or not JSON.
std::vector<HostileFile> hostile_parts() {
  std::vector<HostileFile> files;
  const auto add = [&](const char* name, std::string bytes) { files.push_back({name, std::move(bytes)}); };
  const auto in_words = [&](const char* name, const std::string& piece, std::size_t escaped) {
    json encoder = example_encoder();
    std::vector<std::string> words;
    for (std::size_t size = 0; size + escaped + 16 < kPartRoom && words.size() < kMost - 200;
         size += escaped) {
      std::string number = std::to_string(words.size());
      words.push_back(std::string(6 - number.size(), '0') + number + piece);
    }
    encoder["inputs"][1]["words"] = words;
    add(name, with_part("encoder", encoder.dump()));
  };
  in_words("categories of a column", "", 11);
  in_words("words of sixteen", "0123456789", 21);
  const auto classes_of = [&](std::size_t length) {
    json encoder = example_encoder();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < 30'000; ++i)
      names.push_back(std::to_string(100'000 + i) + std::string(length, 'x'));
    encoder["target"]["class_names"] = names;
    encoder["target"]["class_values"] = names;
    return encoder.dump();
  };
  add("classes", with_part("encoder", classes_of(0)));
  add("missing words",
      with_part("encoder", filled("{\"inputs\":[],\"missing_words\":[", "\"\",",
                                  "\"\"],\"picture_columns\":0,\"picture_rows\":0,\"target\":{}}", kPartRoom,
                                  kMost - 100)));
  add("layers", with_part("network", filled("{\"layers\":[", R"({"kind":"dropout","units":1,"rate":0},)",
                                            R"({"kind":"dropout","units":1,"rate":0}]})", kPartRoom * 4 / 5,
                                            kMost / 5)));
  add("unit activations",
      with_part(
          "network",
          filled(R"({"layers":[{"kind":"dense","inputs":5,"outputs":3,"activation":"tanh",)"
                 R"("activation_parameter":0,"parameter_use":"none","bias":"present","unit_activations":[)",
                 "\"tanh\",", "\"tanh\"]}]}", kPartRoom * 4 / 5, kMost - 200)));
  add("a long number in a part", with_part("loss", std::string(kPartRoom, '1')));
  add("a long text without an end in a part", with_part("loss", "\"" + std::string(kPartRoom, 'x')));
  add("a long text with a wrong escape in a part",
      with_part("loss", "\"" + std::string(kPartRoom, 'x') + "\\z"));
  add("a layer of 2^32 x 2^32",
      with_part("network", R"({"layers":[{"kind":"dense","inputs":4294967296,"outputs":4294967296,)"
                           R"("activation":"tanh","activation_parameter":0,"parameter_use":"none",)"
                           R"("bias":"present","unit_activations":[]}]})"));
  add("columns of the schema",
      with_part("schema",
                filled("{\"columns\":[", R"({"kind":"numeric","name":"#","note":"","role":"input"},)",
                       "],\"notes\":[],\"task\":\"classes\"}", kPartRoom * 4 / 5, kMost / 5)));
  add("options", with_part("provenance", filled("{\"options\":[", "[\"\",\"\"],", "[\"\",\"\"]]}",
                                                kPartRoom * 4 / 5, kMost / 3)));
  return files;
}

// Large files that are accepted: the bound holds for them too.
std::vector<HostileFile> sound_files() {
  std::vector<HostileFile> files;
  const auto add = [&](const char* name, std::string bytes) { files.push_back({name, std::move(bytes)}); };
  add("a sound model with a long word", with_part("encoder", [&] {
        json encoder = example_encoder();
        encoder["inputs"][1]["words"][1] = std::string(kPartRoom, 'x');
        return encoder.dump();
      }()));
  Model large = smallest_model();
  large.network.layers = {make_dense(1, 80'000, Activation::tanh),
                          make_dense(80'000, 1, Activation::identity)};
  large.parameters = Parameters<float>(parameter_count(large.network), 0.5f);
  add("a sound model of large layers", model_to_bytes(large));
  add("a sound model with a long note",
      with_part("schema",
                "{\"columns\":[],\"notes\":[\"" + std::string(kPartRoom, 'x') + "\"],\"task\":\"classes\"}"));
  Model wordy = smallest_model();
  wordy.encoder.missing_words.assign(kMostModelValues - 100, "");
  add("a sound model of many words", model_to_bytes(wordy));
  return files;
}

TEST(ModelMemory, OfAnyFileUpToOneMebibyteIsAtMostTwiceItsSizeAnd8MiB) {
  std::string folder = (std::filesystem::temp_directory_path() / "chainrule_test_XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/m.safetensors";
  std::size_t refused = 0, most = 0;
  const char* most_name = "";
  const std::vector<HostileFile> sound = sound_files();
  std::vector<HostileFile> files = hostile_headers();
  for (const std::vector<HostileFile>& more : {hostile_parts(), sound})
    files.insert(files.end(), more.begin(), more.end());
  for (const HostileFile& file : files) {
    SCOPED_TRACE(file.name);
    std::ofstream(path, std::ios::binary) << file.bytes;
    EXPECT_LE(file.bytes.size(), kMiB);
    const std::size_t before = live_bytes::now;
    live_bytes::reset_most();
    try {
      load_model(real_file_system(), path);
    } catch (const ModelFileError&) {
      ++refused;
    }
    const std::size_t taken = live_bytes::most - before;
    EXPECT_LE(taken, 2 * file.bytes.size() + 8 * kMiB) << file.bytes.size() << " bytes";
    if (taken > most) {
      most = taken;
      most_name = file.name;
    }
  }
  std::filesystem::remove_all(folder);
  EXPECT_EQ(refused, files.size() - sound.size()) << "all but the sound ones";
  EXPECT_GT(most, 4 * kMiB) << "the hostile files reach the limits";
  std::cout << files.size() << " files; the most memory taken was " << most << " bytes, for " << most_name
            << '\n';
}

// Hostile headers of 8 MiB. A file of this size may have 50,000 + 7 MiB / 8 = 967,504 JSON values.
std::vector<HostileFile> larger_files() {
  constexpr std::size_t kSize = 8 * kMiB - 64;
  std::vector<HostileFile> files;
  const auto add = [&](const char* name, std::string bytes) { files.push_back({name, std::move(bytes)}); };
  add("zeros in a list", header_only(filled("{\"a\":[", "0,", "0]}", kSize)));
  add("empty lists", header_only(filled("{\"a\":[", "[],", "0]}", kSize)));
  add("lists of one", header_only(filled("{\"a\":[", "[0],", "0]}", kSize)));
  add("members", header_only(filled("{\"a\":{", "\"#\":{\"b\":0},", "\"b\":0}}", kSize)));
  add("texts", header_only(filled("{\"a\":[", "\"\",", "0]}", kSize)));
  add("texts of sixteen", header_only(filled("{\"a\":[", "\"sixteen letters.\",", "0]}", kSize)));
  add("one long text", header_only("{\"a\":\"" + std::string(kSize - 16, 'x') + "\"}"));
  add("lists within lists", header_only("{\"a\":" + std::string(kSize - 16, '[')));
  add("words of a column", with_part("encoder", [] {
        json encoder = example_encoder();
        std::vector<std::string> words;
        for (std::size_t i = 0; i < 700'000; ++i)
          words.push_back(std::to_string(1'000'000 + i));
        encoder["inputs"][1]["words"] = words;
        return encoder.dump();
      }()));
  return files;
}

TEST(ModelMemory, OfALargerFileIsInProportionToItsSize) {
  std::size_t most = 0;
  const auto check = [&](const char* name, const std::string& bytes) {
    const std::size_t before = live_bytes::now;
    live_bytes::reset_most();
    bool is_accepted = true;
    try {
      model_from_bytes(bytes, "m");
    } catch (const ModelFileError&) {
      is_accepted = false;
    }
    const std::size_t taken = live_bytes::most - before;
    EXPECT_LE(taken, 16 * bytes.size() + 8 * kMiB) << name << ", " << bytes.size() << " bytes";
    most = std::max(most, taken / (bytes.size() / 100));
    return is_accepted;
  };
  for (const HostileFile& file : larger_files())
    EXPECT_FALSE(check(file.name, file.bytes)) << file.name;
  // 20,000 columns in front of one unit: as much description as a network can have.
  Model wide = smallest_model();
  wide.encoder.inputs.clear();
  for (std::size_t i = 0; i < 20'000; ++i) {
    wide.encoder.inputs.push_back(
        {.name = "x" + std::to_string(i), .fill = 0.1, .missing_feature = MissingFeature::present});
    wide.schema.columns.push_back({.name = wide.encoder.inputs.back().name});
  }
  wide.schema.columns.push_back({.name = "y", .role = ColumnRole::target});
  wide.network.layers = {make_dense(40'000, 1, Activation::identity)};
  wide.parameters = Parameters<float>(40'001, 0.5f);
  EXPECT_TRUE(check("a sound model of many columns", model_to_bytes(wide)));
  std::cout << "the most memory taken was " << most << " % of the file\n";
}

TEST(TableMemory, OfManyColumnsIsAtMost400BytesAColumn) {
  constexpr std::size_t kColumns = 1'000'000;  // kMostColumns
  std::string folder = (std::filesystem::temp_directory_path() / "chainrule_test_XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/t.csv";
  {
    std::ofstream file(path, std::ios::binary);
    for (std::size_t c = 0; c < kColumns; ++c)
      file << (c == 0 ? "c" : ",c") << c;
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::size_t c = 0; c < kColumns; ++c)
        file << (c == 0 ? "\n" : ",") << (7 * c + r) % 10;
    }
  }
  const std::size_t before = live_bytes::now;
  live_bytes::reset_most();
  EXPECT_EQ(read_table(real_file_system(), path).columns.size(), kColumns);
  const std::size_t taken = live_bytes::most - before;
  std::filesystem::remove_all(folder);
  EXPECT_LE(taken, 400 * kColumns) << taken / kColumns << " bytes a column";
  std::cout << taken / kColumns << " bytes a column\n";
}

}  // namespace
}  // namespace chainrule
