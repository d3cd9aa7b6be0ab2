// The report of an error that a test expects.
#pragma once

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule::test {

// The report of the error that the call throws; a test failure if it throws none.
template <typename Error = DataError, typename Call>
ErrorText report_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return text_of(error.report());
  }
  ADD_FAILURE() << "no error was thrown";
  return {};
}

}  // namespace chainrule::test
