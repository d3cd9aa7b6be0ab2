// The errors on held-out rows that a model file keeps for prediction intervals, as a tensor of their own.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "support/model_files.h"

namespace chainrule {
namespace {

using namespace model_files;

TEST(ModelResiduals, HoldsTheErrorsForIntervalsOfNumbers) {
  Model model = smallest_model();
  model.residuals = {.ranks = {1, 2, 5}, .values = {{0, 0.5, 0.5}}};
  const std::string bytes = model_to_bytes(model);
  const Model again = model_from_bytes(bytes, "m");
  EXPECT_EQ(again.residuals, model.residuals);
  EXPECT_EQ(model_to_bytes(again), bytes);
  const auto refused = [&](const std::function<void(std::string & data)>& edit) {
    EXPECT_THROW(model_from_bytes(with_data(model, edit), "m"), ModelFileError);
  };
  // Behind 8 bytes of parameters and 40 of the encoder: ranks 1, 2, 5, then the errors.
  const auto number = [](std::size_t i, double value) {
    return [i, value](std::string& data) { std::memcpy(data.data() + 48 + 8 * i, &value, 8); };
  };
  EXPECT_NO_THROW(model_from_bytes(with_data(model, number(2, 6)), "m"));
  refused(number(0, 0));                                        // a rank of 0
  refused(number(1, 1));                                        // not ascending
  refused(number(2, 5.5));                                      // not whole
  refused(number(3, -1));                                       // a negative error
  refused(number(3, 0.75));                                     // not ascending
  refused(number(5, std::numeric_limits<double>::infinity()));  // not finite
  // Only numbers have such errors, and of each target.
  model.residuals.values.push_back({1, 2, 3});
  EXPECT_THROW(model_to_bytes(model), StateError);
  Model classes = example_model<float>();
  classes.residuals = {.ranks = {1}, .values = {{1.0}}};
  EXPECT_THROW(model_to_bytes(classes), StateError);
}

TEST(ModelResiduals, ATensorThatIsLargerThanTheFileIsRefusedBeforeItIsRead) {
  for (const char* const name : {"target.residuals", "provenance.row_hashes"}) {
    Model model = smallest_model();
    model.residuals = {.ranks = {1, 2}, .values = {{0, 1}}};
    model.provenance.row_hashes = {1, 2};
    const std::string bytes = with_header(model, [name](json& header) {
      json& shape = header[name]["shape"];
      shape.back() = shape.size() == 1 ? std::uint64_t{1} << 50 : 200;
    });
    EXPECT_THROW(model_from_bytes(bytes, "m"), ModelFileError) << name;
  }
}

}  // namespace
}  // namespace chainrule
