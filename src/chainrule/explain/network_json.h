// A small network with its numbers as a JSON file, to work one step of by hand.
//
//   {"sizes": [2, 3, 1], "activations": ["logistic", "logistic"], "loss": "half_squared_error", "eta": 0.1,
//    "W": [[[to 1 from 1, to 1 from 2], ...], ...], "b": [[...], ...], "samples": [{"x": [1, 2], "t": [1]}]}
//
// With "centres" [unit][input] and "widths" a layer of radial basis functions stands first; sizes counts it,
// while W, b and activations belong to the layers after it.
//
// sizes counts units from the inputs on; W[l][i][j] leads to unit i from unit j. Optional: "reduction"
// (single for one sample, else mean), "lambda", "decay" (worked_step.h says what they are; both 0). An
// activation is a word, a list of words (one a unit), or {"name": "elu", "parameter": 1.5}, or {"name":
// "prelu", "learnable": [one a unit]}. The loss may also be called half_sse, sse (squared_error) or
// cross_entropy (the one that belongs to the output).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/explain/worked_step.h"

namespace chainrule {

struct NetworkFile {
  WorkedNetwork worked;
  // Keys that were not read and look like one that would have been, with the latter. Other keys (answers such
  // as "dW", notes) are let pass.
  std::vector<std::pair<std::string, std::string>> misspelt;
};

// `where` names the file in messages. Throws DataError for what is no such network, with the place inside the
// file and both sizes where they do not fit.
NetworkFile read_network_json(std::string_view text, const std::string& where);

// Network and step as JSON: what read_network_json reads, and the results under the keys z, a, f_prime,
// delta, loss (each sample), total_loss, dW, db, W_new, b_new, total_loss_after_update. Numbers read back as
// the same doubles.
std::string worked_step_json(const WorkedNetwork& worked, const WorkedStep& step);

}  // namespace chainrule
