// The lines of a text file, for formats with one row per line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chainrule/data/byte_source.h"

namespace chainrule {

// A source that can be read twice: the given one if possible, else a copy of all its bytes in memory.
std::unique_ptr<ByteSource> rereadable(std::unique_ptr<ByteSource> source);

// Lines end in LF or CRLF; a byte order mark before the first one is ignored. Throws DataError for a line of
// more than 64 MiB and for text that is not UTF-8.
class TextLines {
 public:
  explicit TextLines(ByteSource& source) : source_(source) {}

  bool next();
  // The current line without its end and without blanks around it, valid until the next call.
  std::string_view line() const { return line_; }
  std::uint64_t number() const { return number_; }  // from 1
  // "t.arff:12"
  std::string place() const;
  // Whether next() would wait for the other end of a pipe.
  bool would_wait() const;
  // Only if the source can be read twice.
  void rewind();

 private:
  ByteSource& source_;
  std::string buffer_;
  std::size_t at_ = 0;  // the first byte of buffer_ not yet given out
  std::string_view line_;
  std::uint64_t number_ = 0;
  bool has_ended_ = false;
};

// Removes the next word, up to a blank, from the front of the text and returns it; "" at the end.
std::string_view take_field(std::string_view& text);

}  // namespace chainrule
