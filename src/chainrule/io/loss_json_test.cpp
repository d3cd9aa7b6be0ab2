#include "chainrule/io/loss_json.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/bad_model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

class ModelFileRefusesALoss : public testing::TestWithParam<BadFile> {};

TEST_P(ModelFileRefusesALoss, WithAMessageThatNamesFileFaultAndRemedy) {
  expect_refused(GetParam());
}

std::vector<BadFile> bad_losses() {
  return {
      part_case(
          "UnknownLoss", "loss", [](json& v) { v["kind"] = "cross"; }, "unknown loss", "loss.kind"),
      part_case(
          "LossAndActivationDoNotFit", "loss", [](json& v) { v["kind"] = "binary_cross_entropy"; },
          "logistic", "loss"),
      part_case(
          "UnknownReduction", "loss", [](json& v) { v["reduction"] = "median"; }, "unknown reduction",
          "loss.reduction"),
      part_case(
          "ALossWithoutItsQuantile", "loss", [](json& v) { v.erase("quantile"); }, "something is missing",
          ": loss"),
      part_case(
          "AQuantileAboveOne", "loss", [](json& v) { v["quantile"] = 1.5; }, "quantile", "loss"),
      part_case(
          "ANegativeLabelSmoothing", "loss", [](json& v) { v["label_smoothing"] = -0.1; }, "label smoothing",
          "loss"),
  };
}

INSTANTIATE_TEST_SUITE_P(BadFiles, ModelFileRefusesALoss, testing::ValuesIn(bad_losses()), name_of_case);

}  // namespace
}  // namespace chainrule
