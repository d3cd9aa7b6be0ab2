// Accuracy of class labels, and precision, recall and F1 of each class.
//
// accuracy = right / rows; of a class: precision = right / called so, recall = right / rows of it,
// F1 = 2 right / (called so + rows of it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "chainrule/data/task.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/metrics.h"

namespace chainrule {

// Class index of each row: binary from the probability of class 1 (>= 0.5), classes by the largest output
// (the first of equals).
template <typename T>
std::vector<std::uint32_t> predicted_classes(Task task, MatrixView<const T> outputs);

// truth, predicted: class indices. classes: how many there are.
Metrics classification_metrics(Task task, std::span<const std::uint32_t> truth,
                               std::span<const std::uint32_t> predicted, std::size_t classes);
// outputs, targets [rows][labels]; yes where the output is >= 0.5.
template <typename T>
Metrics multi_label_metrics(MatrixView<const T> outputs, MatrixView<const T> targets);

}  // namespace chainrule
