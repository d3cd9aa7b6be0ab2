#include "chainrule/data/time_split.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::kMissing;
using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;
using testing_support::words;
using Rows = std::vector<std::uint32_t>;

TEST(TimeSplit, HoldsOutTheLastRows) {
  const Split split = split_last(10, 0.2);
  EXPECT_EQ(split.validation, (Rows{8, 9}));
  EXPECT_EQ(split.training.size(), 8u);
  EXPECT_THROW(split_last(1, 0.2), DataError);
}

TEST(TimeSplit, HoldsOutTheLatestRowsWhereverTheyStand) {
  const Split split = split_by_time(std::vector<double>{5, 1, 4, 2, 3}, 0.4);
  EXPECT_EQ(split.validation, (Rows{0, 2}));
  EXPECT_EQ(split.training, (Rows{1, 3, 4}));
}

// The fifth of 10 rows would cut the three rows of time 2; the nearest gap is before them or after them.
TEST(TimeSplit, KeepsEqualTimesOnOneSide) {
  const std::vector<double> times = {1, 1, 1, 1, 1, 1, 1, 2, 2, 2};
  EXPECT_EQ(split_by_time(times, 0.2).validation, (Rows{7, 8, 9}));
  EXPECT_EQ(split_by_time(std::vector<double>{1, 2, 2, 2, 2}, 0.9).training, (Rows{0}));
  EXPECT_EQ(split_by_time(std::vector<double>{1, 1, 1, 1, 2}, 0.9).validation, (Rows{4}));
  EXPECT_THROW(split_by_time(std::vector<double>{3, 3, 3}, 0.5), DataError);
}

TEST(TimeSplit, CutsPartsInOrder) {
  const TimeOrder order = order_by_time(std::vector<double>{4, 3, 2, 1, 0, 0}, std::vector{0.5, 0.25});
  EXPECT_EQ(order.rows, (Rows{4, 5, 3, 2, 1, 0}));
  EXPECT_EQ(order.ends, (std::vector<std::size_t>{3, 5}));
}

TEST(TimeSplit, ReadsNumbersAndDates) {
  const Table table =
      table_of({numbers("year", {2001, 1999}), words("day", {"2024-01-31", "2023-12-01T10:00"}),
                words("bad", {"31/01/2024", ""}), numbers("gap", {1, kMissing})});
  EXPECT_EQ(times_of(table, 0), (std::vector<double>{2001, 1999}));
  const std::vector<double> days = times_of(table, 1);
  EXPECT_GT(days[0], days[1]);
  const ErrorText bad = report_of<DataError>([&] { times_of(table, 2); });
  EXPECT_EQ(bad.where, "t.csv:2:3 (column \"bad\")");
  EXPECT_EQ(bad.got, "\"31/01/2024\"");
  EXPECT_EQ(report_of<DataError>([&] { times_of(table, 3); }).got, "a missing cell");
}

}  // namespace
}  // namespace chainrule
