#include "chainrule/explain/worked_step.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "chainrule/base/error.h"
#include "chainrule/explain/worked_examples.h"
#include "chainrule/model/backward.h"
#include "chainrule/model/forward.h"
#include "chainrule/train/gradient_check.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::report_of;

// One input, one logistic unit: z = 2 * 0.5 - 1 = 0, a = 1/2, E = 1/2 (1/2 - 1)^2 = 1/8, delta = (1/2 - 1)
// 1/4 = -1/8, dw = -1/8 * 0.5 = -1/16, db = -1/8.
WorkedNetwork neuron() {
  return {.network = {{make_dense(1, 1, Activation::logistic)}},
          .parameters = {2, -1},
          .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
          .eta = 0.5,
          .samples = {{{0.5}, {1}}}};
}

TEST(WorkedStep, OfOneNeuronByHand) {
  const WorkedStep step = work_step(neuron());
  const WorkedSampleStep& sample = step.samples.at(0);
  EXPECT_EQ(sample.z, (std::vector<NumberList>{{0}}));
  EXPECT_EQ(sample.a, (std::vector<NumberList>{{0.5}}));
  EXPECT_EQ(sample.f_prime, (std::vector<NumberList>{{0.25}}));
  EXPECT_EQ(sample.d_a, (std::vector<NumberList>{{-0.5}}));
  EXPECT_EQ(sample.delta, (std::vector<NumberList>{{-0.125}}));
  EXPECT_EQ(sample.loss, 0.125);
  EXPECT_EQ(step.dW, (std::vector<NumberTable>{{{-0.0625}}}));
  EXPECT_EQ(step.db, (std::vector<NumberList>{{-0.125}}));
  EXPECT_EQ(step.W_new, (std::vector<NumberTable>{{{2.03125}}}));
  EXPECT_EQ(step.b_new, (std::vector<NumberList>{{-0.9375}}));
  EXPECT_LT(step.data_loss_after, step.data_loss);
}

TEST(WorkedStep, WithoutTheHalfTheGradientDoubles) {
  WorkedNetwork whole = neuron();
  whole.loss.kind = Loss::squared_error;
  EXPECT_EQ(work_step(whole).dW[0][0][0], 2 * work_step(neuron()).dW[0][0][0]);
  EXPECT_EQ(work_step(whole).data_loss, 2 * work_step(neuron()).data_loss);
}

TEST(WorkedStep, SumAndMeanDifferByTheNumberOfSamples) {
  WorkedNetwork sum = neuron();
  sum.samples = {{{0.5}, {1}}, {{-1}, {0}}, {{2}, {0.5}}};
  sum.loss.reduction = Reduction::sum;
  WorkedNetwork mean = sum;
  mean.loss.reduction = Reduction::mean;
  const WorkedStep of_sum = work_step(sum), of_mean = work_step(mean);
  EXPECT_DOUBLE_EQ(of_mean.dW[0][0][0], of_sum.dW[0][0][0] / 3);
  EXPECT_DOUBLE_EQ(of_mean.data_loss, of_sum.data_loss / 3);
  EXPECT_DOUBLE_EQ(of_sum.data_loss,
                   of_sum.samples[0].loss + of_sum.samples[1].loss + of_sum.samples[2].loss);
}

// lambda belongs to the loss and its gradient, decay to the update alone; both lead to the same new weights,
// and neither touches the bias.
TEST(WorkedStep, LambdaAndDecayShrinkWeightsAlike) {
  WorkedNetwork lambda = neuron(), decay = neuron();
  lambda.lambda = decay.decay = 0.5;
  const WorkedStep with_lambda = work_step(lambda), with_decay = work_step(decay),
                   without = work_step(neuron());
  EXPECT_EQ(with_lambda.total_loss, with_lambda.data_loss + 0.5 * 0.5 * 4);
  EXPECT_EQ(with_decay.total_loss, with_decay.data_loss);
  EXPECT_EQ(with_lambda.dW[0][0][0], without.dW[0][0][0] + 0.5 * 2);
  EXPECT_EQ(with_decay.dW, without.dW);
  EXPECT_EQ(with_lambda.W_new, with_decay.W_new);
  EXPECT_EQ(with_lambda.b_new, without.b_new);
  EXPECT_EQ(with_decay.b_new, without.b_new);
}

TEST(WorkedStep, ReadsWeightsByTheirEnds) {
  const WorkedNetwork worked = example_004();
  EXPECT_EQ(worked.weight(0, 0, 1), 1);  // W(1) = [2 1; 1 3; 3 2]
  EXPECT_EQ(worked.weight(0, 2, 0), 3);
  EXPECT_EQ(worked.weight(1, 1, 1), 2);  // w(2,5)
  EXPECT_EQ(worked.weight(2, 0, 1), 3);
  EXPECT_EQ(worked.bias(1, 0), 2);
}

// One input, one radial basis function with centre 1 and width 1, w = 2, b = 0, identity: x = 0 gives d = 1,
// phi = exp(-1/2) = p, E = 1/2 (2 p - 1)^2, dE/dphi = 2 (2 p - 1), dE/dc = dE/dphi p (x - c) = -2 (2 p - 1)
// p, dE/ds = dE/dphi p d = 2 (2 p - 1) p.
TEST(WorkedStep, OfOneRadialBasisFunctionByHand) {
  const WorkedNetwork worked = {
      .network = {{Rbf{.inputs = 1, .units = 1}, make_dense(1, 1, Activation::identity)}},
      .parameters = {1, 1, 2, 0},
      .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
      .eta = 0.5,
      .samples = {{{0}, {1}}}};
  const WorkedStep step = work_step(worked);
  const double p = std::exp(-0.5), d_phi = 2 * (2 * p - 1);
  EXPECT_NEAR(step.samples[0].entering.at(0), p, 1e-15);
  EXPECT_EQ(step.samples[0].rbf.distance, (NumberList{1}));
  EXPECT_NEAR(step.samples[0].rbf.d_phi.at(0), d_phi, 1e-15);
  EXPECT_NEAR(step.d_centre.at(0).at(0), -d_phi * p, 1e-15);
  EXPECT_NEAR(step.d_width.at(0), d_phi * p, 1e-15);
  EXPECT_NEAR(step.centre_new.at(0).at(0), 1 + 0.5 * d_phi * p, 1e-15);
}

TEST(WorkedStep, RefusesWhatDoesNotFit) {
  WorkedNetwork none = neuron();
  none.samples.clear();
  EXPECT_THROW(work_step(none), StateError);
  WorkedNetwork many = neuron();
  many.samples.push_back(many.samples[0]);
  EXPECT_NE(report_of<StateError>([&] { work_step(many); }).expected.find("sum or mean"), std::string::npos);
  WorkedNetwork wide = neuron();
  wide.samples[0].x = {1, 2};
  EXPECT_EQ(report_of<StateError>([&] { work_step(wide); }).where, "sample 1, x");
  WorkedNetwork threshold = neuron();
  threshold.network.layers[0] = make_dense(1, 1, Activation::step);
  EXPECT_THROW(work_step(threshold), StateError);
}

TEST(WorkedStep, NamesTheUnitWhereANumberOverflows) {
  WorkedNetwork large = neuron();
  large.network.layers[0] = make_dense(1, 1, Activation::identity);
  large.parameters = {1e308, 1e308};
  large.samples[0].x = {10};
  EXPECT_EQ(report_of<NonFiniteError>([&] { work_step(large); }).where, "layer 1, unit 1");
}

TEST(WorkedStep, SaysWhenTheLossItselfOverflows) {
  WorkedNetwork far = neuron();
  far.network.layers[0] = make_dense(1, 1, Activation::identity);
  far.samples[0].t = {1e308};
  EXPECT_EQ(report_of<NonFiniteError>([&] { work_step(far); }).what, "the loss of a sample is not finite");
}

WorkedNetwork random_network() {
  const std::vector<Activation> smooth = {
      Activation::logistic,        Activation::tanh,  Activation::softplus, Activation::identity,
      Activation::bipolar_sigmoid, Activation::swish, Activation::mish};
  const auto depth = *rc::gen::inRange<std::size_t>(1, 4);
  WorkedNetwork worked;
  std::size_t inputs = *rc::gen::inRange<std::size_t>(1, 5);
  const auto number = [] { return *rc::gen::inRange(-200, 201) / 128.0; };
  if (*rc::gen::arbitrary<bool>()) {
    const auto units = *rc::gen::inRange<std::size_t>(1, 4);
    worked.network.layers.emplace_back(Rbf{.inputs = inputs, .units = units});
    for (std::size_t i = 0; i < inputs * units; ++i)
      worked.parameters.push_back(number());
    for (std::size_t i = 0; i < units; ++i)
      worked.parameters.push_back(*rc::gen::inRange(64, 257) / 128.0);
    inputs = units;
  }
  for (std::size_t l = 0; l < depth; ++l) {
    const auto outputs = *rc::gen::inRange<std::size_t>(1, 5);
    worked.network.layers.emplace_back(make_dense(inputs, outputs, *rc::gen::elementOf(smooth)));
    inputs = outputs;
  }
  if (*rc::gen::arbitrary<bool>()) {
    std::get<Dense>(worked.network.layers.back()).activation = Activation::softmax;
    worked.loss.kind = Loss::softmax_cross_entropy;
  } else {
    worked.loss.kind =
        *rc::gen::element(Loss::half_squared_error, Loss::squared_error, Loss::mean_squared_error);
  }
  while (worked.parameters.size() < parameter_count(worked.network))
    worked.parameters.push_back(number());
  const auto samples = *rc::gen::inRange<std::size_t>(1, 4);
  worked.loss.reduction = *rc::gen::element(Reduction::sum, Reduction::mean);
  for (std::size_t n = 0; n < samples; ++n) {
    WorkedSample sample;
    for (std::size_t i = 0; i < worked.network.inputs(); ++i)
      sample.x.push_back(number());
    for (std::size_t i = 0; i < worked.network.outputs(); ++i)
      sample.t.push_back(std::fabs(number()) / 2);
    worked.samples.push_back(sample);
  }
  return worked;
}

Dataset<double> dataset_of(const WorkedNetwork& worked) {
  Dataset<double> data{.inputs = Matrix<double>(worked.samples.size(), worked.network.inputs()),
                       .targets = Matrix<double>(worked.samples.size(), worked.network.outputs())};
  for (std::size_t n = 0; n < worked.samples.size(); ++n) {
    std::copy(worked.samples[n].x.begin(), worked.samples[n].x.end(), data.inputs.row(n));
    std::copy(worked.samples[n].t.begin(), worked.samples[n].t.end(), data.targets.row(n));
  }
  return data;
}

// The gradient in the engine's order of parameters.
NumberList flat_gradient(const WorkedNetwork& worked, const WorkedStep& step) {
  NumberList flat;
  for (std::size_t k = 0; worked.has_rbf() && k < worked.network.inputs(); ++k) {
    for (const NumberList& centre : step.d_centre)
      flat.push_back(centre[k]);
  }
  flat.insert(flat.end(), step.d_width.begin(), step.d_width.end());
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t from = 0; from < worked.layer(l).inputs; ++from) {
      for (std::size_t to = 0; to < worked.units(l); ++to)
        flat.push_back(step.dW[l][to][from]);
    }
    flat.insert(flat.end(), step.db[l].begin(), step.db[l].end());
  }
  return flat;
}

TEST(WorkedStep, GradientsAreTheEnginesOnAnyNetwork) {
  EXPECT_TRUE(rc::check("sample by sample = whole batch at once", [] {
    const WorkedNetwork worked = random_network();
    const Dataset<double> data = dataset_of(worked);
    Workspace<double> workspace;
    LossScratch<double> scratch;
    const Compute compute;
    const MatrixView<const double> a = forward<double>(compute, worked.network, worked.parameters,
                                                       data.inputs.view(), Mode::train, {}, workspace);
    Matrix<double> d_output(a.rows, a.columns);
    const double loss = evaluate_loss<double>(compute, worked.loss, workspace.layers.back().z.view(), a,
                                              data.targets.view(), {}, d_output.view(), scratch);
    NumberList gradient(worked.parameters.size());
    backward<double>(compute, worked.network, worked.parameters, data.inputs.view(), d_output.view(),
                     properties_of(worked.loss.kind).gradient_at, workspace, gradient);
    const WorkedStep step = work_step(worked);
    RC_ASSERT(std::fabs(step.data_loss - loss) <= 1e-13 * std::max(1.0, loss));
    const NumberList flat = flat_gradient(worked, step);
    for (std::size_t i = 0; i < flat.size(); ++i)
      RC_ASSERT(std::fabs(flat[i] - gradient[i]) <= 1e-13 * std::max(1.0, std::fabs(gradient[i])));
  }));
}

TEST(WorkedStep, GradientsAreFiniteDifferencesOnAnyNetwork) {
  EXPECT_TRUE(rc::check("central differences", [] {
    const WorkedNetwork worked = random_network();
    const NumberList flat = flat_gradient(worked, work_step(worked));
    for (std::size_t i = 0; i < flat.size(); ++i) {
      NumberList above = worked.parameters, below = worked.parameters;
      const double h = 1e-5;
      above[i] += h;
      below[i] -= h;
      const double difference = (data_loss_of(worked, above) - data_loss_of(worked, below)) / (2 * h);
      RC_ASSERT(std::fabs(flat[i] - difference) <= 1e-6 * std::max(1.0, std::fabs(difference)));
    }
  }));
}

}  // namespace
}  // namespace chainrule
