// {"kind", "reduction", "huber_delta", "quantile", "label_smoothing"}: all settings, including those that the
// kind does not use. The quantiles of the outputs are those of the target (io/encoder_json).
//
// Every structure is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/loss_json.h"

namespace chainrule {

JsonTree to_json(const LossOptions& loss) {
  const auto& [kind, reduction, huber_delta, quantile, quantiles, label_smoothing] = loss;
  static_cast<void>(quantiles);
  return JsonTree::empty_object()
      .with("kind", name_of(kind))
      .with("reduction", name_of(reduction))
      .with("huber_delta", huber_delta)
      .with("quantile", quantile)
      .with("label_smoothing", label_smoothing);
}

LossOptions loss_from(const JsonValue& value) {
  value.require_members({"kind", "reduction", "huber_delta", "quantile", "label_smoothing"});
  return {.kind = value.member("kind").word<Loss>(),
          .reduction = value.member("reduction").word<Reduction>(),
          .huber_delta = value.member("huber_delta").number(),
          .quantile = value.member("quantile").number(),
          .label_smoothing = value.member("label_smoothing").number()};
}

}  // namespace chainrule
