#include "chainrule/io/schema_json.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

class ModelFileRefusesASchema : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesASchema, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_schemas() {
  return {
      part_case(
          "UnknownColumnRole", "schema", [](json& v) { v["columns"][0]["role"] = "label"; },
          "unknown column role", "schema.columns[0].role"),
      part_case(
          "UnknownSchemaMember", "schema", [](json& v) { v["version"] = 2; }, "something unknown",
          ": schema"),
      part_case(
          "ASchemaColumnWithoutARole", "schema", [](json& v) { v["columns"][1].erase("role"); },
          "something is missing", "schema.columns[1]"),
      part_case(
          "ANoteThatIsAList", "schema", [](json& v) { v["notes"][0] = json::array(); }, "wrong type",
          "schema.notes[0]"),
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesASchema, testing::ValuesIn(bad_schemas()), name_of_case);

}  // namespace
}  // namespace chainrule
