#include "chainrule/session/mixture_member.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/model_validation.h"
#include "chainrule/model/joined_network.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/worked_model.h"
#include "support/session_files.h"

namespace chainrule {
namespace {

using testing_support::penguins;
using testing_support::train_quietly;

// Plain members of 256 units and piecewise ones of 64 and 32.
Model mixture() {
  TrainRequest request = penguins();
  request.effort = Effort::standard;
  request.stopping = {.epochs = 10, .patience = 5};
  request.given = {Setting::epochs, Setting::patience};
  return train_quietly(request).model;
}

const Model& shared_mixture() {
  static const Model model = mixture();
  return model;
}

std::vector<MemberKind> kinds_of(const Model& model) {
  std::vector<MemberKind> kinds;
  for (const MemberReport& member : model.provenance.mixture.members)
    kinds.push_back(member.kind);
  return kinds;
}

// The lowest layer makes the columns for all of them; each member has its layers above it, or none of it.
TEST(MemberOf, AllMembersJoinedAgainAreTheMixture) {
  const Model& model = shared_mixture();
  const MixtureReport& report = model.provenance.mixture;
  ASSERT_TRUE(has_separate_members(model));
  const std::vector<MemberKind> kinds = kinds_of(model);
  ASSERT_GT(std::ranges::count(kinds, MemberKind::piecewise), 0);
  ASSERT_GT(report.members.size(), 4u);
  std::vector<Model> members;
  std::vector<Network> networks;
  for (std::size_t k = 1; k <= report.members.size(); ++k) {
    members.push_back(member_of(model, k));
    validate(members.back());
    networks.push_back(members.back().network);
  }
  std::vector<JoinedMember<float>> joined;
  std::vector<std::size_t> own_inputs(model.network.inputs());
  std::iota(own_inputs.begin(), own_inputs.end(), std::size_t{0});
  for (std::size_t k = 0; k < members.size(); ++k) {
    const auto& parameters = std::get<Parameters<float>>(members[k].parameters);
    std::size_t below = 0;
    const bool reads_columns = report.members[k].kind == MemberKind::piecewise;
    if (reads_columns) {
      below = parameter_count({.layers = {networks[k].layers.front()}});
      networks[k].layers.erase(networks[k].layers.begin());
    }
    joined.push_back({.network = &networks[k],
                      .parameters = std::span<const float>(parameters).subspan(below),
                      .share = report.members[k].weight / report.temperature});
    if (!reads_columns) joined.back().inputs = own_inputs;
  }
  const Dense& columns = std::get<Dense>(model.network.layers.front());
  const JoinedNetwork<float> again = join_networks<float>(columns.outputs, joined);
  const auto& was = std::get<Parameters<float>>(model.parameters);
  const std::size_t below = parameter_count({.layers = {columns}});
  EXPECT_TRUE(std::ranges::equal(again.parameters, std::span<const float>(was).subspan(below)));
}

TEST(MemberOf, KeepsOnlyWhatIsItsOwn) {
  const Model& model = shared_mixture();
  for (std::size_t k = 1; k <= model.provenance.mixture.members.size(); ++k) {
    const Model member = member_of(model, k);
    EXPECT_EQ(member.provenance.training_rows, 0u) << "not those of the whole training";
    const MemberReport& report = model.provenance.mixture.members[k - 1];
    const std::size_t columns = report.kind == MemberKind::piecewise ? 1 : 0;
    EXPECT_EQ(member.network.layers.size(), columns + report.hidden.size() + 1);
    EXPECT_EQ(member.provenance.epochs, report.epochs);
    EXPECT_TRUE(member.provenance.held_out.empty());
    EXPECT_TRUE(member.provenance.mixture.members.empty());
    // The identity units that pass sums on are those of the joined network.
    for (std::size_t l = columns; l < member.network.layers.size(); ++l)
      EXPECT_TRUE(std::get<Dense>(member.network.layers[l]).unit_activations.empty());
  }
}

TEST(MemberOf, IsTheSameFromAFile) {
  const Model& model = shared_mixture();
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  EXPECT_EQ(loaded.provenance.mixture, model.provenance.mixture);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
  EXPECT_EQ(member_of(loaded, 2).parameters, member_of(model, 2).parameters);
}

TEST(MemberOf, RefusesNumbersThatThereAreNot) {
  const Model& model = shared_mixture();
  const std::string members = std::to_string(model.provenance.mixture.members.size());
  for (const std::size_t number : {std::size_t{0}, model.provenance.mixture.members.size() + 1}) {
    try {
      member_of(model, number);
      ADD_FAILURE() << number;
    } catch (const UsageError& error) {
      EXPECT_NE(format_error(error.report()).find("1 to " + members), std::string::npos);
    }
  }
  TrainRequest alone = penguins();
  alone.stopping = {.epochs = 1};
  EXPECT_THROW(member_of(train_quietly(alone).model, 1), UsageError);
}

TEST(MemberOf, MembersWithoutAHiddenLayerCannotBeTakenApart) {
  TrainRequest request = penguins();
  request.members = 3;
  request.hidden = {};
  request.stopping = {.epochs = 2};
  const Model model = train_quietly(request).model;
  EXPECT_FALSE(has_separate_members(model));
  EXPECT_THROW(member_of(model, 1), UsageError);
}

TEST(MemberOf, RefusesAReportOfAnotherNetwork) {
  Model model = shared_mixture();
  model.provenance.mixture.members[0].hidden[0] += 1;
  EXPECT_THROW(member_of(model, 1), StateError);
  model = shared_mixture();
  model.provenance.mixture.members[0].bias[0] += 1;
  EXPECT_THROW(member_of(model, 1), StateError);
  model = shared_mixture();
  model.provenance.mixture.members.pop_back();
  EXPECT_THROW(member_of(model, 1), StateError);
}

// The network's own z is a sum of float parameters; its members' output weights are off by at most one unit
// in the last place of float, 6e-8 of each term.
TEST(WorkVote, IsWhatTheMixturePredicts) {
  const Model& model = shared_mixture();
  DataSource data = penguins().data;
  const std::vector<std::size_t> rows = {1, 100, 200};
  const WorkedNetwork worked = worked_network_of(real_file_system(), model, data, rows);
  const WorkedStep step = work_step(worked);
  const WorkedVote vote = work_vote(model, worked, step);
  const Table table = load_table_for(real_file_system(), model, data);
  const Predictions predictions = predict_table({}, model, table);
  ASSERT_EQ(vote.samples.size(), rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const SampleVote& sample = vote.samples[n];
    ASSERT_EQ(sample.z.size(), model.provenance.mixture.members.size());
    for (std::size_t j = 0; j < sample.z_of_vote.size(); ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < sample.z.size(); ++k)
        sum += model.provenance.mixture.members[k].weight * sample.z[k][j];
      EXPECT_DOUBLE_EQ(sample.sum[j], sum);
      EXPECT_NEAR(sample.z_of_vote[j], step.samples[n].z.back()[j], 1e-6);
      EXPECT_NEAR(sample.a[j], predictions.values(rows[n] - 1, j), 1e-6);
    }
    const std::uint32_t predicted = predictions.classes[rows[n] - 1];
    EXPECT_EQ(sample.prediction, "species = " + model.encoder.target.class_names[predicted]);
  }
}

}  // namespace
}  // namespace chainrule
