#include "chainrule/session/trial_file.h"

#include <cmath>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text.h"
#include "chainrule/io/json.h"

namespace chainrule {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kBeginning = "{\"folds\":";
constexpr std::uint64_t kMostTrials = 1'000'000'000;

[[noreturn]] void raise_data_error(ErrorReport report) {
  throw DataError(std::move(report));
}

constexpr JsonSource kTrialsJson = {
    .name = "the file of trials",
    .not_proper = "remove the file, or name another one, to start the search again",
    .not_sensible = "remove the file, or name another one, to start the search again",
    .raise = raise_data_error};

JsonTree finite_or_null(double value) {
  return std::isfinite(value) ? JsonTree(value) : JsonTree(nullptr);
}

JsonTree tree_of(const TrialResult& result) {
  JsonTree options = JsonTree::empty_object();
  for (const auto& [name, value] : result.options)
    options.add(name, value);
  JsonTree tree = JsonTree::empty_object();
  tree.add("epochs", result.epochs);
  tree.add("failure", result.failure);
  tree.add("fold", result.fold);
  tree.add("loss", finite_or_null(result.loss));
  tree.add("options", std::move(options));
  tree.add("score", result.score ? finite_or_null(*result.score) : JsonTree(nullptr));
  tree.add("seconds", finite_or_null(result.seconds));
  tree.add("seed", result.seed);
  tree.add("trial", result.trial);
  return tree;
}

double number_or_zero(const JsonValue& value) {
  return value.is_null() ? 0 : value.number();
}

TrialResult result_of(const JsonValue& value) {
  value.require_members(
      {"epochs", "failure", "fold", "loss", "options", "score", "seconds", "seed", "trial"});
  TrialResult result;
  result.trial = value.member("trial").count(kMostTrials);
  result.fold = value.member("fold").count(kMostTrials);
  result.epochs = value.member("epochs").count(kMostTrials);
  result.seed = value.member("seed").count();
  const JsonValue options = value.member("options");
  for (const std::string_view name : options.member_names())
    result.options.emplace_back(name, options.member(name).text());
  if (!value.member("score").is_null()) result.score = value.member("score").number();
  result.loss = number_or_zero(value.member("loss"));
  result.failure = value.member("failure").text();
  result.seconds = number_or_zero(value.member("seconds"));
  return result;
}

}  // namespace

std::string trials_to_text(const TrialFile& file) {
  JsonTree head = JsonTree::empty_object();
  head.add("folds", file.folds);
  head.add("search", file.search);
  head.add("trials_format", kFormat);
  std::string text = canonical_json(head) + "\n";
  for (const TrialResult& result : file.results)
    text += canonical_json(tree_of(result)) + "\n";
  return text;
}

TrialFile trials_from_text(const std::string& text, const std::string& path) {
  TrialFile file;
  JsonRoom room;
  std::uint64_t number = 0;
  for (const std::string& line : split_text(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::string where = file_position(path, number, 0);
    const JsonTree tree = parse_json_strictly(line, where, room, kTrialsJson);
    const JsonValue value(tree, where, kTrialsJson);
    if (number > 1) {
      file.results.push_back(result_of(value));
      continue;
    }
    value.require_members({"folds", "search", "trials_format"});
    if (value.member("trials_format").count() != kFormat)
      value.refuse("this version of chainrule does not know the format of these trials", "1",
                   format_count(value.member("trials_format").count()));
    file.folds = value.member("folds").count(kMostTrials);
    file.search = value.member("search").text();
  }
  if (number == 0 || file.search.empty()) {
    throw DataError({.what = "the file holds no trials of a search",
                     .where = path,
                     .advice = "remove the file, or name another one"});
  }
  return file;
}

void save_trials(FileSystem& file_system, const std::string& path, const TrialFile& file) {
  write_file_atomically(file_system, path, trials_to_text(file));
}

bool begins_as_trials(FileSystem& file_system, const std::string& path) {
  const std::string text = read_whole_file(file_system, path, std::uint64_t{1} << 30);
  return text.starts_with(kBeginning);
}

}  // namespace chainrule
