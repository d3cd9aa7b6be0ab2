// XOR by back-propagation in a 2-2-1 network, with the order of the presentations under control.
//
// An iteration is one pattern, one epoch or one batch (XorIteration); each descends by eta times the sum of
// the gradients of E = 1/2 (d - o)^2. The trainer shuffles and reports by epochs; this lesson studies order
// and iteration, so the loop is written out.
#include "chainrule/course/xor_training.h"

#include <algorithm>

#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"

namespace chainrule {
namespace {

constexpr Compute kPlain = {.path = KernelPath::plain, .pool = nullptr, .matrix_unit = {}};
constexpr std::size_t kPatterns = 4;
constexpr std::array<double, 2 * kPatterns> kInputs = {0, 0, 0, 1, 1, 0, 1, 1};
constexpr std::array<double, kPatterns> kTargets = {0, 1, 1, 0};
// Where the engine keeps each of XorTraining::start: W [from][to], b, layer by layer.
constexpr std::array<std::size_t, 9> kPlaces = {0, 2, 4, 1, 3, 5, 6, 7, 8};

// The network during training: its parameters and the buffers of one step.
class XorNetwork {
 public:
  explicit XorNetwork(const XorTraining& training) : training_(training), parameters_(9), gradient_(9) {
    for (std::size_t i = 0; i < kPlaces.size(); ++i)
      parameters_[kPlaces[i]] = training.start[i];
  }

  void iterate(std::size_t iteration) {
    switch (training_.iteration) {
      case XorIteration::pattern:
        update(training_.order[(iteration - 1) % kPatterns], 1);
        break;
      case XorIteration::epoch:
        for (const std::size_t pattern : training_.order)
          update(pattern, 1);
        break;
      case XorIteration::batch:
        update(0, kPatterns);
        break;
    }
  }

  XorCheckpoint checkpoint(std::size_t iteration) {
    XorCheckpoint result = {.iteration = iteration};
    const MatrixView<const double> o = outputs(0, kPatterns);
    for (std::size_t p = 0; p < kPatterns; ++p) {
      result.outputs[p] = o(p, 0);
      const double error = kTargets[p] - o(p, 0);
      result.error += 0.5 * error * error;
    }
    for (std::size_t i = 0; i < kPlaces.size(); ++i)
      result.weights[i] = parameters_[kPlaces[i]];
    return result;
  }

 private:
  MatrixView<const double> outputs(std::size_t first, std::size_t count) {
    const MatrixView<const double> x(kInputs.data() + 2 * first, count, 2);
    return forward<double>(kPlain, network_, parameters_, x, Mode::train, {}, workspace_);
  }

  // One descent by the sum of the gradients of `count` patterns.
  void update(std::size_t first, std::size_t count) {
    const MatrixView<const double> x(kInputs.data() + 2 * first, count, 2);
    const MatrixView<const double> o = outputs(first, count);
    d_output_.resize(count, 1);
    evaluate_loss<double>(kPlain, loss_, workspace_.layers.back().z.view(), o,
                          {kTargets.data() + first, count, 1}, {}, d_output_.view(), scratch_);
    backward<double>(kPlain, network_, parameters_, x, d_output_.view(), GradientAt::output, workspace_,
                     gradient_);
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      parameters_[i] -= training_.eta * gradient_[i];
  }

  const XorTraining& training_;
  const Network network_ = {{make_dense(2, 2, Activation::logistic), make_dense(2, 1, Activation::logistic)}};
  const LossOptions loss_ = {.kind = Loss::half_squared_error, .reduction = Reduction::sum};
  std::vector<double> parameters_, gradient_;
  Workspace<double> workspace_;
  LossScratch<double> scratch_;
  Matrix<double> d_output_;
};

}  // namespace

XorTraining recorded_xor_training() {
  XorTraining training = {.eta = 0.6, .iteration = XorIteration::pattern, .order = {0, 2, 1, 3}};
  constexpr std::array<int, 9> kOver1024 = {331, 86, -206, 54, 202, -221, -329, -270, 330};
  for (std::size_t i = 0; i < kOver1024.size(); ++i)
    training.start[i] = kOver1024[i] / 1024.0;
  return training;
}

std::vector<XorCheckpoint> train_xor(const XorTraining& training, std::span<const std::size_t> iterations) {
  XorNetwork network(training);
  std::vector<XorCheckpoint> checkpoints;
  std::size_t iteration = 0;
  for (const std::size_t wanted : iterations) {
    while (iteration < wanted)
      network.iterate(++iteration);
    checkpoints.push_back(network.checkpoint(iteration));
  }
  return checkpoints;
}

}  // namespace chainrule
