#include "chainrule/io/model_validation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

BadFile picture_case(const char* name, const std::function<void(json&)>& edit, const char* what,
                     const char* where) {
  return {name, [edit] { return with_header(picture_model(), in_part("encoder", edit)); }, what, where};
}

class ModelFileRefusesAModel : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesAModel, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_inputs() {
  return {
      part_case(
          "EncoderOfAnotherWidth", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"A", "B", "C"};
          },
          "features of the encoder", "network"),
      part_case(
          "WordsOutOfOrder", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"B", "A"};
          },
          "not sorted", "encoder.inputs[1].words"),
      part_case(
          "AWordTwice", "encoder",
          [](json& v) {
            v["inputs"][1]["words"] = {"A", "A"};
          },
          "not sorted", "encoder.inputs[1].words"),
      part_case(
          "WordsOfANumericColumn", "encoder", [](json& v) { v["inputs"][0]["words"] = {"A"}; },
          "a numeric column has categories", "encoder.inputs[0].words"),
      part_case(
          "AnInputTwice", "encoder", [](json& v) { v["inputs"][1]["name"] = v["inputs"][0]["name"]; },
          "an input column is named twice", "encoder.inputs"),
  };
}

std::vector<BadFile> bad_classes() {
  return {
      part_case(
          "NoTarget", "encoder", [](json& v) { v["target"]["columns"] = json::array(); }, "no target column",
          "encoder.target.columns"),
      part_case(
          "OneClassOnly", "encoder",
          [](json& v) { v["target"]["class_names"] = v["target"]["class_values"] = json::array({"a"}); },
          "too few classes", "encoder.target.class_names"),
      part_case(
          "ClassesOfAnotherNumber", "encoder",
          [](json& v) {
            v["target"]["class_names"] = v["target"]["class_values"] = {"a", "b"};
          },
          "outputs that the target needs", "network"),
      part_case(
          "ClassNamesWithoutValues", "encoder",
          [](json& v) {
            v["target"]["class_values"] = {"a", "b"};
          },
          "class values", "encoder.target.class_values"),
      part_case(
          "AClassTwice", "encoder", [](json& v) { v["target"]["class_names"][1] = "setosa"; },
          "two classes have the same name", "encoder.target.class_names"),
      part_case(
          "ScaledClasses", "encoder", [](json& v) { v["target"]["factor"] = {1}; }, "factors of the targets",
          "encoder.target.factor"),
      part_case(
          "PlacesOfTooManyTargets", "encoder",
          [](json& v) {
            v["target"]["positions"] = {1, 2};
          },
          "positions of the targets", "encoder.target.positions"),
  };
}

std::vector<BadFile> bad_pictures() {
  return {
      part_case(
          "APictureOfRowsOnly", "encoder", [](json& v) { v["picture_rows"] = 2; },
          "only rows or only columns", "encoder.picture_rows"),
      picture_case(
          "APictureOfAnotherSize", [](json& v) { v["picture_rows"] = 3; },
          "the number of pixels in an image differs", "encoder.picture_rows"),
      picture_case(
          "APictureWhoseSizeOverflows",
          // 2^32 x 2^32 + 6 x 1 is 6 in 64 bits.
          [](json& v) { v["picture_rows"] = v["picture_columns"] = std::uint64_t{1} << 32; },
          "the number of pixels in an image differs", "encoder.picture_rows"),
      picture_case(
          "APixelThatIsAWord",
          [](json& v) {
            v["inputs"][4]["kind"] = "category";
            v["inputs"][4]["words"] = {"w"};
          },
          "a pixel is not a number", "encoder.inputs[4]"),
  };
}

std::vector<BadFile> bad_targets() {
  return {
      part_case(
          "ATargetPlaceBeyondTheColumns", "encoder",
          [](json& v) { v["target"]["positions"] = {1'000'000'000}; },
          "position of a target is beyond the columns", "encoder.target.positions"),
      part_case(
          "TargetPlacesOutOfOrder", "encoder",
          [](json& v) {
            v["target"]["columns"] = {"species", "island"};
            v["target"]["positions"] = {2, 1};
          },
          "not sorted", "encoder.target.positions"),
      part_case(
          "ATargetColumnTwice", "encoder",
          [](json& v) {
            v["target"]["columns"] = {"species", "species"};
          },
          "a target column is named twice", "encoder.target.columns"),
      part_case(
          "AClassValueTwice", "encoder", [](json& v) { v["target"]["class_values"][2] = "0"; },
          "two classes have the same value", "encoder.target.class_values"),
  };
}

std::vector<BadFile> bad_schemas() {
  return {
      part_case(
          "AnotherTaskInTheSchema", "schema", [](json& v) { v["task"] = "regression"; }, "different tasks",
          "schema.task"),
      part_case(
          "AnInputThatTheSchemaIgnores", "schema", [](json& v) { v["columns"][0]["role"] = "ignored"; },
          "a different role in the schema", "schema.columns"),
      part_case(
          "ATargetThatIsNotInTheSchema", "schema", [](json& v) { v["columns"].erase(3); },
          "a different role in the schema", "schema.columns"),
      part_case(
          "AColumnTwice", "schema", [](json& v) { v["columns"][2]["name"] = "species"; },
          "a column is named twice", "schema.columns"),
  };
}

INSTANTIATE_TEST_SUITE_P(Inputs, ModelFileRefusesAModel, testing::ValuesIn(bad_inputs()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Classes, ModelFileRefusesAModel, testing::ValuesIn(bad_classes()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Pictures, ModelFileRefusesAModel, testing::ValuesIn(bad_pictures()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Targets, ModelFileRefusesAModel, testing::ValuesIn(bad_targets()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Schemas, ModelFileRefusesAModel, testing::ValuesIn(bad_schemas()), name_of_case);

TEST(ModelValidation, AModelThatIsNotValidIsNotSaved) {
  const auto expect_refused = [](const std::function<void(Model&)>& spoil) {
    Model model = smallest_model();
    EXPECT_NO_THROW(model_to_bytes(model));
    spoil(model);
    EXPECT_THROW(model_to_bytes(model), StateError);
  };
  expect_refused([](Model& model) { std::get<Parameters<float>>(model.parameters).push_back(1); });
  expect_refused([](Model& model) {
    model = rbf_model();
    std::get<Parameters<float>>(model.parameters)[1] = -2;
  });
  expect_refused([](Model& model) { model.network.layers.clear(); });
  expect_refused([](Model& model) { model.encoder.inputs.clear(); });
  expect_refused([](Model& model) { model.encoder.inputs[0].offset = std::nan(""); });
  expect_refused([](Model& model) { model.encoder.target.factor[0] = 0; });
  expect_refused(
      [](Model& model) { model.encoder.target.factor[0] = std::numeric_limits<double>::infinity(); });
  expect_refused([](Model& model) { model.encoder.target.class_names = {"a"}; });
  expect_refused([](Model& model) { model.schema.task = Task::binary; });
  expect_refused([](Model& model) { model.encoder.inputs[0].name = "not UTF-8: \xff"; });
  expect_refused([](Model& model) { model.loss.quantile = std::nan(""); });
  expect_refused([](Model& model) { model.encoder.target.quantiles = {0.5}; });
}

// The quantiles 0.1 and 0.9 of y: 2 x + 1 and 3 x + 2.
Model quantile_model() {
  Model model = smallest_model();
  model.network.layers = {make_dense(1, 2, Activation::identity)};
  model.parameters = Parameters<float>{2, 3, 1, 2};
  model.encoder.target.quantiles = {0.1, 0.9};
  model.loss = {.kind = Loss::quantile, .quantiles = {0.1, 0.9}};
  return model;
}

TEST(ModelValidation, QuantilesFromAFileAreSortedSharesOfOneNumber) {
  const std::string bytes = model_to_bytes(quantile_model());
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_EQ(again.loss.quantiles, (std::vector<double>{0.1, 0.9}));
  EXPECT_EQ(again.encoder.target.quantiles, again.loss.quantiles);
  EXPECT_EQ(model_to_bytes(again), bytes);
  const auto refusal = [](const std::function<void(json&)>& edit) {
    return refusal_of(with_header(quantile_model(), in_part("encoder", edit))).what;
  };
  const auto of_list = [&](const json& list) {
    return refusal([&](json& v) { v["target"]["quantiles"] = list; });
  };
  for (const json& list : {json{0.1, 1}, json{0.0, 0.9}, json{-0.1, 0.9}})
    EXPECT_NE(of_list(list).find("a quantile is out of range"), std::string::npos) << list;
  for (const json& list : {json{0.9, 0.1}, json{0.5, 0.5}})
    EXPECT_NE(of_list(list).find("not sorted"), std::string::npos) << list;
  EXPECT_NE(of_list({0.1, 0.5, 0.9}).find("outputs that the target needs"), std::string::npos);
  EXPECT_NE(refusal([](json& v) {
              v["target"]["columns"] = {"y", "z"};
              v["target"]["offset"] = {0, 0};
              v["target"]["factor"] = {1, 1};
            }).find("quantiles of another target"),
            std::string::npos);
}

}  // namespace
}  // namespace chainrule
