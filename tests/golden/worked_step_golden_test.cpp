// The worked step against the exact reference values of all networks in the worked examples.
#include <gtest/gtest.h>

#include "chainrule/explain/network_json.h"
#include "chainrule/explain/worked_examples.h"
#include "chainrule/train/trainer.h"
#include "support/worked_examples.h"

namespace chainrule {
namespace {

using nlohmann::json;
using testing_support::expect_equal;
using testing_support::worked_examples;

constexpr double kTolerance = 1e-12;

json answer_of(const WorkedNetwork& worked) {
  return json::parse(worked_step_json(worked, work_step(worked)));
}

TEST(WorkedExamples, NetworksOfFourDocuments) {
  for (const char* const key :
       {"seed000_networks", "seed001_networks", "seed002_networks", "seed004_networks"}) {
    for (const json& expected : worked_examples().at(key)) {
      const std::string id = expected.at("id");
      SCOPED_TRACE(id);
      const json answer = answer_of(read_network_json(expected.dump(), id).worked);
      for (const char* const result : {"total_loss", "dW", "db", "W_new", "b_new", "total_loss_after_update"})
        expect_equal(answer.at(result), expected.at(result), kTolerance, result);
      ASSERT_EQ(answer.at("samples").size(), expected.at("samples").size());
      for (std::size_t n = 0; n < expected.at("samples").size(); ++n) {
        for (const char* const result : {"z", "a", "loss", "delta"})
          expect_equal(answer["samples"][n].at(result), expected["samples"][n].at(result), kTolerance,
                       result);
      }
    }
  }
}

TEST(WorkedExamples, EachSampleAloneInDocument002) {
  const json& expected = worked_examples().at("seed002_networks")[0];
  const WorkedNetwork worked = read_network_json(expected.dump(), "002").worked;
  const WorkedStep step = work_step(worked);
  for (std::size_t n = 0; n < step.samples.size(); ++n) {
    expect_equal(step.samples[n].dW, expected["samples"][n]["dW_sample"], kTolerance, "dW_sample");
    expect_equal(step.samples[n].db, expected["samples"][n]["db_sample"], kTolerance, "db_sample");
  }
  const json& notation = expected.at("seed_notation_sample1");
  const WorkedSampleStep& first = step.samples[0];
  expect_equal(first.delta[2], notation.at("dC/dz_3"), kTolerance, "dC/dz_3");
  expect_equal(first.d_a[1], notation.at("dC/da_2 (w3^T dC/dz_3)"), kTolerance, "dC/da_2");
  expect_equal(first.d_a[0], notation.at("dC/da_1 (w2^T dC/dz_2, eqs 43-45)"), kTolerance, "dC/da_1");
  expect_equal(first.f_prime[0], notation.at("sigma_prime_z1 (41)"), kTolerance, "sigma'(z_1)");
  expect_equal(first.dW[0], notation.at("nabla_w1 (rows k: a_0 * dC/dz_1k)"), kTolerance, "nabla w1");
  // Sum, not mean: the mean of three has a third of the gradient.
  WorkedNetwork mean = worked;
  mean.loss.reduction = Reduction::mean;
  const WorkedStep mean_step = work_step(mean);
  const double factor = expected.at("gradient_if_mean_instead_of_sum").at("factor");
  EXPECT_NEAR(mean_step.dW[0][0][0], factor * step.dW[0][0][0], 1e-15);
}

// All gradients use the old weights: with updated weights the hidden deltas would differ.
TEST(WorkedExamples, OldWeightsInEveryDelta) {
  const json& expected = worked_examples().at("seed000_networks")[0];
  const WorkedNetwork worked = read_network_json(expected.dump(), "000").worked;
  const WorkedStep step = work_step(worked);
  const json& order = expected.at("order_effect");
  expect_equal(step.samples[0].delta[0], order.at("true_delta_L1 (old omega_L2)"), kTolerance, "delta_L1");
  // The wrong order, computed: delta_j = f'(z_j) sum_k W_new[k][j] delta_k.
  NumberList wrong;
  for (std::size_t j = 0; j < 3; ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < 2; ++k)
      sum += step.W_new[1][k][j] * step.samples[0].delta[1][k];
    wrong.push_back(step.samples[0].f_prime[0][j] * sum);
  }
  expect_equal(wrong, order.at("delta_L1_if_the_already_updated_omega_L2_were_used (wrong)"), 1e-11,
               "wrong order");
}

TEST(WorkedExamples, Example004) {
  const json& exact = worked_examples().at("seed004_example").at("exact");
  const json answer = answer_of(example_004());
  const json& sample = answer.at("samples")[0];
  expect_equal(sample.at("z"), exact.at("z"), kTolerance, "z");
  expect_equal(sample.at("a"), exact.at("n"), kTolerance, "n");
  constexpr double kCancelling = 1e-11;  // f (1 - f) near f = 1
  expect_equal(sample.at("f_prime"), exact.at("f_prime"), kCancelling, "f'");
  expect_equal(sample.at("delta"), exact.at("delta"), kCancelling, "delta");
  expect_equal(answer.at("dW"), exact.at("dL_dW"), kCancelling, "dL/dW");
  expect_equal(answer.at("db"), exact.at("dL_db"), kCancelling, "dL/db");
  expect_equal(answer.at("total_loss"), exact.at("L"), kCancelling, "L");
  const json& rule = exact.at("updated_rule_of_the_seed (lambda=1): W-eta*(delta n^T + W), b-eta*delta");
  expect_equal(answer.at("W_new"), rule.at("W"), kTolerance, "W_new");
  expect_equal(answer.at("b_new"), rule.at("b"), kTolerance, "b_new");
  expect_equal(answer.at("total_loss_after_update"), rule.at("L_after"), kCancelling, "L after");
  const json& plain = exact.at("updated_plain_sgd (lambda=0): W-eta*delta n^T, b-eta*delta");
  expect_equal(answer.at("without_decay").at("W_new"), plain.at("W"), kTolerance, "plain W_new");
  expect_equal(answer.at("without_decay").at("b_new"), plain.at("b"), kTolerance, "plain b_new");
  expect_equal(answer.at("without_decay").at("total_loss_after_update"), plain.at("L_after"), kCancelling,
               "plain L");
  const WorkedStep step = work_step(example_004());
  EXPECT_GT(step.data_loss_after, step.data_loss) << "with decay 1 the loss rises";
}

// 1 - (-1): the author's computation has w(2,5) = 3 in the forward pass and 2 in the backward pass.
TEST(WorkedExamples, Example004AsItsAuthorComputedIt) {
  const json& author = worked_examples().at("seed004_example").at("as_the_author_computed");
  WorkedNetwork forward = example_004();
  forward.parameters[9 + 2 * 1 + 1] = 3;  // layer 2: [from 2][to 2]
  const WorkedSampleStep step = work_step(forward).samples[0];
  expect_equal(step.z, author.at("z"), kTolerance, "z");
  expect_equal(step.a, author.at("n"), kTolerance, "n");
  expect_equal(step.delta[2], author.at("delta")[2], 1e-11, "delta(3)");
  expect_equal(step.delta[1], author.at("delta")[1], 1e-11, "delta(2)");
  NumberList first;
  for (std::size_t j = 0; j < 3; ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < 2; ++k)
      sum += example_004().weight(1, k, j) * step.delta[1][k];
    first.push_back(step.f_prime[0][j] * sum);
  }
  expect_equal(first, author.at("delta")[0], 1e-11, "delta(1)");
}

// Document 003: V, W from the first to the second index, row 0 the threshold with input -1, delta = -dE/dnet.
TEST(WorkedExamples, NetworksOfDocument003) {
  for (const json& expected : worked_examples().at("seed003_bp_networks")) {
    SCOPED_TRACE(expected.at("id").get<std::string>());
    const std::vector<NumberTable> tables = {expected.at("V[i][j]"), expected.at("W[j][k]")};
    WorkedNetwork worked;
    const Activation f = parse_name<Activation>(expected.at("activation").get<std::string>());
    for (const NumberTable& table : tables) {
      worked.network.layers.emplace_back(make_dense(table.size() - 1, table[0].size(), f));
      for (std::size_t from = 1; from < table.size(); ++from)
        worked.parameters.insert(worked.parameters.end(), table[from].begin(), table[from].end());
      for (const double threshold : table[0])
        worked.parameters.push_back(-threshold);
    }
    worked.loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single};
    worked.eta = expected.at("eta");
    worked.samples = {{expected.at("x"), expected.at("d")}};
    const WorkedStep step = work_step(worked);
    const WorkedSampleStep& sample = step.samples[0];
    expect_equal(sample.z[0], expected.at("net_j"), kTolerance, "net_j");
    expect_equal(sample.a[0], expected.at("y_j"), kTolerance, "y_j");
    expect_equal(sample.z[1], expected.at("net_k"), kTolerance, "net_k");
    expect_equal(sample.a[1], expected.at("o_k"), kTolerance, "o_k");
    expect_equal(step.total_loss, expected.at("E"), kTolerance, "E");
    expect_equal(step.total_loss_after, expected.at("E_after"), kTolerance, "E_after");
    const auto with_threshold = [](const NumberTable& to_from, const NumberList& bias, double factor) {
      NumberTable table(to_from[0].size() + 1, NumberList(to_from.size()));
      for (std::size_t to = 0; to < to_from.size(); ++to) {
        table[0][to] = -factor * bias[to];
        for (std::size_t from = 0; from < to_from[to].size(); ++from)
          table[from + 1][to] = factor * to_from[to][from];
      }
      return table;
    };
    for (std::size_t l = 0; l < 2; ++l) {
      const std::string name = l == 0 ? "V" : "W", index = l == 0 ? "[i][j]" : "[j][k]";
      expect_equal(with_threshold(step.W_new[l], step.b_new[l], 1), expected.at(name + "_new" + index),
                   kTolerance, name);
      expect_equal(with_threshold(step.dW[l], step.db[l], -worked.eta), expected.at("Delta_" + name + index),
                   kTolerance, "Delta_" + name);
    }
    NumberList delta_o = sample.delta[1], delta_y = sample.delta[0];
    for (double& d : delta_o)
      d = -d;
    for (double& d : delta_y)
      d = -d;
    expect_equal(delta_o, expected.at("delta_o_k (=-dE/dnet_k)"), kTolerance, "delta_o");
    expect_equal(delta_y, expected.at("delta_y_j (=-dE/dnet_j)"), kTolerance, "delta_y");
  }
}

// Document 003's code: row vectors, W1[in][out], delta with 1/N in it.
TEST(WorkedExamples, TanhSoftmaxOfDocument003) {
  for (const json& expected : worked_examples().at("seed003_tanh_softmax").at("instances")) {
    const std::vector<NumberTable> tables = {expected.at("W1"), expected.at("W2")};
    const std::vector<NumberList> biases = {expected.at("b1"), expected.at("b2")};
    WorkedNetwork worked;
    for (std::size_t l = 0; l < 2; ++l) {
      worked.network.layers.emplace_back(
          make_dense(tables[l].size(), tables[l][0].size(), l == 0 ? Activation::tanh : Activation::softmax));
      for (const NumberList& row : tables[l])
        worked.parameters.insert(worked.parameters.end(), row.begin(), row.end());
      worked.parameters.insert(worked.parameters.end(), biases[l].begin(), biases[l].end());
    }
    worked.loss = {.kind = Loss::softmax_cross_entropy, .reduction = Reduction::mean};
    worked.eta = expected.at("epsilon");
    for (std::size_t n = 0; n < expected.at("X").size(); ++n)
      worked.samples.push_back({expected["X"][n], expected["Y"][n]});
    const WorkedStep step = work_step(worked);
    const auto transposed = [](const NumberTable& table) {
      NumberTable result(table[0].size(), NumberList(table.size()));
      for (std::size_t i = 0; i < table.size(); ++i) {
        for (std::size_t j = 0; j < table[i].size(); ++j)
          result[j][i] = table[i][j];
      }
      return result;
    };
    for (std::size_t n = 0; n < step.samples.size(); ++n) {
      expect_equal(step.samples[n].z[0], expected["z1"][n], kTolerance, "z1");
      expect_equal(step.samples[n].a[0], expected["a1"][n], kTolerance, "a1");
      expect_equal(step.samples[n].z[1], expected["z2"][n], kTolerance, "z2");
      expect_equal(step.samples[n].a[1], expected["y_hat"][n], kTolerance, "y_hat");
      const double share = 1.0 / static_cast<double>(step.samples.size());
      NumberList delta3 = step.samples[n].delta[1], delta2 = step.samples[n].delta[0];
      for (double& d : delta3)
        d *= share;
      for (double& d : delta2)
        d *= share;
      expect_equal(delta3, expected["delta3=(y_hat-y)/N"][n], kTolerance, "delta3");
      expect_equal(delta2, expected["delta2"][n], kTolerance, "delta2");
    }
    expect_equal(step.total_loss, expected.at("L"), kTolerance, "L");
    expect_equal(transposed(step.dW[0]), expected.at("dL_dW1"), kTolerance, "dW1");
    expect_equal(transposed(step.dW[1]), expected.at("dL_dW2"), kTolerance, "dW2");
    expect_equal(step.db[0], expected.at("dL_db1 (column sums of delta2)"), kTolerance, "db1");
    expect_equal(step.db[1], expected.at("dL_db2 (column sums of delta3)"), kTolerance, "db2");
    expect_equal(transposed(step.W_new[0]), expected.at("W1_new"), kTolerance, "W1_new");
    expect_equal(step.b_new[1], expected.at("b2_new"), kTolerance, "b2_new");
    expect_equal(step.total_loss_after, expected.at("L_after_correct_step"), kTolerance, "L after");
    // The printed sign, y - y_hat, ascends: the same step with eta negated in every gradient.
    WorkedNetwork climbing = worked;
    climbing.eta = -worked.eta;
    expect_equal(work_step(climbing).total_loss_after,
                 expected.at("L_after_step_with_printed_sign (delta3=y-y_hat, descent update)"), kTolerance,
                 "L after the printed sign");
  }
}

// Batch gradient descent, stochastic gradient descent and stopping at a small change, by the trainer, from
// the same initial weights.
TEST(WorkedExamples, TrainingRunsOfDocument001) {
  const json& start = worked_examples().at("seed001_networks")[1];
  const WorkedNetwork worked = read_network_json(start.dump(), "start").worked;
  Dataset<double> data{.inputs = Matrix<double>(worked.samples.size(), worked.network.inputs()),
                       .targets = Matrix<double>(worked.samples.size(), worked.network.outputs())};
  for (std::size_t n = 0; n < worked.samples.size(); ++n) {
    std::copy(worked.samples[n].x.begin(), worked.samples[n].x.end(), data.inputs.row(n));
    std::copy(worked.samples[n].t.begin(), worked.samples[n].t.end(), data.targets.row(n));
  }
  const Compute plain{.path = KernelPath::plain};
  for (const json& run : worked_examples().at("seed001_training_runs")) {
    ASSERT_EQ(run.at("start_from"), start.at("id"));
    SCOPED_TRACE(run.at("mode").get<std::string>());
    const bool is_batch = run.at("mode") == "batch";
    TrainerOptions options{.loss = worked.loss,
                           .optimizer = {.kind = Optimizer::gradient_descent},
                           .learning_rate = run.at("mu"),
                           .stopping = {.epochs = run.value("iterations", std::size_t{1000})},
                           .batch_size = is_batch ? 0u : 1u,
                           .row_order = RowOrder::given};
    options.stopping.small_change = run.value("tol", 0.0);
    AlignedVector<double> parameters(worked.parameters.begin(), worked.parameters.end());
    // E_total after each iteration; the trainer reports the mean over the epoch's batches, before their
    // updates.
    std::vector<double> losses = {data_loss_of(worked, worked.parameters)};
    const History history = train<double>(plain, worked.network, options, data, nullptr, {}, {}, parameters);
    if (run.contains("k")) {
      // Epoch k + 1 measures E_k and ends: |E_k - E_{k-1}| < tol.
      EXPECT_EQ(history.stop_reason, StopReason::small_change);
      ASSERT_EQ(history.epochs.size(), run.at("k").get<std::size_t>() + 1);
      expect_equal(history.epochs.back().training_loss, run.at("E_k"), kTolerance, "E_k");
      expect_equal(history.epochs[history.epochs.size() - 2].training_loss, run.at("E_k_minus_1"), kTolerance,
                   "E_k-1");
      continue;
    }
    for (std::size_t k = 1; k < run.at("E_total").size(); ++k) {
      options.stopping.epochs = k;
      AlignedVector<double> until_k(worked.parameters.begin(), worked.parameters.end());
      train<double>(plain, worked.network, options, data, nullptr, {}, {}, until_k);
      losses.push_back(data_loss_of(worked, {until_k.begin(), until_k.end()}));
    }
    expect_equal(losses, run.at("E_total"), kTolerance, "E_total");
    if (is_batch) {
      for (std::size_t k = 0; k < history.epochs.size(); ++k)
        EXPECT_NEAR(history.epochs[k].training_loss, losses[k], kTolerance) << k;
    }
    WorkedNetwork after = worked;
    after.parameters.assign(parameters.begin(), parameters.end());
    for (std::size_t l = 0; l < worked.layers(); ++l) {
      for (std::size_t to = 0; to < worked.units(l); ++to) {
        EXPECT_NEAR(after.bias(l, to), run.at("b_final")[l][to].get<double>(), kTolerance);
        for (std::size_t from = 0; from < worked.layer(l).inputs; ++from)
          EXPECT_NEAR(after.weight(l, to, from), run.at("W_final")[l][to][from].get<double>(), kTolerance);
      }
    }
  }
}

}  // namespace
}  // namespace chainrule
