#include "chainrule/program.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {
namespace {

int fail(Console& console, ExitCode code, const std::string& message) {
  // The results so far are written before the reason why there are no more.
  try {
    console.flush();
  } catch (...) {
  }
  const bool colour = console.err_colour() == TerminalColour::ansi;
  // Paths and cells may hold anything; a message must not control the terminal.
  std::string text;
  for (const std::string& line : split_text(message, '\n'))
    text += printable(line) + "\n";
  console.err(std::string("chainrule: ") + (colour ? "\x1b[1;31merror:\x1b[0m " : "error: ") + text);
  return static_cast<int>(code);
}

constexpr std::string_view kNoMemory =
    "there is not enough memory\n  try:      fewer rows, fewer --hidden units, or a smaller --batch-size";

// Memory ran out where nothing may be thrown: in the message about it, or in nlohmann::json, whose destructor
// allocates. Files are complete: unfinished ones have temporary names.
[[noreturn]] void end_without_memory() {
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    for (const std::string_view text :
         {std::string_view("chainrule: error: "), kNoMemory, std::string_view("\n")})
      static_cast<void>(write(STDERR_FILENO, text.data(), text.size()) < 0);
    _exit(static_cast<int>(ExitCode::bad_data));
  } catch (...) {  // a bug: the core dump shows where
  }
  std::abort();
}

// Before other objects at namespace scope: some of CLI11's allocate.
[[gnu::constructor(101)]] void prepare_for_lack_of_memory() {
  std::set_terminate(end_without_memory);
}

ExitCode run(Console& console, std::vector<std::string> arguments) {
  if (!arguments.empty() && (arguments[0] == "--version" || arguments[0] == "-V")) {
    console.out("chainrule " CHAINRULE_VERSION "\n");
    console.flush();
    return ExitCode::done;
  }
  // `chainrule help train` is `chainrule train --help`.
  if (!arguments.empty() && arguments[0] == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  CommandLine line;
  add_all_commands(line.root());
  const ExitCode code = line.run(arguments, console);
  console.flush();
  return code;
}

}  // namespace

void add_all_commands(Command& root) {
  root.example("train penguins.csv --target species",
               "learn to predict the column species; writes penguins.safetensors");
  root.example("predict penguins.safetensors new.csv > predictions.csv", "predict new rows");
  root.example("evaluate penguins.safetensors test.csv", "how good it is on rows it never saw");
  root.example("data describe penguins.csv", "how a table is read");
  // run() handles it before there is a tree; this entry is for help and completion.
  root.flag("-V,--version", "the version");
  add_train_command(root);
  add_predict_command(root);
  add_evaluate_command(root);
  add_cv_command(root);
  add_tune_command(root);
  add_inspect_command(root);
  add_data_command(root);
  add_gradcheck_command(root);
  add_explain_command(root);
  add_graph_command(root);
  add_lesson_command(root);
  add_bench_command(root);
  add_completion_command(root);
}

int run_program(std::string program, std::vector<std::string> arguments) {
  // A reader that goes away is noticed when we write to it.
  signal(SIGPIPE, SIG_IGN);
  // So is a file that may not grow any further (ulimit -f).
  signal(SIGXFSZ, SIG_IGN);
  Console console(std::move(program));
  try {
    return static_cast<int>(run(console, std::move(arguments)));
  } catch (const ClosedPipe&) {
    return static_cast<int>(ExitCode::done);
  } catch (const Interrupted& interrupted) {
    return static_cast<int>(exit_code_after(interrupted.signal()));
  } catch (const Error& error) {
    return fail(console, exit_code_of(error), format_error(error.report(), console.reader()));
  } catch (const std::bad_alloc& error) {
    return fail(console, exit_code_of(error), std::string(kNoMemory));
  } catch (const std::length_error& error) {
    return fail(console, exit_code_of(error),
                "this does not fit into memory\n  try:      fewer rows, fewer --hidden units, or a "
                "smaller --batch-size");
  } catch (const std::exception& error) {
    return fail(console, exit_code_of(error), std::string("an error in chainrule itself: ") + error.what());
  }
}

}  // namespace chainrule::cli
