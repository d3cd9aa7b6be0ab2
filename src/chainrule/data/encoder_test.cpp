#include "chainrule/data/encoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data/encoding.h"

namespace chainrule {
namespace {

using namespace testing_support;  // NOLINT(google-build-using-namespace)

TEST(Encoder, OneFeatureForANumberOneForEachWordOneForTheFlag) {
  Encoder encoder;
  encoder.inputs = {{.name = "bill", .missing_feature = MissingFeature::present},
                    {.name = "sex", .kind = ColumnKind::category, .words = {"female", "male"}}};
  EXPECT_EQ(encoder.features(), 4u);
  EXPECT_EQ(encoder.feature_names(),
            (std::vector<std::string>{"bill", "bill missing", "sex=female", "sex=male"}));
}

TEST(Encoder, OutputsFollowFromTheTask) {
  TargetEncoding target{.task = Task::binary, .columns = {"a", "b"}, .class_names = {"p", "q", "r"}};
  EXPECT_EQ(target.outputs(), 1u);
  target.task = Task::classes;
  EXPECT_EQ(target.outputs(), 3u);
  target.task = Task::multi_label;
  EXPECT_EQ(target.outputs(), 2u);
  target.task = Task::regression;
  EXPECT_EQ(target.outputs(), 2u);
}

TEST(Encoder, PenguinsBecomeFifteenFeatures) {
  const Table table = example_table("penguins.csv");
  const Encoder encoder = fit(table, {"species"});
  EXPECT_EQ(encoder.target.class_names, (std::vector<std::string>{"Adelie", "Chinstrap", "Gentoo"}));
  const std::vector<std::string> expected = {"island=Biscoe",
                                             "island=Dream",
                                             "island=Torgersen",
                                             "bill_length_mm",
                                             "bill_length_mm missing",
                                             "bill_depth_mm",
                                             "bill_depth_mm missing",
                                             "flipper_length_mm",
                                             "flipper_length_mm missing",
                                             "body_mass_g",
                                             "body_mass_g missing",
                                             "sex=female",
                                             "sex=male",
                                             "sex missing",
                                             "year"};
  EXPECT_EQ(encoder.feature_names(), expected);
  EncodeReport report;
  const Rows<double> features = encoded(encoder, table, &report);
  EXPECT_EQ(report.missing_cells, 4u * 2 + 11);
  for (std::size_t f = 0; f < encoder.features(); ++f) {
    double sum = 0;
    for (const std::vector<double>& row : features)
      sum += row[f];
    if (expected[f] == "island=Biscoe") {
      EXPECT_EQ(sum, 168);
    } else if (expected[f] == "sex missing") {
      EXPECT_EQ(sum, 11);
    } else if (expected[f] == "body_mass_g") {
      EXPECT_NEAR(sum, 0, 1e-10);
    }
  }
}

}  // namespace
}  // namespace chainrule
