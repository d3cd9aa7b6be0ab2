#include "chainrule/toolkit/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {

double parse_number(std::string_view text, const Limits& limits) {
  const std::optional<double> value = parse_double(trim(text));
  const bool low_open =
      limits.ends == Limits::Ends::minimum_excluded || limits.ends == Limits::Ends::excluded;
  const bool high_open =
      limits.ends == Limits::Ends::maximum_excluded || limits.ends == Limits::Ends::excluded;
  const bool fits = value && std::isfinite(*value) &&
                    (low_open ? *value > limits.minimum : *value >= limits.minimum) &&
                    (high_open ? *value < limits.maximum : *value <= limits.maximum);
  if (fits) return *value;
  std::string expected = "a number";
  if (std::isfinite(limits.minimum)) {
    expected += (low_open ? " above " : " of at least ") + format_number(limits.minimum);
  }
  if (std::isfinite(limits.maximum)) {
    expected += std::isfinite(limits.minimum) ? " and" : "";
    expected += (high_open ? " below " : " at most ") + format_number(limits.maximum);
  }
  throw UsageError(
      {.what = value ? "a number out of range" : "not a number", .expected = expected, .got = quoted(text)});
}

std::size_t parse_count(std::string_view text, std::size_t minimum) {
  const std::optional<std::int64_t> value = parse_integer(trim(text));
  if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= minimum)
    return static_cast<std::size_t>(*value);
  throw UsageError({.what = value ? "a number out of range" : "not a whole number",
                    .expected = fmt::format("a whole number of at least {}", minimum),
                    .got = quoted(text)});
}

Binding to_text(std::string& value) {
  const auto apply = [&value](const Given& given) {
    if (given.once().empty())
      throw UsageError({.what = std::string(kEmptyValue), .advice = "give one, or leave it out"});
    value = given.once();
  };
  return {.apply = apply, .shown_default = value};
}

Binding to_number(double& value, Limits limits) {
  return {.apply = [&value, limits](const Given& given) { value = parse_number(given.once(), limits); },
          .shown_default = format_number(value)};
}

Binding to_number(std::optional<double>& value, Limits limits) {
  return {.apply = [&value, limits](const Given& given) { value = parse_number(given.once(), limits); }};
}

Binding to_count(std::size_t& value, std::size_t minimum) {
  return {.apply = [&value, minimum](const Given& given) { value = parse_count(given.once(), minimum); },
          .shown_default = std::to_string(value)};
}

Binding to_count(std::optional<std::size_t>& value, std::size_t minimum) {
  return {.apply = [&value, minimum](const Given& given) { value = parse_count(given.once(), minimum); }};
}

Binding to_seed(std::uint64_t& value) {
  return {.apply =
              [&value](const Given& given) {
                const std::string_view text = trim(given.once());
                std::uint64_t number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
                  throw UsageError({.what = "not a seed",
                                    .expected = "a whole number from 0 to 18446744073709551615",
                                    .got = quoted(text)});
                }
                value = number;
              },
          .shown_default = std::to_string(value)};
}

Binding to_list(std::vector<std::string>& value) {
  return {.apply = [&value](const Given& given) {
    value.clear();
    for (const std::string& text : given.values) {
      for (std::string& part : split_list(text)) {
        if (part.empty()) {
          throw UsageError({.what = "an empty name in " + given.name,
                            .expected = "names separated by commas",
                            .got = quoted(text)});
        }
        value.push_back(std::move(part));
      }
    }
  }};
}

Binding to_values(std::vector<std::string>& value) {
  return {.apply = [&value](const Given& given) { value = given.values; }, .keeps_values_apart = true};
}

Binding to_counts(std::vector<std::size_t>& value, std::string_view word_for_none) {
  std::vector<std::string> shown;
  for (const std::size_t number : value)
    shown.push_back(std::to_string(number));
  return {.apply =
              [&value, none = std::string(word_for_none)](const Given& given) {
                value.clear();
                if (given.once() == none) return;
                for (const std::string& part : split_list(given.once()))
                  value.push_back(parse_count(part, 1));
              },
          .shown_default = join(shown, ",")};
}

Binding to_numbers(std::vector<double>& value, Limits limits) {
  std::vector<std::string> shown;
  for (const double number : value)
    shown.push_back(format_number(number));
  return {.apply =
              [&value, limits](const Given& given) {
                value.clear();
                for (const std::string& part : split_list(given.once()))
                  value.push_back(parse_number(part, limits));
              },
          .shown_default = join(shown, ",")};
}

double parse_seconds(std::string_view text) {
  const auto fail = [&] {
    return UsageError(
        {.what = "not a length of time", .expected = "such as 30s, 5m, 1h or 1h30m", .got = quoted(text)});
  };
  std::string_view rest = trim(text);
  if (rest.empty()) throw fail();
  double total = 0;
  while (!rest.empty()) {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::optional<double> number = parse_double(rest.substr(0, digits));
    if (!number) throw fail();
    rest.remove_prefix(digits);
    double unit = 1;
    if (!rest.empty()) {
      if (rest[0] == 'h') {
        unit = 3600;
      } else if (rest[0] == 'm') {
        unit = 60;
      } else if (rest[0] != 's') {
        throw fail();
      }
      rest.remove_prefix(1);
    }
    total += *number * unit;
  }
  if (!(total > 0) || !std::isfinite(total)) throw fail();
  return total;
}

Binding to_seconds(double& value, double most_hours) {
  return {.apply = [&value, most_hours](const Given& given) {
    value = parse_seconds(given.once());
    if (value <= most_hours * 3600) return;
    throw UsageError({.what = "too long a time",
                      .expected = fmt::format("at most {}h", most_hours),
                      .got = quoted(given.once())});
  }};
}

}  // namespace chainrule::cli
