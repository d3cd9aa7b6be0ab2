// What a training does once its table is read: the request with every choice made.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/model/bf16_products.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"

namespace chainrule {

// What will be trained on what: known before the first epoch.
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
  bool is_narrow =
      false;  // so narrow that its steps take one thread, however many there are (StepPlan::narrow)
  std::vector<Message> notes;
};

}  // namespace chainrule
