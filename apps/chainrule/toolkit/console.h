// The terminal: results to standard output, everything else to standard error, in the colours and the width
// of the terminal.
//
// Only the program uses this; the library never prints.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "chainrule/io/image_text.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/train/history.h"

namespace chainrule::cli {

// The reader of standard output went away (`chainrule predict ... | head`): the program ends quietly.
class ClosedPipe : public std::exception {
 public:
  const char* what() const noexcept override { return "the reader of standard output went away"; }
};

// A signal asked the program to end while there was nothing to save.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int signal) : signal_(signal) {}
  const char* what() const noexcept override { return "interrupted"; }
  int signal() const { return signal_; }

 private:
  int signal_;
};

enum class Verbosity { normal, quiet };

class Console {
 public:
  // `program`: the word that the user typed to start the program; suggested commands repeat it.
  explicit Console(std::string program);
  // Writes what is left; failures are lost here, so call flush() first.
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // A piece of the result. Throws ClosedPipe, or DataError when standard output takes no more (a full disk).
  void out(std::string_view text);
  void flush();
  // To standard error at once; a missing reader is not an error.
  void err(std::string_view text);
  // "chainrule: note: ..." on standard error, unless quiet.
  void note(std::string_view text);

  // Who reads the messages: the user of the command that runs.
  void set_reader(Reader reader) { reader_ = std::move(reader); }
  const Reader& reader() const { return reader_; }

  void be_quiet() { verbosity_ = Verbosity::quiet; }
  Verbosity verbosity() const { return verbosity_; }
  const std::string& program() const { return program_; }

  std::size_t out_width() const { return out_width_; }
  std::size_t err_width() const { return err_width_; }
  TerminalColour out_colour() const { return out_colour_; }
  TerminalColour err_colour() const { return err_colour_; }
  bool out_is_terminal() const { return out_is_terminal_; }
  // A line on standard error can be drawn over (a terminal, and not TERM=dumb).
  bool err_redraws() const { return err_redraws_; }

  // Bold where there is colour.
  std::string heading(std::string_view text) const;

 private:
  std::string program_;
  Reader reader_ = Face::command_line;
  std::string buffer_;
  Verbosity verbosity_ = Verbosity::normal;
  bool out_failed_ = false;
  bool out_is_terminal_ = false, err_redraws_ = false;
  std::size_t out_width_ = 100, err_width_ = 100;
  TerminalColour out_colour_ = TerminalColour::none, err_colour_ = TerminalColour::none;
};

// Where a progress line goes and what it may do there.
struct ProgressStyle {
  bool redraws = false;  // one line drawn over and over; else about twenty plain lines in all
  std::size_t width = 100;
  std::string score_name;  // "accuracy", "r2"
};

// At most one line per epoch: "epoch 12/200 [===>   ] loss 0.12  validation 0.2  accuracy 0.97  12,000 rows/s
// 0:12 left".
class ProgressLine {
 public:
  using Clock = std::chrono::steady_clock;
  ProgressLine(Console& console, ProgressStyle style);
  void report(const EpochReport& epoch, Clock::time_point now = Clock::now());
  // The progress of something else than epochs.
  void report(const std::string& text);
  // Shows the last epoch if it was not shown, and ends the line.
  void finish();

 private:
  void show(const EpochReport& epoch);

  Console& console_;
  ProgressStyle style_;
  EpochReport last_;
  bool any_ = false, last_is_shown_ = false, line_is_open_ = false;
  Clock::time_point shown_at_;
  std::chrono::seconds patience_{
      30};  // plain lines: a slow epoch is shown at least this often, doubled each time
};

// The text of one progress line, no wider than `style.width`.
std::string progress_text(const EpochReport& epoch, const ProgressStyle& style);

// While it lives, the first Ctrl-C (or another request to end: SIGTERM, SIGHUP, SIGXCPU, SIGUSR1) only sets a
// flag and prints `message`; the second ends the program at once, with 128 and the signal's number. One at a
// time.
class InterruptGuard {
 public:
  explicit InterruptGuard(const char* message);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  bool asked() const { return signal() != 0; }
  // The first signal; 0: none.
  int signal() const;
  // Throws Interrupted when asked().
  void check() const;
};

}  // namespace chainrule::cli
