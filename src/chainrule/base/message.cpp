#include "chainrule/base/message.h"

#include <algorithm>
#include <utility>

namespace chainrule {

Message::Message() = default;
Message::Message(std::string text) : start_(std::move(text)) {}
Message::Message(std::string_view text) : start_(text) {}
Message::Message(const char* text) : start_(text) {}
Message::Message(const Message& other) = default;
Message::Message(Message&& other) noexcept = default;
Message& Message::operator=(const Message& other) = default;
Message& Message::operator=(Message&& other) noexcept = default;
Message::~Message() = default;

Message operator+(Message left, const Message& right) {
  left += right;
  return left;
}

bool operator==(const Message& a, const Message& b) {
  return a.start_ == b.start_ && a.pieces_ == b.pieces_;
}

Message& Message::operator+=(const Message& more) {
  if (&more == this) return *this += Message(more);
  const auto is_plain = [](const Piece& one) { return !one.setting && one.part.empty(); };
  // Adjacent plain texts are merged, so that equal messages have equal pieces.
  if (pieces_.empty()) {
    start_ += more.start_;
  } else if (is_plain(pieces_.back())) {
    pieces_.back().text += more.start_;
  } else if (!more.start_.empty()) {
    pieces_.push_back({.text = more.start_});
  }
  pieces_.insert(pieces_.end(), more.pieces_.begin(), more.pieces_.end());
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
  std::string all = start_;
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
  if (part.empty()) return message;
  std::vector<Message::Piece> pieces = {{.text = part.start_}};
  pieces.insert(pieces.end(), part.pieces_.begin(), part.pieces_.end());
  message.pieces_.push_back({.part = std::move(pieces)});
  return message;
}

std::vector<std::string> texts_of(const std::vector<Message>& messages, Face face) {
  std::vector<std::string> texts;
  for (const Message& message : messages)
    texts.push_back(message.text(face));
  return texts;
}

}  // namespace chainrule
