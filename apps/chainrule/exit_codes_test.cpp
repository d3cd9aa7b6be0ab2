#include "chainrule/exit_codes.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "chainrule/base/error.h"

namespace chainrule::cli {
namespace {

TEST(ExitCodes, AnErrorHasTheCodeOfItsType) {
  EXPECT_EQ(exit_code_of(UsageError({.what = "u"})), ExitCode::usage);
  EXPECT_EQ(exit_code_of(StateError({.what = "s"})), ExitCode::usage);
  EXPECT_EQ(exit_code_of(DataError({.what = "d"})), ExitCode::bad_data);
  EXPECT_EQ(exit_code_of(ModelFileError({.what = "m"})), ExitCode::bad_model);
  EXPECT_EQ(exit_code_of(NonFiniteError({.what = "n"})), ExitCode::non_finite);
  EXPECT_EQ(exit_code_of(std::bad_alloc()), ExitCode::bad_data);
  EXPECT_EQ(exit_code_of(std::length_error("l")), ExitCode::bad_data);
  EXPECT_EQ(exit_code_of(std::runtime_error("r")), ExitCode::internal);
}

TEST(ExitCodes, EachStandsOnceAndWithAMeaning) {
  int before = -1;
  for (const ExitCodeEntry& entry : exit_codes()) {
    EXPECT_GT(static_cast<int>(entry.code), before);
    EXPECT_FALSE(entry.meaning.empty());
    before = static_cast<int>(entry.code);
  }
}

}  // namespace
}  // namespace chainrule::cli
