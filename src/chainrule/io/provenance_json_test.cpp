#include "chainrule/io/provenance_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

class ModelFileRefusesAProvenance : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesAProvenance, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_provenances() {
  return {
      part_case(
          "UnknownProvenanceMember", "provenance", [](json& v) { v["host"] = "h"; }, "something unknown",
          ": provenance"),
      part_case(
          "ASeedBeyond64Bits", "provenance", [](json& v) { v["seed"] = 1e300; }, "wrong type",
          "provenance.seed"),
      part_case(
          "RowsInPieces", "provenance", [](json& v) { v["training_rows"] = 266.5; }, "wrong type",
          "provenance.training_rows"),
      part_case(
          "OptionsThatAreAnObject", "provenance", [](json& v) { v["options"] = json::object(); },
          "wrong type", "provenance.options"),
      part_case(
          "AnOptionOfThreeParts", "provenance", [](json& v) { v["options"][0].push_back("x"); },
          "wrong length", "provenance.options[0]"),
      part_case(
          "AMetricThatIsText", "provenance", [](json& v) { v["held_out"][0][1] = "0.97"; }, "wrong type",
          "provenance.held_out[0][1]"),
      part_case(
          "ANegativeSeed", "provenance", [](json& v) { v["seed"] = -1; }, "wrong type", "provenance.seed"),
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesAProvenance, testing::ValuesIn(bad_provenances()),
                         name_of_case);

TEST(ProvenanceJson, AnUndefinedMetricIsStoredAsNull) {
  Model model = smallest_model();
  model.provenance.held_out = {{"loss", std::numeric_limits<double>::infinity()}, {"r2", std::nan("")}};
  const std::string bytes = model_to_bytes(model);
  EXPECT_NE(bytes.find(R"(\"held_out\":[[\"loss\",null],[\"r2\",null]])"), std::string::npos);
  const Model loaded = model_from_bytes(bytes, "m");
  EXPECT_TRUE(std::isnan(loaded.provenance.held_out[0].second));
  EXPECT_EQ(model_to_bytes(loaded), bytes);
}

}  // namespace
}  // namespace chainrule
