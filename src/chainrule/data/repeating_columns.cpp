#include "chainrule/data/repeating_columns.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "chainrule/base/text.h"
#include "chainrule/data/equal_rows.h"

namespace chainrule {
namespace {

constexpr std::size_t kFewestValues = 5;

constexpr std::string_view kSubjects[] = {
    "id",      "ids",        "uuid",     "guid",      "patient",  "patients", "subject",  "participant",
    "person",  "user",       "customer", "client",    "member",   "account",  "employee", "student",
    "pupil",   "child",      "animal",   "household", "family",   "donor",    "speaker",  "author",
    "writer",  "respondent", "proband",  "device",    "machine",  "sensor",   "driver",   "vehicle",
    "session", "cow",        "mouse",    "rat",       "specimen", "plot",     "group",    "cluster"};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c);
}

// The words of a name in lower case: patient_id, PatientID and "patient id" are "patient" and "id".
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool begins_word = is_upper(c) && i > 0 && !is_upper(name[i - 1]);
    if ((!is_letter(c) || begins_word) && !words.back().empty()) words.emplace_back();
    if (is_letter(c)) words.back() += static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
  }
  return words;
}

}  // namespace

bool names_a_subject(const std::string& column_name) {
  return std::ranges::any_of(words_of(column_name), [](const std::string& word) {
    return std::ranges::find(kSubjects, std::string_view(word)) != std::end(kSubjects);
  });
}

void note_repeating_columns(const Table& table, const Schema& schema, const std::string& weight_column,
                            const Split& split, std::vector<Message>& notes) {
  if (split.validation.empty()) return;
  for (const SchemaColumn& entry : schema.columns) {
    if (entry.role == ColumnRole::target || entry.name == weight_column || !names_a_subject(entry.name))
      continue;
    const std::size_t place[] = {table.column_index(entry.name)};
    const std::vector<std::uint32_t> firsts = first_equals(row_hashes(table, place));
    const std::size_t distinct = firsts.size() - count_repeats(firsts);
    if (distinct < kFewestValues || 2 * distinct > firsts.size()) continue;
    std::vector<char> is_trained(firsts.size(), 0);
    for (const std::uint32_t row : split.training)
      is_trained[firsts[row]] = 1;
    const auto known = std::ranges::count_if(split.validation,
                                             [&](std::uint32_t row) { return is_trained[firsts[row]] != 0; });
    if (known == 0) continue;
    notes.push_back(quoted(entry.name) +
                    " repeats over the rows: " + format_count(static_cast<std::uint64_t>(known)) +
                    " of the " + count_of(split.validation.size(), "held-out row") + " have a " +
                    quoted(entry.name) + " that training rows have too; use " +
                    set_to_text(Setting::group, entry.name) + " to keep the rows of each on one side.");
    return;
  }
}

}  // namespace chainrule
