#include "chainrule/session/encode_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;

TrainRequest request_for(const std::string& text) {
  TrainRequest request;
  request.data.path = file_of("t.csv", text);
  request.schema.task = Task::regression;
  request.schema.kept = {"x"};
  request.encoder.scaling = Scaling::none;
  return request;
}

template <typename T>
EncodedRows<T> encode(const TrainRequest& request) {
  PreparedTraining prepared =
      prepare_training(real_file_system(), {}, request, load_table(real_file_system(), request.data));
  return encode_rows<T>({}, request, prepared.plan.encoder, std::move(prepared.tables));
}

TEST(EncodeRows, HeldOutRowsAreApart) {
  std::string text = "x,y\n";
  for (int i = 1; i <= 20; ++i)
    text += std::to_string(i) + "," + std::to_string(i) + "\n";
  const EncodedRows<double> rows = encode<double>(request_for(text));
  ASSERT_TRUE(rows.validation.has_value());
  EXPECT_EQ(rows.training.rows(), 16u);
  EXPECT_EQ(rows.judged().rows(), 4u);
  double sum = 0;
  for (std::size_t r = 0; r < 4; ++r)
    sum += rows.judged().inputs(r, 0);
  for (std::size_t r = 0; r < 16; ++r)
    sum += rows.training.inputs(r, 0);
  EXPECT_EQ(sum, 210);  // every row once
}

TEST(EncodeRows, WithoutHeldOutRowsTheTrainingRowsAreJudged) {
  TrainRequest request = request_for("x,y\n1,1\n2,2\n3,3\n");
  request.validation_share = 0;
  const EncodedRows<float> rows = encode<float>(request);
  EXPECT_EQ(rows.held_out(), nullptr);
  EXPECT_EQ(&rows.judged(), &rows.training);
}

// The word in line 3 of the table is reported before the one in the validation table.
TEST(EncodeRows, OfTwoErrorsTheOneInTheTrainingRowsIsThrown) {
  TrainRequest request = request_for("x,w,y\n1,1,1\n2,-1,2\n3,1,3\n");
  request.weight_column = "w";
  request.validation = DataSource{.path = file_of("v.csv", "x,w,y\n1,-2,1\n")};
  const ErrorText report = report_of<DataError>([&] { encode<float>(request); });
  EXPECT_NE(report.where.find("t.csv:3"), std::string::npos) << report.where;
}

TEST(EncodeRows, TheHashCoversInputsTargetsAndWeights) {
  TrainRequest request = request_for("x,y\n1,1\n2,2\n3,3\n");
  request.validation_share = 0;
  Dataset<float> rows = encode<float>(request).training;
  const std::string before = hash_of(rows);
  rows.row_weights.assign(3, 1);
  EXPECT_NE(hash_of(rows), before);
  rows.row_weights.clear();
  EXPECT_EQ(hash_of(rows), before);
  rows.targets(2, 0) += 1;
  EXPECT_NE(hash_of(rows), before);
}

}  // namespace
}  // namespace chainrule
