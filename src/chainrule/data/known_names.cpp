#include "chainrule/data/known_names.h"

#include <algorithm>
#include <unordered_set>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_layout.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostLines = 60;
constexpr std::size_t kLongestLine = std::size_t{1} << 20;

bool has_word(std::span<const std::string> cells, std::span<const std::string> known) {
  return std::ranges::any_of(cells, [&](const std::string& cell) {
    return read_cell(cell).meaning == CellMeaning::words && std::ranges::find(known, cell) != known.end();
  });
}

std::size_t names_in_line(std::string_view line, std::span<const std::string> known) {
  std::size_t most = 0;
  const auto count = [&](const CsvSample& sample) {
    if (sample.records.size() != 1) return;
    const std::vector<std::string>& cells = sample.records.front();
    const std::size_t found = count_known_names(cells, known);
    // Names that the model does not use may stand beside the known ones.
    const bool are_words = std::ranges::all_of(
        cells, [](const std::string& cell) { return read_cell(cell).meaning == CellMeaning::words; });
    const bool are_half = are_words && found != 0 && 2 * found >= std::min(known.size(), cells.size());
    if ((are_half || are_header(found, cells.size(), known.size())) && has_word(cells, known))
      most = std::max(most, found);
  };
  for (const char delimiter : {',', ';', '\t', '|'})
    count(take_sample(line, InputState::ended, delimiter));
  count(take_blanks_sample(line, InputState::ended, {}));
  return most;
}

}  // namespace

std::size_t count_known_names(std::span<const std::string> cells, std::span<const std::string> known) {
  const std::unordered_set<std::string_view> distinct(cells.begin(), cells.end());
  const std::unordered_set<std::string_view> names(known.begin(), known.end());
  return static_cast<std::size_t>(
      std::ranges::count_if(distinct, [&](std::string_view cell) { return names.contains(cell); }));
}

bool are_header(std::size_t found, std::size_t cells, std::size_t known) {
  return found != 0 && 2 * found > std::min(known, cells);
}

std::optional<KnownLine> find_known_names(std::string_view text, std::span<const std::string> known) {
  if (known.empty()) return {};
  for (std::size_t line = 0; line < kMostLines && !text.empty(); ++line) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (end > kLongestLine) return {};
    if (const std::size_t names = names_in_line(text.substr(0, end), known); names != 0)
      return KnownLine{line, names};
    text.remove_prefix(std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
  }
  return {};
}

}  // namespace chainrule
