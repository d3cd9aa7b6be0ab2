// dlib: the inner loop of dnn_trainer without its threads. A batch is gathered into a tensor;
// compute_parameter_gradients and update_parameters do the rest. Products come from the BLAS that dlib is
// linked to (OpenBLAS), which also provides the threads.
#include <dlib/dnn.h>

#include <cstring>
#include <numeric>

#include "worker.h"

namespace {

using peers::Options;

using Input = dlib::input<dlib::matrix<float>>;
// Takes the place of dropout in networks without it.
template <typename Below>
using nothing = Below;
template <template <typename> class Activation, template <typename> class Dropout>
using OneHidden = dlib::loss_multiclass_log<dlib::fc<1, Dropout<Activation<dlib::fc<1, Input>>>>>;
template <template <typename> class Activation, template <typename> class Dropout>
using TwoHidden = dlib::loss_multiclass_log<
    dlib::fc<1, Dropout<Activation<dlib::fc<1, Dropout<Activation<dlib::fc<1, Input>>>>>>>>;

// Called with the layers in order from the outputs to the inputs.
struct SetSizes {
  const Options& options;
  std::size_t layer = options.layers.size();
  template <typename Layer>
  void operator()(Layer&) {}
  void operator()(dlib::dropout_& dropout) { dropout = dlib::dropout_(static_cast<float>(options.dropout)); }
  template <unsigned long n, dlib::fc_bias_mode bias>
  void operator()(dlib::fc_<n, bias>& dense) {
    dense.set_num_outputs(static_cast<long>(options.layers[--layer]));
  }
};

template <typename Network, typename Solver>
void run(const Options& options, const Solver& solver) {
  Network network;
  SetSizes set_sizes{options};
  dlib::visit_computational_layers(network, set_sizes);
  const peers::Data data = peers::random_classes(options);
  const std::size_t inputs = options.layers.front();
  std::vector<std::size_t> order(options.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  dlib::resizable_tensor x;
  const std::vector<dlib::matrix<float>> zeros(options.batch_size,
                                               dlib::zeros_matrix<float>(static_cast<long>(inputs), 1));
  network.to_tensor(zeros.begin(), zeros.end(),
                    x);  // the network needs it once; later the rows come from fetch
  std::vector<unsigned long> labels(options.batch_size);
  const auto fetch = [&](std::size_t first) {
    float* to = x.host_write_only();
    for (std::size_t r = 0; r < options.batch_size; ++r) {
      const std::size_t row = order[first + r];
      std::memcpy(to + r * inputs, &data.x[row * inputs], inputs * sizeof(float));
      labels[r] = data.y[row];
    }
  };
  fetch(0);
  if (options.train) {
    std::vector<Solver> solvers(Network::num_computational_layers, solver);
    peers::Numbers numbers;
    const std::size_t steps = options.rows / options.batch_size;
    peers::serve("dlib", "19.24", "inner loop of dnn_trainer, OpenBLAS", static_cast<double>(steps), [&] {
      for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[numbers.next() % i]);
      for (std::size_t step = 0; step < steps; ++step) {
        fetch(step * options.batch_size);
        network.compute_parameter_gradients(x, labels.begin());
        network.update_parameters(solvers, 0.01);
      }
    });
  } else {
    dlib::resizable_tensor probabilities;
    peers::serve("dlib", "19.24", "subnet().forward, softmax, OpenBLAS", 1, [&] {
      const dlib::tensor& z = network.subnet().forward(x);
      probabilities.copy_size(z);
      dlib::tt::softmax(probabilities, z);
    });
  }
}

template <template <typename> class Activation, template <typename> class Dropout, typename Solver>
void with_depth(const Options& options, const Solver& solver) {
  if (options.layers.size() == 3) {
    run<OneHidden<Activation, Dropout>>(options, solver);
  } else if (options.layers.size() == 4) {
    run<TwoHidden<Activation, Dropout>>(options, solver);
  } else {
    peers::refuse("this worker has one or two hidden layers");
  }
}

}  // namespace

// Each combination is compiled separately, which takes a while: only those that compare.py uses.
int main(int count, char** words) {
  const Options options = peers::read_options(count, words);
  if (options.precision != "float") peers::refuse("dlib has no bfloat16");
  const dlib::sgd descent(0, 0);
  const bool adam = options.optimizer == "adam", tanh = options.activation == "tanh";
  if (adam + tanh + (options.dropout > 0) > 1) peers::refuse("this worker has one of Adam, tanh and dropout");
  if (adam) {
    with_depth<dlib::relu, nothing>(options, dlib::adam(0, 0.9F, 0.999F));
  } else if (tanh) {
    with_depth<dlib::htan, nothing>(options, descent);
  } else if (options.dropout > 0) {
    with_depth<dlib::relu, dlib::dropout>(options, descent);
  } else {
    with_depth<dlib::relu, nothing>(options, descent);
  }
}
