// Looks texts and commands of the lessons up in their catalogues while the program is compiled:
//
//   page.say("gates.intro"_text);
//   page.try_next("gates.try.find_line"_command);
//
// A key that one of the catalogues lacks does not compile, and a program carries only the texts that it uses.
// What the compiler does not see (keys that nothing uses, places that differ between the languages)
// texts_test.cpp checks.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/course/commands.h"
#include "chainrule/course/lesson_page.h"
#include "chainrule/course/texts_en.h"
#include "chainrule/course/texts_zh.h"
#include "chainrule/course/words.h"

namespace chainrule {

// The text of `key`. Not found: a call that no constant expression may make, so that the compiler names the
// key.
consteval std::string_view catalogue_text(std::span<const CatalogueEntry> catalogue, std::string_view key) {
  for (const CatalogueEntry& entry : catalogue) {
    if (entry.key == key) return entry.text;
  }
  throw "the catalogue has no such key";
}

consteval Words operator""_text(const char* key, std::size_t length) {
  return {catalogue_text(kEnglishTexts, {key, length}), catalogue_text(kChineseTexts, {key, length})};
}

// A command and, under the same key in the catalogues of texts, why to try it.
consteval SuggestedCommand operator""_command(const char* key, std::size_t length) {
  return {catalogue_text(kCommands, {key, length}), operator""_text(key, length)};
}

// What reads the same in every language: "w", "theta", the name of a function.
constexpr Words verbatim(std::string_view text) {
  return {text, text};
}

}  // namespace chainrule
