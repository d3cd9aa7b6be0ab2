// A checkpoint in a tensor file: a description and counters as texts, long lists of numbers as
// tensors.
//
//   text       holds
//   version    of chainrule
//   training   the identity of the training run: names and values
//   arguments  the arguments of the command: names and values
//   options    for the provenance of the model
//   progress   the counters (io/progress_json)
//
//   tensor                                      shape    type
//   parameters, first_moment, second_moment     [n]      F32 or F64
//   best                                        [n]      F32 or F64
//   good.parameters, ...                        [n]      F32 or F64; to go back to after a divergence
//   outputs                                     [n]      F32 or F64; of a member of a mixture, for its fold
//   history, first_step                         tables   F64 (io/history_table)
//
// Empty tensors are left out. docs/checkpoints.md specifies the file.
#include "chainrule/io/checkpoint_file.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/history_table.h"
#include "chainrule/io/json.h"
#include "chainrule/io/progress_json.h"
#include "chainrule/io/tensor_file.h"

namespace chainrule {
namespace {

// A new training run never replaces a checkpoint, not even an unusable one.
constexpr std::string_view kStartAgain = "remove the file and start training again";
constexpr std::string_view kOtherDirectory = "name the directory of the checkpoints";
constexpr std::string_view kForeign =
    "the file was written or changed by another program; remove it and start training again";
constexpr TensorFileKind kCheckpointFile = {.format = kCheckpointFormat,
                                            .version = 3,
                                            .name = "checkpoint",
                                            .longest_header = std::size_t{1} << 20,
                                            .most_values = 50'000,
                                            .json = {.name = "the checkpoint",
                                                     .not_proper = kStartAgain,
                                                     .not_sensible = kForeign,
                                                     .raise = raise_model_file_error},
                                            .too_long = "the description in the checkpoint is too long",
                                            .if_too_long = "shorten the training options",
                                            .other_format = "it is a safetensors file of another kind",
                                            .if_other_format = kOtherDirectory,
                                            .if_text = kStartAgain,
                                            .if_newer = "use that version of chainrule"};

// checkpoint-member-3.safetensors
constexpr std::string_view kMemberStem = "checkpoint-member-";

// The number in "checkpoint-member-3.safetensors" and in the names of its temporaries; 0 in other names.
std::size_t member_in_name(std::string_view name) {
  const std::size_t stem = name.find(kMemberStem);
  if (stem == std::string_view::npos) return 0;
  const std::string_view rest = name.substr(stem + kMemberStem.size());
  return static_cast<std::size_t>(
      std::max<std::int64_t>(0, parse_integer(rest.substr(0, rest.find('.'))).value_or(0)));
}

// The members whose files lie in the directory, in ascending order.
std::vector<std::size_t> members_in(FileSystem& file_system, const std::string& directory) {
  std::vector<std::size_t> members;
  for (const std::string& name : file_system.names_in(directory)) {
    const std::size_t member = member_in_name(name);
    if (member != 0 && checkpoint_path("", member) == "/" + name) members.push_back(member);
  }
  std::ranges::sort(members);
  return members;
}

// --- progress -> texts and tensors -------------------------------------------------------------------------

template <typename Value>
JsonTree list_of_pairs(const std::vector<std::pair<std::string, Value>>& pairs) {
  JsonTree list = JsonTree::empty_list();
  for (const auto& [name, value] : pairs)
    list.add(JsonTree::pair_of(name, value));
  return list;
}

template <typename T>
void require_finite(std::span<const T> values, const std::string& name) {
  if (std::ranges::all_of(values, [](T value) { return std::isfinite(value); })) return;
  throw NonFiniteError({.what = "parameters that are not finite cannot be saved", .where = name});
}

// The pieces of a file: its header, then the bytes of the tensors, which belong to the progress or to the
// tables of this class.
class CheckpointPieces {
 public:
  template <typename T>
  CheckpointPieces(const CheckpointDescription& description, const TrainingProgress<T>& progress)
      : epochs_(epoch_table(progress.history)), first_step_(first_step_table(progress.history)) {
    add_state<T>("", progress.state);
    require_finite<T>(progress.best, "best");
    add<T>("best", progress.best);
    if (!progress.good.state.parameters.empty()) add_state<T>("good.", progress.good.state);
    add<T>("outputs", progress.outputs);
    add_table("history", epochs_);
    add_table("first_step", first_step_);
    header_.add_text("version", description.identity.version);
    header_.add_json("training", list_of_pairs(description.identity.traits));
    header_.add_json("arguments", list_of_pairs(description.arguments));
    header_.add_json("options", list_of_pairs(description.recorded_options));
    header_.add_json("progress", to_json(progress));
    header_bytes_ = container_header_bytes(std::move(header_).text());
    pieces_.front() = header_bytes_;
  }
  CheckpointPieces(const CheckpointPieces&) = delete;
  CheckpointPieces& operator=(const CheckpointPieces&) = delete;

  std::span<const std::string_view> pieces() const { return pieces_; }

 private:
  template <typename T>
  void add_state(const std::string& prefix, const TrainState<T>& state) {
    require_finite<T>(state.parameters, prefix + "parameters");
    add<T>(prefix + "parameters", state.parameters);
    add<T>(prefix + "first_moment", state.optimizer.first);
    add<T>(prefix + "second_moment", state.optimizer.second);
  }

  template <typename T>
  void add(const std::string& name, std::span<const T> values) {
    add(name, kDtypeOf<T>, {values.size()}, bytes_of(values));
  }

  void add_table(const std::string& name, const Matrix<double>& table) {
    add(name, Dtype::f64, {table.rows(), table.columns()}, bytes_of(table.values()));
  }

  void add(const std::string& name, Dtype dtype, const std::vector<std::size_t>& shape,
           std::string_view bytes) {
    if (bytes.empty()) return;
    header_.add_tensor(name, dtype, shape, checksum_of(bytes));
    pieces_.push_back(bytes);
  }

  Matrix<double> epochs_, first_step_;
  TensorFileHeader header_{kCheckpointFile};
  std::string header_bytes_;
  std::vector<std::string_view> pieces_ = {""};  // the header's place
};

// --- texts and tensors -> progress -------------------------------------------------------------------------

class CheckpointReader {
 public:
  explicit CheckpointReader(TensorFileReader& file) : file_(file) {}

  Checkpoint read() {
    file_.require_texts({"version", "training", "arguments", "options", "progress"});
    Checkpoint checkpoint;
    checkpoint.format_version = file_.version();
    CheckpointDescription& description = checkpoint.description;
    description.identity.version = file_.text("version");
    description.identity.traits = pairs("training");
    description.recorded_options = pairs("options");
    file_.with_json("arguments", [&](const JsonValue& list) {
      for (const JsonValue argument : list.elements()) {
        const JsonValue::Elements parts = argument.elements();
        if (parts.size() != 2)
          argument.refuse("the checkpoint holds a list of the wrong length", "a name and values", "");
        description.arguments.emplace_back(parts[0].text(), parts[1].texts());
      }
    });
    read_tensors();
    if (tensor("parameters").entry->dtype == Dtype::f32) {
      checkpoint.progress = read_progress<float>();
    } else {
      checkpoint.progress = read_progress<double>();
    }
    if (!tensors_.empty()) refuse("it holds tensors that no checkpoint has", "header");
    return checkpoint;
  }

 private:
  struct LoadedTensor {
    const TensorEntry* entry = nullptr;
    std::variant<AlignedVector<float>, AlignedVector<double>> values;
  };

  [[noreturn]] void refuse(std::string_view what, std::string_view where) const {
    file_.header().refuse_as_foreign(what, where);
  }

  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name) {
    return file_.with_json(name, [](const JsonValue& list) {
      std::vector<std::pair<std::string, std::string>> result;
      for (const JsonValue pair : list.elements()) {
        const std::vector<std::string> parts = pair.texts();
        if (parts.size() != 2)
          pair.refuse("the checkpoint holds a list of the wrong length", "a name and a value", "");
        result.emplace_back(parts[0], parts[1]);
      }
      return result;
    });
  }

  // Reads all tensors in file order. NaN is refused.
  void read_tensors() {
    file_.check_places();
    for (const TensorEntry& entry : file_.tensors()) {
      if (entry.dtype == Dtype::f32) {
        read_tensor<float>(entry);
      } else {
        read_tensor<double>(entry);
      }
    }
  }

  template <typename T>
  void read_tensor(const TensorEntry& entry) {
    AlignedVector<T> values((entry.place[1] - entry.place[0]) / sizeof(T));
    file_.read_next(std::as_writable_bytes(std::span<T>(values)));
    if (std::ranges::any_of(values, [](T value) { return std::isnan(value); }))
      refuse("a number is NaN", entry.name);
    tensors_.emplace(entry.name, LoadedTensor{.entry = &entry, .values = std::move(values)});
  }

  const LoadedTensor& tensor(const std::string& name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) refuse("the tensor " + quoted(name) + " is missing", "header");
    return found->second;
  }

  // Moves a tensor with this many dimensions out of tensors_; returns no numbers if it is absent.
  template <typename T>
  std::pair<std::vector<std::size_t>, AlignedVector<T>> take(const std::string& name,
                                                             std::size_t dimensions) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) return {std::vector<std::size_t>(dimensions, 0), {}};
    auto* const values = std::get_if<AlignedVector<T>>(&found->second.values);
    std::vector<std::size_t> shape = found->second.entry->shape;
    if (values == nullptr || shape.size() != dimensions) refuse("a tensor has the wrong type or shape", name);
    std::pair result(std::move(shape), std::move(*values));
    tensors_.erase(found);
    return result;
  }

  template <typename T>
  AlignedVector<T> take_finite(const std::string& name) {
    tensor(name);  // throws if it is missing
    AlignedVector<T> values = take<T>(name, 1).second;
    if (!std::ranges::all_of(values, [](T value) { return std::isfinite(value); }))
      refuse("a parameter is not finite", name);
    return values;
  }

  template <typename T>
  void take_state(const std::string& prefix, TrainState<T>& state) {
    state.parameters = take_finite<T>(prefix + "parameters");
    state.optimizer.first = take<T>(prefix + "first_moment", 1).second;
    state.optimizer.second = take<T>(prefix + "second_moment", 1).second;
    // Second moments are built from squares.
    if (std::ranges::any_of(state.optimizer.second, [](T moment) { return moment < 0; }))
      refuse("a second moment is negative", prefix + "second_moment");
  }

  template <typename T>
  TrainingProgress<T> read_progress() {
    return file_.with_json("progress", [&](const JsonValue& value) {
      ProgressCounters<T> counters = progress_from<T>(value);
      TrainingProgress<T>& progress = counters.progress;
      take_state<T>("", progress.state);
      progress.best = take_finite<T>("best");
      if (counters.has_good) take_state<T>("good.", progress.good.state);
      progress.outputs = take<T>("outputs", 1).second;
      const auto [epochs_shape, epochs] = take<double>("history", 2);
      const auto [first_step_shape, first_step] = take<double>("first_step", 2);
      add_history({epochs.data(), epochs_shape[0], epochs_shape[1]},
                  {first_step.data(), first_step_shape[0], first_step_shape[1]}, file_.version(),
                  counters.epochs, file_.header(), progress.history);
      check_counters(counters, value);
      return std::move(progress);
    });
  }

  TensorFileReader& file_;
  std::map<std::string, LoadedTensor> tensors_;  // not taken yet
};

}  // namespace

template <typename T>
std::string checkpoint_to_bytes(const CheckpointDescription& description,
                                const TrainingProgress<T>& progress) {
  const CheckpointPieces file(description, progress);
  std::string bytes;
  for (const std::string_view piece : file.pieces())
    bytes += piece;
  return bytes;
}

Checkpoint checkpoint_from_bytes(std::string_view bytes, std::string_view file_name) {
  TensorFileReader file(kCheckpointFile, bytes, file_name);
  return CheckpointReader(file).read();
}

std::string checkpoint_path(const std::string& directory, std::size_t member) {
  const std::string name = member == 0 ? std::string(kCheckpointName)
                                       : std::string(kMemberStem) + std::to_string(member) + ".safetensors";
  return directory + (directory.ends_with("/") ? "" : "/") + name;
}

void remove_member_checkpoints(FileSystem& file_system, const std::string& directory) {
  for (const std::size_t member : members_in(file_system, directory))
    file_system.remove(file_system.resolve_link(checkpoint_path(directory, member)));
}

void remove_temporary_checkpoints(FileSystem& file_system, const std::string& directory) {
  std::set<std::size_t> members = {0};
  for (const std::string& name : file_system.names_in(directory))
    members.insert(member_in_name(name));
  for (const std::size_t member : members)
    remove_temporaries_of(file_system, checkpoint_path(directory, member));
}

void remove_checkpoint(FileSystem& file_system, const std::string& directory) {
  remove_member_checkpoints(file_system, directory);
  const std::string path = checkpoint_path(directory);
  if (file_system.status(path).kind != FileKind::missing) file_system.remove(file_system.resolve_link(path));
}

template <typename T>
void save_checkpoint(FileSystem& file_system, const std::string& directory,
                     const CheckpointDescription& description, const TrainingProgress<T>& progress) {
  const CheckpointPieces file(description, progress);
  write_file_atomically(file_system, checkpoint_path(directory), file.pieces());
}

template <typename T>
bool save_checkpoint_if(FileSystem& file_system, const std::string& directory,
                        const CheckpointDescription& description, const TrainingProgress<T>& progress,
                        const std::function<bool()>& may_write, std::size_t member) {
  const CheckpointPieces file(description, progress);
  return write_file_atomically_if(file_system, checkpoint_path(directory, member), file.pieces(), may_write);
}

namespace {

Message directory_advice() {
  return "name the directory that was given to " + named(Setting::checkpoint);
}

Checkpoint load_file(FileSystem& file_system, const std::string& path) {
  try {
    if (file_system.status(path).kind == FileKind::missing) {
      throw ModelFileError(
          {.what = "there is no checkpoint to resume from",
           .where = path,
           .advice = directory_advice() + "; a finished run removes its checkpoint once its model is saved"});
    }
  } catch (const DataError& error) {
    throw ModelFileError(error.report());
  }
  try {
    TensorFileReader file(kCheckpointFile, file_system, path);
    return CheckpointReader(file).read();
  } catch (const ModelFileError& error) {
    ErrorReport report = error.report();
    if (report.advice == kOtherDirectory) report.advice = directory_advice();
    if (report.advice == kStartAgain) report.advice = "remove " + path + " and start training again";
    throw ModelFileError(std::move(report));
  }
}

}  // namespace

Checkpoint load_checkpoint(FileSystem& file_system, const std::string& directory) {
  Checkpoint checkpoint = load_file(file_system, checkpoint_path(directory));
  for (const std::size_t member : members_in(file_system, directory)) {
    checkpoint.members[member] =
        std::make_shared<const Checkpoint>(load_file(file_system, checkpoint_path(directory, member)));
  }
  return checkpoint;
}

#define CHAINRULE_INSTANTIATE(T)                                                                         \
  template std::string checkpoint_to_bytes<T>(const CheckpointDescription&, const TrainingProgress<T>&); \
  template void save_checkpoint<T>(FileSystem&, const std::string&, const CheckpointDescription&,        \
                                   const TrainingProgress<T>&);                                          \
  template bool save_checkpoint_if<T>(FileSystem&, const std::string&, const CheckpointDescription&,     \
                                      const TrainingProgress<T>&, const std::function<bool()>&,          \
                                      std::size_t);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
