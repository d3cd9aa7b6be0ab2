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

namespace chainrule {

// All of it is known before the first epoch.
struct TrainingPlan {
  Network network;
  Schema schema;
  Encoder encoder;
  LossOptions loss;
  std::size_t training_rows = 0;
  std::size_t validation_rows = 0;
  std::size_t parameters = 0;
  std::size_t batch_size = 0;
  double learning_rate = 0;
  Products products = Products::full;
  // the steps run on one thread, however many there are (StepPlan::narrow)
  bool is_narrow = false;
  std::vector<std::uint32_t> folds;  // of a mixture: the fold of each training row
  bool rows_may_coincide = false;    // equal rows are to be expected by chance (equal_rows.h)
  std::vector<Message> notes;
};

}  // namespace chainrule
