#include "chainrule/data/csv_start.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/csv_layout.h"
#include "chainrule/data/csv_records.h"

namespace chainrule {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// `where`: the place in the file that names it; "" for an option.
void check_delimiter(char delimiter, std::string where) {
  const unsigned char byte = static_cast<unsigned char>(delimiter);
  const bool is_alphanumeric = (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
  const bool is_control = byte < 0x20 && delimiter != '\t';
  if (!is_alphanumeric && !is_control && byte < 0x7f &&
      std::string_view("\".+-_").find(delimiter) == std::string::npos) {
    return;
  }
  const bool is_option = where.empty();
  ErrorReport report = {
      .what = "this character cannot be a delimiter",
      .where = std::move(where),
      .expected = "a character that does not occur in names and numbers, such as , ; | or a tab",
      .got = quoted(std::string_view(&delimiter, 1)),
      .advice = is_option ? ""
                          : "correct the line sep=, or take it out and name the delimiter with " +
                                named(Setting::delimiter)};
  if (is_option) throw UsageError(std::move(report));
  throw DataError(std::move(report));
}

// The start of the table, where delimiter and header are looked for: 1 MiB, or more if that does not hold
// two records.
struct TableStart {
  std::string_view text;
  InputState state = InputState::ended;
};

TableStart peek_start(ByteSource& source) {
  for (std::size_t wanted = kSampleBytes;; wanted *= 4) {
    const std::string_view text = source.peek(wanted);
    if (text.size() < wanted) return {text, InputState::ended};
    const bool has_two_lines =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') >= 4;
    if (has_two_lines || wanted >= CsvLimits{}.longest_record) return {text, InputState::more_may_come};
  }
}

// Skips what comes before the table: a line sep=; (how spreadsheets name the delimiter) and, for a lenient
// reader, comment lines. Returns the named delimiter.
std::optional<char> skip_preamble(ByteSource& source, const ReadOptions& options, TableLayout& layout,
                                  TableRepairs* repairs) {
  constexpr std::size_t kLongestPreambleLine = 4096;
  std::optional<char> named;
  for (;;) {
    // Four bytes are enough for most tables: do not wait for more from a slow pipe.
    const bool may_name_delimiter = layout.first_line == 1 && source.peek(4) == "sep=";
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

}  // namespace

TableLayout find_layout(ByteSource& source, const ReadOptions& options, const MissingWords& missing,
                        TableRepairs* repairs) {
  if (options.delimiter) check_delimiter(*options.delimiter, "");
  TableLayout layout = {
      .path = source.path(), .format = TableFormat::text, .compressed = source.is_compressed()};
  if (source.peek(1).empty()) {
    throw DataError({.what = "the file is empty",
                     .where = source.display_name(),
                     .expected = "a table: a header and rows",
                     .got = "0 bytes",
                     .advice = "check that this is the right file, and that it was written completely"});
  }
  if (source.peek(kByteOrderMark.size()) == kByteOrderMark) {
    layout.has_byte_order_mark = true;
    char mark[3];
    source.read_fully(mark);
    layout.preamble_bytes = kByteOrderMark.size();
  }
  const std::optional<char> named = skip_preamble(source, options, layout, repairs);
  layout.delimiter = options.delimiter.value_or(named.value_or(','));
  layout.has_header = options.header == HeaderChoice::present;
  // Nothing to find: do not wait for the first megabyte from a slow pipe.
  const std::optional<char> known = options.delimiter ? options.delimiter : named;
  if (known && options.header != HeaderChoice::find) return layout;
  const TableStart start = peek_start(source);
  const CsvSample sample =
      known ? take_sample(start.text, start.state, *known) : find_delimiter(start.text, start.state);
  layout.delimiter = sample.delimiter;
  if (options.header == HeaderChoice::find) layout.has_header = has_header(sample, missing);
  return layout;
}

}  // namespace chainrule
