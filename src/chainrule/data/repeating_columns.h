// Columns that identify the subject of a row (a patient, a customer) and have repeating values: the rows of
// one patient resemble each other, so a score on rows of known patients reveals little about new patients.
#pragma once

#include <string>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/schema.h"
#include "chainrule/data/split.h"
#include "chainrule/data/table.h"

namespace chainrule {

// Whether a part of the name is "id", "patient", "customer" or the like: patient_id, subjectNo, "Customer
// ID".
bool names_a_subject(const std::string& column_name);

// Adds a note for the first column with such a name that has at least five values, two or more rows per value
// on average, and rows of one value on both sides of the split.
void note_repeating_columns(const Table& table, const Schema& schema, const std::string& weight_column,
                            const Split& split, std::vector<Message>& notes);

}  // namespace chainrule
