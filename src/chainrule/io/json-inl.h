// JSON as model files use it: read without trust, written in one way only. Thin helpers over nlohmann-json.
//
// Not installed (the -inl says so): users of the library do not need nlohmann-json.
//
// Reading refuses what a lenient reader would have to guess about: duplicate keys, text after the end, depth over 64,
// numbers beyond double, text that is not UTF-8, a byte order mark. JsonValue is a value with the place it stands at
// ("iris.safetensors: network.layers[0].inputs"), so that every complaint names it.
//
// Writing is canonical: keys sorted by bytes, no blanks, the shortest number text that reads back as the same double,
// only the escapes that JSON asks for. Equal values give equal bytes.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"
#include "chainrule/base/text.h"

namespace chainrule {

inline constexpr std::size_t kDeepestJson = 64;

// For contents that are whole (checksums fit) but make no sense.
inline constexpr std::string_view kForeignFileAdvice =
    "the file was written or changed by another program: write it again with chainrule";
// For contents that are not what was written.
inline constexpr std::string_view kDamagedFileAdvice =
    "the file is damaged: copy or download it again, or train the model again";

// Throws ModelFileError with `where` and the byte.
inline nlohmann::json parse_json_strictly(std::string_view text, const std::string& where,
                                          std::size_t deepest = kDeepestJson) {
  const auto refuse = [&where](std::string what, std::string expected, std::string got) {
    throw ModelFileError({.what = "a part of the model file is not proper JSON: " + std::move(what),
                          .where = where,
                          .expected = std::move(expected),
                          .got = std::move(got),
                          .advice = std::string(kDamagedFileAdvice)});
  };
  if (text.starts_with("\xef\xbb\xbf")) refuse("it begins with a byte order mark", "", "");
  std::vector<std::set<std::string>> keys_of_open_objects;
  const nlohmann::json::parser_callback_t check = [&](int depth, nlohmann::json::parse_event_t event,
                                                      nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (static_cast<std::size_t>(depth) >= deepest) {
        refuse("values are nested too deep", "at most " + std::to_string(deepest) + " levels", "more");
      }
    }
    if (event == Event::object_start) keys_of_open_objects.emplace_back();
    if (event == Event::object_end) keys_of_open_objects.pop_back();
    if (event == Event::key && !keys_of_open_objects.back().insert(parsed.get<std::string>()).second) {
      refuse("a key stands twice in one object", "each key once", quoted(parsed.get<std::string>()) + " twice");
    }
    return true;
  };
  try {
    return nlohmann::json::parse(text.begin(), text.end(), check);
  } catch (const nlohmann::json::parse_error& error) {
    refuse("it breaks off or goes wrong at byte " + std::to_string(error.byte), "", "");
  } catch (const nlohmann::json::out_of_range&) {
    refuse("a number is too large", "numbers up to 1.7976931348623157e+308", "");
  }
  return {};  // not reached
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
        throw StateError({.what = "a number that is not finite cannot be stored", .got = format_number(number)});
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
  JsonValue(const nlohmann::json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  const std::string& where() const { return where_; }
  bool is_null() const { return value_->is_null(); }

  [[noreturn]] void refuse(std::string what, std::string expected, std::string got) const {
    throw ModelFileError({.what = std::move(what),
                          .where = where_,
                          .expected = std::move(expected),
                          .got = std::move(got),
                          .advice = std::string(kForeignFileAdvice)});
  }

  // An object with exactly these members.
  void require_members(std::initializer_list<std::string_view> names) const {
    require_object();
    for (const std::string_view name : names) {
      if (!value_->contains(name)) refuse("something is missing in the model file", quoted(name), "nothing");
    }
    if (value_->size() == names.size()) return;
    std::vector<std::string> known(names.begin(), names.end());
    for (const auto& [key, unused] : value_->items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        refuse("the model file holds something unknown", join(known, ", "), quoted(key));
      }
    }
  }

  bool has_member(std::string_view name) const { return value_->is_object() && value_->contains(name); }

  // Throws when there is none.
  JsonValue member(std::string_view name) const {
    require_object();
    const auto found = value_->find(name);
    if (found == value_->end()) refuse("something is missing in the model file", quoted(name), "nothing");
    const bool is_plain = name.find_first_of(".[]\"") == std::string_view::npos;
    return {*found, where_ + (is_plain ? "." + std::string(name) : "[" + quoted(name) + "]")};
  }

  std::vector<std::string> member_names() const {
    require_object();
    std::vector<std::string> names;
    for (const auto& [key, unused] : value_->items()) names.push_back(key);
    return names;
  }

  std::vector<JsonValue> elements() const {
    if (!value_->is_array()) refuse_type("a list");
    std::vector<JsonValue> values;
    values.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i) {
      values.emplace_back((*value_)[i], where_ + "[" + std::to_string(i) + "]");
    }
    return values;
  }

  std::string text() const {
    if (!value_->is_string()) refuse_type("text");
    return value_->get<std::string>();
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const JsonValue& element : elements()) result.push_back(element.text());
    return result;
  }

  // Finite: JSON has no others, and the parser refuses what is beyond double.
  double number() const {
    if (!value_->is_number()) refuse_type("a number");
    return value_->get<double>();
  }

  std::vector<double> numbers() const {
    std::vector<double> result;
    for (const JsonValue& element : elements()) result.push_back(element.number());
    return result;
  }

  // An integer of 0 .. largest, written as one (no "1.0", no "1e3").
  std::uint64_t count(std::uint64_t largest = UINT64_MAX) const {
    if (!value_->is_number_unsigned()) refuse_type("a whole number of at least 0");
    const std::uint64_t result = value_->get<std::uint64_t>();
    if (result > largest) {
      refuse("a number in the model file is too large", "at most " + format_count(largest), format_count(result));
    }
    return result;
  }

  std::vector<std::size_t> counts(std::uint64_t largest) const {
    std::vector<std::size_t> result;
    for (const JsonValue& element : elements()) result.push_back(static_cast<std::size_t>(element.count(largest)));
    return result;
  }

  template <typename E>
  E word() const {
    try {
      return parse_name<E>(text());
    } catch (const UsageError& error) {
      refuse("the model file holds an " + error.report().what, error.report().expected, error.report().got);
    }
  }

 private:
  void require_object() const {
    if (!value_->is_object()) refuse_type("an object");
  }
  [[noreturn]] void refuse_type(std::string expected) const {
    const bool is_large = value_->is_structured();
    refuse("the model file holds a value of the wrong type", std::move(expected),
           is_large ? (value_->is_array() ? "a list" : "an object") : value_->is_string() ? quoted(value_->get<std::string>()) : value_->dump());
  }

  const nlohmann::json* value_;
  std::string where_;
};

}  // namespace chainrule
