// Advice for a text table that cannot be read: options that make it readable.
//
// Each candidate is tried by reading the table (or its first 64 MiB) with it, and only those that work are
// named: lines to skip before or after the table, a comment sign, another quote or delimiter, an escape, a
// decimal comma, a header, and repairs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "chainrule/base/error.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/text_source.h"

namespace chainrule {

// Whether the text can be read with these options, and has at least two columns.
using ReadsWith = std::function<bool(const ReadOptions&)>;

// The line of a place "FILE:LINE..."; 0 if it has none.
std::uint64_t line_of_place(std::string_view place, std::string_view file);
// The report, with any advice that works before its own. `text` is the file from its start.
ErrorReport with_working_advice(const ErrorReport& report, const TextSource::Start& text,
                                const std::string& file, const ReadOptions& options, const ReadsWith& reads);

}  // namespace chainrule
