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
  const auto is_plain = [](const Piece& one) {
    return !one.setting && one.part.empty() && one.choices.empty();
  };
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

namespace {

// "a", "a, or b", "a, b, or c".
std::string listed(const std::vector<std::string>& choices) {
  std::string all;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) all += i + 1 == choices.size() ? ", or " : ", ";
    all += choices[i];
  }
  return all;
}

}  // namespace

std::string Message::Piece::shown(const Reader& reader) const {
  if (setting) return assignment(*setting, value, reader);
  std::string all = text;
  if (is_settable(reader.face)) {
    for (const Piece& one : part)
      all += one.shown(reader);
  }
  std::vector<std::string> followed;
  for (const Message& choice : choices) {
    if (choice.is_at_hand(reader)) followed.push_back(choice.text(reader));
  }
  return all + listed(followed);
}

bool Message::is_at_hand(const Reader& reader) const {
  return std::ranges::all_of(pieces_, [&reader](const Piece& piece) {
    return !piece.setting || chainrule::is_at_hand(*piece.setting, piece.value, reader);
  });
}

std::string Message::text(Face face) const {
  return text(Reader(face));
}

std::string Message::text(const Reader& reader) const {
  std::string all = start_;
  for (const Piece& piece : pieces_)
    all += piece.shown(reader);
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

Message any_of(std::vector<Message> choices) {
  Message message;
  message.pieces_.push_back({.choices = std::move(choices)});
  return message;
}

std::vector<std::string> texts_of(const std::vector<Message>& messages, const Reader& reader) {
  std::vector<std::string> texts;
  for (const Message& message : messages)
    texts.push_back(message.text(reader));
  return texts;
}

}  // namespace chainrule
