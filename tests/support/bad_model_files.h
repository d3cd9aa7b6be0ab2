// Model files that must be refused, each with part of the error message.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "support/model_files.h"
#include "support/report_of.h"

namespace chainrule::model_files {

inline ErrorText refusal_of(std::string_view bytes) {
  return test::report_of<ModelFileError>([bytes] { model_from_bytes(bytes, "m.safetensors"); });
}

struct BadFile {
  const char* name;
  std::function<std::string()> bytes;
  const char* what;   // part of the message
  const char* where;  // part of the place
};

inline void PrintTo(const BadFile& bad, std::ostream* out) {
  *out << bad.name;
}

inline BadFile header_case(const char* name, const HeaderEdit& edit, const char* what, const char* where) {
  return {name, [edit] { return with_header(example_model<float>(), edit); }, what, where};
}

inline BadFile part_case(const char* name, const std::string& part, const std::function<void(json&)>& edit,
                         const char* what, const char* where) {
  return header_case(name, in_part(part, edit), what, where);
}

inline std::string name_of_case(const testing::TestParamInfo<BadFile>& info) {
  return info.param.name;
}

// Checks that the error names the file, the fault and the remedy.
inline void expect_refused(const BadFile& bad) {
  const ErrorText report = refusal_of(bad.bytes());
  EXPECT_NE(report.what.find(bad.what), std::string::npos) << report.what;
  EXPECT_TRUE(report.where.starts_with("m.safetensors")) << report.where;
  EXPECT_NE(report.where.find(bad.where), std::string::npos) << report.where;
  EXPECT_FALSE(report.advice.empty());
}

}  // namespace chainrule::model_files
