#include "chainrule/io/tensor_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/error.h"
#include "support/directory_test.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

constexpr TensorFileKind kKind = {.format = "test",
                                  .version = 2,
                                  .name = "test file",
                                  .longest_header = 4096,
                                  .most_values = 100,
                                  .json = {.name = "the test file",
                                           .not_proper = "again",
                                           .not_sensible = "ours",
                                           .raise = raise_model_file_error},
                                  .too_long = "long",
                                  .if_too_long = "less",
                                  .other_format = "another",
                                  .if_other_format = "other",
                                  .if_text = "no text",
                                  .if_newer = "newer"};

const float kFloats[] = {1, 2, 3, 4, 5, 6};
const double kDoubles[] = {7, 8};

struct Tensor {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::size_t> shape;
  std::string_view bytes;
};

const Tensor kZ = {"z", Dtype::f32, {2, 3}, bytes_of(std::span<const float>(kFloats))};
const Tensor kA = {"a", Dtype::f64, {2}, bytes_of(std::span<const double>(kDoubles))};

std::string file_of(const std::vector<Tensor>& tensors, std::string_view text = "text with \"quotes\"") {
  TensorFileHeader header(kKind);
  header.add_text("what", text);
  for (const Tensor& tensor : tensors)
    header.add_tensor(tensor.name, tensor.dtype, tensor.shape, checksum_of(tensor.bytes));
  std::string bytes = container_header_bytes(std::move(header).text());
  for (const Tensor& tensor : tensors)
    bytes += tensor.bytes;
  return bytes;
}

std::string good_file() {
  return file_of({kZ, kA});
}

// The bytes of each tensor, in the order of the file.
std::vector<std::string> read(TensorFileReader&& file) {
  file.require_texts({"what"});
  file.check_places();
  std::vector<std::string> tensors;
  for (const TensorEntry& tensor : file.tensors()) {
    tensors.emplace_back(tensor.place[1] - tensor.place[0], '\0');
    file.read_next(std::as_writable_bytes(std::span(tensors.back())));
  }
  return tensors;
}

ErrorText refusal_of(std::string_view bytes) {
  return test::report_of<ModelFileError>([bytes] { read(TensorFileReader(kKind, bytes, "f")); });
}

TEST(TensorFile, GivesBackWhatWasWrittenInTheOrderOfTheBytes) {
  const std::string bytes = good_file();
  TensorFileReader file(kKind, bytes, "f");
  EXPECT_EQ(file.text("what"), "text with \"quotes\"");
  EXPECT_EQ(file.data_size(), sizeof(kFloats) + sizeof(kDoubles));
  file.check_places();
  ASSERT_EQ(file.tensors().size(), 2u);
  EXPECT_EQ(file.tensors()[0].name, "z");
  EXPECT_EQ(file.tensors()[0].shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(file.tensors()[1].dtype, Dtype::f64);
  EXPECT_EQ(file.entry("a").member("dtype").text(), "F64");
  EXPECT_EQ(read(TensorFileReader(kKind, bytes, "f")),
            (std::vector<std::string>{std::string(kZ.bytes), std::string(kA.bytes)}));
}

TEST(TensorFile, EveryTruncationAndEveryFlippedBitIsRefused) {
  const std::string bytes = good_file();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    refusal_of(std::string_view(bytes).substr(0, length));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    refusal_of(changed);
  }
  refusal_of(bytes + "x");
}

TEST(TensorFile, ThatIsCutShortOrTooLongSaysSo) {
  const std::string bytes = good_file();
  const std::size_t data = sizeof(kFloats) + sizeof(kDoubles);
  for (std::size_t left = 0; left < data; ++left) {
    const ErrorText report = refusal_of(bytes.substr(0, bytes.size() - data + left));
    EXPECT_EQ(report.what, "this test file cannot be used: it is cut short, within the tensors");
    EXPECT_EQ(report.expected, "40 bytes of tensors");
    EXPECT_EQ(report.got, std::to_string(left));
    EXPECT_EQ(report.advice, "again");
  }
  EXPECT_EQ(refusal_of(bytes + "x").what,
            "this test file cannot be used: there are bytes after the last tensor");
}

TEST(TensorFile, FilesOfOtherFormatsAreNamed) {
  for (const auto& [bytes, what, advice] :
       {std::array<std::string, 3>{"PK\x03\x04" + std::string(60, 'x'), "ZIP archive", "other"},
        {"\x93NUMPY\x01" + std::string(60, 'x'), "NumPy", "no text"},
        {std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10), "gzip", "unpack it first: gzip -d -c f > NEW"},
        {"length,width\n1,2\n", "it looks like text", "no text"}}) {
    const ErrorText report = refusal_of(bytes);
    EXPECT_NE(report.what.find(what), std::string::npos) << report.what;
    EXPECT_EQ(report.advice, advice);
  }
}

TEST(TensorFile, HoldsTheTextsThatAreAskedForAndNoOthers) {
  const std::string bytes = good_file();
  const TensorFileReader file(kKind, bytes, "f");
  const auto refusal = [&](std::initializer_list<std::string_view> names) {
    return test::report_of<ModelFileError>([&] { file.require_texts(names); });
  };
  EXPECT_EQ(refusal({}).got, "\"what\"");
  EXPECT_EQ(refusal({"what", "why"}).expected, "\"why\"");
  EXPECT_EQ(test::report_of<ModelFileError>([&] { file.text("why"); }).what,
            "something is missing in the test file");
}

TEST(TensorFile, OfTooManyValuesIsNeitherWrittenNorRead) {
  // Besides the list: 1 header, 1 metadata, 4 texts of the container, 1 object of checksums.
  const auto header_with = [](std::size_t values) {
    TensorFileHeader header(kKind);
    header.add_json("what", JsonTree(JsonTree::List(values)));
    return std::move(header).text();
  };
  const std::string most = container_header_bytes(header_with(91));
  TensorFileReader file(kKind, most, "f");
  EXPECT_EQ(file.with_json("what", [](const JsonValue& list) { return list.elements().size(); }), 91u);
  EXPECT_EQ(test::report_of<StateError>([&] { header_with(92); }).expected, "at most 100 values");
}

// Even with matching checksums the tensors' own descriptions are not trusted.
TEST(TensorFile, TensorsThatDoNotFitTheirBytesAreRefused) {
  // A header whose description of the tensors belongs to the bytes of another file.
  const auto refused = [](const std::string& from, const std::string& to, std::string_view what) {
    std::string bytes = file_of({kZ, kA});
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), kLengthBytes);
    std::string text = bytes.substr(kLengthBytes, length);
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    text.erase(text.find_last_not_of(' ') + 1);
    text.append((64 - (kLengthBytes + text.size()) % 64) % 64, ' ');
    const std::string key = "\"header_checksum\":\"";
    text.replace(text.find(key) + key.size(), kZeroChecksum.size(), kZeroChecksum);
    const ErrorText report = refusal_of(container_header_bytes(text) + bytes.substr(kLengthBytes + length));
    EXPECT_NE(report.what.find(what), std::string::npos) << to << ": " << report.what;
    EXPECT_EQ(report.advice, "ours");
  };
  refused("[2,3]", "[2,2]", "the shape of a tensor does not match its bytes");
  refused("[2,3]", "[0,6]", "the shape of a tensor does not match its bytes");
  refused("[2,3]", "[9223372036854775808,2,3]", "the shape of a tensor does not match its bytes");
  refused("[0,24]", "[0,23]", "the shape of a tensor does not match its bytes");
  refused("[0,24]", "[24,0]", "overlap");
  refused("[0,24]", "[0]", "overlap");
  refused("[24,40]", "[23,39]", "overlap");
  refused("[24,40]", "[25,41]", "overlap");
  refused("[24,40]", "[18446744073709551600,18446744073709551615]", "overlap");
  refused("\"F32\"", "\"F64\"", "the shape of a tensor does not match its bytes");
  refused("\"F32\"", "\"BF16\"", "unknown type of numbers");
}

TEST(TensorFile, AnEmptyTensorIsRefused) {
  EXPECT_NE(refusal_of(file_of({{"e", Dtype::f32, {0}, ""}})).what.find("shape"), std::string::npos);
}

TEST(TensorFile, TensorsOutOfTheOrderThatIsAskedForAreRefused) {
  const std::string bytes = good_file();
  TensorFileReader file(kKind, bytes, "f");
  const std::vector<std::string> order = {"a", "z"};
  EXPECT_NE(test::report_of<ModelFileError>([&] { file.check_places(order); }).what.find("out of order"),
            std::string::npos);
}

class TensorFileOnDisk : public test::DirectoryTest {};

TEST_F(TensorFileOnDisk, IsReadAsFromMemory) {
  write_file_atomically(real_file_system(), path("t"), good_file());
  EXPECT_EQ(read(TensorFileReader(kKind, real_file_system(), path("t"))),
            (std::vector<std::string>{std::string(kZ.bytes), std::string(kA.bytes)}));
  EXPECT_EQ(
      test::report_of<ModelFileError>([&] { TensorFileReader(kKind, real_file_system(), path("no")); }).where,
      path("no"));
}

}  // namespace
}  // namespace chainrule
