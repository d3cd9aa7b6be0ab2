// Values, writer and strict reader of JSON.
//
// The reader builds a JsonTree from the events of nlohmann's parser (SAX), so that depth and number of values
// are checked before a value is kept, and no nlohmann tree is built: its destructor allocates memory
// (docs/adr/0006-one-json-parser.md). The members of an object are sorted once it is complete; two neighbours
// with the same name are a duplicate key.
//
// Source of the grammar: RFC 8259.
#include "chainrule/io/json.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "chainrule/base/text.h"

namespace chainrule {

// --- values ------------------------------------------------------------------------------------------------

JsonTree::JsonTree(List elements) : value_(std::make_unique<List>(std::move(elements))) {}

JsonTree JsonTree::empty_list() {
  return JsonTree(List());
}

JsonTree JsonTree::empty_object() {
  return object_of({});
}

JsonTree JsonTree::pair_of(JsonTree first, JsonTree second) {
  JsonTree list = empty_list();
  list.add(std::move(first));
  list.add(std::move(second));
  return list;
}

JsonTree JsonTree::object_of(Object members) {
  assert(std::ranges::adjacent_find(members, std::greater_equal<>(), &Member::name) == members.end());
  JsonTree object;
  object.value_ = std::make_unique<Object>(std::move(members));
  return object;
}

void JsonTree::add(JsonTree element) {
  std::get<std::unique_ptr<List>>(value_)->push_back(std::move(element));
}

void JsonTree::add(std::string_view name, JsonTree value) {
  Object& members = *std::get<std::unique_ptr<Object>>(value_);
  const auto place = std::ranges::lower_bound(members, name, {}, &Member::name);
  assert(place == members.end() || place->name != name);
  members.insert(place, Member{std::string(name), std::move(value)});
}

std::optional<double> JsonTree::number() const {
  if (const auto* const whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
  if (const auto* const whole = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*whole);
  if (const auto* const number = std::get_if<double>(&value_)) return *number;
  return std::nullopt;
}

std::optional<std::uint64_t> JsonTree::count() const {
  const auto* const whole = std::get_if<std::uint64_t>(&value_);
  return whole == nullptr ? std::nullopt : std::optional(*whole);
}

const JsonTree* JsonTree::find(std::string_view name) const {
  if (!is_object()) return nullptr;
  const auto place = std::ranges::lower_bound(object(), name, {}, &Member::name);
  return place != object().end() && place->name == name ? &place->value : nullptr;
}

std::size_t JsonTree::count_values() const {
  std::size_t count = 1;
  if (is_list()) {
    for (const JsonTree& element : list())
      count += element.count_values();
  } else if (is_object()) {
    for (const Member& member : object())
      count += member.value.count_values();
  }
  return count;
}

// --- writing -----------------------------------------------------------------------------------------------

class CanonicalJsonWriter {
 public:
  std::string take() { return std::move(out_); }

  void append(const JsonTree& value) {
    std::visit([this](const auto& content) { append_content(content); }, value.value_);
  }

 private:
  void append_content(std::monostate) { out_ += "null"; }
  void append_content(bool truth) { out_ += truth ? "true" : "false"; }
  void append_content(std::int64_t number) { out_ += std::to_string(number); }
  void append_content(std::uint64_t number) { out_ += std::to_string(number); }
  void append_content(double number) {
    if (!std::isfinite(number)) {
      throw StateError(
          {.what = "a number that is not finite cannot be stored", .got = format_number(number)});
    }
    // "-0" would be read as the integer 0, which has no sign.
    out_ += number == 0 && std::signbit(number) ? "-0.0" : format_number(number);
  }
  void append_content(const std::unique_ptr<std::string>& text) { append_text(*text); }
  void append_content(const std::unique_ptr<JsonTree::List>& list) {
    char before = '[';
    for (const JsonTree& element : *list) {
      out_ += std::exchange(before, ',');
      append(element);
    }
    out_ += list->empty() ? "[]" : "]";
  }
  void append_content(const std::unique_ptr<JsonTree::Object>& object) {
    char before = '{';
    for (const auto& [name, member] : *object) {
      out_ += std::exchange(before, ',');
      append_text(name);
      out_ += ':';
      append(member);
    }
    out_ += object->empty() ? "{}" : "}";
  }

  void append_text(const std::string& text) {
    if (!is_valid_utf8(text)) {
      throw StateError({.what = "text that is not UTF-8 cannot be stored",
                        .got = quoted(text),
                        .advice = "convert the training table to UTF-8 (iconv -t UTF-8)"});
    }
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    out_ += '"';
    for (const char c : text) {
      const unsigned code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += {'\\', c};
      } else if (c == '\n') {
        out_ += "\\n";
      } else if (c == '\t') {
        out_ += "\\t";
      } else if (c == '\r') {
        out_ += "\\r";
      } else if (code < 0x20) {
        out_ += {'\\', 'u', '0', '0', kHexDigits[code >> 4], kHexDigits[code & 15]};
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  std::string out_;
};

std::string canonical_json(const JsonTree& value) {
  CanonicalJsonWriter writer;
  writer.append(value);
  return writer.take();
}

// --- reading -----------------------------------------------------------------------------------------------

void raise_model_file_error(ErrorReport report) {
  throw ModelFileError(std::move(report));
}

namespace {

// Builds a tree from the events of nlohmann's parser and refuses what is not strict. Depth and number of
// values are checked before a value is kept. A value costs 16 bytes (48 with a name), or three times that
// while its list or object grows; add 24 for a list or object, 32 and the letters for a text. The maximum for
// 50,000 values is 6.3 MB: an object of 32,769 members with texts of 16 letters.
class StrictJsonBuilder {
 public:
  StrictJsonBuilder(const JsonSource& source, std::string_view text, const std::string& where, JsonRoom& room)
      : source_(source), text_(text), where_(where), room_(room) {}

  JsonTree take() { return std::move(root_); }

  [[noreturn]] void refuse(std::string what, std::string expected, std::string got) const {
    source_.raise(
        {.what = "a part of " + std::string(source_.name) + " is not proper JSON: " + std::move(what),
         .where = where_,
         .expected = std::move(expected),
         .got = std::move(got),
         .advice = std::string(source_.not_proper)});
    std::abort();  // not reached
  }

  // The events. All return true, so that parsing continues.
  bool null() { return take_from_room() && place(nullptr); }
  bool boolean(bool value) { return take_from_room() && place(value); }
  bool number_integer(std::int64_t value) { return take_from_room() && place(value); }
  bool number_unsigned(std::uint64_t value) { return take_from_room() && place(value); }
  bool number_float(double value, const std::string&) { return take_from_room() && place(value); }
  bool string(std::string& value) { return take_from_room() && place(value); }  // a copy without spare room
  bool binary(nlohmann::json::binary_t&) { std::abort(); }                      // not in JSON texts
  bool start_object(std::size_t) { return open(); }
  bool start_array(std::size_t) { return open(); }
  bool end_object() {
    JsonTree::Object members = std::move(open_.back().members);
    open_.pop_back();
    std::ranges::sort(members, {}, &JsonTree::Member::name);
    const auto twice = std::ranges::adjacent_find(members, {}, &JsonTree::Member::name);
    if (twice != members.end())
      refuse("a key occurs twice in one object", "each key once", quoted(twice->name) + " twice");
    return place(JsonTree::object_of(std::move(members)));
  }
  bool end_array() {
    JsonTree::List elements = std::move(open_.back().elements);
    open_.pop_back();
    return place(std::move(elements));
  }
  bool key(const std::string& name) {
    open_.back().members.push_back({std::string(std::string_view(name)), nullptr});
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) {
    constexpr int kNumberOutOfRange = 406;
    if (error.id == kNumberOutOfRange)
      refuse("a number is too large", "numbers up to 1.7976931348623157e+308", "");
    refuse("it is cut off or malformed at " + place_of(position), "", "");
  }

 private:
  // A list or an object whose end has not been read yet.
  struct Open {
    JsonTree::List elements;
    JsonTree::Object members;  // in text order; the last one may still lack its value
  };

  std::string place_of(std::size_t position) const {
    if (!source_.has_lines) return "byte " + std::to_string(position);
    const std::string_view before = text_.substr(0, position == 0 ? 0 : std::min(position - 1, text_.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
  }

  bool take_from_room() {
    if (room_.values == 0)
      refuse("there are too many values", "fewer objects, lists, texts and numbers", "more");
    --room_.values;
    return true;
  }
  bool open() {
    if (open_.size() == room_.depth) {
      refuse("values are nested too deeply", "at most " + std::to_string(room_.depth) + " levels", "more");
    }
    take_from_room();
    open_.emplace_back();
    return true;
  }
  // A list has no members. An object has at least one by the time a value arrives: the key comes first.
  bool place(JsonTree value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (!open_.back().members.empty()) {
      open_.back().members.back().value = std::move(value);
    } else {
      open_.back().elements.push_back(std::move(value));
    }
    return true;
  }

  const JsonSource& source_;
  std::string_view text_;
  const std::string& where_;
  JsonRoom& room_;
  JsonTree root_;
  std::vector<Open> open_;  // around the next value, outermost first
};

constexpr std::size_t kLongestJsonNumber = 1000;

// nlohmann's parser copies a number that is too large several times into its message: 10 MB for one of 1 MiB.
void refuse_long_numbers(std::string_view text, const StrictJsonBuilder& builder) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at)
        at += text[at] == '\\' ? 1 : 0;
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \t\r\n,:[]{}\"", at), text.size());
    if (end - at > kLongestJsonNumber)
      builder.refuse("a number is too long", "at most " + count_of(kLongestJsonNumber, "character"),
                     count_of(end - at, "character"));
    at = std::max(end, at + 1);
  }
}

}  // namespace

JsonTree parse_json_strictly(std::string_view text, const std::string& where, JsonRoom& room,
                             const JsonSource& source) {
  StrictJsonBuilder builder(source, text, where, room);
  if (text.starts_with("\xef\xbb\xbf")) builder.refuse("it begins with a byte order mark", "", "");
  refuse_long_numbers(text, builder);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

JsonTree parse_json_strictly(std::string_view text, const std::string& where, const JsonSource& source) {
  JsonRoom room;
  return parse_json_strictly(text, where, room, source);
}

void JsonValue::refuse(Message what, Message expected, Message got, Message advice) const {
  if (advice.empty()) advice = std::string(source_->not_sensible);
  source_->raise({.what = std::move(what),
                  .where = where_,
                  .expected = std::move(expected),
                  .got = std::move(got),
                  .advice = std::move(advice)});
  std::abort();  // not reached
}

void JsonValue::require_object() const {
  if (!value_->is_object()) refuse_type("an object");
}

void JsonValue::refuse_type(std::string expected) const {
  std::string got = value_->is_list()     ? "a list"
                    : value_->is_object() ? "an object"
                    : value_->is_text()   ? quoted(value_->text())
                                          : canonical_json(*value_);
  // "1.0" is not a whole number, but the message must not seem to say so of 1.
  const bool is_fraction = value_->number() && !value_->is_whole();
  if (is_fraction && got.find_first_of(".e") == std::string::npos) got += ".0";
  refuse(std::string(source_->name) + " holds a value of the wrong type", std::move(expected),
         std::move(got));
}

void JsonValue::require_members(std::span<const std::string_view> names) const {
  require_members(names, {});
}

void JsonValue::require_members(std::span<const std::string_view> names,
                                std::span<const std::string_view> optional) const {
  require_object();
  for (const std::string_view name : names) {
    if (!has_member(name))
      refuse("something is missing in " + std::string(source_->name), quoted(name), "nothing");
  }
  if (value_->object().size() == names.size()) return;
  std::vector<std::string> known(names.begin(), names.end());
  known.insert(known.end(), optional.begin(), optional.end());
  for (const std::string_view name : member_names()) {
    if (std::ranges::find(known, name) == known.end())
      refuse(std::string(source_->name) + " holds something unknown", join(known, ", "), quoted(name));
  }
}

JsonValue JsonValue::member(std::string_view name) const {
  require_object();
  const JsonTree* const found = value_->find(name);
  if (found == nullptr)
    refuse("something is missing in " + std::string(source_->name), quoted(name), "nothing");
  const bool is_plain = name.find_first_of(".[]\"") == std::string_view::npos;
  return {*found, where_ + (is_plain ? "." + std::string(name) : "[" + quoted(name) + "]"), *source_};
}

std::vector<std::string_view> JsonValue::member_names() const {
  require_object();
  std::vector<std::string_view> names;
  names.reserve(value_->object().size());
  for (const JsonTree::Member& member : value_->object())
    names.push_back(member.name);
  return names;
}

const std::string& JsonValue::text() const {
  if (!value_->is_text()) refuse_type("text");
  return value_->text();
}

double JsonValue::number() const {
  const std::optional<double> number = value_->number();
  if (!number) refuse_type("a number");
  return *number;
}

std::uint64_t JsonValue::count(std::uint64_t largest) const {
  const std::optional<std::uint64_t> count = value_->count();
  if (!count) refuse_type("a whole number of at least 0");
  if (*count > largest) {
    refuse("a number in " + std::string(source_->name) + " is too large", "at most " + format_count(largest),
           format_count(*count));
  }
  return *count;
}

JsonValue::Elements::Elements(const JsonValue& list) : list_(list) {
  if (!list_.is_list()) list_.refuse_type("a list");
}

JsonValue JsonValue::Elements::operator[](std::size_t i) const {
  return {list_.value_->list()[i], list_.where_ + "[" + std::to_string(i) + "]", *list_.source_};
}

JsonValue::Elements JsonValue::elements() const {
  return Elements(*this);
}

namespace {

template <typename T, typename Convert>
std::vector<T> converted(const JsonValue& list, Convert convert) {
  const JsonValue::Elements elements = list.elements();
  std::vector<T> result;
  result.reserve(elements.size());
  for (const JsonValue element : elements)
    result.push_back(convert(element));
  return result;
}

}  // namespace

std::vector<std::string> JsonValue::texts() const {
  return converted<std::string>(*this, [](const JsonValue& element) { return element.text(); });
}

std::vector<double> JsonValue::numbers() const {
  return converted<double>(*this, [](const JsonValue& element) { return element.number(); });
}

std::vector<std::size_t> JsonValue::counts(std::uint64_t largest) const {
  return converted<std::size_t>(*this, [largest](const JsonValue& element) {
    return static_cast<std::size_t>(element.count(largest));
  });
}

}  // namespace chainrule
