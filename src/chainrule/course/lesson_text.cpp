// A lesson as text: one writer for terminals, one for Markdown, each a visitor of the blocks of a page.
//
// The order of the blocks is the lesson's; this file adds only the heading before the first command.
#include "chainrule/course/lesson_text.h"

#include "chainrule/base/text.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/course/texts.h"

namespace chainrule {
namespace {

constexpr Words kItems = "page.items"_text;
constexpr Words kColon = "page.colon"_text;
constexpr Words kTryNext = "page.try_next"_text;
constexpr std::size_t kIndent = 4;

// Every line but empty ones, and no empty line at the end.
std::string indented(const std::string& text) {
  std::string out;
  for (const std::string& line : split_text(text, '\n')) {
    if (!line.empty()) out += std::string(kIndent, ' ') + line;
    out += '\n';
  }
  while (out.ends_with("\n\n"))
    out.pop_back();
  return out;
}

// Numbers are aligned right, text left.
std::vector<Align> alignment_of(const LessonTable& table) {
  std::vector<Align> alignment(table.columns.size(), Align::right);
  for (const std::vector<std::string>& row : table.rows) {
    for (std::size_t c = 0; c < row.size() && c < alignment.size(); ++c) {
      if (!row[c].empty() && !parse_double(row[c])) alignment[c] = Align::left;
    }
  }
  return alignment;
}

// Writes a block as plain text.
struct TextWriter {
  const LessonPage& page;
  std::size_t width;
  std::string& out;

  void operator()(const LessonHeading& heading) const {
    out += "\n" + heading.text + "\n" + std::string(display_width(heading.text), '-') + "\n";
  }
  void operator()(const LessonParagraph& paragraph) const {
    out += "\n" + wrapped("", paragraph.text, width);
  }
  void operator()(const LessonFormulas& formulas) const {
    out += "\n" + indented(join(formulas.lines, "\n"));
  }
  void operator()(const LessonTable& table) const {
    std::vector<std::vector<std::string>> rows = {table.columns};
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
    out += "\n" + aligned(rows, alignment_of(table), kIndent);
  }
  void operator()(const LessonPlot& picture) const {
    if (picture.text.empty()) return;
    out += "\n" + wrapped("", picture.caption, width) + "\n" + indented(picture.text);
  }
  void operator()(const LessonCommand& command) const {
    out += wrapped("  ", command.why + page.pick(kColon), width) + "    " + command.command + "\n";
  }
};

// Escapes the characters that Markdown would take for a table, emphasis or markup.
std::string escaped_cell(const std::string& cell) {
  std::string out;
  for (const char c : cell) {
    if (c == '|' || c == '*' || c == '_' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

// Writes a block as Markdown.
struct MarkdownWriter {
  const std::string& svg_name;
  std::string& out;

  void operator()(const LessonHeading& heading) const { out += "\n## " + heading.text + "\n"; }
  void operator()(const LessonParagraph& paragraph) const {
    out += "\n" + escaped_cell(paragraph.text) + "\n";
  }
  void operator()(const LessonFormulas& formulas) const {
    out += "\n```\n" + join(formulas.lines, "\n") + "\n```\n";
  }
  void operator()(const LessonTable& table) const {
    const std::vector<Align> alignment = alignment_of(table);
    std::string header = "|", rule = "|";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      header += " " + escaped_cell(table.columns[c]) + " |";
      rule += std::string(3, '-') + (alignment[c] == Align::right ? ":|" : "|");
    }
    out += "\n" + header + "\n" + rule + "\n";
    for (const std::vector<std::string>& row : table.rows) {
      out += "|";
      for (const std::string& cell : row)
        out += " " + escaped_cell(cell) + " |";
      out += "\n";
    }
  }
  void operator()(const LessonPlot& picture) const {
    if (!picture.svg.empty() && !svg_name.empty()) {
      out += "\n![" + picture.caption + "](" + svg_name + ")\n";
    } else if (!picture.text.empty()) {
      out += "\n" + escaped_cell(picture.caption) + "\n\n```\n" + picture.text + "```\n";
    }
  }
  void operator()(const LessonCommand& command) const {
    out += "- " + escaped_cell(command.why) + ": `" + command.command + "`\n";
  }
};

template <typename Writer>
void write_blocks(const LessonPage& page, const Writer& writer) {
  bool is_at_commands = false;
  for (const LessonBlock& block : page.blocks()) {
    if (std::holds_alternative<LessonCommand>(block) && !is_at_commands) {
      is_at_commands = true;
      writer(LessonHeading{page.pick(kTryNext)});
      writer.out += "\n";
    }
    std::visit(writer, block);
  }
}

}  // namespace

std::string lesson_text(const Lesson& lesson, const LessonPage& page, std::size_t width) {
  const std::string title = page.pick(lesson.title);
  std::string out = title + "\n" + std::string(display_width(title), '=') + "\n\n" +
                    wrapped(page.pick(kItems), lesson.items, width);
  write_blocks(page, TextWriter{page, width, out});
  return out;
}

std::string lesson_markdown(const Lesson& lesson, const LessonPage& page, const std::string& svg_name) {
  std::string out =
      "# " + page.pick(lesson.title) + "\n\n" + page.pick(kItems) + std::string(lesson.items) + "\n";
  write_blocks(page, MarkdownWriter{svg_name, out});
  return out;
}

}  // namespace chainrule
