// A cell that is not a number gets advice that fits its notation: its unit, its comma, its groups of digits.
// Advice on a cell applies to the column: the options that it names read the cell, and others like it.
#include "chainrule/data/form_messages.h"

#include <algorithm>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/column_notes.h"
#include "chainrule/data/last_row.h"
#include "chainrule/data/number_parts.h"
#include "chainrule/data/read_number.h"
#include "chainrule/data/read_options.h"

namespace chainrule {
namespace {

Message as_category(const std::string& column_name) {
  return set_to_text(Setting::column, column_name);
}

// "kg" of "5 kg"; "" for words.
std::string unit_in(std::string_view value) {
  const std::optional<NumberParts> parts = split_number(value, PrefixRule::currencies);
  if (!parts) return {};
  return parts->suffix.empty() ? parts->prefix : parts->suffix;
}

// For commands that can set it.
Message or_category(const std::string& column_name) {
  return any_of({"; or treat the column as a category with " + as_category(column_name)});
}

[[noreturn]] void throw_unit(std::string_view value, std::string place, const std::string& column_name,
                             const NumberForm& form, const std::string& unit) {
  const std::string own = form.suffix.empty() ? form.prefix : form.suffix;
  std::vector<Message> choices = {"correct the cell"};
  if (can_be_taken_off(unit))
    choices.push_back("take " + quoted(unit) + " off as it is with " + set_to_text(Setting::strip, unit));
  choices.push_back("treat the column as a category with " + as_category(column_name));
  throw DataError({.what = own.empty() ? "a number with a unit or sign in a numeric column"
                                       : "a number with another unit or sign than the others of its column",
                   .where = std::move(place),
                   .expected = own.empty() ? "a number alone" : "a number, alone or with " + quoted(own),
                   .got = quoted(value),
                   .advice = any_of(std::move(choices))});
}

// The column's numbers have a decimal comma, and this one has a point; or the reverse.
[[noreturn]] void throw_other_mark(std::string_view value, std::string place, const std::string& column_name,
                                   const NumberForm& form) {
  const bool is_comma = form.decimal == DecimalMark::comma;
  throw DataError({.what = is_comma
                               ? "a number with a decimal point, where the others of its column have a comma"
                               : "a number with a decimal comma, where the others of its column have a point",
                   .where = std::move(place),
                   .expected = "a number such as " + example_of(form),
                   .got = quoted(value),
                   .advice = any_of({"correct the cell",
                                     "if the whole table is written so, read it with " +
                                         set_to(Setting::decimal, is_comma ? "point" : "comma"),
                                     "treat the column as a category with " + as_category(column_name)})});
}

// Whether the other decimal mark makes the text a number of this form.
bool has_other_mark(std::string_view value, const NumberForm& form) {
  NumberForm other = form;
  other.decimal = form.decimal == DecimalMark::comma ? DecimalMark::point : DecimalMark::comma;
  if (other.thousands == (other.decimal == DecimalMark::point ? "." : ",")) other.thousands.clear();
  return read_number(value, other).is_number();
}

[[noreturn]] void throw_not_hexadecimal(std::string_view value, std::string place,
                                        const std::string& column_name) {
  throw DataError(
      {.what = "a number that is not written as the others of its column, which are hexadecimal",
       .where = std::move(place),
       .expected = "a number such as " + example_of({.prefix = std::string(kHexadecimalPrefix)}),
       .got = quoted(value),
       .advice = "write it with " + quoted(kHexadecimalPrefix) + " in front" + or_category(column_name)});
}

[[noreturn]] void throw_grouped(std::string_view value, std::string place, const std::string& column_name) {
  const std::string sign(1, value[std::min(value.find_first_not_of("+-0123456789"), value.size() - 1)]);
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {",", "comma"}, {".", "point"}, {"'", "apostrophe"}, {"_", "underscore"}};
  std::string_view shown = "space";
  for (const auto& [known, name] : kNames) {
    if (known == sign) shown = name;
  }
  throw DataError({.what = "a number with separators between its digits, which others of its column have not",
                   .where = std::move(place),
                   .expected = "numbers that are written in one way, such as 1234.5",
                   .got = quoted(value),
                   .advice = "write all of them so; if all are, read the table with " +
                             set_to_text(Setting::thousands, shown) + or_category(column_name)});
}

[[noreturn]] void throw_repeated_header(std::string_view value, std::string place) {
  throw DataError({.what = "a column's name appears among its numbers: the header is repeated",
                   .where = std::move(place),
                   .expected = "a number",
                   .got = quoted(value),
                   .advice = "remove the line, or leave such lines out with " + set_to(Setting::lenient, "") +
                             "; when the first line of the table is not a header, say so with " +
                             set_to(Setting::header, "absent")});
}

}  // namespace

Message mended_cell_text(std::string_view value, const std::string& place) {
  const bool has_comma = notation_of(value) == NumberNotation::decimal_comma;
  return place + " " + quoted(value) +
         (has_comma ? "; " + set_to(Setting::decimal, "comma") + " reads such numbers" : Message());
}

void throw_not_a_number(std::string_view value, std::string place, const std::string& column_name,
                        const NumberForm& form) {
  if (value == column_name) throw_repeated_header(value, std::move(place));
  const std::string unit = unit_in(value);
  if (form.prefix == kHexadecimalPrefix &&
      value.find_first_not_of("-0123456789abcdefABCDEF.") == std::string_view::npos)
    throw_not_hexadecimal(value, std::move(place), column_name);
  const bool is_found = form != NumberForm{.decimal = form.decimal, .strip = form.strip};
  if ((is_found || form.decimal == DecimalMark::comma) && has_other_mark(value, form))
    throw_other_mark(value, std::move(place), column_name, form);
  const bool is_own_unit = !unit.empty() && (unit == form.suffix || unit == form.prefix);
  if (!unit.empty() && !is_own_unit) throw_unit(value, std::move(place), column_name, form, unit);
  const NumberNotation notation = notation_of(value);
  if (!is_found && notation == NumberNotation::decimal_comma)
    refuse_commas(value, std::move(place), column_name);
  if (!is_found && notation == NumberNotation::grouped_digits)
    throw_grouped(value, std::move(place), column_name);
  if (is_found && (notation != NumberNotation::words || is_own_unit || read_cell(value).is_number())) {
    throw DataError({.what = "a number that is not written as the others of its column",
                     .where = std::move(place),
                     .expected = "a number such as " + example_of(form),
                     .got = quoted(value),
                     .advice = "correct the cell; or say how the table writes numbers with " +
                               named(Setting::thousands) + " and " + named(Setting::decimal) +
                               or_category(column_name)});
  }
  constexpr std::size_t kLongestWordInAdvice = 40;
  const bool is_plain_word =
      value.size() <= kLongestWordInAdvice &&
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; }) &&
      value.find_first_of("\"'\\$&;|<>()*?!#`") == std::string_view::npos;
  const bool is_no_row = is_total_word(value) || is_note(value);
  throw DataError(
      {.what = kTextAmongNumbers,
       .where = std::move(place),
       .expected = is_found ? "a number such as " + example_of(form) : "a number",
       .got = quoted(value),
       .advice = any_of(
           {"correct the cell",
            is_no_row ? "leave out its line with " + named(Setting::skip_last) + " or " + named(Setting::skip)
                      : "say that the word stands for a missing value with " +
                            (is_plain_word && !value.empty() ? set_to_text(Setting::missing, value)
                                                             : set_to_any(Setting::missing, "WORD")),
            "treat the column as a category with " + as_category(column_name)})});
}

void throw_too_large(std::string_view value, std::string place) {
  throw DataError({.what = "the number is too large",
                   .where = std::move(place),
                   .expected = "a finite number of magnitude at most 3.4028235e38",
                   .got = quoted(value),
                   .advice = "correct the cell, or leave it empty when the value is not known"});
}

void refuse_commas(std::string_view value, std::string place, const std::string& column_name) {
  throw DataError({.what = "a number with a decimal comma",
                   .where = std::move(place),
                   .expected = "a decimal point, such as 3.14",
                   .got = quoted(value),
                   .advice = any_of({"read the table with " + set_to(Setting::decimal, "comma"),
                                     "treat the column as a category with " + as_category(column_name)})});
}

void refuse_odd_comma(std::string_view value, std::string place, const std::string& column_name,
                      OtherNumbers others) {
  const bool have_points = others == OtherNumbers::with_points;
  std::vector<Message> advice = {"correct the cell"};
  if (!have_points)
    advice.push_back("read the commas of all cells as decimal marks with " +
                     set_to(Setting::decimal, "comma"));
  advice.push_back("treat the column as a category with " + as_category(column_name));
  throw DataError(
      {.what = have_points ? "a number with a decimal comma among numbers with a decimal point"
                           : "a number with a decimal comma among numbers whose commas separate thousands",
       .where = std::move(place),
       .expected = have_points ? "a decimal point, as in the other cells"
                               : "commas between groups of three digits, as in the other cells",
       .got = quoted(value),
       .advice = any_of(std::move(advice))});
}

void refuse_ambiguous(std::string_view value, std::string place, const std::string& column_name) {
  throw DataError(
      {.what = "a number that can be read in two ways: its comma may separate thousands, or decimals",
       .where = std::move(place),
       .expected = "a sign whose meaning the column shows, as in 1,234.5",
       .got = quoted(value),
       .advice = "say which it is: " + set_to_text(Setting::thousands, "comma") + " or " +
                 set_to(Setting::decimal, "comma") + or_category(column_name)});
}

void refuse_partly(std::string_view value, std::string place, const std::string& column_name,
                   const std::string& unit) {
  throw DataError({.what = "some numbers of the column " + quoted(column_name) +
                           " have a unit or sign, and many have none",
                   .where = std::move(place),
                   .expected = quoted(unit) + " in nine tenths of the cells, or in none",
                   .got = quoted(value),
                   .advice = (can_be_taken_off(unit) ? "if all are in the same unit, take it off with " +
                                                           set_to_text(Setting::strip, unit)
                                                     : Message("write all of them alike")) +
                             or_category(column_name)});
}

namespace {

// "/2" and "/4", from 1/2 and 3/4.
bool are_fractions(std::span<const std::string> units) {
  return std::ranges::all_of(units, [](const std::string& unit) {
    return unit.size() > 1 && unit.front() == '/' &&
           unit.find_first_not_of("0123456789", 1) == std::string::npos;
  });
}

}  // namespace

void refuse_mixed(std::string_view value, std::string place, std::string_view other_value,
                  const std::string& column_name, std::span<const std::string> units) {
  Message strip;
  for (const std::string& unit : units.first(std::min<std::size_t>(units.size(), 4))) {
    if (can_be_taken_off(unit))
      strip += (strip.empty() ? Message() : Message(" and ")) + set_to_text(Setting::strip, unit);
  }
  const bool can_strip = std::ranges::all_of(units, can_be_taken_off);
  throw DataError(
      {.what = "the numbers of the column " + quoted(column_name) + " have different units or signs",
       .where = std::move(place),
       .expected = "one unit in the whole column",
       .got = quoted(value) + " beside " + quoted(other_value),
       .advice = (are_fractions(units) ? Message("write fractions as decimals, such as 0.5")
                                       : "convert them to one unit") +
                 (can_strip ? "; if the units make no difference, take them off with " + strip : Message()) +
                 or_category(column_name)});
}

namespace {

bool is_same(const FormNote& a, const FormNote& b) {
  return a.finding.verdict == b.finding.verdict && a.finding.form == b.finding.form &&
         a.finding.has_zeros == b.finding.has_zeros && a.may_be_thousands == b.may_be_thousands;
}

std::string taken_off(const NumberForm& form) {
  if (form.prefix == kHexadecimalPrefix) return " in hexadecimal";
  std::vector<std::string> units;
  for (const std::string& unit : {form.prefix, form.suffix})
    if (!unit.empty()) units.push_back(quoted(unit));
  return units.empty() ? "" : " without " + join(units, " and ");
}

// What is said of one column, or of several ("they").
Message text_of(const FormNote& note, const std::string& names, bool is_one) {
  const std::string are_read = names + (is_one ? " is" : " are") + " read as ";
  const std::string value = quoted(note.value);
  const Message to_words = set_to_text(Setting::column, note.column);
  const Message to_numbers = set_to_numbers(note.column);
  if (note.may_be_thousands) {
    return are_read + "numbers with a decimal point (" + value + " is " + format_number(note.number) +
           "); when the points separate thousands, use " + set_to_text(Setting::thousands, "point") + ".";
  }
  switch (note.finding.verdict) {
    case FormVerdict::zeros:
      return are_read + "words, because cells such as " + value + " begin with a zero; use " + to_numbers +
             " for numbers.";
    case FormVerdict::labels:
      return are_read + "words, although cells such as " + value + " may be numbers; use " + to_numbers +
             " for numbers.";
    case FormVerdict::mixed:
      if (are_fractions(note.finding.units)) {
        return are_read + "categories: cells such as " + value + " and " + quoted(note.other_value) +
               " are fractions; write them as decimals, such as 0.5, for numbers; " + to_words +
               " keeps the categories.";
      }
      if (!can_be_taken_off(note.finding.units.front())) {
        return are_read + "categories: the numbers have different units or signs (" + value + ", " +
               quoted(note.other_value) + "); convert them to one unit for numbers; " + to_words +
               " keeps the categories.";
      }
      return are_read + "words: the numbers have different units or signs (" + value + ", " +
             quoted(note.other_value) + "); convert them to one unit, or take the units off with " +
             set_to_text(Setting::strip, note.finding.units.front()) + " and so on; " + to_words +
             " keeps the words.";
    default:
      break;
  }
  if (note.finding.has_zeros) {
    return are_read + "numbers, because some have decimals, although cells such as " + value +
           " begin with a zero; use " + to_words + " for words.";
  }
  std::string plain;
  if (is_one && note.finding.plain_cells != 0)
    plain = "; " + count_of(note.finding.plain_cells, "cell has", "cells have") + " the number alone";
  return are_read + "numbers" + taken_off(note.finding.form) + " (" + value + " is " +
         format_number(note.number) + plain + "); use " + to_words + " for words.";
}

}  // namespace

std::vector<Message> notes_on_forms(std::span<const FormNote> found) {
  std::vector<Message> notes;
  std::vector<char> is_told(found.size(), 0);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (is_told[i] != 0) continue;
    std::vector<std::size_t> alike;
    for (std::size_t k = i; k < found.size(); ++k)
      if (is_told[k] == 0 && is_same(found[i], found[k])) alike.push_back(k);
    if (alike.size() <= kNamesInNote) {
      notes.push_back(text_of(found[i], quoted(found[i].column), true));
      is_told[i] = 1;
      continue;
    }
    std::vector<std::string> names;
    for (const std::size_t k : alike) {
      is_told[k] = 1;
      names.push_back(found[k].column);
    }
    notes.push_back(text_of(
        found[i], count_of(names.size(), "column") + " (" + quoted_list(names, kNamesInNote) + ")", false));
  }
  return notes;
}

}  // namespace chainrule
