// Checkpoints. Promises: only ModelFileError comes out, and what is read of an accepted one is written and
// read the same.
//
// An input is the bytes of a file, or what sealed.h makes one of.
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
                  "what is read of a checkpoint is written and read the same");
  } catch (const ModelFileError&) {
  }
  return 0;
}
