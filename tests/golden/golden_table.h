// Reads the golden tables of tools/make_math_tables.py and measures errors in units in the last place.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule::golden {

struct Point {
  double x;
  double y;           // the second argument of functions with two
  double value;       // f(x) rounded to double
  double value_rest;  // f(x) - value
};

// "-0x1.8p-3"
inline double parse_hexadecimal(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  EXPECT_TRUE(text.starts_with("0x")) << text;
  text.remove_prefix(2);
  double value = std::numeric_limits<double>::quiet_NaN();
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::hex);
  EXPECT_TRUE(result.ec == std::errc() && result.ptr == text.data() + text.size()) << text;
  return is_negative ? -value : value;
}

// The points of each function in tests/golden/<name>.csv.
inline std::map<std::string, std::vector<Point>> read_table(const std::string& name) {
  const std::string path = std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/" + name + ".csv";
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << "cannot open " << path;
  std::map<std::string, std::vector<Point>> table;
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "function,x,y,value,value_rest");
  while (std::getline(file, line)) {
    std::vector<std::string_view> cells;
    for (std::string_view rest = line;;) {
      const std::size_t comma = rest.find(',');
      cells.push_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    if (cells.size() != 5) {
      ADD_FAILURE() << path << ": " << line;
      return table;
    }
    table[std::string(cells[0])].push_back({parse_hexadecimal(cells[1]), parse_hexadecimal(cells[2]),
                                            parse_hexadecimal(cells[3]), parse_hexadecimal(cells[4])});
  }
  return table;
}

// The distance between adjacent numbers of type T at `value`.
template <typename T>
double unit_in_last_place(double value) {
  int exponent = 0;
  std::frexp(value, &exponent);
  const int lowest = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
  return std::ldexp(1.0, std::max(exponent - std::numeric_limits<T>::digits, lowest));
}

// |got - exact| in units in the last place of T; infinite if one of them is not finite and they differ.
template <typename T>
double ulp_error(T got, const Point& exact) {
  const T rounded = static_cast<T>(exact.value);
  if (!std::isfinite(got) || !std::isfinite(rounded)) {
    return got == rounded ? 0 : std::numeric_limits<double>::infinity();
  }
  return std::fabs((static_cast<double>(got) - exact.value) - exact.value_rest) /
         unit_in_last_place<T>(exact.value);
}

}  // namespace chainrule::golden
