// Inputs that are mapped as they are read (DatasetView::map).
#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/train/trainer.h"

namespace chainrule {
namespace {

TEST(TrainerWithAMap, MapsInputsAsTheyAreRead) {
  Dataset<double> data{.inputs = Matrix<double>(1500, 2), .targets = Matrix<double>(1500, 1)};
  for (std::size_t r = 0; r < 1500; ++r) {
    data.inputs(r, 0) = random_uniform({.seed = 1}, r), data.inputs(r, 1) = random_uniform({.seed = 2}, r);
    data.targets(r, 0) = data.inputs(r, 0) - data.inputs(r, 1);
  }
  const InputMap<double> map{.columns = 3,
                             .apply = [](MatrixView<const double> x, MatrixView<double> mapped) {
                               for (std::size_t r = 0; r < x.rows; ++r) {
                                 mapped(r, 0) = x(r, 0), mapped(r, 1) = x(r, 1);
                                 mapped(r, 2) = x(r, 0) * x(r, 1);
                               }
                             }};
  Dataset<double> wide = data;
  wide.inputs = Matrix<double>(1500, 3);
  map.apply(data.inputs.view(), wide.inputs.view());
  const Network network = make_mlp({.inputs = 3, .hidden = {5}, .outputs = 1});
  TrainerOptions options;
  options.batch_size = 40;
  options.stopping.epochs = 4;
  TrainingRows<double> rows{.training = data, .validation = data};
  rows.training.map = rows.validation->map = &map;
  AlignedVector<double> mapped(parameter_count(network), 0.1), expected = mapped;
  const History history = train<double>({}, network, options, rows, {}, mapped);
  const History of_wide = train<double>({}, network, options, wide, &wide, {}, {}, expected);
  EXPECT_EQ(mapped, expected);
  EXPECT_EQ(history.epochs.back().validation_loss, of_wide.epochs.back().validation_loss);

  TrainerOptions at_once = options;
  at_once.optimizer = {.kind = Optimizer::lbfgs};
  EXPECT_THROW(train<double>({}, network, at_once, rows, {}, mapped), StateError);
}

}  // namespace
}  // namespace chainrule
