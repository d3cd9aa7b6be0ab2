// Recognises dates and times: 2024-01-31, 31/01/2024, Jan 5, 2024, 2024-01-31T12:00, 12:30 PM.
//
//   year first    YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD, YYYY-MM, YYYY/MM
//   year last     DD/MM/YYYY or MM/DD/YYYY with - / or .; the year may have two digits
//   named month   5 Jan 2024, 05-Jan-2024, Jan 5, 2024, Jan 2024
//   time          12:30, 12:30:15.250, 9:05 PM; alone, or after a date and a blank or a T;
//                 with or without zone
#pragma once

#include <string_view>

namespace chainrule {

// Blanks around the word are ignored.
bool is_date_word(std::string_view word);

}  // namespace chainrule
