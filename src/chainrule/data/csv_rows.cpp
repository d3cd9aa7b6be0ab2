// All rows must be as wide as the first record. A strict reader refuses others; a lenient one tries in this
// order: a repeated header, a second header, a comment, empty cells at the end, missing cells at the end.
#include "chainrule/data/csv_rows.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_layout.h"

namespace chainrule {
namespace {

std::vector<std::string> numbered_columns(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t c = 1; c <= count; ++c)
    names.push_back("column_" + std::to_string(c));
  return names;
}

}  // namespace

std::string_view value_of(const CsvCell& cell) {
  return cell.is_quoted ? trim_blanks(cell.text()) : cell.text();
}

void CsvRows::start(TableLayout& layout) {
  records_.keep_text(RowText::keep);
  do {
    if (!records_.next()) {
      throw DataError({.what = "the table has no rows",
                       .where = display_name_,
                       .expected = "a header and rows, or rows",
                       .got = "only blank lines",
                       .advice = "check that this is the right file"});
    }
  } while (is_blank());
  columns_ = records_.cells().size();
  first_line_ = records_.line();
  if (repairs_ != nullptr) {
    cells_.assign(records_.cells().begin(), records_.cells().end());
    text_ = records_.text();
  }
  if (layout.has_header) {
    header_ = HeaderChoice::present;
    take_header(layout);
  } else {
    layout.column_names = numbered_columns(columns_);
    is_first_pending_ = true;
  }
  name_of_ = [names = std::make_shared<const std::vector<std::string>>(layout.column_names)](
                 std::size_t column) -> std::string_view {
    return column < names->size() ? (*names)[column] : std::string_view();
  };
  records_.keep_text(row_text_);
  records_.name_columns_by(name_of_);
}

void CsvRows::release_header(CsvRecords::NameOfColumn name_of) {
  name_of_ = std::move(name_of);
  records_.name_columns_by(name_of_);
  records_.free_cells();
}

void CsvRows::go_on(CsvRecords records) {
  records_ = std::move(records);
  if (repairs_ != nullptr) records_.mend(*repairs_);
  records_.keep_text(row_text_);
  records_.name_columns_by(name_of_);
  is_first_pending_ = false;
}

void CsvRows::take_header(TableLayout& layout) {
  layout.header_text = records_.text();
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t c = 0; c < columns_; ++c) {
    std::string name(value_of(cells()[c]));
    const std::string place = file_position(display_name_, first_line_, c + 1);
    if (repairs_ != nullptr) written_names_.push_back(name);
    if (c == 0 && layout.has_index) name = kIndexName;
    if (repairs_ != nullptr && (name.empty() || seen.contains(name))) {
      repairs_->add(Repair::name, [&] { return place; });
      const std::string stem = name.empty() ? "column" : name;
      for (std::size_t number = c + 1; name.empty() || seen.contains(name); ++number)
        name = stem + "_" + std::to_string(number);
    }
    if (name.empty()) {
      throw DataError({.what = "a column without a name",
                       .where = place,
                       .expected = "a name for every column",
                       .got = "an empty cell in the header",
                       .advice = "name the column, or remove it"});
    }
    const auto [first, is_new] = seen.emplace(name, c);
    if (!is_new) {
      throw DataError(
          {.what = "two columns have the same name",
           .where = place,
           .expected = "names that differ",
           .got = quoted(name) + ", the name of column " + std::to_string(first->second + 1) + " already",
           .advice = "rename one of them"});
    }
    layout.column_names.push_back(std::move(name));
  }
}

bool CsvRows::next() {
  if (is_first_pending_) {
    is_first_pending_ = false;
    if (repairs_ != nullptr) repairs_->add_row(false);
    return true;
  }
  for (;;) {
    const std::uint64_t mended = repairs_ == nullptr ? 0 : repairs_->total();
    do {
      if (!records_.next()) return false;
    } while (columns_ > 1 && is_blank());
    if (repairs_ == nullptr) {
      if (records_.cells().size() != columns_) check_width();
      return true;
    }
    const bool is_row = mend_row();
    if (is_row || repairs_->total() != mended) repairs_->add_row(repairs_->total() != mended);
    if (is_row) return true;
  }
}

bool CsvRows::mend_row() {
  const auto place = [this] { return file_position(display_name_, line(), 0); };
  const std::span<const CsvCell> found = records_.cells();
  cells_.assign(found.begin(), found.end());
  text_ = records_.text();
  const bool is_header = header_ == HeaderChoice::present && found.size() == columns_ &&
                         std::equal(found.begin(), found.end(), written_names_.begin(),
                                    [](const CsvCell& cell, const std::string& name) {
                                      return is_name_again(value_of(cell), name);
                                    });
  if (is_header) {
    repairs_->add(Repair::header_again, place);
    return false;
  }
  if (found.size() == columns_ && !std::exchange(has_seen_row_, true) && expectations_ != nullptr &&
      expectations_->has_second_header) {
    repairs_->add(Repair::second_header, place);
    return false;
  }
  if (found.size() == columns_) return true;
  if (!found[0].is_quoted && found[0].text().starts_with('#')) {
    repairs_->add(Repair::comment, place);
    return false;
  }
  while (cells_.size() > columns_ && !cells_.back().is_quoted && cells_.back().text().empty())
    cells_.pop_back();
  if (cells_.size() > columns_) {
    repairs_->add(Repair::long_row, place);
    return false;
  }
  if (cells_.size() == columns_) {
    repairs_->add(Repair::empty_end, place);
    for (std::size_t cell = columns_; cell < found.size() && !text_.empty(); ++cell)
      text_.resize(text_.rfind(records_.delimiter()));
    return true;
  }
  if (!lacks_last_cells_only()) {
    // Which cells are absent is unknown: those that follow would move to other columns.
    repairs_->add(Repair::short_row, place);
    return false;
  }
  repairs_->add(Repair::short_end, place);
  text_.append(columns_ - found.size(), records_.delimiter());
  cells_.resize(columns_, {.begin = "", .end = ""});
  return true;
}

bool CsvRows::lacks_last_cells_only() const {
  constexpr std::size_t kMostColumnsToTry = 1000;
  using Cells = RowExpectations::Cells;
  if (expectations_ == nullptr || expectations_->columns.size() != columns_ || columns_ > kMostColumnsToTry)
    return false;
  const auto fits = [](const CsvCell& cell, Cells column) {
    const std::string_view value = value_of(cell);
    const bool is_number = read_cell(value).meaning != CellMeaning::words;
    return value.empty() || column == Cells::both || is_number == (column == Cells::numbers);
  };
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    if (!fits(cells_[c], expectations_->columns[c])) return false;
  }
  // In how many ways the cells fit columns in their order: ways[n] of the first n cells, at most 2.
  std::vector<int> ways(cells_.size() + 1, 0);
  ways[0] = 1;
  for (const Cells column : expectations_->columns) {
    for (std::size_t n = cells_.size(); n > 0; --n) {
      if (fits(cells_[n - 1], column)) ways[n] = std::min(2, ways[n] + ways[n - 1]);
    }
  }
  return ways.back() == 1;
}

void CsvRows::check_width() const {
  const std::string_view model = header_ == HeaderChoice::present ? "the header" : "the first row";
  throw DataError({.what = cells().size() < columns_ ? "a row has too few cells" : "a row has too many cells",
                   .where = file_position(display_name_, line(), 0),
                   .expected = count_of(columns_, "cell") + ", as in " + std::string(model) + " (line " +
                               std::to_string(first_line_) + ")",
                   .got = count_of(cells().size(), "cell"),
                   .advice =
                       "correct the row: a cell that holds the delimiter or a line break must be in double "
                       "quotes"});
}

}  // namespace chainrule
