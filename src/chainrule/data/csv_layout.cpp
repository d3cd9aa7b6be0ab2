#include "chainrule/data/csv_layout.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace chainrule {

namespace {

constexpr char kDelimiters[] = {',', ';', '\t', '|'};
constexpr std::size_t kLongestName = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Records with as many cells as the first; 0 when the first has only one.
std::size_t agreeing_records(const CsvSample& sample) {
  if (sample.records.empty() || sample.records.front().size() < 2) return 0;
  const std::size_t width = sample.records.front().size();
  return static_cast<std::size_t>(
      std::count_if(sample.records.begin(), sample.records.end(),
                    [width](const auto& record) { return record.size() == width; }));
}

bool is_consistent(const CsvSample& sample) {
  return !sample.is_faulty && agreeing_records(sample) != 0 &&
         agreeing_records(sample) == sample.records.size();
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

bool looks_like_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || text.find_first_of("\r\n") != std::string_view::npos)
    return false;
  const unsigned char first = static_cast<unsigned char>(text.front());
  return first == '_' || (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first >= 0x80;
}

}  // namespace

CsvSample take_sample(std::string_view text, InputState state, char delimiter) {
  CsvSample sample = {.delimiter = delimiter};
  const CsvTokenizer tokenizer(delimiter);
  const std::string copy = std::string(text) + '\n';  // the tokenizer reads one byte past the end
  const char* p = copy.data();
  const char* const end = copy.data() + text.size();
  std::vector<CsvCell> cells;
  std::string storage;
  while (p != end && sample.records.size() < kSampleRecords) {
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

CsvSample find_delimiter(std::string_view text, InputState state) {
  std::optional<CsvSample> consistent, best;
  for (const char delimiter : kDelimiters) {
    CsvSample sample = take_sample(text, state, delimiter);
    if (is_consistent(sample)) {
      const bool beats_comma =
          consistent && consistent->delimiter == ',' && has_commas_in_numbers_only(sample);
      if (!consistent || beats_comma) consistent = sample;
    }
    if (!best || agreeing_records(sample) > agreeing_records(*best)) best = std::move(sample);
  }
  return consistent ? *consistent : *best;
}

bool is_name_again(std::string_view cell, std::string_view name) {
  if (cell == name) return true;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (!cell.starts_with(kByteOrderMark)) return false;
  cell.remove_prefix(kByteOrderMark.size());
  const bool is_quoted = cell.size() >= 2 && cell.starts_with('"') && cell.ends_with('"');
  return cell == name || (is_quoted && cell.substr(1, cell.size() - 2) == name);
}

bool has_header(const CsvSample& sample, const MissingWords& missing) {
  if (sample.records.empty()) return false;
  const std::vector<std::string>& first = sample.records.front();
  const std::span<const std::vector<std::string>> below = std::span(sample.records).subspan(1);
  const auto is_number = [](std::string_view cell) { return read_cell(cell).meaning != CellMeaning::words; };
  if (std::any_of(first.begin(), first.end(), is_number)) return false;

  bool has_numeric_column = false;
  bool come_again = false;
  for (std::size_t c = 0; c < first.size(); ++c) {
    std::size_t numbers = 0;
    std::size_t words = 0;
    for (const std::vector<std::string>& record : below) {
      if (c >= record.size()) continue;
      if (is_name_again(record[c], first[c])) come_again = true;
      if (first.size() > 1 && std::ranges::equal(record, first, is_name_again))
        continue;  // a table joined from several files repeats its header
      if (missing.contains(record[c])) continue;
      ++(is_number(record[c]) ? numbers : words);
    }
    if (numbers == 0 || words != 0) continue;
    has_numeric_column = true;
    if (!missing.contains(first[c])) return true;
  }
  const std::unordered_set<std::string> distinct(first.begin(), first.end());
  return !has_numeric_column && !come_again && distinct.size() == first.size() &&
         std::all_of(first.begin(), first.end(), looks_like_name);
}

}  // namespace chainrule
