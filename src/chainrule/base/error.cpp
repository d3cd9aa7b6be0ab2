#include "chainrule/base/error.h"

#include <utility>

#include "chainrule/base/text.h"

namespace chainrule {

Error::Error(ErrorReport report) : std::runtime_error(format_error(report)), report_(std::move(report)) {}

ErrorText text_of(const ErrorReport& report, const Reader& reader) {
  const bool is_about_setting = report.where.empty() && report.setting.has_value();
  return {.what = report.what.text(reader),
          .where = (is_about_setting ? named(*report.setting) : report.where).text(reader),
          .expected = report.expected.text(reader),
          .got = report.got.text(reader),
          .advice = report.advice.text(reader)};
}

std::string format_error(const ErrorReport& report, const Reader& reader) {
  return format_answers(text_of(report, reader));
}

std::string format_answers(const ErrorText& answers) {
  // A path, a column's name or a cell may hold line breaks and escape sequences. Written as \n and \x1b, an
  // answer stays on one line and cannot imitate the lines below it.
  std::string text = printable_lines(answers.what);
  const auto line = [&text](std::string_view label, const std::string& value) {
    if (value.empty()) return;
    text += "\n  ";
    text += label;
    text += value;
  };
  line("at:       ", printable(answers.where));
  line("expected: ", printable(answers.expected));
  line("got:      ", printable(answers.got));
  line("try:      ", printable_lines(answers.advice));
  return text;
}

std::string file_position(std::string_view path, std::uint64_t line, std::uint64_t column) {
  std::string text(path);
  if (line != 0) text += ":" + std::to_string(line);
  if (line != 0 && column != 0) text += ":" + std::to_string(column);
  return text;
}

}  // namespace chainrule
