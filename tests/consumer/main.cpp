// Uses the library as another project would: includes, links, trains, saves, loads, predicts.
#include <cstdio>

#include "chainrule/base/atomic_file.h"
#include "chainrule/chainrule.h"

int main() {
  using namespace chainrule;
  write_file_atomically(real_file_system(), "consumer.csv",
                        table_to_csv(generate_data(GeneratedData::blobs, {.rows = 120, .classes = 3})));
  const TrainRequest request{.data = {.path = "consumer.csv"}, .stopping = {.epochs = 20}};
  const TrainOutcome outcome = train_on_table(real_file_system(), {}, request, {});
  save_model(real_file_system(), "consumer.safetensors", outcome.model);
  const Model model = load_model(real_file_system(), "consumer.safetensors");
  const Evaluation evaluation = evaluate_file(real_file_system(), {}, model, {.path = "consumer.csv"});
  std::printf("accuracy %.3f\n", evaluation.metrics.accuracy);
  return evaluation.metrics.accuracy > 0.9 ? 0 : 1;
}
