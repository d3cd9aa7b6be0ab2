// The header is read at once, line by line; then each line of the data is one row. take_token removes one
// word after the other from the front of a line; quotes may be ' or ", and a backslash makes the next
// character an ordinary one.
#include "chainrule/data/arff_reader.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/text_lines.h"

namespace chainrule {
namespace {

enum class AttributeType { numeric, word, listed, date };

struct Attribute {
  AttributeType type = AttributeType::numeric;
  std::vector<std::string> values;  // listed: as they are declared
  std::unordered_set<std::string> allowed;
};

struct Token {
  std::string text;
  bool is_quoted = false;
};

bool begins_with_word(std::string_view line, std::string_view word) {
  return line.size() >= word.size() && lower_case_ascii(line.substr(0, word.size())) == word &&
         (line.size() == word.size() || line[word.size()] == ' ' || line[word.size()] == '\t');
}

class ArffRows final : public RowSource {
 public:
  explicit ArffRows(std::unique_ptr<ByteSource> file) : RowSource(std::move(file)), lines_(*file_) {
    read_header();
  }

  TableFormat format() const override { return TableFormat::arff; }
  std::uint64_t next(std::string& text) override;
  bool would_wait() const override { return lines_.would_wait(); }
  void rewind() override {
    lines_.rewind();
    while (lines_.number() < data_line_ && lines_.next()) {
    }
  }

 private:
  [[noreturn]] void refuse(std::string what, std::string expected, std::string got,
                           std::string advice) const {
    throw DataError({.what = std::move(what),
                     .where = lines_.place(),
                     .expected = std::move(expected),
                     .got = std::move(got),
                     .advice = std::move(advice)});
  }
  void read_header();
  void read_attribute(std::string_view rest);
  void declare_words();
  // Takes a token off the front of the text: quoted, or up to one of the stops, without blanks around it.
  Token take_token(std::string_view& text, std::string_view stops) const;
  void read_dense(std::string_view rest);
  void read_sparse(std::string_view rest);
  void add_cell(RowWriter& row, std::size_t attribute, const Token& token) const;
  std::string attribute_place(std::size_t attribute) const {
    return file_position(file_->display_name(), lines_.number(), attribute + 1) + " (column " +
           quoted(names_[attribute]) + ")";
  }

  TextLines lines_;
  std::vector<Attribute> attributes_;
  std::unordered_set<std::string> seen_;  // names
  std::vector<Token> cells_;
  std::uint64_t data_line_ = 0;
};

Token ArffRows::take_token(std::string_view& text, std::string_view stops) const {
  Token token;
  text = trim_blanks(text);
  if (!text.empty() && (text.front() == '\'' || text.front() == '"')) {
    const char quote = text.front();
    token.is_quoted = true;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != quote; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) {
        ++at;
        token.text += text[at] == 'n' || text[at] == 'r' ? ' ' : text[at] == 't' ? '\t' : text[at];
      } else {
        token.text += text[at];
      }
    }
    if (at == text.size()) {
      refuse("a quote is opened and never closed", "a closing quote before the end of the line",
             quoted(text.substr(0, 64)), "close the quote; write a quote inside a word as \\'");
    }
    text = trim_blanks(text.substr(at + 1));
    return token;
  }
  const std::size_t end = std::min(text.find_first_of(stops), text.size());
  token.text = trim_blanks(text.substr(0, end));
  text = trim_blanks(text.substr(end));
  return token;
}

void ArffRows::read_header() {
  while (lines_.next()) {
    std::string_view line = lines_.line();
    if (line.empty() || line.starts_with('%')) continue;
    if (begins_with_word(line, "@relation")) continue;
    if (begins_with_word(line, "@attribute")) {
      read_attribute(line.substr(10));
      continue;
    }
    if (!begins_with_word(line, "@data")) {
      refuse("a line that does not belong in the header of an ARFF file", "@attribute NAME TYPE, or @data",
             quoted(line), "correct the line, or begin it with % to make it a comment");
    }
    data_line_ = lines_.number();
    break;
  }
  if (names_.empty() || data_line_ == 0) {
    throw DataError({.what = "the ARFF file has no " + std::string(data_line_ == 0 ? "data" : "attributes"),
                     .where = file_->display_name(),
                     .expected = "lines @attribute NAME TYPE, then @data and rows",
                     .got = "the end of the header after " + count_of(names_.size(), "attribute"),
                     .advice = "check that the file was written completely"});
  }
  declare_words();
}

void ArffRows::read_attribute(std::string_view rest) {
  const std::string name = take_token(rest, " \t{").text;
  Attribute attribute;
  std::optional<ColumnKind> kind;
  const std::string_view type = rest;
  if (begins_with_word(type, "numeric") || begins_with_word(type, "real") ||
      begins_with_word(type, "integer")) {
    kind = ColumnKind::numeric;
  } else if (begins_with_word(type, "string")) {
    attribute.type = AttributeType::word;
    kind = ColumnKind::category;
  } else if (begins_with_word(type, "date")) {
    attribute.type = AttributeType::date;
  } else if (rest.starts_with('{')) {
    attribute.type = AttributeType::listed;
    kind = ColumnKind::category;
    rest.remove_prefix(1);
    while (true) {
      Token value = take_token(rest, ",}");
      if (!value.text.empty() || value.is_quoted) {
        attribute.allowed.insert(value.text);
        attribute.values.push_back(std::move(value.text));
      }
      if (rest.empty())
        refuse("a list of values without its end", "}", "the end of the line", "close the list with }");
      const bool is_last = rest.front() == '}';
      rest.remove_prefix(1);
      if (is_last) break;
    }
  } else {
    refuse("an attribute of a type that cannot be read",
           "numeric, real, integer, string, date or a list of values in {}", quoted(type),
           begins_with_word(type, "relational") ? "give each attribute of the relation a column of its own"
                                                : "correct the line");
  }
  if (name.empty())
    refuse("an attribute without a name", "@attribute NAME TYPE", quoted(lines_.line()),
           "name the attribute");
  if (!seen_.insert(name).second)
    refuse("two attributes have the same name", "names that differ", quoted(name), "rename one of them");
  if (kind) kinds_.emplace_back(name, *kind);
  names_.push_back(name);
  attributes_.push_back(std::move(attribute));
}

// A value that a list declares, such as None, is not a missing cell.
void ArffRows::declare_words() {
  for (const std::string& word : ReadOptions{}.missing_words) {
    const bool is_declared = std::ranges::any_of(
        attributes_, [&word](const Attribute& attribute) { return attribute.allowed.contains(word); });
    if (is_declared && word != "?" && !word.empty()) own_words_.push_back(word);
  }
}

void ArffRows::read_dense(std::string_view rest) {
  // Commas, or blanks if there are none.
  const bool has_commas = rest.find(',') != std::string_view::npos || attributes_.size() == 1;
  cells_.clear();
  while (true) {
    cells_.push_back(take_token(rest, has_commas ? "," : " \t"));
    if (rest.empty()) break;
    if (has_commas) {
      if (rest.front() != ',')
        refuse("text after a closing quote", "a comma or the end of the line", quoted(rest),
               "write a quote inside a word as \\'");
      rest.remove_prefix(1);
      if (trim_blanks(rest).starts_with('{') && cells_.size() == attributes_.size()) {
        refuse("a row with a weight", "values only", quoted(rest),
               "give the weights an attribute of their own, and name it as the column of weights");
      }
    }
  }
  if (cells_.size() == attributes_.size()) return;
  refuse(cells_.size() < attributes_.size() ? "a row has too few cells" : "a row has too many cells",
         count_of(attributes_.size(), "cell") + ", one for each attribute", count_of(cells_.size(), "cell"),
         "correct the row: a word with a comma must be in quotes");
}

void ArffRows::read_sparse(std::string_view rest) {
  cells_.assign(attributes_.size(), {.text = "0"});
  for (std::size_t a = 0; a < attributes_.size(); ++a) {
    if (attributes_[a].type == AttributeType::listed && !attributes_[a].values.empty())
      cells_[a].text = attributes_[a].values.front();
  }
  rest = trim_blanks(rest.substr(1));
  std::optional<std::size_t> last;
  while (!rest.starts_with('}')) {
    const std::string place = take_token(rest, " \t,}").text;
    const std::optional<std::int64_t> number = parse_integer(place);
    if (!number || *number < 0 || static_cast<std::uint64_t>(*number) >= attributes_.size()) {
      refuse("a sparse row names an attribute that does not exist",
             "a number from 0 to " + std::to_string(attributes_.size() - 1), quoted(place),
             "correct the row: {ATTRIBUTE VALUE, ...}, attributes counted from 0");
    }
    const auto attribute = static_cast<std::size_t>(*number);
    if (last && attribute <= *last)
      refuse("the attributes of a sparse row do not ascend", "a number above " + std::to_string(*last),
             quoted(place), "sort the row by attribute");
    last = attribute;
    cells_[attribute] = take_token(rest, ",}");
    if (rest.starts_with(',')) {
      rest = trim_blanks(rest.substr(1));
    } else if (!rest.starts_with('}')) {
      refuse("a sparse row without its end", "}", rest.empty() ? "the end of the line" : quoted(rest),
             "close the row with }");
    }
  }
  if (rest.size() > 1)
    refuse("text after the end of a sparse row", "the end of the line", quoted(rest.substr(1)),
           "correct the row");
}

void ArffRows::add_cell(RowWriter& row, std::size_t attribute, const Token& token) const {
  const Attribute& about = attributes_[attribute];
  if (!token.is_quoted && (token.text == "?" || token.text.empty())) return row.add_missing();
  if (about.type == AttributeType::listed && !about.allowed.contains(token.text)) {
    constexpr std::size_t kShown = 10;
    std::string values = join(std::span(about.values).first(std::min(kShown, about.values.size())), ", ");
    if (about.values.size() > kShown) values += ", ...";
    throw DataError({.what = "a value that the attribute does not list",
                     .where = attribute_place(attribute),
                     .expected = "one of " + values + ", or ?",
                     .got = quoted(token.text),
                     .advice = "correct the cell, or add the value to the list of the attribute"});
  }
  if (token.is_quoted) return row.add_quoted(token.text);
  row.add(token.text);
}

std::uint64_t ArffRows::next(std::string& text) {
  do {
    if (!lines_.next()) return 0;
  } while (lines_.line().empty() || lines_.line().starts_with('%'));
  if (lines_.line().starts_with('{')) {
    read_sparse(lines_.line());
  } else {
    read_dense(lines_.line());
  }
  RowWriter row(text);
  for (std::size_t a = 0; a < attributes_.size(); ++a)
    add_cell(row, a, cells_[a]);
  return lines_.number();
}

}  // namespace

bool begins_as_arff(std::string_view start) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (start.starts_with(kByteOrderMark)) start.remove_prefix(kByteOrderMark.size());
  while (!start.empty()) {
    const std::size_t end = start.find('\n');
    const std::string_view line = trim_blanks(start.substr(0, end));
    start.remove_prefix(end == std::string_view::npos ? start.size() : end + 1);
    if (line.empty() || line == "\r" || line.starts_with('%')) continue;
    return begins_with_word(line, "@relation") || begins_with_word(line, "@attribute");
  }
  return false;
}

std::unique_ptr<RowSource> arff_rows(std::unique_ptr<ByteSource> file) {
  return std::make_unique<ArffRows>(std::move(file));
}

}  // namespace chainrule
