#include "chainrule/io/layer_json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

class ModelFileRefusesANetwork : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesANetwork, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_layers() {
  return {
      part_case(
          "NetworkWithoutLayers", "network", [](json& v) { v["layers"] = json::array(); },
          "ends with a dense layer", "network"),
      part_case(
          "LayersThatAreNoList", "network", [](json& v) { v["layers"] = 3; }, "wrong type", "network.layers"),
      part_case(
          "UnknownLayerKind", "network", [](json& v) { v["layers"][0]["kind"] = "conv"; },
          "unknown layer kind", "network.layers[0].kind"),
      part_case(
          "UnknownActivation", "network", [](json& v) { v["layers"][0]["activation"] = "rely"; },
          "unknown activation", "network.layers[0].activation"),
      part_case(
          "UnknownUnitActivation", "network", [](json& v) { v["layers"][0]["unit_activations"][1] = 7; },
          "wrong type", "network.layers[0].unit_activations[1]"),
      part_case(
          "UnitActivationsOfAnotherNumber", "network",
          [](json& v) { v["layers"][0]["unit_activations"].push_back("relu"); }, "one activation per unit",
          "network, layer 1"),
      part_case(
          "UnknownLayerMember", "network", [](json& v) { v["layers"][1]["seed"] = 1; }, "something unknown",
          "network.layers[1]"),
      part_case(
          "LayerMemberMissing", "network", [](json& v) { v["layers"][0].erase("bias"); },
          "something is missing", "network.layers[0]"),
  };
}

std::vector<BadFile> bad_sizes() {
  return {
      part_case(
          "NegativeSize", "network", [](json& v) { v["layers"][0]["inputs"] = -5; }, "wrong type",
          "network.layers[0].inputs"),
      part_case(
          "FractionalSize", "network", [](json& v) { v["layers"][0]["inputs"] = 5.5; }, "wrong type",
          "network.layers[0].inputs"),
      part_case(
          "SizeOfZero", "network", [](json& v) { v["layers"][0]["inputs"] = 0; }, "at least one input",
          "network, layer 1"),
      part_case(
          "SizeBeyondTheLimit", "network", [](json& v) { v["layers"][0]["inputs"] = std::uint64_t{1} << 33; },
          "too large", "network.layers[0].inputs"),
      part_case(
          "SizesWhoseProductOverflows", "network",
          [](json& v) { v["layers"][0]["inputs"] = v["layers"][0]["outputs"] = std::uint64_t{1} << 32; },
          "more parameters than the file holds", "network.layers[0]"),
      part_case(
          "MoreWeightsThanTheFileHolds", "network", [](json& v) { v["layers"][2]["inputs"] = 1'000'000; },
          "more parameters than the file holds", "network.layers[2]"),
  };
}

std::vector<BadFile> bad_networks() {
  return {
      part_case(
          "NeighboursThatDoNotFit", "network", [](json& v) { v["layers"][1]["units"] = 4; },
          "neighbouring layers", "network, layer 2"),
      part_case(
          "DropoutOfEverything", "network", [](json& v) { v["layers"][1]["rate"] = 1; }, "dropout rate",
          "network, layer 2"),
      part_case(
          "SoftmaxInAHiddenLayer", "network", [](json& v) { v["layers"][0]["activation"] = "softmax"; },
          "softmax is only for", "network, layer 1"),
      part_case(
          "NumbersAsText", "network", [](json& v) { v["layers"][1]["rate"] = "0.1"; }, "wrong type",
          "network.layers[1].rate"),
      header_case("NumbersBeyondDouble", in_metadata([](json& m) {
                    m["network"] = R"({"layers":[{"kind":"dropout","units":3,"rate":1e999}]})";
                  }),
                  "a number is too large", ": network"),
      header_case("AKeyTwiceInANestedText",
                  in_metadata([](json& m) { m["network"] = R"({"layers":[],"layers":[]})"; }),
                  "a key occurs twice", ": network"),
      {"ALayerWithoutCentres",
       [] {
         return with_header(rbf_model(), in_part("network", [](json& v) { v["layers"][0]["units"] = 0; }));
       },
       "needs at least one input and one unit", "layer 1"},
      {"AnRbfLayerWithAnActivation",
       [] {
         return with_header(rbf_model(),
                            in_part("network", [](json& v) { v["layers"][0]["activation"] = "tanh"; }));
       },
       "something unknown", "network.layers[0]"},
      {"MoreCentresThanTheFileHolds",
       [] {
         return with_header(rbf_model(), in_part("network", [](json& v) {
                              v["layers"][0]["units"] = v["layers"][1]["inputs"] = 1 << 20;
                            }));
       },
       "more parameters than the file holds", "network.layers[0]"},
  };
}

INSTANTIATE_TEST_SUITE_P(Layers, ModelFileRefusesANetwork, testing::ValuesIn(bad_layers()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Sizes, ModelFileRefusesANetwork, testing::ValuesIn(bad_sizes()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Networks, ModelFileRefusesANetwork, testing::ValuesIn(bad_networks()), name_of_case);

TEST(LayerJson, DescriptionsOfManyLayersCannotOverflowTheSumOfTheirSizes) {
  // 2^12 layers of 2^26 x 2^26 weights: the products sum to 2^64.
  const std::string bytes = with_header(example_model<float>(), in_part("network", [](json& value) {
                                          json layer = value["layers"][2];
                                          layer["inputs"] = layer["outputs"] = std::uint64_t{1} << 26;
                                          value["layers"] = json::array();
                                          for (int i = 0; i < (1 << 12); ++i)
                                            value["layers"].push_back(layer);
                                        }));
  EXPECT_NE(refusal_of(bytes).what.find("more parameters than the file holds"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
