// A file is read twice, in one pass each time: for the keys of all records, then for the rows. If that is
// impossible (a pipe), the text is kept, unless the caller knows the columns: then the first record names
// them, and rows are given out as they arrive.
//
// The parser is our own because it keeps what a general one drops: the spelling of numbers, the order of
// keys, repeated keys, and the line of each record.
#include "chainrule/data/json_reader.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "chainrule/base/error.h"
#include "chainrule/base/foreign_file.h"
#include "chainrule/base/text.h"
#include "chainrule/data/text_lines.h"

namespace chainrule {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 20;
constexpr std::size_t kDeepest = 64;
constexpr std::string_view kJsonBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

void append_utf8(std::uint32_t code, std::string& text) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0 | code >> 12);
    } else {
      add(0xf0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
}

// A cell as CSV text will have it.
struct JsonCell {
  enum class Kind { absent, missing, plain, quoted };
  Kind kind = Kind::absent;
  std::string text;
};

class JsonRows final : public RowSource {
 public:
  JsonRows(std::unique_ptr<ByteSource> file, const ReadOptions& options)
      : RowSource(file->can_rewind() || !options.known_names.empty() ? std::move(file)
                                                                     : rereadable(std::move(file))) {
    if (file_->can_rewind()) {
      find_names();
    } else {
      counts_rows_ = begins_array();
      has_first_ = next_record(true);
      first_line_ = record_line_;
    }
    if (names_.empty()) {
      throw DataError({.what = "the table has no rows",
                       .where = file_->display_name(),
                       .expected = "objects with keys, one for each row",
                       .got = "none",
                       .advice = "check that this is the right file"});
    }
  }

  TableFormat format() const override { return TableFormat::json; }
  std::uint64_t next(std::string& text) override;
  bool would_wait() const override {
    return !has_first_ && buffer_.find_first_not_of(kJsonBlanks, at_) == std::string::npos &&
           file_->would_wait();
  }
  void rewind() override;
  bool counts_rows() const override { return counts_rows_; }

 private:
  // --- bytes
  bool fill();
  // The next byte; '\0' at the end.
  char peek() { return at_ < buffer_.size() || fill() ? buffer_[at_] : '\0'; }
  char take();
  void skip_blanks();
  [[noreturn]] void refuse(std::string what, std::string expected, std::string got, Message advice) const;
  [[noreturn]] void refuse_here(std::string expected);
  void expect(char c);

  // --- values
  std::string take_text();
  std::uint32_t take_code_unit();
  void take_escape(std::string& text);
  std::string take_number();
  void take_field(std::string_view word);
  void take_object(const std::string& prefix, std::size_t depth);
  void take_cell(const std::string& name, std::size_t depth);
  void put(const std::string& name, JsonCell cell);

  // --- records
  // At the first byte: whether an array begins. Refuses arrays of anything but objects.
  bool begins_array();
  // Reads the next record into cells_; `names` is open to new columns or not. False at the end.
  bool next_record(bool takes_new_names);
  void find_names();
  void drop_empty_parents();
  void refuse_columns() const;

  std::string buffer_;
  std::size_t at_ = 0;
  bool has_ended_ = false;
  std::uint64_t line_ = 1, column_ = 1;

  std::unordered_map<std::string, std::size_t> places_;
  std::vector<JsonCell> cells_;   // of the current record, one for each name so far
  std::vector<char> has_values_;  // of each name: some record has a value
  bool takes_new_names_ = true;
  bool is_array_ = false, array_ended_ = false;
  bool counts_rows_ = false;
  bool has_first_ = false;  // cells_ holds the first record, not yet given out
  std::uint64_t first_line_ = 0;
  std::uint64_t row_ = 0, record_line_ = 0;
};

// --- bytes -------------------------------------------------------------------------------------------------

bool JsonRows::fill() {
  if (has_ended_) return false;
  buffer_.resize(kReadAhead);
  at_ = 0;
  buffer_.resize(file_->read(std::span(buffer_)));
  has_ended_ = buffer_.empty();
  return !has_ended_;
}

char JsonRows::take() {
  const char c = peek();
  if (at_ == buffer_.size()) return '\0';
  ++at_;
  ++column_;
  if (c == '\n') {
    ++line_;
    column_ = 1;
  }
  return c;
}

void JsonRows::skip_blanks() {
  while (peek() != '\0' && kJsonBlanks.find(peek()) != std::string_view::npos)
    take();
}

void JsonRows::refuse(std::string what, std::string expected, std::string got, Message advice) const {
  std::string where = file_position(file_->display_name(), line_, column_);
  // Places are then rows (row_transcript.h).
  if (counts_rows_)
    where = file_->display_name() + ", row " + std::to_string(row_) + ", line " + std::to_string(line_);
  throw DataError({.what = std::move(what),
                   .where = std::move(where),
                   .expected = std::move(expected),
                   .got = std::move(got),
                   .advice = std::move(advice)});
}

void JsonRows::refuse_here(std::string expected) {
  const char c = peek();
  const bool is_end = at_ == buffer_.size();
  refuse(
      "the text is not JSON", std::move(expected),
      is_end ? "the end of the file" : quoted(std::string_view(&c, 1)),
      is_end ? "check that the file was written completely" : "correct the record, or write the file again");
}

void JsonRows::expect(char c) {
  if (peek() != c || at_ == buffer_.size()) refuse_here(quoted(std::string_view(&c, 1)));
  take();
}

// --- values ------------------------------------------------------------------------------------------------

std::uint32_t JsonRows::take_code_unit() {
  std::uint32_t code = 0;
  for (int digit = 0; digit < 4; ++digit) {
    const char c = peek();
    const char letter = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      code = code * 16 + static_cast<std::uint32_t>(c - '0');
    } else if (letter >= 'a' && letter <= 'f') {
      code = code * 16 + static_cast<std::uint32_t>(letter - 'a' + 10);
    } else {
      refuse_here("four hexadecimal digits after \\u");
    }
    take();
  }
  return code;
}

void JsonRows::take_escape(std::string& text) {
  constexpr std::string_view kEscaped = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
  const std::size_t simple = kEscaped.find(peek());
  if (simple != std::string_view::npos && peek() != '\0') {
    take();
    text += kMeaning[simple];
    return;
  }
  if (peek() != 'u') refuse_here("an escape such as \\n or \\u00e9");
  take();
  std::uint32_t code = take_code_unit();
  if (code >= 0xd800 && code < 0xdc00 && peek() == '\\') {
    take();
    if (peek() != 'u') refuse_here("the second half of a pair of \\u escapes");
    take();
    const std::uint32_t low = take_code_unit();
    if (low < 0xdc00 || low >= 0xe000) refuse_here("the second half of a pair of \\u escapes");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  if (code >= 0xd800 && code < 0xe000)
    refuse_here("both halves of a pair of \\u escapes, such as \\ud83d\\ude00");
  append_utf8(code, text);
}

std::string JsonRows::take_text() {
  expect('"');
  std::string text;
  while (peek() != '"') {
    if (at_ == buffer_.size() || peek() == '\n') refuse_here("a closing quote");
    if (text.size() > kLongestText)
      refuse("a text is longer than " + count_of(kLongestText, "byte"),
             "at most " + count_of(kLongestText, "byte"), "more", "close the quote");
    const char c = take();
    if (c == '\\') {
      take_escape(text);
    } else {
      text += c;
    }
  }
  take();
  return text;
}

// As it is written, so that 100000, 1e5 and 12345678901234567890 keep their spelling.
std::string JsonRows::take_number() {
  std::string text;
  while (text.size() <= 400 && peek() != '\0' &&
         std::string_view("+-.0123456789eE").find(peek()) != std::string_view::npos) {
    text += take();
  }
  const std::size_t digit = text.starts_with('-') ? 1 : 0;
  const bool has_leading_zero =
      text.size() > digit + 1 && text[digit] == '0' && text[digit + 1] >= '0' && text[digit + 1] <= '9';
  if (!parse_double(text) || text.starts_with('+') || has_leading_zero)
    refuse("the text is not JSON", "a number", quoted(text),
           "correct the record; a number with leading zeros must be a text");
  return text;
}

void JsonRows::take_field(std::string_view word) {
  for (const char c : word) {
    if (peek() != c) refuse_here(std::string(word));
    take();
  }
}

void JsonRows::put(const std::string& name, JsonCell cell) {
  const auto found = places_.find(name);
  if (found == places_.end() && !takes_new_names_) return;
  std::size_t place = names_.size();
  if (found == places_.end()) {
    if (place == kMostColumns)
      refuse("too many columns", "at most " + count_of(kMostColumns, "key"), "more", "leave keys out");
    places_.emplace(name, place);
    names_.push_back(name);
    has_values_.push_back(0);
    cells_.emplace_back();
  } else {
    place = found->second;
  }
  if (cells_[place].kind != JsonCell::Kind::absent)
    refuse("a key that comes twice in a record", "keys that differ", quoted(name), "rename one of them");
  if (cell.kind != JsonCell::Kind::missing) has_values_[place] = 1;
  cells_[place] = std::move(cell);
}

void JsonRows::take_cell(const std::string& name, std::size_t depth) {
  using Kind = JsonCell::Kind;
  switch (peek()) {
    case '"':
      return put(name, {.kind = Kind::quoted, .text = take_text()});
    case '{':
      return take_object(name + ".", depth + 1);
    case 't':
      take_field("true");
      return put(name, {.kind = Kind::plain, .text = "true"});
    case 'f':
      take_field("false");
      return put(name, {.kind = Kind::plain, .text = "false"});
    case 'n':
      take_field("null");
      return put(name, {.kind = Kind::missing, .text = {}});
    case 'N':
      take_field("NaN");
      return put(name, {.kind = Kind::missing, .text = {}});
    case 'I':
      take_field("Infinity");
      return put(name, {.kind = Kind::plain, .text = "inf"});
    case '[': {
      const bool may_be_rows = row_ == 1 && !is_array_;
      refuse("the key " + quoted(name) + " holds a list", "a number, a text, true, false, null or an object",
             "\"[\"",
             may_be_rows ? "if it holds the rows, write them alone: jq -c '.[\"" + name + "\"][]' " +
                               with_file_name("FILE", file_->path()) +
                               " > NEW.jsonl; else leave the key out, or give each element a key of its own"
                         : "leave the key out, or give each element a key of its own");
    }
    default:
      put(name, {.kind = Kind::plain, .text = take_number()});
  }
}

void JsonRows::take_object(const std::string& prefix, std::size_t depth) {
  if (depth > kDeepest)
    refuse("objects within objects are too deep", "at most " + std::to_string(kDeepest) + " levels", "more",
           "write fewer levels");
  expect('{');
  skip_blanks();
  if (peek() == '}') {
    take();
    return;
  }
  while (true) {
    skip_blanks();
    if (peek() != '"') refuse_here("a key in double quotes");
    const std::string key = take_text();
    if (key.empty()) refuse("a key without a name", "a name", "\"\"", "name the key");
    skip_blanks();
    expect(':');
    skip_blanks();
    take_cell(prefix + key, depth);
    skip_blanks();
    if (peek() == '}') break;
    expect(',');
  }
  take();
}

// --- records -----------------------------------------------------------------------------------------------

bool JsonRows::begins_array() {
  for (const char c : kByteOrderMark) {
    if (peek() != c) break;
    take();
    column_ = 1;
  }
  skip_blanks();
  is_array_ = peek() == '[';
  if (!is_array_) return false;
  take();
  skip_blanks();
  if (peek() == '{' || peek() == ']') return true;
  refuse("the JSON holds values without names", "objects, one for each row: [{\"NAME\": VALUE, ...}, ...]",
         "an array of values",
         with_file_name("convert it with pandas: python3 -c \"import pandas; pandas.read_json('FILE').to_csv("
                        "'FILE.csv', index=False)\"",
                        file_->path()));
}

bool JsonRows::next_record(bool takes_new_names) {
  takes_new_names_ = takes_new_names;
  for (JsonCell& cell : cells_)
    cell.kind = JsonCell::Kind::absent;
  skip_blanks();
  if (array_ended_) return false;
  if (is_array_) {
    const bool has_more = row_ == 0 ? peek() == '{' : peek() == ',';
    if (!has_more) {
      expect(']');
      skip_blanks();
      if (at_ != buffer_.size()) refuse_here("nothing after the end of the array");
      array_ended_ = true;
      return false;
    }
    if (row_ != 0) take();
    skip_blanks();
  } else if (at_ == buffer_.size()) {
    return false;
  }
  ++row_;
  if (peek() != '{') refuse_here("\"{\", the start of a record");
  record_line_ = line_;
  take_object("", 1);
  return true;
}

void JsonRows::find_names() {
  std::uint64_t last_line = 0;
  begins_array();
  while (next_record(true)) {
    counts_rows_ = counts_rows_ || record_line_ == last_line;
    last_line = record_line_;
  }
  if (row_ == 1) refuse_columns();
  const bool counts_rows = counts_rows_;
  drop_empty_parents();
  rewind();
  counts_rows_ = counts_rows;
}

// What pandas writes by default: {"a": {"0": 1, "1": 2}, "b": {...}}, one object with a column in each key.
void JsonRows::refuse_columns() const {
  const bool are_rows =
      names_.size() > 1 && std::ranges::all_of(names_, [](const std::string& name) {
        const std::size_t point = name.rfind('.');
        return point != std::string::npos && parse_integer(std::string_view(name).substr(point + 1));
      });
  if (!are_rows) return;
  throw DataError({.what = "the JSON holds a table by columns",
                   .where = file_->display_name(),
                   .expected = "objects, one for each row",
                   .got = "one object, in which keys such as " + quoted(names_.front()) + " count the rows",
                   .advice = "write it by rows: DataFrame.to_json(FILE, orient=\"records\", lines=True)"});
}

// An object that is null in some records is no column of its own.
void JsonRows::drop_empty_parents() {
  std::vector<std::string> kept;
  for (std::size_t c = 0; c < names_.size(); ++c) {
    const std::string prefix = names_[c] + ".";
    const bool is_parent =
        has_values_[c] == 0 &&
        std::ranges::any_of(names_, [&prefix](const std::string& name) { return name.starts_with(prefix); });
    if (!is_parent) kept.push_back(names_[c]);
  }
  if (kept.size() == names_.size()) return;
  names_ = std::move(kept);
  places_.clear();
  for (std::size_t c = 0; c < names_.size(); ++c)
    places_.emplace(names_[c], c);
  cells_.assign(names_.size(), {});
  has_values_.assign(names_.size(), 1);
}

void JsonRows::rewind() {
  file_->rewind();
  buffer_.clear();
  at_ = 0;
  has_ended_ = false;
  line_ = column_ = 1;
  row_ = 0;
  array_ended_ = false;
  begins_array();
}

std::uint64_t JsonRows::next(std::string& text) {
  if (has_first_) {
    has_first_ = false;
  } else if (!next_record(false)) {
    return 0;
  }
  RowWriter row(text);
  for (const JsonCell& cell : cells_) {
    switch (cell.kind) {
      case JsonCell::Kind::absent:
      case JsonCell::Kind::missing:
        row.add_missing();
        break;
      case JsonCell::Kind::plain:
        row.add(cell.text);
        break;
      case JsonCell::Kind::quoted:
        row.add_quoted(cell.text);
        break;
    }
  }
  return counts_rows_ ? row_ : record_line_;
}

}  // namespace

// An object, or an array of anything: no name of a column begins like these.
bool begins_as_json(std::string_view start) {
  if (start.starts_with(kByteOrderMark)) start.remove_prefix(kByteOrderMark.size());
  const std::size_t first = start.find_first_not_of(kJsonBlanks);
  if (first == std::string_view::npos) return false;
  const std::size_t second = start.find_first_not_of(kJsonBlanks, first + 1);
  const char next = second == std::string_view::npos ? '\0' : start[second];
  if (start[first] == '{') return next == '"' || next == '}';
  if (start[first] != '[') return false;
  if (next == '{' || next == ']' || next == '[') return true;
  // [1, 2] and ["a", "b"]; a TOML table begins with [name].
  return (next >= '0' && next <= '9') || next == '"' || next == '-';
}

std::unique_ptr<RowSource> json_rows(std::unique_ptr<ByteSource> file, const ReadOptions& options) {
  return std::make_unique<JsonRows>(std::move(file), options);
}

}  // namespace chainrule
