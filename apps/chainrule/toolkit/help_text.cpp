#include "chainrule/toolkit/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "chainrule/base/text.h"
#include "chainrule/toolkit/layout.h"

namespace chainrule::cli {

std::string help_text(const Command& command, std::string_view program, std::size_t width,
                      const std::function<std::string(std::string_view)>& highlight) {
  std::string text = highlight("Examples:") + "\n";
  for (const Example& example : command.examples()) {
    text += fmt::format("  {} {}\n", program, example.arguments);
    if (!example.explanation.empty()) text += wrapped("      ", example.explanation, width);
  }
  text += "\n" + highlight("Usage:") + fmt::format(" {}", program);
  if (!command.path().empty()) text += " " + command.path();
  if (!command.subcommands().empty()) text += command.can_run() ? " [COMMAND]" : " COMMAND";
  for (const auto& entry : command.options()) {
    if (entry->is_positional) text += " " + entry->text.names;
  }
  text += " [OPTION ...]\n\n";
  std::string summary = command.summary();
  summary[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(summary[0])));
  if (!summary.ends_with('.')) summary += '.';
  text += wrapped("", summary, width);
  if (!command.paragraph().empty()) text += wrapped("", command.paragraph(), width);

  // The column where explanations start; a longer name has its explanation below.
  constexpr std::size_t kColumn = 30;
  const auto item = [&](std::string left, const std::string& right) {
    if (visible_width(left) + 2 > kColumn) {
      text += left + "\n";
      left.clear();
    }
    left.append(kColumn - visible_width(left), ' ');
    text += wrapped(left, right, width);
  };

  if (!command.subcommands().empty()) {
    text += "\n" + highlight("Commands:") + "\n";
    for (const auto& subcommand : command.subcommands())
      item("  " + subcommand->name(), subcommand->summary());
  }
  std::vector<std::string> headings;
  for (const auto& entry : command.options()) {
    const std::string heading = entry->is_positional ? "Arguments" : entry->heading;
    if (std::find(headings.begin(), headings.end(), heading) == headings.end()) headings.push_back(heading);
  }
  if (std::find(headings.begin(), headings.end(), "Options") == headings.end()) headings.push_back("Options");
  for (const std::string& heading : headings) {
    text += "\n" + highlight(heading + ":") + "\n";
    for (const auto& entry : command.options()) {
      if ((entry->is_positional ? "Arguments" : entry->heading) != heading) continue;
      std::string left;
      if (entry->is_positional) {
        left = "  " + entry->text.names;
      } else {
        left = entry->short_name().empty() ? "      " : "  " + entry->short_name() + ", ";
        left += entry->long_name();
        if (!entry->text.value.empty()) left += " " + entry->text.value;
      }
      std::string right = entry->text.help;
      if (!entry->binding.words.empty()) right += ": " + join(entry->binding.words, ", ");
      const std::string& shown =
          entry->text.shown_default.empty() ? entry->binding.shown_default : entry->text.shown_default;
      if (!shown.empty() && !entry->is_positional) right += " [" + shown + "]";
      if (!entry->text.environment.empty()) right += " (also " + entry->text.environment + ")";
      item(left, right);
    }
    if (heading == "Options") item("  -h, --help", "this text");
  }
  if (!command.subcommands().empty()) {
    text += "\n" + wrapped("",
                           fmt::format("`{} {}{}COMMAND --help` explains a command.", program, command.path(),
                                       command.path().empty() ? "" : " "),
                           width);
  }
  return text;
}

}  // namespace chainrule::cli
