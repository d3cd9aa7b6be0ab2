#include "chainrule/data/iso_time.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

// 2024-01-31 is day 19,753 after 1970-01-01: 54 years with 13 leap days, and 30 days.
TEST(IsoTime, CountsSecondsSince1970) {
  constexpr double kDay = 86400.0 * (54 * 365 + 13 + 30);
  EXPECT_EQ(seconds_of_iso_time("1970-01-01"), 0);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31"), kDay);
  EXPECT_EQ(seconds_of_iso_time(" 2024/01/31 "), kDay);
  EXPECT_EQ(seconds_of_iso_time("2024-01"), kDay - 30 * 86400.0);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31T12:30"), kDay + 45000);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31 12:30:15.5"), kDay + 45015.5);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31T12:30:00Z"), kDay + 45000);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31T12:30+02:00"), kDay + 45000 - 7200);
  EXPECT_EQ(seconds_of_iso_time("2024-01-31T12:30:00-0530"), kDay + 45000 + 19800);
  EXPECT_EQ(seconds_of_iso_time("1969-12-31"), -86400);
}

TEST(IsoTime, RefusesOtherTexts) {
  for (const char* text :
       {"", "2024", "31/01/2024", "2024-13-01", "2023-02-29", "2024-01-31T", "2024-01-31T25:00",
        "2024-01-31x", "2024-01-31T12:30 noon", "2024-1-31", "12:30"}) {
    EXPECT_FALSE(seconds_of_iso_time(text)) << text;
  }
}

}  // namespace
}  // namespace chainrule
