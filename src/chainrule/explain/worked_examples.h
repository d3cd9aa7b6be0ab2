// Networks small enough to be worked by hand, with their numbers.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/explain/notation.h"
#include "chainrule/explain/worked_step.h"

namespace chainrule {

// The network of lecture 000 (and of 001's first figure), three inputs, three hidden units, two outputs,
// logistic. The document has no numbers: these are multiples of 1/128, exact in binary.
WorkedNetwork example_000();
// The same shape in lecture 001, with four samples whose losses are averaged.
WorkedNetwork example_001();
// The network of lecture 002, 2-3-2-2, logistic, and three samples whose losses are summed; again with our
// own numbers.
WorkedNetwork example_002();
// The example of lecture 004 as printed: two inputs, two hidden layers of three and two units, one output,
// logistic everywhere, half the squared error, and the rule W - eta (delta n^T + W), whose decay is 1.
WorkedNetwork example_004();

struct WorkedExample {
  std::string_view word;  // "004"
  std::string_view description;
  Notation notation;  // of its document
  WorkedNetwork (*make)();
};

std::span<const WorkedExample> worked_examples();

}  // namespace chainrule
