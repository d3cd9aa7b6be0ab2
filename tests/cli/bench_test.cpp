// What `chainrule bench` refuses, before it draws a number.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

void expect_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& words) {
  const Result result = run(arguments);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_EQ(result.out, "");
  for (const std::string& word : words)
    EXPECT_NE(result.err.find(word), std::string::npos) << word << " is not in: " << result.err;
}

TEST(Bench, RefusesWhatNoMemoryHolds) {
  // 2^62 rows: a product of sizes used to wrap around and the program to crash.
  for (const char* rows : {"4611686018427387904", "4611686018427387905", "6917529027641081856"}) {
    expect_refused({"bench", "train", "--layers", "2,2", "--batch-size", rows, "--time", "0.01s"},
                   {"memory", "--batch-size", "GB"});
    expect_refused({"bench", "predict", "--layers", "2,2", "--rows", rows, "--time", "0.01s"},
                   {"memory", "--rows", "GB"});
  }
  expect_refused({"bench", "predict", "--layers", "1000000000,1000000000", "--time", "0.01s"},
                 {"memory", "--layers", "GB"});
}

TEST(Bench, RefusesActivationsThatCannotBeTrainedAndOptionsWithoutEffect) {
  for (const char* activation : {"sign", "step", "softmax"})
    expect_refused({"bench", "train", "--layers", "4,3,2", "--activation", activation},
                   {"--activation", activation});
  expect_refused({"bench", "train", "--layers", "4,2", "--dropout", "0.5"}, {"--dropout", "no hidden layer"});
  expect_refused({"bench", "predict", "--layers", "4,3,2", "--precision", "bf16"},
                 {"--precision", "float or double"});
}

TEST(Bench, AnOptionInFrontOfTheCommandIsNotForgotten) {
  expect_refused({"bench", "--json", "train", "--time", "0.01s"}, {"--json", "bench train"});
  expect_refused({"bench", "--threads", "1", "predict"}, {"--threads", "bench predict"});
  expect_refused({"bench", "--signature", "machine"}, {"--signature", "bench machine"});
  EXPECT_EQ(run({"bench", "train", "--layers", "4,3,2", "--time", "0.001s"},
                {.environment = {{"CHAINRULE_THREADS", "1"}}})
                .code,
            0);
}

TEST(Bench, MoreThreadsThanProcessorsAreNoHigherPeak) {
  const auto peak = [](const char* threads) {
    const std::string out = run({"bench", "machine", "--threads", threads}).out;
    const std::size_t at = out.find("Computing");
    return at == std::string::npos ? std::string() : out.substr(at);
  };
  if (peak("1").find("not measured") != std::string::npos) GTEST_SKIP() << "no vectors here";
  const auto number = [](const std::string& text) {
    return std::stod(text.substr(std::string("Computing").size()));
  };
  // On any machine: 64 threads on p processors are p peaks, never 64 where p is smaller.
  const auto processors = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_LT(number(peak("64")), number(peak("1")) * std::min(64.0, processors) * 2.5);
}

}  // namespace
}  // namespace chainrule::cli_test
