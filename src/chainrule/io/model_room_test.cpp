// How much a model file may describe: any number of columns, and as many JSON values as its size allows.
#include <gtest/gtest.h>

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "support/model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

// A network of numeric columns with the longest possible names and numbers.
Model wide_model(std::size_t columns) {
  Model model = smallest_model();
  const ColumnEncoding column{.offset = 1.2345678901234567,
                              .factor = 0.98765432109876543,
                              .fill = 1.2345678901234567,
                              .missing_feature = MissingFeature::absent};
  model.encoder.inputs.assign(columns, column);
  for (std::size_t i = 0; i < columns; ++i) {
    model.encoder.inputs[i].name = "ENSG00000" + std::to_string(100'000 + i);
    model.schema.columns.push_back({.name = model.encoder.inputs[i].name});
  }
  model.schema.columns.push_back({.name = "y", .role = ColumnRole::target});
  model.network.layers = {make_dense(columns, 1, Activation::identity)};
  model.parameters = Parameters<float>(columns + 1, 0.5f);
  return model;
}

TEST(ModelFile, AnyNumberOfColumnsFits) {
  for (const std::size_t columns :
       {std::size_t{1}, std::size_t{3'563}, std::size_t{9'000}, std::size_t{40'000}}) {
    SCOPED_TRACE(columns);
    const std::string bytes = model_to_bytes(wide_model(columns));
    EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
  }
}

TEST(ModelFile, RoomIsAskedForBeforeThereAreParameters) {
  Model model = wide_model(20'000);
  model.parameters = Parameters<float>();
  EXPECT_NO_THROW(require_room_in_file(model));
  model.encoder.missing_words.assign(20 * kMostModelValues, "");
  EXPECT_THROW(require_room_in_file(model), StateError);
}

TEST(ModelFile, ADescriptionOfTooManyValuesIsNotWritten) {
  Model model = smallest_model();
  model.schema.notes.assign(kMostModelValues, "");
  try {
    model_to_bytes(model);
    FAIL() << "nothing was thrown";
  } catch (const StateError& error) {
    EXPECT_EQ(text_of(error.report()).expected, "at most 50,000 values");
  }
  // The largest description that fits and the smallest that does not differ by one value, for writer and
  // reader alike.
  while (!model.schema.notes.empty()) {
    model.schema.notes.pop_back();
    try {
      const std::string bytes = model_to_bytes(model);
      EXPECT_EQ(model_to_bytes(model_from_bytes(bytes, "m")), bytes);
      break;
    } catch (const StateError&) {
    }
  }
  EXPECT_GT(model.schema.notes.size(), kMostModelValues - 100);
}

}  // namespace
}  // namespace chainrule
