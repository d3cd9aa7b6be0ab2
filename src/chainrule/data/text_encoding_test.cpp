#include "chainrule/data/text_encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include "support/flag.h"

namespace chainrule {
namespace {

using testing_support::flag;

using Names = std::vector<std::string>;

std::string first_of(const std::string& text) {
  const Names names = plausible_encodings(text);
  return names.empty() ? "" : names.front();
}

bool holds(const std::string& text, const std::string& name) {
  const Names names = plausible_encodings(text);
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(PlausibleEncodings, TextsOfTwoBytesACharacterAreNoLatin) {
  // "weight,grade" and cells in Chinese (GBK, Big5), Japanese (Shift-JIS) and Korean (EUC-KR).
  const std::string gbk = "\xcc\xe5\xd6\xd8,\xb5\xc8\xbc\xb6\n88.4,\xb8\xdf\n51.5,\xb5\xcd\n";
  const std::string big5 = "\xc5\xe9\xad\xab,\xb5\xa5\xaf\xc5\n88.4,\xb0\xaa\n51.5,\xa7\x43\n";
  const std::string shift_jis = "\x91\xcc\x8f\x64,\x83\x4e\x83\x89\x83\x58\n88.4,\x8d\x82\x82\xa2\n";
  const std::string euc_kr = "\xb8\xf6\xb9\xab\xb0\xd4,\xb5\xee\xb1\xde\n88.4,\xb3\xf4\xc0\xbd\n";
  EXPECT_TRUE(holds(gbk, "GB18030"));
  EXPECT_TRUE(holds(big5, "BIG5"));
  EXPECT_TRUE(holds(shift_jis, "SHIFT_JIS"));
  EXPECT_TRUE(holds(euc_kr, "EUC-KR"));
  for (const std::string& text : {gbk, big5, shift_jis, euc_kr}) {
    EXPECT_FALSE(holds(text, "WINDOWS-1252"));
    EXPECT_NE(advice_on_encoding(text).text().find("iconv -f "), std::string::npos);
  }
}

TEST(PlausibleEncodings, AccentsAmongAsciiAreLatin) {
  EXPECT_EQ(first_of("Stra\xdf"
                     "e,M\xfcnchen\n1,2\n"),
            "WINDOWS-1252");
  EXPECT_EQ(first_of("caf\xe9,cr\xe8me\n"), "WINDOWS-1252");
  EXPECT_EQ(first_of("caf\x82,a\n"), "CP850");
}

TEST(PlausibleEncodings, SignsOfWindowsAreNamed) {
  for (const char* const text : {"price,k\n5 \x80,a\n7 \x80,b\n", "said,k\n\x93yes\x94,a\n",
                                 "said,k\nit\x92s,a\n", "name,v\nO\x92 Brien,5 \x80\n",
                                 "years,k\n1\x96"
                                 "2,a\n"})
    EXPECT_EQ(first_of(text), "WINDOWS-1252") << text;
}

TEST(PlausibleEncodings, MacintoshIsNoWindows) {
  // München, Orléans, Malmö, Gävle
  EXPECT_EQ(first_of("name\nM\x9fnchen\nOrl\x8e"
                     "ans\nMalm\x9a\nG\x8avle\n"),
            "MACINTOSH");
}

TEST(PlausibleEncodings, HalfWidthKatakanaAreNoLatin) {
  EXPECT_EQ(first_of("name,v\n\xb6\xc0\xb6\xc5,1\n\xc3\xbd\xc4,2\n"), "SHIFT_JIS");
  EXPECT_TRUE(holds("name,v\n\xb1,1\n\xb2,2\n", "SHIFT_JIS"));
}

TEST(PlausibleEncodings, JapaneseAndRussianOfOtherSystems) {
  // Kana and kanji in EUC-JP; "Moskva" and "moskva" in CP866 and KOI8-R.
  EXPECT_EQ(first_of("\xa4\xb5\xa4\xaf\xa4\xe9,1\n\xc5\xec\xb5\xfe,2\n\xa5\xab\xa5\xbf,3\n"), "EUC-JP");
  EXPECT_TRUE(holds("\xc5\xec\xb5\xfe,1\n\xc2\xe7\xba\xe5,2\n", "EUC-JP"));
  EXPECT_EQ(first_of("\x8c\xae\xe1\xaa\xa2\xa0,1\n\xac\xae\xe1\xaa\xa2\xa0,2\n"), "CP866");
  EXPECT_EQ(first_of("\xed\xcf\xd3\xcb\xd7\xc1,1\n\xeb\xc1\xda\xc1\xce\xd8,2\n"), "KOI8-R");
}

TEST(EscapedEncoding, IsNamed) {
  EXPECT_EQ(escaped_encoding("name,v\n\x1b$BEl5~\x1b(B,1\n"), "ISO-2022-JP");
  EXPECT_EQ(escaped_encoding("\x1b$)Cname,v\n"), "ISO-2022-KR");
  EXPECT_EQ(escaped_encoding("\x1b[1mname\x1b[0m,v\n"), "");
}

TEST(PlausibleEncodings, RunsOfHighBytesAreAnotherAlphabet) {
  EXPECT_EQ(first_of("\xe2\xe5\xf1,\xf0\xee\xf1\xf2\n1,2\n"), "WINDOWS-1251");
}

TEST(PlausibleEncodings, ZerosAreUtf16AndUtf32) {
  const auto wide = [](const std::string& text, std::size_t bytes, bool is_big) {
    std::string out;
    for (const char c : text) {
      std::string unit(bytes, '\0');
      unit[is_big ? bytes - 1 : 0] = c;
      out += unit;
    }
    return out;
  };
  EXPECT_EQ(first_of(wide("a,b\n1,2\n", 2, false)), "UTF-16LE");
  EXPECT_EQ(first_of(wide("a,b\n1,2\n", 2, true)), "UTF-16BE");
  EXPECT_EQ(first_of(wide("a,b\n1,2\n", 4, false)), "UTF-32LE");
  EXPECT_EQ(first_of(wide("a,b\n1,2\n", 4, true)), "UTF-32BE");
}

TEST(AdviceOnEncoding, OneWrongByteInUtf8IsNotAnotherEncoding) {
  std::string text = "name,a\n";
  for (int i = 0; i < 20; ++i)
    text += "M\xc3\xbcnchen,1\n";
  const std::string advice = advice_on_encoding(text + "M\xfcnchen,1\n").text(Face::command_line);
  EXPECT_NE(advice.find(flag("lenient")), std::string::npos) << advice;
  EXPECT_EQ(advice.find("iconv"), std::string::npos) << advice;
}

}  // namespace
}  // namespace chainrule
