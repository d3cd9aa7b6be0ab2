// Which encodings a text that is not UTF-8 may have, judged by its bytes: zeros (UTF-16, UTF-32), pairs of
// bytes (GB18030, Big5, Shift-JIS, EUC-KR, EUC-JP), or single bytes above 0x7F (WINDOWS-1252,
// WINDOWS-1251, CP850).
//
// Bytes alone do not prove an encoding: the advice names the possible ones, most plausible first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/message.h"

namespace chainrule {

// How messages describe a text that is not UTF-8.
inline constexpr const char* kNotUtf8 = "text that is not UTF-8";
inline constexpr const char* kHasNul = "a NUL byte in a text table";

// Names for iconv, most plausible first; empty if none is plausible. `text` is the start of the table.
std::vector<std::string> plausible_encodings(std::string_view text);
// How to convert a table with these bytes.
Message advice_on_encoding(std::string_view text);

}  // namespace chainrule
