// The threshold of a binary task: class 1 is predicted where its probability p is at least t.
//
// With t = 1/2 a row gets its more probable class, which is right most often. Other goals have other best
// thresholds, above all where one class is rare or one kind of mistake is worse. Here t is chosen on rows
// with known classes. With TP, FP, FN and TN the rows (or the sums of their weights) that are predicted as
// class 1 rightly and wrongly, and as class 0 wrongly and rightly:
//
//   f1                 2 TP / (2 TP + FP + FN), of class 1
//   balanced_accuracy  (TP / (TP + FN) + TN / (TN + FP)) / 2
//   mcc                (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN)), Matthews, 1975;
//                      0 where the root is 0
//   cost               (c_FP FP + c_FN FN) / rows, the lower the better. With true probabilities the best t
//                      is c_FP / (c_FP + c_FN) (Elkan, 2001)
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "chainrule/base/names.h"

namespace chainrule {

inline constexpr double kUsualThreshold = 0.5;

enum class ThresholdGoal { f1, balanced_accuracy, mcc, cost };

template <>
struct EnumNames<ThresholdGoal> {
  static constexpr std::string_view kind = "goal of the threshold";
  static constexpr EnumName<ThresholdGoal> table[] = {
      {ThresholdGoal::f1, "f1", "the F1 score of the second class"},
      {ThresholdGoal::balanced_accuracy, "balanced_accuracy", "the mean recall of both classes"},
      {ThresholdGoal::mcc, "mcc", "the correlation of predicted and true classes (Matthews)"},
      {ThresholdGoal::cost, "cost", "the mean cost of the mistakes"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"f1_score", "f1"},
      {"balanced_acc balanced_accuracy_score youden youden_j", "balanced_accuracy"},
      {"matthews matthews_corrcoef matthews_correlation", "mcc"},
      {"costs", "cost"},
  };
};
static_assert(has_sound_synonyms<ThresholdGoal>());

struct ThresholdRequest {
  std::optional<double> given;        // the threshold itself, between 0 and 1
  std::optional<ThresholdGoal> goal;  // or what to choose it for
  // Of goal cost: what one wrong prediction of class 1 costs, and one of class 0.
  double cost_of_false_yes = 1, cost_of_false_no = 1;
};

struct ChosenThreshold {
  ThresholdGoal goal = ThresholdGoal::f1;
  double threshold = kUsualThreshold;
  double score = 0;           // of the goal, on the rows that chose it
  double score_at_usual = 0;  // with the usual threshold
};

// The best threshold for request.goal. It lies halfway between two neighbouring probabilities, or is the
// usual one where that is as good; of equally good ones it is the nearest to the usual one. truth: 0 or 1 of
// each row; p: the probabilities of class 1; weights: one per row, or empty. Empty if only one class has
// rows, or a probability is not finite.
std::optional<ChosenThreshold> choose_threshold(const ThresholdRequest& request,
                                                std::span<const std::uint32_t> truth,
                                                std::span<const double> p,
                                                std::span<const double> weights = {});

}  // namespace chainrule
