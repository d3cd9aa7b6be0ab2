// Each delimiter cuts the sample into records; the first under which all records fit one of the shapes in
// csv_layout.h wins. If none does, blanks are tried, and then the delimiter with the most records of equal
// width.
#include "chainrule/data/csv_layout.h"

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_set>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/number_parts.h"
#include "chainrule/data/text_source.h"
#include "chainrule/data/units.h"

namespace chainrule {

namespace {

constexpr char kDelimiters[] = {',', ';', '\t', '|'};
constexpr std::size_t kLongestName = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The width that most records have, and how many have it; the first record's in a tie.
struct Width {
  std::size_t cells = 0, records = 0;
};

Width usual_width(const CsvSample& sample) {
  Width best;
  for (const auto& model : sample.records) {
    const auto same = static_cast<std::size_t>(std::ranges::count_if(
        sample.records, [&](const auto& record) { return record.size() == model.size(); }));
    if (same > best.records) best = {model.size(), same};
  }
  return best;
}

bool fits(const CsvSample& sample) {
  return !sample.is_faulty && sample.shape != RowShape::single && sample.shape != RowShape::ragged;
}

// Records of more than one cell that have the usual width.
std::size_t agreeing_records(const CsvSample& sample) {
  const Width width = usual_width(sample);
  return width.cells < 2 ? 0 : width.records;
}

// Whether a column, below the first record, counts up by one, or holds words that all differ.
bool are_row_names(std::span<const std::vector<std::string>> rows) {
  std::unordered_set<std::string_view> distinct;
  bool is_counter = true, are_words = true;
  double before = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::string& cell = rows[r].front();
    distinct.insert(cell);
    const CellNumber number = read_cell(cell);
    if (number.meaning == CellMeaning::words) {
      is_counter = false;
    } else {
      are_words = false;
      is_counter =
          is_counter && (r == 0 ? number.value == 0 || number.value == 1 : number.value == before + 1);
      before = number.value;
    }
  }
  return rows.size() >= 2 && (is_counter || (are_words && distinct.size() == rows.size()));
}

// True when each comma of these cells has digits on both sides, and there is one.
bool has_commas_in_numbers_only(const CsvSample& sample) {
  bool has_comma = false;
  for (const std::vector<std::string>& record : sample.records) {
    for (const std::string& cell : record) {
      for (std::size_t i = cell.find(','); i != std::string::npos; i = cell.find(',', i + 1)) {
        if (i == 0 || i + 1 == cell.size() || !is_digit(cell[i - 1]) || !is_digit(cell[i + 1])) return false;
        has_comma = true;
      }
    }
  }
  return has_comma;
}

// "5 kg", "20 kg": one column of numbers with a unit, not two columns. Different units of one letter may be
// categories (1 m, 2 f).
bool are_numbers_with_units(const CsvSample& sample) {
  std::unordered_set<std::string_view> units;
  for (const std::vector<std::string>& record : sample.records) {
    if (record.size() != 2 || !is_unit(record[1])) return false;
    const std::optional<NumberParts> number = split_number(record[0], PrefixRule::currencies);
    if (!number || !number->suffix.empty()) return false;
    units.insert(record[1]);
  }
  return units.size() == 1 ||
         std::ranges::all_of(units, [](std::string_view unit) { return unit.size() > 1; });
}

}  // namespace

CsvSample take_sample(std::string_view text, InputState state, const CsvDialect& dialect) {
  CsvSample sample = {.delimiter = dialect.delimiter};
  const CsvTokenizer tokenizer(dialect);
  const std::string copy = std::string(text) + '\n';  // the tokenizer reads one byte past the end
  const char* p = copy.data();
  const char* const end = copy.data() + text.size();
  std::vector<CsvCell> cells;
  std::string storage;
  while (p != end && sample.records.size() < kSampleRecords) {
    if (tokenizer.is_comment(p)) {
      p = std::find(p, end, '\n');
      if (p != end) ++p;
      continue;
    }
    const CsvTokens tokens = tokenizer.cut(p, end, state, cells);
    if (tokens.outcome != CsvOutcome::record) {
      sample.is_faulty = tokens.outcome != CsvOutcome::need_more;
      break;
    }
    p = tokens.next;
    if (tokens.cells == 1 && !cells[0].is_quoted && cells[0].text().empty()) continue;
    std::vector<std::string>& record = sample.records.emplace_back();
    for (const CsvCell& cell : std::span(cells).first(tokens.cells))
      record.emplace_back(trim_blanks(joined_text(cell, storage)));
  }
  return sample;
}

void find_shape(CsvSample& sample) {
  const Width width = usual_width(sample);
  if (sample.records.empty() || width.cells < 2) {
    sample.shape = width.records == sample.records.size() ? RowShape::single : RowShape::ragged;
    return;
  }
  std::vector<std::string>& first = sample.records.front();
  const std::span<std::vector<std::string>> rows = std::span(sample.records).subspan(1);
  const bool is_even = width.records == sample.records.size();
  const bool is_short = first.size() + 1 == width.cells && width.records == rows.size() && rows.size() >= 2;
  // Last columns without a cell and, in an even table, without a name.
  std::size_t ends = 0;
  const auto is_end = [&](std::size_t column) {
    return std::ranges::all_of(rows, [&](const auto& row) { return row[column].empty(); }) &&
           (is_even ? first[column].empty() : is_short && column >= first.size());
  };
  while (rows.size() >= 2 && (is_even || is_short) && ends + 1 < width.cells &&
         is_end(width.cells - 1 - ends))
    ++ends;
  sample.shape = is_even ? RowShape::even : RowShape::ragged;
  if (ends != 0) {
    sample.shape = RowShape::end_delimiter;
    sample.end_delimiters = ends;
    if (is_even) first.resize(width.cells - ends);
    for (std::vector<std::string>& row : rows)
      row.resize(width.cells - ends);
  } else if (rows.size() >= 2 && first.size() == width.cells + 1 && width.records == rows.size() &&
             first.back().empty()) {
    sample.shape = RowShape::header_end_delimiter;
    first.pop_back();
  } else if (is_short && are_row_names(rows) && first.size() >= 2 &&
             std::ranges::all_of(first, [](const std::string& name) {
               return read_cell(name).meaning == CellMeaning::words;
             })) {
    sample.shape = RowShape::short_header;
    first.insert(first.begin(), "");
  }
}

CsvSample take_blanks_sample(std::string_view text, InputState state, CsvDialect dialect) {
  dialect.delimiter = ' ';
  const std::string joined = rewritten(text, state, {.dialect = dialect, .joins_blanks = true});
  CsvSample sample = take_sample(joined, state, dialect);
  sample.delimiter = kBlanks;
  find_shape(sample);
  return sample;
}

CsvSample find_delimiter(std::string_view text, InputState state, const CsvDialect& dialect) {
  // A sample of a million columns is large: none is copied, and without need only one is kept.
  std::optional<CsvSample> chosen, best;
  std::vector<char> fitting;
  std::size_t most = 0;
  for (const char delimiter : kDelimiters) {
    CsvDialect signs = dialect;
    signs.delimiter = delimiter;
    if (dialect.quote == delimiter || dialect.escape == delimiter || dialect.comment == delimiter) continue;
    CsvSample sample = take_sample(text, state, signs);
    const std::size_t agreeing = agreeing_records(sample);
    find_shape(sample);
    const bool is_most = 2 * agreeing > sample.records.size() && agreeing > most;
    if (is_most) most = agreeing;
    if (fits(sample)) {
      fitting.push_back(delimiter);
      const bool beats_comma = chosen && chosen->delimiter == ',' && has_commas_in_numbers_only(sample);
      const bool beats_shape = chosen && chosen->shape != RowShape::even && sample.shape == RowShape::even;
      if (!chosen || beats_comma || beats_shape) chosen = std::move(sample);
      best.reset();
    } else if (!chosen && (!best || is_most)) {
      best = std::move(sample);
    }
  }
  if (chosen) {
    std::erase(fitting, chosen->delimiter);
    chosen->other_delimiters = std::move(fitting);
    return std::move(*chosen);
  }
  if (most == 0 && dialect.comment != ' ' && dialect.quote != ' ') {
    CsvSample sample = take_blanks_sample(text, state, dialect);
    if (fits(sample) && sample.shape == RowShape::even && sample.records.size() >= 2 &&
        !are_numbers_with_units(sample))
      return sample;
  }
  return std::move(*best);
}

std::string unusual_separator(const CsvSample& sample) {
  static constexpr std::string_view kSeparators[] = {"::",   ":",      "\x01",   "\x02",   "\x03",  "\x1c",
                                                     "\x1d", "\x1e",   "\x1f",   "^",      "~",     "&",
                                                     "*",    "\uff0c", "\uff1b", "\u3001", "\uff5c"};
  if (sample.records.size() < 2) return {};
  const auto count_in = [](std::string_view text, std::string_view separator) {
    std::size_t count = 0;
    for (std::size_t at = text.find(separator); at != text.npos;
         at = text.find(separator, at + separator.size()))
      ++count;
    return count;
  };
  for (const std::string_view separator : kSeparators) {
    const std::size_t count = count_in(sample.records.front().front(), separator);
    const bool is_same = std::ranges::all_of(sample.records, [&](const auto& record) {
      return record.size() == 1 && count_in(record.front(), separator) == count;
    });
    if (count != 0 && is_same) return std::string(separator);
  }
  return {};
}

bool is_name_again(std::string_view cell, std::string_view name) {
  if (cell == name) return true;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (!cell.starts_with(kByteOrderMark)) return false;
  cell.remove_prefix(kByteOrderMark.size());
  const bool is_quoted = cell.size() >= 2 && cell.starts_with('"') && cell.ends_with('"');
  return cell == name || (is_quoted && cell.substr(1, cell.size() - 2) == name);
}

}  // namespace chainrule
