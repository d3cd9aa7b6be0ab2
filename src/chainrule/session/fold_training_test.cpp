#include "chainrule/session/fold_training.h"

#include <gtest/gtest.h>

#include "chainrule/base/text.h"
#include "chainrule/session/cross_validation.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::numbers;
using testing_support::table_of;
using testing_support::words;

TEST(FoldTraining, GroupsNeedNoValidationRows) {
  std::string text = "x,person,y\n";
  for (int r = 0; r < 60; ++r)
    text += format_number(r * 0.5) + ",p" + std::to_string(r / 6) + (r % 2 == 0 ? ",a\n" : ",b\n");
  CrossValidationRequest request;
  request.training.data.path = file_of("t.csv", text);
  request.training.group_column = "person";
  request.training.validation_share = 0;
  request.training.stopping = {.epochs = 2};
  request.folds = {.folds = 5};
  EXPECT_EQ(cross_validate(real_file_system(), {}, request).scores.size(), 5u);
}

TEST(FoldTraining, TakesTheRowsOfATable) {
  const Table table = table_of({numbers("x", {1, 2, 3, 4}), words("y", {"a", "b", "a", "c"})});
  const std::vector<std::uint32_t> rows = {1, 3};
  const Table part = rows_of_table(table, rows);
  ASSERT_EQ(part.rows(), 2u);
  EXPECT_EQ(part.columns[0].text(0), "2");
  EXPECT_EQ(part.columns[1].text(1), "c");
}

TEST(FoldTraining, TheHashOfATableChangesWithItsCells) {
  const auto hash_with = [](double last) {
    TrainRequest request;
    return share_table({}, request,
                       table_of({numbers("x", {1, 2, 3, last}), words("y", {"a", "b", "a", "b"})}))
        .hash();
  };
  EXPECT_EQ(hash_with(4), hash_with(4));
  EXPECT_NE(hash_with(4), hash_with(5));
}

// A small task has no more classes in a fold than in the table: two numbers stay two classes.
TEST(FoldTraining, TheTaskIsThatOfTheWholeTable) {
  std::vector<double> x, y;
  for (int r = 0; r < 60; ++r) {
    x.push_back(r + 0.5);
    y.push_back(r % 3);
  }
  TrainRequest request;
  const SharedTable shared = share_table({}, request, table_of({numbers("x", x), numbers("y", y)}));
  EXPECT_EQ(shared.schema.task, Task::classes);
  const TrainRequest part = request_for_part(shared, request);
  EXPECT_EQ(part.schema.task, Task::classes);
  EXPECT_EQ(part.schema.targets, (std::vector<std::string>{"y"}));
}

TEST(FoldTraining, RunsEachTrainingOnce) {
  const Table table = table_of({numbers("x", {1, 2})});
  ThreadPool pool(2);
  std::vector<int> times(20, 0);
  run_trainings({.pool = &pool}, table, times.size(), [&](std::size_t i, const Compute& compute) {
    times[i] += compute.pool == nullptr ? 1 : 100;
  });
  EXPECT_EQ(times, std::vector<int>(20, 1));
}

}  // namespace
}  // namespace chainrule
