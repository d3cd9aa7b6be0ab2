// The two languages of the lessons, and a text in both.
//
// The texts themselves are in catalogues, one file per language (texts_en.h, texts_zh.h); texts.h looks them
// up.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chainrule/base/names.h"

namespace chainrule {

// The language of the lessons; everything else in the library is in English.
enum class Language { en, zh };

template <>
struct EnumNames<Language> {
  static constexpr std::string_view kind = "language";
  static constexpr EnumName<Language> table[] = {
      {Language::en, "en", "English"},
      {Language::zh, "zh", "Chinese"},
  };
};

// One text in both languages. {0}, {1}, ... stand for values, in any order.
struct Words {
  std::string_view english;
  std::string_view chinese;

  std::string_view in(Language language) const { return language == Language::en ? english : chinese; }
};

// One line of a catalogue.
struct CatalogueEntry {
  std::string_view key;
  std::string_view text;
};

// `text` with its places {0}, {1}, ... filled. Braces around anything but a number are kept. Throws
// StateError for a place without a value.
std::string filled(std::string_view text, std::span<const std::string> values);

}  // namespace chainrule
