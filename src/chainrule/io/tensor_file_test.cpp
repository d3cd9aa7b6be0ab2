#include "chainrule/io/tensor_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

constexpr TensorFileKind kKind = {.format = "test",
                                  .version = 2,
                                  .name = "test file",
                                  .longest_header = 4096,
                                  .json = {.name = "the test file",
                                           .not_proper = "again",
                                           .not_sensible = "ours",
                                           .raise = raise_model_file_error},
                                  .too_long = "long",
                                  .if_too_long = "less",
                                  .other_format = "another",
                                  .if_other_format = "other",
                                  .if_newer = "newer"};

const float kFloats[] = {1, 2, 3, 4, 5, 6};
const double kDoubles[] = {7, 8};

std::string good_file() {
  const Tensor tensors[] = {tensor_of<float>("z", {2, 3}, kFloats), tensor_of<double>("a", {2}, kDoubles)};
  std::string bytes = tensor_file_header(kKind, {{"what", "text with \"quotes\""}}, tensors);
  for (const Tensor& tensor : tensors)
    bytes += tensor.bytes;
  return bytes;
}

ErrorText refusal_of(std::string_view bytes) {
  try {
    parse_tensor_file(kKind, bytes, "f");
  } catch (const ModelFileError& error) {
    return text_of(error.report());
  }
  ADD_FAILURE() << "it was taken";
  return {};
}

TEST(TensorFile, GivesBackWhatWasWrittenInTheOrderOfTheBytes) {
  const std::string bytes = good_file();
  const TensorFile file = parse_tensor_file(kKind, bytes, "f");
  EXPECT_EQ(file.texts, (Texts{{"what", "text with \"quotes\""}}));
  ASSERT_EQ(file.tensors.size(), 2u);
  EXPECT_EQ(file.tensors[0].name, "z");
  EXPECT_EQ(file.tensors[0].shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(std::memcmp(file.tensors[0].bytes.data(), kFloats, sizeof(kFloats)), 0);
  EXPECT_EQ(file.tensors[1].dtype, Dtype::f64);
  EXPECT_EQ(file.find("a"), &file.tensors[1]);
  EXPECT_EQ(file.find("b"), nullptr);
  EXPECT_EQ((file.tensors[0].bytes.data() - bytes.data()) % 64, 0);
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

// With checksums that fit, what the tensors say of themselves is still not believed.
TEST(TensorFile, TensorsThatDoNotFitTheirBytesAreRefused) {
  const auto refused = [](std::vector<Tensor> tensors, std::string_view what) {
    std::string bytes = tensor_file_header(kKind, {}, tensors);
    for (const Tensor& tensor : tensors)
      bytes += tensor.bytes;
    EXPECT_NE(refusal_of(bytes).what.find(what), std::string::npos) << refusal_of(bytes).what;
  };
  const Tensor good = tensor_of<float>("t", {2, 3}, kFloats);
  Tensor tensor = good;
  tensor.shape = {2, 2};
  refused({tensor}, "shape");
  tensor.shape = {std::size_t{1} << 63, 2, 3};
  refused({tensor}, "too large");
  tensor.shape = {0, 6};
  refused({tensor}, "shape");
  tensor = good;
  tensor.bytes = tensor.bytes.substr(0, 23);
  refused({tensor}, "shape");
  refused({tensor_of<float>("e", {0}, {})}, "shape");
}

}  // namespace
}  // namespace chainrule
