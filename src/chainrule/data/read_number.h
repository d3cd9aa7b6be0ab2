// Reads one cell of a column whose form is known (number_form.h). A cell without the unit is a number, too; a
// cell with another unit is not.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "chainrule/data/cell_text.h"
#include "chainrule/data/number_form.h"

namespace chainrule {

// The text must have no blanks around it.
CellNumber read_number(std::string_view trimmed, const NumberForm& form);

// The same for "(87.4)" and "($5)" in a form without parentheses: -87.4 and -5. No number otherwise.
CellNumber read_in_parentheses(std::string_view trimmed, const NumberForm& form);

// Whether a number in plain digits and a decimal point may mean something else: "1.234" as 1234.
bool changes_plain_numbers(const NumberForm& form);
// Whether the form is plain numbers, with either decimal mark, which read_cell reads.
bool is_plain(const NumberForm& form);

// Reads the cells of a column. typed: the form is not known yet; a cell that is not in the form given so far
// is not a number, and 007 is a code. typed_as_numbers: the same, but 007 is 7. settled: the form is known,
// 007 is 7, and (5) is -5 even if the table that settled the form had no parentheses.
class NumberReader {
 public:
  enum class Stage { typed, typed_as_numbers, settled };

  NumberReader(SharedNumberForm form, Stage stage)
      : form_(std::move(form)), stage_(stage), is_plain_(is_plain(*form_)) {}

  CellNumber operator()(std::string_view trimmed) const {
    CellNumber number = is_plain_ && stage_ != Stage::settled ? read_cell(trimmed, form_->decimal)
                                                              : read_number(trimmed, *form_);
    if (stage_ == Stage::settled && number.meaning == CellMeaning::words)
      number = read_in_parentheses(trimmed, *form_);
    if (stage_ != Stage::typed && number.meaning == CellMeaning::code) number.meaning = CellMeaning::number;
    return number;
  }
  // Whether plain digits with a decimal point have their usual value in this form.
  bool takes_plain_numbers() const { return !changes_plain_numbers(*form_); }
  const SharedNumberForm& form() const { return form_; }

 private:
  SharedNumberForm form_;
  Stage stage_;
  bool is_plain_;
};

// "$1,234.50", "12 kg": a cell of this form, for messages.
std::string example_of(const NumberForm& form);

}  // namespace chainrule
