// What `train` reports before and after training.
#pragma once

#include <cstddef>
#include <vector>

#include "chainrule/commands/json_output.h"
#include "chainrule/commands/train_settings.h"
#include "chainrule/io/report_contents.h"
#include "chainrule/session/training.h"
#include "chainrule/toolkit/console.h"

namespace chainrule::cli {

// The notes of the plan, then four lines on standard error (learning, from, with, by). Nothing when quiet.
void describe_plan(Console& console, const TrainRequest& request, const TrainingPlan& plan,
                   std::size_t threads);
// The result for a reader, on standard output.
void print_summary(Console& console, const TrainSettings& settings, const TrainOutcome& outcome);
// The members of a mixture, one entry per kind.
std::vector<ReportMembers> report_members(const TrainOutcome& outcome);
// The result for a program.
Json json_of_outcome(const Console& console, const TrainSettings& settings, const TrainOutcome& outcome);

}  // namespace chainrule::cli
