#include "chainrule/io/importance_text.h"

#include <gtest/gtest.h>

namespace chainrule {
namespace {

TEST(ImportanceText, IsASentenceAndATable) {
  Importance importance{
      .columns = {{.column = "flipper\n", .loss_rise = 0.5, .loss_spread = 0.0213, .error_rise = 0.25},
                  {.column = "year", .loss_rise = -0.001, .loss_spread = 0.002},
                  {.column = "unused"}},
      .input_columns = 3,
      .rows = 200,
      .all_rows = 3440,
      .loss = 0.0625};
  EXPECT_EQ(
      render_importance_text(importance, Task::classes, 1000),
      "importance of columns: how much the loss (0.0625) rises when the cells of a column are shuffled among "
      "200 of the 3,440 rows, mean and spread of 5 shuffles.\n"
      "column     loss rises by  spread  accuracy falls by\n"
      "flipper\\n            0.5   0.021               0.25\n"
      "year              -0.001   0.002                  0  may be chance\n"
      "unused                 0       0                  0  no effect\n");
  importance.screening_rows = 60;
  importance.input_columns = 784;
  const std::string text = render_importance_text(importance, Task::regression, 1000);
  EXPECT_NE(text.find("Of 784 columns, these are the 3 whose loss rose most"), std::string::npos);
  EXPECT_NE(text.find("rmse rises by"), std::string::npos);
  importance.is_of_quantiles = true;
  EXPECT_NE(render_importance_text(importance, Task::regression, 1000).find("pinball loss rises by"),
            std::string::npos);
  importance.columns[0].has_enough_rows = false;
  EXPECT_EQ(verdict_text(importance.columns[0]), "may be chance");
  EXPECT_EQ(render_importance_text({}, Task::classes, 80), "");
}

}  // namespace
}  // namespace chainrule
