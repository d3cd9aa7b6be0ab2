// `chainrule lesson`: the lectures' items as short worked lessons.
#include "chainrule/course/lesson.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/text_layout.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/course/lesson_text.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

enum class LessonFormat { text, markdown, json };

struct LessonSettings {
  std::string name;
  Language language = Language::en;
  LessonFormat format = LessonFormat::text;
  std::string svg_path;
};

constexpr std::string_view kListWord = "list";
constexpr std::size_t kWidestLine = 100;

Json json_of(const Lesson& lesson, Language language) {
  Json items = Json::array();
  for (const std::string& item : split_text(lesson.items, ' '))
    items.push_back(item);
  return {{"name", lesson.name}, {"title", lesson.title.in(language)}, {"items", std::move(items)}};
}

Json json_of(const LessonBlock& block) {
  struct {
    Json operator()(const LessonHeading& heading) const { return {{"heading", heading.text}}; }
    Json operator()(const LessonParagraph& paragraph) const { return {{"paragraph", paragraph.text}}; }
    Json operator()(const LessonFormulas& formulas) const { return {{"formulas", formulas.lines}}; }
    Json operator()(const LessonTable& table) const {
      return {{"table", {{"columns", table.columns}, {"rows", table.rows}}}};
    }
    Json operator()(const LessonPlot& plot) const {
      return {{"picture", {{"caption", plot.caption}, {"text", plot.text}, {"svg", plot.svg}}}};
    }
    Json operator()(const LessonCommand& command) const {
      return {{"try_next", {{"command", command.command}, {"why", command.why}}}};
    }
  } writer;
  return std::visit(writer, block);
}

void list_lessons(Console& console, const LessonSettings& settings) {
  if (settings.format == LessonFormat::json) {
    Json lessons = Json::array();
    for (const Lesson& lesson : all_lessons())
      lessons.push_back(json_of(lesson, settings.language));
    write_json(console, lessons);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  std::string links;
  for (const Lesson& lesson : all_lessons()) {
    const std::string name(lesson.name), title(lesson.title.in(settings.language));
    rows.push_back({name, title});
    links += "- [" + title + "](" + name + ".md): " + std::string(lesson.items) + "\n";
  }
  const bool is_english = settings.language == Language::en;
  if (settings.format == LessonFormat::markdown) {
    console.out((is_english
                     ? "# Lessons\n\nWritten by `chainrule lesson`; every number in them is calculated.\n\n"
                     : "# 课程\n\n由 `chainrule lesson --language zh` 写出；其中每个数都是现算的。\n\n") +
                links);
  } else {
    console.out(aligned(rows, {}));
    console.err(is_english ? "\nchainrule lesson NAME shows one; --language zh in Chinese\n"
                           : "\nchainrule lesson 名称 --language zh 显示一课\n");
  }
}

void show_lesson(Console& console, const LessonSettings& settings) {
  const Lesson& lesson = find_lesson(settings.name);
  const LessonPage page = write_lesson(lesson, settings.language);
  if (!settings.svg_path.empty()) {
    if (page.svg().empty()) {
      throw UsageError({.what = "this lesson has no plot",
                        .where = "--svg",
                        .got = quoted(settings.name),
                        .advice = "leave --svg out"});
    }
    write_file_atomically(real_file_system(), settings.svg_path, page.svg());
  }
  if (settings.format == LessonFormat::json) {
    Json document = json_of(lesson, settings.language);
    Json blocks = Json::array();
    for (const LessonBlock& block : page.blocks())
      blocks.push_back(json_of(block));
    document["blocks"] = std::move(blocks);
    write_json(console, document);
  } else if (settings.format == LessonFormat::markdown) {
    console.out(lesson_markdown(lesson, page, std::filesystem::path(settings.svg_path).filename().string()));
  } else {
    console.out(lesson_text(lesson, page, std::min(console.out_width(), kWidestLine)));
  }
}

ExitCode run_lesson(Console& console, const LessonSettings& settings) {
  if (settings.name == kListWord) {
    if (!settings.svg_path.empty()) {
      throw UsageError({.what = "a list has no plot", .where = "--svg", .advice = "name a lesson"});
    }
    list_lessons(console, settings);
  } else {
    show_lesson(console, settings);
  }
  console.flush();
  return ExitCode::done;
}

}  // namespace

void add_lesson_command(Command& root) {
  Command& command =
      root.subcommand("lesson", "short worked lessons; every number is calculated as you read");
  const auto settings = std::make_shared<LessonSettings>();
  command.example("lesson list", "all lessons");
  command.example("lesson graph-sigmoid", "a neuron taken apart into gates");
  command.example("lesson graph-sigmoid --language zh --svg neuron.svg", "in Chinese, with its plot");
  command.positional("NAME", "a lesson, or the word list", settings->name, Completion::nothing);
  command.option({.names = "--language",
                  .value = "WORD",
                  .help = "en (English) or zh (Chinese)",
                  .environment = "CHAINRULE_LANGUAGE"},
                 to_word(settings->language));
  command.option({.names = "--format", .value = "WORD", .help = "text, markdown or json"},
                 to_choice<LessonFormat>(settings->format, {{"text", LessonFormat::text},
                                                            {"markdown", LessonFormat::markdown},
                                                            {"json", LessonFormat::json}}));
  command.option(
      {.names = "--svg", .value = "FILE", .help = "write the lesson's plot", .completion = Completion::file},
      to_text(settings->svg_path));
  command.on_run([settings](Console& console, Command&) { return run_lesson(console, *settings); });
}

}  // namespace chainrule::cli
