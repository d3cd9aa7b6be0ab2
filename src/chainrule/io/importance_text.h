// The importance of columns in words: for a terminal, and what the report shares with it.
#pragma once

#include <string>

#include "chainrule/data/task.h"
#include "chainrule/train/reasons.h"

namespace chainrule {

// A sentence on what was measured, in lines of at most `width` columns, then a table: column, rise of the
// loss, spread, rise of the error, verdict. "" if nothing was measured.
std::string render_importance_text(const Importance& importance, Task task, std::size_t width);

// The heading of ColumnImportance::error_rise: "accuracy falls by", "rmse rises by", "pinball loss rises by".
std::string error_heading(const Importance& importance, Task task);
// "" for an important column, else "may be chance", or "no effect" if every prediction stays the same.
std::string verdict_text(const ColumnImportance& column);
// How the measured columns were chosen among many: a sentence, or "".
std::string screening_text(const Importance& importance);

}  // namespace chainrule
