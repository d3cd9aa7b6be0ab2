#include "chainrule/session/search_space.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule {
namespace {

TEST(SearchSpace, ReadsListsAndRanges) {
  EXPECT_EQ(parse_dimension("hidden", {"32", "64,32"}).choices, (std::vector<std::string>{"32", "64,32"}));
  EXPECT_EQ(parse_dimension("hidden", {"32"}).choices, (std::vector<std::string>{"32"}));
  const SearchDimension rate = parse_dimension("learning-rate", {"0.0003..0.03", "log"});
  EXPECT_EQ(rate.low, 0.0003);
  EXPECT_EQ(rate.high, 0.03);
  EXPECT_EQ(rate.scale, RangeScale::logarithmic);
  EXPECT_FALSE(rate.is_whole);
  EXPECT_EQ(parse_dimension("learning-rate", {"0.0003..0.03 log"}), rate);
  EXPECT_TRUE(parse_dimension("batch-size", {"16..256", "log"}).is_whole);
  EXPECT_EQ(parse_dimension("dropout", {"0..0.5"}).scale, RangeScale::uniform);
  for (const SearchDimension& one : default_space(1000, 0.001))
    EXPECT_FALSE(dimension_text(one).empty());
}

TEST(SearchSpace, RefusesRangesThatAreNone) {
  for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
           {"5..1"}, {"a..b"}, {"0..1", "log"}, {"..5"}, {"1..2", "3..4"}, {"1..nan"}})
    EXPECT_THROW(parse_dimension("l2", values), UsageError) << values.front();
}

TEST(SearchSpace, DrawsWithinTheRangesAndEachChoiceAsOften) {
  const std::vector<SearchDimension> space = {parse_dimension("hidden", {"8", "16", "32"}),
                                              parse_dimension("learning-rate", {"0.001..0.1", "log"}),
                                              parse_dimension("batch-size", {"1..4"})};
  const std::vector<TrialOptions> trials = draw_trials(space, 1, 3000);
  ASSERT_EQ(trials.size(), 3000u);
  std::map<std::string, int> hidden, batch;
  int below_middle = 0;  // of a logarithmic range, its geometric mean: 0.01
  for (const TrialOptions& options : trials) {
    ++hidden[options[1].second];
    const double rate = *parse_double(options[2].second);
    EXPECT_GE(rate, 0.001);
    EXPECT_LE(rate, 0.1);
    below_middle += rate < 0.01 ? 1 : 0;
    ++batch[options[0].second];
  }
  for (const auto& [word, times] : hidden)
    EXPECT_NEAR(times, 1000, 100) << word;
  EXPECT_NEAR(below_middle, 1500, 100);
  ASSERT_EQ(batch.size(), 4u);
  for (const auto& [word, times] : batch)
    EXPECT_NEAR(times, 750, 100) << word;
}

TEST(SearchSpace, MoreTrialsBeginWithFewerOnesAndTheSeedDecides) {
  const std::vector<SearchDimension> space = default_space(1000, 0.001);
  const std::vector<TrialOptions> few = draw_trials(space, 1, 5), many = draw_trials(space, 1, 50);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(draw_trials(space, 2, 5), few);
}

TEST(SearchSpace, HasNoMoreTrialsThanDifferentSettings) {
  const std::vector<SearchDimension> space = {parse_dimension("hidden", {"8", "16"}),
                                              parse_dimension("dropout", {"0", "0.5"})};
  const std::vector<TrialOptions> trials = draw_trials(space, 1, 100);
  EXPECT_EQ(std::set<TrialOptions>(trials.begin(), trials.end()).size(), 4u);
  EXPECT_EQ(trials.size(), 4u);
}

}  // namespace
}  // namespace chainrule
