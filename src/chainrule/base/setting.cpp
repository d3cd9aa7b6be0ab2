// The one table of settings. A row holds the meaning of a setting and its name on each face; a form with @
// says how a face writes it with a value:
//
//   {Setting::keep, meaning, key, C++ member, Python parameter, C++ form, Python form, command line form}
//
// The second table, kOwnWords, lists individual values that a face writes differently ("all" is .batch_size =
// 0 in C++). docs/names.md shows the first table.
#include "chainrule/base/setting.h"

#include <algorithm>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr SettingNames kTable[] = {
    {Setting::data, "the table", "DATA", ".data.path", "X"},
    {Setting::target, "column to learn", "target", ".schema.targets", "y", ".schema.targets = {@}"},
    {Setting::ignore, "columns to leave out", "ignore", ".schema.ignored", "ignore", ".schema.ignored = {@}",
     "ignore=[@]"},
    {Setting::keep, "columns to use even if they look useless", "keep", ".schema.kept", "keep",
     ".schema.kept = {@}", "keep=[@]"},
    {Setting::labels, "file of labels", "labels", ".data.labels_path", "y"},
    {Setting::missing_target, "rows without a target", "missing-target", ".data.missing_target", "",
     ".data.missing_target = MissingTarget::@"},
    {Setting::column, "kind of a column", "column", ".data.read.column_kinds", "read_table(kinds=...)",
     ".data.read.column_kinds = {{@, ColumnKind::category}}", R"(read_table(kinds={@: "category"}))"},
    {Setting::delimiter, "delimiter of cells", "delimiter", ".data.read.delimiter",
     "read_table(delimiter=...)", ".data.read.delimiter = '@'", "read_table(delimiter=@)"},
    {Setting::header, "header", "header", ".data.read.header", "read_table(header=...)",
     ".data.read.header = HeaderChoice::@"},
    {Setting::decimal, "decimal mark", "decimal", ".data.read.decimal", "read_table(decimal=...)",
     ".data.read.decimal = DecimalMark::@"},
    {Setting::thousands, "sign between groups of three digits", "thousands", ".data.read.thousands",
     "read_table(thousands=...)", ".data.read.thousands = @", "read_table(thousands=@)"},
    {Setting::strip, "units and signs to take off numbers", "strip", ".data.read.strip",
     "read_table(strip=...)", ".data.read.strip = {@}", "read_table(strip=[@])"},
    {Setting::missing, "words for a missing cell", "missing", ".data.read.missing_words",
     "read_table(missing_words=...)", ".data.read.missing_words.push_back(@)",
     "read_table(missing_words=[@])"},
    {Setting::not_missing, "words that are no missing cell", "not-missing", ".data.read.not_missing",
     "read_table(not_missing=...)", ".data.read.not_missing = {@}", "read_table(not_missing=[@])"},
    {Setting::skip, "lines to leave out before the table", "skip", ".data.read.skip", "read_table(skip=...)",
     ".data.read.skip = @", "read_table(skip=@)"},
    {Setting::skip_last, "lines to leave out after the table", "skip-last", ".data.read.skip_last",
     "read_table(skip_last=...)", ".data.read.skip_last = @", "read_table(skip_last=@)"},
    {Setting::comment, "sign that begins a comment line", "comment", ".data.read.comment",
     "read_table(comment=...)", ".data.read.comment = '@'", "read_table(comment=@)"},
    {Setting::quote, "sign around a quoted cell", "quote", ".data.read.quote", "read_table(quote=...)",
     ".data.read.quote = '@'", "read_table(quote=@)"},
    {Setting::escape, "sign before a quote inside a cell", "escape", ".data.read.escape",
     "read_table(escape=...)", ".data.read.escape = '@'", "read_table(escape=@)"},
    {Setting::lenient, "repair of faulty tables", "lenient", ".data.read.leniency",
     "read_table(lenient=...)"},
    {Setting::class_names, "names of the classes", "class-names", ".encoder.class_names", ""},
    {Setting::class_order, "order of the classes", "class-order", ".schema.class_order", "class_order",
     ".schema.class_order = {@}", "class_order=[@]"},
    {Setting::soft_labels, "probabilities as targets", "soft-labels", ".schema.soft_labels", "soft_labels"},
    {Setting::scaling, "scaling of numbers", "scaling", ".encoder.scaling", "scaling",
     ".encoder.scaling = Scaling::@"},
    {Setting::outliers, "inputs far outside the training range", "outliers", ".encoder.outliers", "outliers",
     ".encoder.outliers = Outliers::@"},
    {Setting::max_words, "maximum number of categories in a column", "max-words", ".schema.max_words",
     "max_words"},
    {Setting::weight_column, "sample weights", "weight-column", ".weight_column", "sample_weight"},
    {Setting::validation, "validation rows", "validation", ".validation_share", "validation"},
    {Setting::validation_labels, "labels of the validation rows", "validation-labels",
     ".validation->labels_path", ""},
    {Setting::group, "column whose groups stay together", "group", ".group_column", "group"},
    {Setting::time, "column that orders the rows in time", "time", ".time_column", "time"},
    {Setting::model, "kind of model", "model", ".model", "", ".model = ModelType::@"},
    {Setting::task, "task", "task", ".schema.task", "", ".schema.task = Task::@"},
    {Setting::members, "number of networks that vote", "members", ".members", "members"},
    {Setting::effort, "how much work a training may cost", "effort", ".effort", "effort",
     ".effort = Effort::@"},
    {Setting::preset, "preset", "preset", "", ""},
    {Setting::hidden, "units of the hidden layers", "hidden", ".hidden", "hidden", ".hidden = {@}"},
    {Setting::number_embedding, "embedding of numbers", "number-embedding", ".number_embedding",
     "number_embedding", ".number_embedding = NumberEmbedding::@"},
    {Setting::word_embedding, "units of the embedding of a category", "word-embedding", ".word_embedding",
     "word_embedding"},
    {Setting::input_scaling, "scaling of the inputs that is learned", "input-scaling", ".input_scaling",
     "input_scaling", ".input_scaling = InputScaling::@"},
    {Setting::parametrization, "parametrization of the weights", "parametrization", ".parametrization",
     "parametrization", ".parametrization = Parametrization::@"},
    {Setting::activation, "activation of the hidden layers", "activation", ".activations", "activation",
     ".activations = {Activation::@}"},
    {Setting::activation_parameter, "parameter of the activation", "activation-parameter",
     ".activation_parameter", ""},
    {Setting::output_activation, "activation of the output layer", "output-activation", ".output_activation",
     "", ".output_activation = Activation::@"},
    {Setting::swish_beta, "beta of swish: fixed or learned", "swish-beta", ".swish_beta", "",
     ".swish_beta = ParameterUse::@"},
    {Setting::dropout, "dropout", "dropout", ".dropout", "dropout"},
    {Setting::initializer, "initial weights", "initializer", ".initializer", "",
     ".initializer = Initializer::@"},
    {Setting::initializer_scale, "scale of the initial weights", "initializer-scale", ".initializer_scale",
     ""},
    {Setting::variant, "variant of the perceptron rule", "variant", ".variant", "variant",
     ".variant = PerceptronVariant::@"},
    {Setting::sign_of_zero, "sign of zero", "sign-of-zero", ".sign_of_zero", "sign_of_zero",
     ".sign_of_zero = SignOfZero::@"},
    {Setting::centres, "number of radial basis functions", "centres", ".rbf.fitting.centres", "centres"},
    {Setting::centre_choice, "choice of centres", "centre-choice", ".rbf.fitting.centre_choice",
     "centre_choice", ".rbf.fitting.centre_choice = CentreChoice::@"},
    {Setting::widths, "choice of widths", "widths", ".rbf.fitting.widths", "widths",
     ".rbf.fitting.widths = WidthChoice::@"},
    {Setting::width_factor, "factor of the widths", "width-factor", ".rbf.fitting.width_factor",
     "width_factor"},
    {Setting::width, "width", "width", ".rbf.fitting.width", "width"},
    {Setting::output_training, "training of the output layer", "output-training", ".rbf.output_training",
     "output_training", ".rbf.output_training = OutputTraining::@"},
    {Setting::ridge, "ridge", "ridge", ".rbf.fitting.ridge", "ridge"},
    {Setting::fine_tune, "epochs of fine-tuning", "fine-tune", ".rbf.fine_tune", "fine_tune"},
    {Setting::loss, "loss", "loss", ".loss", "loss", ".loss = Loss::@"},
    {Setting::reduction, "reduction of the loss over a batch", "reduction", ".reduction", "",
     ".reduction = Reduction::@"},
    {Setting::huber_delta, "delta of the Huber loss", "huber-delta", ".huber_delta", "huber_delta"},
    {Setting::quantile, "quantile", "quantile", ".quantile", "quantile"},
    {Setting::quantiles, "quantiles to predict", "quantiles", ".quantiles", "quantiles", ".quantiles = {@}",
     "quantiles=[@]"},
    {Setting::threshold, "probability from which the answer is yes", "threshold", ".threshold.given",
     "threshold"},
    {Setting::optimise, "what the threshold is chosen for", "optimise", ".threshold.goal", "optimise",
     ".threshold.goal = ThresholdGoal::@"},
    {Setting::costs, "costs of a false yes and of a false no", "costs", ".threshold.cost_of_false_yes",
     "costs"},
    {Setting::label_smoothing, "label smoothing", "label-smoothing", ".label_smoothing", ""},
    {Setting::class_weight, "class weights", "class-weight", ".class_weights", "class_weight"},
    {Setting::l1, "L1 penalty", "l1", ".penalty.l1", ""},
    {Setting::l2, "L2 penalty", "l2", ".penalty.l2", "l2"},
    {Setting::weight_decay, "weight decay", "weight-decay", ".optimizer.weight_decay", "weight_decay"},
    {Setting::optimizer, "optimizer", "optimizer", ".optimizer.kind", "optimizer",
     ".optimizer.kind = Optimizer::@"},
    {Setting::learning_rate, "learning rate", "learning-rate", ".learning_rate", "learning_rate"},
    {Setting::find_learning_rate, "search for a learning rate", "find-learning-rate", "", ""},
    {Setting::momentum, "momentum", "momentum", ".optimizer.momentum", "momentum"},
    {Setting::beta1, "decay of Adam's first moment", "beta1", ".optimizer.beta1", "beta_1"},
    {Setting::beta2, "decay of Adam's second moment", "beta2", ".optimizer.beta2", "beta_2"},
    {Setting::rho, "decay of RMSprop's mean square", "rho", ".optimizer.rho", "rho"},
    {Setting::epsilon, "term that keeps the optimizer's divisor above 0", "epsilon", ".optimizer.epsilon",
     "epsilon"},
    {Setting::schedule, "schedule of the learning rate", "schedule", ".schedule.kind", "",
     ".schedule.kind = ScheduleKind::@"},
    {Setting::decay, "factor of the schedule", "decay", ".schedule.decay", ""},
    {Setting::period, "period of the schedule", "period", ".schedule.period", ""},
    {Setting::warm_up, "warm-up of the learning rate", "warm-up", ".schedule.warm_up", ""},
    {Setting::floor, "smallest share of the learning rate", "floor", ".schedule.floor", ""},
    {Setting::plateau_patience, "patience of the plateau schedule", "plateau-patience", ".schedule.patience",
     ""},
    {Setting::batch_size, "batch size", "batch-size", ".batch_size", "batch_size"},
    {Setting::row_order, "order of the rows in an epoch", "row-order", ".row_order", "shuffle",
     ".row_order = RowOrder::@"},
    {Setting::clip_norm, "maximum gradient norm", "clip-norm", ".clip_norm", "clip_norm"},
    {Setting::epochs, "maximum number of epochs", "epochs", ".stopping.epochs", "epochs"},
    {Setting::patience, "patience of early stopping", "patience", ".stopping.patience", "patience"},
    {Setting::min_improvement, "smallest improvement that counts", "min-improvement",
     ".stopping.min_improvement", "min_improvement"},
    {Setting::small_change, "smallest change in the error", "small-change", ".stopping.small_change", ""},
    {Setting::error_goal, "error goal", "error-goal", ".stopping.error_goal", "error_goal"},
    {Setting::time_budget, "time budget", "time-budget", ".stopping.time_budget_seconds", ""},
    {Setting::on_divergence, "response to divergence", "on-divergence", ".on_divergence", "",
     ".on_divergence = OnDivergence::@"},
    {Setting::checkpoint, "directory of checkpoints", "checkpoint", ".checkpoint.directory", ""},
    {Setting::every, "time between checkpoints", "every", ".checkpoint.every_seconds", ""},
    {Setting::resume, "checkpoint to resume from", "resume", ".checkpoint.resume_from", "",
     ".checkpoint.resume_from = load_checkpoint(@)", "", "chainrule train --resume @"},
    {Setting::seed, "seed of the random numbers", "seed", ".seed", "seed"},
    {Setting::precision, "precision", "precision", ".precision", "precision", ".precision = Precision::@"},
    {Setting::matrix_unit, "matrix unit", "matrix-unit", "Compute::matrix_unit", ""},
    {Setting::threads, "number of threads", "threads", "Compute::pool", "threads"},
    {Setting::vector, "vector instructions", "vector", "Compute::path", ""},
    {Setting::output, "file of the model or the predictions", "output", "", ""},
    {Setting::report, "file of the report", "report", "", ""},
    {Setting::top, "most probable classes to show", "top", "PredictRequest::top", ""},
    {Setting::probabilities, "probabilities of the classes", "probabilities", "PredictRequest::probabilities",
     ""},
    {Setting::passthrough, "columns of the table beside the predictions", "passthrough",
     "PredictRequest::echo", ""},
    {Setting::strict, "rows that cannot be predicted are errors", "strict", "PredictRequest::faulty_row", ""},
    {Setting::interval, "share of the targets in a prediction interval", "interval",
     "PredictRequest::interval", "predict_interval(coverage=...)", "", "predict_interval(coverage=@)"},
    {Setting::layers, "units of all layers of a benchmark", "layers", "TrainBenchRequest::layers", ""},
    {Setting::rows, "rows of a benchmark of predictions", "rows", "PredictBenchRequest::rows", ""},
    {Setting::member, "member of a mixture", "member", "", "member"},
    {Setting::example, "worked example of a lecture", "example", "worked_examples()", "what",
     "worked_step_json() of example @", "explain(@).numbers", "chainrule explain --example @ --format json"},
    {Setting::parameter, "one parameter of a derivation", "parameter", "DerivationOptions::parameter",
     "parameter"},
    {Setting::notation, "notation of a derivation", "notation", "DerivationOptions::notation", "notation"},
    {Setting::all, "all equations of a derivation", "all", "DerivationOptions::most_equations",
     "all_equations"},
    {Setting::dot, "graph for Graphviz", "dot", "graph_dot()", ""},
};

// A value that a face expresses in its own way. Empty words: the face cannot set it.
struct OwnWords {
  Setting setting;
  std::string_view value;
  Face face;
  std::string_view words;
};
constexpr OwnWords kOwnWords[] = {
    {Setting::batch_size, "all", Face::cpp, ".batch_size = 0"},
    {Setting::validation, "none", Face::cpp, ".validation_share = 0"},
    {Setting::validation, "none", Face::python, "validation=0"},
    {Setting::header, "absent", Face::python, "read_table(header=False)"},
    {Setting::header, "present", Face::python, "read_table(header=True)"},
    {Setting::decimal, "comma", Face::python, R"(read_table(decimal=","))"},
    {Setting::delimiter, "blanks", Face::cpp, ".data.read.delimiter = kBlanks"},
    {Setting::delimiter, "tab", Face::cpp, R"(.data.read.delimiter = '\t')"},
    {Setting::delimiter, "comma", Face::cpp, ".data.read.delimiter = ','"},
    {Setting::delimiter, "semicolon", Face::cpp, ".data.read.delimiter = ';'"},
    {Setting::delimiter, "pipe", Face::cpp, ".data.read.delimiter = '|'"},
    {Setting::quote, "none", Face::cpp, ".data.read.quote = kNoQuote"},
    {Setting::lenient, "", Face::cpp, ".data.read.leniency = Leniency::lenient"},
    {Setting::lenient, "", Face::python, "read_table(lenient=True)"},
    {Setting::all, "", Face::cpp, "DerivationOptions::most_equations = 0"},
    {Setting::all, "", Face::python, "all_equations=True"},
    {Setting::probabilities, "", Face::cpp, "PredictRequest::probabilities"},
    {Setting::model, "mlp", Face::python, "MLPClassifier"},
    {Setting::model, "perceptron", Face::python, "Perceptron"},
    {Setting::task, "regression", Face::python, "TableRegressor"},
    {Setting::task, "classes", Face::python, "TableClassifier"},
    {Setting::task, "binary", Face::python, "TableClassifier"},
    {Setting::task, "multi_label", Face::python, "MLPClassifier"},
    {Setting::row_order, "given", Face::python, "shuffle=False"},
    {Setting::clip_norm, "1", Face::python, "clip_norm=1, where the estimator takes it"},
};

const OwnWords* own_words(Setting setting, std::string_view value, Face face) {
  const auto* const found = std::ranges::find_if(kOwnWords, [&](const OwnWords& words) {
    return words.setting == setting && words.value == value && words.face == face;
  });
  return found == std::end(kOwnWords) ? nullptr : found;
}

bool is_number(std::string_view text) {
  return parse_double(text).has_value();
}

// One argument, in quotes if a shell or a reader would split it.
std::string as_argument(const std::string& text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./+:%@=").find(c) != std::string_view::npos;
  });
  return is_plain ? text : quoted(text);
}

std::string argument_of(Setting setting, const SettingValue& value) {
  if (value.kind == SettingValue::Kind::numeric) return as_argument(value.text + "=numeric");
  if (value.kind != SettingValue::Kind::text) return value.text;
  return as_argument(setting == Setting::column ? value.text + "=category" : value.text);
}

// A literal in C++ or Python. A word is an enumerator in C++ and a string in Python.
std::string literal_of(const SettingValue& value, Face face) {
  using Kind = SettingValue::Kind;
  const bool is_text = value.kind == Kind::text || value.kind == Kind::numeric ||
                       (value.kind == Kind::word && face == Face::python && !is_number(value.text));
  return is_text ? quoted(value.text) : value.text;
}

std::string filled_in(std::string_view form, const std::string& literal) {
  std::string text(form);
  text.replace(text.find('@'), 1, literal);
  return text;
}

std::string with_spaces(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '-', ' ');
  return words;
}

}  // namespace

std::span<const SettingNames> setting_table() {
  return kTable;
}

const SettingNames& names_of(Setting setting) {
  return kTable[static_cast<std::size_t>(setting)];
}

std::string name_of(Setting setting, Face face) {
  const SettingNames& names = names_of(setting);
  const bool is_positional = setting == Setting::data;
  switch (face) {
    case Face::command_line:
      return (is_positional ? "" : std::string(2, '-')) + std::string(names.key);
    case Face::cpp:
      return std::string(names.cpp);
    case Face::json:
      return is_positional ? "" : std::string(names.key);
    case Face::python:
      return std::string(names.python);
  }
  return {};
}

const Setting* setting_named(std::string_view name, Face face) {
  for (const SettingNames& names : kTable) {
    if (name_of(names.setting, face) == name && !name.empty()) return &names.setting;
  }
  return nullptr;
}

bool is_settable(Setting setting, const SettingValue& value, Face face) {
  if (const OwnWords* const own = own_words(setting, value.text, face)) return !own->words.empty();
  return !name_of(setting, face).empty();
}

std::string assignment(Setting setting, const SettingValue& value, Face face) {
  if (value.kind == SettingValue::Kind::numeric && face != Face::command_line && face != Face::json) {
    std::string text = assignment(setting, {SettingValue::Kind::text, value.text}, face);
    return text.replace(text.rfind("category"), std::string_view("category").size(), "numeric");
  }
  if (value.kind != SettingValue::Kind::text) {
    const OwnWords* const own = own_words(setting, value.text, face);
    if (own != nullptr && !own->words.empty()) return std::string(own->words);
  }
  const SettingNames& names = names_of(setting);
  const std::string name = name_of(setting, face);
  const bool has_value = value.kind != SettingValue::Kind::none;
  if (name.empty()) {
    std::string words = with_spaces(names.key);
    return has_value ? words + " " + value.text : words;
  }
  if (!has_value) return name;
  switch (face) {
    case Face::command_line:
      if (!names.command_with_value.empty())
        return filled_in(names.command_with_value, argument_of(setting, value));
      if (value.text.empty() && value.kind == SettingValue::Kind::word) return name;
      return name + " " + argument_of(setting, value);
    case Face::json:
      return name + " " + argument_of(setting, value);
    case Face::cpp:
      if (!names.cpp_with_value.empty()) return filled_in(names.cpp_with_value, literal_of(value, face));
      return name + " = " + literal_of(value, face);
    case Face::python:
      if (!names.python_with_value.empty())
        return filled_in(names.python_with_value, literal_of(value, face));
      return name + "=" + literal_of(value, face);
  }
  return name;
}

namespace {

// A form that begins with the program is a whole command and at hand everywhere.
std::string command_with(Setting setting, const SettingValue& value, const Reader& reader) {
  const bool is_whole_command =
      value.kind != SettingValue::Kind::none && !names_of(setting).command_with_value.empty();
  return reader.elsewhere && !is_whole_command ? reader.elsewhere(setting) : std::string();
}

}  // namespace

std::string assignment(Setting setting, const SettingValue& value, const Reader& reader) {
  const std::string command = command_with(setting, value, reader);
  return (command.empty() ? "" : command + " ") + assignment(setting, value, reader.face);
}

bool is_at_hand(Setting setting, const SettingValue& value, const Reader& reader) {
  return is_settable(setting, value, reader.face) && command_with(setting, value, reader).empty();
}

}  // namespace chainrule
