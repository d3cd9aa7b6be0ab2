#include "chainrule/session/learning_rate_search.h"

#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/encode_rows.h"
#include "chainrule/session/front_plan.h"
#include "chainrule/session/prepare_training.h"

namespace chainrule {
namespace {

// Before a table is read.
void refuse_misfits_of_search(const TrainRequest& request) {
  if (request.model != ModelType::mlp) {
    throw UsageError({.what = "a learning rate is searched for networks that are trained by descent alone",
                      .setting = Setting::model,
                      .expected = "mlp",
                      .got = std::string(name_of(request.model)),
                      .advice = request.model == ModelType::perceptron
                                    ? "the perceptron rule finds the same boundaries at any rate if its "
                                      "weights start at 0: leave the search out"
                                    : "centres and output weights are fitted in closed form: leave the "
                                      "search out"});
  }
  if (properties_of(request.optimizer.kind).needs_all_rows) {
    throw UsageError({.what = "an optimizer that needs all rows has no learning rate to search",
                      .setting = Setting::optimizer,
                      .got = std::string(name_of(request.optimizer.kind)),
                      .advice = "leave the search out, or use " + set_to(Setting::optimizer, "adam")});
  }
  refuse_misfits(request);
}

// The networks of a mixture share their front layers, so that one of them alone would be another network.
void refuse_front_of_several(const PreparedTraining& prepared) {
  const TrainRequest& request = prepared.request;
  if (prepared.plan.folds.empty() || !has_rate_factors(request)) return;
  throw UsageError({.what = "with layers in front, a learning rate is searched for one network only",
                    .setting = Setting::members,
                    .expected = "1",
                    .got = std::to_string(request.members) + " networks of each kind",
                    .advice = "use " + set_to(Setting::members, "1")});
}

// What the plan does not say.
void note_result(LearningRateSearch& search) {
  const LearningRateRange& range = search.range;
  if (range.end == RangeEnd::asked_to_stop) return;
  if (!range.suggested) {
    search.notes.push_back(
        "the loss fell at no rate, so there is none to suggest: look for inputs that say nothing about the "
        "target, or for a network that cannot learn it.");
  } else if (range.end == RangeEnd::highest_rate) {
    search.notes.push_back("the loss did not rise far up to the highest rate, " +
                           format_significant(range.steps.back().learning_rate, 2) +
                           ": higher rates than the one suggested may work as well.");
  }
  if (!search.plan.folds.empty()) {
    search.notes.push_back(
        "several networks would vote: the rate was searched for one network of their first kind.");
  }
}

template <typename T>
LearningRateRange test_prepared(const Compute& compute, PreparedTraining prepared,
                                const SessionObserver& observer) {
  const TrainRequest& request = prepared.request;
  const TrainingPlan& plan = prepared.plan;
  const EncodedRows<T> rows = encode_rows<T>(compute, request, plan.encoder, std::move(prepared.tables));
  AlignedVector<T> parameters(plan.parameters);
  initialize_parameters<T>(plan.network, initializer_of(request, request.seed), parameters);
  set_front_parameters<T>(plan.front, parameters);
  StepOptions options;
  options.loss = plan.loss;
  options.penalty = request.penalty;
  options.optimizer = request.optimizer;
  options.clip_norm = request.clip_norm;
  options.seed = request.seed;
  options.products = plan.products;
  options.rate_factors = plan.rate_factors;
  return test_learning_rates<T>(compute, plan.network, std::move(options), plan.batch_size, request.row_order,
                                rows.training, parameters, {}, observer.is_asked_to_stop);
}

}  // namespace

LearningRateSearch find_learning_rate(FileSystem& file_system, const Compute& compute,
                                      const TrainRequest& request, const SessionObserver& observer) {
  refuse_misfits_of_search(request);
  return find_learning_rate(file_system, compute, request, load_table_to_train(file_system, compute, request),
                            observer);
}

LearningRateSearch find_learning_rate(FileSystem& file_system, const Compute& compute,
                                      const TrainRequest& request, Table table,
                                      const SessionObserver& observer) {
  refuse_misfits_of_search(request);
  PreparedTraining prepared = prepare_training(file_system, compute, request, std::move(table));
  refuse_front_of_several(prepared);
  settle_precision(compute, prepared.request, prepared.plan);
  if (observer.on_plan) observer.on_plan(prepared.plan);
  LearningRateSearch search;
  search.plan = prepared.plan;
  search.data_name = request.data.path.substr(request.data.path.find_last_of('/') + 1);
  search.notes = prepared.plan.notes;
  search.range = prepared.request.precision == Precision::float64
                     ? test_prepared<double>(compute, std::move(prepared), observer)
                     : test_prepared<float>(compute, std::move(prepared), observer);
  note_result(search);
  return search;
}

}  // namespace chainrule
