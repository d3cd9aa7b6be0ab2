// FANN: fann_train sample by sample (FANN_TRAIN_INCREMENTAL), its fastest way of training. It has no softmax, no
// cross-entropy and no ReLU: sigmoid units by its table (FANN_SIGMOID_SYMMETRIC_STEPWISE) and squared errors, which
// is less work. Rows in the given order, which costs it nothing.
#include <floatfann.h>

#include "worker.h"

int main(int count, char** words) {
  const peers::Options options = peers::read_options(count, words);
  if (options.threads > 1) peers::refuse("FANN trains on one thread");
  if (options.optimizer != "gradient_descent") peers::refuse("FANN has no Adam");
  if (options.dropout > 0) peers::refuse("FANN has no dropout");
  if (options.precision != "float32") peers::refuse("FANN has no bfloat16");

  std::vector<unsigned int> layers(options.layers.begin(), options.layers.end());
  fann* network = fann_create_standard_array(static_cast<unsigned int>(layers.size()), layers.data());
  fann_set_activation_function_hidden(network, FANN_SIGMOID_SYMMETRIC_STEPWISE);
  fann_set_activation_function_output(network, FANN_SIGMOID_STEPWISE);
  fann_set_training_algorithm(network, FANN_TRAIN_INCREMENTAL);
  fann_set_learning_rate(network, 0.01F);

  peers::Data data = peers::random_classes(options);
  const std::size_t inputs = options.layers.front(), outputs = options.layers.back();
  std::vector<float> targets(options.rows * outputs);
  for (std::size_t r = 0; r < options.rows; ++r)
    targets[r * outputs + data.y[r]] = 1;

  if (options.train) {
    peers::serve("FANN", "2.2.0", "fann_train, stepwise sigmoid, squared error",
                 static_cast<double>(options.rows) / static_cast<double>(options.batch_size), [&] {
                   for (std::size_t r = 0; r < options.rows; ++r)
                     fann_train(network, &data.x[r * inputs], &targets[r * outputs]);
                 });
  } else {
    peers::serve("FANN", "2.2.0", "fann_run, stepwise sigmoid", 1, [&] {
      for (std::size_t r = 0; r < options.rows; ++r)
        fann_run(network, &data.x[r * inputs]);
    });
  }
  fann_destroy(network);
}
