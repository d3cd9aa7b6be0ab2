// `chainrule graph`, as a user runs it.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> kNeuron = {
    "graph", "1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"};

TEST(Graph, ListsTheNumbersOfTheSlides) {
  const Result result = run(kNeuron);
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* const words : {"1.37 -> -0.53", "0.37 -> -0.53", "0.73 -> 1", "-1 -> -0.20", "2 -> -0.20",
                                  "-1 -> 0.39", "-2 -> -0.59", "f: 1 * -0.53"}) {
    EXPECT_TRUE(contains(result.out, words));
  }
  const Result sum = run({"graph", "(x+y)*z", "x=-2", "y=5", "z=-4"});
  for (const char* const words : {"= -12", "n1    x + y    3 -> -4", "-4 -> 3", "f: 1 * -4"})
    EXPECT_TRUE(contains(sum.out, words));
}

TEST(Graph, JsonHasAllDigits) {
  std::vector<std::string> arguments = kNeuron;
  arguments.push_back("--json");
  const Json json = Json::parse(run(arguments).out);
  EXPECT_EQ(json["nodes"].size(), 14u);
  EXPECT_NEAR(json["gradient"]["x1"].get<double>(), -0.5898357997244456, 1e-15);
  EXPECT_NEAR(json["value"].get<double>(), 0.7310585786300049, 1e-15);
}

TEST(Graph, DrawsPicturesIntoFiles) {
  const Folder folder;
  std::vector<std::string> arguments = kNeuron;
  arguments.insert(arguments.end(), {"--svg", folder / "n.svg", "--dot", folder / "n.dot"});
  ASSERT_EQ(run(arguments).code, 0);
  EXPECT_TRUE(contains(read_text(folder / "n.svg"), "<svg xmlns="));
  EXPECT_TRUE(contains(read_text(folder / "n.dot"), "digraph f {"));
  arguments.back() = folder / "n.svg";
  const Result same = run(arguments);
  EXPECT_EQ(same.code, 2);
  EXPECT_TRUE(contains(same.err, "same file"));
}

TEST(Graph, AnExpressionMayBeginWithAMinus) {
  const Result result = run({"graph", "-x^2", "x=3"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "= -9"));
  EXPECT_EQ(run({"graph", "-2*x", "x=3", "--digits", "3"}).code, 0);
  EXPECT_EQ(run({"graph", "3"}).code, 0);
}

TEST(Graph, ManyUsesOfANodeAreCounted) {
  const Result result = run({"graph", "x+x*2+x*3+x*4+x*5+x*6+x*7+x*8", "x=1"});
  EXPECT_TRUE(contains(result.out, "1 -> 36"));
  EXPECT_TRUE(contains(result.out, "+  2 more\n"));
}

TEST(Graph, MistakesAreTold) {
  const auto refused = [](const std::vector<std::string>& arguments, int code, const std::string& words) {
    const Result result = run(arguments);
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, words));
  };
  refused({"graph", "x+*y", "x=1", "y=2"}, 2, "column 3");
  refused({"graph", "x+y", "x=1"}, 2, "add y=...");
  refused({"graph", "x", "y"}, 2, "NAME=NUMBER");
  refused({"graph", "x", "x=abc"}, 2, "NAME=NUMBER");
  refused({"graph", "1/x", "x=0"}, 5, "division by zero");
  refused({"graph", "x", "x=1", "--digits", "18"}, 2, "at most 17");
  refused({"graph", "x", "x=1", "--dots"}, 2, "did you mean --dot?");
  refused({"graph"}, 2, "EXPRESSION");
}

}  // namespace
}  // namespace chainrule::cli_test
