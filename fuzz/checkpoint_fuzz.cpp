// Checkpoints. Promises: reading throws only ModelFileError, and an accepted checkpoint that is written is
// read back the same.
//
// An input is the bytes of a file, or a text that sealed.h turns into one.
#include "chainrule/base/error.h"
#include "chainrule/io/checkpoint_file.h"
#include "fuzz.h"
#include "sealed.h"

namespace {

using namespace chainrule;

std::string written(const Checkpoint& checkpoint) {
  return std::visit(
      [&]<typename T>(const TrainingProgress<T>& progress) {
        return checkpoint_to_bytes<T>(checkpoint.description, progress);
      },
      checkpoint.progress);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = fuzz::sealed(fuzz::text_of(data, size));
  try {
    const std::string once = written(checkpoint_from_bytes(bytes, "c"));
    fuzz::require(written(checkpoint_from_bytes(once, "c")) == once,
                  "an accepted checkpoint that is written is read back the same");
  } catch (const ModelFileError&) {
  }
  return 0;
}
