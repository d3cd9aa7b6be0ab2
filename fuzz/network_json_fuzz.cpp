// Networks with their numbers as JSON. Promises: reading throws only DataError; working the step throws only
// StateError (no derivative) or NonFiniteError; and the JSON of the step is read back as the same network.
#include "chainrule/base/error.h"
#include "chainrule/explain/network_json.h"
#include "fuzz.h"

namespace {

using namespace chainrule;

constexpr std::size_t kLongestInput = 4096;

bool same_samples(const WorkedNetwork& a, const WorkedNetwork& b) {
  if (a.samples.size() != b.samples.size()) return false;
  for (std::size_t n = 0; n < a.samples.size(); ++n) {
    if (a.samples[n].x != b.samples[n].x || a.samples[n].t != b.samples[n].t) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongestInput) return 0;
  WorkedNetwork worked;
  std::string text;
  try {
    worked = read_network_json(fuzz::text_of(data, size), "n.json").worked;
  } catch (const DataError&) {
    return 0;
  }
  try {
    text = worked_step_json(worked, work_step(worked));
  } catch (const StateError&) {
    return 0;
  } catch (const NonFiniteError&) {
    return 0;
  }
  try {
    const WorkedNetwork again = read_network_json(text, "n.json").worked;
    fuzz::require(again.network == worked.network && again.parameters == worked.parameters &&
                      again.loss == worked.loss && again.lambda == worked.lambda &&
                      again.decay == worked.decay && again.eta == worked.eta && same_samples(again, worked),
                  "a worked step is read back as the same network");
  } catch (const Error&) {
    fuzz::broken("a worked step is read back as a network");
  }
  return 0;
}
