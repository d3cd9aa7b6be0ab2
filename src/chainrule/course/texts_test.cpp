#include "chainrule/course/texts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The places {0}, {1}, ... of a text.
std::set<std::string> places_of(std::string_view text) {
  std::set<std::string> places;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::string_view inside = text.substr(open + 1, text.find('}', open) - open - 1);
    if (parse_integer(inside)) places.emplace(inside);
  }
  return places;
}

// All sources of this folder but the tests, one after the other.
std::string sources_of_the_course() {
  std::ostringstream all;
  for (const auto& entry :
       std::filesystem::directory_iterator(CHAINRULE_SOURCE_DIR "/src/chainrule/course")) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".cpp") || path.ends_with("_test.cpp")) continue;
    all << std::ifstream(path).rdbuf();
  }
  return all.str();
}

TEST(Texts, HaveTheSameKeysInTheSameOrderInBothLanguages) {
  ASSERT_EQ(std::size(kEnglishTexts), std::size(kChineseTexts));
  for (std::size_t i = 0; i < std::size(kEnglishTexts); ++i)
    ASSERT_EQ(kEnglishTexts[i].key, kChineseTexts[i].key) << "entry " << i;
}

TEST(Texts, AreNeitherEmptyNorTwice) {
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < std::size(kEnglishTexts); ++i) {
    const auto& [key, english] = kEnglishTexts[i];
    EXPECT_TRUE(keys.insert(key).second) << key << " twice";
    EXPECT_FALSE(english.empty()) << key;
    EXPECT_FALSE(kChineseTexts[i].text.empty()) << key;
    EXPECT_TRUE(is_valid_utf8(kChineseTexts[i].text)) << key;
  }
}

TEST(Texts, HaveTheSamePlacesInBothLanguages) {
  for (std::size_t i = 0; i < std::size(kEnglishTexts); ++i)
    EXPECT_EQ(places_of(kEnglishTexts[i].text), places_of(kChineseTexts[i].text)) << kEnglishTexts[i].key;
}

TEST(Texts, AreAllUsed) {
  const std::string sources = sources_of_the_course();
  for (const auto& [key, text] : kEnglishTexts) {
    const std::string literal = quoted(key);
    EXPECT_TRUE(sources.find(literal + "_text") != std::string::npos ||
                sources.find(literal + "_command") != std::string::npos)
        << key;
  }
}

TEST(Commands, AreAllUsedAndHaveAReason) {
  const std::string sources = sources_of_the_course();
  std::set<std::string_view> keys;
  for (const auto& [key, command] : kCommands) {
    EXPECT_TRUE(keys.insert(key).second) << key << " twice";
    EXPECT_TRUE(command.starts_with("chainrule ")) << key;
    EXPECT_NE(sources.find(quoted(key) + "_command"), std::string::npos) << key;
  }
}

TEST(Texts, AreFoundByTheirKey) {
  constexpr Words kTitle = "gates.title"_text;
  EXPECT_EQ(kTitle.in(Language::en), "Gates from one neuron");
  EXPECT_EQ(kTitle.in(Language::zh), "一个神经元构成的逻辑门");
  constexpr SuggestedCommand kCommand = "gates.try.see_line"_command;
  EXPECT_EQ(kCommand.command, "chainrule inspect and.safetensors");
  EXPECT_EQ(kCommand.why.english, "see the line under Hyperplanes");
  EXPECT_EQ(verbatim("w").in(Language::zh), "w");
}

}  // namespace
}  // namespace chainrule
