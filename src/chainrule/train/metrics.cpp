#include "chainrule/train/metrics.h"

namespace chainrule {

std::pair<std::string, double> headline(const Metrics& metrics) {
  if (metrics.is_of_quantiles()) return {"d2_pinball", metrics.d2_pinball};
  if (metrics.task == Task::regression) return {"r2", metrics.r2};
  return {"accuracy", metrics.accuracy};
}

}  // namespace chainrule
