#include "chainrule/data/fann_reader.h"

#include <algorithm>
#include <array>
#include <optional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/text_lines.h"

namespace chainrule {
namespace {

struct FannSizes {
  std::uint64_t rows = 0, inputs = 0, outputs = 0;
};

std::optional<FannSizes> sizes_of(std::string_view line) {
  std::array<std::uint64_t, 3> sizes = {};
  for (std::uint64_t& size : sizes) {
    const std::string_view word = take_field(line);
    const std::optional<std::int64_t> number = parse_integer(word);
    if (word.find_first_not_of("0123456789") != std::string_view::npos || !number || *number < 1)
      return std::nullopt;
    size = static_cast<std::uint64_t>(*number);
  }
  if (!take_field(line).empty()) return std::nullopt;
  return FannSizes{.rows = sizes[0], .inputs = sizes[1], .outputs = sizes[2]};
}

// The words of a line if all are numbers; 0 if not.
std::size_t count_numbers(std::string_view line) {
  std::size_t count = 0;
  for (std::string_view word = take_field(line); !word.empty(); word = take_field(line), ++count) {
    if (!parse_double(word)) return 0;
  }
  return count;
}

constexpr std::string_view kInput = "input_", kOutput = "output_";

std::string name_of_column(std::string_view kind, std::uint64_t number) {
  return std::string(kind) + std::to_string(number);
}

class FannRows final : public RowSource {
 public:
  explicit FannRows(std::unique_ptr<ByteSource> file) : RowSource(std::move(file)), lines_(*file_) {
    read_sizes();
    if (sizes_.inputs > kMostColumns || sizes_.outputs > kMostColumns ||
        sizes_.inputs + sizes_.outputs > kMostColumns) {
      throw DataError(
          {.what = "too many columns",
           .where = lines_.place(),
           .expected = "at most " + count_of(kMostColumns, "column"),
           .got = count_of(sizes_.inputs, "input") + " and " + count_of(sizes_.outputs, "output")});
    }
    for (std::uint64_t i = 1; i <= sizes_.inputs; ++i)
      names_.push_back(name_of_column(kInput, i));
    for (std::uint64_t i = 1; i <= sizes_.outputs; ++i)
      names_.push_back(name_of_column(kOutput, i));
  }

  TableFormat format() const override { return TableFormat::fann; }
  std::uint64_t next(std::string& text) override {
    if (!next_line()) {
      if (row_ == sizes_.rows) return 0;
      refuse_length("the file is cut short", format_count(row_));
    }
    if (row_ == sizes_.rows)
      refuse_length("the file continues after its last row", "more, on " + lines_.place());
    ++row_;
    RowWriter row(text);
    add_numbers(row, sizes_.inputs, "input");
    const std::uint64_t line = lines_.number();
    if (!next_line()) refuse_length("the file is cut short", "no outputs for row " + format_count(row_));
    add_numbers(row, sizes_.outputs, "output");
    return line;
  }
  bool would_wait() const override { return lines_.would_wait(); }
  void rewind() override {
    lines_.rewind();
    row_ = 0;
    read_sizes();
  }

 private:
  bool next_line() {
    while (lines_.next()) {
      if (!lines_.line().empty()) return true;
    }
    return false;
  }
  void read_sizes() {
    next_line();
    sizes_ = sizes_of(lines_.line()).value_or(FannSizes{});
  }
  [[noreturn]] void refuse_length(std::string what, std::string got) const {
    throw DataError({.what = std::move(what),
                     .where = file_->display_name(),
                     .expected = count_of(sizes_.rows, "row") + ", as its first line says",
                     .got = std::move(got),
                     .advice = "correct the first line (ROWS INPUTS OUTPUTS), or copy the file again"});
  }
  void add_numbers(RowWriter& row, std::uint64_t wanted, std::string_view what) const {
    std::string_view rest = lines_.line();
    std::uint64_t count = 0;
    for (std::string_view word = take_field(rest); !word.empty(); word = take_field(rest)) {
      if (!parse_double(word)) {
        throw DataError({.what = "a cell that is not a number",
                         .where = lines_.place(),
                         .expected = std::string(what) + "s that are numbers",
                         .got = quoted(word),
                         .advice = "correct the line"});
      }
      if (++count <= wanted) row.add(word);
    }
    if (count == wanted) return;
    throw DataError({.what = "a line with another number of " + std::string(what) + "s",
                     .where = lines_.place(),
                     .expected = count_of(wanted, what) + ", as the first line says",
                     .got = format_count(count),
                     .advice = "write the inputs of a row on one line and its outputs on the next"});
  }

  TextLines lines_;
  FannSizes sizes_;
  std::uint64_t row_ = 0;
};

}  // namespace

// A table of three columns of numbers separated by blanks begins in the same way where inputs and outputs are
// three, too: then it is a table.
bool begins_as_fann(std::string_view start) {
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    while (line.empty()) {
      const std::size_t end = start.find('\n');
      if (end == std::string_view::npos && (&line != &lines.back() || start.empty())) return false;
      line = start.substr(0, end);
      start.remove_prefix(end == std::string_view::npos ? start.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t") == std::string_view::npos) line = {};
    }
  }
  const std::optional<FannSizes> sizes = sizes_of(lines[0]);
  return sizes && (sizes->inputs != 3 || sizes->outputs != 3) && count_numbers(lines[1]) == sizes->inputs &&
         count_numbers(lines[2]) == sizes->outputs;
}

std::unique_ptr<RowSource> fann_rows(std::unique_ptr<ByteSource> file) {
  return std::make_unique<FannRows>(std::move(file));
}

std::vector<std::size_t> fann_outputs(std::span<const Column> columns) {
  const auto first = std::ranges::find(columns, name_of_column(kOutput, 1), &Column::name) - columns.begin();
  const auto inputs = static_cast<std::size_t>(first);
  std::vector<std::size_t> outputs;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string name =
        c < inputs ? name_of_column(kInput, c + 1) : name_of_column(kOutput, c - inputs + 1);
    if (columns[c].name != name) return {};
    if (c >= inputs) outputs.push_back(c);
  }
  return outputs;
}

}  // namespace chainrule
