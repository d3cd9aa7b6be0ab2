// Every metric of every task against scikit-learn's (tools/make_metrics_golden.py). A row of weight k is
// scored as k rows.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "chainrule/model/batch_loss.h"
#include "chainrule/train/accuracy.h"
#include "chainrule/train/probability_metrics.h"
#include "chainrule/train/regression_metrics.h"

namespace chainrule {
namespace {

using nlohmann::json;

const json& problems() {
  static const json all = [] {
    std::ifstream file(std::string(CHAINRULE_SOURCE_DIR) + "/tests/golden/metrics.json");
    return json::parse(file);
  }();
  return all;
}

// A table of the problem, one number or a list of numbers per row, with each row as often as its weight says.
Matrix<double> repeated(const json& problem, const std::string& key) {
  const json& rows = problem.at(key);
  const std::size_t columns = rows.at(0).is_array() ? rows.at(0).size() : 1;
  std::vector<std::vector<double>> all;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto row = columns == 1 && !rows[r].is_array() ? std::vector<double>{rows[r].get<double>()}
                                                         : rows[r].get<std::vector<double>>();
    const std::size_t times =
        problem.at("weights").is_null() ? 1 : problem.at("weights").at(r).get<std::size_t>();
    all.insert(all.end(), times, row);
  }
  Matrix<double> matrix(all.size(), columns);
  for (std::size_t r = 0; r < all.size(); ++r)
    std::copy(all[r].begin(), all[r].end(), matrix.row(r));
  return matrix;
}

void expect_near(double ours, const json& expected, const std::string& name) {
  if (expected.is_null()) return;  // scikit-learn does not define it
  const double theirs = expected.get<double>();
  EXPECT_NEAR(ours, theirs, 1e-12 * std::max(1.0, std::abs(theirs))) << name;
}

// Where scikit-learn does not define it, it is empty.
void expect_same(const std::optional<double>& ours, const json& expected, const std::string& name) {
  ASSERT_EQ(ours.has_value(), !expected.is_null()) << name;
  if (ours) expect_near(*ours, expected, name);
}

void expect_probabilities(const Metrics& metrics, const json& expected) {
  expect_same(metrics.log_loss, expected.at("log_loss"), "log_loss");
  expect_same(metrics.brier, expected.at("brier"), "brier");
  expect_same(metrics.auc, expected.at("auc"), "auc");
  expect_same(metrics.calibration_error, expected.at("calibration_error"), "calibration_error");
  expect_same(metrics.average_precision, expected.value("average_precision", json(nullptr)),
              "average_precision");
}

void expect_classes(const Metrics& metrics, const json& expected) {
  expect_near(metrics.accuracy, expected.at("accuracy"), "accuracy");
  expect_near(metrics.balanced_accuracy, expected.at("balanced_accuracy"), "balanced_accuracy");
  expect_near(metrics.macro_f1, expected.at("macro_f1"), "macro_f1");
  if (expected.contains("exact_match"))
    expect_near(metrics.exact_match, expected.at("exact_match"), "exact_match");
  ASSERT_EQ(metrics.per_class.size(), expected.at("recall").size());
  for (std::size_t c = 0; c < metrics.per_class.size(); ++c) {
    const ClassMetrics& one = metrics.per_class[c];
    expect_near(one.precision, expected.at("precision")[c], "precision");
    expect_near(one.recall, expected.at("recall")[c], "recall");
    expect_near(one.f1, expected.at("f1")[c], "f1");
    expect_near(static_cast<double>(one.support), expected.at("support")[c], "support");
    for (std::size_t p = 0; p < metrics.per_class.size() && expected.contains("confusion"); ++p)
      expect_near(static_cast<double>(metrics.confusion[c][p]), expected.at("confusion")[c][p], "confusion");
  }
}

double loss_of(Loss kind, const Matrix<double>& z, const Matrix<double>& a, const Matrix<double>& targets) {
  LossScratch<double> scratch;
  return evaluate_loss<double>({}, {.kind = kind, .quantile = 0.8}, z.view(), a.view(), targets.view(), {},
                               {}, scratch);
}

Matrix<double> logistic_of(Matrix<double> z) {
  for (double& value : z.values())
    value = 1 / (1 + std::exp(-value));
  return z;
}

// Probabilities and one-hot targets.
void check_classes(const json& problem) {
  const Matrix<double> z = repeated(problem, "z"), truth = repeated(problem, "truth");
  Matrix<double> p = z, targets(z.rows(), z.columns());
  std::vector<std::uint32_t> classes;
  for (std::size_t r = 0; r < z.rows(); ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < z.columns(); ++c)
      sum += p(r, c) = std::exp(z(r, c));
    for (std::size_t c = 0; c < z.columns(); ++c)
      p(r, c) /= sum;
    classes.push_back(static_cast<std::uint32_t>(truth(r, 0)));
    targets(r, classes.back()) = 1;
  }
  Metrics metrics = classification_metrics(Task::classes, classes,
                                           predicted_classes<double>(Task::classes, p.view()), z.columns());
  add_probability_metrics(metrics, classes, p.view());
  expect_classes(metrics, problem.at("expected"));
  expect_probabilities(metrics, problem.at("expected"));
  expect_near(loss_of(Loss::softmax_cross_entropy, z, p, targets), problem.at("expected").at("loss"), "loss");
}

void check_labels(const json& problem) {
  const Matrix<double> z = repeated(problem, "z"), truth = repeated(problem, "truth");
  const Matrix<double> p = logistic_of(z);
  expect_classes(multi_label_metrics<double>(p.view(), truth.view()), problem.at("expected"));
  expect_near(loss_of(Loss::binary_cross_entropy, z, p, truth), problem.at("expected").at("loss"), "loss");
}

void check_binary(const json& problem) {
  const Matrix<double> z = repeated(problem, "z"), targets = repeated(problem, "truth");
  const Matrix<double> p = logistic_of(z);
  const auto truth = predicted_classes<double>(Task::binary, targets.view());
  Matrix<double> of_both(p.rows(), 2);
  for (std::size_t r = 0; r < p.rows(); ++r) {
    of_both(r, 0) = 1 - p(r, 0);
    of_both(r, 1) = p(r, 0);
  }
  const json& expected = problem.at("expected");
  Metrics metrics =
      classification_metrics(Task::binary, truth, predicted_classes<double>(Task::binary, p.view()), 2);
  add_probability_metrics(metrics, truth, of_both.view());
  expect_classes(metrics, expected);
  expect_probabilities(metrics, expected);
  if (expected.contains("loss"))
    expect_near(loss_of(Loss::binary_cross_entropy, z, p, targets), expected.at("loss"), "loss");
}

void check_numbers(const json& problem) {
  const Matrix<double> predicted = repeated(problem, "predicted"), truth = repeated(problem, "truth");
  const json& expected = problem.at("expected");
  const Metrics metrics = regression_metrics(predicted.view(), truth.view());
  expect_near(metrics.rmse, expected.at("rmse"), "rmse");
  expect_near(metrics.mae, expected.at("mae"), "mae");
  expect_near(metrics.r2, expected.at("r2"), "r2");
  for (std::size_t c = 0; c < truth.columns(); ++c) {
    expect_near(metrics.rmse_per_target[c], expected.at("rmse_per_target")[c], "rmse of a target");
    expect_near(metrics.mae_per_target[c], expected.at("mae_per_target")[c], "mae of a target");
    expect_near(metrics.r2_per_target[c], expected.at("r2_per_target")[c], "r2 of a target");
  }
  for (const auto& [name, value] : expected.at("losses").items())
    expect_near(loss_of(parse_name<Loss>(name), predicted, predicted, truth), value, name);
}

TEST(MetricsGolden, EqualScikitLearnsOnThirtyFourProblems) {
  ASSERT_EQ(problems().size(), 34u);
  for (const json& problem : problems()) {
    SCOPED_TRACE(problem.at("task").get<std::string>() + " " + problem.at("special").get<std::string>());
    switch (parse_name<Task>(problem.at("task").get<std::string>())) {
      case Task::binary:
        check_binary(problem);
        break;
      case Task::classes:
        check_classes(problem);
        break;
      case Task::multi_label:
        check_labels(problem);
        break;
      case Task::regression:
        check_numbers(problem);
        break;
      case Task::ordinal:
        ADD_FAILURE() << "scikit-learn has no ordered classes";
        break;
    }
  }
}

}  // namespace
}  // namespace chainrule
