// The plan of a training run: the request with every choice made, once the table is read.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/bf16_products.h"
#include "chainrule/model/network.h"
#include "chainrule/optim/optimizer.h"
#include "chainrule/optim/rate_factors.h"
#include "chainrule/session/front_plan.h"
#include "chainrule/train/member_report.h"

namespace chainrule {

// A kind of member, and its network, before columns are added to the inputs.
struct PlannedKind {
  MemberKind kind = MemberKind::plain;
  Network network;
  NumberEmbedding columns = NumberEmbedding::none;  // that are added to the inputs
  std::size_t parts = 4;                            // piecewise: into which the knots divide the rows
};

// All of it is known before the first epoch.
struct TrainingPlan {
  Network network;
  FrontLayers front;         // of one network: its first layers, with their initial numbers
  RateFactors rate_factors;  // of one network; empty: all parameters learn alike
  FrontInputs front_inputs;
  Schema schema;
  Encoder encoder;
  LossOptions loss;
  std::size_t training_rows = 0;
  std::size_t validation_rows = 0;
  std::size_t parameters = 0;
  std::size_t batch_size = 0;
  double learning_rate = 0;
  Optimizer optimizer = Optimizer::adam;
  std::size_t epochs = 0;  // at most
  Products products = Products::full;
  // the steps run on one thread, however many there are (StepPlan::narrow)
  bool is_narrow = false;
  // of a mixture: the fold of each training row, and the kinds of its members, at least one
  std::vector<std::uint32_t> folds;
  std::vector<PlannedKind> kinds;
  bool rows_may_coincide = false;  // equal rows are to be expected by chance (equal_rows.h)
  std::vector<Message> notes;
};

}  // namespace chainrule
