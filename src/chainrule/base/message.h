// A text for users that may name settings; each face shows its own names for them (base/setting.h).
//
//   "leave the batch size out, or use all rows at once (" + set_to(Setting::batch_size, "all") + ")"
//
// ends in (--batch-size all) on the command line and in (.batch_size = 0) in a C++ program. Any text is
// a Message; what it quotes from the user stays unchanged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/setting.h"

namespace chainrule {

class Message {
 public:
  // Implicit, so that any plain text can be passed as a Message. Defined in message.cpp: each error makes
  // five messages, and their code at every throw would make the program a twentieth larger.
  Message();
  // NOLINTBEGIN(google-explicit-constructor)
  Message(std::string text);
  Message(std::string_view text);
  Message(const char* text);
  // NOLINTEND(google-explicit-constructor)
  Message(const Message& other);
  Message(Message&& other) noexcept;
  Message& operator=(const Message& other);
  Message& operator=(Message&& other) noexcept;
  ~Message();

  bool empty() const { return start_.empty() && pieces_.empty(); }
  std::string text(Face face = Face::cpp) const;
  std::string text(const Reader& reader) const;

  Message& operator+=(const Message& more);
  friend Message operator+(Message left, const Message& right);
  friend bool operator==(const Message& a, const Message& b);

 private:
  // A plain text, or a setting with its value, or a part for faces that can set everything it names, or
  // several such parts of which those that the reader can follow at once are listed.
  struct Piece {
    std::string text = {};
    std::optional<Setting> setting = {};
    SettingValue value = {};
    std::vector<Piece> part = {};
    std::vector<Message> choices = {};

    bool operator==(const Piece& other) const = default;
    bool is_settable(Face face) const;
    std::string shown(const Reader& reader) const;
  };
  bool is_at_hand(const Reader& reader) const;
  friend Message assigned(Setting setting, SettingValue value);
  friend Message where_settable(const Message& part);
  friend Message any_of(std::vector<Message> choices);

  std::string start_;          // plain text; most messages are nothing else
  std::vector<Piece> pieces_;  // what follows, from the first setting on
};

Message assigned(Setting setting, SettingValue value);

// The setting by its name: --batch-size.
inline Message named(Setting setting) {
  return assigned(setting, {});
}
// Set to one of its words, or to a number; the empty word switches it on.
inline Message set_to(Setting setting, std::string_view word) {
  return assigned(setting, {SettingValue::Kind::word, std::string(word)});
}
// Set to what a user wrote, such as a column name: --keep "body mass". Setting::column is set to category.
inline Message set_to_text(Setting setting, std::string_view text) {
  return assigned(setting, {SettingValue::Kind::text, std::string(text)});
}
// Setting::column with the column set to numeric.
inline Message set_to_numbers(std::string_view column) {
  return assigned(Setting::column, {SettingValue::Kind::numeric, std::string(column)});
}
// With a placeholder for the user to fill in: --keep COLUMN.
inline Message set_to_any(Setting setting, std::string_view placeholder) {
  return assigned(setting, {SettingValue::Kind::placeholder, std::string(placeholder)});
}
// Advice that a face leaves out if it cannot set everything the advice names: its users could not follow it.
Message where_settable(const Message& part);
// The choices "mend the cell", "read it with ...", "leave it out", as far as they name only settings which
// the reader has at hand (on the command line: options of the command that was run).
Message any_of(std::vector<Message> choices);

// The texts of all messages, as a face shows them.
std::vector<std::string> texts_of(const std::vector<Message>& messages, const Reader& reader);

}  // namespace chainrule
