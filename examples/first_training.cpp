// A first training: from a raw table to a model file, with its accuracy out of fold. It is the training of
// `chainrule train penguins.csv --target species`: networks that vote, chosen by the effort.
//
//   first_training [folder with penguins.csv]
#include <cstdio>
#include <string>

#include "chainrule/chainrule.h"

int main(int argc, char** argv) {
  using namespace chainrule;
  const std::string folder = argc > 1 ? argv[1] : "examples/data";
  try {
    const TrainRequest request{.effort = Effort::standard,
                               .data = {.path = folder + "/penguins.csv"},
                               .schema = {.targets = {"species"}}};
    const TrainOutcome outcome = train_on_table(real_file_system(), {}, request, {});
    save_model(real_file_system(), "penguins.safetensors", outcome.model);
    std::printf("%zu networks, accuracy %.3f out of fold (%llu rows), saved to penguins.safetensors\n",
                outcome.members.size(), outcome.held_out->accuracy,
                static_cast<unsigned long long>(outcome.held_out->rows));
    return outcome.held_out->accuracy > 0.9 ? 0 : 1;
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
