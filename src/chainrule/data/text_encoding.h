// Which encodings a text that is not UTF-8 may have, judged by its bytes: zeros (UTF-16, UTF-32), pairs of
// bytes (GB18030, Big5, Shift-JIS, EUC-KR, EUC-JP), single bytes above 0x7F (Western: WINDOWS-1252, CP850,
// MACINTOSH; Central European: WINDOWS-1250; Cyrillic: WINDOWS-1251, KOI8-R, CP866; Greek: ISO-8859-7), or
// escapes that change the set of characters (ISO-2022).
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
// The encoding of a text whose escapes change the set of characters: ISO-2022-JP or -KR; "" for other texts.
std::string_view escaped_encoding(std::string_view text);
// How to convert a table with these bytes.
Message advice_on_encoding(std::string_view text);

}  // namespace chainrule
