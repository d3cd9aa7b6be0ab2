// The perceptron rule on a table: a network of one dense layer of sign units, trained row by row.
//
//   z = x W + b with b = -T;   o = sgn(z);   d = 2 t - 1 for targets t of 0 and 1
//   row by row:  W += rate (d - o) x,  b += rate (d - o)         for all units at once
// until a whole epoch needs no correction. The weights that are kept:
//
//   plain     the weights at the end                                         Rosenblatt 1958
//   pocket    the weights that classified the most rows correctly            Gallant 1990, with ratchet
//   averaged  the mean of the weights after every presentation               Freund, Schapire 1999
//
// On rows that no hyperplane separates the rule would never end. This is detected for each unit in two ways
// (model/separability.h): when the weights return to an earlier value, the corrections in between cancel, and
// their counts are a proof; and when the epochs are used up, a search decides.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/model/perceptron.h"
#include "chainrule/model/separability.h"
#include "chainrule/train/trainer.h"

namespace chainrule {

enum class PerceptronVariant { plain, pocket, averaged };

template <>
struct EnumNames<PerceptronVariant> {
  static constexpr std::string_view kind = "perceptron variant";
  static constexpr EnumName<PerceptronVariant> table[] = {
      {PerceptronVariant::plain, "plain", "the weights at the end"},
      {PerceptronVariant::pocket, "pocket", "the weights that classified the most rows correctly"},
      {PerceptronVariant::averaged, "averaged", "the mean of the weights after every row"},
  };
};

// One unit corrected by one row.
struct PerceptronCorrection {
  std::uint64_t epoch = 0;  // counted from 1
  std::uint32_t row = 0;    // of the training data, counted from 0
  std::size_t unit = 0;
  double net = 0;    // before the correction
  double error = 0;  // d - o
};

struct PerceptronTrainerOptions {
  PerceptronVariant variant = PerceptronVariant::plain;
  SignOfZero sign_of_zero = SignOfZero::plus;
  double learning_rate = 0.1;  // in (0, 1]
  std::uint64_t epochs = 200;
  double time_budget_seconds = 0;
  RowOrder row_order = RowOrder::shuffled;
  std::uint64_t seed = 1;
  ReadAt read_at = ReadAt::activation;  // for the pocket and on the held-out rows
  double search_multiplications = 4e9;  // for the search at the end, over all units; 0: none
  std::function<void(const PerceptronCorrection&)> on_correction =
      {};                          // called for each as it is made; may be empty
  std::size_t history_epochs = 0;  // how many epochs the history keeps (add_epoch); 0: all
};

// Throws UsageError for a learning rate outside (0, 1], or no epochs.
void validate(const PerceptronTrainerOptions& options);

// How the verdict on a unit's rows was found.
enum class Evidence { none, right_epoch, repeated_weights, search };

template <>
struct EnumNames<Evidence> {
  static constexpr std::string_view kind = "evidence";
  static constexpr EnumName<Evidence> table[] = {
      {Evidence::none, "none", "nothing was established"},
      {Evidence::right_epoch, "right_epoch", "every row was classified correctly for a whole epoch"},
      {Evidence::repeated_weights, "repeated_weights", "the weights returned to an earlier value"},
      {Evidence::search, "search", "the search for a nearest point"},
  };
};

struct UnitSeparability {
  Separability verdict = Separability::undecided;
  Proof proof = Proof::none;
  Evidence evidence = Evidence::none;
  std::vector<double> counts;                       // not separable: one per training row
  std::size_t rows_in_proof = 0;                    // of them above 0
  std::uint64_t first_epoch = 0, repeat_epoch = 0;  // repeated_weights: after both the weights were equal
  double distance = 0;                              // search: to the origin, see SeparabilityAnswer
};

struct PerceptronTraining {
  History history;
  std::uint64_t presentations = 0;
  std::uint64_t corrections = 0;  // presentations that changed a weight
  std::vector<UnitSeparability> units;
  // Units whose threshold was raised at the end. Rows at exactly net 0 are no with sgn(0) = -1, but the sign
  // units of the network would call them yes; the higher threshold makes them no.
  std::vector<std::size_t> raised_thresholds;
};

// Trains `parameters`, starting from their values, of a network of one dense layer with sign units.
// validation may be null. Deterministic: rows are presented one by one on the calling thread. plain ends
// early when every unit is right or proven never to be. Throws StateError for any other network, UsageError
// for options, DataError for targets outside [0, 1], NonFiniteError when weights overflow.
template <typename T>
PerceptronTraining train_perceptron(const Compute& compute, const Network& network,
                                    const PerceptronTrainerOptions& options, const Dataset<T>& training,
                                    const Dataset<T>* validation, const ScoreFunction<T>& score,
                                    const TrainerObserver& observer, AlignedVector<T>& parameters);

}  // namespace chainrule
