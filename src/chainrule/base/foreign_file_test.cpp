#include "chainrule/base/foreign_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace chainrule {
namespace {

using std::string_literals::operator""s;

// A ZIP archive's local header: 26 bytes, the length of the name, that of the extra field, the name.
std::string zip_of(const std::string& name, const std::string& contents = {}) {
  std::string bytes = "PK\x03\x04"s;
  bytes.append(22, '\0');
  bytes += static_cast<char>(name.size());
  bytes += "\0\0\0"s;
  bytes += name;
  return bytes += contents;
}

TEST(ForeignFile, ModelsOfOtherProgramsAreNamed) {
  const std::pair<std::string, std::string> models[] = {
      {"\x08\x08\x12\x07skl2onnx\0\0"s, "an ONNX model"},
      {"\x08\x07\x12\x07pytorch\x1a\x05"s, "an ONNX model"},
      {"\x08\x01\x12\x10\x0a\x04"s, "a TensorFlow model (protobuf)"},
      {"\x80\x05\x95\0\0\0\0"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"\x80\x03"
       "csklearn.linear_model"s,
       "a Python pickle (a model of scikit-learn or joblib?)"},
      {"(dp0\nVa\np1\n"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"ccopy_reg\n_reconstructor\np0\n"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"}q\0(X\1"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"csklearn.linear_model\nRidge\nq\0"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"x\x9c\xed\x59\x7f\xac"s, "a Python pickle (a model of scikit-learn or joblib?)"},
      {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"s, "a PyTorch file"},
      {zip_of("archive/data.pkl"), "a PyTorch file"},
      {zip_of("metadata.json"), "a Keras model"},
      {"\x1c\0\0\0TFL3\x14\0"s, "a TensorFlow Lite model"},
      {"\x89HDF\r\n\x1a\n"s, "an HDF5 file (a model of Keras, or arrays)"},
      {"GGUF\x03\0\0\0"s, "a GGUF model"},
      {R"({"learner":{"attributes":{}}})", "an XGBoost model (JSON)"},
      {"{L\0\0\0\0\0\0\0\x07learner{"s, "an XGBoost model (UBJSON)"},
      {"tree\nversion=v4\n", "a LightGBM model"},
      {"<?xml version=\"1.0\"?>\n<PMML version=\"4.4\">", "a PMML model"},
      {"FANN_FLO_2.1\n", "a network of FANN"},
      {"\xac\xed\0\x05sr"s, "a Java object (a model of WEKA?)"},
  };
  for (const auto& [start, name] : models) {
    const auto found = recognise_foreign_file(start);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, name);
    EXPECT_TRUE(found->kind == ForeignKind::model || found->kind == ForeignKind::array) << name;
  }
}

TEST(ForeignFile, ArchivesOfOneProgramAreToldByTheirFirstMember) {
  EXPECT_EQ(recognise_foreign_file(zip_of("arr_0.npy"))->name, "a NumPy archive (.npz)");
  EXPECT_EQ(recognise_foreign_file(zip_of("[Content_Types].xml"))->name, "an Office document (.xlsx)");
  EXPECT_EQ(
      recognise_foreign_file(zip_of("mimetype", "application/vnd.oasis.opendocument.spreadsheet"))->name,
      "an OpenDocument file (.ods)");
  EXPECT_EQ(recognise_foreign_file(zip_of("table.csv"))->kind, ForeignKind::archive);
}

TEST(ForeignFile, TextsOfOtherProgramsAreNamed) {
  const std::pair<std::string, std::string> texts[] = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n",
       "a Git LFS pointer in place of the file itself"},
      {"/annex/objects/SHA256E-s12--ab.csv\n", "a git-annex pointer in place of the file itself"},
      {"INSERT INTO `t` VALUES (1,2,'a');\n", "an SQL dump (statements such as INSERT)"},
      {R"(--)"
       " MySQL dump 10.13\n--\n/*!40101 SET NAMES utf8 */;\n\nDROP TABLE IF EXISTS `t`;\n",
       "an SQL dump (statements such as INSERT)"},
      {"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a,b);\n",
       "an SQL dump (statements such as INSERT)"},
      {"(lp0\nI1\naI2\na.", "a Python pickle (a model of scikit-learn or joblib?)"},
      {"(dp0\nVa\np1\nI1\ns.", "a Python pickle (a model of scikit-learn or joblib?)"},
      {"ccopy_reg\n_reconstructor\np0\n(csklearn.linear_model\n",
       "a Python pickle (a model of scikit-learn or joblib?)"},
      {"cpandas.core.frame\nDataFrame\np0\n(", "a Python pickle (a model of scikit-learn or joblib?)"},
  };
  for (const auto& [start, name] : texts) {
    const auto found = recognise_foreign_file(start);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, name);
  }
  EXPECT_EQ(recognise_foreign_file("version https://git-lfs.github.com/spec/v1\n")->convert,
            "fetch the file itself in its repository: git lfs pull");
}

TEST(ForeignFile, TextsThatBeginLikeOthersAreTables) {
  for (const std::string& start :
       {""s, "a,b\n1,2\n"s, "GGUF,b\n1,2\n"s, "ORC\n1\n2\n"s, "ARROW1;x\n"s, "xylophone,1\n"s, "X\n1\n2\n"s,
        "A\n2\n3\n"s, "x\n1\n"s, "{\"a\": 1}\n"s, "<5,>6\n1,2\n"s, "binf,LZIP\n"s,
        "color\nred\np0\n"s.substr(0, 10), "version https,b\n1,2\n"s,
        R"(--)"
        " a comment\na,b\n1,2\n"s,
        "query,y\ninsert into t,1\n"s, "cat\ndog\ncow\n"s, "(left,right\n1,2\n"s}) {
    EXPECT_FALSE(recognise_foreign_file(start)) << start;
  }
}

TEST(ForeignFile, TheAdviceHasThePathWhereAShellReadsItAsItIs) {
  EXPECT_EQ(with_file_name("tool FILE > FILE.csv", "a/t-1.parquet"),
            "tool a/t-1.parquet > a/t-1.parquet.csv");
  for (const char* const path : {"", "-", "my table", "it's", "$(x)", "-x"})
    EXPECT_EQ(with_file_name("tool FILE", path), "tool FILE") << path;
}

}  // namespace
}  // namespace chainrule
