// Tables in memory.

#include "chainrule/data/table.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "arrays.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/find_form.h"
#include "chainrule/data/form_messages.h"
#include "chainrule/data/open_table.h"
#include "chainrule/data/schema.h"
#include "chainrule/data/word_spelling.h"
#include "chainrule/session/choose_network.h"
#include "chainrule/session/session.h"
#include "errors.h"
#include "history.h"
#include "network.h"
#include "parts.h"

namespace chainrule::python {
namespace {

// --- tables ------------------------------------------------------------------------------------------------

Column& add_column(Table& table, const std::string& name, std::size_t rows) {
  if (!table.columns.empty() && table.rows() != rows) {
    throw DataError({.what = "the columns of a table differ in length",
                     .where = "column " + quoted(name),
                     .expected = std::to_string(table.rows()) + " cells",
                     .got = std::to_string(rows)});
  }
  for (const Column& column : table.columns) {
    if (column.name != name) continue;
    throw DataError({.what = "two columns have the same name",
                     .where = table.source,
                     .got = quoted(name),
                     .advice = "rename one of them"});
  }
  if (!is_valid_utf8(name))
    throw DataError({.what = "a column's name is not text in UTF-8", .got = quoted(name)});
  table.columns.push_back({.name = name});
  return table.columns.back();
}

// The limit of numbers in files (data/cell_text.h).
void refuse_large_numbers(const std::string& name, std::span<const double> values) {
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!std::isfinite(values[row]) || std::abs(values[row]) <= kLargestNumber) continue;
    throw DataError({.what = "the number is too large",
                     .where = "row " + std::to_string(row + 1) + ", column " + name,
                     .expected = "a finite number of magnitude at most 3.4028235e38",
                     .got = format_number(values[row]),
                     .advice = "correct the value, or use NaN when it is not known"});
  }
}

void add_numbers(Table& table, const std::string& name, const Array1<double>& values) {
  refuse_large_numbers(name, std::span(values.data(), values.shape(0)));
  Column& column = add_column(table, name, values.shape(0));
  column.numbers = std::span<const double>(values.data(), values.shape(0));
  column.numbers.pack_rest();
}

void add_words(Table& table, const std::string& name, const Array1<std::int32_t>& codes,
               std::vector<std::string> words) {
  for (const std::string& word : words) {
    if (!is_valid_utf8(word))
      throw DataError({.what = "a word is not text in UTF-8", .where = name, .got = quoted(word)});
  }
  const std::span<const std::int32_t> cells(codes.data(), codes.shape(0));
  for (const std::int32_t code : cells) {
    if (code >= kMissingCode && code < static_cast<std::int32_t>(words.size())) continue;
    throw StateError({.what = "a code has no word", .where = name, .got = std::to_string(code)});
  }
  Column& column = add_column(table, name, cells.size());
  column.kind = ColumnKind::category;
  column.codes.assign(cells.begin(), cells.end());
  column.words = std::move(words);
}

const Column& column_of(const Table& table, const std::string& name) {
  return table.columns[table.column_index(name)];
}

// Some columns of another table, with the form of their numbers, and what was noticed when it was read.
Table select(const Table& table, const std::vector<std::string>& names) {
  Table chosen{.source = table.source};
  for (const std::string& name : names) {
    const Column& column = column_of(table, name);
    add_column(chosen, name, column.rows()) = column;
    chosen.columns.back().is_bytes = false;
  }
  chosen.lines = table.lines;
  chosen.weightless_rows = table.weightless_rows;
  chosen.repairs = table.repairs;
  chosen.notes = table.notes;
  chosen.missing_words = table.missing_words;
  for (MissingWordCount found : table.missing_words_found) {
    const auto place = std::ranges::find(names, table.columns[found.column].name);
    if (place == names.end()) continue;
    found.column = static_cast<std::size_t>(place - names.begin());
    chosen.missing_words_found.push_back(std::move(found));
  }
  std::ranges::stable_sort(chosen.missing_words_found, {}, &MissingWordCount::column);
  return chosen;
}

template <typename T>
NumpyArray<T> array_of_vector(std::vector<T> values) {
  auto* const kept = new std::vector<T>(std::move(values));
  nb::capsule owner(kept, [](void* pointer) noexcept { delete static_cast<std::vector<T>*>(pointer); });
  return NumpyArray<T>(kept->data(), {kept->size()}, owner);
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns)
    names.push_back(column.name);
  return names;
}

// A setting of one sign. Throws UsageError for any other text.
char sign_of(Setting setting, const std::string& text, const Message& expected) {
  if (text.size() == 1) return text.front();
  throw UsageError(
      {.what = "this is not one sign", .setting = setting, .expected = expected, .got = quoted(text)});
}

char delimiter_of(const std::string& text) {
  constexpr std::pair<std::string_view, char> kWords[] = {
      {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"\\t", '\t'}, {"pipe", '|'}, {"blanks", kBlanks}};
  for (const auto& [word, sign] : kWords) {
    if (word == text) return sign;
  }
  // Whether it can be one is checked when the table is read.
  return sign_of(Setting::delimiter, text, "one sign, or comma, semicolon, tab, pipe, blanks");
}

DecimalMark decimal_of(const std::string& text) {
  if (const std::optional<DecimalMark> mark = find_by_name<DecimalMark>(text)) return *mark;
  throw UsageError({.what = "this cannot be the decimal mark",
                    .setting = Setting::decimal,
                    .expected = "\".\" or \",\"",
                    .got = quoted(text)});
}

ColumnKind kind_of(const std::string& name, const std::string& kind) {
  if (const std::optional<ColumnKind> found = find_by_name<ColumnKind>(kind)) return *found;
  throw UsageError({.what = "there is no such kind of column",
                    .where = "kinds[" + quoted(name) + "]",
                    .expected = "\"numeric\" or \"category\"",
                    .got = quoted(kind)});
}

Table read(const std::string& path, const std::optional<std::string>& delimiter,
           const std::optional<std::string>& decimal, std::optional<bool> header,
           const std::vector<std::string>& missing_words, const std::vector<std::string>& not_missing,
           bool lenient, const std::map<std::string, std::string>& kinds, const std::string& thousands,
           const std::vector<std::string>& strip, std::size_t threads, std::size_t skip,
           std::size_t skip_last, const std::optional<std::string>& comment,
           const std::optional<std::string>& quote, const std::optional<std::string>& escape,
           const std::string& weight_column) {
  ReadOptions options;
  if (delimiter) options.delimiter = delimiter_of(*delimiter);
  if (decimal) options.decimal = decimal_of(*decimal);
  options.thousands = thousands;
  options.strip = strip;
  if (header) options.header = *header ? HeaderChoice::present : HeaderChoice::absent;
  options.missing_words.insert(options.missing_words.end(), missing_words.begin(), missing_words.end());
  options.not_missing = not_missing;
  if (lenient) options.leniency = Leniency::lenient;
  options.skip = skip;
  options.skip_last = skip_last;
  if (comment) options.comment = sign_of(Setting::comment, *comment, "one sign, such as \"#\"");
  if (quote)
    options.quote = *quote == "none" ? kNoQuote : sign_of(Setting::quote, *quote, "one sign, or \"none\"");
  if (escape) options.escape = sign_of(Setting::escape, *escape, "one sign, such as \"\\\\\"");
  for (const auto& [name, kind] : kinds)
    options.column_kinds.emplace_back(name, kind_of(name, kind));
  options.weight_column = weight_column;
  const nb::gil_scoped_release release;
  Threads pool(threads);
  options.pool = pool.compute().pool;
  return read_table(real_file_system(), path, options);
}

// --- the parts of a table, for pickles and for rows of weight 0 --------------------------------------------

using FormParts =
    std::tuple<std::string, std::string, std::string, std::string, std::string, std::vector<std::string>>;

FormParts parts_of(const NumberForm& form) {
  return {form.prefix,
          form.suffix,
          form.thousands,
          std::string(name_of(form.decimal)),
          std::string(name_of(form.parentheses)),
          form.strip};
}

NumberForm form_of(const FormParts& parts) {
  const auto& [prefix, suffix, thousands, decimal, parentheses, strip] = parts;
  return {.prefix = prefix,
          .suffix = suffix,
          .thousands = thousands,
          .decimal = parse_name<DecimalMark>(decimal),
          .parentheses = parse_name<Parentheses>(parentheses),
          .strip = strip};
}

using FoundWords = std::vector<std::tuple<std::size_t, std::string, std::uint64_t, std::uint64_t>>;

FoundWords missing_words_found(const Table& table) {
  FoundWords words;
  for (const MissingWordCount& found : table.missing_words_found)
    words.emplace_back(found.column, found.word, found.cells, found.quoted_cells);
  return words;
}

void set_missing_words_found(Table& table, const FoundWords& words) {
  table.missing_words_found.clear();
  for (const auto& [column, word, cells, quoted_cells] : words) {
    if (column >= table.columns.size()) throw StateError({.what = "a count of missing cells has no column"});
    table.missing_words_found.push_back(
        {.column = column, .word = word, .cells = cells, .quoted_cells = quoted_cells});
  }
}

void set_lines(Table& table, const Array1<std::uint64_t>& lines) {
  table.lines.clear();
  for (std::size_t row = 0; row < lines.shape(0); ++row)
    table.lines.push_back(lines.data()[row]);
}

std::vector<std::uint64_t> lines_of(const Table& table) {
  return {table.lines.begin(), table.lines.end()};
}

// Rows of weight 0 are left out as read_table leaves them out: training reports how many there were.
void drop_weightless_rows(Table& table, const Array1<std::uint8_t>& is_kept) {
  if (is_kept.shape(0) != table.rows()) throw StateError({.what = "a mask has another number of rows"});
  const std::vector<char> kept(is_kept.data(), is_kept.data() + is_kept.shape(0));
  table.weightless_rows += drop_rows(table, kept);
}

// A cell of a column of words that read_table would read as numbers; "" for other columns.
std::string number_as_text(const Table& table, const std::string& name) {
  const Column& column = table.columns[table.column_index(name)];
  if (column.kind != ColumnKind::category) return {};
  std::vector<WordCells> words;
  for (const std::string& word : column.words)
    words.push_back({.value = word, .meaning = read_cell(word, DecimalMark::point).meaning});
  std::size_t cells = 0, plain = 0;
  for (const std::int32_t code : column.codes) {
    if (code == kMissingCode) continue;
    WordCells& word = words[static_cast<std::size_t>(code)];
    ++word.cells;
    ++cells;
    if (word.meaning == CellMeaning::number) ++plain;
  }
  std::erase_if(words, [](const WordCells& word) { return word.cells == 0; });
  if (cells == 0) return {};
  if (10 * plain >= 9 * cells) {
    const auto number = std::ranges::find(words, CellMeaning::number, &WordCells::meaning);
    return std::string(number->value);
  }
  const FormFinding found = find_form({.words = words});
  return found.verdict == FormVerdict::numeric || found.verdict == FormVerdict::commas
             ? std::string(words[found.example].value)
             : std::string();
}

nb::dict dict_of(const ColumnSummary& summary) {
  nb::dict dict;
  dict["name"] = summary.name;
  dict["kind"] = std::string(name_of(summary.kind));
  dict["missing"] = summary.missing;
  dict["distinct"] = summary.distinct;
  if (summary.kind == ColumnKind::numeric) {
    dict["minimum"] = summary.minimum;
    dict["maximum"] = summary.maximum;
    dict["mean"] = summary.mean;
    dict["standard_deviation"] = summary.standard_deviation;
  } else {
    dict["most_common"] = summary.most_common;
  }
  dict["looks_like_date"] = summary.looks_like_date;
  dict["looks_like_identifier"] = summary.looks_like_identifier;
  dict["is_constant"] = summary.is_constant;
  return dict;
}

// How a file was read, for pickles; and the rows that do not count.
void bind_rules(nb::class_<Table>& table) {
  table
      .def(
          "form",
          [](const Table& table, const std::string& name) { return parts_of(*column_of(table, name).form); },
          nb::arg("name"),
          "How a file spells the numbers of a column: prefix, suffix, thousands, decimal, parentheses, "
          "strip.")
      .def(
          "set_form",
          [](Table& table, const std::string& name, const FormParts& parts) {
            table.columns[table.column_index(name)].form = form_of(parts);
          },
          nb::arg("name"), nb::arg("form"))
      .def("drop_weightless_rows", &drop_weightless_rows, nb::arg("is_kept").noconvert(),
           "Leaves out the rows whose entry is 0: uint8 [rows].")
      .def_rw("weightless_rows", &Table::weightless_rows, "How many rows of weight 0 were left out.")
      .def(
          "require_present",
          [](const Table& table, const std::string& name) {
            const std::size_t place = table.column_index(name);
            for (std::size_t row = 0; row < table.rows(); ++row)
              if (table.columns[place].is_missing(row)) refuse_missing_target(table, row, place);
          },
          nb::arg("name"), "Refuses a target with a missing cell, by its place.")
      .def("number_as_text", &number_as_text, nb::arg("name"),
           "A cell of a column of words that read_table would read as numbers, or \"\".")
      .def(
          "add_note", [](Table& table, const std::string& note) { table.notes.emplace_back(note); },
          nb::arg("note"))
      .def(
          "lines", [](const Table& table) { return array_of_vector<std::uint64_t>(lines_of(table)); },
          "The line of each row in its file; empty for rows without lines.")
      .def("set_lines", &set_lines, nb::arg("lines").noconvert())
      .def_prop_rw("missing_words_found", &missing_words_found, &set_missing_words_found,
                   "The words that made cells missing: column, word, cells, quoted cells.")
      .def_prop_rw(
          "missing_words",
          [](const Table& table) {
            const MissingWordLists& lists = table.missing_words;
            return nb::make_tuple(lists.words, lists.of_columns, lists.kept_in_quotes);
          },
          [](Table& table, const nb::tuple& lists) {
            using Words = std::vector<std::string>;
            table.missing_words = {
                .words = nb::cast<Words>(lists[0]),
                .of_columns = nb::cast<std::vector<std::pair<std::string, Words>>>(lists[1]),
                .kept_in_quotes = nb::cast<Words>(lists[2])};
          },
          nb::for_getter(
              nb::sig("def missing_words(self, /) -> tuple[list[str], list[tuple[str, list[str]]], "
                      "list[str]]")),
          nb::for_setter(
              nb::sig("def missing_words(self, value: tuple[list[str], list[tuple[str, list[str]]], "
                      "list[str]], /) -> None")),
          "The words for missing cells with which a file was read: of all columns, of single ones, and those "
          "that are missing only without quotes.");
}

void bind_functions(nb::module_& module) {
  module.def("read_table", &read, nb::arg("path"), nb::kw_only(), nb::arg("delimiter") = nb::none(),
             nb::arg("decimal") = nb::none(), nb::arg("header") = nb::none(),
             nb::arg("missing_words") = std::vector<std::string>(),
             nb::arg("not_missing") = std::vector<std::string>(), nb::arg("lenient") = false,
             nb::arg("kinds") = std::map<std::string, std::string>(), nb::arg("thousands") = "",
             nb::arg("strip") = std::vector<std::string>(), nb::arg("threads") = 1, nb::arg("skip") = 0,
             nb::arg("skip_last") = 0, nb::arg("comment") = nb::none(), nb::arg("quote") = nb::none(),
             nb::arg("escape") = nb::none(), nb::arg("weight_column") = "");
  module.attr("missing_words") = nb::cast(ReadOptions{}.missing_words);
}

}  // namespace

void bind_table(nb::module_& module) {
  nb::class_<Table> table(module, "Table", "Named columns of numbers or words, with missing cells.");
  table
      .def(
          "__init__",
          [](Table* place, const std::string& source) {
            new (place) Table();
            place->source = source;
          },
          nb::arg("source") = "table")
      .def("add_numbers", &add_numbers, nb::arg("name"), nb::arg("values").noconvert(),
           "One more column: float64 [rows], NaN where missing.")
      .def("add_words", &add_words, nb::arg("name"), nb::arg("codes").noconvert(), nb::arg("words"),
           "One more column: places in the list of words, int32 [rows], -1 where missing.")
      .def("select", &select, nb::arg("names"), "A table of these columns, in this order.")
      .def_ro("source", &Table::source)
      .def_prop_ro("rows", &Table::rows)
      .def_prop_ro("names", &names_of)
      .def_prop_ro("notes", [](const Table& table) { return texts_of(notes_of(table), Face::python); })
      .def(
          "kind",
          [](const Table& table, const std::string& name) {
            return std::string(name_of(column_of(table, name).kind));
          },
          nb::arg("name"))
      .def(
          "numbers",
          [](const Table& table, const std::string& name) {
            return array_of_vector<double>(column_of(table, name).numbers.to_vector());
          },
          nb::arg("name"))
      .def(
          "codes",
          [](const Table& table, const std::string& name) {
            return array_of_vector<std::int32_t>(column_of(table, name).codes);
          },
          nb::arg("name"))
      .def(
          "words", [](const Table& table, const std::string& name) { return column_of(table, name).words; },
          nb::arg("name"))
      .def(
          "fold_truth_words",
          [](Table& table) { std::ranges::move(fold_truth_words(table), std::back_inserter(table.notes)); },
          "One spelling for each truth value of a column, with a note.")
      .def("copy", [](const Table& table) { return table; })
      .def("summary", [](const Table& table) {
        nb::list list;
        for (const ColumnSummary& summary : summarise_table(table))
          list.append(dict_of(summary));
        return list;
      });
  bind_rules(table);
  bind_functions(module);
}

}  // namespace chainrule::python
