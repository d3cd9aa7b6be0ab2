#include "chainrule/course/errata_text.h"

#include <gtest/gtest.h>

#include "chainrule/base/text_layout.h"
#include "chainrule/course/printed_numbers.h"

namespace chainrule {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ErrataText, ShowsPrintedCalculatedAndTheAuthorsNumberSideBySide) {
  const std::string text = errata_text(Document::s004, 140);
  EXPECT_TRUE(
      contains(text, "37 printed numbers: 6 agree, 3 are one unit of the last digit off, 28 differ\n"));
  EXPECT_TRUE(contains(text,
                       " 217  ŷ                0.997520293823002      0.9975186881409558       "
                       "0.9975202938230016       differs          2\n"))
      << text;
  EXPECT_TRUE(contains(text, "   2  follows from w_(2,5) = 3, used forwards only\n"));
  EXPECT_TRUE(contains(text, "\n13 errata\n"));
}

TEST(ErrataText, PutsNumbersOneBelowTheOtherWhereATableIsTooWide) {
  const std::string text = errata_text(Document::s004, 80);
  EXPECT_TRUE(contains(text,
                       "line 249: δ^(1), neuron 1, differs\n"
                       "    printed         -0.000000000000147490\n"
                       "    calculated      "));
  EXPECT_TRUE(contains(text, "    w_(2,5) = 3, and 3 zeros too many\n"));
}

TEST(ErrataText, NamesEveryErratumWithItsFieldsAndKeepsToTheWidth) {
  for (const EnumName<Document>& document : EnumNames<Document>::table) {
    for (const std::size_t width : {60u, 80u, 100u, 200u}) {
      const std::string text = errata_text(document.value, width);
      SCOPED_TRACE(std::string(document.word) + " at " + std::to_string(width));
      EXPECT_TRUE(text.starts_with("Document " + std::string(document.word) + ": "));
      EXPECT_TRUE(text.ends_with(".\n") || text.ends_with(".)\n"));
      for (const std::string& line : split_text(text, '\n'))
        EXPECT_LE(visible_width(line), width) << line;
      for (const Erratum& erratum : errata_of(document.value))
        EXPECT_TRUE(contains(text, "\n" + std::string(erratum.id) + "  ")) << erratum.id;
      EXPECT_EQ(contains(text, "printed number"), !printed_numbers(document.value).empty());
    }
  }
}

TEST(ErrataText, SaysLineLinesOrThroughout) {
  EXPECT_TRUE(contains(errata_text(Document::s004, 80), "E4.1  line 128\n"));
  EXPECT_TRUE(contains(errata_text(Document::s004, 80), "E4.2  lines 145, 255\n"));
  EXPECT_TRUE(contains(errata_text(Document::s002, 80), "E2.1  throughout\n"));
}

}  // namespace
}  // namespace chainrule
