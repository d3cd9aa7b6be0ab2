// The files of examples/networks are the networks of the reference values, as `chainrule explain --network`
// reads them.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "chainrule/explain/network_json.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::worked_examples;

const std::filesystem::path kFolder = std::string(CHAINRULE_SOURCE_DIR) + "/examples/networks";

WorkedNetwork network_in(const std::string& name) {
  std::ifstream file(kFolder / name);
  const NetworkFile network = read_network_json(
      std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}, name);
  return network.worked;
}

TEST(ExampleNetworks, AreThoseOfTheReferenceValues) {
  struct Pair {
    const char *file, *key;
    std::size_t index;
    const char *loss, *loss_after;
  };
  constexpr const char *kTotal = "total_loss", *kAfter = "total_loss_after_update";
  constexpr Pair kPairs[] = {
      {"000-3-3-2.json", "seed000_networks", 0, kTotal, kAfter},
      {"001-3-3-2.json", "seed001_networks", 0, kTotal, kAfter},
      {"001-3-3-2-batch.json", "seed001_networks", 1, kTotal, kAfter},
      {"001-3-4-3-2.json", "seed001_networks", 2, kTotal, kAfter},
      {"001-structural-risk.json", "seed001_networks", 3, kTotal, kAfter},
      {"001-logistic-regression.json", "seed001_networks", 4, kTotal, kAfter},
      {"002-2-3-2-2.json", "seed002_networks", 0, kTotal, kAfter},
      {"003-2-2-1.json", "seed003_bp_networks", 0, "E", "E_after"},
      {"003-3-3-2-bipolar.json", "seed003_bp_networks", 1, "E", "E_after"},
  };
  std::set<std::string> files;
  for (const Pair& pair : kPairs) {
    SCOPED_TRACE(pair.file);
    const json& expected = worked_examples().at(pair.key)[pair.index];
    const WorkedStep step = work_step(network_in(pair.file));
    testing_support::expect_equal(step.total_loss, expected.at(pair.loss), 1e-12, "loss");
    testing_support::expect_equal(step.total_loss_after, expected.at(pair.loss_after), 1e-12, "loss after");
    files.insert(pair.file);
  }
  const json& softmax = worked_examples().at("seed003_tanh_softmax").at("instances")[0];
  const WorkedStep step = work_step(network_in("003-tanh-softmax.json"));
  testing_support::expect_equal(step.total_loss, softmax.at("L"), 1e-12, "L");
  testing_support::expect_equal(step.total_loss_after, softmax.at("L_after_correct_step"), 1e-12, "L after");
  files.insert("003-tanh-softmax.json");
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".json") {
      EXPECT_TRUE(files.contains(entry.path().filename())) << entry.path();
    }
  }
}

}  // namespace
}  // namespace chainrule
