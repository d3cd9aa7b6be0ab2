// Accuracy of predicted classes, and precision, recall and F1 of each class.
//
//   accuracy       correct rows / rows
//   of a class c   precision = TP / (TP + FP),  recall = TP / (TP + FN),  F1 = 2 TP / (2 TP + FP + FN)
//     TP rows of c predicted as c, FP other rows predicted as c, FN rows of c predicted as another class
//   balanced accuracy   the mean recall of the classes that occur; of labels, the mean over the labels of the
//                       balanced accuracy of yes and no
//   class distance      of ordered classes, the mean of |index predicted - index of the true class|
//   macro F1            the mean F1 of the classes that occur or are predicted; of labels, the mean over all
//                       labels of the F1 of yes
//
// With row weights every count is a sum of weights.
//
// Outputs [rows][outputs] become one class index per row; several labels per row are counted label by label.
// Numbers are scored in regression_metrics.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/task.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/threshold.h"

namespace chainrule {

// The number of classes that so many outputs predict.
std::size_t class_count(Task task, std::size_t outputs);

// The class index of each row: for a binary task 1 if the probability of class 1 is at least the threshold
// (threshold.h), for several classes the largest output, for ordered ones the most probable class
// (cumulative.h); the first of equals.
template <typename T>
std::vector<std::uint32_t> predicted_classes(Task task, MatrixView<const T> outputs,
                                             double threshold = kUsualThreshold);

// truth, predicted: class indices. classes: the number of classes. weights: one per row, or empty.
// class_distance is that of the task ordinal.
Metrics classification_metrics(Task task, std::span<const std::uint32_t> truth,
                               std::span<const std::uint32_t> predicted, std::size_t classes,
                               std::span<const double> weights = {});
// outputs, targets [rows][labels]; a label is predicted when its output is >= 0.5.
template <typename T>
Metrics multi_label_metrics(MatrixView<const T> outputs, MatrixView<const T> targets,
                            std::span<const double> weights = {});

}  // namespace chainrule
