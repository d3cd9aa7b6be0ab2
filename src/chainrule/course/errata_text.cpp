// The errata of a document as text: its printed numbers beside the calculated ones, then its slips.
#include "chainrule/course/errata_text.h"

#include <algorithm>
#include <vector>

#include "chainrule/base/text_layout.h"
#include "chainrule/course/printed_numbers.h"

namespace chainrule {
namespace {

// The verdict in words.
std::string said_of(const PrintedNumber& number) {
  switch (number.agreement) {
    case Agreement::agrees:
      return "agrees";
    case Agreement::one_unit_off:
      return "one unit off";
    case Agreement::differs:
      return "differs";
  }
  return "";
}

// "39 printed numbers: 8 agree, 3 are one unit of their last digit off, 28 differ"
std::string summary_of(const std::vector<PrintedNumber>& numbers) {
  const auto count = [&](Agreement agreement) {
    return static_cast<std::uint64_t>(std::count_if(
        numbers.begin(), numbers.end(), [&](const PrintedNumber& n) { return n.agreement == agreement; }));
  };
  std::string text = count_of(numbers.size(), "printed number");
  std::vector<std::string> parts;
  if (const std::uint64_t n = count(Agreement::agrees))
    parts.push_back(format_count(n) + (n == 1 ? " agrees" : " agree"));
  if (const std::uint64_t n = count(Agreement::one_unit_off))
    parts.push_back(format_count(n) + (n == 1 ? " is" : " are") + " one unit of the last digit off");
  if (const std::uint64_t n = count(Agreement::differs))
    parts.push_back(format_count(n) + (n == 1 ? " differs" : " differ"));
  return text + ": " + join(parts, ", ");
}

// The different reasons, in the order of their first use; rows refer to them by number, from 1.
std::vector<std::string> reasons_of(const std::vector<PrintedNumber>& numbers) {
  std::vector<std::string> reasons;
  for (const PrintedNumber& number : numbers) {
    if (!number.why.empty() && std::find(reasons.begin(), reasons.end(), number.why) == reasons.end())
      reasons.push_back(number.why);
  }
  return reasons;
}

// Whether the document's own wrong chain was also calculated: only for document 004.
bool have_authors(const std::vector<PrintedNumber>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [](const PrintedNumber& n) { return n.authors.has_value(); });
}

// One row per number; reasons are numbered and listed below the table.
std::string number_table(const std::vector<PrintedNumber>& numbers) {
  const std::vector<std::string> reasons = reasons_of(numbers);
  const bool with_authors = have_authors(numbers);
  std::vector<std::vector<std::string>> rows = {{"line", "quantity", "printed", "calculated"}};
  std::vector<Align> alignment = {Align::right, Align::left, Align::left, Align::left};
  if (with_authors) {
    rows[0].push_back("author's chain");
    alignment.push_back(Align::left);
  }
  rows[0].insert(rows[0].end(), {"verdict", "note"});
  alignment.insert(alignment.end(), {Align::left, Align::right});
  for (const PrintedNumber& number : numbers) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {std::to_string(number.line), std::string(number.quantity), std::string(number.printed),
           format_number(number.exact)};
    if (with_authors) row.push_back(number.authors ? format_number(*number.authors) : "");
    row.push_back(said_of(number));
    const auto reason = std::find(reasons.begin(), reasons.end(), number.why);
    row.push_back(reason == reasons.end() ? "" : std::to_string(reason - reasons.begin() + 1));
  }
  return aligned(rows, alignment);
}

// Reasons behind their numbers, indented.
std::string reason_list(const std::vector<std::string>& reasons, std::size_t width) {
  std::string text = reasons.empty() ? "" : "\n";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    text += wrapped(std::string(number.size() < 2 ? 4 - number.size() : 2, ' ') + number + "  ", reasons[i],
                    width);
  }
  return text;
}

// For a narrow terminal: every number in a paragraph of its own.
std::string number_paragraphs(const std::vector<PrintedNumber>& numbers, std::size_t width) {
  std::string text;
  for (const PrintedNumber& number : numbers) {
    if (!text.empty()) text += '\n';
    text += wrapped(
        "",
        "line " + std::to_string(number.line) + ": " + std::string(number.quantity) + ", " + said_of(number),
        width);
    std::vector<std::vector<std::string>> rows = {{"printed", std::string(number.printed)},
                                                  {"calculated", format_number(number.exact)}};
    if (number.authors) rows.push_back({"author's chain", format_number(*number.authors)});
    text += aligned(rows, {}, 4);
    if (!number.why.empty()) text += wrapped("    ", number.why, width);
  }
  return text;
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  for (const std::string& line : split_text(text, '\n'))
    widest = std::max(widest, visible_width(line));
  return widest;
}

// Place, printed text, correct text and reason, in lines of at most `width`.
std::string erratum_text(const Erratum& erratum, std::size_t width) {
  std::string lines = "throughout";
  if (!erratum.lines.empty())
    lines = (erratum.lines.find_first_of(",-") == std::string_view::npos ? "line " : "lines ") +
            std::string(erratum.lines);
  return wrapped(std::string(erratum.id) + "  ", lines, width) +
         wrapped("    printed   ", erratum.printed, width) +
         wrapped("    correct   ", erratum.correct, width) + wrapped("    why       ", erratum.why, width);
}

}  // namespace

std::string errata_text(Document document, std::size_t width) {
  std::string_view title;
  for (const EnumName<Document>& entry : EnumNames<Document>::table) {
    if (entry.value == document) title = entry.description;
  }
  std::string text =
      wrapped("", "Document " + std::string(name_of(document)) + ": " + std::string(title), width);
  const std::vector<PrintedNumber> numbers = printed_numbers(document);
  if (!numbers.empty()) {
    text += '\n' + wrapped("", summary_of(numbers), width);
    if (have_authors(numbers))
      text += wrapped(
          "", "The author's chain is what was calculated instead: w_(2,5) = 3 forwards, 2 backwards (E4.3).",
          width);
    text += '\n';
    const std::string table = number_table(numbers);
    text += widest_line(table) <= width ? table + reason_list(reasons_of(numbers), width)
                                        : number_paragraphs(numbers, width);
  }
  const std::span<const Erratum> errata = errata_of(document);
  text += '\n' + wrapped("", count_of(errata.size(), "erratum", "errata"), width);
  for (const Erratum& erratum : errata)
    text += '\n' + erratum_text(erratum, width);
  return text;
}

}  // namespace chainrule
