#include "chainrule/session/model_table.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/session/session.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using namespace testing_support;

TEST(ModelTable, LeavesOutRowsWithoutATargetWhenAsked) {
  const TrainOutcome trained = [] {
    TrainRequest request = penguins();
    request.stopping.epochs = 1;
    return train_quietly(request);
  }();
  std::string text;
  {
    std::ifstream file(example("penguins.csv"));
    std::string header, row;
    std::getline(file, header);
    std::getline(file, row);
    text = header + "\n" + row + "\n" + row.substr(row.find(',')) + "\n";  // the second row has no species
  }
  DataSource source{.path = file_of("gap.csv", text)};
  const Table whole = load_table_for(real_file_system(), trained.model, source);
  ASSERT_EQ(whole.rows(), 2u);
  const std::vector<std::uint32_t> rows = {0, 1};
  EXPECT_THROW(encode_rows(trained.model.encoder, whole, rows), DataError);
  source.missing_target = MissingTarget::skip;
  const Table kept = load_table_for(real_file_system(), trained.model, source);
  ASSERT_EQ(kept.rows(), 1u);
  const Dataset<double> data = encode_rows(trained.model.encoder, kept, std::span(rows).first(1));
  EXPECT_EQ(data.targets(0, 0), 1);
  EXPECT_EQ(parameters_in_double(trained.model).size(), parameter_count(trained.model.network));
}

// In two rows the names look like numbers, which a table alone would take them for.
TEST(ModelTable, ReadsAShortTableAsTheModelKnowsItsColumns) {
  std::string text = "code,y\n";
  for (const char* const row : {"a,1\n", "7,2\n", "8,3\n"}) {
    for (int i = 0; i < 8; ++i)
      text += row;
  }
  TrainRequest request;
  request.data.path = file_of("codes.csv", text);
  request.schema.targets = {"y"};
  request.schema.task = Task::regression;
  request.validation_share = 0;
  request.stopping.epochs = 1;
  const TrainOutcome trained = train_quietly(request);
  const DataSource few{.path = file_of("few_codes.csv", "code,y\n7,2\n8,3\n")};
  const Table table = load_table_for(real_file_system(), trained.model, few);
  const std::vector<std::uint32_t> rows = {0, 1};
  const Dataset<double> data = encode_rows(trained.model.encoder, table, rows);
  // One feature per category: each row has its own.
  ASSERT_EQ(data.inputs.columns(), 3u);
  EXPECT_NE(std::vector<double>(data.inputs.row(0), data.inputs.row(0) + 3),
            std::vector<double>(data.inputs.row(1), data.inputs.row(1) + 3));
}

// predict finds the columns of such a table by position; so must evaluate.
TEST(ModelTable, ATableWithoutHeaderIsEvaluatedByPosition) {
  const std::string rows = "1,2 kg,3 m\n4,5 kg,9 m\n7,8 kg,15 m\n2,7 kg,9 m\n";
  TrainRequest request;
  request.data.path = file_of("named.csv", "a,b,y\n" + rows);
  request.schema.targets = {"y"};
  request.validation_share = 0;
  request.stopping.epochs = 1;
  const Model model = train_quietly(request).model;
  const auto r2_of = [&](const std::string& path) {
    return evaluate_file(real_file_system(), {}, model, {.path = path}).metrics.r2;
  };
  EXPECT_EQ(r2_of(file_of("nameless.csv", rows)), r2_of(request.data.path));
  EXPECT_THROW(r2_of(file_of("two.csv", "1,2 kg\n4,5 kg\n")), DataError);
  try {
    r2_of(file_of("four.csv", "1,2 kg,3 m,1\n4,5 kg,9 m,2\n"));
    FAIL() << "read";
  } catch (const DataError& error) {
    EXPECT_EQ(error.report().expected.text(), "2 columns (a, b), or 3 with the target");
  }
  EXPECT_THROW(r2_of(file_of("other.csv", "a,c,y\n" + rows)), DataError);
}

}  // namespace
}  // namespace chainrule
