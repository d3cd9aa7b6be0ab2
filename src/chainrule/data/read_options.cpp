#include "chainrule/data/read_options.h"

#include <algorithm>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/number_spelling.h"

namespace chainrule {
namespace {

// The sign of number_form.h for a sign or its name: "," or "comma", " ", a no-break space or "space", ...
std::string thousands_sign(const std::string& given) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"comma", ","}, {"point", "."},      {"space", " "},
      {"blank", " "}, {"apostrophe", "'"}, {"underscore", "_"}};
  for (const auto& [name, sign] : kNames) {
    if (given == name) return std::string(sign);
  }
  const std::string sign = with_ascii_signs(given);
  if (sign.size() == 1 && std::string_view(",. '_").find(sign) != std::string_view::npos) return sign;
  throw UsageError({.what = "this sign cannot separate thousands",
                    .setting = Setting::thousands,
                    .expected = "comma, point, space, apostrophe or underscore, or the sign itself",
                    .got = quoted(given)});
}

void check_strip(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::string_view plain = trim_all_blanks(text);
    if (can_be_taken_off(plain)) continue;
    throw UsageError({.what = "this cannot be taken off numbers",
                      .setting = Setting::strip,
                      .expected = "a unit or a sign, such as kg or $",
                      .got = quoted(text)});
  }
}

}  // namespace

bool can_be_taken_off(std::string_view unit) {
  std::string_view first = unit.substr(0, 1);
  while (first.size() < unit.size() && (static_cast<unsigned char>(unit[first.size()]) & 0xC0) == 0x80)
    first = unit.substr(0, first.size() + 1);
  return !unit.empty() && unit.find_first_of("0123456789") == std::string_view::npos &&
         !has_number_sign(first);
}

NumberForm with_options(NumberForm form, const ReadOptions& options) {
  if (!options.thousands.empty()) {
    form.thousands = thousands_sign(options.thousands);
    if (form.thousands == "." && !options.decimal) form.decimal = DecimalMark::comma;
    if (form.thousands == "," && !options.decimal) form.decimal = DecimalMark::point;
  }
  if (options.decimal) form.decimal = *options.decimal;
  const std::string_view mark = form.decimal == DecimalMark::point ? "." : ",";
  if (form.thousands == mark && !options.thousands.empty()) {
    throw UsageError({.what = "one sign cannot separate thousands and be the decimal mark",
                      .setting = Setting::thousands,
                      .expected = "two different signs",
                      .got = quoted(form.thousands) + " for both",
                      .advice = "leave one of " + named(Setting::thousands) + " and " +
                                named(Setting::decimal) + " out, or change it"});
  }
  if (form.thousands == mark) form.thousands.clear();
  check_strip(options.strip);
  for (const std::string& text : options.strip) {
    const std::string plain(trim_all_blanks(text));
    if (std::ranges::find(form.strip, plain) == form.strip.end()) form.strip.push_back(plain);
  }
  // "kgs" before "kg".
  std::ranges::stable_sort(form.strip, std::ranges::greater{}, &std::string::size);
  return form;
}

NumberForm number_form_of(const ReadOptions& options) {
  return with_options({}, options);
}

}  // namespace chainrule
