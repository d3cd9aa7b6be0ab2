#include "chainrule/data/text_lines.h"

#include <cstring>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/cell_text.h"

namespace chainrule {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 26;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class KeptFile final : public ReadableFile {
 public:
  explicit KeptFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(std::span<std::byte> bytes) override {
    const std::size_t count = std::min(bytes.size(), bytes_.size() - at_);
    std::memcpy(bytes.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool can_rewind() const override { return true; }
  void rewind() override { at_ = 0; }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> rereadable(std::unique_ptr<ByteSource> source) {
  if (source->can_rewind()) return source;
  std::string bytes;
  for (std::size_t count = 1; count != 0;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::max(before, kReadAhead));
    count = source->read_fully(std::span(bytes).subspan(before));
    bytes.resize(before + count);
  }
  ByteSourceOptions options = {.path = source->path(), .length = bytes.size()};
  return std::make_unique<ByteSource>(std::make_unique<KeptFile>(std::move(bytes)), std::move(options));
}

std::string TextLines::place() const {
  return file_position(source_.display_name(), number_, 0);
}

bool TextLines::would_wait() const {
  return !has_ended_ && buffer_.find('\n', at_) == std::string::npos && source_.would_wait();
}

bool TextLines::next() {
  std::size_t end = buffer_.find('\n', at_);
  while (end == std::string::npos && !has_ended_) {
    buffer_.erase(0, std::exchange(at_, 0));
    const std::size_t before = buffer_.size();
    buffer_.resize(before + std::max(before, kReadAhead));
    const std::size_t count = source_.read(std::span(buffer_).subspan(before));
    buffer_.resize(before + count);
    has_ended_ = count == 0;
    end = buffer_.find('\n', before);
    if (end == std::string::npos && buffer_.size() > kLongestLine) {
      throw DataError({.what = "a line is longer than " + count_of(kLongestLine, "byte"),
                       .where = file_position(source_.display_name(), number_ + 1, 0),
                       .advice = "check the line ends of the file"});
    }
  }
  if (end == std::string::npos) end = buffer_.size();
  if (at_ == buffer_.size()) return false;
  std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
  at_ = std::min(end + 1, buffer_.size());
  ++number_;
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!is_valid_utf8(line)) {
    throw DataError({.what = "text that is not UTF-8",
                     .where = place(),
                     .expected = "text in UTF-8",
                     .got = quoted(line),
                     .advice = "save the file as UTF-8"});
  }
  line_ = trim_blanks(line);
  return true;
}

void TextLines::rewind() {
  source_.rewind();
  buffer_.clear();
  at_ = 0;
  number_ = 0;
  has_ended_ = false;
}

std::string_view take_field(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

}  // namespace chainrule
