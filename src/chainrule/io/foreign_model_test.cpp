// Files of other programs, given as a model.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "support/bad_model_files.h"
#include "support/model_files.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

using namespace model_files;

TEST(ModelFile, FilesOfOtherProgramsAreNamedAndNotCalledDamaged) {
  using std::string_literals::operator""s;
  const std::pair<std::string, std::string> files[] = {
      {"\x08\x08\x12\x07skl2onnx"s + std::string(40, '\0'), "it is an ONNX model"},
      {"\x80\x05\x95"s + std::string(50, '\0'), "it is a Python pickle"},
      {"\x1c\0\0\0TFL3\x14\0\x20\0"s + std::string(40, '\1'), "it is a TensorFlow Lite model"},
      {"{L\0\0\0\0\0\0\0\x07learner{"s + std::string(90'000, '\1'), "it is an XGBoost model (UBJSON)"},
      {"GGUF\x03\0\0\0\x23\0\0\0"s, "it is a GGUF model"},
      {"PAR1\x15\x04\x15\x30"s, "it is a Parquet file"},
      {"\xfd"
       "7zXZ\0\0\4\xe6"s,
       "it is compressed by xz"},
      {"\0\0\x08\x03\0\0\xea\x60"s, "it is an IDX file"},
      {"\xef\xbb\xbfname,b\n1,2\n"s, "it looks like text"},
      {"a,b\n"s, "it looks like text"},
      {"gr\xc3\xb6\xc3\x9f"
       "e,b\n1,2\n"s,
       "it looks like text"},
      {"tree\nversion=v4\n"s, "it is a LightGBM model"},
      {"<?xml version=\"1.0\"?><PMML>"s, "it is a PMML model"},
      {""s, "it is empty"},
  };
  for (const auto& [bytes, what] : files) {
    const ErrorText report = refusal_of(bytes);
    EXPECT_NE(report.what.find(what), std::string::npos) << report.what;
    EXPECT_EQ(report.advice.find("damaged"), std::string::npos) << what << ": " << report.advice;
    EXPECT_FALSE(report.advice.empty()) << what;
  }
}

}  // namespace
}  // namespace chainrule
