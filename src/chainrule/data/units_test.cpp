#include "chainrule/data/units.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(Units, AreKnownInAnyCaseAndCompound) {
  for (const char* unit :
       {"kg", "KG", "km/h", "m2", "m\u00b2", "m^3", "%", "\u00b0C", "years", "USD per day", "\u20ac"})
    EXPECT_TRUE(is_unit(unit)) << unit;
  for (const char* word : {"WD", "furlongs", "door", "th", "", "/h", "Q"})
    EXPECT_FALSE(is_unit(word)) << word;
}

TEST(Currencies, AreSignsAndWords) {
  for (const char* currency : {"$", "\u20ac", "\u20b9", "US$", "R$", "EUR", "eur", "Rs.", "CHF", "z\u0142"})
    EXPECT_TRUE(is_currency(currency)) << currency;
  for (const char* word : {"kg", "A", "Q", "ROOM", "1$", "abc$"})
    EXPECT_FALSE(is_currency(word)) << word;
  EXPECT_TRUE(has_point_decimals("$"));
  EXPECT_FALSE(has_point_decimals("\u20ac"));
}

}  // namespace
}  // namespace chainrule
