#include "chainrule/base/system_errors.h"

#include <gtest/gtest.h>

#include "support/directory_test.h"
#include "support/report_of.h"

namespace chainrule {
namespace {

using test::report_of;

class SystemErrors : public test::DirectoryTest {};

TEST_F(SystemErrors, AMissingFileIsNamedWithTheNearest) {
  put("iris.csv", "x");
  put("penguins.csv.gz", "x");
  const ErrorText report = report_of([&] { read_whole_file(real_file_system(), path("irsi.csv")); });
  EXPECT_EQ(report.what, "cannot open \"irsi.csv\"");
  EXPECT_EQ(report.where, path("irsi.csv"));
  EXPECT_EQ(report.got, "No such file or directory");
  EXPECT_NE(report.advice.find("did you mean"), std::string::npos) << report.advice;
  EXPECT_NE(
      report_of([&] { read_whole_file(real_file_system(), path("penguins")); }).advice.find("did you mean"),
      std::string::npos)
      << "a name without its ending is near, too";
  EXPECT_EQ(report_of([&] { read_whole_file(real_file_system(), path("quite_else")); }).advice,
            "check the name and the working directory");
}

TEST(SystemErrorsOf, NameCallPathAndReason) {
  const ErrorText report = report_of([] { throw_system_error("open", "a/b.csv", EACCES); });
  EXPECT_EQ(report.what, "cannot open \"b.csv\"");
  EXPECT_EQ(report.where, "a/b.csv");
  EXPECT_EQ(report.got, "Permission denied");
  EXPECT_NE(report.advice.find("permissions"), std::string::npos);
  EXPECT_EQ(cannot("write", "a/"), "cannot write \"a/\"");
}

}  // namespace
}  // namespace chainrule
