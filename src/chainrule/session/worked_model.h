// A trained model and rows of a table as a network to work one step of by hand.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chainrule/explain/worked_step.h"
#include "chainrule/session/source.h"
#include "chainrule/train/model.h"

namespace chainrule {

// The model's network in double, without its dropout layers (they are the identity in prediction), its loss,
// and the rows (counted from 1) as the encoder turns them into numbers. One row has the reduction `single`,
// several have `mean`. Throws UsageError for a row the table does not have, DataError and StateError as
// prediction does. `repairs` gets sentences about what a lenient reader mended.
WorkedNetwork worked_network_of(FileSystem& file_system, const Model& model, const DataSource& data,
                                const std::vector<std::size_t>& rows,
                                std::vector<Message>* repairs = nullptr);

}  // namespace chainrule
