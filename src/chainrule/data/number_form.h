// How the cells of one column spell their numbers, if not as plain digits:
//
//   "$1,234.50"   prefix "$", thousands ","        1234.5
//   "87 %"        suffix "%"                       87 (a percentage stays one)
//   "1.299,99"    thousands ".", decimal comma     1299.99
//   "(87.4)"      parentheses                      -87.4
//   "0x36A"       prefix "0x": hexadecimal         874
//
// A column has one form, which is inferred from the training table (find_form.h) and stored in the model.
// read_number.h reads a cell of a given form.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/names.h"

namespace chainrule {

// How numbers are written: "3.5" or "3,5".
enum class DecimalMark { point, comma };

template <>
struct EnumNames<DecimalMark> {
  static constexpr std::string_view kind = "decimal mark";
  static constexpr EnumName<DecimalMark> table[] = {
      {DecimalMark::point, "point", "3.5"},
      {DecimalMark::comma, "comma", "3,5"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {". dot period", "point"},
      {",", "comma"},
  };
};

// Whether "(87.4)" is a negative number, as accountants write it.
enum class Parentheses { none, negative };

template <>
struct EnumNames<Parentheses> {
  static constexpr std::string_view kind = "meaning of parentheses";
  static constexpr EnumName<Parentheses> table[] = {
      {Parentheses::none, "none", "not part of a number"},
      {Parentheses::negative, "negative", "(87.4) is -87.4"},
  };
};

struct NumberForm {
  std::string prefix, suffix;  // without the blanks between them and the number; a cell may lack them
  std::string thousands;       // between groups of three digits: one of , . ' _ and blank; "": none
  DecimalMark decimal = DecimalMark::point;
  Parentheses parentheses = Parentheses::none;
  std::vector<std::string> strip;  // texts before or after the numbers, to be removed

  bool operator==(const NumberForm&) const = default;
};

// A form that many columns may share: copies take no memory of their own, and the form of plain numbers none.
class SharedNumberForm {
 public:
  SharedNumberForm() = default;
  SharedNumberForm(NumberForm form)  // NOLINT(google-explicit-constructor): a form stands for itself
      : form_(form == NumberForm() ? nullptr : std::make_shared<const NumberForm>(std::move(form))) {}

  const NumberForm& operator*() const { return form_ == nullptr ? plain() : *form_; }
  const NumberForm* operator->() const { return &**this; }

 private:
  static const NumberForm& plain() {
    static const NumberForm form;
    return form;
  }

  std::shared_ptr<const NumberForm> form_;
};

inline constexpr std::string_view kHexadecimalPrefix = "0x";

}  // namespace chainrule
