// Looks up the texts and commands of the lessons in their catalogues at compile time:
//
//   page.say("gates.intro"_text);
//   page.try_next("gates.try.find_line"_command);
//
// A key that one of the catalogues lacks does not compile, and a program carries only the texts that it uses.
// texts_test.cpp checks what the compiler cannot: unused keys, and places that differ between the languages.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/course/commands.h"
#include "chainrule/course/lesson_page.h"
#include "chainrule/course/texts_en.h"
#include "chainrule/course/texts_zh.h"
#include "chainrule/course/words.h"

namespace chainrule {

// The text of `key`. For an unknown key it throws, which no constant expression may do, so the compiler
// reports the key.
consteval std::string_view catalogue_text(std::span<const CatalogueEntry> catalogue, std::string_view key) {
  for (const CatalogueEntry& entry : catalogue) {
    if (entry.key == key) return entry.text;
  }
  throw "the catalogue has no such key";
}

consteval Words operator""_text(const char* key, std::size_t length) {
  return {catalogue_text(kEnglishTexts, {key, length}), catalogue_text(kChineseTexts, {key, length})};
}

// A command and the reason to try it, which has the same key in the catalogues of texts.
consteval SuggestedCommand operator""_command(const char* key, std::size_t length) {
  return {catalogue_text(kCommands, {key, length}), operator""_text(key, length)};
}

// A text that is the same in every language: "w", "theta", the name of a function.
constexpr Words verbatim(std::string_view text) {
  return {text, text};
}

}  // namespace chainrule
