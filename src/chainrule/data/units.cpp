#include "chainrule/data/units.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// In lower case: "KG" and "Kg" are units, too.
constexpr std::string_view kCurrencyWords[] = {
    "usd",    "eur",     "gbp",   "jpy",    "chf", "cad",   "aud",     "nzd",     "cny", "rmb",  "inr",
    "rub",    "brl",     "zar",   "sek",    "nok", "dkk",   "pln",     "czk",     "huf", "try",  "mxn",
    "sgd",    "hkd",     "krw",   "idr",    "thb", "myr",   "php",     "vnd",     "ils", "aed",  "sar",
    "qar",    "ngn",     "kes",   "egp",    "pkr", "ars",   "clp",     "cop",     "pen", "uah",  "ron",
    "bgn",    "hrk",     "isk",   "twd",    "btc", "eth",   "dem",     "frf",     "itl", "ats",  "rs",
    "rs.",    "kr",      "kr.",   "fr.",    "sfr", "sfr.",  "z\u0142", "k\u010d", "ft",  "euro", "euros",
    "dollar", "dollars", "pound", "pounds", "yen", "rupees"};
constexpr std::string_view kPointCurrencies[] = {
    "$",   "us$",    "usd", "a$",     "aud", "ca$", "nz$", "nzd",    "hk$", "hkd", "s$",
    "sgd", "\u00a3", "gbp", "\u00a5", "jpy", "cny", "rmb", "\u20b9", "inr", "rs",  "rs."};
constexpr std::string_view kUnits[] = {
    // lengths, areas, volumes
    "nm", "um", "\u00b5m", "\u03bcm", "mm", "cm", "dm", "m", "km", "in", "in.", "inch", "inches", "ft", "ft.",
    "feet", "foot", "yd", "yards", "mi", "mile", "miles", "ha", "acre", "acres", "sqm", "sqft", "sq ft",
    "sq m", "l", "ml", "cl", "dl", "ul", "\u00b5l", "litre", "litres", "liter", "liters", "gal", "gallon",
    "gallons", "pt", "qt", "cc", "bbl", "metre", "metres", "meter", "meters", "'", "\"", "''", "\u2032",
    "\u2033",
    // masses and amounts
    "ng", "ug", "\u00b5g", "mcg", "mg", "g", "gr", "kg", "kgs", "t", "ton", "tons", "tonne", "tonnes", "lb",
    "lb.", "lbs", "lbs.", "pounds", "oz", "oz.", "st", "stone", "mol", "mmol", "iu", "kcal", "cal", "kj",
    "calories", "pcs", "pc", "pieces", "units", "unit", "items",
    // times
    "ns", "us", "\u00b5s", "ms", "s", "sec", "secs", "second", "seconds", "min", "min.", "mins", "minute",
    "minutes", "h", "hr", "hrs", "hour", "hours", "d", "day", "days", "wk", "week", "weeks", "month",
    "months", "mo", "mos", "y", "yr", "yrs", "year", "years", "yo",
    // physics and computing
    "hz", "khz", "mhz", "ghz", "w", "kw", "mw", "gw", "wh", "kwh", "mwh", "v", "kv", "mv", "a", "ma", "ah",
    "mah", "ohm", "\u03a9", "\u2126", "j", "n", "nm", "pa", "hpa", "kpa", "mpa", "bar", "mbar", "psi", "atm",
    "mmhg", "k", "c", "f", "\u00b0", "\u00b0c", "\u00b0f", "deg", "degrees", "\u2103", "\u2109", "db", "dba",
    "dbm", "lm", "lx", "lux", "rpm", "bpm", "mph", "kph", "kmh", "kmph", "mpg", "knots", "kn", "hp", "bhp",
    "ps", "nm", "px", "dpi", "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "bit", "bits", "byte", "bytes",
    "kbps", "mbps", "gbps", "fps",
    // shares and multiples
    "%", "\u2030", "percent", "pct", "pct.", "pp", "ppm", "ppb", "bps", "x", "m", "mn", "mio", "mio.", "bn",
    "mrd", "mrd.", "tsd", "tsd.", "million", "billion", "thousand"};

template <typename List>
bool is_in(const List& list, std::string_view text) {
  return std::ranges::find(list, text) != std::end(list);
}

// U+20A0 to U+20CF, and the older signs.
bool is_currency_sign(std::string_view text) {
  static constexpr std::string_view kSigns[] = {"$",      "\u00a2", "\u00a3", "\u00a4", "\u00a5",
                                                "\u0e3f", "\ufdfc", "\uff04", "\uffe1", "\uffe5"};
  return is_in(kSigns, text) ||
         (text.size() == 3 && text.starts_with("\xe2\x82") && static_cast<unsigned char>(text[2]) >= 0xA0);
}

}  // namespace

bool is_currency(std::string_view text) {
  if (is_currency_sign(text)) return true;
  const std::string lower = lower_case_ascii(text);
  if (is_in(kCurrencyWords, std::string_view(lower))) return true;
  const bool ends_in_dollar = lower.size() >= 2 && lower.size() <= 3 && lower.back() == '$';  // US$, R$
  return ends_in_dollar &&
         std::all_of(lower.begin(), lower.end() - 1, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool has_point_decimals(std::string_view currency) {
  return is_in(kPointCurrencies, std::string_view(lower_case_ascii(currency)));
}

bool is_unit(std::string_view text) {
  const std::string lower = lower_case_ascii(text);
  if (is_in(kUnits, std::string_view(lower)) || is_currency(text)) return true;
  // Compound ones: kg/m2, m^3, USD per day, m\u00b3.
  for (const std::string_view joint : {"/", " per ", "^", "\u00b2", "\u00b3", "2", "3", "*", "\u00b7"}) {
    const std::size_t at = lower.find(joint);
    if (at == std::string::npos || at == 0) continue;
    return is_unit(std::string_view(lower).substr(0, at));
  }
  return false;
}

}  // namespace chainrule
