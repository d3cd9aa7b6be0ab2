// A two-byte encoding is plausible if every byte above 0x7F is part of a pair that it allows, and at least
// half of the pairs are in the range of its frequent characters (first-level hanzi of GB 2312, Hangul of KS X
// 1001, first-level characters of Big5, kana and first-level kanji of JIS X 0208). Text of a single-byte
// encoding rarely has only such pairs.
#include "chainrule/data/text_encoding.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

enum class Pair { impossible, rare, frequent, single };

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_between(unsigned byte, unsigned low, unsigned high) {
  return byte >= low && byte <= high;
}

Pair pair_of_gb18030(unsigned lead, unsigned trail) {
  if (!is_between(lead, 0x81, 0xFE) || !is_between(trail, 0x40, 0xFE) || trail == 0x7F)
    return Pair::impossible;
  return trail >= 0xA1 && (is_between(lead, 0xB0, 0xD7) || is_between(lead, 0xA1, 0xA3)) ? Pair::frequent
                                                                                         : Pair::rare;
}

Pair pair_of_big5(unsigned lead, unsigned trail) {
  const bool is_trail = is_between(trail, 0x40, 0x7E) || is_between(trail, 0xA1, 0xFE);
  if (!is_between(lead, 0xA1, 0xF9) || !is_trail) return Pair::impossible;
  return is_between(lead, 0xA1, 0xC6) ? Pair::frequent : Pair::rare;
}

Pair pair_of_shift_jis(unsigned lead, unsigned trail) {
  if (is_between(lead, 0xA1, 0xDF)) return Pair::single;  // half-width katakana
  const bool is_lead = is_between(lead, 0x81, 0x9F) || is_between(lead, 0xE0, 0xFC);
  if (!is_lead || !is_between(trail, 0x40, 0xFC) || trail == 0x7F) return Pair::impossible;
  return is_between(lead, 0x81, 0x83) || is_between(lead, 0x88, 0x97) ? Pair::frequent : Pair::rare;
}

Pair pair_of_euc_kr(unsigned lead, unsigned trail) {
  if (!is_between(lead, 0xA1, 0xFE) || !is_between(trail, 0xA1, 0xFE)) return Pair::impossible;
  return is_between(lead, 0xB0, 0xC8) ? Pair::frequent : Pair::rare;
}

Pair pair_of_euc_jp(unsigned lead, unsigned trail) {
  if (lead == 0x8E && is_between(trail, 0xA1, 0xDF)) return Pair::rare;
  if (!is_between(lead, 0xA1, 0xFE) || !is_between(trail, 0xA1, 0xFE)) return Pair::impossible;
  return lead == 0xA4 || lead == 0xA5 ? Pair::frequent : Pair::rare;
}

struct TwoByteEncoding {
  std::string_view name;
  Pair (*pair)(unsigned, unsigned);
};

constexpr TwoByteEncoding kTwoByteEncodings[] = {{"GB18030", pair_of_gb18030},
                                                 {"EUC-KR", pair_of_euc_kr},
                                                 {"BIG5", pair_of_big5},
                                                 {"SHIFT_JIS", pair_of_shift_jis},
                                                 {"EUC-JP", pair_of_euc_jp}};

// The share of frequent characters among those above 0x7F; -1 if a byte is impossible.
double share_of_frequent(const TwoByteEncoding& encoding, std::string_view text) {
  std::size_t pairs = 0, frequent = 0, singles = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) continue;
    if (i + 1 == text.size()) break;  // the sample may end inside a pair
    const Pair pair = encoding.pair(lead, byte_at(text, i + 1));
    if (pair == Pair::impossible) return -1;
    if (pair == Pair::single) {
      ++singles;
      continue;
    }
    ++pairs;
    frequent += pair == Pair::frequent ? 1 : 0;
    ++i;
  }
  return pairs + singles == 0 ? 0 : static_cast<double>(frequent) / static_cast<double>(pairs + singles);
}

// "" if zeros are too few, or not where an encoding of two or four bytes has them.
std::string wide_encoding(std::string_view text) {
  text = text.substr(0, std::size_t{1} << 16);
  std::size_t zeros = 0, at_even = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\0') continue;
    ++zeros;
    at_even += i % 2 == 0 ? 1 : 0;
  }
  const bool begins_with_zero = text.front() == '\0';
  if (5 * zeros >= 3 * text.size()) return begins_with_zero ? "UTF-32BE" : "UTF-32LE";
  if (20 * zeros < text.size()) return {};
  if (20 * at_even >= 19 * zeros) return "UTF-16BE";
  if (20 * at_even <= zeros) return "UTF-16LE";
  return {};
}

struct HighBytes {
  std::size_t runs = 0, bytes = 0;
  std::size_t controls = 0;    // 0x80 to 0x9F
  std::size_t characters = 0;  // valid UTF-8 beyond ASCII
  std::size_t wrong = 0;       // bytes that are not part of valid UTF-8
};

HighBytes count_high_bytes(std::string_view text) {
  HighBytes count;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = byte_at(text, i);
    if (byte < 0x80) continue;
    ++count.bytes;
    count.runs += i == 0 || byte_at(text, i - 1) < 0x80 ? 1 : 0;
    count.controls += byte < 0xA0 ? 1 : 0;
  }
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (length <= 4 && i + length <= text.size() && !is_valid_utf8(text.substr(i, length)))
      ++length;
    const bool is_valid = length <= 4 && i + length <= text.size();
    if (!is_valid) ++count.wrong;
    if (is_valid && length > 1) ++count.characters;
    i += is_valid ? length : 1;
  }
  return count;
}

}  // namespace

std::vector<std::string> plausible_encodings(std::string_view text) {
  if (text.empty()) return {};
  if (text.find('\0') != std::string_view::npos) {
    const std::string wide = wide_encoding(text);
    return wide.empty() ? std::vector<std::string>{} : std::vector{wide};
  }
  std::vector<std::pair<double, std::string>> found;
  for (const TwoByteEncoding& encoding : kTwoByteEncodings) {
    const double share = share_of_frequent(encoding, text);
    const double least = encoding.name == "EUC-JP" ? 0.25 : 0.5;
    if (share >= least) found.emplace_back(share, encoding.name);
  }
  std::ranges::stable_sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> names;
  for (auto& [share, name] : found)
    names.push_back(std::move(name));
  if (!names.empty()) return names;
  const HighBytes count = count_high_bytes(text);
  if (count.bytes == 0) return {};
  // Words of another alphabet are runs of such bytes; accents stand alone among ASCII letters.
  if (count.bytes >= 3 * count.runs) return {"WINDOWS-1251", "KOI8-R", "ISO-8859-7"};
  if (2 * count.controls > count.bytes) return {"CP850", "MACINTOSH"};
  return {"WINDOWS-1252"};
}

Message advice_on_encoding(std::string_view text) {
  const std::vector<std::string> names = plausible_encodings(text);
  const auto convert = [](const std::string& name) { return "iconv -f " + name + " -t UTF-8 FILE > NEW"; };
  if (text.find('\0') != std::string_view::npos) {
    if (names.empty() && 1000 * std::ranges::count(text, '\0') < std::ssize(text) + 2000) {
      return "correct the cell, or put U+FFFD in place of such bytes with " + set_to(Setting::lenient, "") +
             "; a binary file must be exported as CSV first";
    }
    if (names.empty()) return "a binary file must be exported as CSV first; save a text table as UTF-8";
    return "save the table as UTF-8, or convert it: by its zeros it is " + names.front() + " (" +
           convert(names.front()) + ")";
  }
  const HighBytes count = count_high_bytes(text);
  if (count.characters > 4 * count.wrong) {
    return "most of the text is UTF-8: correct the cell, or put U+FFFD in place of such bytes with " +
           set_to(Setting::lenient, "");
  }
  if (names.size() == 1 && names.front() == "WINDOWS-1252")
    return "save the table as UTF-8, or convert it: " + convert(names.front());
  if (names.empty()) return "save the table as UTF-8";
  return "save the table as UTF-8, or convert it: by its bytes it may be " +
         (names.size() == 1 ? names.front()
                            : join(std::span(names).first(names.size() - 1), ", ") + " or " + names.back()) +
         " (" + convert(names.front()) + "); then look whether the words are right";
}

}  // namespace chainrule
