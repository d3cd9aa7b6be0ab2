// What an error says.
#pragma once

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule::test {

// Of the error that the call throws; a failed test where it throws none.
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
