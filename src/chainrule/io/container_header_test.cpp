#include "chainrule/io/container_header.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "support/report_of.h"

namespace chainrule {
namespace {

constexpr TensorFileKind kKind = {.format = "test",
                                  .version = 2,
                                  .name = "test file",
                                  .longest_header = 4096,
                                  .most_values = 1000,
                                  .json = {.name = "the test file",
                                           .not_proper = "copy it again",
                                           .not_sensible = "write it with the tests",
                                           .raise = raise_model_file_error},
                                  .too_long = "the test says too much",
                                  .if_too_long = "say less",
                                  .other_format = "it is of another test",
                                  .if_other_format = "look for the right one",
                                  .if_text = "look for another one",
                                  .if_newer = "take the newer test"};

// With one text and one tensor of 12 bytes.
JsonTree header_of(const TensorFileKind& kind, std::string_view text = "what it says") {
  JsonTree metadata = container_metadata(kind, kind.version);
  metadata.add("text", text);
  JsonTree header = JsonTree::empty_object();
  header.add("t", container_tensor("F32", {3, 1}, 0, 12));
  header.add(kMetadataKey, std::move(metadata));
  return header;
}

std::string bytes_of(const TensorFileKind& kind) {
  return container_header_bytes(container_header_text(header_of(kind)));
}

// Reads a file of `size` bytes that begins with these.
JsonTree read(const std::string& bytes, std::size_t size, const TensorFileKind& kind = kKind) {
  const ContainerHeaderReader reader(kind, "f");
  reader.check_size(size);
  std::string text = bytes.substr(kLengthBytes, reader.text_length(bytes, size));
  JsonRoom room;
  return reader.parse(text, room);
}

ErrorText refusal_of(const std::string& bytes, const TensorFileKind& kind = kKind) {
  return test::report_of<ModelFileError>([&] { read(bytes, bytes.size(), kind); });
}

// The header with `from` replaced by `to`, before its checksum is made.
std::string resealed(const std::string& from, const std::string& to) {
  std::string text = container_header_text(header_of(kKind));
  text.replace(text.find(from), from.size(), to);
  return container_header_bytes(text);
}

TEST(ContainerHeader, IsItsLengthAndCanonicalTextPaddedToMultiplesOf64) {
  const std::string bytes = bytes_of(kKind);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  EXPECT_EQ(bytes.size(), kLengthBytes + length);
  EXPECT_EQ(bytes.size() % 64, 0u);
  const std::string text = bytes.substr(kLengthBytes);
  EXPECT_TRUE(
      text.starts_with(R"({"__metadata__":{"format":"test","format_version":"2","header_checksum":")"));
  EXPECT_NE(text.find(R"("text":"what it says"},"t":{"data_offsets":[0,12],"dtype":"F32","shape":[3,1]}} )"),
            std::string::npos);
}

TEST(ContainerHeader, HasTheChecksumOfItselfWithZerosInItsPlace) {
  std::string bytes = bytes_of(kKind);
  const std::string key = "\"header_checksum\":\"";
  const std::size_t digits = bytes.find(key) + key.size();
  const std::string stored = bytes.substr(digits, kZeroChecksum.size());
  EXPECT_EQ(checksum_of(bytes.replace(digits, kZeroChecksum.size(), kZeroChecksum)), stored);
}

TEST(ContainerHeader, ChecksumsAreThoseOfZlib) {
  EXPECT_EQ(checksum_of("123456789"), "cbf43926") << "the check value of CRC-32";
  EXPECT_EQ(checksum_of(""), "00000000");
}

TEST(ContainerHeader, IsReadAsItWasWritten) {
  const std::string bytes = bytes_of(kKind);
  const JsonTree header = read(bytes, bytes.size());
  EXPECT_EQ(header.find(kMetadataKey)->find("text")->text(), "what it says");
  EXPECT_EQ(header.find("t")->find("dtype")->text(), "F32");
}

TEST(ContainerHeader, WithATextThatIsNotUtf8IsNotWritten) {
  EXPECT_THROW(container_header_text(header_of(kKind, "\xff")), StateError);
}

// 1000 values in a file of up to 4,096 bytes, and one more for each 8 bytes beyond.
TEST(ContainerHeader, MayBeLongerAndFullerInALongerFile) {
  EXPECT_EQ(kKind.longest_header_of(0), 4096u);
  EXPECT_EQ(kKind.longest_header_of(4097), 4097u);
  EXPECT_EQ(kKind.most_values_of(4096), 1000u);
  EXPECT_EQ(kKind.most_values_of(4096 + 7), 1000u);
  EXPECT_EQ(kKind.most_values_of(4096 + 800), 1100u);
  const std::string bytes =
      container_header_bytes(container_header_text(header_of(kKind, std::string(9000, 'x'))));
  EXPECT_NO_THROW(read(bytes, bytes.size()));
}

TEST(ContainerHeader, ThatIsCutShortSaysSo) {
  const std::string bytes = bytes_of(kKind);
  EXPECT_EQ(refusal_of("").what, "this test file cannot be used: it is empty");
  for (const std::size_t left : {std::size_t{1}, std::size_t{7}, std::size_t{8}, bytes.size() - 1}) {
    const ErrorText report = refusal_of(bytes.substr(0, left));
    EXPECT_NE(report.what.find("it is cut short"), std::string::npos) << left << ": " << report.what;
    EXPECT_EQ(report.where, "f");
    EXPECT_EQ(report.advice, "copy it again");
  }
}

TEST(ContainerHeader, EveryFlippedBitIsFound) {
  const std::string bytes = bytes_of(kKind);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    refusal_of(changed);
  }
}

TEST(ContainerHeader, OfAnotherKindOrVersionIsNamed) {
  TensorFileKind other = kKind;
  other.format = "quite_else";
  EXPECT_EQ(refusal_of(bytes_of(kKind), other).what, "this test file cannot be used: it is of another test");
  EXPECT_EQ(refusal_of(bytes_of(kKind), other).expected, "\"format\": \"quite_else\"");
  EXPECT_EQ(refusal_of(bytes_of(kKind), other).advice, "look for the right one");
  TensorFileKind older = kKind;
  older.version = 1;
  EXPECT_NE(refusal_of(bytes_of(kKind), older).what.find("a newer chainrule"), std::string::npos);
  EXPECT_EQ(refusal_of(bytes_of(kKind), older).advice, "take the newer test");
  TensorFileKind newer = kKind;
  newer.version = 3;
  const std::string bytes = bytes_of(kKind);
  EXPECT_NO_THROW(read(bytes, bytes.size(), newer)) << "files of older versions are read";
}

TEST(ContainerHeader, WrittenInAnotherWayIsRefused) {
  const auto what_of = [](const std::string& bytes) { return refusal_of(bytes).what; };
  EXPECT_NE(what_of(resealed("{\"__", " {\"__")).find("not a JSON object"), std::string::npos);
  EXPECT_NE(what_of(resealed("}} ", "}}")).find("not padded"), std::string::npos);
  EXPECT_NE(what_of(resealed("}} ", "}}\n")).find("not padded"), std::string::npos);
  EXPECT_NE(what_of(resealed("\"2\"", "\"x\"")).find("is not a number"), std::string::npos);
  std::string apart = bytes_of(kKind);
  apart.insert(apart.find("\"header_checksum\":") + std::string_view("\"header_checksum\":").size(), " ");
  apart.pop_back();  // of the padding
  EXPECT_NE(what_of(apart).find("is not where"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
