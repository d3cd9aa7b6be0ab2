// add_numbers, add      take the rows: numbers until the turn, codes of words after it
// decide                decides what the words are: categories, or numbers in a form that find_form finds
// respell               takes the rows before the turn, as the file spells them
// take_column           gives the column
#include "chainrule/data/column_typer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

constexpr std::size_t kManyWords = 100;
constexpr std::size_t kManyRows = 20;           // that many different words may be identifiers
constexpr std::size_t kExaminedRows = 100'000;  // of a column whose points may separate thousands

NumberReader::Stage stage_of(const TyperOptions& options) {
  if (options.is_settled) return NumberReader::Stage::settled;
  return options.kind == ColumnKind::numeric ? NumberReader::Stage::typed_as_numbers
                                             : NumberReader::Stage::typed;
}

// "1.234", "-12.500"
bool is_point_between_three(std::string_view value) {
  if (value.starts_with("-")) value.remove_prefix(1);
  const std::size_t point = value.find('.');
  return point >= 1 && point <= 3 && value.size() == point + 4 && value.front() != '0';
}

}  // namespace

const double ColumnTyper::kMissingNumber = std::numeric_limits<double>::quiet_NaN();

ColumnTyper::ColumnTyper(Column& column, const TyperOptions& options)
    : column_(column), options_(options), reader_(options_.form, stage_of(options_)) {
  if (options_.kind == ColumnKind::category) begin_words();
}

void ColumnTyper::begin_words() {
  words_ = std::make_unique<Words>();
  words_->turn = column_.numbers.size();
}

void ColumnTyper::keep_too_large(std::string_view value, std::uint64_t line) {
  if (first_too_large_ == nullptr)
    first_too_large_ = std::make_unique<Sighting>(Sighting{line, std::string(value)});
}

NumberReader ColumnTyper::early_reader() const {
  return {options_.form, stage_of(options_)};
}

void ColumnTyper::add_too_large(std::string_view value, double number, std::uint64_t line) {
  column_.numbers.push_back(number);
  keep_too_large(value, line);
}

void ColumnTyper::add_word(std::string_view value, std::string_view word, std::uint64_t line) {
  const std::int32_t code = words_->list.code_of(word);
  words_->codes.push_back(code);
  std::vector<CellMeaning>& meanings = words_->meanings;
  if (options_.kind == ColumnKind::category || static_cast<std::size_t>(code) != meanings.size()) return;
  meanings.push_back(reader_(value).meaning);
  words_->lines.push_back(line);
  if (meanings.back() == CellMeaning::too_large) keep_too_large(value, line);
}

std::vector<WordCells> ColumnTyper::word_cells() const {
  const std::vector<std::string>& words = words_->list.words();
  std::vector<WordCells> cells(words.size());
  for (std::size_t w = 0; w < cells.size(); ++w)
    cells[w] = {.value = trim_blanks(words[w]), .line = words_->lines[w], .meaning = words_->meanings[w]};
  for (const std::int32_t code : words_->codes) {
    if (code != kMissingCode) ++cells[static_cast<std::size_t>(code)].cells;
  }
  return cells;
}

PlainCells ColumnTyper::plain_cells() const {
  PlainCells plain;
  for (const double number : column_.numbers) {
    if (std::isnan(number)) continue;
    ++(std::trunc(number) == number ? plain.whole : plain.fractions);
    if (std::trunc(number) != number && may_be_thousands(number)) ++plain.thousandths;
  }
  return plain;
}

void ColumnTyper::keep_note(const FormFinding& finding, std::span<const WordCells> words) {
  note_ = std::make_unique<FormNote>(FormNote{
      .column = column_.name, .finding = finding, .value = std::string(words[finding.example].value)});
  note_->number = NumberReader(finding.form, NumberReader::Stage::settled)(note_->value).value;
  if (finding.verdict == FormVerdict::mixed) note_->other_value = std::string(words[finding.other].value);
}

bool ColumnTyper::are_mostly_plain(std::span<const WordCells> words) const {
  std::size_t plain = plain_cells().all(), other = 0;
  for (const WordCells& word : words)
    (word.meaning == CellMeaning::words ? other : plain) += word.cells;
  return plain >= other;
}

bool ColumnTyper::settle_form(std::span<const WordCells> words, const PlaceOfLine& place_of_line) {
  const FormFinding finding = find_form({.words = words,
                                         .plain = plain_cells(),
                                         .base = *options_.form,
                                         .is_decimal_given = options_.is_decimal_given,
                                         .is_numeric_given = options_.kind == ColumnKind::numeric});
  if (finding.verdict == FormVerdict::none) return false;
  const WordCells& example = words[finding.example];
  switch (finding.verdict) {
    case FormVerdict::none:
      break;
    case FormVerdict::numeric:
      if (!finding.has_zeros || options_.kind != ColumnKind::numeric) keep_note(finding, words);
      reader_ = NumberReader(finding.form, NumberReader::Stage::settled);
      for (std::size_t w = 0; w < words.size(); ++w) {
        words_->meanings[w] = reader_(words[w].value).meaning;
        if (words_->meanings[w] == CellMeaning::too_large) keep_too_large(words[w].value, words[w].line);
      }
      return false;
    case FormVerdict::zeros:
    case FormVerdict::labels:
      keep_note(finding, words);
      return true;
    case FormVerdict::mixed: {
      const std::size_t rows = column_.numbers.size() + words_->codes.size();
      const bool are_many = words.size() > kManyWords || (rows >= kManyRows && words.size() == rows);
      if (are_many && finding.are_units) {
        const WordCells& other = words[finding.other];
        refuse_mixed(other.value, place_of_line(other.line), example.value, column_.name, finding.units);
      }
      keep_note(finding, words);
      return true;
    }
    case FormVerdict::partly:
      refuse_partly(example.value, place_of_line(example.line), column_.name, finding.units.front());
    case FormVerdict::ambiguous:
      refuse_ambiguous(example.value, place_of_line(example.line), column_.name);
    case FormVerdict::commas:
      // A few count as missing, a whole column of them is refused.
      if (options_.mends && are_mostly_plain(words)) return false;
      if (finding.is_odd)
        refuse_odd_comma(example.value, place_of_line(example.line), column_.name, OtherNumbers::with_groups);
      refuse_commas(example.value, place_of_line(example.line), column_.name);
  }
  return false;
}

void ColumnTyper::require_no_odd_comma(const WordCells& cell, std::span<const WordCells> words,
                                       const PlaceOfLine& place_of_line) const {
  if (notation_of(cell.value) != NumberNotation::decimal_comma || options_.is_settled) return;
  std::size_t points = plain_cells().fractions, commas = 0;
  for (const WordCells& word : words) {
    const bool has_point =
        word.meaning == CellMeaning::number && word.value.find('.') != std::string_view::npos;
    points += has_point ? word.cells : 0;
    commas += notation_of(word.value) == NumberNotation::decimal_comma ? word.cells : 0;
  }
  if (points > commas)
    refuse_odd_comma(cell.value, place_of_line(cell.line), column_.name, OtherNumbers::with_points);
}

void ColumnTyper::decide(const PlaceOfLine& place_of_line, TableRepairs& repairs) {
  if (options_.kind == ColumnKind::category) return;
  if (words_ == nullptr) {
    if (first_too_large_ != nullptr)
      throw_too_large(first_too_large_->value, place_of_line(first_too_large_->line));
    return;
  }
  std::vector<WordCells> words = word_cells();
  if (!options_.is_settled && settle_form(words, place_of_line)) return;
  const PlainCells plain = plain_cells();
  std::size_t good = plain.all(), too_large = 0, bad = 0, other_notations = 0;
  const WordCells* first_bad = nullptr;
  const WordCells* first_other = nullptr;
  for (std::size_t w = 0; w < words.size(); ++w) {
    const WordCells& word = words[w];
    const CellMeaning meaning = words_->meanings[w];
    if (meaning == CellMeaning::too_large) {
      too_large += word.cells;
    } else if (meaning != CellMeaning::words) {
      good += word.cells;
    } else {
      bad += word.cells;
      if (first_bad == nullptr || word.line < first_bad->line) first_bad = &word;
      if (notation_of(word.value) == NumberNotation::words) continue;
      other_notations += word.cells;
      if (first_other == nullptr || word.line < first_other->line) first_other = &word;
    }
  }
  const std::size_t numbers = good + too_large, present = numbers + bad;
  const bool is_found = note_ != nullptr && note_->finding.verdict == FormVerdict::numeric;
  if (options_.kind == ColumnKind::numeric || is_found || 10 * numbers >= 9 * present) {
    if (bad + too_large != 0) {
      // A whole column of "1,5" is a notation, not a fault.
      if (!options_.mends || 2 * good < present) {
        if (first_bad == nullptr)
          throw_too_large(first_too_large_->value, place_of_line(first_too_large_->line));
        require_no_odd_comma(*first_bad, words, place_of_line);
        throw_not_a_number(first_bad->value, place_of_line(first_bad->line), column_.name, *reader_.form());
      }
      const bool is_number_first =
          first_bad == nullptr || (first_too_large_ != nullptr && first_too_large_->line < first_bad->line);
      const std::string value = is_number_first ? first_too_large_->value : std::string(first_bad->value);
      const std::uint64_t line = is_number_first ? first_too_large_->line : first_bad->line;
      repairs.add(
          Repair::cell, [&] { return mended_cell_text(value, place_of_line(line)); }, bad + too_large);
    }
    return become_numbers();
  }
  // A whole column of numbers in several notations is not a category.
  if (other_notations != 0 && 10 * (numbers + other_notations) >= 9 * present) {
    require_no_odd_comma(*first_other, words, place_of_line);
    throw_not_a_number(first_other->value, place_of_line(first_other->line), column_.name);
  }
}

// The rows from the turn on become numbers again; a cell that is none is missing.
void ColumnTyper::become_numbers() {
  std::vector<double> number_of;
  const std::vector<CellMeaning>& meanings = words_->meanings;
  for (std::size_t code = 0; code < meanings.size(); ++code) {
    const bool is_number = meanings[code] == CellMeaning::number || meanings[code] == CellMeaning::code;
    const std::string& word = words_->list.words()[code];
    number_of.push_back(is_number ? reader_(trim_blanks(word)).value : kMissingNumber);
  }
  const bool has_early =
      std::ranges::any_of(column_.numbers, [](double number) { return !std::isnan(number); });
  const NumberForm& form = *reader_.form();
  const bool changes_plain_numbers = form.decimal != options_.form->decimal ||
                                     (form.thousands == "." && options_.form->thousands != ".") ||
                                     form.prefix == kHexadecimalPrefix;
  if (has_early && changes_plain_numbers) words_->respelled.emplace();
  PackedNumbers& numbers = is_respelling_numbers() ? words_->respelled->late : column_.numbers;
  for (const std::int32_t code : words_->codes)
    numbers.push_back(code == kMissingCode ? kMissingNumber : number_of[static_cast<std::size_t>(code)]);
  has_other_forms_ = true;
  if (is_respelling_numbers()) {
    words_->codes.clear();
    words_->list = {};
  } else {
    words_.reset();
  }
}

void ColumnTyper::examine_points() {
  if (words_ != nullptr || has_other_forms_ || options_.kind || options_.is_decimal_given ||
      !is_plain(*options_.form) || options_.form->decimal != DecimalMark::point)
    return;
  is_examining_ = std::ranges::none_of(column_.numbers, [](double number) {
    return !std::isnan(number) && std::trunc(number) != number && !may_be_thousands(number);
  });
}

std::size_t ColumnTyper::rows_to_respell() const {
  if (is_examining_) return std::min(column_.numbers.size(), kExaminedRows);
  const bool has_numbers = words_ != nullptr && std::ranges::any_of(column_.numbers, [](double number) {
                             return !std::isnan(number);
                           });
  return has_numbers ? words_->turn : 0;
}

void ColumnTyper::respelled_missing() {
  if (is_respelling_numbers()) {
    words_->respelled->early.push_back(kMissingNumber);
  } else {
    words_->early_codes.push_back(kMissingCode);
  }
}

void ColumnTyper::respell(std::string_view value, std::string_view word, std::uint64_t line,
                          const PlaceOfLine& place_of_line) {
  if (is_examining_) {
    if (value.find('.') == std::string_view::npos) return;
    is_examining_ = is_point_between_three(value);
    if (!is_examining_) {
      note_.reset();
    } else if (note_ == nullptr) {
      note_ = std::make_unique<FormNote>(
          FormNote{.column = column_.name, .value = std::string(value), .number = reader_(value).value});
      note_->may_be_thousands = true;
    }
    return;
  }
  if (!is_respelling_numbers()) {
    words_->early_codes.push_back(words_->early_list.code_of(word));
    return;
  }
  const CellNumber number = reader_(value);
  if (!number.is_number()) throw_not_a_number(value, place_of_line(line), column_.name, *reader_.form());
  words_->respelled->early.push_back(number.value);
}

void ColumnTyper::finish() {
  if (words_ == nullptr || is_respelling_numbers()) {
    column_.form = reader_.form();
    if (is_respelling_numbers()) {
      column_.numbers = std::move(words_->respelled->early);
      for (const double number : words_->respelled->late)
        column_.numbers.push_back(number);
    }
    column_.numbers.pack_rest();
    return;
  }
  column_.kind = ColumnKind::category;
  column_.numbers = {};
  if (words_->turn == 0) {
    column_.codes = std::move(words_->codes);
    column_.words = words_->list.take_words();
    return;
  }
  if (words_->early_codes.empty()) {
    column_.codes.assign(words_->turn, kMissingCode);
  } else {
    column_.codes = std::move(words_->early_codes);
  }
  // The early words come first, in order of appearance; the later ones get the codes after them.
  std::vector<std::int32_t> new_codes;
  for (const std::string& word : words_->list.words())
    new_codes.push_back(words_->early_list.code_of(word));
  column_.codes.reserve(column_.codes.size() + words_->codes.size());
  for (const std::int32_t code : words_->codes) {
    column_.codes.push_back(code == kMissingCode ? kMissingCode : new_codes[static_cast<std::size_t>(code)]);
  }
  column_.words = words_->early_list.take_words();
}

}  // namespace chainrule
