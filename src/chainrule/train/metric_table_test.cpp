#include "chainrule/train/metric_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace chainrule {
namespace {

// headline() rates a model by a number of the table that its task has, and higher is better.
TEST(MetricTable, HasTheNumberThatRatesEachTask) {
  for (const Task task : {Task::binary, Task::classes, Task::ordinal, Task::multi_label, Task::regression}) {
    const Metrics metrics{.task = task, .accuracy = 0.25, .r2 = 0.5};
    const auto [name, value] = headline(metrics);
    bool is_found = false;
    for (const MetricEntry& entry : metric_table()) {
      if (entry.word != name) continue;
      is_found = true;
      EXPECT_TRUE(entry.has(task));
      EXPECT_EQ(entry.value(metrics), value);
      EXPECT_EQ(entry.better, Better::higher);
    }
    EXPECT_TRUE(is_found) << name;
  }
}

TEST(MetricTable, NamesEachNumberOnce) {
  std::set<std::string_view> names;
  for (const MetricEntry& entry : metric_table())
    EXPECT_TRUE(names.insert(entry.word).second) << entry.word;
}

}  // namespace
}  // namespace chainrule
