// The gradient check on trained networks: it passes for every one of a hundred, down to exact fits, whose
// gradients are sums that cancel, and it fails for every seeded error in such networks.
#include <gtest/gtest.h>

#include <numeric>

#include "chainrule/session/inspection.h"
#include "chainrule/session/model_table.h"
#include "support/session_files.h"
#include "support/wrong_gradients.h"

namespace chainrule {
namespace {

using testing_support::example;
using testing_support::file_of;
using testing_support::hand_written_gradient;
using testing_support::SeededError;
using testing_support::train_quietly;

constexpr Activation kHidden[] = {Activation::logistic, Activation::tanh, Activation::relu,
                                  Activation::swish};
constexpr std::string_view kTables[] = {"xor", "iris", "penguins", "pima", "diabetes"};

// Four rows that a small network fits exactly; the outputs of iris and penguins are a softmax, of pima and
// the exclusive or logistic, of diabetes the identity.
TrainRequest request_for(std::string_view table, Activation hidden, std::uint64_t seed) {
  TrainRequest request;
  request.activations = {hidden};
  request.seed = seed;
  request.precision = seed % 2 == 0 ? Precision::float64 : Precision::float32;
  request.validation_share = 0;
  request.hidden = {4, 4};
  request.stopping = {.epochs = 40, .patience = 0};
  if (table == "xor") {
    request.data.path = file_of("xor.csv", "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
    request.learning_rate = 0.05;
    request.stopping.epochs = 2000;
  } else {
    request.data.path = example(std::string(table) + ".csv");
    request.hidden = {8, 4};
    if (table == "penguins") request.schema.targets = {"species"};
    if (table == "iris") request.stopping.epochs = 300;  // it nearly fits
  }
  return request;
}

Dataset<double> first_rows(const Model& model, const DataSource& data, std::size_t rows) {
  const Table table = load_table_for(real_file_system(), model, data);
  std::vector<std::uint32_t> chosen(std::min(rows, table.rows()));
  std::iota(chosen.begin(), chosen.end(), 0u);
  return encode_rows(model.encoder, table, chosen);
}

// Five tables, four activations, five seeds; every other network in double.
TEST(TrainedGradients, AHundredNetworksPass) {
  std::size_t networks = 0, rows = 0, rows_at_kink = 0;
  for (const std::string_view table : kTables) {
    for (const Activation hidden : kHidden) {
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const TrainRequest request = request_for(table, hidden, seed);
        const GradientCheck check =
            check_model_gradient(real_file_system(), train_quietly(request).model, request.data, 32, {});
        EXPECT_TRUE(check.passed) << table << " " << name_of(hidden) << " seed " << seed << ": "
                                  << check.worst_error;
        EXPECT_LT(check.worst_error, 1e-12) << table << " " << name_of(hidden) << " seed " << seed;
        ++networks;
        rows += check.rows;
        rows_at_kink += check.rows_at_kink;
      }
    }
  }
  EXPECT_EQ(networks, 100u);
  EXPECT_LE(rows_at_kink, rows / 100) << "rows left out";
}

// Nine errors in five networks with every kind of output.
TEST(TrainedGradients, EverySeededErrorIsFound) {
  std::size_t found = 0;
  for (std::size_t n = 0; n < std::size(kTables); ++n) {
    const Activation hidden = kHidden[n % std::size(kHidden)];
    const TrainRequest request = request_for(kTables[n], hidden, n + 1);
    const Model model = train_quietly(request).model;
    const Dataset<double> data = first_rows(model, request.data, 32);
    const std::vector<double> parameters = parameters_in_double(model);
    for (const EnumName<SeededError>& error : enum_table<SeededError>()) {
      const GradientCheck check =
          check_gradient(model.network, parameters, model.loss, data, {},
                         hand_written_gradient(model.network, model.loss, error.value));
      EXPECT_EQ(check.passed, error.value == SeededError::none)
          << kTables[n] << " " << name_of(hidden) << ", " << error.word << ": " << check.worst_error;
      found += check.passed ? 0 : 1;
    }
  }
  EXPECT_EQ(found, 45u);
}

}  // namespace
}  // namespace chainrule
