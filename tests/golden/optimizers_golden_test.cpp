// The optimizers against PyTorch's: the parameters after each step (tools/make_optimizer_golden.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "chainrule/optim/optimizer.h"

namespace chainrule {
namespace {

using nlohmann::json;
using Values = std::vector<double>;

json golden() {
  std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/optimizers.json");
  EXPECT_TRUE(file.good());
  return json::parse(file);
}

OptimizerOptions options_of(const json& entry) {
  const std::map<std::string, Hyperparameter> names = {
      {"momentum", &OptimizerOptions::momentum}, {"beta1", &OptimizerOptions::beta1},
      {"beta2", &OptimizerOptions::beta2},       {"rho", &OptimizerOptions::rho},
      {"epsilon", &OptimizerOptions::epsilon},   {"weight_decay", &OptimizerOptions::weight_decay}};
  OptimizerOptions options{.kind = parse_name<Optimizer>(entry.at("optimizer").get<std::string>())};
  for (const auto& [name, value] : entry.at("options").items())
    options.*names.at(name) = value.get<double>();
  return options;
}

// The sums are ordered differently here and there: a few units in the last place a step, and 8 steps. PyTorch
// takes the learning rate times the velocity, the loops here the velocity of steps already multiplied;
// sqrt(s) / sqrt(1 - q^t) there is sqrt(s / (1 - q^t)) here.
TEST(OptimizersGolden, AgreeWithPyTorchToFourteenDigits) {
  const json document = golden();
  const Values start = document.at("start");
  const ParameterRange all{.offset = 0, .size = start.size()};
  std::set<std::string> compared;
  for (const json& entry : document.at("cases")) {
    const std::string name = entry.at("optimizer");
    SCOPED_TRACE(name + " " + entry.at("options").dump());
    const OptimizerOptions options = options_of(entry);
    OptimizerState<double> state = make_optimizer_state<double>(options, start.size());
    Values w = start;
    for (std::size_t step = 0; step < document.at("gradients").size(); ++step) {
      const Values gradient = document.at("gradients")[step], expected = entry.at("parameters")[step];
      update<double>({}, options, entry.at("learning_rate"), {&all, 1}, gradient, w, state);
      for (std::size_t i = 0; i < w.size(); ++i)
        EXPECT_NEAR(w[i], expected[i], 1e-14 * std::max(1.0, std::abs(expected[i]))) << step << " " << i;
    }
    compared.insert(name);
  }
  // Optimizers that PyTorch lacks may be missing; these must be present.
  EXPECT_EQ(compared,
            (std::set<std::string>{"adam", "adamw", "gradient_descent", "momentum", "nesterov", "rmsprop"}));
}

}  // namespace
}  // namespace chainrule
