// Units of measure and currencies, as written beside numbers: 12 kg, 87%, $64.3, EUR 5.
#pragma once

#include <string_view>

namespace chainrule {

// "$", "€", "US$", "EUR", "Rs.", in any case.
bool is_currency(std::string_view text);
// A currency that is always written with a decimal point: "$", "£", "USD".
bool has_point_decimals(std::string_view currency);
// "kg", "km/h", "m²", "%", "years", "k" (thousands), a currency.
bool is_unit(std::string_view text);

}  // namespace chainrule
