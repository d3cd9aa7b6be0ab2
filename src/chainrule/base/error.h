// The five exceptions of chainrule and the common shape of their messages.
//
// Every message answers five questions, in this order: what went wrong, where, what was expected, what was
// got, and what to try next. The library throws and never prints; apps/ turns its type into an exit code:
//
//   UsageError      2   options or arguments that do not make sense
//   DataError       3   a table, an image file or an output file (with file:line:column if known)
//   ModelFileError  4   a model file that cannot be trusted
//   NonFiniteError  5   numbers became infinite or NaN, in training or in an expression
//   StateError      2   a call in the wrong order or on objects that do not fit together
//
// A report holds settings and not their names: `.setting = Setting::batch_size` is printed as --batch-size
// by the command line, as .batch_size in C++ and as batch_size in Python.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "chainrule/base/message.h"

namespace chainrule {

// The five answers. Empty ones are left out of the message.
struct ErrorReport {
  Message what = {};
  Message where = {};                   // in a file, a network, a table
  std::optional<Setting> setting = {};  // the place if there is no other: what the user set
  Message expected = {};
  Message got = {};
  Message advice = {};
};

// The five answers as a face words them.
struct ErrorText {
  std::string what, where, expected, got, advice;
};
ErrorText text_of(const ErrorReport& report, const Reader& reader = Face::cpp);

// what() uses the names of C++; other faces format the report.
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorReport report);
  const ErrorReport& report() const { return report_; }

 private:
  ErrorReport report_;
};

class UsageError : public Error {
  using Error::Error;
};
class DataError : public Error {
  using Error::Error;
};
class ModelFileError : public Error {
  using Error::Error;
};
class NonFiniteError : public Error {
  using Error::Error;
};
class StateError : public Error {
  using Error::Error;
};

// "what\n  at:       where\n  expected: ...\n  got:      ...\n  try:      ..."
std::string format_answers(const ErrorText& answers);
std::string format_error(const ErrorReport& report, const Reader& reader = Face::cpp);

// A place in a text file, as compilers write it: "iris.csv:12:3". Line and column count from 1; 0 leaves them
// out.
std::string file_position(std::string_view path, std::uint64_t line, std::uint64_t column);

}  // namespace chainrule
