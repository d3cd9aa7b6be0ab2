// Files of trials, from which a search resumes. Promises: reading throws only DataError, and accepted trials
// that are written are read back the same.
#include "chainrule/base/error.h"
#include "chainrule/session/trial_file.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chainrule;
  try {
    const std::string once = trials_to_text(trials_from_text(std::string(fuzz::text_of(data, size)), "t"));
    fuzz::require(trials_to_text(trials_from_text(once, "t")) == once,
                  "accepted trials that are written are read back the same");
  } catch (const DataError&) {
  }
  return 0;
}
