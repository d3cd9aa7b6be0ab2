// One small table, damaged in the ways in which files from elsewhere are: delimiters, quotes, line ends,
// headers, lines before and after the table, names, and encodings. Whatever happens must be one of:
//
//   read     with the cells of the table
//   noted    read otherwise, with a note
//   refused  and each option that the advice names reads the table, or leaves out what is faulty
//
// Nothing is read wrong in silence.
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/csv_table.h"
#include "data/table_files.h"

namespace chainrule {
namespace {

using test::file_of;

std::vector<std::vector<std::string>> base_cells() {
  std::vector<std::vector<std::string>> cells = {{"name", "weight", "height", "heavy"}};
  constexpr const char* kWeights[] = {"88.4",  "51.5", "66.5", "63.4", "94.2", "90.6",
                                      "103.5", "70.4", "59.3", "72.8", "81.1", "77.7"};
  for (int i = 0; i < 12; ++i) {
    cells.push_back({i % 3 == 0   ? "ann"
                     : i % 3 == 1 ? "bob"
                                  : "eve",
                     kWeights[i], std::to_string(150 + i * 7 % 40), i % 2 == 0 ? "no" : "yes"});
  }
  return cells;
}

using Cells = std::vector<std::vector<std::string>>;

std::string written(const Cells& cells, const std::string& delimiter = ",", const std::string& end = "\n",
                    const std::string& quote = "", const std::string& row_end = "") {
  std::string text;
  for (const auto& row : cells) {
    for (std::size_t c = 0; c < row.size(); ++c)
      text += (c == 0 ? "" : delimiter) + quote + row[c] + quote;
    text += row_end + end;
  }
  return text;
}

Cells cells_of(const Table& table) {
  Cells cells(1);
  for (const Column& column : table.columns)
    cells[0].push_back(column.name);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    cells.emplace_back();
    for (const Column& column : table.columns)
      cells.back().push_back(column.text(row));
  }
  return cells;
}

// Rows of `some` that are not in `all`: 0 if rows were left out and none was changed.
std::size_t rows_not_in(const Cells& some, const Cells& all) {
  return static_cast<std::size_t>(
      std::ranges::count_if(some, [&](const auto& row) { return std::ranges::find(all, row) == all.end(); }));
}

char sign_of(const std::string& word) {
  if (word == "comma") return ',';
  if (word == "semicolon") return ';';
  if (word == "tab") return '\t';
  if (word == "pipe") return '|';
  if (word == "blanks") return kBlanks;
  if (word == "none") return kNoQuote;
  if (word.size() > 2 && word.front() == '"') return word[word.size() - 2];  // "\\" or "#"
  return word.front();
}

// The options that the pieces of an advice name, one set for each "; or".
std::vector<ReadOptions> options_of(const std::string& advice) {
  std::vector<ReadOptions> all;
  std::string rest = advice;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("; or "), rest.size());
    const std::string piece = rest.substr(0, end);
    rest.erase(0, std::min(end + 5, rest.size()));
    ReadOptions options;
    bool is_named = false;
    std::smatch found;
    std::string text = piece;
    while (std::regex_search(text, found, std::regex("-{2}([a-z-]+)(?: (\"[^ ]+\"|[^ ,;:)]+))?"))) {
      const std::string name = found[1], word = found[2];
      text = found.suffix();
      is_named = !word.empty() || name == "lenient";
      if (!is_named) continue;  // "name it with --delimiter": the value is left to the reader
      if (name == "skip")
        options.skip = std::stoul(word);
      else if (name == "skip-last")
        options.skip_last = std::stoul(word);
      else if (name == "comment")
        options.comment = sign_of(word);
      else if (name == "quote")
        options.quote = sign_of(word);
      else if (name == "escape")
        options.escape = sign_of(word);
      else if (name == "delimiter")
        options.delimiter = sign_of(word);
      else if (name == "decimal")
        options.decimal = DecimalMark::comma;
      else if (name == "lenient")
        options.leniency = Leniency::lenient;
      else if (name == "header")
        options.header = word == "absent" ? HeaderChoice::absent : HeaderChoice::present;
      else
        is_named = false;
    }
    if (is_named) all.push_back(options);
  }
  return all;
}

enum class Outcome { read, noted, advised, refused, wrong };

// What becomes of the file, where `cells` is what it means.
Outcome outcome_of(const std::string& text, const Cells& cells, std::string& advice) {
  try {
    const Table table = read_csv(file_of(text), {});
    for (const Message& note : notes_of(table))
      advice += note.text(Face::command_line) + "\n";
    if (cells_of(table) == cells) return Outcome::read;
    return table.notes.empty() ? Outcome::wrong : Outcome::noted;
  } catch (const DataError& error) {
    advice = text_of(error.report(), Face::command_line).advice;
  }
  Outcome outcome = Outcome::refused;
  for (const ReadOptions& options : options_of(advice)) {
    try {
      const Table table = read_csv(file_of(text), options);
      if (options.header == HeaderChoice::absent) continue;  // advice on condition that there is no header
      const Cells found = cells_of(table);
      const bool is_right = found == cells || rows_not_in(found, cells) == 0 || table.repairs.total() != 0;
      EXPECT_TRUE(is_right) << advice << "\n" << text;
      outcome = is_right ? Outcome::advised : Outcome::wrong;
    } catch (const DataError& error) {
      ADD_FAILURE() << "the advice does not work: " << advice << "\n" << error.what() << "\n" << text;
    }
  }
  return outcome;
}

struct Pollution {
  std::string name;
  std::string text;
  Cells cells;
};

void add_rows(std::vector<Pollution>& files) {
  const Cells base = base_cells();
  for (const std::size_t row : {std::size_t{0}, std::size_t{1}, std::size_t{6}, std::size_t{12}}) {
    const std::string at = " in line " + std::to_string(row + 1);
    for (std::size_t cell = 0; cell < 3; ++cell) {
      Cells cells = base;
      cells[row][cell] += cells[row][cell + 1];
      cells[row].erase(cells[row].begin() + static_cast<std::ptrdiff_t>(cell) + 1);
      Cells without = base;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(row));
      files.push_back({"a delimiter less" + at, written(cells), row == 0 ? cells : without});
      cells = base;
      cells[row].insert(cells[row].begin() + static_cast<std::ptrdiff_t>(cell), "");
      files.push_back({"a delimiter more" + at, written(cells), without});
      cells = base;
      cells[row][cell] = "\"" + cells[row][cell];
      files.push_back({"a quote more" + at, written(cells), cells});
      cells = base;
      cells[row][cell] = cells[row][cell] + "\"";
      files.push_back({"a quote behind" + at, written(cells), cells});
    }
    Cells cells = base;
    cells[row].push_back("");
    files.push_back({"a delimiter at the end" + at, written(cells), base});
    cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(row));
  }
}

void add_dialects(std::vector<Pollution>& files) {
  const Cells base = base_cells();
  for (const char* delimiter : {";", "\t", "|", " ", "  ", ", ", ",\t", "::", "^", ":", "\x01", "，", "||"})
    files.push_back({"delimiter " + quoted(delimiter), written(base, delimiter), base});
  for (const char* end : {"\r\n", "\r", "\n\n", "\n\r", "\r\n\r\n"})
    files.push_back({"line end " + quoted(end), written(base, ",", end), base});
  files.push_back({"all quoted", written(base, ",", "\n", "\""), base});
  files.push_back({"a delimiter at every end", written(base, ",", "\n", "", ","), base});
  Cells rows = base;
  for (std::size_t r = 1; r < rows.size(); ++r)
    rows[r].push_back("");
  files.push_back({"a delimiter at every row's end", written(rows), base});
  std::string text = written(base);
  text.pop_back();
  files.push_back({"no line end at the end", text, base});
  files.push_back({"a byte order mark", "\xef\xbb\xbf" + written(base), base});
  files.push_back({"two byte order marks", "\xef\xbb\xbf\xef\xbb\xbf" + written(base), base});
  files.push_back({"a form feed", "\f" + written(base), base});
  Cells inside = base;
  inside[3][0] = "'de, Vries'";
  Cells meant = base;
  meant[3][0] = "de, Vries";
  files.push_back({"single quotes", written(inside), meant});
  inside[3][0] = "\"say \\\"hi\\\", you\"";
  meant[3][0] = "say \"hi\", you";
  files.push_back({"escaped quotes", written(inside), meant});
  inside[3][0] = "a\"x, y\"";
  files.push_back({"a quote inside", written(inside), base});
}

void add_lines(std::vector<Pollution>& files) {
  const Cells base = base_cells();
  for (const char* above :
       {"Report of March\n", "Report of March\n\n", "a\nb\nc\n", "Report, March\n", "# logger 3\n",
        "# logger 3\n# kg, cm\n", "% by hand\n", "\n\n\n", "Title;2020\n"})
    files.push_back({"above: " + quoted(above), above + written(base), base});
  for (const char* below : {"Source: office\n", "\nSource: office\n", "Source: office, 2020\n", "\n\n\n",
                            "# end\n", "Note 1\nNote 2\nNote 3\n"})
    files.push_back({"below: " + quoted(below), written(base) + below, base});
  files.push_back({"above and below", "Report\n\n" + written(base) + "\nSource: office\n", base});
  files.push_back({"a total", written(base) + "Total,919.4,2021,\n", base});
  files.push_back({"a total of another width", written(base) + "Total,919.4\n", base});
  files.push_back({"units below the header",
                   [&] {
                     Cells cells = base;
                     cells.insert(cells.begin() + 1, {"", "kg", "cm", ""});
                     return written(cells);
                   }(),
                   base});
  Cells header = base;
  header.erase(header.begin());
  Cells numbered = header;
  numbered.insert(numbered.begin(), {"column_1", "column_2", "column_3", "column_4"});
  files.push_back({"no header", written(header), numbered});
  Cells index = base;
  for (std::size_t r = 0; r < index.size(); ++r)
    index[r].insert(index[r].begin(), r == 0 ? "" : std::to_string(r - 1));
  Cells named = index;
  named[0][0] = "Unnamed: 0";
  files.push_back({"an index", written(index), named});
  Cells short_header = index;
  short_header[0] = base[0];
  for (std::size_t r = 1; r < short_header.size(); ++r)
    named[r][0] = short_header[r][0] = std::to_string(r);
  files.push_back({"a header shorter by one", written(short_header), named});
  Cells twice = base;
  twice[0][2] = "weight";
  files.push_back({"a name twice", written(twice), twice});
  twice[0][2] = "";
  files.push_back({"a name missing", written(twice), twice});
  files.push_back({"the header twice", written(base) + "name,weight,height,heavy\n", base});
  files.push_back({"a header alone", "name,weight,height,heavy\n", {base[0]}});
}

TEST(MessyFiles, NoneIsReadWrongInSilenceAndAdviceWorks) {
  std::vector<Pollution> files;
  add_rows(files);
  add_dialects(files);
  add_lines(files);
  std::size_t counts[5] = {};
  std::string dead_ends;
  for (const Pollution& file : files) {
    SCOPED_TRACE(file.name);
    std::string advice;
    const Outcome outcome = outcome_of(file.text, file.cells, advice);
    ++counts[static_cast<std::size_t>(outcome)];
    EXPECT_NE(outcome, Outcome::wrong) << advice << "\n" << file.text;
    if (outcome == Outcome::refused) dead_ends += file.name + ": " + advice + "\n";
  }
  EXPECT_GE(files.size(), 60u);
  RecordProperty("read", std::to_string(counts[0]));
  // Without an option remain files that must be rewritten: of separators of several signs, for example.
  EXPECT_LE(5 * counts[3], files.size()) << dead_ends;
  std::printf("read %zu, noted %zu, advised %zu, refused %zu of %zu\n%s", counts[0], counts[1], counts[2],
              counts[3], files.size(), dead_ends.c_str());
}

}  // namespace
}  // namespace chainrule
