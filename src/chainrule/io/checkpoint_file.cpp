#include "chainrule/io/checkpoint_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/json.h"
#include "chainrule/io/tensor_file.h"

namespace chainrule {
namespace {

// A training that starts does not replace a checkpoint, not even one that is of no use.
constexpr std::string_view kStartAgain = "remove the file and start the training again";
constexpr std::string_view kOtherDirectory = "name the directory of the checkpoints";
constexpr std::string_view kForeign =
    "the file was written or changed by another program; remove it and start the training again";
constexpr TensorFileKind kCheckpointFile = {
    .format = kCheckpointFormat,
    .version = 1,
    .name = "checkpoint",
    .longest_header = std::size_t{1} << 20,
    .json = {.name = "the checkpoint",
             .not_proper = kStartAgain,
             .not_sensible = kForeign,
             .raise = raise_model_file_error},
    .too_long = "the description in the checkpoint is too long",
    .if_too_long = "shorten the options of the training",
    .other_format = "it is a safetensors file of another kind",
    .if_other_format = kOtherDirectory,
    .if_newer = "use that version of chainrule"};

// In each text.
constexpr std::size_t kMostValues = 20'000;

// A row of `history`: the numbers of an epoch, then those of its layers.
constexpr std::size_t kEpochNumbers = 11;
constexpr std::size_t kLayerNumbers = 3;
// A row of `first_step`.
constexpr std::size_t kFirstStepNumbers = 5;

// --- progress -> tensors and texts -------------------------------------------------------------------------

void add_layer_numbers(const LayerGradient& layer, std::vector<double>& row) {
  const auto& [index, units, gradient_norm, delta_rms] = layer;
  row.insert(row.end(), {gradient_norm, delta_rms ? 1.0 : 0.0, delta_rms.value_or(0)});
}

std::vector<double> numbers_of(const EpochReport& report) {
  const auto& [epoch, epochs, training_loss, validation_loss, validation_score, learning_rate, gradient_norm,
               layers, corrections, seconds, rows_per_second, seconds_left, is_best] = report;
  std::vector<double> row = {training_loss,
                             validation_loss ? 1.0 : 0.0,
                             validation_loss.value_or(0),
                             validation_score ? 1.0 : 0.0,
                             validation_score.value_or(0),
                             learning_rate,
                             gradient_norm,
                             seconds,
                             rows_per_second,
                             seconds_left,
                             is_best ? 1.0 : 0.0};
  for (const LayerGradient& layer : layers)
    add_layer_numbers(layer, row);
  return row;
}

JsonTree to_json(const StoppingMemory& memory) {
  const auto& [best, previous, best_epoch, seen, last_was_best] = memory;
  return JsonTree::empty_object()
      .with("best", best)
      .with("previous", previous)
      .with("best_epoch", best_epoch)
      .with("seen", seen)
      .with("last_was_best", last_was_best ? 1 : 0);
}

// All but the vectors of numbers.
template <typename T>
JsonTree to_json(const TrainState<T>& state) {
  const auto& [best, epochs_since_best, reductions, epochs_seen] = state.plateau;
  return JsonTree::empty_object()
      .with("step", state.step)
      .with("updates", state.optimizer.updates)
      .with("plateau", JsonTree::empty_object()
                           .with("best", best)
                           .with("epochs_since_best", epochs_since_best)
                           .with("reductions", reductions)
                           .with("epochs_seen", epochs_seen));
}

JsonTree to_json(const Divergence& divergence) {
  const auto& [epoch, learning_rate, report] = divergence;
  JsonTree texts = JsonTree::empty_list();
  // A checkpoint keeps the command line's words, as it keeps its options.
  const ErrorText words = text_of(report, Face::command_line);
  for (const std::string* text : {&words.what, &words.where, &words.expected, &words.got, &words.advice})
    texts.add(*text);
  return JsonTree::empty_object()
      .with("epoch", epoch)
      .with("learning_rate", learning_rate)
      .with("report", std::move(texts));
}

template <typename T>
JsonTree to_json(const TrainingProgress<T>& progress) {
  const auto& [state, best, good, first_loss, stopping, history, epoch, batches_done, loss_sum, weight_sum,
               rate_factor, seconds, ended] = progress;
  JsonTree divergences = JsonTree::empty_list();
  for (const Divergence& divergence : history.divergences)
    divergences.add(to_json(divergence));
  JsonTree good_json;
  if (!good.state.parameters.empty()) {
    good_json = JsonTree::empty_object()
                    .with("state", to_json(good.state))
                    .with("stopping", to_json(good.stopping))
                    .with("epochs", good.epochs);
  }
  return JsonTree::empty_object()
      .with("state", to_json(state))
      .with("first_loss", first_loss)
      .with("stopping", to_json(stopping))
      .with("divergences", std::move(divergences))
      .with("epoch", epoch)
      .with("epochs", history.epochs.empty() ? 0 : history.epochs.back().epochs)
      .with("batches_done", batches_done)
      .with("loss_sum", loss_sum)
      .with("weight_sum", weight_sum)
      .with("rate_factor", rate_factor)
      .with("seconds", seconds)
      .with("ended", ended ? JsonTree(name_of(*ended)) : JsonTree())
      .with("good", std::move(good_json));
}

template <typename T>
void require_finite(std::span<const T> values, const std::string& name) {
  if (std::ranges::all_of(values, [](T value) { return std::isfinite(value); })) return;
  throw NonFiniteError({.what = "parameters that are not finite cannot be saved", .where = name});
}

// Empty ones are left out.
template <typename T>
void add_tensor(std::vector<Tensor>& tensors, const std::string& name, std::span<const T> values) {
  if (!values.empty()) tensors.push_back(tensor_of<T>(name, {values.size()}, values));
}

template <typename T>
void add_state(std::vector<Tensor>& tensors, const std::string& prefix, const TrainState<T>& state) {
  require_finite<T>(state.parameters, prefix + "parameters");
  add_tensor<T>(tensors, prefix + "parameters", state.parameters);
  add_tensor<T>(tensors, prefix + "first_moment", state.optimizer.first);
  add_tensor<T>(tensors, prefix + "second_moment", state.optimizer.second);
}

template <typename Value>
JsonTree list_of_pairs(const std::vector<std::pair<std::string, Value>>& pairs) {
  JsonTree list = JsonTree::empty_list();
  for (const auto& [name, value] : pairs)
    list.add(JsonTree::pair_of(name, value));
  return list;
}

// The header, and what follows it. `numbers` holds the tables that progress has no array of.
template <typename T>
std::string header_and_tensors(const CheckpointDescription& description, const TrainingProgress<T>& progress,
                               std::vector<double> (&tables)[2], std::vector<Tensor>& tensors) {
  const History& history = progress.history;
  require_finite<T>(progress.best, "best");
  add_state<T>(tensors, "", progress.state);
  add_tensor<T>(tensors, "best", progress.best);
  if (!progress.good.state.parameters.empty()) add_state<T>(tensors, "good.", progress.good.state);
  const std::size_t layers = history.first_step.size();
  for (const EpochReport& report : history.epochs) {
    if (report.layers.size() != layers) {
      throw StateError({.what = "an epoch reports other layers than the first step",
                        .expected = std::to_string(layers),
                        .got = std::to_string(report.layers.size())});
    }
    const std::vector<double> row = numbers_of(report);
    tables[0].insert(tables[0].end(), row.begin(), row.end());
  }
  for (const LayerGradient& layer : history.first_step) {
    tables[1].push_back(static_cast<double>(layer.layer));
    tables[1].push_back(static_cast<double>(layer.units));
    add_layer_numbers(layer, tables[1]);
  }
  if (!tables[0].empty()) {
    tensors.push_back(tensor_of<double>(
        "history", {history.epochs.size(), kEpochNumbers + layers * kLayerNumbers}, tables[0]));
  }
  if (layers > 0) tensors.push_back(tensor_of<double>("first_step", {layers, kFirstStepNumbers}, tables[1]));

  Texts texts;
  texts["version"] = description.identity.version;
  texts["training"] = canonical_json(list_of_pairs(description.identity.traits));
  texts["arguments"] = canonical_json(list_of_pairs(description.arguments));
  texts["options"] = canonical_json(list_of_pairs(description.recorded_options));
  texts["progress"] = canonical_json(to_json(progress));
  return tensor_file_header(kCheckpointFile, texts, tensors);
}

// --- tensors and texts -> progress -------------------------------------------------------------------------

class CheckpointReader {
 public:
  CheckpointReader(std::string_view bytes, std::string_view name)
      : file_(parse_tensor_file(kCheckpointFile, bytes, name)), name_(name) {}

  Checkpoint read() {
    if (file_.texts.size() != 5) refuse("it holds other texts than a checkpoint does", "header.__metadata__");
    Checkpoint checkpoint;
    CheckpointDescription& description = checkpoint.description;
    description.identity.version = text("version");
    description.identity.traits = pairs("training");
    description.recorded_options = pairs("options");
    with_json("arguments", [&](const JsonValue& list) {
      for (const JsonValue argument : list.elements()) {
        const JsonValue::Elements parts = argument.elements();
        if (parts.size() != 2)
          argument.refuse("the checkpoint holds a list of the wrong length", "a name and values", "");
        description.arguments.emplace_back(parts[0].text(), parts[1].texts());
      }
    });
    const Tensor& parameters = tensor("parameters");
    if (parameters.dtype == Dtype::f32) {
      checkpoint.progress = read_progress<float>();
    } else {
      checkpoint.progress = read_progress<double>();
    }
    if (used_ != file_.tensors.size()) refuse("it holds other tensors than a checkpoint does", "header");
    return checkpoint;
  }

 private:
  [[noreturn]] void refuse(std::string_view what, std::string_view where) const {
    throw ModelFileError({.what = "this checkpoint cannot be used: " + std::string(what),
                          .where = name_ + ": " + std::string(where),
                          .advice = std::string(kForeign)});
  }

  const std::string& text(const std::string& name) const {
    const auto found = file_.texts.find(name);
    if (found == file_.texts.end()) refuse("the text " + quoted(name) + " is missing", "header.__metadata__");
    return found->second;
  }

  template <typename Use>
  void with_json(const std::string& name, Use use) const {
    const std::string where = name_ + ": " + name;
    JsonRoom room{.values = kMostValues};
    const JsonTree value = parse_json_strictly(text(name), where, room, kCheckpointFile.json);
    use(JsonValue(value, where, kCheckpointFile.json));
  }

  std::vector<std::pair<std::string, std::string>> pairs(const std::string& name) const {
    std::vector<std::pair<std::string, std::string>> result;
    with_json(name, [&](const JsonValue& list) {
      for (const JsonValue pair : list.elements()) {
        const std::vector<std::string> parts = pair.texts();
        if (parts.size() != 2)
          pair.refuse("the checkpoint holds a list of the wrong length", "a name and a value", "");
        result.emplace_back(parts[0], parts[1]);
      }
    });
    return result;
  }

  const Tensor& tensor(const std::string& name) {
    const Tensor* const found = file_.find(name);
    if (found == nullptr) refuse("the tensor " + quoted(name) + " is missing", "header");
    return *found;
  }

  // Numbers of a tensor of the shape; no tensor is no numbers. NaN is refused.
  template <typename T>
  AlignedVector<T> numbers(const std::string& name, std::size_t dimensions, bool is_needed) {
    const Tensor* const found = is_needed ? &tensor(name) : file_.find(name);
    if (found == nullptr) return {};
    ++used_;
    if (found->dtype != (std::is_same_v<T, float> ? Dtype::f32 : Dtype::f64) ||
        found->shape.size() != dimensions) {
      refuse("a tensor has another type or shape than in a checkpoint", name);
    }
    AlignedVector<T> values(found->bytes.size() / sizeof(T));
    std::memcpy(values.data(), found->bytes.data(), found->bytes.size());
    if (std::ranges::any_of(values, [](T value) { return std::isnan(value); }))
      refuse("a number is NaN", name);
    return values;
  }

  template <typename T>
  TrainState<T> read_state(const JsonValue& value, const std::string& prefix) {
    value.require_members({"step", "updates", "plateau"});
    TrainState<T> state;
    state.step = value.member("step").count();
    state.optimizer.updates = value.member("updates").count();
    const JsonValue plateau = value.member("plateau");
    plateau.require_members({"best", "epochs_since_best", "reductions", "epochs_seen"});
    state.plateau = {.best = plateau.member("best").number(),
                     .epochs_since_best = plateau.member("epochs_since_best").count(),
                     .reductions = plateau.member("reductions").count(),
                     .epochs_seen = plateau.member("epochs_seen").count()};
    state.parameters = finite_numbers<T>(prefix + "parameters");
    state.optimizer.first = numbers<T>(prefix + "first_moment", 1, false);
    state.optimizer.second = numbers<T>(prefix + "second_moment", 1, false);
    // Sums of squares.
    if (std::ranges::any_of(state.optimizer.second, [](T moment) { return moment < 0; }))
      refuse("a second moment is negative", prefix + "second_moment");
    return state;
  }

  template <typename T>
  AlignedVector<T> finite_numbers(const std::string& name) {
    AlignedVector<T> values = numbers<T>(name, 1, true);
    if (!std::ranges::all_of(values, [](T value) { return std::isfinite(value); }))
      refuse("a parameter is not finite", name);
    return values;
  }

  static StoppingMemory stopping_from(const JsonValue& value) {
    value.require_members({"best", "previous", "best_epoch", "seen", "last_was_best"});
    return {.best = value.member("best").number(),
            .previous = value.member("previous").number(),
            .best_epoch = value.member("best_epoch").count(),
            .seen = value.member("seen").count(),
            .last_was_best = value.member("last_was_best").count(1) == 1};
  }

  // After so many epochs: each was seen, and the first was the best at its time.
  static bool fits(const StoppingMemory& stopping, std::uint64_t epochs) {
    return stopping.seen == epochs && stopping.best_epoch <= epochs &&
           (stopping.best_epoch > 0) == (epochs > 0);
  }

  static Divergence divergence_from(const JsonValue& value) {
    value.require_members({"epoch", "learning_rate", "report"});
    const std::vector<std::string> report = value.member("report").texts();
    if (report.size() != 5) value.refuse("the checkpoint holds a list of the wrong length", "five texts", "");
    return {.epoch = value.member("epoch").count(),
            .learning_rate = value.member("learning_rate").number(),
            .report = {.what = report[0],
                       .where = report[1],
                       .expected = report[2],
                       .got = report[3],
                       .advice = report[4]}};
  }

  void read_history(std::uint64_t epochs_at_most, History& history) {
    const AlignedVector<double> first_step = numbers<double>("first_step", 2, false);
    if (first_step.size() % kFirstStepNumbers != 0 ||
        (!first_step.empty() && tensor("first_step").shape[1] != kFirstStepNumbers)) {
      refuse("a table has another number of columns", "first_step");
    }
    constexpr double kLargestIndex = 1e15;
    for (std::size_t i = 0; i < first_step.size(); i += kFirstStepNumbers) {
      const double* const row = first_step.data() + i;
      if (!(row[0] >= 0 && row[0] <= kLargestIndex && row[1] >= 0 && row[1] <= kLargestIndex))
        refuse("a layer has no number", "first_step");
      history.first_step.push_back(layer_from(row + 2));
      history.first_step.back().layer = static_cast<std::size_t>(row[0]);
      history.first_step.back().units = static_cast<std::size_t>(row[1]);
    }
    const std::size_t layers = history.first_step.size();
    const std::size_t columns = kEpochNumbers + layers * kLayerNumbers;
    const AlignedVector<double> table = numbers<double>("history", 2, false);
    if (!table.empty() && tensor("history").shape[1] != columns)
      refuse("a table has another number of columns", "history");
    for (std::size_t i = 0; i < table.size(); i += columns) {
      const double* const row = table.data() + i;
      EpochReport report{.epoch = i / columns + 1,
                         .epochs = epochs_at_most,
                         .training_loss = row[0],
                         .validation_loss = optional_from(row + 1),
                         .validation_score = optional_from(row + 3),
                         .learning_rate = row[5],
                         .gradient_norm = row[6],
                         .layers = {},
                         .corrections = std::nullopt,
                         .seconds = row[7],
                         .rows_per_second = row[8],
                         .seconds_left = row[9],
                         .is_best = row[10] != 0};
      for (std::size_t l = 0; l < layers; ++l) {
        report.layers.push_back(layer_from(row + kEpochNumbers + l * kLayerNumbers));
        report.layers.back().layer = history.first_step[l].layer;
        report.layers.back().units = history.first_step[l].units;
      }
      history.epochs.push_back(std::move(report));
    }
  }

  static std::optional<double> optional_from(const double* numbers) {
    return numbers[0] != 0 ? std::optional(numbers[1]) : std::nullopt;
  }
  static LayerGradient layer_from(const double* numbers) {
    return {.gradient_norm = numbers[0], .delta_rms = optional_from(numbers + 1)};
  }

  template <typename T>
  TrainingProgress<T> read_progress() {
    TrainingProgress<T> progress;
    with_json("progress", [&](const JsonValue& value) {
      value.require_members({"state", "first_loss", "stopping", "divergences", "epoch", "epochs",
                             "batches_done", "loss_sum", "weight_sum", "rate_factor", "seconds", "ended",
                             "good"});
      progress.state = read_state<T>(value.member("state"), "");
      progress.best = finite_numbers<T>("best");
      if (const JsonValue good = value.member("good"); !good.is_null()) {
        good.require_members({"state", "stopping", "epochs"});
        progress.good = {.state = read_state<T>(good.member("state"), "good."),
                         .stopping = stopping_from(good.member("stopping")),
                         .epochs = good.member("epochs").count()};
      }
      progress.first_loss = value.member("first_loss").number();
      progress.stopping = stopping_from(value.member("stopping"));
      for (const JsonValue divergence : value.member("divergences").elements())
        progress.history.divergences.push_back(divergence_from(divergence));
      progress.epoch = value.member("epoch").count();
      progress.batches_done = value.member("batches_done").count();
      progress.loss_sum = value.member("loss_sum").number();
      progress.weight_sum = value.member("weight_sum").number();
      progress.rate_factor = value.member("rate_factor").number();
      progress.seconds = value.member("seconds").number();
      if (const JsonValue ended = value.member("ended"); !ended.is_null()) {
        progress.ended = ended.word<StopReason>();
        progress.history.stop_reason = *progress.ended;
      }
      read_history(value.member("epochs").count(), progress.history);
      const bool has_good = !value.member("good").is_null();
      if (!fits(progress.stopping, progress.history.epochs.size()) ||
          (has_good && !fits(progress.good.stopping, progress.good.epochs)) ||
          progress.epoch != progress.history.epochs.size() + 1 || !(progress.rate_factor > 0) ||
          !(progress.rate_factor <= 1) || !(progress.seconds >= 0) || !(progress.weight_sum >= 0)) {
        value.refuse("the counters of the checkpoint do not fit each other", "", "");
      }
    });
    return progress;
  }

  TensorFile file_;
  std::string name_;
  std::size_t used_ = 0;  // tensors
};

}  // namespace

template <typename T>
std::string checkpoint_to_bytes(const CheckpointDescription& description,
                                const TrainingProgress<T>& progress) {
  std::vector<double> tables[2];
  std::vector<Tensor> tensors;
  std::string bytes = header_and_tensors(description, progress, tables, tensors);
  for (const Tensor& tensor : tensors)
    bytes += tensor.bytes;
  return bytes;
}

Checkpoint checkpoint_from_bytes(std::string_view bytes, std::string_view file_name) {
  return CheckpointReader(bytes, file_name).read();
}

std::string checkpoint_path(const std::string& directory) {
  return directory + (directory.ends_with("/") ? "" : "/") + "checkpoint.safetensors";
}

template <typename T>
void save_checkpoint(FileSystem& file_system, const std::string& directory,
                     const CheckpointDescription& description, const TrainingProgress<T>& progress) {
  std::vector<double> tables[2];
  std::vector<Tensor> tensors;
  const std::string header = header_and_tensors(description, progress, tables, tensors);
  std::vector<std::string_view> pieces = {header};
  for (const Tensor& tensor : tensors)
    pieces.push_back(tensor.bytes);
  write_file_atomically(file_system, checkpoint_path(directory), pieces);
}

namespace {

Message directory_advice() {
  return "name the directory that was given to " + named(Setting::checkpoint);
}

}  // namespace

Checkpoint load_checkpoint(FileSystem& file_system, const std::string& directory) {
  const std::string path = checkpoint_path(directory);
  std::string bytes;
  try {
    if (file_system.status(path).kind == FileKind::missing) {
      throw ModelFileError({.what = "there is no checkpoint to go on from",
                            .where = path,
                            .advice =
                                directory_advice() +
                                "; the checkpoint of a training that is over is removed once its model is saved"});
    }
    const RegularFile opened = file_system.open_regular_to_read(path);
    bytes.resize(static_cast<std::size_t>(opened.size));
    std::span<std::byte> left = std::as_writable_bytes(std::span(bytes));
    while (!left.empty()) {
      const std::size_t count = opened.file->read(left);
      if (count == 0) break;
      left = left.subspan(count);
    }
    bytes.resize(bytes.size() - left.size());
  } catch (const DataError& error) {
    throw ModelFileError(error.report());
  }
  try {
    return checkpoint_from_bytes(bytes, path);
  } catch (const ModelFileError& error) {
    ErrorReport report = error.report();
    if (report.advice == kOtherDirectory) report.advice = directory_advice();
    if (report.advice == kStartAgain) report.advice = "remove " + path + " and start the training again";
    throw ModelFileError(std::move(report));
  }
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template std::string checkpoint_to_bytes<T>(const CheckpointDescription&, const TrainingProgress<T>&); \
  template void save_checkpoint<T>(FileSystem&, const std::string&, const CheckpointDescription&,        \
                                   const TrainingProgress<T>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
