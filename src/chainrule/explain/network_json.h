// A small network with its numbers as a JSON file, for one step worked by hand.
//
//   {"sizes": [2, 3, 1], "activations": ["logistic", "logistic"], "loss": "half_squared_error", "eta": 0.1,
//    "W": [[[to 1 from 1, to 1 from 2], ...], ...], "b": [[...], ...], "samples": [{"x": [1, 2], "t": [1]}]}
//
// With "centres" [unit][input] and "widths" a layer of radial basis functions comes first; sizes counts it,
// while W, b and activations belong to the layers after it.
//
// sizes counts units from the inputs on; W[l][i][j] leads to unit i from unit j. Optional: "reduction"
// (single for one sample, else mean), "lambda", "decay" (worked_step.h defines them; both default to 0). An
// activation is a word, a list of words (one per unit), or {"name": "elu", "parameter": 1.5}, or {"name":
// "prelu", "learnable": [one per unit]}. The loss may also be called half_sse, sse (squared_error) or
// cross_entropy (the one that belongs to the output).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/explain/worked_step.h"
#include "chainrule/explain/worked_vote.h"

namespace chainrule {

struct NetworkFile {
  WorkedNetwork worked;
  // Unread keys that resemble a known key, each with that key. Other keys (results such as "dW", notes) are
  // ignored.
  std::vector<std::pair<std::string, std::string>> misspelt;
};

// `where` names the file in messages. Throws a DataError for anything else, with the place inside the file
// and both sizes if they do not match.
NetworkFile read_network_json(std::string_view text, const std::string& where);

// Network and step as JSON: everything that read_network_json reads, and the results under the keys z, a,
// f_prime, delta, loss (each sample), total_loss, dW, db, W_new, b_new, total_loss_after_update. Numbers read
// back as the same doubles.
// vote: of a mixture, under the key vote; null: none.
std::string worked_step_json(const WorkedNetwork& worked, const WorkedStep& step,
                             const WorkedVote* vote = nullptr);

}  // namespace chainrule
