// The task: what a network learns to predict.
#pragma once

#include "chainrule/base/names.h"

namespace chainrule {

enum class Task { binary, classes, ordinal, multi_label, regression };

template <>
struct EnumNames<Task> {
  static constexpr std::string_view kind = "task";
  static constexpr EnumName<Task> table[] = {
      {Task::binary, "binary", "one of two classes"},
      {Task::classes, "classes", "one of several classes"},
      {Task::ordinal, "ordinal", "one of several classes in an order"},
      {Task::multi_label, "multi_label", "any of several labels, each yes or no"},
      {Task::regression, "regression", "one or several numbers"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"binary_classification two_classes", "binary"},
      {"class multi_class multi_class_classification", "classes"},
      {"ordered ordered_classes ordinal_classification ordinal_regression", "ordinal"},
      {"labels multi_label_classification", "multi_label"},
      {"regressor number numbers", "regression"},
  };
  static constexpr EnumHint hints[] = {
      {"classification classifier",
       "did you mean \"binary\" (one of two classes), \"classes\" (one of several) or \"multi_label\"?"},
  };
};
static_assert(has_sound_synonyms<Task>());

inline bool is_classification(Task task) {
  return task != Task::regression;
}

// Whether each row belongs to one class.
inline bool is_of_one_class(Task task) {
  return task == Task::binary || task == Task::classes || task == Task::ordinal;
}

}  // namespace chainrule
