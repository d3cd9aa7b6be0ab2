// Small training runs for lessons: a generated table as a data set, a network trained on it in double, and
// its evaluation.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "chainrule/course/plane_plot.h"
#include "chainrule/data/dataset.h"
#include "chainrule/data/table.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

// The last column is the target: categories become one column each, numbers stay unchanged. The others are
// inputs.
Dataset<double> dataset_of(const Table& table);

// Points of the plane into classes: 2-...-classes with a softmax output.
Network plane_classifier(std::vector<std::size_t> hidden, Activation activation, std::size_t classes = 2);
// The settings that lessons choose; the trainer's defaults apply to all others. A batch of 0 rows means all
// of them.
TrainerOptions trainer_options(Loss loss, Optimizer optimizer, double learning_rate, std::size_t epochs,
                               std::size_t batch_size);

struct TrainedNetwork {
  Network network;
  AlignedVector<double> parameters;
  LossOptions loss;
  History history;

  // The outputs for one row of inputs.
  std::vector<double> outputs(std::span<const double> x) const;
  // Mean loss over the rows, without penalties.
  double loss_on(const Dataset<double>& data) const;
  // The share of rows whose largest output is at the position of the target's largest.
  double accuracy_on(const Dataset<double>& data) const;
};

// f between low and high, for a plot.
PlaneSeries curve_of(std::string name, double low, double high, const std::function<double(double)>& f);
// The training loss over the epochs, for a plot.
PlaneSeries loss_curve(const History& history, std::string name);

// The last epoch's weights are kept: nothing is held out.
TrainedNetwork train_network(const Network& network, const Dataset<double>& data,
                             const TrainerOptions& options, const InitializerOptions& first_weights = {});

}  // namespace chainrule
