#include "chainrule/data/iso_time.h"

#include <chrono>
#include <cstddef>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// Reads a text from front to back.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool is_done() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly so many digits.
  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = 10 * value + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  // The digits after a decimal mark, as a part of 1.
  double fraction() {
    double value = 0, unit = 0.1;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; unit /= 10) {
      value += unit * (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view text_;
};

constexpr double kMinute = 60, kHour = 3600, kDay = 86400;

std::optional<double> seconds_of_date(Cursor& cursor) {
  const std::optional<int> year = cursor.digits(4);
  if (!year) return std::nullopt;
  const char sign = cursor.take('-') ? '-' : cursor.take('/') ? '/' : '\0';
  const std::optional<int> month = cursor.digits(2);
  if (sign == '\0' || !month) return std::nullopt;
  int day = 1;
  if (cursor.take(sign)) {
    const std::optional<int> given = cursor.digits(2);
    if (!given) return std::nullopt;
    day = *given;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return kDay * static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

// Hours and minutes, with or without a colon between.
std::optional<double> seconds_of_zone(Cursor& cursor) {
  if (cursor.is_done() || cursor.take('Z')) return 0;
  const double sign = cursor.take('+') ? 1 : cursor.take('-') ? -1 : 0;
  const std::optional<int> hours = cursor.digits(2);
  if (sign == 0 || !hours) return std::nullopt;
  cursor.take(':');
  const int minutes = cursor.digits(2).value_or(0);
  return sign * (kHour * *hours + kMinute * minutes);
}

}  // namespace

std::optional<double> seconds_of_iso_time(std::string_view text) {
  Cursor cursor(trim(text));
  std::optional<double> seconds = seconds_of_date(cursor);
  if (!seconds || cursor.is_done()) return seconds;
  if (!cursor.take('T') && !cursor.take(' ')) return std::nullopt;
  const std::optional<int> hour = cursor.digits(2);
  if (!hour || *hour > 24 || !cursor.take(':')) return std::nullopt;
  const std::optional<int> minute = cursor.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  *seconds += kHour * *hour + kMinute * *minute;
  if (cursor.take(':')) {
    const std::optional<int> second = cursor.digits(2);
    if (!second || *second > 60) return std::nullopt;
    *seconds += *second;
    if (cursor.take('.') || cursor.take(',')) *seconds += cursor.fraction();
  }
  const std::optional<double> zone = seconds_of_zone(cursor);
  if (!zone || !cursor.is_done()) return std::nullopt;
  return *seconds - *zone;
}

}  // namespace chainrule
