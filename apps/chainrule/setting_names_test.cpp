// The names of settings on the command line (base/setting.h), alone and with a value, as errors and advice
// print them. The names of the other faces are tested beside the table.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/message.h"
#include "chainrule/base/setting.h"
#include "chainrule/session/training_identity.h"

namespace chainrule::cli {
namespace {

std::string shown(const Message& message) {
  return message.text(Face::command_line);
}

TEST(CommandLineNames, AreTheKeysOfTheTableBehindTwoDashes) {
  EXPECT_EQ(name_of(Setting::batch_size, Face::command_line), "--batch-size");
  EXPECT_EQ(name_of(Setting::weight_column, Face::command_line), "--weight-column");
  std::set<std::string> seen;
  for (const SettingNames& row : setting_table()) {
    const std::string name = name_of(row.setting, Face::command_line);
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_EQ(name, (row.setting == Setting::data ? "" : "--") + std::string(row.key));
  }
}

TEST(CommandLineNames, LeadBackToTheirSetting) {
  EXPECT_EQ(*setting_named("--clip-norm", Face::command_line), Setting::clip_norm);
  EXPECT_EQ(*setting_named("DATA", Face::command_line), Setting::data);
  EXPECT_EQ(setting_named("clip-norm", Face::command_line), nullptr);
  EXPECT_EQ(setting_named("--no-such", Face::command_line), nullptr);
}

TEST(CommandLineNames, TakeTheirValueAsAnArgument) {
  EXPECT_EQ(shown(set_to(Setting::batch_size, "32")), "--batch-size 32");
  EXPECT_EQ(shown(set_to(Setting::batch_size, "all")), "--batch-size all");
  EXPECT_EQ(shown(set_to(Setting::activation, "relu")), "--activation relu");
  EXPECT_EQ(shown(set_to(Setting::task, "regression")), "--task regression");
  EXPECT_EQ(shown(set_to(Setting::validation, "none")), "--validation none");
  EXPECT_EQ(shown(set_to(Setting::lenient, "")), "--lenient");
  EXPECT_EQ(shown(set_to_any(Setting::keep, "COLUMN")), "--keep COLUMN");
  EXPECT_EQ(shown(set_to_text(Setting::column, "mass")), "--column mass=category");
  EXPECT_EQ(shown(set_to_text(Setting::missing, "-nan")), "--missing -nan");
  EXPECT_EQ(shown(set_to_text(Setting::resume, "run 1")), "chainrule train --resume \"run 1\"");
}

// A shell must not split what the user wrote.
TEST(CommandLineNames, QuoteAValueThatIsNoPlainWord) {
  EXPECT_EQ(shown(set_to_text(Setting::keep, "c")), "--keep c");
  EXPECT_EQ(shown(set_to_text(Setting::keep, "a b")), "--keep \"a b\"");
  EXPECT_EQ(shown(set_to_text(Setting::column, "my mass")), "--column \"my mass=category\"");
  EXPECT_EQ(shown(set_to_text(Setting::ignore, "$(x)")), "--ignore \"$(x)\"");
  EXPECT_EQ(shown(set_to_text(Setting::ignore, "")), "--ignore \"\"");
}

TEST(CommandLineNames, StandInMessagesAndErrors) {
  EXPECT_EQ(shown("leave " + named(Setting::label_smoothing) + " out"), "leave --label-smoothing out");
  const UsageError error({.what = "a batch of more rows than there are",
                          .setting = Setting::batch_size,
                          .advice = "use all rows at once (" + set_to(Setting::batch_size, "all") + ")"});
  EXPECT_EQ(format_error(error.report(), Face::command_line),
            "a batch of more rows than there are\n  at:       --batch-size\n"
            "  try:      use all rows at once (--batch-size all)");
}

// A column may be called like an option: a face prints what the user wrote as it is.
TEST(CommandLineNames, InAUsersTextStayOnEveryFace) {
  const Message message =
      "the word \"--keep x\" of a cell; use " + set_to_text(Setting::keep, "--keep") + ".";
  EXPECT_EQ(message.text(Face::python), "the word \"--keep x\" of a cell; use keep=[\"--keep\"].");
}

// Checkpoints record the arguments of the command line; the differences are named as the face names them.
TEST(CommandLineNames, OfACheckpointAreComparedWithThoseGivenNow) {
  const TrainingIdentity then{.version = "1", .traits = {{"seed", "1"}}};
  const TrainingIdentity now{.version = "1", .traits = {{"seed", "2"}}};
  try {
    require_same_training({.identity = then,
                           .arguments = {{"--hidden", {"64,32"}}, {"--seed", {"1"}}, {"--output", {"m"}}},
                           .recorded_options = {}},
                          {.identity = now,
                           .arguments = {{"--seed", {"2"}}, {"--output", {"n"}}, {"--scaling", {"standard"}}},
                           .recorded_options = {}},
                          {}, "c");
    FAIL() << "another training is not refused";
  } catch (const UsageError& error) {
    const ErrorText report = text_of(error.report(), Face::command_line);
    EXPECT_EQ(report.what, "the checkpoint belongs to another training run: seed differs");
    EXPECT_NE(report.advice.find("(--seed, --scaling, --hidden)"), std::string::npos) << report.advice;
  }
}

}  // namespace
}  // namespace chainrule::cli
