// An NPY file, part by part (format: npy_reader.h; source: numpy.lib.format):
//
//   read_header        magic, version, length; returns the text of the header
//   HeaderParser       that text, a Python dictionary with three keys, to NpyHeader
//   set_element_type   descr, such as '<f8', to byte order, kind and size of an element
//   open_packed_rows   the values (packed_rows.h)
#include "chainrule/data/npy_reader.h"

#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/packed_rows.h"

namespace chainrule {

namespace {

constexpr std::size_t kLongestHeader =
    65'536;  // version 1 cannot encode more, and numpy itself refuses more than 10,000

struct NpyHeader {
  std::string element_type;
  ElementOrder order = ElementOrder::row_major;
  std::vector<std::uint64_t> shape;
};

// Parses the header's dictionary and nothing else of Python: three keys, each once, in any order.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& display_name)
      : text_(text), display_name_(display_name) {}

  NpyHeader parse() {
    NpyHeader header;
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = parse_string();
      expect(':');
      if (key == "descr" && !has_type) {
        header.element_type = parse_element_type();
        has_type = true;
      } else if (key == "fortran_order" && !has_order) {
        header.order = parse_order();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        header.shape = parse_shape();
        has_shape = true;
      } else {
        fail("the keys 'descr', 'fortran_order' and 'shape', once each");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (at_ != text_.size()) fail("nothing after the dictionary");
    if (!has_type || !has_order || !has_shape) fail("the keys 'descr', 'fortran_order' and 'shape'");
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw DataError({.what = "the header of the NPY file cannot be read",
                     .where = display_name_ + ", byte " + std::to_string(at_ + 1) + " of the header",
                     .expected = expected,
                     .got = at_ < text_.size() ? quoted(text_.substr(at_)) : "the end of the header",
                     .advice = "write the file again with numpy.save"});
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(quoted(std::string_view(&c, 1)));
  }
  bool accept_word(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string parse_string() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a text in quotes");
    const std::size_t end = text_.find(quote, at_ + 1);
    const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
    if (end == std::string_view::npos || text.find('\\') != std::string_view::npos) fail("a text in quotes");
    at_ = end + 1;
    return std::string(text);
  }
  std::string parse_element_type() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw DataError({.what = "the NPY file holds records with named fields",
                       .where = display_name_,
                       .expected = "numbers of one type",
                       .got = quoted(text_.substr(at_)),
                       .advice = "save the fields as one array of numbers, or export the table as CSV"});
    }
    return parse_string();
  }
  ElementOrder parse_order() {
    if (accept_word("True")) return ElementOrder::column_major;
    if (accept_word("False")) return ElementOrder::row_major;
    fail("True or False");
  }
  std::vector<std::uint64_t> parse_shape() {
    std::vector<std::uint64_t> shape;
    expect('(');
    while (!accept(')')) {
      skip_blanks();
      std::uint64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (error != std::errc()) fail("a size");
      at_ = static_cast<std::size_t>(end - text_.data());
      shape.push_back(size);
      if (!accept(',')) {
        // (3) is a number in Python, not a tuple.
        if (shape.size() == 1) fail("\",\"");
        expect(')');
        break;
      }
    }
    return shape;
  }

  std::string_view text_;
  const std::string& display_name_;
  std::size_t at_ = 0;
};

[[noreturn]] void throw_element_type(const std::string& type, const std::string& display_name) {
  std::string what = "numbers of a type that cannot be read";
  std::string advice = "save it with numpy.save(FILE, array.astype('float64'))";
  const char letter = type.size() > 1 ? type[1] : '\0';
  if (letter == 'O') {
    what = "the NPY file holds Python objects, and loading those can run any program";
    advice =
        "save numbers: numpy.save(FILE, array.astype('float64'), allow_pickle=False); or export the table as "
        "CSV";
  } else if (letter == 'f') {
    advice = "save it with numpy.save(FILE, array.astype('float32')), or 'float64'";
  } else if (letter == 'c') {
    advice = "save the real and the imaginary part as two columns";
  } else if (letter == 'U' || letter == 'S' || letter == 'M' || letter == 'm') {
    what = letter == 'U' || letter == 'S' ? "the NPY file holds words" : "the NPY file holds dates or times";
    advice = "export the table as CSV";
  }
  throw DataError({.what = what,
                   .where = display_name,
                   .expected = "f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 or b1",
                   .got = quoted(type),
                   .advice = advice});
}

void set_element_type(const std::string& type, const std::string& display_name, PackedLayout& layout) {
  constexpr ByteOrder kNative =
      std::endian::native == std::endian::little ? ByteOrder::little : ByteOrder::big;
  if (type.size() != 3) throw_element_type(type, display_name);
  switch (type[0]) {
    case '<':
      layout.byte_order = ByteOrder::little;
      break;
    case '>':
      layout.byte_order = ByteOrder::big;
      break;
    case '=':
    case '|':
      layout.byte_order = kNative;
      break;
    default:
      throw_element_type(type, display_name);
  }
  switch (type[1]) {
    case 'f':
      layout.kind = ElementKind::floating;
      break;
    case 'i':
      layout.kind = ElementKind::signed_integer;
      break;
    case 'u':
      layout.kind = ElementKind::unsigned_integer;
      break;
    case 'b':
      layout.kind = ElementKind::boolean;
      break;
    default:
      throw_element_type(type, display_name);
  }
  const std::string_view sizes = type[1] == 'f' ? "48" : type[1] == 'b' ? "1" : "1248";
  if (sizes.find(type[2]) == std::string_view::npos) throw_element_type(type, display_name);
  layout.element_bytes = static_cast<std::size_t>(type[2] - '0');
  if (type[0] == '|' && layout.element_bytes != 1) throw_element_type(type, display_name);
}

std::string read_header(ByteSource& source) {
  const auto read = [&source](std::size_t count) {
    std::string bytes(count, '\0');
    if (source.read_fully(bytes) != count) {
      throw DataError({.what = "the file is cut short",
                       .where = source.display_name(),
                       .expected = "the header of an NPY file",
                       .got = "the end of the file after " + count_of(source.position(), "byte"),
                       .advice = "copy it or save it again"});
    }
    return bytes;
  };
  const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
  const std::string start = read(kNpyMagic.size() + 2);
  const std::size_t major = byte(start[kNpyMagic.size()]);
  const std::size_t minor = byte(start[kNpyMagic.size() + 1]);
  if (major < 1 || major > 3 || minor != 0) {
    throw DataError({.what = "a version of the NPY format that cannot be read",
                     .where = source.display_name(),
                     .expected = "version 1.0, 2.0 or 3.0",
                     .got = std::to_string(major) + "." + std::to_string(minor),
                     .advice = "write the file again with numpy.save"});
  }
  const std::string length_bytes = read(major == 1 ? 2 : 4);
  std::size_t length = 0;
  for (std::size_t i = length_bytes.size(); i-- > 0;)
    length = length << 8 | byte(length_bytes[i]);
  if (length > kLongestHeader) {
    throw DataError({.what = "the header of the NPY file is too long",
                     .where = source.display_name(),
                     .expected = "at most " + count_of(kLongestHeader, "byte"),
                     .got = count_of(length, "byte"),
                     .advice = "write the file again with numpy.save"});
  }
  return read(length);
}

}  // namespace

std::unique_ptr<TableReader> open_npy(std::unique_ptr<ByteSource> source) {
  const std::string text = read_header(*source);
  const NpyHeader header = HeaderParser(text, source->display_name()).parse();
  PackedLayout packed = {.order = header.order};
  set_element_type(header.element_type, source->display_name(), packed);
  if (header.shape.empty() || header.shape.size() > 2) {
    std::string shape = "(";
    for (std::size_t d = 0; d < header.shape.size(); ++d)
      shape += (d == 0 ? "" : ", ") + std::to_string(header.shape[d]);
    throw DataError({.what = "the array is not a table",
                     .where = source->display_name(),
                     .expected = "one dimension (a column) or two (rows and columns)",
                     .got = count_of(header.shape.size(), "dimension") + ", shape " + shape + ")",
                     .advice = "save it with numpy.save(FILE, array.reshape(len(array), -1))"});
  }
  const std::span<const std::uint64_t> row_shape = std::span(header.shape).subspan(1);
  std::string shape = std::to_string(header.shape[0]);
  for (const std::uint64_t size : row_shape)
    shape += " x " + std::to_string(size);
  check_packed_shape(source->display_name(), shape, row_shape, header.shape[0], packed.element_bytes);
  packed.rows = header.shape[0];
  packed.columns = row_shape.empty() ? 1 : row_shape[0];
  TableLayout layout = {.path = source->path(),
                        .format = TableFormat::npy,
                        .compressed = source->is_compressed(),
                        .compression = source->compression()};
  for (std::uint64_t c = 1; c <= packed.columns; ++c)
    layout.column_names.push_back("column_" + std::to_string(c));
  return open_packed_rows(std::move(source), std::move(layout), packed);
}

}  // namespace chainrule
