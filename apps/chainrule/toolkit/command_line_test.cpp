#include "chainrule/toolkit/command_line.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct Values {
  std::string file, word = "none";
  std::size_t count = 3;
  double number = 0.5;
  std::optional<double> maybe;
  std::vector<std::string> list, values;
  std::vector<std::size_t> counts = {1, 2};
  std::uint64_t seed = 0;
  bool flag = false;
  std::vector<std::pair<std::string, std::string>> recorded;
};

// One command "do FILE" with an option of each kind.
Values parsed(const std::vector<std::string>& arguments) {
  Values values;
  CommandLine line;
  Command& command = line.root().subcommand("do", "does");
  command.positional("FILE", "a file", values.file);
  command.option({.names = "-w,--word", .value = "WORD", .help = "h", .recorded = Recorded::nowhere},
                 to_text(values.word));
  command.option({.names = "--count", .value = "N", .help = "h"}, to_count(values.count));
  command.option({.names = "--number", .value = "X", .help = "h"}, to_number(values.number, kPositive));
  command.option({.names = "--maybe", .value = "X", .help = "h"}, to_number(values.maybe));
  command.option({.names = "--list", .value = "A,B", .help = "h"}, to_list(values.list));
  command.option({.names = "--values", .value = "A", .help = "h"}, to_values(values.values));
  command.option({.names = "--counts", .value = "N,N", .help = "h"}, to_counts(values.counts, "none"));
  command.option({.names = "--seed", .value = "N", .help = "h"}, to_seed(values.seed));
  command.flag("--flag", "h", values.flag);
  command.on_run([&](Console&, Command& self) {
    values.recorded = self.recorded();
    return ExitCode::done;
  });
  std::vector<std::string> words = {"do"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Console console("chainrule");
  line.run(words, console);
  return values;
}

using Words = std::vector<std::string>;

TEST(CommandLine, LeavesDefaultsAlone) {
  const Values values = parsed({"x"});
  EXPECT_EQ(values.file, "x");
  EXPECT_EQ(values.word, "none");
  EXPECT_EQ(values.count, 3u);
  EXPECT_EQ(values.counts, (std::vector<std::size_t>{1, 2}));
  EXPECT_FALSE(values.flag);
  EXPECT_TRUE(values.recorded.empty());
}

TEST(CommandLine, TakesValuesBehindBlanksEqualsAndShortNames) {
  EXPECT_EQ(parsed({"--word", "a", "x"}).word, "a");
  EXPECT_EQ(parsed({"--word=a b", "x"}).word, "a b");
  EXPECT_EQ(parsed({"x", "-w", "a"}).word, "a");
  EXPECT_EQ(parsed({"x", "-wa"}).word, "a");
  EXPECT_EQ(parsed({"x", "--word=-a"}).word, "-a");
  EXPECT_EQ(parsed({"x", "--word", "-5"}).word, "-5");
  EXPECT_EQ(parsed({"-"}).file, "-");
  EXPECT_EQ(parsed({"--", "-x"}).file, "-x");
}

TEST(CommandLine, AListIsPartedByCommasAndRepetition) {
  EXPECT_EQ(parsed({"x", "--list", "a,b", "--list", "c"}).list, (Words{"a", "b", "c"}));
  EXPECT_EQ(parsed({"x", "--list", "\"a,b\",c"}).list, (Words{"a,b", "c"}));
  // Never eats what follows.
  EXPECT_EQ(parsed({"--list", "a", "x"}).file, "x");
  EXPECT_THROW(parsed({"x", "--list", "a,,b"}), UsageError);
  EXPECT_EQ(parsed({"x", "--list", "[a]"}).list, (Words{"[a]"}));
}

TEST(CommandLine, WholeValuesKeepTheirCommas) {
  EXPECT_EQ(parsed({"x", "--values", "a,b", "--values", ""}).values, (Words{"a,b", ""}));
}

TEST(CommandLine, NumbersAreCheckedAgainstTheirLimits) {
  EXPECT_EQ(parsed({"x", "--number", "1e-3"}).number, 1e-3);
  EXPECT_EQ(parsed({"x", "--maybe", "-2.5"}).maybe, -2.5);
  for (const char* const text : {"0", "-1", "inf", "nan", "1,5", "0x10", "", "1e999"}) {
    EXPECT_THROW(parsed({"x", "--number", text}), UsageError) << text;
  }
  EXPECT_EQ(parsed({"x", "--count", "7"}).count, 7u);
  for (const char* const text : {"0", "-1", "1.5", "x", "99999999999999999999"}) {
    EXPECT_THROW(parsed({"x", "--count", text}), UsageError) << text;
  }
  EXPECT_EQ(parsed({"x", "--counts", "none"}).counts, std::vector<std::size_t>{});
  EXPECT_EQ(parsed({"x", "--seed", "18446744073709551615"}).seed, UINT64_MAX);
  EXPECT_THROW(parsed({"x", "--seed", "18446744073709551616"}), UsageError);
}

TEST(CommandLine, AFlagMayBeTakenBack) {
  EXPECT_TRUE(parsed({"x", "--flag"}).flag);
  EXPECT_FALSE(parsed({"x", "--flag=false"}).flag);
  EXPECT_THROW(parsed({"x", "--flag=maybe"}), UsageError);
}

TEST(CommandLine, RecordsWhatMadeTheModelSortedByName) {
  const Values values = parsed({"x", "--number", "2", "--word", "a", "--list", "b", "--list", "c", "--flag"});
  EXPECT_EQ(values.recorded,
            (std::vector<std::pair<std::string, std::string>>{{"list", "b,c"}, {"number", "2"}}));
}

TEST(CommandLine, AnOptionTakesItsNameFromItsSetting) {
  CommandLine line;
  Command& command = line.root().subcommand("do", "does");
  std::string output;
  std::size_t rows = 1;
  command.option({.setting = Setting::output, .names = "-o", .value = "FILE", .help = "h"}, to_text(output));
  command.option({.setting = Setting::batch_size, .value = "N", .help = "h"}, to_count(rows));
  command.on_run([](Console&, Command& self) {
    EXPECT_TRUE(self.is_set(Setting::output));
    EXPECT_EQ(self.values_of(Setting::batch_size), Words{"7"});
    EXPECT_EQ(self.source_of(Setting::batch_size), "--batch-size");
    EXPECT_THROW(self.refuse_if_set(Setting::batch_size, "there is one row"), UsageError);
    return ExitCode::done;
  });
  Console console("chainrule");
  line.run({"do", "-o", "x", "--batch-size", "7"}, console);
  EXPECT_EQ(output, "x");
  EXPECT_EQ(rows, 7u);
}

TEST(CommandLine, MessagesNameTheOption) {
  try {
    parsed({"x", "--count", "many"});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(text_of(error.report()).where, "--count");
    EXPECT_EQ(text_of(error.report()).got, "\"many\"");
  }
}

}  // namespace
}  // namespace chainrule::cli
