#include "chainrule/data/date_words.h"

#include <string>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// Walks through a word, field by field. A function that returns false leaves the text unchanged.
class DateScanner {
 public:
  explicit DateScanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  bool character(std::string_view any_of, char* found = nullptr) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    if (found != nullptr) *found = text_.front();
    text_.remove_prefix(1);
    return true;
  }

  // A whole run of digits with `fewest` to `most` of them.
  bool digits(std::size_t fewest, std::size_t most, int& value) {
    std::size_t length = 0;
    while (length < text_.size() && text_[length] >= '0' && text_[length] <= '9')
      ++length;
    if (length < fewest || length > most) return false;
    value = 0;
    for (const char digit : text_.substr(0, length))
      value = value * 10 + (digit - '0');
    text_.remove_prefix(length);
    return true;
  }

  bool month_name() {
    static constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
    std::size_t length = 0;
    while (length < text_.size() && is_letter(text_[length]))
      ++length;
    if (length < 3) return false;
    const std::string word = lower_case_ascii(text_.substr(0, length));
    for (const std::string_view month : kMonths) {
      if (word != month && word != month.substr(0, 3) && !(word == "sept" && month == "september")) continue;
      text_.remove_prefix(length);
      character(".");
      return true;
    }
    return false;
  }

  void blanks() {
    while (character(" ")) {
    }
  }

  // 12:30, 12:30:15, 12:30:15.250, 12:30 PM
  bool time() {
    const std::string_view before = text_;
    int hour = 0, minute = 0, second = 0, fraction = 0;
    if (digits(1, 2, hour) && hour <= 24 && character(":") && digits(2, 2, minute) && minute < 60) {
      bool good = true;
      if (character(":")) {
        good = digits(2, 2, second) && second <= 60;
        if (good && character(".,")) good = digits(1, 9, fraction);
      }
      if (good) {
        const std::string_view after = text_;
        blanks();
        if (!(character("aApP") && character("mM"))) text_ = after;
        return true;
      }
    }
    text_ = before;
    return false;
  }

  // Z, +01:00, -0530
  void zone() {
    if (character("Zz")) return;
    const std::string_view before = text_;
    int hours = 0, minutes = 0;
    if (character("+-") && digits(1, 4, hours) && (!character(":") || digits(2, 2, minutes))) return;
    text_ = before;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view text_;
};

bool is_day(int value) {
  return value >= 1 && value <= 31;
}

bool is_month(int value) {
  return value >= 1 && value <= 12;
}

// What may follow a date: nothing, or a time after a blank or a T.
bool ends_with_optional_time(DateScanner scanner) {
  if (scanner.at_end()) return true;
  if (!scanner.character(" T")) return false;
  scanner.blanks();
  if (!scanner.time()) return false;
  scanner.zone();
  return scanner.at_end();
}

bool is_year_first(DateScanner scanner) {
  int year = 0, month = 0, day = 0;
  char separator = 0;
  if (!scanner.digits(4, 4, year) || !scanner.character("-/.", &separator)) return false;
  if (!scanner.digits(1, 2, month) || !is_month(month)) return false;
  if (scanner.at_end()) return separator != '.';  // 2024-01, 2024/01; 2024.01 is a number
  if (!scanner.character(std::string_view(&separator, 1))) return false;
  return scanner.digits(1, 2, day) && is_day(day) && ends_with_optional_time(scanner);
}

bool is_year_last(DateScanner scanner) {
  int first = 0, second = 0, year = 0;
  char separator = 0;
  if (!scanner.digits(1, 2, first) || !scanner.character("-/.", &separator)) return false;
  if (!scanner.digits(1, 2, second) || !scanner.character(std::string_view(&separator, 1))) return false;
  if (!((is_day(first) && is_month(second)) || (is_month(first) && is_day(second)))) return false;
  DateScanner four_digits = scanner;
  if (four_digits.digits(4, 4, year)) return ends_with_optional_time(four_digits);
  return scanner.digits(2, 2, year) && ends_with_optional_time(scanner);
}

bool is_named_month(DateScanner scanner) {
  int day = 0, year = 0;
  const auto gap = [&scanner] {
    const bool found = scanner.character(" ,-");
    scanner.blanks();
    return found;
  };
  if (scanner.digits(1, 2, day)) {  // 5 Jan 2024, 05-Jan-2024
    return is_day(day) && gap() && scanner.month_name() && gap() && scanner.digits(4, 4, year) &&
           ends_with_optional_time(scanner);
  }
  if (!scanner.month_name() || !gap()) return false;
  DateScanner without_day = scanner;  // Jan 2024
  if (without_day.digits(4, 4, year) && without_day.at_end()) return true;
  return scanner.digits(1, 2, day) && is_day(day) && gap() && scanner.digits(4, 4, year) &&
         ends_with_optional_time(scanner);  // Jan 5, 2024
}

bool is_time(DateScanner scanner) {
  if (!scanner.time()) return false;
  scanner.zone();
  return scanner.at_end();
}

}  // namespace

bool is_date_word(std::string_view word) {
  const DateScanner scanner(trim(word));
  return is_year_first(scanner) || is_year_last(scanner) || is_named_month(scanner) || is_time(scanner);
}

}  // namespace chainrule
