// One page per notation, kept whole in tests/golden/explain. CHAINRULE_WRITE_GOLDEN=1 in the environment
// writes them again; read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "chainrule/explain/derivation.h"
#include "chainrule/explain/network_json.h"
#include "chainrule/explain/worked_examples.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using testing_support::worked_examples;

WorkedNetwork network(const char* key, std::size_t index) {
  return read_network_json(worked_examples().at(key)[index].dump(), key).worked;
}

void expect_page(const std::string& name, const WorkedNetwork& worked, const DerivationOptions& options) {
  const std::string page = derivation_text(derive(worked, work_step(worked), options), 100);
  const std::string path = std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/explain/" + name + ".txt";
  if (std::getenv("CHAINRULE_WRITE_GOLDEN") != nullptr) std::ofstream(path) << page;
  std::ifstream file(path);
  const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, kept) << path;
}

TEST(ExplainPages, OfEveryNotation) {
  expect_page("plain", network("seed001_networks", 2), {.notation = Notation::plain});
  expect_page("000", network("seed000_networks", 0), {.notation = Notation::s000});
  expect_page("001", network("seed001_networks", 1), {.notation = Notation::s001});
  expect_page("002", network("seed002_networks", 0), {.notation = Notation::s002});
  expect_page("003", network("seed001_networks", 0), {.notation = Notation::s003});
  expect_page("003_code", network("seed001_networks", 3), {.notation = Notation::s003});
  expect_page("004", example_004(), {.notation = Notation::s004, .digits = kAllDigits});
}

TEST(ExplainPages, OfOneParameter) {
  const WorkedNetwork worked = network("seed000_networks", 0);
  Notation notation = Notation::s000;
  expect_page("000_omega_23_L1", worked,
              {.notation = Notation::s000,
               .parameter = find_parameter("ω23 of L1", worked, OtherNotations::tried, notation)});
}

}  // namespace
}  // namespace chainrule
