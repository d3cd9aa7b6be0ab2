#include "chainrule/data/choose_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/data/schema.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

// Values 0, 1, ..., distinct-1, 0, 1, ... over `rows` rows.
std::vector<double> cycle(std::size_t rows, std::size_t distinct) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i)
    values.push_back(static_cast<double>(i % distinct));
  return values;
}

std::vector<std::string> word_cycle(std::size_t rows, std::size_t distinct) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < rows; ++i)
    cells.push_back("w" + std::to_string(i % distinct));
  return cells;
}

// An unremarkable input.
Column plain_input(std::size_t rows) {
  std::vector<double> values = cycle(rows, std::max<std::size_t>(2, rows / 2));
  for (double& value : values)
    value += 0.5;
  return numbers("x", values);
}

Task task_of(const Column& target) {
  return make_schema(table_of({plain_input(target.rows()), target}), {.targets = {target.name}}).task;
}

TEST(ChooseTask, WordsAreClasses) {
  EXPECT_EQ(task_of(words("y", word_cycle(10, 2))), Task::binary);
  EXPECT_EQ(task_of(words("y", word_cycle(10, 3))), Task::classes);
}

TEST(ChooseTask, FewIntegersAreClassesAndOtherNumbersAreRegression) {
  EXPECT_EQ(task_of(numbers("y", cycle(4, 2))), Task::binary);
  EXPECT_EQ(task_of(numbers("y", {1, 2, 2, 1})), Task::binary);
  EXPECT_EQ(task_of(numbers("y", {0.5, 1.5, 0.5, 1.5})), Task::regression);
  EXPECT_EQ(task_of(numbers("y", cycle(30, 3))), Task::classes);     // 3 of 30: a tenth
  EXPECT_EQ(task_of(numbers("y", cycle(29, 3))), Task::regression);  // more than a tenth
  EXPECT_EQ(task_of(numbers("y", cycle(400, 20))), Task::classes);
  EXPECT_EQ(task_of(numbers("y", cycle(400, 21))), Task::regression);
  std::vector<double> almost = cycle(30, 3);
  almost[4] = 0.5;
  EXPECT_EQ(task_of(numbers("y", almost)), Task::regression);
  std::vector<double> holes = cycle(30, 3);
  holes[4] = kMissing;  // 3 of the 29 present
  EXPECT_EQ(task_of(numbers("y", holes)), Task::regression);
}

TEST(ChooseTask, TheTaskFoundIsExplained) {
  const auto note = [](const Column& target) {
    return make_schema(table_of({plain_input(target.rows()), target}), {.targets = {"y"}})
        .notes.back()
        .text();
  };
  EXPECT_EQ(note(words("y", word_cycle(10, 3))), "the task is classes: \"y\" has 3 different categories.");
  EXPECT_EQ(note(numbers("y", cycle(10, 2))), "the task is binary: \"y\" has 2 different values, 0 and 1.");
  EXPECT_EQ(note(numbers("y", cycle(30, 3))),
            "the task is classes: \"y\" has 3 different whole numbers; use .schema.task = "
            "Task::regression to learn it as "
            "an amount.");
  EXPECT_EQ(note(numbers("y", {0.5, 2, 3})), "the task is regression: \"y\" is a column of numbers.");
  EXPECT_EQ(note(words("y", word_cycle(10, 9))), "\"y\" has 9 classes in 10 rows; is it the right target?");
}

TEST(ChooseTask, SeveralTargetsAreLabelsOrNumbers) {
  const Column number = numbers("n", {1, 2.5, 3, 4}), yes = words("w", {"no", "yes", "yes", "no"}),
               bit = numbers("b", {0, 1, 1, 0}), kinds = words("k", {"a", "b", "c", "a"});
  const auto task = [&](const Column& a, const Column& b) {
    return make_schema(table_of({plain_input(4), a, b}), {.targets = {a.name, b.name}}).task;
  };
  EXPECT_EQ(task(yes, bit), Task::multi_label);
  EXPECT_EQ(task(number, bit), Task::regression);
  const ErrorText mixed = report_of<DataError>([&] { task(number, yes); });
  EXPECT_EQ(mixed.what, "the targets cannot be learned together");
  const ErrorText words_of_three = report_of<DataError>([&] { task(bit, kinds); });
  EXPECT_EQ(words_of_three.where, "t.csv:2:3");
  EXPECT_EQ(words_of_three.got, "\"k\" with 3 different values: \"a\", \"b\", \"c\"");
}

TEST(ChooseTask, ATaskThatIsGivenIsCheckedAgainstTheTarget) {
  const Column three = words("w", word_cycle(6, 3)), two = words("v", word_cycle(6, 2)),
               number = plain_input(6);
  Column y = number;
  y.name = "y";
  const auto make = [&](const Column& target, Task task) {
    return make_schema(table_of({number, target}), {.targets = {target.name}, .task = task});
  };
  EXPECT_EQ(make(three, Task::classes).task, Task::classes);
  EXPECT_EQ(make(two, Task::classes).task, Task::classes);
  EXPECT_EQ(make(two, Task::multi_label).task, Task::multi_label);
  EXPECT_EQ(make(y, Task::classes).task, Task::classes);
  EXPECT_TRUE(make(two, Task::binary).notes.empty());

  const ErrorText words_as_numbers = report_of<DataError>([&] { make(three, Task::regression); });
  EXPECT_EQ(words_as_numbers.what, "the target \"w\" does not fit the task regression");
  EXPECT_EQ(words_as_numbers.where, "t.csv:2:2");
  EXPECT_EQ(words_as_numbers.expected, "numbers");
  EXPECT_EQ(words_as_numbers.got, "\"w0\"");
  const ErrorText three_as_two = report_of<DataError>([&] { make(three, Task::binary); });
  EXPECT_EQ(three_as_two.expected, "two different values");
  EXPECT_EQ(three_as_two.got, "3 different values: \"w0\", \"w1\", \"w2\"");
  EXPECT_EQ(three_as_two.advice, "use .schema.task = Task::classes");
  EXPECT_THROW(make(three, Task::multi_label), DataError);
  const ErrorText two_targets = report_of<DataError>([&] {
    make_schema(table_of({number, two, three}), {.targets = {"v", "w"}, .task = Task::classes});
  });
  EXPECT_EQ(two_targets.got, "2: \"v\", \"w\"");
}

TEST(ChooseTask, ATargetWithoutTwoValuesIsRefused) {
  const ErrorText missing = report_of<DataError>([] {
    make_schema(table_of({plain_input(3), numbers("y", {kMissing, kMissing, kMissing})}), {});
  });
  EXPECT_EQ(missing.what, "the target \"y\" is missing in every row");
  EXPECT_EQ(missing.where, "t.csv:2:2");
  EXPECT_EQ(missing.got, "3 missing cells");
  const ErrorText constant = report_of<DataError>([] {
    make_schema(table_of({plain_input(3), words("y", {"", "Adelie", "Adelie"})}), {});
  });
  EXPECT_EQ(constant.what, "the target \"y\" has one value only: there is nothing to learn");
  EXPECT_EQ(constant.where, "t.csv:3:2");
  EXPECT_EQ(constant.got, "\"Adelie\" in 2 rows");
}

}  // namespace
}  // namespace chainrule
