// Finds the columns of a table that an encoder needs: by name, or by position in a table without names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/table.h"

namespace chainrule {

inline constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);

// The name of the column that a file of labels becomes.
inline constexpr std::string_view kJoinedLabel = "label";

enum class MatchKind { by_name, by_position, none };

struct ColumnMatch {
  MatchKind kind = MatchKind::none;
  std::vector<std::size_t> inputs;   // column of each input, or kNotFound
  std::vector<std::size_t> targets;  // column of each target, or kNotFound
};

std::vector<std::string> column_names(const Table& table);
ColumnMatch match_columns(const Encoder& encoder, std::span<const std::string> names);

// Throws DataError, with the nearest name, if an input has no column. `source` is the table's name, for
// messages.
void require_inputs(const Encoder& encoder, std::span<const std::string> names, const ColumnMatch& match,
                    const std::string& source);

// The column of each target. Throws DataError if one has none.
std::vector<std::size_t> target_places(const Encoder& encoder, const Table& table);

// For a table without names whose columns are matched by their place, though the model knows names.
std::optional<Message> note_on_places(const Encoder& encoder, std::span<const std::string> names,
                                      const std::string& source);

// What to request from a TableReader, one entry per column of `layout_names`: the readings of the inputs (and
// of the targets if wanted), nullopt for everything else. `source` is the table's name, for messages.
enum class TargetsWanted { no, yes };
std::vector<std::optional<ColumnReading>> wanted_readings(const Encoder& encoder,
                                                          std::span<const std::string> layout_names,
                                                          TargetsWanted targets,
                                                          const std::string& source = {});

}  // namespace chainrule
