// A header that is repeated among the rows of a table of words is a fault, whoever reads the table.
#include <gtest/gtest.h>

#include <string>

#include "chainrule/base/error.h"
#include "chainrule/data/csv_reader.h"
#include "data/csv_reading.h"
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

using test::read_text;
using test::source_of;

std::string rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += i % 3 == 0 ? "red,round\n" : i % 3 == 1 ? "blue,square\n" : "red,square\n";
  return text;
}

std::string error_of(const std::string& text, const ReadOptions& options) {
  try {
    read_text(text, options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(RepeatedHeader, OfWordsIsAFault) {
  for (const int above : {12, 60, 60000}) {
    const std::string text = "colour,shape\n" + rows(above) + "colour,shape\n" + rows(12);
    const std::string place = "t.csv:" + std::to_string(above + 2) + "\n";
    for (const HeaderChoice header : {HeaderChoice::find, HeaderChoice::present}) {
      const std::string error = error_of(text, {.header = header});
      EXPECT_NE(error.find("the header is repeated"), std::string::npos) << above << error;
      EXPECT_NE(error.find(place), std::string::npos) << error;
      EXPECT_EQ(error.find(flag("skip")), std::string::npos) << error;
    }
    const Table table = read_text(text, {.leniency = Leniency::lenient});
    EXPECT_EQ(table.rows(), static_cast<std::size_t>(above) + 12);
    EXPECT_EQ(table.repairs.count(Repair::header_again), 1u);
  }
}

TEST(RepeatedHeader, IsAFaultForAReaderOfRowsToo) {
  const auto reader = open_csv(source_of("colour,shape\n" + rows(20) + "colour,shape\n" + rows(9)), {});
  const std::vector<std::optional<ColumnReading>> kinds(2, ColumnKind::category);
  EXPECT_THROW(reader->next_rows(100, kinds), DataError);
}

TEST(RepeatedHeader, OfNumbersMayBeARow) {
  EXPECT_EQ(read_text("0,1\n0,0\n0,1\n1,0\n1,1\n", {.header = HeaderChoice::present}).rows(), 4u);
}

}  // namespace
}  // namespace chainrule
