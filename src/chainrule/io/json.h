// JSON in our files: read without trust, written in one way only.
//
// JsonTree is a value with its contents. Making one may run out of memory, but then leaks nothing; destroying
// one needs no memory. (nlohmann::json does not promise as much: docs/adr/0006-one-json-parser.md.)
//
// Reading refuses what a lenient reader would have to guess about: duplicate keys, text after the end,
// excessive depth or too many values, numbers beyond double, text that is not UTF-8, a byte order mark.
// JsonValue is a value with its place ("iris.safetensors: network.layers[0].inputs"), which every error
// names.
//
// Writing is canonical: keys sorted by bytes, no blanks, the shortest number text that reads back as the same
// double, only the escapes that JSON requires. Equal values give equal bytes.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/names.h"

namespace chainrule {

// --- values ------------------------------------------------------------------------------------------------

// Moved, never copied. 16 bytes, plus those of its text, list or object.
class JsonTree {
 public:
  struct Member;
  using List = std::vector<JsonTree>;
  using Object = std::vector<Member>;

  JsonTree() = default;  // null
  // NOLINTBEGIN(google-explicit-constructor): values become trees where a tree is asked for
  JsonTree(std::nullptr_t) {}
  // true, false and whole numbers, but nothing that only converts to them.
  template <std::integral T>
  JsonTree(T value) : value_(Stored<T>{value}) {}
  JsonTree(double number) : value_(number) {}
  template <std::convertible_to<std::string_view> T>
  JsonTree(const T& text) : value_(std::make_unique<std::string>(std::string_view(text))) {}
  JsonTree(List elements);
  template <typename T>
  JsonTree(const std::vector<T>& elements) : JsonTree(List(elements.begin(), elements.end())) {}
  // NOLINTEND(google-explicit-constructor)

  static JsonTree empty_list();
  static JsonTree empty_object();
  static JsonTree pair_of(JsonTree first, JsonTree second);
  // The members have distinct names, ascending by bytes.
  static JsonTree object_of(Object members);

  // Appends to a list.
  void add(JsonTree element);
  // Adds to an object that has no member of this name.
  void add(std::string_view name, JsonTree value);
  // The same, to write an object as one expression.
  JsonTree with(std::string_view name, JsonTree value) && {
    add(name, std::move(value));
    return std::move(*this);
  }

  bool is_null() const { return holds<std::monostate>(); }
  bool is_list() const { return holds<std::unique_ptr<List>>(); }
  bool is_object() const { return holds<std::unique_ptr<Object>>(); }
  bool is_text() const { return holds<std::unique_ptr<std::string>>(); }
  // An integer, written as one (no "1.0", no "1e3").
  bool is_whole() const { return holds<std::int64_t>() || holds<std::uint64_t>(); }

  // The value in the type it has; the others throw std::bad_variant_access.
  const List& list() const { return *std::get<std::unique_ptr<List>>(value_); }
  const Object& object() const { return *std::get<std::unique_ptr<Object>>(value_); }
  const std::string& text() const { return *std::get<std::unique_ptr<std::string>>(value_); }

  // Any kind of number; nothing if it is not a number.
  std::optional<double> number() const;
  // A whole number of at least 0; nothing if it is anything else.
  std::optional<std::uint64_t> count() const;

  // Null if it is not an object or has no such member.
  const JsonTree* find(std::string_view name) const;

  // The number of values in it, itself included: objects, lists, texts, numbers, true, false, null.
  std::size_t count_values() const;

 private:
  friend class CanonicalJsonWriter;
  template <std::integral T>
  using Stored = std::conditional_t<std::same_as<T, bool>, bool,
                                    std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>>;

  template <typename T>
  bool holds() const {
    return std::holds_alternative<T>(value_);
  }

  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::unique_ptr<std::string>,
               std::unique_ptr<List>, std::unique_ptr<Object>>
      value_;
};

struct JsonTree::Member {
  std::string name;
  JsonTree value;
};

// --- writing -----------------------------------------------------------------------------------------------

// Throws StateError for numbers that are not finite and texts that are not UTF-8, since JSON has neither.
std::string canonical_json(const JsonTree& value);

// --- reading -----------------------------------------------------------------------------------------------

// How much may still be read; reading uses it up. Several texts of one file share one allowance.
struct JsonRoom {
  std::size_t depth = 64;                     // of objects and lists within each other
  std::size_t values = std::size_t{1} << 22;  // objects, lists, texts, numbers, true, false, null
};

// Advice for contents that are intact (checksums match) but make no sense.
inline constexpr std::string_view kForeignFileAdvice =
    "the file was written or changed by another program: write it again with chainrule";
// Advice for damaged contents.
inline constexpr std::string_view kDamagedFileAdvice =
    "the file is damaged: copy or download it again, or train the model again";

// The file that contains the JSON, for errors.
struct JsonSource {
  std::string_view name;              // "the model file"
  std::string_view not_proper;        // what to try if it is not proper JSON
  std::string_view not_sensible;      // what to try if a value makes no sense
  void (*raise)(ErrorReport report);  // throws
  bool has_lines = false;             // written in an editor: places are lines and columns, not bytes
};

[[noreturn]] void raise_model_file_error(ErrorReport report);
inline constexpr JsonSource kModelFileJson = {.name = "the model file",
                                              .not_proper = kDamagedFileAdvice,
                                              .not_sensible = kForeignFileAdvice,
                                              .raise = raise_model_file_error};

// Raises the source's error with `where` and the byte.
JsonTree parse_json_strictly(std::string_view text, const std::string& where, JsonRoom& room,
                             const JsonSource& source = kModelFileJson);
JsonTree parse_json_strictly(std::string_view text, const std::string& where,
                             const JsonSource& source = kModelFileJson);

class JsonValue {
 public:
  // The value is not copied and must outlive this object and everything obtained from it.
  JsonValue(const JsonTree& value, std::string where, const JsonSource& source = kModelFileJson)
      : value_(&value), where_(std::move(where)), source_(&source) {}

  const std::string& where() const { return where_; }
  bool is_null() const { return value_->is_null(); }
  bool is_list() const { return value_->is_list(); }

  // `advice`: instead of what the source advises.
  [[noreturn]] void refuse(Message what, Message expected, Message got, Message advice = {}) const;

  // An object with exactly these members.
  void require_members(std::span<const std::string_view> names) const;
  void require_members(std::initializer_list<std::string_view> names) const {
    require_members(std::span(names.begin(), names.size()));
  }

  // The same, and perhaps some of the optional ones.
  void require_members(std::span<const std::string_view> names,
                       std::span<const std::string_view> optional) const;
  void require_members(std::initializer_list<std::string_view> names,
                       std::initializer_list<std::string_view> optional) const {
    require_members(std::span(names.begin(), names.size()), std::span(optional.begin(), optional.size()));
  }

  bool has_member(std::string_view name) const { return value_->find(name) != nullptr; }

  // Throws if there is none.
  JsonValue member(std::string_view name) const;

  // Ascending by bytes.
  std::vector<std::string_view> member_names() const;

  class Elements;
  // The elements of a list.
  Elements elements() const;

  const std::string& text() const;
  std::vector<std::string> texts() const;

  // Finite: JSON has no others, and the parser refuses numbers beyond double.
  double number() const;
  std::vector<double> numbers() const;

  // A whole number of 0 .. largest.
  std::uint64_t count(std::uint64_t largest = UINT64_MAX) const;
  std::vector<std::size_t> counts(std::uint64_t largest) const;
  // The size of something that a file describes. Products of sizes are checked against the file before
  // anything is allocated.
  static constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 32;
  std::size_t size() const { return static_cast<std::size_t>(count(kLargestSize)); }

  template <typename E>
  E word() const {
    try {
      return parse_name<E>(text());
    } catch (const UsageError& error) {
      refuse(std::string(source_->name) + " holds an " + error.report().what, error.report().expected,
             error.report().got, source_->has_lines ? error.report().advice : Message());
    }
  }

 private:
  void require_object() const;
  [[noreturn]] void refuse_type(std::string expected) const;

  const JsonTree* value_;
  std::string where_;
  const JsonSource* source_;
};

// The elements of a list, each created on request: millions of them at once would take millions of paths.
class JsonValue::Elements {
 public:
  explicit Elements(const JsonValue& list);
  std::size_t size() const { return list_.value_->list().size(); }
  JsonValue operator[](std::size_t i) const;

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

}  // namespace chainrule
