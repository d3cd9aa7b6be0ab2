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

json one_member() {
  return {{"kind", "plain"}, {"fold", 0},     {"weight", 1}, {"epochs", 3},
          {"best_epoch", 2}, {"hidden", {4}}, {"inputs", 2}};
}

json mixture(json members) {
  return {{"members", std::move(members)}, {"temperature", 1}, {"left_out", json::array()}};
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
          "AMixtureWithoutMembers", "provenance", [](json& v) { v["mixture"] = mixture(json::array()); },
          "no members", "provenance.mixture.members"),
      part_case(
          "ATemperatureOfZero", "provenance",
          [](json& v) {
            v["mixture"] = mixture({one_member()});
            v["mixture"]["temperature"] = 0;
          },
          "not above 0", "provenance.mixture.temperature"),
      part_case(
          "AMemberOfAnUnknownKind", "provenance",
          [](json& v) {
            v["mixture"] = mixture({one_member()});
            v["mixture"]["members"][0]["kind"] = "wise";
          },
          "unknown", "provenance.mixture.members[0].kind"),
      part_case(
          "ANegativeSeed", "provenance", [](json& v) { v["seed"] = -1; }, "wrong type", "provenance.seed"),
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesAProvenance, testing::ValuesIn(bad_provenances()),
                         name_of_case);

TEST(ProvenanceJson, HoldsTheMembersOfAMixture) {
  Model model = smallest_model();
  const std::string of_one = model_to_bytes(model);
  EXPECT_EQ(of_one.find("mixture"), std::string::npos) << "files of one network are what they were";
  model.provenance.mixture = {.members = {{.kind = MemberKind::piecewise,
                                           .fold = 3,
                                           .weight = 0.1,
                                           .epochs = 12,
                                           .best_epoch = 7,
                                           .hidden = {64, 32},
                                           .inputs = 9,
                                           .bias = std::vector<double>(model.network.outputs(), 0.1)}},
                              .temperature = 1.25,
                              .left_out = {MemberKind::sparse}};
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  EXPECT_EQ(loaded.provenance.mixture, model.provenance.mixture);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
}

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
