#include "chainrule/base/error.h"

#include <utility>

namespace chainrule {

Error::Error(ErrorReport report) : std::runtime_error(format_error(report)), report_(std::move(report)) {}

namespace {

// A path, a column's name or a cell may hold line breaks and escape sequences. Written as \n and \x1b, an
// answer stays on one line and cannot imitate the lines below it.
std::string on_one_line(std::string_view answer) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text;
  for (const char c : answer) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      text += {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

ErrorText text_of(const ErrorReport& report, Face face) {
  const bool is_about_setting = report.where.empty() && report.setting.has_value();
  return {.what = report.what.text(face),
          .where = (is_about_setting ? named(*report.setting) : report.where).text(face),
          .expected = report.expected.text(face),
          .got = report.got.text(face),
          .advice = report.advice.text(face)};
}

std::string format_error(const ErrorReport& report, Face face) {
  return format_answers(text_of(report, face));
}

std::string format_answers(const ErrorText& answers) {
  std::string text = answers.what;
  const auto line = [&text](std::string_view label, const std::string& value) {
    if (value.empty()) return;
    text += "\n  ";
    text += label;
    text += value;
  };
  line("at:       ", on_one_line(answers.where));
  line("expected: ", on_one_line(answers.expected));
  line("got:      ", on_one_line(answers.got));
  line("try:      ", answers.advice);
  return text;
}

std::string file_position(std::string_view path, std::uint64_t line, std::uint64_t column) {
  std::string text(path);
  if (line != 0) text += ":" + std::to_string(line);
  if (line != 0 && column != 0) text += ":" + std::to_string(column);
  return text;
}

}  // namespace chainrule
