// JSON as model files use it: read without trust, written in one way only. Thin helpers over nlohmann-json.
//
// Not installed (the -inl says so): users of the library do not need nlohmann-json.
//
// Reading refuses what a lenient reader would have to guess about: duplicate keys, text after the end, more depth
// or values than there is room for, numbers beyond double, text that is not UTF-8, a byte order mark. JsonValue is
// a value with the place it stands at ("iris.safetensors: network.layers[0].inputs"), so that every complaint names
// it.
//
// Writing is canonical: keys sorted by bytes, no blanks, the shortest number text that reads back as the same
// double, only the escapes that JSON asks for. Equal values give equal bytes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"
#include "chainrule/base/text.h"

namespace chainrule {

// What may still be read; reading takes from it. Several texts of one file share one room.
struct JsonRoom {
  std::size_t depth = 64;                     // of objects and lists within each other
  std::size_t values = std::size_t{1} << 22;  // objects, lists, texts, numbers, true, false, null
};

// For contents that are whole (checksums fit) but make no sense.
inline constexpr std::string_view kForeignFileAdvice =
    "the file was written or changed by another program: write it again with chainrule";
// For contents that are not what was written.
inline constexpr std::string_view kDamagedFileAdvice =
    "the file is damaged: copy or download it again, or train the model again";

// Which file the JSON stands in, for complaints about it.
struct JsonSource {
  std::string_view name;              // "the model file"
  std::string_view not_proper;        // what to try when it is no proper JSON
  std::string_view not_sensible;      // what to try when a value makes no sense
  void (*raise)(ErrorReport report);  // throws
  bool has_lines = false;  // somebody wrote it in an editor: places are lines and columns, not bytes
};

[[noreturn]] inline void raise_model_file_error(ErrorReport report) {
  throw ModelFileError(std::move(report));
}
inline constexpr JsonSource kModelFileJson = {.name = "the model file",
                                              .not_proper = kDamagedFileAdvice,
                                              .not_sensible = kForeignFileAdvice,
                                              .raise = raise_model_file_error};

// Builds a value from the events of nlohmann's parser and refuses what is not strict. (json::parse with a
// callback would do, but after every object it looks at all elements of the list around it: quadratic time.)
// Depth and number of values are checked before a value is put into the tree: it takes at most 128 bytes a
// value (a member of an object: 80 for its node, 48 for an empty object) and the texts.
class StrictJsonBuilder {
 public:
  StrictJsonBuilder(const JsonSource& source, std::string_view text, const std::string& where, JsonRoom& room)
      : source_(source), text_(text), where_(where), room_(room) {}

  nlohmann::json take() { return std::move(root_); }

  [[noreturn]] void refuse(std::string what, std::string expected, std::string got) const {
    source_.raise(
        {.what = "a part of " + std::string(source_.name) + " is not proper JSON: " + std::move(what),
         .where = where_,
         .expected = std::move(expected),
         .got = std::move(got),
         .advice = std::string(source_.not_proper)});
    std::abort();  // not reached
  }

  // The events. All return true: go on.
  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::string_view(value)); }        // a copy without spare room
  bool binary(nlohmann::json::binary_t& value) { return add(std::move(value)); }  // not in JSON texts
  bool start_object(std::size_t) { return open(nlohmann::json::value_t::object); }
  bool start_array(std::size_t) { return open(nlohmann::json::value_t::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    const auto [place, is_new] = open_.back()->get_ref<nlohmann::json::object_t&>().emplace(name, nullptr);
    if (!is_new) refuse("a key stands twice in one object", "each key once", quoted(name) + " twice");
    member_ = &place->second;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) {
    constexpr int kNumberOutOfRange = 406;
    if (error.id == kNumberOutOfRange)
      refuse("a number is too large", "numbers up to 1.7976931348623157e+308", "");
    refuse("it breaks off or goes wrong at " + place_of(position), "", "");
  }

 private:
  std::string place_of(std::size_t position) const {
    if (!source_.has_lines) return "byte " + std::to_string(position);
    const std::string_view before = text_.substr(0, position == 0 ? 0 : std::min(position - 1, text_.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
  }

  // Puts a value where the next one belongs. The addresses stay: what is open is the last element of what
  // surrounds it.
  template <typename T>
  nlohmann::json* place(T&& value) {
    if (room_.values == 0)
      refuse("there are too many values", "fewer objects, lists, texts and numbers", "more");
    --room_.values;
    if (open_.empty()) {
      root_ = std::forward<T>(value);
      return &root_;
    }
    if (open_.back()->is_object()) {
      *member_ = std::forward<T>(value);
      return member_;
    }
    return &open_.back()->get_ref<nlohmann::json::array_t&>().emplace_back(std::forward<T>(value));
  }
  template <typename T>
  bool add(T&& value) {
    place(std::forward<T>(value));
    return true;
  }
  bool open(nlohmann::json::value_t kind) {
    if (open_.size() == room_.depth) {
      refuse("values are nested too deep", "at most " + std::to_string(room_.depth) + " levels", "more");
    }
    open_.push_back(place(kind));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonSource& source_;
  std::string_view text_;
  const std::string& where_;
  JsonRoom& room_;
  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;  // objects and lists around the next value, outermost first
  nlohmann::json* member_ = nullptr;   // of the innermost object, named but without a value yet
};

inline constexpr std::size_t kLongestJsonNumber = 1000;

// nlohmann's parser copies a number that is too large several times into its message: 10 MB for one of 1 MiB.
inline void refuse_long_numbers(std::string_view text, const StrictJsonBuilder& builder) {
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

// Raises the source's error with `where` and the byte.
inline nlohmann::json parse_json_strictly(std::string_view text, const std::string& where, JsonRoom& room,
                                          const JsonSource& source = kModelFileJson) {
  StrictJsonBuilder builder(source, text, where, room);
  if (text.starts_with("\xef\xbb\xbf")) builder.refuse("it begins with a byte order mark", "", "");
  refuse_long_numbers(text, builder);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

inline nlohmann::json parse_json_strictly(std::string_view text, const std::string& where,
                                          const JsonSource& source = kModelFileJson) {
  JsonRoom room;
  return parse_json_strictly(text, where, room, source);
}

// Throws StateError for numbers that are not finite and texts that are not UTF-8: JSON has neither.
inline void append_canonical_json(const nlohmann::json& value, std::string& out) {
  const auto append_text = [&out](const std::string& text) {
    if (!is_valid_utf8(text)) {
      throw StateError({.what = "text that is not UTF-8 cannot be stored",
                        .got = quoted(text),
                        .advice = "convert the training table to UTF-8 (iconv -t UTF-8)"});
    }
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
      const unsigned code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out += {'\\', c};
      } else if (c == '\n') {
        out += "\\n";
      } else if (c == '\t') {
        out += "\\t";
      } else if (c == '\r') {
        out += "\\r";
      } else if (code < 0x20) {
        out += {'\\', 'u', '0', '0', kHexDigits[code >> 4], kHexDigits[code & 15]};
      } else {
        out += c;
      }
    }
    out += '"';
  };
  switch (value.type()) {
    case nlohmann::json::value_t::object: {
      char before = '{';
      for (const auto& [key, member] : value.items()) {  // a std::map: sorted by bytes
        out += std::exchange(before, ',');
        append_text(key);
        out += ':';
        append_canonical_json(member, out);
      }
      out += value.empty() ? "{}" : "}";
      return;
    }
    case nlohmann::json::value_t::array: {
      char before = '[';
      for (const nlohmann::json& element : value) {
        out += std::exchange(before, ',');
        append_canonical_json(element, out);
      }
      out += value.empty() ? "[]" : "]";
      return;
    }
    case nlohmann::json::value_t::string:
      append_text(value.get_ref<const std::string&>());
      return;
    case nlohmann::json::value_t::number_float: {
      const double number = value.get<double>();
      if (!std::isfinite(number)) {
        throw StateError(
            {.what = "a number that is not finite cannot be stored", .got = format_number(number)});
      }
      // "-0" would be read as the integer 0, which has no sign.
      out += number == 0 && std::signbit(number) ? "-0.0" : format_number(number);
      return;
    }
    default:  // integers, true, false, null: nlohmann-json has one way to write them
      out += value.dump();
  }
}

inline std::string canonical_json(const nlohmann::json& value) {
  std::string out;
  append_canonical_json(value, out);
  return out;
}

class JsonValue {
 public:
  // The value is not copied and must outlive this and all that is got from it.
  JsonValue(const nlohmann::json& value, std::string where, const JsonSource& source = kModelFileJson)
      : value_(&value), where_(std::move(where)), source_(&source) {}

  const std::string& where() const { return where_; }
  bool is_null() const { return value_->is_null(); }
  bool is_list() const { return value_->is_array(); }

  [[noreturn]] void refuse(std::string what, std::string expected, std::string got) const {
    source_->raise({.what = std::move(what),
                    .where = where_,
                    .expected = std::move(expected),
                    .got = std::move(got),
                    .advice = std::string(source_->not_sensible)});
    std::abort();  // not reached
  }

  // An object with exactly these members.
  void require_members(std::initializer_list<std::string_view> names) const {
    require_object();
    for (const std::string_view name : names) {
      if (!value_->contains(name))
        refuse("something is missing in " + std::string(source_->name), quoted(name), "nothing");
    }
    if (value_->size() == names.size()) return;
    std::vector<std::string> known(names.begin(), names.end());
    for (const auto& [key, unused] : value_->items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        refuse(std::string(source_->name) + " holds something unknown", join(known, ", "), quoted(key));
      }
    }
  }

  bool has_member(std::string_view name) const { return value_->is_object() && value_->contains(name); }

  // Throws when there is none.
  JsonValue member(std::string_view name) const {
    require_object();
    const auto found = value_->find(name);
    if (found == value_->end())
      refuse("something is missing in " + std::string(source_->name), quoted(name), "nothing");
    const bool is_plain = name.find_first_of(".[]\"") == std::string_view::npos;
    return {*found, where_ + (is_plain ? "." + std::string(name) : "[" + quoted(name) + "]"), *source_};
  }

  // Ascending by bytes.
  std::vector<std::string_view> member_names() const {
    require_object();
    std::vector<std::string_view> names;
    names.reserve(value_->size());
    for (const auto& [key, unused] : value_->get_ref<const nlohmann::json::object_t&>())
      names.push_back(key);
    return names;
  }

  class Elements;
  // Of a list.
  Elements elements() const;

  const std::string& text() const {
    if (!value_->is_string()) refuse_type("text");
    return value_->get_ref<const std::string&>();
  }

  std::vector<std::string> texts() const;

  // Finite: JSON has no others, and the parser refuses what is beyond double.
  double number() const {
    if (!value_->is_number()) refuse_type("a number");
    return value_->get<double>();
  }

  std::vector<double> numbers() const;

  // An integer of 0 .. largest, written as one (no "1.0", no "1e3").
  std::uint64_t count(std::uint64_t largest = UINT64_MAX) const {
    if (!value_->is_number_unsigned()) refuse_type("a whole number of at least 0");
    const std::uint64_t result = value_->get<std::uint64_t>();
    if (result > largest) {
      refuse("a number in " + std::string(source_->name) + " is too large",
             "at most " + format_count(largest), format_count(result));
    }
    return result;
  }

  std::vector<std::size_t> counts(std::uint64_t largest) const;

  template <typename E>
  E word() const {
    try {
      return parse_name<E>(text());
    } catch (const UsageError& error) {
      refuse(std::string(source_->name) + " holds an " + error.report().what, error.report().expected,
             error.report().got);
    }
  }

 private:
  void require_object() const {
    if (!value_->is_object()) refuse_type("an object");
  }
  [[noreturn]] void refuse_type(std::string expected) const {
    if (value_->is_structured()) {
      refuse(std::string(source_->name) + " holds a value of the wrong type", std::move(expected),
             value_->is_array() ? "a list" : "an object");
    }
    refuse(std::string(source_->name) + " holds a value of the wrong type", std::move(expected),
           value_->is_string() ? quoted(value_->get<std::string>()) : value_->dump());
  }

  const nlohmann::json* value_;
  std::string where_;
  const JsonSource* source_;
};

// The elements of a list, each made when it is asked for: a list of millions would otherwise make as many
// places.
class JsonValue::Elements {
 public:
  explicit Elements(const JsonValue& list) : list_(list) {
    if (!list_.value_->is_array()) list_.refuse_type("a list");
  }
  std::size_t size() const { return list_.value_->size(); }
  JsonValue operator[](std::size_t i) const {
    return {(*list_.value_)[i], list_.where_ + "[" + std::to_string(i) + "]", *list_.source_};
  }

  struct Iterator {
    const Elements* elements;
    std::size_t i;
    JsonValue operator*() const { return (*elements)[i]; }
    Iterator& operator++() {
      ++i;
      return *this;
    }
    bool operator==(const Iterator& other) const { return i == other.i; }
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  JsonValue list_;
};

inline JsonValue::Elements JsonValue::elements() const {
  return Elements(*this);
}

inline std::vector<std::string> JsonValue::texts() const {
  std::vector<std::string> result;
  result.reserve(elements().size());
  for (const JsonValue element : elements())
    result.push_back(element.text());
  return result;
}

inline std::vector<double> JsonValue::numbers() const {
  std::vector<double> result;
  result.reserve(elements().size());
  for (const JsonValue element : elements())
    result.push_back(element.number());
  return result;
}

inline std::vector<std::size_t> JsonValue::counts(std::uint64_t largest) const {
  std::vector<std::size_t> result;
  result.reserve(elements().size());
  for (const JsonValue element : elements())
    result.push_back(static_cast<std::size_t>(element.count(largest)));
  return result;
}

}  // namespace chainrule
