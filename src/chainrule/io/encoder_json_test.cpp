#include "chainrule/io/encoder_json.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

class ModelFileRefusesAnEncoder : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesAnEncoder, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_encoders() {
  return {
      part_case(
          "UnknownScaling", "encoder", [](json& v) { v["inputs"][0]["scaling"] = "log"; }, "unknown scaling",
          "encoder.inputs[0].scaling"),
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
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesAnEncoder, testing::ValuesIn(bad_encoders()),
                         name_of_case);

}  // namespace
}  // namespace chainrule
