// The recipe of a default training: how many networks, of which shape, and how long each is trained, so that
// a table of so many rows and columns costs about what the effort says (docs/accuracy.md).
//
// The choice depends on the table's size and on the request alone, never on a clock: the same table gives the
// same model on every machine. What the request gives (TrainRequest::given) stays as it is.
#pragma once

#include <cstddef>

#include "chainrule/session/train_request.h"
#include "chainrule/session/training_plan.h"

namespace chainrule {

struct TableSize {
  std::size_t rows = 0;      // to train on
  std::size_t features = 0;  // of the encoded rows
  std::size_t numbers = 0;   // numeric columns among the inputs
  std::size_t outputs = 1;
  bool has_classes = false;  // to predict, or labels
};

// The size of the encoded table, before it is encoded: a category with many words counts as often as it will
// have features.
TableSize size_of(const Table& table, const Schema& schema);

struct KindRecipe {
  MemberKind kind = MemberKind::plain;
  std::vector<std::size_t> hidden;
  NumberEmbedding columns = NumberEmbedding::none;  // PlannedKind
  std::size_t parts = 4;
};

struct Recipe {
  TrainRequest request;           // with every setting that the effort chooses
  std::vector<KindRecipe> kinds;  // of the members of a mixture
};

// Without an effort, or for a model other than mlp, the request stays as it is.
Recipe apply_effort(TrainRequest request, const TableSize& size);

}  // namespace chainrule
