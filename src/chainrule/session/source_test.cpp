#include "chainrule/session/source.h"

#include "chainrule/base/error.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;

TEST(LoadTable, LabelsBecomeTheLastColumn) {
  const std::string inputs = file_of("x.csv", "a,b\n1,2\n3,4\n"),
                    labels = file_of("y.csv", "species\nu\nv\n");
  const Table table = load_table(real_file_system(), {.path = inputs, .labels_path = labels});
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[2].name, "label");
  EXPECT_EQ(table.columns[2].text(1), "v");
}

TEST(LoadTable, LabelsOfAnotherLengthNameBothNumbers) {
  const std::string inputs = file_of("x.csv", "a,b\n1,2\n3,4\n"), labels = file_of("y.csv", "species\nu\n");
  const ErrorText report =
      report_of<DataError>([&] { load_table(real_file_system(), {.path = inputs, .labels_path = labels}); });
  EXPECT_NE(report.expected.find("2 rows"), std::string::npos) << report.expected;
  EXPECT_EQ(report.got, "1");
}

TEST(LoadTable, LabelsOfTwoColumnsAreRefused) {
  const std::string inputs = file_of("x.csv", "a,b\n1,2\n3,4\n");
  const ErrorText report =
      report_of<DataError>([&] { load_table(real_file_system(), {.path = inputs, .labels_path = inputs}); });
  EXPECT_EQ(report.what, "a labels file has one column");
}

}  // namespace
}  // namespace chainrule
