#include "chainrule/base/message.h"

#include <algorithm>
#include <utility>

namespace chainrule {

Message::Message(std::string text) {
  if (!text.empty()) pieces_.push_back({.text = std::move(text)});
}

Message& Message::operator+=(const Message& more) {
  const std::vector<Piece> others = more.pieces_;  // `more` may be this one
  for (const Piece& piece : others) {
    const auto is_plain = [](const Piece& one) { return !one.setting && one.part.empty(); };
    // Plain texts grow together, so that equal messages have equal pieces.
    if (!pieces_.empty() && is_plain(pieces_.back()) && is_plain(piece)) {
      pieces_.back().text += piece.text;
    } else {
      pieces_.push_back(piece);
    }
  }
  return *this;
}

bool Message::Piece::is_settable(Face face) const {
  const auto is_fine = [face](const Piece& one) { return one.is_settable(face); };
  return setting ? chainrule::is_settable(*setting, value, face) : std::ranges::all_of(part, is_fine);
}

std::string Message::Piece::shown(Face face) const {
  if (setting) return assignment(*setting, value, face);
  std::string all = text;
  if (is_settable(face)) {
    for (const Piece& one : part)
      all += one.shown(face);
  }
  return all;
}

std::string Message::text(Face face) const {
  std::string all;
  for (const Piece& piece : pieces_)
    all += piece.shown(face);
  return all;
}

Message assigned(Setting setting, SettingValue value) {
  Message message;
  message.pieces_.push_back({.setting = setting, .value = std::move(value)});
  return message;
}

Message where_settable(const Message& part) {
  Message message;
  if (!part.empty()) message.pieces_.push_back({.part = part.pieces_});
  return message;
}

std::vector<std::string> texts_of(const std::vector<Message>& messages, Face face) {
  std::vector<std::string> texts;
  for (const Message& message : messages)
    texts.push_back(message.text(face));
  return texts;
}

}  // namespace chainrule
