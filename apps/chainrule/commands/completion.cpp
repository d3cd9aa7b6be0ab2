// `chainrule completion`: scripts for bash, zsh and fish, generated from the tree of commands: nothing is
// listed by hand.
#include <fmt/format.h>

#include <functional>
#include <memory>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/exit_codes.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

enum class Shell { bash, zsh, fish };

void for_each_command(const Command& command, const std::function<void(const Command&)>& visit) {
  visit(command);
  for (const auto& subcommand : command.subcommands())
    for_each_command(*subcommand, visit);
}

std::vector<std::string> option_words(const Command& command) {
  std::vector<std::string> words = {"--help"};
  for (const auto& entry : command.options()) {
    if (!entry->is_positional) words.push_back(entry->long_name());
  }
  return words;
}

std::vector<std::string> subcommand_words(const Command& command) {
  std::vector<std::string> words;
  for (const auto& subcommand : command.subcommands())
    words.push_back(subcommand->name());
  return words;
}

// In single quotes for a POSIX shell.
std::string single_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

// The tables that bash and zsh share: subcommands, options and their values.
std::string posix_tables(const Command& root) {
  std::string text =
      "# The words that name commands, by the command before them.\n_chainrule_subcommands() {\n  case "
      "\"$1\" in\n";
  for_each_command(root, [&](const Command& command) {
    if (command.subcommands().empty()) return;
    text += fmt::format("    {}) echo {} ;;\n", single_quoted(command.path()),
                        single_quoted(join(subcommand_words(command), " ")));
  });
  text += "  esac\n}\n\n_chainrule_options() {\n  case \"$1\" in\n";
  for_each_command(root, [&](const Command& command) {
    text += fmt::format("    {}) echo {} ;;\n", single_quoted(command.path()),
                        single_quoted(join(option_words(command), " ")));
  });
  text +=
      "  esac\n}\n\n"
      "# What follows an option: words, =file for a file name, = for a value that cannot be listed, nothing "
      "after a flag.\n"
      "_chainrule_values() {\n  case \"$1:$2\" in\n";
  for_each_command(root, [&](const Command& command) {
    for (const auto& entry : command.options()) {
      if (entry->is_positional || entry->is_flag) continue;
      std::string patterns;
      for (const std::string& name : split_text(entry->text.names, ',')) {
        patterns += (patterns.empty() ? "" : "|") + single_quoted(command.path() + ":" + name);
      }
      std::vector<std::string> words = entry->binding.words;
      // A list of words cannot contain tabs or bars.
      std::erase_if(words,
                    [](const std::string& word) { return word.find_first_of("\t |;") != std::string::npos; });
      const std::string values = !words.empty()                               ? join(words, " ")
                                 : entry->text.completion == Completion::file ? "=file"
                                                                              : "=";
      text += fmt::format("    {}) echo {} ;;\n", patterns, single_quoted(values));
    }
  });
  return text + "  esac\n}\n";
}

std::string bash_script(const Command& root) {
  return "# bash completion for chainrule. Load it with: source <(chainrule completion bash)\n\n" +
         posix_tables(root) +
         R"sh(
_chainrule() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word i values
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ " $(_chainrule_subcommands "$command") " == *" $word "* ]]; then
      command=${command:+$command }$word
    fi
  done
  COMPREPLY=()
  values=
  if [[ $previous == -* ]]; then
    values=$(_chainrule_values "$command" "$previous")
  fi
  case $values in
    =file) compopt -o default 2>/dev/null; return ;;
    =) return ;;
    ?*)
      # Lists are completed behind their last comma.
      local done_part=
      if [[ $current == *,* ]]; then done_part=${current%,*},; fi
      COMPREPLY=($(compgen -P "$done_part" -W "$values" -- "${current##*,}"))
      return ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_chainrule_options "$command")" -- "$current"))
    return
  fi
  values=$(_chainrule_subcommands "$command")
  if [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  else
    compopt -o default 2>/dev/null
  fi
}
complete -F _chainrule chainrule
)sh";
}

std::string zsh_script(const Command& root) {
  return "#compdef chainrule\n# zsh completion for chainrule. Load it with: source <(chainrule completion "
         "zsh)\n\n" +
         posix_tables(root) + R"sh(
_chainrule() {
  local command= word values i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ " $(_chainrule_subcommands "$command") " == *" $word "* ]]; then
      command=${command:+$command }$word
    fi
  done
  values=
  if [[ ${words[CURRENT-1]} == -* ]]; then
    values=$(_chainrule_values "$command" "${words[CURRENT-1]}")
  fi
  case $values in
    =file) _files; return ;;
    =) return ;;
    ?*) compset -P '*,'; compadd -- ${=values}; return ;;
  esac
  if [[ ${words[CURRENT]} == -* ]]; then
    compadd -- ${=$(_chainrule_options "$command")}
    return
  fi
  values=$(_chainrule_subcommands "$command")
  if [[ -n $values ]]; then
    compadd -- ${=values}
  else
    _files
  fi
}
compdef _chainrule chainrule
)sh";
}

// In single quotes for fish, where \ and ' are escaped by \.
std::string fish_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    if (c == '\n') {
      result += ' ';
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string fish_script(const Command& root) {
  std::string text =
      "# fish completion for chainrule. Load it with: chainrule completion fish | source\n\n"
      "# True when the words typed so far (without options) are exactly these commands, or these and "
      "arguments.\n"
      "function __chainrule_in\n"
      "  set -l typed (commandline -opc)[2..-1]\n"
      "  set -l count (count $argv)\n"
      "  test (count $typed) -ge $count; or return 1\n"
      "  test $count -eq 0; or test \"$typed[1..$count]\" = \"$argv\"\n"
      "end\n"
      "function __chainrule_at\n"
      "  set -l typed (commandline -opc)[2..-1]\n"
      "  test \"$typed\" = \"$argv\"\n"
      "end\n\n";
  for_each_command(root, [&](const Command& command) {
    for (const auto& subcommand : command.subcommands()) {
      text += fmt::format("complete -c chainrule -f -n {} -a {} -d {}\n",
                          fish_quoted("__chainrule_at " + command.path()), subcommand->name(),
                          fish_quoted(subcommand->summary()));
    }
    const std::string condition =
        fish_quoted(command.path().empty() ? "__chainrule_at" : "__chainrule_in " + command.path());
    text += fmt::format("complete -c chainrule -n {} -l help -s h -d 'help'\n", condition);
    for (const auto& entry : command.options()) {
      if (entry->is_positional) continue;
      text += fmt::format("complete -c chainrule -n {} -l {}", condition, entry->long_name().substr(2));
      if (!entry->short_name().empty()) text += " -s " + entry->short_name().substr(1);
      if (!entry->is_flag) text += entry->text.completion == Completion::file ? " -r -F" : " -x";
      if (!entry->binding.words.empty()) text += " -a " + fish_quoted(join(entry->binding.words, " "));
      text += " -d " + fish_quoted(entry->text.help) + "\n";
    }
  });
  return text;
}

}  // namespace

void add_completion_command(Command& root) {
  Command& command =
      root.subcommand("completion", "a script that lets the shell complete commands and options");
  const auto shell = std::make_shared<std::string>();
  command.example("completion bash > ~/.local/share/bash-completion/completions/chainrule",
                  "for bash, from the next shell on");
  command.example("completion zsh > ~/.zfunc/_chainrule", "for zsh, with ~/.zfunc in fpath");
  command.example("completion fish > ~/.config/fish/completions/chainrule.fish", "for fish");
  command.positional("SHELL", "bash, zsh or fish", *shell, Completion::nothing);
  // The root outlives its commands.
  command.on_run([shell, &root](Console& console, Command&) {
    Shell wanted = Shell::bash;
    to_choice<Shell>(wanted, {{"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}})
        .apply({.name = "SHELL", .values = {*shell}});
    console.out(wanted == Shell::bash  ? bash_script(root)
                : wanted == Shell::zsh ? zsh_script(root)
                                       : fish_script(root));
    console.flush();
    return ExitCode::done;
  });
}

}  // namespace chainrule::cli
