// FANN: fann_train sample by sample (FANN_TRAIN_INCREMENTAL), its fastest way of training. It has no softmax,
// no cross-entropy and no ReLU, so it uses tabulated sigmoid units (FANN_SIGMOID_SYMMETRIC_STEPWISE) and the
// squared error, which is less work. fann_shuffle_train_data shuffles the rows once per epoch.
#include <floatfann.h>

#include <algorithm>

#include "worker.h"

int main(int count, char** words) {
  const peers::Options options = peers::read_options(count, words);
  if (options.threads > 1) peers::refuse("FANN trains on one thread");
  if (options.optimizer != "gradient_descent") peers::refuse("FANN has no Adam");
  if (options.dropout > 0) peers::refuse("FANN has no dropout");
  if (options.precision != "float") peers::refuse("FANN has no bfloat16");

  std::vector<unsigned int> layers(options.layers.begin(), options.layers.end());
  fann* network = fann_create_standard_array(static_cast<unsigned int>(layers.size()), layers.data());
  fann_set_activation_function_hidden(network, FANN_SIGMOID_SYMMETRIC_STEPWISE);
  fann_set_activation_function_output(network, FANN_SIGMOID_STEPWISE);
  fann_set_training_algorithm(network, FANN_TRAIN_INCREMENTAL);
  fann_set_learning_rate(network, 0.01F);

  std::size_t weights = 0;
  for (std::size_t i = 1; i < layers.size(); ++i)
    weights += layers[i - 1] * layers[i];
  if (weights > 20000) peers::refuse("one number at a time: too slow to wait for");

  const peers::Data data = peers::random_classes(options);
  const std::size_t inputs = options.layers.front(), outputs = options.layers.back();
  fann_train_data* rows =
      fann_create_train(static_cast<unsigned int>(options.rows), layers.front(), layers.back());
  for (std::size_t r = 0; r < options.rows; ++r) {
    std::copy_n(&data.x[r * inputs], inputs, rows->input[r]);
    std::fill_n(rows->output[r], outputs, 0.0F);
    rows->output[r][data.y[r]] = 1;
  }

  if (options.train) {
    peers::serve("FANN", "2.2.0", "fann_train, stepwise sigmoid, squared error",
                 static_cast<double>(options.rows) / static_cast<double>(options.batch_size), [&] {
                   fann_shuffle_train_data(rows);
                   for (std::size_t r = 0; r < options.rows; ++r)
                     fann_train(network, rows->input[r], rows->output[r]);
                 });
  } else {
    peers::serve("FANN", "2.2.0", "fann_run, stepwise sigmoid", 1, [&] {
      for (std::size_t r = 0; r < options.rows; ++r)
        fann_run(network, rows->input[r]);
    });
  }
  fann_destroy_train(rows);
  fann_destroy(network);
}
