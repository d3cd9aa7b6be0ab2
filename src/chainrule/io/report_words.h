// Shared by the page and the terminal: numbers as text, and the choice of classes to show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/data/encoder.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// "97.3%"; one decimal. Only 1 gives "100%" and only 0 gives "0%"; not-a-number gives "not defined".
std::string percent_text(double share);
// `digits` significant digits without an exponent from 0.0001 to below 1e9; "not defined" for not-a-number,
// "infinite" and "-infinite".
std::string number_text(double value, int digits = 4);
// "2.5 ms", "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"
std::string duration_text(double seconds);
// As good as an estimate is: "15 s", "4 min", "2 h 10 min".
std::string rough_duration_text(double seconds);

// The name of class (or label, or target) i; "mood=well" for a label that is yes where the table says well;
// "class 3" if the encoding has no names.
std::string class_name(const TargetEncoding& target, std::size_t i);
std::string target_name(const TargetEncoding& target, std::size_t i);

struct Mistake {
  std::size_t truth = 0;
  std::size_t predicted = 0;
  double rows = 0;  // or the sum of their weights
};
// The most frequent confusions, most frequent first and ties in class order; at most `limit`.
std::vector<Mistake> frequent_mistakes(const std::vector<std::vector<double>>& confusion, std::size_t limit);

// The `limit` classes that are most often confused (rows of the class predicted as another, and the reverse),
// in class order; all of them if there are no more.
std::vector<std::size_t> most_confused_classes(const std::vector<std::vector<double>>& confusion,
                                               std::size_t limit);

double row_total(const std::vector<double>& row);

// A number of rows, or a sum of their weights: whole numbers as counts, others with four digits.
std::string weight_text(double rows);

}  // namespace chainrule
