// Row i belongs to class i mod (number of classes), so that any count of rows is balanced and mixed.
// Coordinates are drawn by (seed, index): row i is the same whatever the number of rows. u, v uniform in [0,
// 1), e normal with standard deviation `noise`:
//
//   gates    the four corners of the unit square; row i > 3 is corner i mod 4 plus e
//   moons    a: (cos t, sin t)      b: (1 - cos t, 1/2 - sin t)      t = pi u, plus e
//   circles  a: a disc, radius 1/2 sqrt(u)   b: a ring of radius 1   angle 2 pi v, plus e
//   spirals  class k of K: radius 0.2 + 1.8 u, angle 2 pi k / K + 4 u, plus e
//   blobs    class k of K: centre on the unit circle at angle 2 pi k / K, plus e
//   sine     x = 2 pi (u - 1/2)             y = sin x + e
//   plane    x1, x2 = 2 u - 1, 2 v - 1      y = 2 x1 - 3 x2 + 1 + e
#include "chainrule/data/generators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/math_functions.h"

namespace chainrule {
namespace {

using std::numbers::pi;

// The two random numbers of a row, and its two errors.
class RowDraws {
 public:
  explicit RowDraws(const GeneratorOptions& options) : options_(options) {}

  double uniform(std::uint64_t row, std::uint64_t which) const {
    return random_uniform({.seed = options_.seed, .purpose = RandomPurpose::generator}, 2 * row + which);
  }
  double noise(std::uint64_t row, std::uint64_t which) const {
    double u = random_uniform({.seed = options_.seed, .purpose = RandomPurpose::noise}, 2 * row + which);
    if (u == 0) u = 0x1p-54;  // the quantile of 0 is infinite
    return options_.noise * math::normal_quantile(u);
  }

 private:
  const GeneratorOptions& options_;
};

struct Point {
  double x1 = 0;
  double x2 = 0;
};

// "a" ... "z", "aa", "ab" ...
std::string class_word(std::size_t index) {
  std::string word;
  for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26) {
    word.insert(word.begin(), static_cast<char>('a' + (rest - 1) % 26));
  }
  return word;
}

Column numeric_column(std::string name, const std::vector<double>& numbers) {
  return {.name = std::move(name), .kind = ColumnKind::numeric, .numbers = numbers};
}

template <typename MakePoint>
Table points_in_classes(std::size_t rows, std::size_t classes, const RowDraws& draws, MakePoint make_point) {
  Table table;
  std::vector<double> x1(rows), x2(rows);
  Column label{.name = "class", .kind = ColumnKind::category};
  for (std::size_t k = 0; k < std::min(classes, rows); ++k)
    label.words.push_back(class_word(k));
  for (std::size_t i = 0; i < rows; ++i) {
    const Point point = make_point(i, i % classes);
    x1[i] = point.x1 + draws.noise(i, 0);
    x2[i] = point.x2 + draws.noise(i, 1);
    label.codes.push_back(static_cast<std::int32_t>(i % classes));
  }
  table.columns = {numeric_column("x1", x1), numeric_column("x2", x2), std::move(label)};
  return table;
}

Table gate(GeneratedData which, std::size_t rows, const RowDraws& draws) {
  Table table;
  std::vector<double> x1(rows), x2(rows), y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const bool a = i % 4 >= 2, b = i % 2 == 1;
    bool result = a != b;
    if (which == GeneratedData::and_gate) result = a && b;
    if (which == GeneratedData::or_gate) result = a || b;
    x1[i] = (a ? 1.0 : 0.0) + (i < 4 ? 0.0 : draws.noise(i, 0));
    x2[i] = (b ? 1.0 : 0.0) + (i < 4 ? 0.0 : draws.noise(i, 1));
    y[i] = result ? 1.0 : 0.0;
  }
  table.columns = {numeric_column("x1", x1), numeric_column("x2", x2), numeric_column("y", y)};
  return table;
}

Point on_circle(double radius, double angle) {
  return {radius * math::cos(angle), radius * math::sin(angle)};
}

double class_angle(std::size_t index, std::size_t classes) {
  return 2 * pi * static_cast<double>(index) / static_cast<double>(classes);
}

void check_options(const GeneratorOptions& options) {
  if (!(options.noise >= 0) || !std::isfinite(options.noise)) {
    throw UsageError({.what = "the noise is not a standard deviation",
                      .expected = "a number of at least 0",
                      .got = format_number(options.noise)});
  }
  constexpr std::size_t kMostClasses = 10000;
  if (options.classes < 2 || options.classes > kMostClasses) {
    throw UsageError({.what = "the number of classes is out of range",
                      .expected = "2 to " + format_count(kMostClasses),
                      .got = format_count(options.classes)});
  }
  if (options.rows > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError({.what = "too many rows",
                      .expected = "at most " + format_count(std::numeric_limits<std::uint32_t>::max()),
                      .got = format_count(options.rows)});
  }
}

std::string csv_word(std::string_view word, char delimiter) {
  const std::string special = std::string("\"\r\n") + delimiter;
  const bool blank_ends = !word.empty() && trim(word).size() != word.size();
  if (word.find_first_of(special) == std::string_view::npos && !blank_ends) return std::string(word);
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

Table generate_data(GeneratedData which, const GeneratorOptions& options) {
  check_options(options);
  const RowDraws draws(options);
  const std::size_t rows = options.rows != 0 ? options.rows : 400;
  Table table;
  switch (which) {
    case GeneratedData::and_gate:
    case GeneratedData::or_gate:
    case GeneratedData::xor_gate:
      table = gate(which, options.rows != 0 ? options.rows : 4, draws);
      break;
    case GeneratedData::moons:
      table = points_in_classes(rows, 2, draws, [&](std::size_t i, std::size_t k) {
        const Point p = on_circle(1, pi * draws.uniform(i, 0));
        return k == 0 ? p : Point{1 - p.x1, 0.5 - p.x2};
      });
      break;
    case GeneratedData::circles:
      table = points_in_classes(rows, 2, draws, [&](std::size_t i, std::size_t k) {
        const double radius = k == 0 ? 0.5 * std::sqrt(draws.uniform(i, 0)) : 1.0;
        return on_circle(radius, 2 * pi * draws.uniform(i, 1));
      });
      break;
    case GeneratedData::spirals:
      table = points_in_classes(rows, options.classes, draws, [&](std::size_t i, std::size_t k) {
        const double u = draws.uniform(i, 0);
        return on_circle(0.2 + 1.8 * u, class_angle(k, options.classes) + 4 * u);
      });
      break;
    case GeneratedData::blobs:
      table = points_in_classes(rows, options.classes, draws, [&](std::size_t, std::size_t k) {
        return on_circle(1, class_angle(k, options.classes));
      });
      break;
    case GeneratedData::sine: {
      std::vector<double> x(rows), y(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        x[i] = 2 * pi * (draws.uniform(i, 0) - 0.5);
        y[i] = math::sin(x[i]) + draws.noise(i, 0);
      }
      table.columns = {numeric_column("x", x), numeric_column("y", y)};
      break;
    }
    case GeneratedData::plane: {
      std::vector<double> x1(rows), x2(rows), y(rows);
      for (std::size_t i = 0; i < rows; ++i) {
        x1[i] = 2 * draws.uniform(i, 0) - 1;
        x2[i] = 2 * draws.uniform(i, 1) - 1;
        y[i] = 2 * x1[i] - 3 * x2[i] + 1 + draws.noise(i, 0);
      }
      table.columns = {numeric_column("x1", x1), numeric_column("x2", x2), numeric_column("y", y)};
      break;
    }
  }
  table.source = std::string(name_of(which));
  return table;
}

std::string table_to_csv(const Table& table, char delimiter) {
  std::string text;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c != 0) text += delimiter;
    text += csv_word(table.columns[c].name, delimiter);
  }
  text += '\n';
  // A blank line would be skipped as no row at all.
  const std::string_view missing = table.columns.size() == 1 ? "\"\"" : "";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& column = table.columns[c];
      if (c != 0) text += delimiter;
      if (column.is_missing(row)) {
        text += missing;
      } else {
        text += csv_word(column.text(row), delimiter);
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace chainrule
