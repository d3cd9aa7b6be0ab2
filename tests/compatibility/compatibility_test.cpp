// Files written by earlier versions of chainrule: their models load and predict to the same bytes, their
// training runs resume to the same parameters.
//
// A folder for each version of the format, made by the program as it was then (README.md says how); none of
// its files ever changes.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "chainrule/io/checkpoint_file.h"
#include "chainrule/io/model_file.h"
#include "cli/program.h"
#include "support/same_model.h"

namespace chainrule {
namespace {

using cli_test::Folder;
using cli_test::read_text;

struct Kept {
  std::string model, table;
  bool has_probabilities = false;
};

const std::vector<Kept> kModels = {
    {"numbers", "numbers"},     {"numbers_double", "numbers"}, {"classes", "classes", true},
    {"binary", "binary", true}, {"labels", "labels", true},    {"categories", "categories", true},
    {"rbf", "classes", true},   {"perceptron", "classes"},
};

class Compatibility : public testing::TestWithParam<std::string> {
 protected:
  std::string file(const std::string& name) const {
    return std::string(CHAINRULE_SOURCE_DIR) + "/tests/compatibility/" + GetParam() + "/" + name;
  }
  // What the program predicts with this model, as CSV.
  std::string predictions(const std::string& model, const Kept& kept) const {
    std::vector<std::string> arguments = {"predict", model, file(kept.table + ".csv"), "--quiet"};
    if (kept.has_probabilities) arguments.emplace_back("--probabilities");
    return cli_test::run(arguments).out;
  }
};

INSTANTIATE_TEST_SUITE_P(Versions, Compatibility, testing::Values("0.1.0", "format-2"), [](const auto& test) {
  std::string name = test.param;
  std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
  return name;
});

TEST_P(Compatibility, ModelsPredictToTheSameBytes) {
  for (const Kept& kept : kModels) {
    SCOPED_TRACE(kept.model);
    EXPECT_EQ(predictions(file(kept.model + ".safetensors"), kept),
              read_text(file(kept.model + ".predictions.csv")));
  }
}

TEST_P(Compatibility, ModelsSavedAgainAreTheSame) {
  const Folder folder;
  for (const Kept& kept : kModels) {
    SCOPED_TRACE(kept.model);
    const Model model = load_model(real_file_system(), file(kept.model + ".safetensors"));
    save_model(real_file_system(), folder / "m", model);
    model_files::expect_same(model, load_model(real_file_system(), folder / "m"));
    EXPECT_EQ(predictions(folder / "m", kept), read_text(file(kept.model + ".predictions.csv")));
  }
}

TEST_P(Compatibility, ATrainingResumesToTheSameParameters) {
  const Folder folder;
  std::filesystem::create_directory(folder / "run");
  std::filesystem::copy_file(file("run/checkpoint.safetensors"), checkpoint_path(folder / "run"));
  const cli_test::Result resumed = cli_test::run(
      {"train", file("categories.csv"), "--resume", folder / "run", "-o", folder / "m", "--quiet"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  const Model whole = load_model(real_file_system(), file("categories.safetensors"));
  const Model model = load_model(real_file_system(), folder / "m");
  EXPECT_EQ(std::get<Parameters<float>>(model.parameters), std::get<Parameters<float>>(whole.parameters));
  EXPECT_EQ(predictions(folder / "m", kModels[5]), read_text(file("categories.predictions.csv")));
}

TEST(NewestFormat, IsWrittenBackByteForByte) {
  const std::string folder = std::string(CHAINRULE_SOURCE_DIR) + "/tests/compatibility/format-2/";
  for (const Kept& kept : kModels) {
    const std::string path = folder + kept.model + ".safetensors";
    EXPECT_TRUE(model_to_bytes(load_model(real_file_system(), path)) == read_text(path)) << path;
  }
}

}  // namespace
}  // namespace chainrule
