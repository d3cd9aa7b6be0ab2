// Files for the tests of session: the example tables, and small ones written to the test's own folder.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "chainrule/session/training.h"

namespace chainrule::testing_support {

inline std::string example(const std::string& name) {
  return CHAINRULE_SOURCE_DIR "/examples/data/" + name;
}

// A file with this text, named after the running test, so that parallel tests do not collide.
inline std::string file_of(const std::string& name, const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string path =
      testing::TempDir() + "/" + test->test_suite_name() + "." + test->name() + "." + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

inline TrainOutcome train_quietly(const TrainRequest& request) {
  return train_on_table(real_file_system(), {}, request, {});
}

// A short training on the penguins, just long enough to predict well.
inline TrainRequest penguins() {
  TrainRequest request;
  request.data.path = example("penguins.csv");
  request.schema.targets = {"species"};
  request.stopping.epochs = 40;
  return request;
}

}  // namespace chainrule::testing_support
