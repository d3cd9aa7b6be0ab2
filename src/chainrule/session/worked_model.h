// A trained model and rows of a table, ready for one training step worked out by hand.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/explain/worked_step.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The model's network in double, without its dropout layers (in prediction they are the identity), its loss,
// and the rows (counted from 1) as the encoder turns them into numbers. The reduction is `single` for one
// row, `mean` for several. Throws UsageError for a row that the table does not have, DataError and StateError
// as prediction does. `repairs` receives sentences about what a lenient reader repaired.
WorkedNetwork worked_network_of(FileSystem& file_system, const Model& model, const DataSource& data,
                                const std::vector<std::size_t>& rows,
                                std::vector<Message>* repairs = nullptr);

}  // namespace chainrule
