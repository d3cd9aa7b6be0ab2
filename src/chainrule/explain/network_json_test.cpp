#include "chainrule/explain/network_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chainrule/base/error.h"
#include "chainrule/explain/worked_examples.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::report_of;

json small() {
  return {{"sizes", {2, 1}},
          {"activations", {"logistic"}},
          {"loss", "half_sse"},
          {"eta", 0.5},
          {"W", {{{1, 2}}}},
          {"b", {{0.25}}},
          {"samples", {{{"x", {1, -1}}, {"t", {1}}}}}};
}

ErrorText refusal(const json& file) {
  return report_of<DataError>([&] { read_network_json(file.dump(), "net.json"); });
}

TEST(NetworkJson, ReadsWhatTheExamplesHave) {
  const NetworkFile file = read_network_json(small().dump(), "net.json");
  EXPECT_EQ(file.worked.loss.kind, Loss::half_squared_error);
  EXPECT_EQ(file.worked.loss.reduction, Reduction::single);
  EXPECT_EQ(file.worked.parameters, (NumberList{1, 2, 0.25}));
  EXPECT_EQ(file.worked.eta, 0.5);
  EXPECT_TRUE(file.misspelt.empty());
}

TEST(NetworkJson, KnowsTheWordsOfTheExamples) {
  json file = small();
  file["loss"] = "cross_entropy";
  EXPECT_EQ(read_network_json(file.dump(), "n").worked.loss.kind, Loss::binary_cross_entropy);
  file["sizes"] = {2, 2};
  file["W"] = {{{1, 2}, {3, 4}}};
  file["b"] = {{0, 0}};
  file["activations"] = {"softmax"};
  file["samples"][0]["t"] = {1, 0};
  EXPECT_EQ(read_network_json(file.dump(), "n").worked.loss.kind, Loss::softmax_cross_entropy);
  file["activations"] = json::array({json::array({"tanh", "sigmoid"})});
  file["loss"] = "sse";
  const WorkedNetwork mixed = read_network_json(file.dump(), "n").worked;
  EXPECT_EQ(mixed.activation(0, 0), Activation::tanh);
  EXPECT_EQ(mixed.activation(0, 1), Activation::logistic);
  EXPECT_EQ(mixed.loss.kind, Loss::squared_error);
  file["activations"] = json::array({json::object({{"name", "elu"}, {"parameter", 1.5}})});
  EXPECT_EQ(read_network_json(file.dump(), "n").worked.activation_parameter(0, 1), 1.5);
}

TEST(NetworkJson, ReadsLayersWithoutBiases) {
  json none = small();
  none.erase("b");
  json of_null = small();
  of_null["b"] = json::array({nullptr});
  json empty = small();
  empty["b"] = json::array({json::array()});
  for (const json& file : {none, of_null, empty}) {
    const WorkedNetwork worked = read_network_json(file.dump(), "n").worked;
    EXPECT_EQ(worked.layer(0).bias, BiasUse::absent);
    EXPECT_EQ(worked.parameters, (NumberList{1, 2}));
  }
  // One of two layers; what is written reads again.
  json two = small();
  two["sizes"] = {2, 1, 1};
  two["activations"] = {"tanh", "logistic"};
  two["W"] = json::array({json::array({{1, 2}}), json::array({json::array({3})})});
  two["b"] = json::array({json::array(), json::array({0.5})});
  const WorkedNetwork worked = read_network_json(two.dump(), "n").worked;
  EXPECT_EQ(worked.parameters, (NumberList{1, 2, 3, 0.5}));
  EXPECT_EQ(read_network_json(worked_step_json(worked, work_step(worked)), "n").worked.network,
            worked.network);
}

TEST(NetworkJson, DoesNotLoseBiasesUnderAnotherName) {
  for (const char* const key : {"bias", "biases", "B"}) {
    json file = small();
    file[key] = file["b"];
    file.erase("b");
    EXPECT_EQ(refusal(file).expected, "\"b\"") << key;
  }
}

TEST(NetworkJson, ReadsRadialBasisFunctions) {
  json file = small();
  file["sizes"] = {1, 2, 1};
  file["centres"] = json::array({json::array({0.5}), json::array({-0.5})});
  file["widths"] = {1, 2};
  file["samples"][0]["x"] = json::array({0.25});
  const WorkedNetwork worked = read_network_json(file.dump(), "n").worked;
  EXPECT_EQ(worked.parameters, (NumberList{0.5, -0.5, 1, 2, 1, 2, 0.25}));
  EXPECT_EQ(worked.layers(), 1u);
  const std::string answer = worked_step_json(worked, work_step(worked));
  const WorkedNetwork again = read_network_json(answer, "answer").worked;
  EXPECT_EQ(again.parameters, worked.parameters);
  EXPECT_EQ(again.network, worked.network);
  EXPECT_EQ(json::parse(answer)["samples"][0]["phi"].size(), 2u);
  file.erase("widths");
  EXPECT_EQ(refusal(file).expected, "\"widths\"");
  file["widths"] = {1};
  EXPECT_EQ(refusal(file).where, "net.json.widths");
  file["widths"] = {1, 0};
  EXPECT_EQ(refusal(file).what, "a width is not positive");
}

TEST(NetworkJson, KeepsLearnableActivationParameters) {
  json file = small();
  file["sizes"] = {2, 2};
  file["W"] = {{{1, 2}, {3, 4}}};
  file["b"] = {{0, 0}};
  file["samples"][0]["t"] = {1, 0};
  file["activations"] = json::array({json::object({{"name", "prelu"}, {"learnable", {0.5, 0.75}}})});
  const WorkedNetwork worked = read_network_json(file.dump(), "n").worked;
  EXPECT_EQ(worked.activation_parameter(0, 0), 0.5);
  EXPECT_EQ(worked.activation_parameter(0, 1), 0.75);
  const WorkedNetwork again = read_network_json(worked_step_json(worked, work_step(worked)), "answer").worked;
  EXPECT_EQ(again.parameters, worked.parameters);
  EXPECT_EQ(again.network, worked.network);
  file["activations"][0] = {{"name", "swish"}, {"beta", 2}};
  EXPECT_EQ(refusal(file).got, "\"beta\"");
  file["activations"][0] = {{"name", "tanh"}, {"parameter", 2}};
  EXPECT_EQ(refusal(file).what, "this activation has no parameter");
}

TEST(NetworkJson, NamesLineAndColumnOfABrokenFile) {
  const ErrorText report =
      report_of<DataError>([] { read_network_json("{\n  \"sizes\": [2, 1],\n  \"loss\": half\n}", "n"); });
  EXPECT_NE(report.what.find("line 3, column "), std::string::npos) << report.what;
}

TEST(NetworkJson, TakesItsOwnAnswerAsInput) {
  const WorkedNetwork worked = example_004();
  const std::string answer = worked_step_json(worked, work_step(worked));
  const NetworkFile again = read_network_json(answer, "answer");
  EXPECT_EQ(again.worked.parameters, worked.parameters);
  EXPECT_EQ(again.worked.network, worked.network);
  EXPECT_EQ(again.worked.decay, 1);
  EXPECT_TRUE(again.misspelt.empty()) << again.misspelt[0].first;
  EXPECT_EQ(worked_step_json(again.worked, work_step(again.worked)), answer);
}

TEST(NetworkJson, NoticesAMisspeltKey) {
  json file = small();
  file["lamda"] = 1;
  file["note"] = "a remark";
  file["dW"] = 3;
  EXPECT_EQ(read_network_json(file.dump(), "n").misspelt,
            (std::vector<std::pair<std::string, std::string>>{{"lamda", "lambda"}}));
}

TEST(NetworkJson, SaysWhichLayerAndBothSizesDoNotFit) {
  json rows = small();
  rows["W"] = {{{1, 2}, {3, 4}}};
  EXPECT_EQ(refusal(rows).where, "net.json.W[0]");
  EXPECT_EQ(refusal(rows).expected, "1 row, one for each output (sizes[1])");
  EXPECT_EQ(refusal(rows).got, "2");
  json columns = small();
  columns["W"] = {{{1, 2, 3}}};
  EXPECT_EQ(refusal(columns).where, "net.json.W[0][0]");
  EXPECT_EQ(refusal(columns).expected, "2 numbers, one for each input (sizes[0])");
  json layers = small();
  layers["b"] = {{0}, {1}};
  EXPECT_EQ(refusal(layers).where, "net.json.b");
  json target = small();
  target["samples"][0]["t"] = {1, 2};
  EXPECT_EQ(refusal(target).where, "net.json.samples[0].t");
}

TEST(NetworkJson, RefusesWhatMakesNoSense) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, json>>{{"sizes", {2}},
                                                                            {"sizes", {2, 0}},
                                                                            {"sizes", {2, 20000}},
                                                                            {"activations", {"logistc"}},
                                                                            {"activations", {json::array()}},
                                                                            {"loss", "cross"},
                                                                            {"loss", "softmax_cross_entropy"},
                                                                            {"eta", "fast"},
                                                                            {"reduction", "median"},
                                                                            {"samples", 3},
                                                                            {"samples", json::array()},
                                                                            {"eta", 0},
                                                                            {"eta", -1},
                                                                            {"lambda", -1},
                                                                            {"decay", -0.5}}) {
    json file = small();
    file[key] = value;
    EXPECT_FALSE(refusal(file).what.empty()) << key << " " << value;
  }
  for (const char* const text : {"", "{", "[]", "{\"sizes\": [1, 1], \"sizes\": [1, 1]}", "nonsense"})
    EXPECT_THROW(read_network_json(text, "n"), DataError) << text;
}

}  // namespace
}  // namespace chainrule
