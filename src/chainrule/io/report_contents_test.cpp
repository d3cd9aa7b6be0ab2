#include "chainrule/io/report_contents.h"

#include <gtest/gtest.h>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

TEST(ReportContents, SpeaksOfHeldOutRowsWhereThereAreSome) {
  Parts parts = classification();
  const ReportContents contents{.model = parts.model,
                                .history = parts.history,
                                .training = parts.training,
                                .held_out = parts.held_out,
                                .notes = parts.notes,
                                .truth = parts.truth,
                                .predicted = parts.predicted};
  EXPECT_EQ(&shown_metrics(contents), &*parts.held_out);
  EXPECT_EQ(rows_text(contents), "69 held-out rows");
  parts.held_out.reset();
  EXPECT_EQ(&shown_metrics(contents), &parts.training);
  EXPECT_EQ(rows_text(contents), "1,275 training rows");
}

TEST(ReportContents, CutsListsOfNames) {
  EXPECT_EQ(names_text({"a", "b", "c"}, 3), "a, b, c");
  EXPECT_EQ(names_text({"a", "b", "c"}, 2), "a, b, …");
  EXPECT_EQ(names_text({std::string(50, 'x')}, 1), std::string(39, 'x') + "…");
  EXPECT_EQ(data_name({}), "unnamed table");
}

}  // namespace
}  // namespace chainrule
