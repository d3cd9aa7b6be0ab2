// Numbers for readers: few digits, no avoidable exponents, and no share below 1 that is rounded to "100%".
#include "chainrule/io/report_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/tensor/activation.h"

namespace chainrule {

namespace {

constexpr std::string_view kNotDefined = "not defined";

std::string fixed_text(double value, int decimals) {
  std::array<char, 400> buffer;  // room for the 309 digits of the largest double
  const std::to_chars_result end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return std::string(buffer.data(), end.ptr);
}

}  // namespace

std::string percent_text(double share) {
  if (!std::isfinite(share)) return std::string(kNotDefined);
  if (share == 0) return "0%";
  if (share == 1) return "100%";
  if (share > 0 && share < 0.001) return "<0.1%";
  if (share > 0.999 && share < 1) return ">99.9%";
  return fixed_text(100 * share, 1) + "%";
}

std::string number_text(double value, int digits) {
  if (std::isnan(value)) return std::string(kNotDefined);
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  const double size = std::fabs(value);
  if (size >= 1e9 || size < 1) return format_significant(value, digits);
  const int before_point = static_cast<int>(std::floor(std::log10(size))) + 1;
  if (before_point < digits) return format_significant(value, digits);
  const std::string whole = fixed_text(size, 0);
  std::string text = value < 0 ? "-" : "";
  return text += format_count(std::stoull(whole));
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kNotDefined);
  if (seconds < 0.0995) return fixed_text(1000 * seconds, seconds < 0.00995 ? 1 : 0) + " ms";
  if (seconds < 9.95) return fixed_text(seconds, 1) + " s";
  if (seconds > 1e9) return number_text(seconds) + " s";
  const std::uint64_t whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return format_count(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string rough_duration_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kNotDefined);
  constexpr double kMinute = 60, kHour = 3600, kMost = 1e9;
  const auto rounded_to = [&](double step) { return step * std::max(1.0, std::round(seconds / step)); };
  if (seconds > kMost) return duration_text(seconds);
  if (seconds < 10)
    return format_count(static_cast<std::uint64_t>(std::max(1.0, std::round(seconds)))) + " s";
  if (seconds < 57.5) return duration_text(rounded_to(5));
  if (rounded_to(kMinute) < kHour)
    return format_count(static_cast<std::uint64_t>(rounded_to(kMinute) / kMinute)) + " min";
  return duration_text(rounded_to(10 * kMinute));
}

std::string class_name(const TargetEncoding& target, std::size_t i) {
  return i < target.class_names.size() ? class_text(target, i) : "class " + std::to_string(i + 1);
}

std::string target_name(const TargetEncoding& target, std::size_t i) {
  return i < target.columns.size() ? target.columns[i] : "target " + std::to_string(i + 1);
}

std::vector<Mistake> frequent_mistakes(const std::vector<std::vector<double>>& confusion, std::size_t limit) {
  std::vector<Mistake> mistakes;
  for (std::size_t t = 0; t < confusion.size(); ++t) {
    for (std::size_t p = 0; p < confusion[t].size(); ++p) {
      if (t != p && confusion[t][p] != 0) mistakes.push_back({t, p, confusion[t][p]});
    }
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.rows > b.rows; });
  if (mistakes.size() > limit) mistakes.resize(limit);
  return mistakes;
}

std::vector<std::size_t> most_confused_classes(const std::vector<std::vector<double>>& confusion,
                                               std::size_t limit) {
  std::vector<double> mistakes(confusion.size(), 0);
  for (const Mistake& mistake : frequent_mistakes(confusion, confusion.size() * confusion.size())) {
    mistakes[mistake.truth] += mistake.rows;
    if (mistake.predicted < mistakes.size()) mistakes[mistake.predicted] += mistake.rows;
  }
  std::vector<std::size_t> classes(confusion.size());
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  if (classes.size() <= limit) return classes;
  std::stable_sort(classes.begin(), classes.end(),
                   [&](std::size_t a, std::size_t b) { return mistakes[a] > mistakes[b]; });
  classes.resize(limit);
  std::sort(classes.begin(), classes.end());
  return classes;
}

double row_total(const std::vector<double>& row) {
  return std::accumulate(row.begin(), row.end(), 0.0);
}

std::string weight_text(double rows) {
  constexpr double kLargestCount = 0x1p53;
  return rows == std::floor(rows) && rows < kLargestCount ? format_count(static_cast<std::uint64_t>(rows))
                                                          : number_text(rows);
}

}  // namespace chainrule
