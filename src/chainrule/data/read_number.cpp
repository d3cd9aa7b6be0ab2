#include "chainrule/data/read_number.h"

#include <cmath>
#include <optional>

#include "chainrule/data/number_parts.h"
#include "chainrule/data/number_spelling.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostHexDigits = 13;  // 52 bits, exact in double

CellNumber read_hexadecimal(std::string_view text) {
  const bool is_negative = text.starts_with("-");
  if (is_negative) text.remove_prefix(1);
  if (!(text.starts_with("0x") || text.starts_with("0X"))) return {};
  text.remove_prefix(2);
  if (text.empty() || text.size() > kMostHexDigits) return {};
  double value = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'f')) return {};
    value = value * 16 + (c <= '9' ? c - '0' : lower - 'a' + 10);
  }
  return {CellMeaning::number, is_negative ? -value : value};
}

// Without the texts to take off, and without the blanks that they leave.
std::string stripped(std::string_view text, const NumberForm& form) {
  if (form.parentheses == Parentheses::negative && text.starts_with("(") && text.ends_with(")")) {
    NumberForm inside = form;
    inside.parentheses = Parentheses::none;
    return "(" + stripped(trim_all_blanks(text.substr(1, text.size() - 2)), inside) + ")";
  }
  std::string_view rest = text;
  bool is_negative = false;
  for (bool again = true; again;) {
    again = false;
    for (const std::string& unit : form.strip) {
      if (rest.starts_with("-") && rest.substr(1).starts_with(unit)) {
        is_negative = true;
        rest.remove_prefix(1);
      }
      if (unit.empty()) continue;
      if (rest.size() > unit.size() && rest.starts_with(unit)) {
        rest = trim_all_blanks(rest.substr(unit.size()));
        again = true;
      } else if (rest.size() > unit.size() && rest.ends_with(unit)) {
        rest = trim_all_blanks(rest.substr(0, rest.size() - unit.size()));
        again = true;
      }
    }
  }
  return (is_negative ? "-" : "") + std::string(rest);
}

CellNumber read_parts(const NumberParts& parts, const NumberForm& form) {
  if (!parts.prefix.empty() && parts.prefix != form.prefix) return {};
  if (!parts.suffix.empty() && parts.suffix != form.suffix) return {};
  if (parts.has_parentheses && form.parentheses == Parentheses::none) return {};
  CellNumber number = read_body(parts.body, form.thousands, form.decimal);
  // Grouping by these two signs has one meaning only.
  for (const std::string_view sign : {"'", "_"}) {
    if (number.meaning == CellMeaning::words && form.thousands.empty())
      number = read_body(parts.body, sign, form.decimal);
  }
  if (parts.is_negative || parts.has_parentheses) number.value = -number.value;
  if (number.meaning == CellMeaning::code) number.meaning = CellMeaning::number;
  return number;
}

}  // namespace

bool changes_plain_numbers(const NumberForm& form) {
  return form.decimal == DecimalMark::comma || form.thousands == "." || form.prefix == kHexadecimalPrefix;
}

bool is_plain(const NumberForm& form) {
  return form.prefix.empty() && form.suffix.empty() && form.thousands.empty() && form.strip.empty() &&
         form.parentheses == Parentheses::none;
}

CellNumber read_number(std::string_view trimmed, const NumberForm& form) {
  if (form.prefix == kHexadecimalPrefix) return read_hexadecimal(trimmed);
  const CellNumber plain = read_cell(trimmed, form.decimal);
  if (plain.meaning != CellMeaning::words) return plain;
  if (!form.strip.empty()) {
    const std::string rest = stripped(trimmed, form);
    if (rest != trimmed) {
      NumberForm other = form;
      other.strip.clear();
      CellNumber number = read_number(rest, other);
      if (number.meaning == CellMeaning::code) number.meaning = CellMeaning::number;
      return number;
    }
  }
  const PrefixRule rule = form.prefix.empty() ? PrefixRule::currencies : PrefixRule::any;
  const std::optional<NumberParts> parts = split_number(trimmed, rule);
  return parts ? read_parts(*parts, form) : CellNumber{};
}

CellNumber read_in_parentheses(std::string_view trimmed, const NumberForm& form) {
  if (form.parentheses == Parentheses::negative || trimmed.find('(') == std::string_view::npos) return {};
  NumberForm with_parentheses = form;
  with_parentheses.parentheses = Parentheses::negative;
  return read_number(trimmed, with_parentheses);
}

std::string example_of(const NumberForm& form) {
  if (form.prefix == kHexadecimalPrefix) return "0x1F";
  const std::string mark = form.decimal == DecimalMark::point ? "." : ",";
  std::string text = form.prefix + (form.prefix.size() > 1 ? " " : "");
  text += form.thousands.empty() ? "12" : "1" + form.thousands + "234";
  text += mark + "5";
  if (!form.suffix.empty()) text += (form.suffix == "%" ? "" : " ") + form.suffix;
  return text;
}

}  // namespace chainrule
