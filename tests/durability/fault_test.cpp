// Every system call of a save and a load fails in turn, once and permanently. What can be retried is retried;
// any other failure is an error that says what to do, and the old file stays.
#include <sys/stat.h>

#include <cerrno>
#include <functional>

#include "durability/durability.h"
#include "durability/processes.h"

namespace chainrule::durability_test {
namespace {

using cli_test::Result;

struct Fault {
  int error;  // 0: a short read or write
  int count;  // consecutive calls
};

constexpr int kForGood = 1'000'000;
constexpr Fault kFaults[] = {{ENOSPC, 1}, {ENOSPC, kForGood}, {EIO, 1},   {EIO, kForGood},
                             {EDQUOT, 1}, {EDQUOT, kForGood}, {EINTR, 1}, {EINTR, 3},
                             {0, 1},      {0, kForGood}};

struct Call {
  bool failed;
  std::string name;
  std::string path;
};

// A command of the program, on a folder with the same contents each time.
struct Scenario {
  std::string name;
  std::function<void(const Folder&)> prepare;
  std::function<std::vector<std::string>(const Folder&)> arguments;
  // Files that it writes in the folder. Afterwards each is unchanged or has its new contents.
  std::vector<std::string> outputs;
  int error_code;             // exit code of a failure; 3 is always allowed (tables)
  bool has_output = false;    // a successful run prints the same each time
  bool may_continue = false;  // a failure may be reported without ending the command
};

class FaultRun {
 public:
  explicit FaultRun(const Scenario& scenario) : scenario_(scenario) {
    sound_ = run({}, 0);
    EXPECT_EQ(sound_.result.code, 0) << sound_.result.err;
  }

  std::size_t calls() const { return sound_.calls.size(); }

  // Whether the command handled the fault at this call (counted from 1); a test failure names the fault.
  bool survives(std::size_t call, Fault fault) {
    const Outcome outcome = run(fault, call);
    const Result& result = outcome.result;
    const std::string& name = sound_.calls[call - 1].name;
    SCOPED_TRACE(scenario_.name + ": call " + std::to_string(call) + " (" + name + " " +
                 sound_.calls[call - 1].path + ") fails " + std::to_string(fault.count) + " times with " +
                 (fault.error == 0 ? "few bytes" : strerrorname_np(fault.error)) + ", exit code " +
                 std::to_string(result.code) + "\n" + result.err);
    bool is_good = true;
    const auto require = [&](bool holds, const std::string& what) {
      if (!holds) ADD_FAILURE() << what;
      is_good = is_good && holds;
    };
    const bool is_done = result.code == 0;
    const bool is_reported = result.err.find("  at: ") != std::string::npos &&
                             result.err.find("  try: ") != std::string::npos &&
                             result.err.find("  got: ") != std::string::npos;
    require(is_done || result.code == 3 || result.code == scenario_.error_code, "the exit code");
    if (!is_done) require(is_reported, "the error says what happened, where, what was found and what to try");
    if (is_done && scenario_.has_output) require(result.out == sound_.result.out, "the same output");
    // Faults that POSIX allows at any time, and those that a second try repairs.
    const bool can_be_interrupted =
        name == "open" || name == "read" || name == "write" || name == "fsync" || name == "close";
    if (fault.error == 0 || (fault.error == EINTR && can_be_interrupted))
      require(is_done && !is_reported, "continues as if nothing had happened");
    const bool is_of_temporary = sound_.calls[call - 1].path.find(".tmp-") != std::string::npos;
    if (fault.count == 1 && is_of_temporary && (name == "fsync" || name == "close"))
      require(is_done && !is_reported, "writes the file again");
    for (const std::string& output : scenario_.outputs) {
      const std::string& after = outcome.files.at(output);
      const bool is_new = after == sound_.files.at(output);
      if (is_done && !scenario_.may_continue) require(is_new, output + " is the new file");
      require(is_new || after == outcome.before.at(output), output + " is the old or the new file");
    }
    const bool could_remove = std::ranges::none_of(
        outcome.calls, [](const Call& made) { return made.failed && made.name == "unlink"; });
    if (could_remove) require(outcome.temporaries == 0, "no temporary file is left");
    return is_good;
  }

 private:
  struct Outcome {
    Result result;
    std::map<std::string, std::string> before, files;
    std::vector<Call> calls;
    std::size_t temporaries = 0;
  };

  Outcome run(Fault fault, std::size_t call) const {
    const Folder folder, other;
    scenario_.prepare(folder);
    Outcome outcome;
    for (const std::string& output : scenario_.outputs)
      outcome.before[output] = read_text(folder / output);
    outcome.result = cli_test::run(scenario_.arguments(folder),
                                   {.environment = {{"LD_PRELOAD", CHAINRULE_FAULTY_CALLS},
                                                    {"FAULTY_UNDER", folder.path().string()},
                                                    {"FAULTY_CALL", std::to_string(call)},
                                                    {"FAULTY_COUNT", std::to_string(fault.count)},
                                                    {"FAULTY_ERROR", std::to_string(fault.error)},
                                                    {"FAULTY_LOG", other / "log"}}});
    for (const std::string& output : scenario_.outputs)
      outcome.files[output] = read_text(folder / output);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
      outcome.temporaries += entry.path().filename().string().find(".tmp-") != std::string::npos;
    for (const std::string& line : cli_test::lines_of(read_text(other / "log"))) {
      const std::size_t space = line.find(' ', 2);
      outcome.calls.push_back(
          {.failed = line[0] == '!', .name = line.substr(2, space - 2), .path = line.substr(space + 1)});
    }
    // Paths differ from run to run: replace them, so that outputs can be compared.
    for (std::string* const text : {&outcome.result.out, &outcome.result.err}) {
      for (std::size_t at; (at = text->find(folder.path().string())) != std::string::npos;)
        text->replace(at, folder.path().string().size(), "FOLDER");
    }
    return outcome;
  }

  const Scenario& scenario_;
  Outcome sound_;
};

const std::string& moons() {
  static const Folder folder;
  static const std::string path = [] {
    make_moons(folder, 64);
    return folder / "t.csv";
  }();
  return path;
}

// A model and the checkpoint of a stopped training, made once.
const Folder& prepared() {
  static const Folder folder;
  static const bool is_ready = [] {
    std::filesystem::copy_file(moons(), folder / "t.csv");
    const Result trained =
        cli_test::run({"train", folder / "t.csv", "--epochs", "3", "--hidden", "4", "-o", folder / "m"});
    EXPECT_EQ(trained.code, 0) << trained.err;
    const Result stopped =
        cli_test::run({"train", folder / "t.csv", "--epochs", "40", "--patience", "0", "--hidden", "4", "-o",
                       folder / "stopped", "--checkpoint", folder / "c", "--time-budget", "0.000001"});
    EXPECT_EQ(stopped.code, 0) << stopped.err;
    return true;
  }();
  EXPECT_TRUE(is_ready);
  return folder;
}

void copy_of(const std::string& name, const Folder& to, const std::string& as) {
  std::filesystem::copy(prepared() / name, to / as, std::filesystem::copy_options::recursive);
}

std::vector<Scenario> scenarios() {
  const auto train = [](std::vector<std::string> more) {
    return [more](const Folder& folder) {
      std::vector<std::string> arguments = {"train", moons(),    "--epochs", "2",  "--patience",
                                            "0",     "--hidden", "4",        "-o", folder / "m"};
      for (const std::string& word : more)
        arguments.push_back(word.starts_with("@") ? folder / word.substr(1) : word);
      return arguments;
    };
  };
  const auto nothing = [](const Folder&) {};
  const auto old_model = [](const Folder& folder) { copy_of("m", folder, "m"); };
  return {
      {.name = "a new model",
       .prepare = nothing,
       .arguments = train({"--quiet"}),
       .outputs = {"m"},
       .error_code = 3},
      {.name = "a model over an old one",
       .prepare = old_model,
       .arguments = train({"--quiet"}),
       .outputs = {"m"},
       .error_code = 3},
      {.name = "a model with checkpoints",
       .prepare = old_model,
       .arguments = train({"--quiet", "--checkpoint", "@c", "--every", "1"}),
       .outputs = {"m"},
       .error_code = 3,
       .may_continue = true},
      {.name = "resuming from a checkpoint",
       .prepare =
           [](const Folder& folder) {
             copy_of("m", folder, "m");
             copy_of("c", folder, "c");
           },
       .arguments = [](const Folder& folder) -> std::vector<std::string> {
         return {"train", moons(), "--resume", folder / "c", "--quiet", "-o", folder / "m"};
       },
       .outputs = {"m"},
       .error_code = 4,
       .may_continue = true},
      {.name = "predictions of a model for a table",
       .prepare =
           [](const Folder& folder) {
             copy_of("m", folder, "m");
             copy_of("t.csv", folder, "t.csv");
           },
       .arguments = [](const Folder& folder) -> std::vector<std::string> {
         return {"predict", folder / "m", folder / "t.csv"};
       },
       .outputs = {"m", "t.csv"},
       .error_code = 4,
       .has_output = true},
  };
}

TEST(Fault, AtEachSystemCallIsRecoveredFromOrReportedAndTheOldFileStays) {
  if (kIsSanitized) GTEST_SKIP() << "the sanitizer runtime must be loaded first";
  std::size_t good = 0, all = 0;
  const std::size_t stride = rounds(1, 23);
  for (const Scenario& scenario : scenarios()) {
    FaultRun run(scenario);
    EXPECT_GT(run.calls(), 8u) << scenario.name;
    std::size_t number = 0;
    for (const Fault fault : kFaults) {
      for (std::size_t call = 1; call <= run.calls(); ++call) {
        if (number++ % stride != 0) continue;
        ++all;
        good += run.survives(call, fault);
      }
    }
  }
  report_count(
      "system calls that fail with ENOSPC, EIO, EDQUOT, EINTR or a short count, once and permanently, while "
      "models and checkpoints are saved and loaded: recovered from or reported, the old file intact",
      good, all);
}

// A disk that is full from the start, or becomes full as the file grows: an error says so, and the old file
// stays.
TEST(Fault, AFullDiskAndAFileThatMayNotGrowAreReported) {
  std::size_t good = 0, all = 0;
  const auto judge = [&](const Result& result, const std::string& words, bool is_old_file_whole) {
    const bool is_right = result.code == 3 && cli_test::contains(result.err, words) &&
                          cli_test::contains(result.err, "  try: ") && is_old_file_whole;
    EXPECT_TRUE(is_right) << result.code << "\n" << result.out << result.err;
    ++all;
    good += is_right;
  };
  const std::string model = read_text(prepared() / "m");
  {
    const Folder folder;
    copy_of("m", folder, "m");
    // Not smaller: the messages of the program go into a file, too.
    for (const std::size_t limit : {700, 1500, 3000}) {
      judge(cli_test::run({"train", moons(), "--quiet", "--epochs", "2", "-o", folder / "m"},
                          {.largest_file = limit}),
            "File too large", read_text(folder / "m") == model && folder.names().size() == 1);
    }
  }
  judge(cli_test::run({"train", moons(), "--epochs", "2", "-o", "/dev/full"}), "No space left on device",
        true);
  judge(cli_test::run({"predict", prepared() / "m", moons()}, {.out_path = "/dev/full"}),
        "No space left on device", true);
  // A file system of 32 KiB; the model needs more than is free.
  const Folder folder;
  copy_of("m", folder, "old");
  const std::string mounted = "unshare -m sh -c 'mount -t tmpfs -o size=32k none d && ";
  if (cli_test::run({}, {.folder = folder.path().string(), .shell_line = "mkdir -p d; " + mounted + "true'"})
          .code != 0) {
    std::cout << "cannot mount a file system here (not root): the full disk is left out\n";
  } else {
    for (const std::string hidden : {"2000", "4000", "16000"}) {
      const Result result =
          cli_test::run({}, {.folder = folder.path().string(),
                             .shell_line = mounted + "cp old d/m && { chainrule train " + moons() +
                                           " --epochs 2 --hidden " + hidden +
                                           " -o d/m; code=$?; cmp old d/m && ls -A d; exit $code; }'"});
      judge(result, "No space left on device", result.out == "m\n");
    }
    // The checkpoint does not fit: the program reports it, and training continues.
    const Result result = cli_test::run(
        {}, {.folder = folder.path().string(),
             .shell_line = mounted + "chainrule train " + moons() +
                           " --epochs 2 --hidden 2000 --checkpoint d/c --every 1 -o m; code=$?; ls -A d/c; "
                           "exit $code'"});
    ++all;
    const bool is_right =
        result.code == 0 && cli_test::contains(result.err, "the checkpoint could not be written") &&
        cli_test::contains(result.err, "No space left on device") &&
        result.out.find(".tmp-") == std::string::npos && cli_test::run({"inspect", folder / "m"}).code == 0;
    EXPECT_TRUE(is_right) << result.code << "\n" << result.out << result.err;
    good += is_right;
  }
  report_count(
      "saves on a full disk or to a file that may not grow (tmpfs, /dev/full, ulimit -f): reported, the old "
      "file intact",
      good, all);
}

}  // namespace
}  // namespace chainrule::durability_test
