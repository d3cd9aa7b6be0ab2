// Prepares the text of a table for the reader of records: some lines are left out or rewritten, so that the
// readers need to know only one kind of table.
//
//   bytes of the file -> without the last lines -> LineRewriter, line by line -> readers
//
// Line breaks are neither added nor removed between the first and the last line, so lines keep their numbers.
// Without rules, the bytes pass unchanged and uncopied.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "chainrule/data/byte_source.h"
#include "chainrule/data/csv_records.h"

namespace chainrule {

// In which rows delimiters at the end are removed.
enum class EndDelimiter { keep, drop, drop_in_header };

struct LineRules {
  CsvDialect dialect;         // of the file; its delimiter is a space if blanks separate the cells
  bool joins_blanks = false;  // runs of spaces and tabs between cells become one space
  EndDelimiter end_delimiter = EndDelimiter::keep;
  std::size_t end_delimiters = 1;  // at most this many
  std::string header_prefix;       // put before the first row
  std::size_t skip_last = 0;       // lines to skip at the end, not counting blank ones

  bool are_empty() const {
    return !joins_blanks && end_delimiter == EndDelimiter::keep && header_prefix.empty() && skip_last == 0;
  }
};

// Rewrites a text that comes in parts. An incomplete record waits for its rest.
class LineRewriter {
 public:
  explicit LineRewriter(LineRules rules) : rules_(std::move(rules)) {}
  void add(std::string_view text, InputState state, std::string& out);

 private:
  void hold_last_lines(std::string_view text, InputState state);
  void take_record(std::string_view record, std::string& out);
  void join_blanks(std::string_view record, std::string& out) const;

  LineRules rules_;
  std::string held_;     // text that may belong to the last lines
  std::string pending_;  // an incomplete record
  std::size_t scanned_ = 0;
  bool is_quoted_ = false, is_cell_start_ = true;
  bool has_closed_ = false;  // the character before was a closing quote
  bool is_first_ = true;
};

// `text` is the whole table or its start.
std::string rewritten(std::string_view text, InputState state, const LineRules& rules);

class TextSource {
 public:
  // How much of a source that cannot be read twice is kept in memory for restart().
  enum class Keep { start, all };
  TextSource(ByteSource& source, Keep keep) : source_(source), keep_(keep), keeps_(!source.can_rewind()) {}

  const std::string& path() const { return source_.path(); }
  const std::string& display_name() const { return source_.display_name(); }
  bool is_compressed() const { return source_.is_compressed(); }
  std::string_view compression() const { return source_.compression(); }
  std::uint64_t first_line() const { return source_.first_line(); }

  // Whether the start can be read again, and without waiting: true for regular files.
  bool can_restart_cheaply() const { return !keeps_; }
  // Whether read() would wait because the other end of a pipe has sent nothing more yet.
  bool would_wait() const {
    return !replays_ && out_begin_ == out_.size() && state_ == InputState::more_may_come &&
           source_.would_wait();
  }
  // Only before start_table().
  std::string_view peek(std::size_t count) {
    const std::string_view text = source_.peek(count);
    peeked_end_ = std::max(peeked_end_, consumed_ + text.size());
    return text;
  }
  // Up to bytes.size() bytes; 0 means the end.
  std::size_t read(std::span<char> bytes);
  std::size_t read_fully(std::span<char> bytes);
  // The table is what has not been read yet: it is rewritten by these rules, and restart() returns to here.
  void start_table(const LineRules& rules);
  void restart();
  // The file from its first byte, at most `limit` bytes; for a pipe with Keep::start, only what was read of
  // it. Whatever has not been read yet is then lost.
  struct Start {
    std::string text;
    InputState state = InputState::ended;
  };
  Start text_from_start(std::size_t limit);

 private:
  std::size_t read_bytes(std::span<char> bytes);

  ByteSource& source_;
  Keep keep_;
  bool keeps_;
  std::string kept_;
  bool replays_ = false;
  std::size_t replayed_ = 0;
  std::uint64_t consumed_ = 0, table_begin_ = 0, peeked_end_ = 0;
  LineRules rules_;
  std::unique_ptr<LineRewriter> rewriter_;
  std::string out_, raw_;
  std::size_t out_begin_ = 0;
  InputState state_ = InputState::more_may_come;
};

// A source that reads from memory; `path` is for messages.
std::unique_ptr<ByteSource> source_of_text(std::string text, const std::string& path);

}  // namespace chainrule
