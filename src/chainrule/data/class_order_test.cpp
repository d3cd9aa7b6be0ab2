#include "chainrule/data/class_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::numbers;
using testing_support::report_of;
using testing_support::table_of;
using testing_support::words;

TEST(ClassOrder, OfNumbersIsAscendingIfNoneIsGiven) {
  const Table table = table_of({numbers("stars", {3, 1, 2, 10, 1, 2})});
  std::vector<Message> notes;
  EXPECT_EQ(ordered_classes(table, 0, {}, notes), (std::vector<std::string>{"1", "2", "3", "10"}));
  EXPECT_TRUE(notes.empty());
}

TEST(ClassOrder, ComparesNumbersByValueAndKeepsClassesWithoutRows) {
  const Table table = table_of({numbers("stars", {3, 1, 2, 3})});
  std::vector<Message> notes;
  EXPECT_EQ(ordered_classes(table, 0, {"3.0", "2", "1", "0"}, notes),
            (std::vector<std::string>{"3", "2", "1", "0"}));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].text(Face::cpp).find("no row has the class \"0\""), std::string::npos);
}

TEST(ClassOrder, NamesTheCellThatIsNotInIt) {
  const Table table = table_of({words("size", {"small", "Large", "medium"})});
  std::vector<Message> notes;
  const ErrorText report = report_of<DataError>([&] {
    ordered_classes(table, 0, {"small", "medium", "large"}, notes);
  });
  EXPECT_EQ(report.got, "\"Large\"");
  EXPECT_NE(report.advice.find("it differs from \"large\" only in case or blanks"), std::string::npos)
      << report.advice;
}

TEST(ClassOrder, MakesTheTaskOrdinal) {
  EXPECT_EQ(task_with_order({}, {}), std::nullopt);
  EXPECT_EQ(task_with_order(Task::classes, {}), Task::classes);
  EXPECT_EQ(task_with_order({}, {"a", "b", "c"}), Task::ordinal);
  EXPECT_EQ(task_with_order(Task::ordinal, {"a", "b", "c"}), Task::ordinal);
  EXPECT_THROW(task_with_order(Task::regression, {"a", "b", "c"}), UsageError);
  EXPECT_THROW(task_with_order({}, {"a", "b"}), UsageError);
  EXPECT_THROW(task_with_order({}, {"1", "2", "1.0"}), UsageError);
}

}  // namespace
}  // namespace chainrule
