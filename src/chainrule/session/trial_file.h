// The results of a search as a file of JSON lines, from which an interrupted search resumes:
//
//   {"folds":3,"search":"0123456789abcdef","trials_format":1}
//   {"epochs":22,"fold":0,"loss":0.31,"options":{"hidden":"64"},"score":0.9,"seconds":0.02,"seed":1,"trial":1}
//   {"epochs":22,"failure":"...","fold":1,...,"score":null,...}
//
// The first line says to which search the results belong (hash_of_search in tuning.h). The file is written
// aside and renamed, so it is complete whenever a run ends.
#pragma once

#include <string>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/session/tuning.h"

namespace chainrule {

struct TrialFile {
  std::string search;  // hash
  std::size_t folds = 0;
  std::vector<TrialResult> results;
};

std::string trials_to_text(const TrialFile& file);
// `path`: for messages. Throws DataError for what is not such a file.
TrialFile trials_from_text(const std::string& text, const std::string& path);

void save_trials(FileSystem& file_system, const std::string& path, const TrialFile& file);
// Whether the file begins like one that save_trials wrote.
bool begins_as_trials(FileSystem& file_system, const std::string& path);

}  // namespace chainrule
