// Candidates follow from the place and kind of the fault: skip the lines above a fault near the start, or
// those from a fault near the end on; its first sign as a comment sign; its quotes; its delimiter. Each is
// tried alone, in this order, and the first that reads the whole sample is named, then repairs if these read
// it, too.
#include "chainrule/data/reading_advice.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_start.h"
#include "chainrule/data/form_messages.h"
#include "chainrule/data/header_guess.h"
#include "chainrule/data/known_names.h"
#include "chainrule/data/last_row.h"
#include "chainrule/data/text_encoding.h"
#include "chainrule/data/units.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostTitleLines = 60;
constexpr std::size_t kMostLastLines = 12;
constexpr std::size_t kMostAdvice = 2;

std::vector<std::string_view> lines_of(std::string_view text, std::size_t most) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < most) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    lines.push_back(text.substr(0, end));
    const std::size_t breaks = text.substr(end).starts_with("\r\n") ? 2 : end == text.size() ? 0 : 1;
    text.remove_prefix(end + breaks);
  }
  return lines;
}

Message advice_to_repair() {
  return "repair the table, with a report, with " + set_to(Setting::lenient, "");
}

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t\f\v") == std::string_view::npos;
}

class Search {
 public:
  Search(const TextSource::Start& text, const ReadOptions& options, const ReadsWith& reads,
         std::uint64_t fault_line, bool is_quote_fault)
      : text_(text.text),
        state_(text.state),
        options_(options),
        reads_(reads),
        fault_line_(fault_line),
        is_quote_fault_(is_quote_fault),
        first_lines_(lines_of(text_, kMostTitleLines + 1)) {}

  // Whether an advice is to leave out lines: the fault is then hardly a cell.
  bool leaves_out_lines() const { return leaves_out_lines_; }
  std::vector<Message> advice() {
    if (options_.has_lines) {
      if (try_title_of_cells() || try_title_like_names()) return std::move(found_);
      try_comment();
      if (try_known_names()) return std::move(found_);
      try_first_and_last_lines();
      try_quotes();
      try_delimiters();
    }
    if (options_.decimal == DecimalMark::point && has_decimal_commas()) {
      ReadOptions comma = options_;
      comma.decimal = DecimalMark::comma;
      try_options(comma, "read numbers such as 3,5 with " + set_to(Setting::decimal, "comma"));
    }
    if (options_.has_lines) try_header();
    ReadOptions lenient = options_;
    lenient.leniency = Leniency::lenient;
    if (options_.leniency == Leniency::strict) try_options(lenient, advice_to_repair());
    return std::move(found_);
  }

 private:
  bool try_options(const ReadOptions& options, const Message& advice) {
    if (found_.size() == kMostAdvice || !reads_(options)) return false;
    found_.push_back(advice);
    return true;
  }

  // Options that leave out lines, the faulty one among them.
  bool try_lines(const ReadOptions& options, const Message& advice) {
    const bool works = try_options(options, advice);
    leaves_out_lines_ |= works;
    return works;
  }

  // Whether cells are written as 3,5.
  bool has_decimal_commas() const {
    const CsvSample sample = find_delimiter(std::string_view(text_).substr(0, kSampleBytes), state_);
    return std::ranges::any_of(sample.records, [](const auto& record) {
      return std::ranges::any_of(
          record, [](const std::string& cell) { return notation_of(cell) == NumberNotation::decimal_comma; });
    });
  }

  void try_comment() {
    if (options_.comment) return;
    for (const char sign : {'#', '%', ';', '!', '*', '/'}) {
      const bool begins_line = std::string_view(text_).starts_with(sign) ||
                               text_.find(std::string("\n") + sign) != std::string::npos ||
                               text_.find(std::string("\r") + sign) != std::string::npos;
      if (!begins_line || sign == options_.delimiter) continue;
      ReadOptions options = options_;
      options.comment = sign;
      if (try_lines(options, "leave out the lines that begin with " + std::string(1, sign) + " with " +
                                 set_to_text(Setting::comment, std::string(1, sign))))
        return;
    }
  }

  // The lines above those that a model knows.
  bool try_known_names() {
    const std::optional<KnownLine> found = find_known_names(text_, options_.known_names);
    if (!found || found->lines_above <= options_.skip) return false;
    ReadOptions options = options_;
    options.skip = found->lines_above;
    return try_lines(options, "leave out the " + count_of(options.skip, "line") +
                                  " above the names of the columns with " +
                                  set_to(Setting::skip, std::to_string(options.skip)));
  }

  static std::vector<std::string> record_of(std::string_view line, char delimiter) {
    CsvSample sample = delimiter == kBlanks ? take_blanks_sample(line, InputState::ended, {})
                                            : take_sample(line, InputState::ended, delimiter);
    return sample.records.empty() ? std::vector<std::string>() : std::move(sample.records.front());
  }
  static std::size_t cells_of(std::string_view line, char delimiter) {
    return record_of(line, delimiter).size();
  }

  // Lines above the table: from some line on, all records have the same width.
  std::vector<std::size_t> title_lines() const {
    std::vector<std::size_t> counts;
    if (options_.skip != 0 || fault_line_ > kMostTitleLines) return counts;
    const std::size_t most = std::min<std::size_t>(first_lines_.size(), kMostTitleLines);
    for (std::size_t count = 1; count < most && counts.size() < 3; ++count) {
      if (is_blank_line(first_lines_[count])) continue;
      const std::string_view rest = std::string_view(text_).substr(
          static_cast<std::size_t>(first_lines_[count].data() - text_.data()), kSampleBytes);
      const CsvSample sample =
          find_delimiter(rest, rest.size() < kSampleBytes ? state_ : InputState::more_may_come);
      // The lines after the table do not have its width: do not judge by the last records.
      if (sample.records.size() < 2) continue;
      const std::size_t width = sample.records.front().size();
      const auto same = static_cast<std::size_t>(
          std::ranges::count_if(sample.records, [&](const auto& record) { return record.size() == width; }));
      if (width < 2 || same + 3 < sample.records.size() || 2 * same <= sample.records.size()) continue;
      // A line of the same width is the header, or a row; and one of two or more cells is no title, unless a
      // header follows.
      std::size_t above = count - 1, top = 0;
      while (above != 0 && is_blank_line(first_lines_[above]))
        --above;
      while (top != above && is_blank_line(first_lines_[top]))
        ++top;
      const std::size_t cells_above = cells_of(first_lines_[above], sample.delimiter);
      if (cells_above == 0 || cells_above == width || cells_of(first_lines_[top], sample.delimiter) == width)
        continue;
      if (cells_above < 2 || guess_header(sample, MissingWords(options_.missing_words)).has_header)
        counts.push_back(count);
    }
    return counts;
  }

  // A first line with as many cells as the header below it, but not all of them filled or different.
  bool try_title_of_cells() {
    if (options_.skip != 0) return false;
    const CsvSample sample = find_delimiter(std::string_view(text_).substr(0, kSampleBytes), state_);
    if (sample.records.size() < 3 || sample.records[0].size() != sample.records[1].size()) return false;
    const auto are_names = [](const std::vector<std::string>& record) {
      std::vector<std::string> sorted = record;
      std::ranges::sort(sorted);
      return std::ranges::adjacent_find(sorted) == sorted.end() && !sorted.front().empty();
    };
    const bool are_words = std::ranges::all_of(sample.records[1], [](const std::string& cell) {
      return read_cell(cell).meaning == CellMeaning::words;
    });
    if (are_names(sample.records[0]) || !are_words || !are_names(sample.records[1])) return false;
    std::size_t lines = 1;
    while (lines < first_lines_.size() && is_blank_line(first_lines_[lines]))
      ++lines;
    ReadOptions options = options_;
    options.skip = lines;
    return try_lines(options, "leave out the " + count_of(lines, "line") + " above the names with " +
                                  set_to(Setting::skip, std::to_string(lines)));
  }

  // A name of one letter may be a unit, too.
  static bool has_units(const std::vector<std::string>& cells) {
    return std::ranges::all_of(cells, is_unit) || std::ranges::any_of(cells, [](const std::string& cell) {
             return (cell.size() > 1 && is_unit(cell)) || cell.starts_with('(') || cell.starts_with('[');
           });
  }

  // A first line of as many words as the names in the second, below which there are numbers:
  // "Report, sales, 2020".
  bool try_title_like_names() {
    if (options_.skip != 0 || options_.header != HeaderChoice::find || fault_line_ != 2) return false;
    CsvSample sample = find_delimiter(std::string_view(text_).substr(0, kSampleBytes), state_);
    if (sample.records.size() < 4 || sample.records[0].size() != sample.records[1].size() ||
        has_units(sample.records[1]))
      return false;
    sample.records.erase(sample.records.begin());
    const HeaderGuess guess = guess_header(sample, MissingWords(options_.missing_words));
    if (!guess.has_header || !guess.is_sure || guess.kind_columns.empty()) return false;
    ReadOptions options = options_;
    options.skip = 1;
    return try_lines(options,
                     "if the first line is a title, leave it out with " + set_to(Setting::skip, "1"));
  }

  // Lines, blank ones not counted, from a line to the end; 0 if they are many.
  std::size_t last_lines_from(std::uint64_t line) const {
    if (state_ != InputState::ended || line < 2 || options_.skip_last != 0) return 0;
    std::size_t at = 0;
    for (std::uint64_t n = 1; n < line && at < text_.size(); ++n) {
      at = std::min(text_.find_first_of("\r\n", at), text_.size());
      at += text_.compare(at, 2, "\r\n") == 0 ? 2 : 1;
    }
    if (at >= text_.size()) return 0;
    const std::vector<std::string_view> lines =
        lines_of(std::string_view(text_).substr(at), kMostLastLines * 4);
    const CsvSample sample =
        find_delimiter(std::string_view(text_).substr(0, kSampleBytes),
                       text_.size() <= kSampleBytes ? InputState::ended : InputState::more_may_come);
    std::vector<std::size_t> widths;
    for (const auto& record : sample.records)
      widths.push_back(record.size());
    std::ranges::sort(widths);
    const std::size_t usual = widths.empty() ? 0 : widths[widths.size() / 2];
    std::size_t count = 0;
    for (const std::string_view one : lines) {
      if (is_blank_line(one)) continue;
      const std::vector<std::string> record = record_of(one, sample.delimiter);
      // Rows of the table are not left out, but for last ones that are totals or notes.
      const bool is_row =
          record.empty() || (!is_note(record.front()) && std::ranges::none_of(record, is_total_word));
      if (record.size() == usual && is_row) return 0;
      ++count;
    }
    return count <= kMostLastLines ? count : 0;
  }

  void try_first_and_last_lines() {
    const std::size_t last = last_lines_from(fault_line_);
    ReadOptions options = options_;
    options.skip_last = last;
    if (last != 0 && try_lines(options, "leave out the " + count_of(last, "last line") + " with " +
                                            set_to(Setting::skip_last, std::to_string(last))))
      return;
    for (const std::size_t count : title_lines()) {
      options = options_;
      options.skip = count;
      const Message skip = "leave out the " + count_of(count, "line") + " above the table with " +
                           set_to(Setting::skip, std::to_string(count));
      if (try_lines(options, skip)) return;
      for (std::size_t below = 1; below <= 3 && state_ == InputState::ended; ++below) {
        options.skip_last = below;
        if (try_lines(options, skip + " and the " + count_of(below, "line") + " below it with " +
                                   set_to(Setting::skip_last, std::to_string(below))))
          return;
      }
    }
  }

  void try_quotes() {
    ReadOptions options = options_;
    if (!options.escape && text_.find("\\\"") != std::string::npos) {
      options.escape = '\\';
      if (try_options(options, "read a backslash before a quote as part of it with " +
                                   set_to_text(Setting::escape, "\\")))
        return;
    }
    options = options_;
    if (options.quote == '"' && text_.find('\'') != std::string::npos) {
      options.quote = '\'';
      if (try_options(options, "read single quotes around cells with " + set_to_text(Setting::quote, "'")))
        return;
      options.escape = '\\';
      if (text_.find("\\'") != std::string::npos &&
          try_options(options, "read single quotes around cells, and a backslash before one inside, with " +
                                   set_to_text(Setting::quote, "'") + " " +
                                   set_to_text(Setting::escape, "\\")))
        return;
    }
    options = options_;
    if (is_quote_fault_ && options.quote != kNoQuote && text_.find(options.quote) != std::string::npos) {
      options.quote = kNoQuote;
      try_options(options, "read quotes as ordinary characters with " + set_to(Setting::quote, "none"));
    }
  }

  void try_delimiters() {
    if (options_.delimiter) {
      ReadOptions options = options_;
      options.delimiter.reset();
      try_options(options, "leave " + named(Setting::delimiter) + " out: the delimiter is then found");
      return;
    }
    for (const auto& [sign, word] :
         {std::pair{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}, {kBlanks, "blanks"}}) {
      ReadOptions options = options_;
      options.delimiter = sign;
      if (try_options(options, "cut the rows by another delimiter with " + set_to(Setting::delimiter, word)))
        return;
    }
  }

  // Where the fault is in the first line, it may be another kind of line than was thought.
  void try_header() {
    std::size_t first = options_.skip;
    while (first < first_lines_.size() && is_blank_line(first_lines_[first]))
      ++first;
    if (fault_line_ != first + 1) return;
    for (const auto& [header, word] :
         {std::pair{HeaderChoice::present, "present"}, {HeaderChoice::absent, "absent"}}) {
      if (header == options_.header) continue;
      ReadOptions options = options_;
      options.header = header;
      const bool is_present = header == HeaderChoice::present;
      if (try_options(options, Message(is_present ? "take the first line for the names of the columns with "
                                                  : "if the first line is a row, say so with ") +
                                   set_to(Setting::header, word)))
        return;
    }
  }

  const std::string& text_;
  InputState state_;
  const ReadOptions& options_;
  const ReadsWith& reads_;
  std::uint64_t fault_line_;
  bool is_quote_fault_;  // otherwise, the quotes are in pairs and around cells
  std::vector<std::string_view> first_lines_;
  std::vector<Message> found_;
  bool leaves_out_lines_ = false;
};

}  // namespace

std::uint64_t line_of_place(std::string_view place, std::string_view file) {
  if (!place.starts_with(file) || !place.substr(file.size()).starts_with(':')) return 0;
  place.remove_prefix(file.size() + 1);
  const std::size_t digits = std::min(place.find_first_not_of("0123456789"), place.size());
  const std::optional<std::int64_t> line = parse_integer(place.substr(0, digits));
  return line.value_or(0) > 0 ? static_cast<std::uint64_t>(*line) : 0;
}

ErrorReport with_working_advice(const ErrorReport& report, const TextSource::Start& text,
                                const std::string& file, const ReadOptions& options, const ReadsWith& reads) {
  const std::uint64_t line = line_of_place(report.where.text(), file);
  // Text in another encoding is read by no option, even if repairs would let it pass.
  const bool is_other_encoding = !is_valid_utf8(text.text) || text.text.find('\0') != std::string::npos;
  if (is_other_encoding && (report.what == kNotUtf8 || report.what == kHasNul)) {
    ErrorReport better = report;
    better.advice = advice_on_encoding(std::string_view(text.text).substr(0, kSampleBytes));
    return better;
  }
  if (text.text.empty() || line == 0 || is_other_encoding || report.what == kMarkdown) return report;
  // A fault that only the caller sees, such as a word where a model expects numbers.
  if (reads(options)) return report;
  const bool is_quote_fault = report.what.text().find("quote") != std::string::npos;
  Search search(text, options, reads, line, is_quote_fault);
  const std::vector<Message> working = search.advice();
  if (working.empty()) return report;
  ErrorReport better = report;
  // Repairs come last: to correct the cell keeps the row.
  if (working.size() == 1 && working.front() == advice_to_repair() && !report.advice.empty()) {
    better.advice = report.advice + "; or " + working.front();
    return better;
  }
  better.advice = working.front();
  for (const Message& more : std::span(working).subspan(1))
    better.advice += "; or " + more;
  // A word such as "Total" stands for no missing value.
  if (search.leaves_out_lines() && report.what == kTextAmongNumbers) {
    better.advice += "; or correct the cell";
  } else if (!report.advice.empty()) {
    better.advice += "; or " + report.advice;
  }
  return better;
}

}  // namespace chainrule
