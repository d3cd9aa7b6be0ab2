#include "chainrule/toolkit/values.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule::cli {
namespace {

TEST(ParseSeconds, AddsHoursMinutesSeconds) {
  EXPECT_EQ(parse_seconds("30s"), 30);
  EXPECT_EQ(parse_seconds("90"), 90);
  EXPECT_EQ(parse_seconds("1h30m"), 5400);
  EXPECT_EQ(parse_seconds("0.5m"), 30);
  for (const char* const text : {"", "0", "s", "5x", "-5s", "1h-5m", "1..5s"}) {
    EXPECT_THROW(parse_seconds(text), UsageError) << text;
  }
}

TEST(ParseNumber, EndsAreIncludedUnlessTheLimitsSayOtherwise) {
  const Limits share{.minimum = 0, .maximum = 1, .ends = Limits::Ends::maximum_excluded};
  EXPECT_EQ(parse_number(" 0 ", share), 0);
  EXPECT_THROW(parse_number("1", share), UsageError);
  EXPECT_THROW(parse_number("0", kPositive), UsageError);
  EXPECT_THROW(parse_number("inf", {}), UsageError);
  EXPECT_THROW(parse_number("one", {}), UsageError);
}

TEST(ParseCount, IsAWholeNumberOfAtLeastTheMinimum) {
  EXPECT_EQ(parse_count("12", 1), 12u);
  for (const char* const text : {"0", "-1", "1.5", ""})
    EXPECT_THROW(parse_count(text, 1), UsageError) << text;
}

}  // namespace
}  // namespace chainrule::cli
