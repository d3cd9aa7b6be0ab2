// Why a network is no better on the held-out rows than a constant prediction, if the run itself shows the
// reason. Reasons that are merely possible are not given.
#pragma once

#include <cstddef>
#include <optional>

#include "chainrule/base/message.h"
#include "chainrule/session/training.h"

namespace chainrule {

struct PoorResultFacts {
  ModelType model = ModelType::mlp;
  std::size_t contradictions = 0;  // training rows with the inputs of another row and another target
};

// Empty if rows were not held out, or if the score is better than the baseline.
std::optional<Message> note_on_poor_result(const TrainOutcome& outcome, const PoorResultFacts& facts);

}  // namespace chainrule
