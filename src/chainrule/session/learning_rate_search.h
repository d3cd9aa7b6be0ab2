// A learning rate for a training request, by the range test (train/learning_rate_range.h) on its training
// rows: the network, the loss, the batches and the optimizer are those that train_on_table would choose. Of
// several networks that vote, it is the first kind, one network of it, on all training rows. Writes no model.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chainrule/session/training.h"
#include "chainrule/train/learning_rate_range.h"

namespace chainrule {

struct LearningRateSearch {
  LearningRateRange range;
  TrainingPlan plan;
  std::string data_name;
  std::vector<Message> notes;  // those of the plan, and what the test allows to say
};

// Learning rate, schedule, epochs and stopping rules of the request do not count. The result has the same
// bytes on any number of threads. Throws UsageError for models that are not trained by descent alone and for
// optimizers without a learning rate, and what train_on_table throws before its first epoch.
LearningRateSearch find_learning_rate(FileSystem& file_system, const Compute& compute,
                                      const TrainRequest& request, const SessionObserver& observer = {});
// The same for a table in memory.
LearningRateSearch find_learning_rate(FileSystem& file_system, const Compute& compute,
                                      const TrainRequest& request, Table table,
                                      const SessionObserver& observer = {});

}  // namespace chainrule
