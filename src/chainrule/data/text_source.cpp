// A record ends at a line break outside quotes. A quote counts only at the start of a cell, as in
// csv_records.h.
#include "chainrule/data/text_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace chainrule {
namespace {

constexpr std::size_t kLongestPending = std::size_t{1} << 26;
constexpr std::size_t kKeptStart = std::size_t{1} << 20;
constexpr std::size_t kPart = 64 * 1024;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

class TextFile final : public ReadableFile {
 public:
  explicit TextFile(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<std::byte> bytes) override {
    const std::size_t count = std::min(bytes.size(), text_.size() - at_);
    std::memcpy(bytes.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool can_rewind() const override { return true; }
  void rewind() override { at_ = 0; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

void LineRewriter::add(std::string_view text, InputState state, std::string& out) {
  if (rules_.skip_last != 0) {
    hold_last_lines(text, state);
  } else {
    pending_ += text;
  }
  LineRules plain = rules_;
  plain.skip_last = 0;
  if (plain.are_empty()) {
    out += pending_;
    pending_.clear();
    return;
  }
  const CsvDialect& signs = rules_.dialect;
  const auto is_sign = [](char c, int sign) { return sign == static_cast<unsigned char>(c); };
  std::size_t begin = 0;
  for (; scanned_ < pending_.size(); ++scanned_) {
    const char c = pending_[scanned_];
    const bool has_next = scanned_ + 1 < pending_.size();
    const bool needs_next = is_sign(c, signs.escape) || c == '\r';
    if (needs_next && !has_next && state == InputState::more_may_come) break;
    const bool follows_quote = std::exchange(has_closed_, false);
    if (is_sign(c, signs.escape) && has_next) {
      ++scanned_;
      is_cell_start_ = false;
    } else if (is_quoted_) {
      // A doubled quote closes and opens again.
      has_closed_ = is_sign(c, signs.quote);
      is_quoted_ = !has_closed_;
    } else if (is_line_end(c)) {
      const std::size_t after = scanned_ + (c == '\r' && has_next && pending_[scanned_ + 1] == '\n' ? 2 : 1);
      take_record(std::string_view(pending_).substr(begin, scanned_ - begin), out);
      out.append(pending_, scanned_, after - scanned_);
      scanned_ = after - 1;
      begin = after;
      is_cell_start_ = true;
    } else if (is_sign(c, signs.quote)) {
      is_quoted_ = is_cell_start_ || follows_quote;
      is_cell_start_ = false;
    } else if (c == signs.delimiter || (rules_.joins_blanks && is_blank(c))) {
      is_cell_start_ = true;
    } else if (!is_blank(c)) {
      // A comment runs to the end of its line, whatever quotes it has.
      if (is_sign(c, signs.comment) && pending_.find_first_not_of(" \t", begin) == scanned_) {
        const std::size_t stop = pending_.find_first_of("\r\n", scanned_);
        if (stop == std::string::npos && state == InputState::more_may_come) break;
        scanned_ = std::min(stop, pending_.size()) - 1;
      }
      is_cell_start_ = false;
    }
  }
  if (state == InputState::ended || pending_.size() - begin > kLongestPending) {
    take_record(std::string_view(pending_).substr(begin), out);
    begin = pending_.size();
    scanned_ = begin;
  }
  pending_.erase(0, begin);
  scanned_ -= begin;
}

// Moves to pending_ what comes before the last lines.
void LineRewriter::hold_last_lines(std::string_view text, InputState state) {
  held_ += text;
  std::size_t lines = 0;
  std::size_t at = held_.size();
  while (at != 0 && lines < rules_.skip_last) {
    std::size_t begin = at;
    while (begin != 0 && is_line_end(held_[begin - 1]))
      --begin;
    const std::size_t end = begin;
    while (begin != 0 && !is_line_end(held_[begin - 1]))
      --begin;
    const std::string_view line = std::string_view(held_).substr(begin, end - begin);
    if (line.find_first_not_of(" \t") != std::string_view::npos) ++lines;
    at = begin;
  }
  pending_.append(held_, 0, at);
  held_.erase(0, at);
  if (state == InputState::ended) held_.clear();
}

// A run of blanks outside quotes becomes one space; `record` begins with a cell.
void LineRewriter::join_blanks(std::string_view record, std::string& out) const {
  bool is_quoted = false, is_start = true, has_closed = false, has_gap = false;
  for (const char c : record) {
    if (!is_quoted && is_blank(c)) {
      has_gap = is_start = true;
      has_closed = false;
      continue;
    }
    if (std::exchange(has_gap, false)) out += ' ';
    const bool follows_quote = std::exchange(has_closed, false);
    if (rules_.dialect.quote == static_cast<unsigned char>(c)) {
      has_closed = is_quoted;
      is_quoted = !is_quoted && (is_start || follows_quote);
    }
    is_start = false;
    out += c;
  }
}

void LineRewriter::take_record(std::string_view record, std::string& out) {
  const std::size_t first = record.find_first_not_of(" \t");
  const bool is_comment =
      first != std::string_view::npos && rules_.dialect.comment == static_cast<unsigned char>(record[first]);
  if (first == std::string_view::npos || is_comment) {
    out += record;
    return;
  }
  const bool is_header = std::exchange(is_first_, false);
  if (is_header) out += rules_.header_prefix;
  if (rules_.joins_blanks) return join_blanks(record.substr(first), out);
  const bool drops_end = rules_.end_delimiter == EndDelimiter::drop ||
                         (rules_.end_delimiter == EndDelimiter::drop_in_header && is_header);
  if (drops_end) {
    for (std::size_t n = 0; n < rules_.end_delimiters; ++n) {
      std::string_view row = record;
      while (!row.empty() && is_blank(row.back()) && row.back() != rules_.dialect.delimiter)
        row.remove_suffix(1);
      if (row.empty() || row.back() != rules_.dialect.delimiter) break;
      record = row.substr(0, row.size() - 1);
    }
  }
  out += record;
}

std::string rewritten(std::string_view text, InputState state, const LineRules& rules) {
  std::string out;
  LineRewriter(rules).add(text, state, out);
  return out;
}

std::size_t TextSource::read_bytes(std::span<char> bytes) {
  std::size_t count = 0;
  if (replays_) {
    count = kept_.copy(bytes.data(), bytes.size(), replayed_);
    replayed_ += count;
    return count;
  }
  count = source_.read(bytes);
  consumed_ += count;
  if (keeps_ && (keep_ == Keep::all || kept_.size() < kKeptStart)) kept_.append(bytes.data(), count);
  return count;
}

std::size_t TextSource::read(std::span<char> bytes) {
  if (rewriter_ == nullptr) return read_bytes(bytes);
  while (out_begin_ == out_.size() && state_ == InputState::more_may_come && !bytes.empty()) {
    out_.clear();
    out_begin_ = 0;
    raw_.resize(kPart);
    const std::size_t count = read_bytes(raw_);
    if (count == 0) state_ = InputState::ended;
    rewriter_->add(std::string_view(raw_).substr(0, count), state_, out_);
  }
  const std::size_t count = out_.copy(bytes.data(), bytes.size(), out_begin_);
  out_begin_ += count;
  return count;
}

std::size_t TextSource::read_fully(std::span<char> bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t count = read(bytes.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

void TextSource::start_table(const LineRules& rules) {
  table_begin_ = consumed_;
  rules_ = rules;
  if (!rules.are_empty()) rewriter_ = std::make_unique<LineRewriter>(rules);
}

void TextSource::restart() {
  if (keeps_) {
    replays_ = true;
    replayed_ = static_cast<std::size_t>(table_begin_);
  } else {
    source_.rewind();
    std::string skipped(static_cast<std::size_t>(table_begin_), '\0');
    source_.read_fully(skipped);
  }
  out_.clear();
  out_begin_ = 0;
  state_ = InputState::more_may_come;
  if (rewriter_ != nullptr) rewriter_ = std::make_unique<LineRewriter>(rules_);
}

TextSource::Start TextSource::text_from_start(std::size_t limit) {
  Start start;
  if (keeps_) {
    start.text = kept_;
    // Do not wait for a program that may be waiting for an answer.
    if (keep_ == Keep::start) {
      if (consumed_ == kept_.size() && peeked_end_ > consumed_)
        start.text += source_.peek(static_cast<std::size_t>(peeked_end_ - consumed_));
      start.state = InputState::more_may_come;
    }
  } else {
    source_.rewind();
  }
  std::string part(kPart, '\0');
  while (start.text.size() <= limit && start.state == InputState::ended) {
    const std::size_t count = source_.read(part);
    if (count == 0) break;
    start.text.append(part, 0, count);
  }
  if (start.text.size() <= limit && start.state == InputState::ended) return start;
  start.state = InputState::more_may_come;
  const std::size_t end = start.text.find_last_of('\n', limit == 0 ? 0 : limit - 1);  // npos stays npos
  start.text.resize(end == std::string::npos ? 0 : end + 1);
  return start;
}

std::unique_ptr<ByteSource> source_of_text(std::string text, const std::string& path) {
  ByteSourceOptions options = {.path = path, .length = text.size()};
  return std::make_unique<ByteSource>(std::make_unique<TextFile>(std::move(text)), std::move(options));
}

}  // namespace chainrule
