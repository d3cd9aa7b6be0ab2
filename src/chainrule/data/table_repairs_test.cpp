#include "chainrule/data/table_repairs.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

TEST(TableRepairs, EachKindIsCountedAndItsFirstPlaceKept) {
  TableRepairs repairs;
  EXPECT_TRUE(repairs.notes("t.csv").empty());
  int places = 0;
  for (const char* const place : {"t.csv:3", "t.csv:9"}) {
    repairs.add(Repair::short_row, [&] {
      ++places;
      return std::string(place);
    });
  }
  repairs.add(
      Repair::cell, [] { return std::string("t.csv:4:2"); }, 1);
  EXPECT_EQ(places, 1);
  EXPECT_EQ(repairs.total(), 3u);
  EXPECT_EQ(repairs.count(Repair::short_row), 2u);
  EXPECT_EQ(texts_of(repairs.notes("t.csv"), Face::cpp),
            (std::vector<std::string>{
                "mended t.csv: 2 rows with too few cells, left out (first: t.csv:3)",
                "mended t.csv: 1 cell that is not a number, taken for missing (first: t.csv:4:2)"}));
}

TEST(TableRepairs, MoreThanHalfOfTheRowsAreTooMany) {
  TableRepairs repairs;
  repairs.add(Repair::long_row, [] { return std::string("t.csv:2"); });
  repairs.add_row(true);
  repairs.add_row(false);
  EXPECT_NO_THROW(repairs.require_few("t.csv"));
  repairs.add_row(true);
  const ErrorText report = testing_support::report_of<DataError>([&] { repairs.require_few("t.csv"); });
  EXPECT_NE(report.got.find("2 rows of 3"), std::string::npos);
  EXPECT_NE(report.got.find("too many cells"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
