// Each encoding is scored from -1 to 1, and those near the best are named.
//
// A two-byte encoding is plausible if every byte above 0x7F is part of a pair that it allows, and at least
// half of the pairs are in the range of its frequent characters (first-level hanzi of GB 2312, Hangul of KS X
// 1001, first-level characters of Big5, kana and first-level kanji of JIS X 0208). Text of a single-byte
// encoding rarely has only such pairs; a pair that begins inside an ASCII word does not count (Orl\x8eans).
//
// A single-byte encoding is plausible if its letters stand where letters do: accents beside ASCII letters,
// another alphabet in runs, and no capital behind a small letter; quotes around words, signs beside numbers.
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
  return lead == 0xA4 || lead == 0xA5 || is_between(lead, 0xB0, 0xCF) ? Pair::frequent : Pair::rare;
}

constexpr double kLeastTwoByteScore = 0.3;
constexpr double kNear = 0.4;  // such scores are near the best
constexpr std::size_t kMostNames = 5;

struct TwoByteEncoding {
  std::string_view name;
  Pair (*pair)(unsigned, unsigned);
};

constexpr TwoByteEncoding kTwoByteEncodings[] = {{"GB18030", pair_of_gb18030},
                                                 {"EUC-KR", pair_of_euc_kr},
                                                 {"BIG5", pair_of_big5},
                                                 {"SHIFT_JIS", pair_of_shift_jis},
                                                 {"EUC-JP", pair_of_euc_jp}};

bool is_ascii_letter(unsigned byte) {
  return is_between(byte | 0x20, 'a', 'z');
}

unsigned before(std::string_view text, std::size_t i) {
  return i == 0 ? '\n' : byte_at(text, i - 1);
}

unsigned after(std::string_view text, std::size_t i) {
  return i + 1 >= text.size() ? '\n' : byte_at(text, i + 1);
}

// Half-width katakana stand in runs; 0xB0 and 0xB2 alone are rather a degree sign and a square.
double score_of_katakana(std::string_view text, std::size_t i) {
  const unsigned left = before(text, i), right = after(text, i);
  if (is_ascii_letter(left) || is_ascii_letter(right)) return 0;
  return left >= 0x80 || right >= 0x80 ? 0.7 : 0.65;
}

// The share of frequent characters among those above 0x7F; -1 if a byte is impossible.
double score_of(const TwoByteEncoding& encoding, std::string_view text) {
  double count = 0, score = 0;
  bool has_low_trail = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) continue;
    if (i + 1 == text.size()) break;  // the sample may end inside a pair
    const unsigned trail = byte_at(text, i + 1);
    const Pair pair = encoding.pair(lead, trail);
    if (pair == Pair::impossible) return -1;
    ++count;
    if (pair == Pair::single) {
      score += score_of_katakana(text, i);
      continue;
    }
    const bool is_in_word = is_ascii_letter(before(text, i)) && is_ascii_letter(trail);
    score += pair == Pair::frequent && !is_in_word ? 1 : 0;
    has_low_trail |= trail < 0x80;
    ++i;
  }
  // Four of ten characters of Big5 have a trail in ASCII; EUC-JP, EUC-KR and GB 2312 have none.
  constexpr double kEnoughPairs = 6, kNoLowTrail = 0.2;
  if (encoding.name == "BIG5" && !has_low_trail && count >= kEnoughPairs) score -= kNoLowTrail * count;
  return count == 0 ? 0 : score / count;
}

// What the bytes from 0x80 on are: l and U small and capital letters, ( and ) quotes, - a dash, + a currency
// or another sign beside numbers, . anything else. From Python's codecs and Unicode's categories.
enum class Script { latin, own };

struct OneByteEncoding {
  std::string_view name;
  Script script;
  std::string_view kinds;
};

constexpr OneByteEncoding kOneByteEncodings[] = {
    {"WINDOWS-1252", Script::latin,
     "+.(.(-...+U(U.U..()()---.+l)l.lU+(++.+.+.++(..+.++++.+....+)+++("
     "UUUUUUUUUUUUUUUUUUUUUUU+UUUUUUUllllllllllllllllllllllll+llllllll"},
    {"CP850", Script::latin,
     "UlllllllllllllUUUlUllllllUUl+U+.lllllU++(+.++(().....UUU+....++."
     "......lU........lUUUUlUUU.....U.UlUUlU+lUUUUlU...+.+.++.+...++.+"},
    {"MACINTOSH", Script::latin,
     "UUUUUUUlllllllllllllllllllllllll.++++-.l+++...UU.+..++...l.++Ull"
     "((.....()-+UUUUl--()()+.lU.+()ll..((+UUUUUUUUUUU.UUUUl.........."},
    {"WINDOWS-1250", Script::latin,
     "+.(.(-...+U(UUUU.()()---.+l)llll+..U.U.+.+U(..+U++.l.+...ll)U.ll"
     "UUUUUUUUUUUUUUUUUUUUUUU+UUUUUUUllllllllllllllllllllllll+lllllll."},
    {"WINDOWS-1251", Script::own,
     "UU(l(-..++U(UUUUl()()---.+l)llll+UlU.U.+U+U(..+U++Ull+..l+l)lUll"
     "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUllllllllllllllllllllllllllllllll"},
    {"KOI8-R", Script::own,
     "..........................+.++.+...l...............U...........+"
     "llllllllllllllllllllllllllllllllUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUU"},
    {"CP866", Script::own,
     "UUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUUllllllllllllllll................"
     "................................llllllllllllllllUlUlUlUl+...+..+"},
    {"ISO-8859-7", Script::own,
     "................................+()++..+.+.(....++++..U.UUU)U+UU"
     "lUUUUUUUUUUUUUUUUU.UUUUUUUUUlllllllllllllllllllllllllllllllllll."},
};

char kind_of(const OneByteEncoding& encoding, unsigned byte) {
  if (byte >= 0x80) return encoding.kinds[byte - 0x80];
  if (is_between(byte, 'a', 'z')) return 'l';
  return is_between(byte, 'A', 'Z') ? 'U' : ' ';
}

bool is_letter(char kind) {
  return kind == 'l' || kind == 'U';
}

double score_of_letter(const OneByteEncoding& encoding, std::string_view text, std::size_t i) {
  const unsigned left = before(text, i), right = after(text, i);
  const char left_kind = kind_of(encoding, left), right_kind = kind_of(encoding, right);
  if (kind_of(encoding, byte_at(text, i)) == 'U' && left_kind == 'l') return -1;
  const bool is_beside_ascii = is_ascii_letter(left) || is_ascii_letter(right);
  const bool is_beside_own =
      (left >= 0x80 && is_letter(left_kind)) || (right >= 0x80 && is_letter(right_kind));
  if (encoding.script == Script::own) return is_beside_ascii ? -1 : is_beside_own ? 1 : -0.3;
  return is_beside_ascii ? 1 : is_beside_own ? -0.7 : -0.3;
}

double score_of_sign(const OneByteEncoding& encoding, std::string_view text, std::size_t i) {
  const bool is_left = is_letter(kind_of(encoding, before(text, i)));
  const bool is_right = is_letter(kind_of(encoding, after(text, i)));
  switch (kind_of(encoding, byte_at(text, i))) {
    case '(':
      return is_left ? -1 : 1;
    case ')':
      return is_left || !is_right ? 1 : -1;
    case '+':
      return is_left && is_right ? -1 : 1;
    default:
      return is_left && is_right ? 0 : 1;
  }
}

double score_of(const OneByteEncoding& encoding, std::string_view text) {
  double count = 0, score = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = byte_at(text, i);
    if (byte < 0x80) continue;
    ++count;
    const char kind = kind_of(encoding, byte);
    score += kind == '.'       ? -1
             : is_letter(kind) ? score_of_letter(encoding, text, i)
                               : score_of_sign(encoding, text, i);
  }
  return count == 0 ? 0 : score / count;
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
  std::size_t characters = 0;  // valid UTF-8 beyond ASCII
  std::size_t wrong = 0;       // bytes that are not part of valid UTF-8
};

HighBytes count_high_bytes(std::string_view text) {
  HighBytes count;
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
  const bool has_high =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (!has_high) return {};
  // On equal scores, the first is the most frequent in practice.
  for (const TwoByteEncoding& encoding : kTwoByteEncodings) {
    const double score = score_of(encoding, text);
    if (score >= kLeastTwoByteScore) found.emplace_back(score, encoding.name);
  }
  for (const OneByteEncoding& encoding : kOneByteEncodings) {
    const double score = score_of(encoding, text);
    const bool is_western = encoding.name == "WINDOWS-1250" && !found.empty() &&
                            found.back().second == "WINDOWS-1252" && found.back().first >= score;
    if (score > 0 && !is_western) found.emplace_back(score, encoding.name);
  }
  std::ranges::stable_sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> names;
  for (auto& [score, name] : found) {
    if (score + kNear >= found.front().first && names.size() < kMostNames) names.push_back(std::move(name));
  }
  return names;
}

std::string_view escaped_encoding(std::string_view text) {
  for (std::size_t at = text.find('\x1b'); at != std::string_view::npos; at = text.find('\x1b', at + 1)) {
    const std::string_view code = text.substr(at + 1, 3);
    if (code.starts_with("$B") || code.starts_with("$@") || code.starts_with("(J") || code.starts_with("$(D"))
      return "ISO-2022-JP";
    if (code == "$)C") return "ISO-2022-KR";
  }
  return {};
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
  if (names.empty()) return "save the table as UTF-8";
  return "save the table as UTF-8, or convert it: by its bytes it may be " +
         (names.size() == 1 ? names.front()
                            : join(std::span(names).first(names.size() - 1), ", ") + " or " + names.back()) +
         " (" + convert(names.front()) + "); then look whether the words are right";
}

}  // namespace chainrule
