#include "chainrule/base/error.h"

#include <utility>

namespace chainrule {

Error::Error(ErrorReport report) : std::runtime_error(format_error(report)), report_(std::move(report)) {}

std::string format_error(const ErrorReport& report) {
  std::string text = report.what;
  const auto line = [&text](std::string_view label, const std::string& value) {
    if (value.empty()) return;
    text += "\n  ";
    text += label;
    text += value;
  };
  line("at:       ", report.where);
  line("expected: ", report.expected);
  line("got:      ", report.got);
  line("try:      ", report.advice);
  return text;
}

std::string file_position(std::string_view path, std::uint64_t line, std::uint64_t column) {
  std::string text(path);
  if (line != 0) text += ":" + std::to_string(line);
  if (line != 0 && column != 0) text += ":" + std::to_string(column);
  return text;
}

}  // namespace chainrule
