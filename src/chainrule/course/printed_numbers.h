// Every calculated number that a lecture document prints, beside the one that the library calculates:
//
//   001   the logistic neuron's graph at w = (2, -3, -3), x = (-1, -2), and the greatest derivatives of the
//         activations
//   003   three steps of the perceptron rule W + eta (d - sgn(W^T X)) X, and half the sum of the squared
//         errors of the outputs that the XOR tables print
//   004   the worked step of example_004(), and the author's chain: w_(2,5) = 3 forwards, 2 backwards (E4.3)
//
// Documents 000 and 002 print no numbers. All numbers are calculated in double: after a cancellation such as
// 1 - y_hat, the last three or four of the 17 digits are rounding errors.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/course/errata.h"

namespace chainrule {

enum class Agreement { agrees, one_unit_off, differs };

template <>
struct EnumNames<Agreement> {
  static constexpr std::string_view kind = "agreement";
  static constexpr EnumName<Agreement> table[] = {
      {Agreement::agrees, "agrees", "the calculated number, rounded to the printed digits"},
      {Agreement::one_unit_off, "one_unit_off", "that, but for one unit of the last printed digit"},
      {Agreement::differs, "differs", "another number"},
  };
};

// Whether `exact` has the digits of `printed` ("-0.53", "0") when rounded to the same number of digits.
// Throws UsageError unless `printed` is a decimal number of at most 18 digits.
Agreement agreement_of(std::string_view printed, double exact);

struct PrintedNumber {
  std::size_t line = 0;       // of the document
  std::string_view quantity;  // in the document's symbols
  std::string_view printed;
  double exact = 0;
  Agreement agreement = Agreement::agrees;
  // The result of the author's own chain; only in document 004.
  std::optional<double> authors = {};
  std::optional<Agreement> agreement_with_authors = {};
  std::string why;  // the reason for a difference, or a remark; else ""
};

// In the order of the lines; empty for a document without numbers.
std::vector<PrintedNumber> printed_numbers(Document document);

}  // namespace chainrule
