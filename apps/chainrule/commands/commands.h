// Every command adds itself, with its options and examples, to the root.
#pragma once

#include "chainrule/toolkit/command_line.h"

namespace chainrule::cli {

void add_train_command(Command& root);
void add_predict_command(Command& root);
void add_evaluate_command(Command& root);
void add_cv_command(Command& root);
void add_tune_command(Command& root);
void add_inspect_command(Command& root);
void add_data_command(Command& root);
void add_gradcheck_command(Command& root);
void add_explain_command(Command& root);
void add_graph_command(Command& root);
void add_lesson_command(Command& root);
void add_bench_command(Command& root);
void add_completion_command(Command& root);

// The parts of `data`.
void add_data_describe_command(Command& data);
void add_data_split_command(Command& data);
void add_data_generate_command(Command& data);

// All of them, in the order of the help.
void add_all_commands(Command& root);

}  // namespace chainrule::cli
