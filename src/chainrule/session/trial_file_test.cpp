#include "chainrule/session/trial_file.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(TrialFile, IsReadBackAsItWasWritten) {
  TrialResult one;
  one.trial = 3, one.fold = 1, one.epochs = 22, one.seed = UINT64_MAX, one.score = 0.1 + 0.2,
  one.loss = 1e-300;
  one.options = {{"hidden", "64,32"}, {"learning-rate", "0.001"}};
  TrialResult failed = one;
  failed.fold = 2, failed.score.reset(), failed.failure = "the numbers \"x\"\nwere not finite";
  const TrialFile file{.search = "0123", .folds = 3, .results = {one, failed}};
  const TrialFile read = trials_from_text(trials_to_text(file), "t");
  EXPECT_EQ(read.search, "0123");
  EXPECT_EQ(read.folds, 3u);
  EXPECT_EQ(read.results, file.results);
}

TEST(TrialFile, RefusesWhatIsNone) {
  const std::string good = trials_to_text({.search = "ab", .folds = 3, .results = {TrialResult{}}});
  EXPECT_EQ(trials_from_text(good, "t").results.size(), 1u);
  EXPECT_THROW(trials_from_text("", "t"), DataError);
  EXPECT_THROW(trials_from_text("{}\n", "t"), DataError);
  EXPECT_THROW(trials_from_text(good.substr(0, good.size() - 5), "t"), DataError);
  EXPECT_THROW(trials_from_text(good + "{\"trial\":-1}\n", "t"), DataError);
}

}  // namespace
}  // namespace chainrule
