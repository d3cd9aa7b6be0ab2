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
          "AThresholdOfThreeClasses", "encoder", [](json& v) { v["target"]["threshold"] = 0.25; },
          "a threshold without two classes", "encoder.target.threshold"),
      part_case(
          "AThresholdThatIsText", "encoder", [](json& v) { v["target"]["threshold"] = "low"; }, "wrong type",
          "encoder.target.threshold"),
      part_case(
          "AThresholdThatIsNoProbability", "encoder", [](json& v) { v["target"]["threshold"] = 1.5; }, "",
          "encoder.target.threshold"),
      part_case(
          "QuantilesThatAreText", "encoder", [](json& v) { v["target"]["quantiles"] = {"low"}; },
          "wrong type", "encoder.target.quantiles[0]"),
      part_case(
          "QuantilesOfClasses", "encoder",
          [](json& v) {
            v["target"]["quantiles"] = {0.1, 0.9};
          },
          "quantiles are given for another loss", "loss"),
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
          "UnknownOtherFeature", "encoder", [](json& v) { v["inputs"][1]["other_feature"] = "maybe"; },
          "unknown other feature", "encoder.inputs[1].other_feature"),
      part_case(
          "OtherCategoriesOfANumber", "encoder", [](json& v) { v["inputs"][0]["other_feature"] = "present"; },
          "other categories", "encoder.inputs[0].other_feature"),
      part_case(
          "MissingWordsOfAColumnThatAreNoList", "encoder",
          [](json& v) {
            v["column_missing_words"] = json::array({{{"column", "x"}, {"words", "NA"}}});
          },
          "wrong type", "encoder.column_missing_words[0].words"),
      part_case(
          "AFormWithoutItsMembers", "encoder",
          [](json& v) {
            v["inputs"][0]["form"] = {{"suffix", "kg"}};
          },
          "something is missing", "encoder.inputs[0].form"),
      part_case(
          "AnUnknownSignBetweenThousands", "encoder",
          [](json& v) {
            v["inputs"][0]["form"] = {{"prefix", ""},          {"suffix", ""},
                                      {"thousands", "x"},      {"decimal", "point"},
                                      {"parentheses", "none"}, {"strip", json::array()}};
          },
          "unknown sign between thousands", "encoder.inputs[0].form.thousands"),
      part_case(
          "AWordThatIsANumber", "encoder", [](json& v) { v["inputs"][1]["words"][0] = 1; }, "wrong type",
          "encoder.inputs[1].words[0]"),
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesAnEncoder, testing::ValuesIn(bad_encoders()),
                         name_of_case);

}  // namespace
}  // namespace chainrule
