// In this order, each step only if the options leave it open: byte order marks, lines to skip, the line
// sep=;, the delimiter (csv_layout.h), quotes, the header (header_guess.h), and the rules by which later
// lines are rewritten (text_source.h). Whatever is ambiguous becomes a note.
#include "chainrule/data/csv_start.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/foreign_file.h"
#include "chainrule/base/text.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_records.h"
#include "chainrule/data/known_names.h"

namespace chainrule {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool may_be_sign(char sign) {
  const unsigned char byte = static_cast<unsigned char>(sign);
  const bool is_alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
  const bool is_control = byte < 0x20 && sign != '\t';
  return !is_alphanumeric && !is_control && byte < 0x7f;
}

bool may_be_delimiter(char delimiter) {
  return may_be_sign(delimiter) && std::string_view("\".+-_").find(delimiter) == std::string::npos;
}

// `where`: the place in the file that names it; "" for an option.
void check_delimiter(char delimiter, std::string where) {
  if (may_be_delimiter(delimiter)) return;
  const bool is_option = where.empty();
  ErrorReport report = {
      .what = "this character cannot be a delimiter",
      .where = std::move(where),
      .setting = Setting::delimiter,
      .expected = "a character that does not occur in names and numbers, such as , ; | or a tab",
      .got = quoted(std::string_view(&delimiter, 1)),
      .advice = is_option ? Message("leave it out, and the delimiter is looked for")
                          : "correct the line sep=, or take it out and name the delimiter with " +
                                named(Setting::delimiter)};
  if (is_option) throw UsageError(std::move(report));
  throw DataError(std::move(report));
}

// The signs of the options. Throws UsageError for one that occurs in numbers, or for one sign in two roles.
CsvDialect dialect_of(const ReadOptions& options) {
  CsvDialect dialect;
  const auto sign_of = [](char sign, Setting setting) {
    if (!may_be_sign(sign) || std::string_view(".+- \t").find(sign) != std::string::npos) {
      throw UsageError({.what = "this character cannot be the " + std::string(names_of(setting).meaning),
                        .setting = setting,
                        .expected = "a sign that does not occur in names and numbers, such as # or '",
                        .got = quoted(std::string_view(&sign, 1))});
    }
    return static_cast<int>(static_cast<unsigned char>(sign));
  };
  dialect.quote = options.quote == kNoQuote ? CsvDialect::none : sign_of(options.quote, Setting::quote);
  if (options.escape) dialect.escape = sign_of(*options.escape, Setting::escape);
  if (options.comment) dialect.comment = sign_of(*options.comment, Setting::comment);
  const int delimiter = options.delimiter ? static_cast<unsigned char>(*options.delimiter) : CsvDialect::none;
  const std::pair<Setting, int> roles[] = {{Setting::quote, dialect.quote},
                                           {Setting::escape, dialect.escape},
                                           {Setting::comment, dialect.comment},
                                           {Setting::delimiter, delimiter}};
  for (const auto& [setting, sign] : roles) {
    for (const auto& [other, other_sign] : roles) {
      if (setting >= other || sign == CsvDialect::none || sign != other_sign) continue;
      throw UsageError({.what = "one sign has two roles",
                        .expected = "different signs for " + named(setting) + " and " + named(other),
                        .got = quoted(std::string(1, static_cast<char>(sign))) + " for both"});
    }
  }
  return dialect;
}

// The start of the table, where delimiter and header are looked for: 1 MiB, or more if that does not hold
// two records.
struct TableStart {
  std::string_view text;
  InputState state = InputState::ended;
};

TableStart peek_start(TextSource& source) {
  for (std::size_t wanted = kSampleBytes;; wanted *= 4) {
    const std::string_view text = source.peek(wanted);
    if (text.size() < wanted) return {text, InputState::ended};
    const bool has_two_lines =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') >= 4;
    if (has_two_lines || wanted >= CsvLimits{}.longest_record) return {text, InputState::more_may_come};
  }
}

// Leaves out the first lines.
void skip_lines(TextSource& source, std::size_t lines, TableLayout& layout) {
  constexpr std::size_t kPart = 4096;
  bool is_after_return = false;
  const std::uint64_t begin = layout.first_line;
  while (layout.first_line - begin < lines || is_after_return) {
    const std::string_view text = source.peek(kPart);
    if (text.empty() && is_after_return) return;
    if (text.empty()) {
      throw DataError({.what = "the file has no lines after those that are left out",
                       .where = source.display_name(),
                       .expected = "more than " + count_of(lines, "line"),
                       .got = count_of(static_cast<std::size_t>(layout.first_line - begin), "line"),
                       .advice = "lower " + named(Setting::skip)});
    }
    std::size_t end = 0;
    if (is_after_return) {
      end = text.front() == '\n' ? 1 : 0;
      is_after_return = false;
      if (end == 0) continue;
    } else {
      end = std::min(text.find_first_of("\r\n"), text.size());
      if (end != text.size()) {
        is_after_return = text[end] == '\r';
        ++layout.first_line;
        ++end;
      }
    }
    std::string skipped(end, '\0');
    source.read_fully(skipped);
    layout.preamble_bytes += end;
  }
}

// Skips what comes before the table: a line sep=; (how spreadsheets name the delimiter) and, for a lenient
// reader, comment lines. Returns the named delimiter.
std::optional<char> skip_preamble(TextSource& source, const ReadOptions& options, TableLayout& layout,
                                  TableRepairs* repairs) {
  constexpr std::size_t kLongestPreambleLine = 4096;
  std::optional<char> named;
  for (;;) {
    // Four bytes are enough for most tables: do not wait for more from a slow pipe.
    const bool may_name_delimiter = layout.first_line == 1 + options.skip && source.peek(4) == "sep=";
    if (!may_name_delimiter && !(repairs != nullptr && source.peek(1) == "#")) return named;
    const std::string_view text = source.peek(kLongestPreambleLine);
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return named;
    const std::string_view line = text.substr(0, end);
    if (may_name_delimiter && line.size() != 5) return named;
    if (may_name_delimiter) {
      check_delimiter(line[4], file_position(source.display_name(), layout.first_line, 0));
      named = line[4];
    } else {
      repairs->add(Repair::comment,
                   [&] { return file_position(source.display_name(), layout.first_line, 0); });
    }
    const std::size_t bytes = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
    std::string skipped(bytes, '\0');
    source.read_fully(skipped);
    layout.preamble_bytes += bytes;
    ++layout.first_line;
    if (options.leniency == Leniency::strict) return named;
  }
}

// "0x1F"
std::string hexadecimal(char sign) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const unsigned char byte = static_cast<unsigned char>(sign);
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

// "\\037"
std::string octal(char sign) {
  const unsigned char byte = static_cast<unsigned char>(sign);
  return {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
          static_cast<char>('0' + (byte & 7))};
}

// A table in Markdown: a line of dashes below the names, and mostly a bar at both ends of each line.
void refuse_markdown(const CsvSample& sample, const TextSource& source) {
  if (sample.delimiter != '|' || sample.records.size() < 2) return;
  const auto is_rule = [](const std::string& cell) {
    return cell.find_first_not_of("-: ") == std::string::npos;
  };
  const std::vector<std::string>& rule = sample.records[1];
  const bool has_dashes = std::ranges::any_of(
      rule, [](const std::string& cell) { return !std::ranges::search_n(cell, 2, '-').empty(); });
  if (!has_dashes || !std::ranges::all_of(rule, is_rule)) return;
  throw DataError(
      {.what = kMarkdown,
       .where = file_position(source.display_name(), 2, 0),
       .expected = "cells separated by , ; tab | or blanks",
       .got = "a line of dashes below the names",
       .advice = with_file_name("convert it: sed -e '/^[-|: ]*$/d' -e 's/^ *|//' -e 's/| *$//' FILE > NEW",
                                source.path())});
}

void refuse_unusual_separator(const CsvSample& sample, const std::string& source) {
  const std::string separator = unusual_separator(sample);
  if (separator.empty()) return;
  const bool is_control = separator.size() == 1 && static_cast<unsigned char>(separator.front()) < 0x20;
  const std::string shown =
      is_control ? "the control character " + hexadecimal(separator.front()) : quoted(separator);
  const Message advice = separator.size() == 1 && may_be_delimiter(separator.front())
                             ? "name it with " + set_to_text(Setting::delimiter, separator)
                         : is_control
                             ? Message("replace it: tr '" + octal(separator.front()) + "' '\\t' < FILE > NEW")
                             : Message("replace it by tabs: sed 's/" + separator + "/\\t/g' FILE > NEW");
  throw DataError({.what = "the cells seem to be separated by " + shown,
                   .where = source,
                   .expected = "cells separated by , ; tab | or blanks; or one column, as " +
                               set_to(Setting::delimiter, "comma") + " says",
                   .got = shown + " in every row, and no other delimiter",
                   .advice = advice});
}

std::string word_of_delimiter(char delimiter) {
  return delimiter == '\t' ? "tabs" : delimiter == kBlanks ? "blanks" : quoted(std::string(1, delimiter));
}

std::string option_word(char delimiter) {
  switch (delimiter) {
    case '\t':
      return "tab";
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '|':
      return "pipe";
    default:
      return "blanks";
  }
}

// Cuts the start of the table as the options say or as it looks.
CsvSample sample_of(const TableStart& start, const CsvDialect& dialect, std::optional<char> known) {
  if (!known) return find_delimiter(start.text, start.state, dialect);
  if (*known == kBlanks) return take_blanks_sample(start.text, start.state, dialect);
  CsvDialect signs = dialect;
  signs.delimiter = *known;
  CsvSample sample = take_sample(start.text, start.state, signs);
  find_shape(sample);
  return sample;
}

// How the rest of the file is rewritten before it is read, with notes on what was found.
void apply_shape(const CsvSample& sample, const std::string& source, LineRules& rules, CsvStart& start) {
  rules.end_delimiters = sample.end_delimiters;
  if (sample.shape == RowShape::header_end_delimiter) rules.end_delimiter = EndDelimiter::drop_in_header;
  if (sample.shape == RowShape::end_delimiter) {
    rules.end_delimiter = EndDelimiter::drop;
    start.notes.push_back(source + ": every row ends with " + word_of_delimiter(sample.delimiter) +
                          ", which was taken off; a row with a cell behind it would be a fault.");
  }
  const auto& first = sample.records.front();
  if (sample.shape == RowShape::short_header && start.layout.has_header) {
    rules.header_prefix = rules.dialect.delimiter;
    start.layout.has_index = true;
    start.notes.push_back(source +
                          ": the header has one name less than the rows have cells; their first cells "
                          "were taken for row numbers or row names (\"" +
                          std::string(kIndexName) + "\").");
    return;
  }
  if (!start.layout.has_header || sample.records.size() < 2 || !first.front().empty() || first.size() < 2)
    return;
  // A header that begins with an empty name, above whole numbers that all differ.
  std::unordered_set<double> distinct;
  start.layout.has_index =
      std::all_of(sample.records.begin() + 1, sample.records.end(), [&](const auto& row) {
        const CellNumber number = read_cell(row.front());
        return number.meaning == CellMeaning::number && std::trunc(number.value) == number.value &&
               distinct.insert(number.value).second;
      });
}

void require_bytes(TextSource& source) {
  if (!source.peek(1).empty()) return;
  throw DataError({.what = "the file is empty",
                   .where = source.display_name(),
                   .expected = "a table: a header and rows",
                   .got = "0 bytes",
                   .advice = "check that this is the right file, and that it was written completely"});
}

// What the cells of each column are, below the header; and whether the first row below it holds words
// where all others have numbers.
RowExpectations expectations_of(const CsvSample& sample, const MissingWords& missing, bool has_header) {
  using Cells = RowExpectations::Cells;
  RowExpectations expected;
  const std::span<const std::vector<std::string>> rows =
      std::span(sample.records).subspan(has_header && !sample.records.empty() ? 1 : 0);
  if (rows.size() < 3) return expected;
  const std::size_t columns = sample.records.front().size();
  bool has_words_above = false, has_numbers_above = false;
  for (std::size_t c = 0; c < columns; ++c) {
    std::size_t numbers = 0, words = 0;
    bool is_word_first = false, is_number_first = false;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (rows[r].size() != columns || missing.contains(rows[r][c])) continue;
      const bool is_number = read_cell(rows[r][c]).meaning != CellMeaning::words;
      if (r == 0) (is_number ? is_number_first : is_word_first) = true;
      if (r != 0) ++(is_number ? numbers : words);
    }
    has_words_above = has_words_above || (is_word_first && numbers != 0 && words == 0);
    has_numbers_above = has_numbers_above || is_number_first;
    expected.columns.push_back(words == 0 ? Cells::numbers : numbers == 0 ? Cells::words : Cells::both);
    if (numbers + words == 0) expected.columns.back() = Cells::both;
  }
  expected.has_second_header = has_header && has_words_above && !has_numbers_above;
  return expected;
}

// Whether the cells of at least one column stand in single quotes, and no cell has one such quote only.
bool has_single_quotes(const CsvSample& sample, std::string_view text) {
  const auto is_in_quotes = [](const std::string& cell) {
    return cell.size() >= 2 && cell.front() == '\'' && cell.back() == '\'';
  };
  const auto has_one = [&](const std::string& cell) { return cell.starts_with('\'') && !is_in_quotes(cell); };
  if (sample.records.size() < 3) return false;
  // All lines begin and end with one: the delimiters inside them may have misled the sample.
  std::size_t lines = 0, in_quotes = 0;
  while (!text.empty() && lines < kSampleRecords) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (end != 0) ++lines;
    if (is_in_quotes(std::string(text.substr(0, end)))) ++in_quotes;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines == in_quotes && lines >= 3) return true;
  const std::span<const std::vector<std::string>> rows = std::span(sample.records).subspan(1);
  bool has_column = false;
  for (std::size_t c = 0; c < sample.records.front().size(); ++c) {
    bool is_column = true;
    for (const auto& row : rows) {
      if (c >= row.size() || has_one(row[c])) return false;
      is_column = is_column && is_in_quotes(row[c]);
    }
    has_column = has_column || is_column;
  }
  return has_column;
}

// The names that a model knows stand further down: what is above them is no header and no row.
void refuse_lines_above_names(const TableStart& text, const TableLayout& layout, const std::string& source,
                              const ReadOptions& options) {
  const std::optional<KnownLine> found = find_known_names(text.text, options.known_names);
  if (!found) return;
  std::string_view above = text.text;
  std::uint64_t line = layout.first_line;
  const std::uint64_t names_line = line + found->lines_above;
  while (line < names_line && above.find_first_not_of(" \t") == above.find_first_of("\r\n")) {
    above.remove_prefix(above.find_first_of("\r\n") +
                        (above.substr(above.find_first_of("\r\n")).starts_with("\r\n") ? 2 : 1));
    ++line;
  }
  if (line == names_line) return;  // only blank lines
  constexpr std::size_t kShown = 64;
  throw DataError({.what = "lines above the names of the columns",
                   .where = file_position(source, line, 0),
                   .expected = "the names that the model knows in the first line; they are in line " +
                               std::to_string(names_line),
                   .got = quoted(above.substr(0, std::min(above.find_first_of("\r\n"), kShown))),
                   .advice = "remove these lines"});
}

// Says which delimiter was chosen where another one was possible.
void note_delimiter(const CsvSample& sample, const std::string& source, std::vector<Message>& notes) {
  if (!sample.other_delimiters.empty()) {
    const char other = sample.other_delimiters.front();
    notes.push_back(source + ": cells are separated by " + word_of_delimiter(sample.delimiter) + "; " +
                    word_of_delimiter(other) + " would cut all rows alike, too (" +
                    set_to(Setting::delimiter, option_word(other)) + ").");
  }
  if (sample.delimiter == kBlanks) {
    notes.push_back(source +
                    ": cells are separated by runs of blanks; if a line is one "
                    "cell, use " +
                    set_to(Setting::delimiter, "comma") + ".");
  }
}

}  // namespace

Message note_on_header(const std::string& source, bool has_header) {
  if (has_header) {
    return source + ": the first line was taken for the names of the columns; if it is a row, use " +
           set_to(Setting::header, "absent") + ".";
  }
  return source +
         ": the first line was taken for a row and not for the names of the columns; if it holds the "
         "names, use " +
         set_to(Setting::header, "present") + ".";
}

CsvStart find_start(TextSource& source, const ReadOptions& options, const MissingWords& missing,
                    TableRepairs* repairs) {
  if (options.delimiter && *options.delimiter != kBlanks) check_delimiter(*options.delimiter, "");
  CsvStart start = {.layout = {.path = source.path(),
                               .format = TableFormat::text,
                               .compressed = source.is_compressed(),
                               .compression = source.compression(),
                               .first_line = source.first_line()},
                    .dialect = dialect_of(options)};
  TableLayout& layout = start.layout;
  require_bytes(source);
  // A program may have put a second mark before the first.
  while (source.peek(kByteOrderMark.size()) == kByteOrderMark) {
    layout.has_byte_order_mark = true;
    char mark[3];
    source.read_fully(mark);
    layout.preamble_bytes += kByteOrderMark.size();
  }
  skip_lines(source, options.skip, layout);
  const std::optional<char> named = skip_preamble(source, options, layout, repairs);
  const std::optional<char> known = options.delimiter ? options.delimiter : named;
  LineRules rules = {.dialect = start.dialect, .skip_last = options.skip_last};
  const auto finish = [&](char delimiter) {
    rules.joins_blanks = delimiter == kBlanks;
    layout.delimiter = start.dialect.delimiter = rules.dialect.delimiter =
        rules.joins_blanks ? ' ' : delimiter;
  };
  layout.has_header = options.header == HeaderChoice::present;
  // Nothing to find: do not wait for the first megabyte from a slow pipe.
  if (known && options.header != HeaderChoice::find && !source.can_restart_cheaply()) {
    finish(*known);
    source.start_table(rules);
    return start;
  }
  TableStart text = peek_start(source);
  std::string without_last;
  if (options.skip_last != 0) {
    without_last = rewritten(text.text, text.state, rules);
    text.text = without_last;
  }
  CsvSample sample = sample_of(text, start.dialect, known);
  if (options.quote == '"' && has_single_quotes(sample, text.text)) {
    start.dialect.quote = rules.dialect.quote = '\'';
    sample = sample_of(text, start.dialect, known);
    start.notes.push_back(source.display_name() +
                          ": the cells stand in single quotes, which were taken off; "
                          "if these belong to the cells, use " +
                          set_to(Setting::quote, "none") + ".");
  }
  finish(sample.delimiter);
  if (!known && sample.shape == RowShape::single) refuse_unusual_separator(sample, source.display_name());
  if (repairs == nullptr || sample.records.empty() || sample.records.front().front().empty())
    refuse_markdown(sample, source);
  if (!known) note_delimiter(sample, source.display_name(), start.notes);
  if (options.header == HeaderChoice::find) {
    start.guess =
        guess_header(sample, missing, options.decimal.value_or(DecimalMark::point), options.known_names);
    layout.has_header = start.guess.has_header;
    const bool has_names =
        !sample.records.empty() && count_known_names(sample.records.front(), options.known_names) != 0;
    if (!has_names) refuse_lines_above_names(text, layout, source.display_name(), options);
    if (!start.guess.is_sure) start.notes.push_back(note_on_header(source.display_name(), layout.has_header));
  }
  if (!sample.records.empty()) apply_shape(sample, source.display_name(), rules, start);
  start.expectations = expectations_of(sample, missing, layout.has_header);
  if (repairs == nullptr && start.expectations.has_second_header) {
    start.notes.push_back(
        source.display_name() +
        ": the line below the names looks like units or a second line of names; leave it out "
        "with " +
        set_to(Setting::lenient, "") + ".");
  }
  source.start_table(rules);
  return start;
}

}  // namespace chainrule
