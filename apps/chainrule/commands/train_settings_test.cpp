#include "chainrule/commands/train_settings.h"

#include <gtest/gtest.h>

namespace chainrule::cli {
namespace {

TEST(DefaultModelPath, IsTheTablesNameInThisFolder) {
  EXPECT_EQ(default_model_path("iris.csv"), "iris.safetensors");
  EXPECT_EQ(default_model_path("../tables/iris.csv.gz"), "iris.safetensors");
  EXPECT_EQ(default_model_path("/data/train-images-idx3-ubyte.gz"), "train-images-idx3-ubyte.safetensors");
  EXPECT_EQ(default_model_path("no_ending"), "no_ending.safetensors");
  EXPECT_EQ(default_model_path("v1.2.csv"), "v1.2.safetensors");
  EXPECT_EQ(default_model_path("-"), "model.safetensors");
}

}  // namespace
}  // namespace chainrule::cli
