// Cross-validation and tuning on a table in memory. The dicts have the keys of `chainrule cv --json` and
// `chainrule tune --json`.

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/file_system.h"
#include "chainrule/session/cross_validation.h"
#include "chainrule/session/cross_validation_words.h"
#include "chainrule/session/trial_file.h"
#include "chainrule/session/tuning.h"
#include "errors.h"
#include "history.h"
#include "network.h"
#include "parts.h"
#include "training.h"

namespace chainrule::python {
namespace {

// Numbers that are not finite are None, as in JSON.
nb::object number(double value) {
  return std::isfinite(value) ? nb::object(nb::float_(value)) : nb::none();
}

nb::object number(const std::optional<double>& value) {
  return value ? number(*value) : nb::none();
}

std::string task_of(const Table& table, const nb::dict& settings) {
  return std::string(name_of(share_table({}, request_of(settings), table).schema.task));
}

// --- cross-validation --------------------------------------------------------------------------------------

nb::dict dict_of(const ScoreSummary& summary) {
  nb::dict dict;
  dict["mean"] = number(summary.mean);
  dict["deviation"] = number(summary.deviation);
  dict["standard_error"] = number(summary.standard_error);
  return dict;
}

nb::dict dict_of(const std::vector<MetricSummary>& metrics) {
  nb::dict dict;
  for (const MetricSummary& one : metrics)
    dict[nb::str(one.metric->word.data(), one.metric->word.size())] = dict_of(one.summary);
  return dict;
}

nb::list list_of(const std::vector<FoldScore>& scores, const std::vector<MetricSummary>& metrics) {
  nb::list list;
  for (const FoldScore& score : scores) {
    nb::dict values;
    for (const MetricSummary& one : metrics)
      values[nb::str(one.metric->word.data(), one.metric->word.size())] =
          number(*one.metric->value(score.metrics));
    nb::dict dict;
    dict["repeat"] = score.repeat;
    dict["fold"] = score.fold;
    dict["training_rows"] = score.training_rows;
    dict["held_out_rows"] = score.held_out_rows;
    dict["epochs"] = score.epochs;
    dict["stop_reason"] = std::string(name_of(score.stop_reason));
    dict["metrics"] = values;
    list.append(dict);
  }
  return list;
}

nb::dict comparison_of(const CrossValidation& result) {
  const PairedComparison& comparison = *result.comparison;
  nb::dict dict;
  dict["metrics"] = dict_of(result.other_metrics);
  dict["folds"] = list_of(result.other_scores, result.other_metrics);
  dict["difference"] = dict_of(comparison.difference);
  dict["higher"] = comparison.higher;
  dict["equal"] = comparison.equal;
  dict["lower"] = comparison.lower;
  dict["t"] = number(comparison.t);
  dict["p_value"] = number(comparison.p_value);
  dict["sentence"] = comparison_text(result);
  return dict;
}

nb::dict curve_of(const CrossValidation& result) {
  nb::list points;
  for (const CurvePoint& point : result.curve->points) {
    nb::dict one;
    one["training_rows"] = number(point.training_rows);
    one.update(dict_of(point.summary));
    points.append(one);
  }
  nb::dict dict;
  dict["points"] = points;
  dict["gain_per_doubling"] = number(result.curve->gain_per_doubling);
  dict["sentence"] = curve_text(result);
  return dict;
}

nb::dict dict_of(const CrossValidation& result) {
  nb::dict dict;
  dict["task"] = std::string(name_of(result.task));
  dict["folds"] = result.folds.folds;
  dict["repeats"] = result.folds.repeats;
  dict["score"] = std::string(result.score->word);
  dict["metrics"] = dict_of(result.metrics);
  dict["baseline"] = result.baseline > 0 ? number(result.baseline) : nb::none();
  dict["scores"] = list_of(result.scores, result.metrics);
  if (result.pooled_r2) dict["pooled_r2"] = number(*result.pooled_r2);
  if (result.comparison) dict["comparison"] = comparison_of(result);
  if (result.curve) dict["learning_curve"] = curve_of(result);
  dict["notes"] = texts_of(result.notes, Face::python);
  return dict;
}

// Thrown between two trainings after Ctrl-C.
struct Interrupted {};

nb::dict cross_validate_table(const Table& table, const nb::dict& settings,
                              const std::optional<nb::dict>& other, std::size_t folds, std::size_t repeats,
                              bool has_learning_curve, std::size_t threads) {
  CrossValidationRequest request;
  request.training = request_of(settings);
  if (other) request.other = request_of(*other);
  request.folds = {.folds = folds, .repeats = repeats};
  request.has_learning_curve = has_learning_curve;
  SignalWatch signals;
  std::optional<CrossValidation> result;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    const Compute compute = pool.compute();
    request.is_asked_to_stop = [&] { return signals.is_asked_to_stop(); };
    try {
      result =
          cross_validate(real_file_system(), compute, request, share_table(compute, request.training, table),
                         [&](const CrossValidationProgress&) {
                           if (signals.is_asked_to_stop()) throw Interrupted();
                         });
    } catch (const Interrupted&) {
    }
  }
  signals.rethrow();
  return dict_of(*result);
}

// --- tuning ------------------------------------------------------------------------------------------------

nb::dict dict_of(const TrialOptions& options) {
  nb::dict dict;
  for (const auto& [name, value] : options)
    dict[nb::str(name.data(), name.size())] = value;
  return dict;
}

nb::dict dict_of(const TrialSummary& trial) {
  nb::dict dict;
  dict["trial"] = trial.trial;
  dict["options"] = dict_of(trial.options);
  dict["epochs"] = trial.epochs;
  dict["score"] = number(trial.score);
  dict["loss"] = number(trial.loss);
  return dict;
}

nb::object dict_of(const std::optional<FoldScore>& score) {
  if (!score) return nb::none();
  nb::dict dict;
  dict["rows"] = score->held_out_rows;
  dict["stop_reason"] = std::string(name_of(score->stop_reason));
  dict["metrics"] = metrics_dict(score->metrics);
  return dict;
}

nb::list list_of(const std::vector<TrialResult>& results) {
  nb::list list;
  for (const TrialResult& result : results) {
    nb::dict dict;
    dict["trial"] = result.trial;
    dict["fold"] = result.fold;
    dict["epochs"] = result.epochs;
    dict["options"] = dict_of(result.options);
    dict["score"] = number(result.score);
    dict["loss"] = result.score ? number(result.loss) : nb::none();
    dict["failure"] = result.failure;
    dict["seconds"] = number(result.seconds);
    list.append(dict);
  }
  return list;
}

using Space = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::vector<SearchDimension> dimensions_of(const Space& space) {
  std::vector<SearchDimension> dimensions;
  for (const auto& [name, values] : space)
    dimensions.push_back(parse_dimension(name, values));
  return dimensions;
}

// The usual space for a table of so many rows, as lines of a file: name and values.
Space usual_space(std::size_t rows, const std::string& optimizer) {
  Space space;
  for (const SearchDimension& dimension :
       default_space(rows, properties_of(parse_name<Optimizer>(optimizer)).learning_rate)) {
    if (!dimension.choices.empty()) {
      space.emplace_back(dimension.name, dimension.choices);
      continue;
    }
    const std::string text = dimension_text(dimension);
    const std::string value = text.substr(text.find(" = ") + 3);
    const std::size_t blank = value.find(' ');
    std::vector<std::string> values = {value.substr(0, blank)};
    if (blank != std::string::npos) values.push_back(value.substr(blank + 1));
    space.emplace_back(dimension.name, std::move(values));
  }
  return space;
}

// The trials of an interrupted search; none if there is no file.
std::vector<TrialResult> read_trials(const std::string& path, const std::string& search) {
  FileSystem& file_system = real_file_system();
  if (path.empty() || file_system.status(path).kind == FileKind::missing) return {};
  const TrialFile file = trials_from_text(read_whole_file(file_system, path, std::uint64_t{1} << 30), path);
  if (file.search == search) return file.results;
  throw UsageError({.what = "the trials in this file are of another search",
                    .where = path,
                    .expected = "the same table, parameters, space, seed and folds",
                    .advice = "remove the file, or name another one with state="});
}

// Saves the results at most once a second; without a path, never.
class TrialKeeper {
 public:
  TrialKeeper(std::string path, TrialFile file) : path_(std::move(path)), file_(std::move(file)) {}

  void keep(const std::vector<TrialResult>& results) {
    file_.results = results;
    is_saved_ = false;
    if (std::chrono::steady_clock::now() - last_ >= std::chrono::seconds(1)) save();
  }
  void save() {
    if (path_.empty() || is_saved_) return;
    save_trials(real_file_system(), path_, file_);
    is_saved_ = true;
    last_ = std::chrono::steady_clock::now();
  }

 private:
  std::string path_;
  TrialFile file_;
  bool is_saved_ = true;
  std::chrono::steady_clock::time_point last_ = {};
};

// The request with the options of a trial. request_of_trial: options -> (those with an effect, settings).
TrainRequest request_of_trial_in_python(const nb::callable& request_of_trial, TrialOptions& options) {
  const nb::gil_scoped_acquire acquire;
  const nb::tuple result = nb::cast<nb::tuple>(request_of_trial(dict_of(options)));
  options.clear();
  for (const auto& [name, value] : nb::cast<nb::dict>(result[0]))
    options.emplace_back(nb::cast<std::string>(name), nb::cast<std::string>(value));
  return request_of(nb::cast<nb::dict>(result[1]));
}

// seconds: 0 for no limit; fixed: what identifies the search besides the table and the space.
nb::tuple tune_table(const Table& table, const nb::dict& settings, const Space& space,
                     const nb::callable& request_of_trial, std::size_t trials, std::size_t folds,
                     double seconds, const std::string& state,
                     const std::vector<std::pair<std::string, std::string>>& fixed, std::size_t threads) {
  TuningRequest request;
  request.base = request_of(settings);
  request.space = dimensions_of(space);
  request.request_of = [&](TrialOptions& options) {
    return request_of_trial_in_python(request_of_trial, options);
  };
  request.trials = trials > 0 ? trials : SIZE_MAX / 4;
  request.folds = folds;
  request.time_budget_seconds = seconds;
  SignalWatch signals;
  TuningOutcome outcome;
  {
    const nb::gil_scoped_release release;
    Threads pool(threads);
    const Compute compute = pool.compute();
    const SharedTable shared = share_table(compute, request.base, table);
    const std::string search = hash_of_search(request, shared, fixed);
    request.earlier = read_trials(state, search);
    TrialKeeper keeper(state, {.search = search, .folds = folds, .results = request.earlier});
    TuningObserver observer;
    observer.on_result = [&](const TrialResult&, const std::vector<TrialResult>& results) {
      keeper.keep(results);
    };
    observer.is_asked_to_stop = [&] { return signals.is_asked_to_stop(); };
    try {
      outcome = tune(real_file_system(), compute, request, shared, observer);
    } catch (...) {
      keeper.save();
      throw;
    }
    keeper.save();
  }
  signals.rethrow();
  nb::dict dict;
  dict["folds"] = folds;
  dict["trials"] = outcome.trials;
  dict["trainings"] = outcome.results.size();
  dict["failures"] = outcome.failures;
  dict["search_rows"] = outcome.search_rows;
  dict["is_exhausted"] = outcome.is_exhausted;
  dict["best"] = dict_of(outcome.best);
  dict["as_given"] = outcome.as_given ? nb::object(dict_of(*outcome.as_given)) : nb::none();
  dict["held_out"] = dict_of(outcome.held_out);
  dict["held_out_as_given"] = dict_of(outcome.held_out_as_given);
  dict["results"] = list_of(outcome.results);
  dict["notes"] = texts_of(outcome.notes, Face::python);
  if (!outcome.model) throw StateError({.what = "the search was stopped before its model was trained"});
  const nb::dict happened = python::dict_of(*outcome.model);
  return nb::make_tuple(std::move(outcome.model->model), happened, dict);
}

}  // namespace

void bind_resampling(nb::module_& module) {
  module.def("task_of", &task_of, nb::arg("table"), nb::arg("settings"),
             "What is to be learned: classes, binary, multi_label or regression.");
  module.def("cross_validate", &cross_validate_table, nb::arg("table"), nb::arg("settings"), nb::kw_only(),
             nb::arg("other") = nb::none(), nb::arg("folds") = 5, nb::arg("repeats") = 1,
             nb::arg("learning_curve") = false, nb::arg("threads") = 1, "As `chainrule cv --json`.");
  module.def("usual_space", &usual_space, nb::arg("rows"), nb::arg("optimizer"),
             "What a search varies by default: (name, values).");
  module.def("tune", &tune_table, nb::arg("table"), nb::arg("settings"), nb::arg("space"),
             nb::arg("request_of_trial"), nb::kw_only(), nb::arg("trials") = 27, nb::arg("folds") = 3,
             nb::arg("seconds") = 0.0, nb::arg("state") = "",
             nb::arg("fixed") = std::vector<std::pair<std::string, std::string>>(), nb::arg("threads") = 1,
             "(model, history, what was found).");
}

}  // namespace chainrule::python
