#include "chainrule/session/worked_model.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/session/session.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;

TEST(WorkedModel, HasTheModelsNumbersAndTheEncodedRow) {
  TrainRequest request = penguins();
  request.hidden = {4};
  request.dropout = 0.25;
  request.stopping.epochs = 3;
  const TrainOutcome trained = train_quietly(request);
  const WorkedNetwork worked =
      worked_network_of(real_file_system(), trained.model, {.path = example("penguins.csv")}, {1});
  EXPECT_EQ(worked.layers(), 2u) << "without the dropout layer";
  EXPECT_EQ(worked.parameters.size(), parameter_count(trained.model.network));
  ASSERT_EQ(worked.samples.size(), 1u);
  EXPECT_EQ(worked.samples[0].t, (NumberList{1, 0, 0}));  // the first row is an Adelie
  const WorkedStep step = work_step(worked);
  double sum = 0;
  for (const double p : step.samples[0].a.back())
    sum += p;
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(WorkedModel, TakesSeveralRowsAsTheirMean) {
  TrainRequest request = penguins();
  request.hidden = {};
  request.stopping.epochs = 1;
  const TrainOutcome trained = train_quietly(request);
  const auto rows = [&](std::vector<std::size_t> chosen) {
    return worked_network_of(real_file_system(), trained.model, {.path = example("penguins.csv")}, chosen);
  };
  const WorkedNetwork both = rows({1, 200});
  EXPECT_EQ(both.loss.reduction, Reduction::mean);
  EXPECT_DOUBLE_EQ(work_step(both).data_loss,
                   (work_step(rows({1})).data_loss + work_step(rows({200})).data_loss) / 2);
  EXPECT_EQ(report_of<UsageError>([&] { rows({345}); }).expected, "a row from 1 to 344");
  EXPECT_THROW(rows({0}), UsageError);
}

}  // namespace
}  // namespace chainrule
