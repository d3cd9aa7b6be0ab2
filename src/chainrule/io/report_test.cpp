#include "chainrule/io/report.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/report_parts.h"

namespace chainrule {
namespace {

using namespace report_parts;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr const char* kHostile = "<script>alert(1)</script>";

TEST(Report, EscapesEverythingThatComesFromData) {
  Parts parts = classification();
  const std::string hostile = kHostile + std::string(" ]]> \" ' & \x1b");
  parts.model.encoder.target.class_names = {hostile, hostile, hostile};
  parts.model.encoder.target.columns = {hostile};
  for (ColumnEncoding& input : parts.model.encoder.inputs)
    input.name = hostile;
  parts.model.encoder.inputs[0].words = {hostile};
  for (SchemaColumn& column : parts.model.schema.columns)
    column.name = column.note = hostile;
  Provenance& provenance = parts.model.provenance;
  provenance.version = provenance.data_name = provenance.data_hash = provenance.stop_reason = hostile;
  provenance.options = {{hostile, hostile}};
  provenance.held_out = {{hostile, 1}};
  parts.notes = {hostile};
  set_network(parts, {make_dense(2, 3, Activation::softmax)});
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "<script"), 0u);
  EXPECT_EQ(count(page, "]]>"), 0u);
  EXPECT_EQ(count(page, "\x1b"), 0u);
  EXPECT_GT(count(page, "&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &quot; &#39; &amp; \xef\xbf\xbd"), 10u);

  Parts numbers = regression(2, 10);
  numbers.model.encoder.target.columns = {hostile, hostile};
  EXPECT_EQ(fault_of(numbers.page()), "");
}

TEST(Report, HasTheSameBytesEachTime) {
  EXPECT_EQ(classification().page(), classification().page());
  EXPECT_EQ(regression(2, 5000).page(), regression(2, 5000).page());
}

// No rows are held out from a mixture as a whole, but its score is of rows that its networks did not see.
TEST(Report, OriginOfAScoreOutOfFoldDoesNotClaimThatNoRowsWereHeldOut) {
  Parts parts = classification();
  parts.model.provenance.validation_rows = 0;
  parts.model.provenance.held_out = {{"accuracy", 0.9}};
  const std::string page = parts.page();
  EXPECT_EQ(count(page, "each from some of the networks (out of fold)"), 1u);
  EXPECT_EQ(count(page, "out of fold accuracy"), 1u);
  EXPECT_EQ(count(page, "held-out accuracy"), 0u);
  parts.held_out.reset();
  EXPECT_EQ(count(parts.page(), "each from some of the networks"), 0u);
}

TEST(Report, NeverPrintsWhatIsNotANumber) {
  Parts parts = regression(2, 10);
  parts.held_out->r2 = kNan;
  parts.held_out->rmse = std::numeric_limits<double>::infinity();
  parts.held_out->loss = kNan;
  parts.held_out->r2_per_target = {kNan, -kNan};
  parts.truth(3, 0) = kNan;
  parts.predicted(4, 1) = -std::numeric_limits<double>::infinity();
  parts.history.epochs[3].training_loss = kNan;
  parts.history.epochs[4].validation_score = kNan;
  parts.history.epochs[5].learning_rate = kNan;
  parts.seconds = kNan;
  parts.model.encoder.inputs[0].factor = 0;
  parts.model.encoder.target.factor[0] = 0;
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "nan"), 0u);
  EXPECT_EQ(count(page, "NaN"), 0u);
  EXPECT_NE(page.find("not defined"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
