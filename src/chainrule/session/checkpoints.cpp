// First the checks before a run (require_no_file_at, prepare_checkpoints), then what a checkpoint says about
// its run (describe_training), then Checkpoints: one object for a network, or one for each member of a
// mixture, all in one directory.
#include "chainrule/session/checkpoints.h"

#include <algorithm>
#include <mutex>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/session/training_identity.h"
#include "chainrule/train/progress_check.h"

namespace chainrule {
namespace {

// The place of the checkpoint, for messages.
std::string place_of(const CheckpointRequest& request, std::size_t member = 0) {
  return request.directory.empty() ? "the checkpoint" : checkpoint_path(request.directory, member);
}

}  // namespace

void require_no_file_at(FileSystem& file_system, const std::string& directory) {
  const FileKind kind = file_system.status(directory).kind;
  if (kind == FileKind::directory) return;
  if (kind == FileKind::missing) {
    const std::string target = file_system.resolve_link(directory);
    if (target == directory) return;
    throw UsageError({.what = "checkpoints are kept in a directory, and this is a link that leads nowhere",
                      .where = directory,
                      .expected = "a directory",
                      .got = "a link to " + target,
                      .advice = "make the directory it leads to, or name another"});
  }
  const std::string file = checkpoint_path("");
  const bool is_in_one = kind == FileKind::regular && directory.ends_with(file);
  const std::string above = is_in_one ? directory.substr(0, directory.size() - file.size()) : "";
  throw UsageError({.what = "checkpoints are kept in a directory, and this is not one",
                    .where = directory,
                    .expected = "a directory",
                    .got = kind == FileKind::regular ? "a file" : "a device or a pipe",
                    .advice = above.empty() ? "name another" : "name the directory it is in: " + above});
}

void prepare_checkpoints(FileSystem& file_system, const TrainRequest& request) {
  const CheckpointRequest& checkpoint = request.checkpoint;
  if (checkpoint.directory.empty() && !checkpoint.resume_from) return;
  if (request.model != ModelType::mlp) {
    throw UsageError({.what = "checkpoints are for networks trained by descent",
                      .setting = Setting::checkpoint,
                      .expected = "model mlp",
                      .got = "model " + std::string(name_of(request.model)),
                      .advice = "leave the checkpoints out"});
  }
  if (checkpoint.directory.empty()) return;
  require_no_file_at(file_system, checkpoint.directory);
  file_system.make_directory(checkpoint.directory);
  const std::string path = checkpoint_path(checkpoint.directory);
  if (!checkpoint.resume_from && file_system.status(path).kind != FileKind::missing) {
    throw UsageError({.what = "the directory holds a checkpoint, which this run would replace",
                      .where = path,
                      .advice = "resume it (" + set_to_text(Setting::resume, checkpoint.directory) +
                                "), remove it, or name another directory"});
  }
  const AtomicFile probe(file_system, path);  // throws when the checkpoint cannot be written
  if (file_system.status(path).kind == FileKind::missing)
    remove_member_checkpoints(file_system, checkpoint.directory);
}

std::vector<std::pair<std::string, std::string>> recorded_options(const TrainRequest& request) {
  std::vector<std::pair<std::string, std::string>> options =
      request.checkpoint.resume_from ? request.checkpoint.resume_from->description.recorded_options
                                     : request.recorded_options;
  std::sort(options.begin(), options.end());
  return options;
}

CheckpointDescription describe_training(const TrainRequest& request, const TrainingPlan& plan,
                                        std::string_view data, std::string_view held_out) {
  CheckpointDescription description = {.identity = identity_of(request, plan, data, held_out),
                                       .arguments = request.checkpoint.arguments,
                                       .recorded_options = recorded_options(request)};
  if (request.checkpoint.resume_from) {
    require_same_training(request.checkpoint.resume_from->description, description, request,
                          place_of(request.checkpoint));
  }
  return description;
}

template <typename T>
Checkpoints<T>::Checkpoints(FileSystem& file_system, CheckpointRequest request,
                            CheckpointDescription description, const SessionObserver& observer,
                            std::size_t member)
    : file_system_(file_system),
      request_(std::move(request)),
      description_(std::move(description)),
      observer_(observer),
      member_(member) {
  if (!request_.resume_from || std::holds_alternative<TrainingProgress<T>>(request_.resume_from->progress))
    return;
  throw ModelFileError({.what = "the numbers of the checkpoint are not of the precision that it names",
                        .where = place_of(request_, member_),
                        .expected = sizeof(T) == sizeof(double) ? "double" : "float"});
}

template <typename T>
Checkpoints<T> Checkpoints<T>::of_member(std::size_t member) const {
  CheckpointRequest request = request_;
  CheckpointDescription description = description_;
  description.identity.traits.emplace_back("member", std::to_string(member));
  request.resume_from = nullptr;
  if (request_.resume_from) {
    const auto found = request_.resume_from->members.find(member);
    if (found != request_.resume_from->members.end()) request.resume_from = found->second;
  }
  const TrainRequest same_data;  // the checkpoint of the first member was compared with this run's
  if (request.resume_from)
    require_same_training(request.resume_from->description, description, same_data,
                          place_of(request, member));
  return Checkpoints<T>(file_system_, std::move(request), std::move(description), observer_, member);
}

template <typename T>
void Checkpoints<T>::require_fitting(const Network& network, const TrainerOptions& options,
                                     std::size_t training_rows) const {
  if (!request_.resume_from) return;
  try {
    require_fitting_progress<T>(network, options, training_rows,
                                std::get<TrainingProgress<T>>(request_.resume_from->progress));
  } catch (const StateError& error) {
    ErrorReport report = error.report();
    report.what = "the numbers of the checkpoint do not fit the run that it names";
    report.where = place_of(request_, member_);
    report.advice = "the file was written or changed by another program; start training again, without " +
                    named(Setting::resume);
    throw ModelFileError(std::move(report));
  }
}

template <typename T>
ProgressHooks<T> Checkpoints<T>::hooks() {
  ProgressHooks<T> hooks;
  if (request_.resume_from)
    hooks.resume_from = &std::get<TrainingProgress<T>>(request_.resume_from->progress);
  if (!request_.directory.empty()) {
    hooks.on_boundary = [this](const TrainingProgress<T>& progress, Boundary boundary) {
      if (is_due(progress, boundary)) save(progress);
    };
  }
  return hooks;
}

template <typename T>
std::string Checkpoints<T>::current_file() const {
  return is_current_ ? checkpoint_path(request_.directory, member_) : "";
}

template <typename T>
bool Checkpoints<T>::is_due(const TrainingProgress<T>& progress, Boundary boundary) {
  is_current_ = false;
  if (boundary == Boundary::end || std::exchange(is_first_due_, false)) return true;
  if (request_.every_epochs > 0)
    return boundary == Boundary::epoch && (progress.epoch - 1) % request_.every_epochs == 0;
  const std::chrono::duration<double> since = Clock::now() - saved_at_;
  return since.count() >= request_.every_seconds;
}

// The members of a mixture share the observer.
template <typename T>
void Checkpoints<T>::report(const Error& error) const {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  if (observer_.on_trouble) observer_.on_trouble(error);
}

template <typename T>
bool Checkpoints<T>::may_write() {
  if (!request_.may_write || request_.may_write()) return true;
  if (!is_takeover_reported_) {
    report(
        DataError({.what = "the directory of the checkpoints is no longer the one that this training holds",
                   .where = request_.directory,
                   .expected = "its lock file, as it was when the training started",
                   .got = "none, or another's: the directory, or the link to it, was removed or replaced",
                   .advice = "no more checkpoints are written; put the directory back, or stop the training "
                             "to keep what it has learned so far"}));
  }
  is_takeover_reported_ = true;
  return false;
}

template <typename T>
void Checkpoints<T>::save(const TrainingProgress<T>& progress) {
  try {
    is_current_ = save_checkpoint_if<T>(
        file_system_, request_.directory, description_, progress, [this] { return may_write(); }, member_);
    if (!is_current_) return;
  } catch (const Error& error) {
    report(error);
  }
  saved_at_ = Clock::now();
}

template class Checkpoints<float>;
template class Checkpoints<double>;

}  // namespace chainrule
