#include "chainrule/session/training_identity.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/report.h"
#include "chainrule/session/session.h"

namespace chainrule {

TrainingIdentity identity_of(const TrainRequest& request, const TrainingPlan& plan, std::string_view data,
                             std::string_view held_out) {
  TrainingIdentity identity{.version = std::string(version()), .traits = {}};
  const auto add = [&](std::string name, std::string value) {
    identity.traits.emplace_back(std::move(name), std::move(value));
  };
  const auto number = [&](std::string name, double value) { add(std::move(name), format_number(value)); };
  const auto count = [&](std::string name, std::uint64_t value) {
    add(std::move(name), std::to_string(value));
  };
  // The options first: they explain a difference better than the data that they shape.
  add("precision", std::string(name_of(request.precision)));
  count("seed", request.seed);
  // Taken apart so that an option added later does not compile here until it is compared, too.
  const auto& [rule, momentum, beta1, beta2, rho, epsilon, weight_decay] = request.optimizer;
  add("optimizer", std::string(name_of(rule)));
  number("learning rate", plan.learning_rate);
  number("momentum", momentum);
  number("beta1", beta1);
  number("beta2", beta2);
  number("rho", rho);
  number("epsilon", epsilon);
  number("weight decay", weight_decay);
  const auto& [schedule, unused_rate, decay, period, warm_up, floor, plateau_patience] = request.schedule;
  add("schedule", std::string(name_of(schedule)));
  number("decay", decay);
  number("period", period);
  number("warm-up", warm_up);
  number("floor", floor);
  count("plateau patience", plateau_patience);
  const auto& [loss, reduction, huber_delta, quantile, label_smoothing] = plan.loss;
  add("loss", std::string(name_of(loss)));
  add("reduction", std::string(name_of(reduction)));
  number("huber delta", huber_delta);
  number("quantile", quantile);
  number("label smoothing", label_smoothing);
  number("l1", request.penalty.l1);
  number("l2", request.penalty.l2);
  // Not the time budget: each run has its own.
  const auto& [epochs, patience, min_improvement, small_change, error_goal, unused_budget] = request.stopping;
  count("epochs", epochs);
  count("patience", patience);
  number("min-improvement", min_improvement);
  number("small-change", small_change);
  number("error goal", error_goal);
  add("on-divergence", std::string(name_of(request.on_divergence)));
  count("batch size", plan.batch_size);
  add("row order", request.row_order == RowOrder::shuffled ? "shuffled" : "given");
  number("clip norm", request.clip_norm);
  add("initializer", std::string(name_of(request.initializer)));
  number("initializer scale", request.initializer_scale);
  add("network", render_network_text(plan.network));
  number("activation parameter", request.activation_parameter.value_or(0));
  add("products", plan.products == Products::bf16 ? "bf16" : "full");
  count("training rows", plan.training_rows);
  count("held-out rows", plan.validation_rows);
  add("training data", std::string(data));
  add("held-out data", std::string(held_out));
  return identity;
}

void require_same_training(const TrainingIdentity& checkpoint, const TrainingIdentity& now,
                           const std::string& where) {
  const auto refuse = [&](const std::string& name, const std::string& then, const std::string& here) {
    throw UsageError({.what = "the checkpoint is of another training: " + name + " is another",
                      .where = where,
                      .expected = then,
                      .got = here,
                      .advice = "go on with the same data and options (--resume alone takes them from the "
                                "checkpoint), or start anew with another --checkpoint directory"});
  };
  if (checkpoint.version != now.version) refuse("the version of chainrule", checkpoint.version, now.version);
  for (std::size_t i = 0; i < now.traits.size(); ++i) {
    const auto& [name, value] = now.traits[i];
    if (i >= checkpoint.traits.size() || checkpoint.traits[i].first != name) refuse(name, "nothing", value);
    if (checkpoint.traits[i].second != value) refuse(name, checkpoint.traits[i].second, value);
  }
  if (checkpoint.traits.size() > now.traits.size()) {
    const auto& [name, value] = checkpoint.traits[now.traits.size()];
    refuse(name, value, "nothing");
  }
}

}  // namespace chainrule
