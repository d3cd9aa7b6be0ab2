// Standard output is buffered and fails with an error; standard error is written at once and never fails.
// The progress line redraws itself on a terminal, and elsewhere prints about twenty lines. The signal
// handler of InterruptGuard only sets a flag and writes a message.
#include "chainrule/toolkit/console.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {
namespace {

constexpr std::size_t kBuffer = 1 << 16;

std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t terminal_width(int descriptor) {
  winsize size = {};
  if (isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  if (const auto columns = parse_integer(environment("COLUMNS"));
      columns && *columns >= 20 && *columns <= 1000) {
    return static_cast<std::size_t>(*columns);
  }
  return 100;
}

// https://no-color.org: any value that is not empty switches colour off.
TerminalColour colour_of(int descriptor) {
  const bool wanted =
      isatty(descriptor) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return wanted ? TerminalColour::ansi : TerminalColour::none;
}

// What a signal handler may touch.
volatile sig_atomic_t first_signal = 0;
const char* interrupt_message = "";
std::size_t interrupt_message_size = 0;
// Ctrl-C; a polite request to end; the terminal is closed; how schedulers say that the time is nearly up.
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1};
struct sigaction previous_actions[std::size(kSignals)];

void on_interrupt(int signal) {
  // The kernel repeats SIGXCPU every second: that is no second request.
  if (first_signal != 0 && signal == SIGXCPU) return;
  if (first_signal != 0) _exit(128 + signal);
  first_signal = signal;
  const int saved = errno;
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, interrupt_message, interrupt_message_size);
  errno = saved;
}

}  // namespace

Console::Console(std::string program) : program_(std::move(program)) {
  out_is_terminal_ = isatty(STDOUT_FILENO) == 1;
  err_redraws_ = isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb" && !environment("TERM").empty();
  out_width_ = terminal_width(STDOUT_FILENO);
  err_width_ = terminal_width(STDERR_FILENO);
  out_colour_ = colour_of(STDOUT_FILENO);
  err_colour_ = colour_of(STDERR_FILENO);
}

Console::~Console() {
  try {
    if (!out_failed_) flush();
  } catch (...) {
  }
}

void Console::out(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffer || (out_is_terminal_ && buffer_.find('\n') != std::string::npos)) flush();
}

void Console::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(STDOUT_FILENO, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (written < 0 && errno == EINTR) continue;
    const int reason = errno;
    out_failed_ = true;
    buffer_.clear();
    if (reason == EPIPE) throw ClosedPipe();
    throw DataError({.what = "the result could not be written: " + std::string(std::strerror(reason)),
                     .where = "standard output",
                     .advice = "free some space, or send the result elsewhere"});
  }
  buffer_.clear();
}

void Console::err(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

void Console::note(std::string_view text) {
  if (verbosity_ == Verbosity::quiet) return;
  // A note may be an error with its answers, a line for each.
  std::string shown;
  for (const std::string& line : split_text(text, '\n'))
    shown += printable(line) + "\n";
  err("chainrule: note: " + shown);
}

std::string Console::heading(std::string_view text) const {
  if (out_colour_ == TerminalColour::none) return std::string(text);
  return "\x1b[1m" + std::string(text) + "\x1b[0m";
}

std::string progress_text(const EpochReport& epoch, const ProgressStyle& style) {
  const std::string epochs = std::to_string(epoch.epochs);
  std::string number = std::to_string(epoch.epoch);
  if (number.size() < epochs.size()) number.insert(0, epochs.size() - number.size(), ' ');
  // The most important first: what does not fit is left out from the end.
  std::vector<std::string> parts = {"loss " + format_significant(epoch.training_loss, 4)};
  if (epoch.corrections) parts.push_back(count_of(*epoch.corrections, "correction"));
  if (epoch.validation_loss) parts.push_back("validation " + format_significant(*epoch.validation_loss, 4));
  if (epoch.validation_score) parts.push_back(style.score_name + " " + score_number(*epoch.validation_score));
  parts.push_back(clock_time(epoch.seconds_left) + " left");
  parts.push_back(format_count(static_cast<std::uint64_t>(std::max(0.0, epoch.rows_per_second))) + " rows/s");

  std::string text = fmt::format("epoch {}/{}", number, epochs);
  constexpr std::size_t kBar = 20;
  if (style.redraws && style.width >= 70 && epoch.epochs > 0) {
    const std::size_t done =
        std::min<std::size_t>(kBar, static_cast<std::size_t>(epoch.epoch * kBar / epoch.epochs));
    std::string bar(done, '=');
    if (done < kBar) bar += '>';
    bar.resize(kBar, ' ');
    text += " [" + bar + "]";
  }
  // A terminal that is written to its last column may wrap.
  for (const std::string& part : parts) {
    if (text.size() + 2 + part.size() + 1 > style.width) break;
    text += "  " + part;
  }
  return text;
}

ProgressLine::ProgressLine(Console& console, ProgressStyle style)
    : console_(console), style_(std::move(style)) {}

void ProgressLine::report(const EpochReport& epoch, Clock::time_point now) {
  const bool is_first = !any_;
  any_ = true;
  last_ = epoch;
  last_is_shown_ = false;
  bool due = is_first;
  if (style_.redraws) {
    due = due || now - shown_at_ >= std::chrono::milliseconds(100);
  } else {
    const std::uint64_t every = std::max<std::uint64_t>(1, (epoch.epochs + 17) / 18);
    due = due || epoch.epoch % every == 0;
    if (!due && now - shown_at_ >= patience_) {
      due = true;
      patience_ *= 2;
    }
  }
  if (!due) return;
  show(epoch);
  shown_at_ = now;
}

void ProgressLine::show(const EpochReport& epoch) {
  last_is_shown_ = true;
  report(progress_text(epoch, style_));
}

void ProgressLine::report(const std::string& text) {
  if (console_.verbosity() == Verbosity::quiet) return;
  if (style_.redraws) {
    console_.err("\r" + text + "\x1b[K");
    line_is_open_ = true;
  } else {
    console_.err(text + "\n");
  }
}

void ProgressLine::finish() {
  if (any_ && !last_is_shown_) show(last_);
  if (line_is_open_) console_.err("\n");
  line_is_open_ = false;
}

InterruptGuard::InterruptGuard(const char* message) {
  first_signal = 0;
  interrupt_message = message;
  interrupt_message_size = std::strlen(message);
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  // A signal that was ignored at the start (nohup, a background job) stays ignored.
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], nullptr, &previous_actions[i]);
    if (previous_actions[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &previous_actions[i], nullptr);
}

int InterruptGuard::signal() const {
  return first_signal;
}

void InterruptGuard::check() const {
  if (asked()) throw Interrupted(signal());
}

}  // namespace chainrule::cli
