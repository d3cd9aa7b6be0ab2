// Dates and times in ISO 8601 form as one number, so that they can be put in order.
//
//   2024-01   2024-01-31   2024/01/31   2024-01-31T12:30   2024-01-31 12:30:15.25   with Z, +02:00 or +0200
//
// A month without a day means its first day, a date without a time midnight, a time without a zone UTC.
#pragma once

#include <optional>
#include <string_view>

namespace chainrule {

// Seconds since 1970-01-01T00:00:00Z in the Gregorian calendar; empty if the text is not such a time.
// Blanks around it are ignored.
std::optional<double> seconds_of_iso_time(std::string_view text);

}  // namespace chainrule
