// A member of a mixture as a model of its own, and the vote of all members on rows of a table.
#pragma once

#include <cstddef>

#include "chainrule/explain/worked_vote.h"
#include "chainrule/train/model.h"

namespace chainrule {

// Whether each member can be taken out: not if several have no hidden layer, since then their weights were
// added up. False for a model that is no mixture.
bool has_separate_members(const Model& mixture);

// Member `number`, counted from 1 in the order of the report: its network alone, with its own inputs (and
// with the layer of its columns, if it reads those). It predicts with the encoder of the mixture, at the
// usual threshold. Its provenance has its own epochs, and no scores. Throws UsageError if
// there is no such member, and StateError if the report is not that of this network.
Model member_of(const Model& mixture, std::size_t number);

// The vote on each sample of `worked`, which is made of the mixture; `step` has its outputs. Requires
// has_separate_members.
WorkedVote work_vote(const Model& mixture, const WorkedNetwork& worked, const WorkedStep& step);

}  // namespace chainrule
