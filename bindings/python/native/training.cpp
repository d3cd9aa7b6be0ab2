// Training on a table: a dict of settings becomes a request.

#include "training.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "chainrule/base/file_system.h"
#include "chainrule/session/choose_network.h"
#include "chainrule/session/learning_rate_search.h"
#include "errors.h"
#include "front_settings.h"
#include "history.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

using Set = SetOfRequest;

template <typename V>
V value_of(nb::handle value) {
  return nb::cast<V>(value);
}

template <typename E>
E word_of(nb::handle value) {
  return parse_name<E>(nb::cast<std::string>(value));
}

// The settings of a training run by their names on the command line, with underscores.
const std::map<std::string, Set>& settings() {
  using R = TrainRequest;
  using H = nb::handle;
  using Strings = std::vector<std::string>;
  static const std::map<std::string, Set> kSettings = with_front_settings({
      {"name", [](R& r, H v) { r.data.path = value_of<std::string>(v); }},
      {"missing_words", [](R& r, H v) { r.data.read.missing_words = value_of<Strings>(v); }},
      {"column_missing_words",
       [](R& r, H v) {
         r.data.read.column_missing_words = value_of<std::vector<std::pair<std::string, Strings>>>(v);
       }},
      {"targets", [](R& r, H v) { r.schema.targets = value_of<Strings>(v); }},
      {"ignored", [](R& r, H v) { r.schema.ignored = value_of<Strings>(v); }},
      {"kept", [](R& r, H v) { r.schema.kept = value_of<Strings>(v); }},
      {"task", [](R& r, H v) { r.schema.task = word_of<Task>(v); }},
      {"soft_labels", [](R& r, H v) { r.schema.soft_labels = value_of<bool>(v); }},
      {"class_order", [](R& r, H v) { r.schema.class_order = value_of<Strings>(v); }},
      {"max_words", [](R& r, H v) { r.schema.max_words = value_of<std::size_t>(v); }},
      {"scaling", [](R& r, H v) { r.encoder.scaling = word_of<Scaling>(v); }},
      {"outliers", [](R& r, H v) { r.encoder.outliers = word_of<Outliers>(v); }},
      {"validation_share", [](R& r, H v) { r.validation_share = value_of<double>(v); }},
      {"held_out_rows",
       [](R& r, H v) {
         r.held_out_rows = value_of<std::string>(v) == "last" ? HeldOutRows::last : HeldOutRows::random;
       }},
      {"group_column", [](R& r, H v) { r.group_column = value_of<std::string>(v); }},
      {"time_column", [](R& r, H v) { r.time_column = value_of<std::string>(v); }},
      {"effort", [](R& r, H v) { r.effort = word_of<Effort>(v); }},
      {"members", [](R& r, H v) { r.members = value_of<std::size_t>(v); }},
      {"hidden", [](R& r, H v) { r.hidden = value_of<std::vector<std::size_t>>(v); }},
      {"activations",
       [](R& r, H v) {
         r.activations.clear();
         for (const std::string& name : value_of<Strings>(v))
           r.activations.push_back(parse_name<Activation>(name));
       }},
      {"dropout", [](R& r, H v) { r.dropout = value_of<double>(v); }},
      {"initializer", [](R& r, H v) { r.initializer = word_of<Initializer>(v); }},
      {"loss", [](R& r, H v) { set_loss(r, value_of<std::string>(v)); }},
      {"huber_delta", [](R& r, H v) { r.huber_delta = value_of<double>(v); }},
      {"quantile", [](R& r, H v) { r.quantile = value_of<double>(v); }},
      {"quantiles", [](R& r, H v) { r.quantiles = value_of<std::vector<double>>(v); }},
      {"label_smoothing", [](R& r, H v) { r.label_smoothing = value_of<double>(v); }},
      {"l1", [](R& r, H v) { r.penalty.l1 = value_of<double>(v); }},
      {"l2", [](R& r, H v) { r.penalty.l2 = value_of<double>(v); }},
      {"balanced",
       [](R& r, H v) {
         r.class_weighting = value_of<bool>(v) ? ClassWeighting::balanced : ClassWeighting::none;
       }},
      {"class_weights",
       [](R& r, H v) {
         r.class_weighting = ClassWeighting::given;
         r.class_weights = value_of<std::map<std::string, double>>(v);
       }},
      {"threshold", [](R& r, H v) { r.threshold.given = value_of<double>(v); }},
      {"optimise", [](R& r, H v) { r.threshold.goal = word_of<ThresholdGoal>(v); }},
      {"costs",
       [](R& r, H v) {
         std::tie(r.threshold.cost_of_false_yes, r.threshold.cost_of_false_no) =
             value_of<std::pair<double, double>>(v);
       }},
      {"weight_column", [](R& r, H v) { r.weight_column = value_of<std::string>(v); }},
      {"optimizer", [](R& r, H v) { r.optimizer.kind = word_of<Optimizer>(v); }},
      {"momentum", [](R& r, H v) { r.optimizer.momentum = value_of<double>(v); }},
      {"weight_decay", [](R& r, H v) { r.optimizer.weight_decay = value_of<double>(v); }},
      {"learning_rate", [](R& r, H v) { r.learning_rate = value_of<double>(v); }},
      {"schedule", [](R& r, H v) { r.schedule.kind = word_of<ScheduleKind>(v); }},
      {"batch_size", [](R& r, H v) { r.batch_size = value_of<std::size_t>(v); }},
      {"clip_norm", [](R& r, H v) { r.clip_norm = value_of<double>(v); }},
      {"epochs", [](R& r, H v) { r.stopping.epochs = value_of<std::size_t>(v); }},
      {"patience", [](R& r, H v) { r.stopping.patience = value_of<std::size_t>(v); }},
      {"min_improvement", [](R& r, H v) { r.stopping.min_improvement = value_of<double>(v); }},
      {"precision", [](R& r, H v) { r.precision = word_of<Precision>(v); }},
      {"seed", [](R& r, H v) { r.seed = value_of<std::uint64_t>(v); }},
      {"recorded_options",
       [](R& r, H v) { r.recorded_options = value_of<std::vector<std::pair<std::string, std::string>>>(v); }},
  });
  return kSettings;
}

// Settings that an effort would choose.
std::optional<Setting> chosen_setting(std::string_view name) {
  constexpr std::pair<std::string_view, Setting> kChosen[] = {{"members", Setting::members},
                                                              {"hidden", Setting::hidden},
                                                              {"activations", Setting::activation},
                                                              {"number_embedding", Setting::number_embedding},
                                                              {"optimizer", Setting::optimizer},
                                                              {"epochs", Setting::epochs},
                                                              {"patience", Setting::patience},
                                                              {"weight_decay", Setting::weight_decay},
                                                              {"max_words", Setting::max_words},
                                                              {"loss", Setting::loss},
                                                              {"label_smoothing", Setting::label_smoothing}};
  for (const auto& [key, setting] : kChosen)
    if (key == name) return setting;
  return std::nullopt;
}

}  // namespace

TrainRequest request_of(const nb::dict& given) {
  TrainRequest request;
  request.history_epochs = kMostEpochsInPython;
  for (const auto& [key, value] : given) {
    const auto name = nb::cast<std::string>(key);
    const auto set = settings().find(name);
    if (set == settings().end())
      throw UsageError({.what = "there is no such training setting", .got = quoted(name)});
    if (const std::optional<Setting> setting = chosen_setting(name)) request.given.push_back(*setting);
    try {
      set->second(request, value);
    } catch (const nb::cast_error&) {
      throw UsageError({.what = "a training setting has the wrong type",
                        .where = name,
                        .got = nb::cast<std::string>(nb::repr(value))});
    }
  }
  return request;
}

nb::dict dict_of(const TrainOutcome& outcome) {
  nb::dict dict = history_dict(outcome.history);
  dict["notes"] = texts_of(outcome.notes, Face::python);
  dict["batch_size"] = outcome.batch_size;
  dict["training"] = metrics_dict(outcome.training);
  dict["held_out"] = outcome.held_out ? nb::object(metrics_dict(*outcome.held_out)) : nb::none();
  dict["baseline"] = outcome.baseline ? nb::object(metrics_dict(*outcome.baseline)) : nb::none();
  return dict;
}

namespace {

nb::tuple train(const Table& table, const nb::dict& given, std::size_t threads) {
  const TrainRequest request = request_of(given);
  SignalWatch signals;
  std::optional<TrainOutcome> outcome;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    SessionObserver observer;
    observer.on_step = [&](const StepReport&) {
      return signals.is_asked_to_stop() ? Continue::stop : Continue::yes;
    };
    observer.is_asked_to_stop = [&] { return signals.is_asked_to_stop(); };
    outcome = train_on_table(real_file_system(), pool.compute(), request, table, observer);
  }
  signals.rethrow();
  require_not_diverged(outcome->history);
  return nb::make_tuple(std::move(outcome->model), dict_of(*outcome));
}

nb::dict find_rate(const Table& table, const nb::dict& given, std::size_t threads) {
  const TrainRequest request = request_of(given);
  SignalWatch signals;
  LearningRateSearch search;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    SessionObserver observer;
    observer.is_asked_to_stop = [&] { return signals.is_asked_to_stop(); };
    search = find_learning_rate(real_file_system(), pool.compute(), request, table, observer);
  }
  signals.rethrow();
  const LearningRateRange& range = search.range;
  std::vector<double> rates, losses, smoothed;
  for (const RangeStep& step : range.steps) {
    rates.push_back(step.learning_rate);
    losses.push_back(step.loss);
    smoothed.push_back(step.smoothed_loss);
  }
  nb::dict dict;
  dict["learning_rate"] = range.suggested ? nb::object(nb::float_(*range.suggested)) : nb::none();
  dict["learning_rates"] = rates;
  dict["losses"] = losses;
  dict["smoothed_losses"] = smoothed;
  dict["end"] = std::string(name_of(range.end));
  dict["notes"] = texts_of(search.notes, Face::python);
  return dict;
}

}  // namespace

void bind_training(nb::module_& module) {
  module.def("train_on_table", &train, nb::arg("table"), nb::arg("settings"), nb::kw_only(),
             nb::arg("threads") = 1, "(model, history). Settings: bindings/python/native/training.cpp.");
  module.def("find_learning_rate", &find_rate, nb::arg("table"), nb::arg("settings"), nb::kw_only(),
             nb::arg("threads") = 1, "The range test of the learning rate.");
}

}  // namespace chainrule::python
