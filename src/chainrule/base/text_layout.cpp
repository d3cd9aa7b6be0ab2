#include "chainrule/base/text_layout.h"

#include <algorithm>

#include "chainrule/base/text.h"

namespace chainrule {
namespace {

// The end of the colour sequence that starts at `at`; `at` if none does.
std::size_t after_colour(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || text[at] != '\x1b' || text[at + 1] != '[') return at;
  std::size_t end = at + 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~'))
    ++end;
  return std::min(end + 1, text.size());
}

// Marks that must not begin a line of Chinese, and marks that must not end one.
constexpr std::string_view kClosing = "，。、；：！？）」》”’％";
constexpr std::string_view kOpening = "（「《“‘";

std::size_t length_of_character(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
    ++end;
  return end - at;
}

// The end of the piece of `word` (no blanks in it) that must stay on one line.
std::size_t first_break(std::string_view word) {
  std::size_t at = 0;
  while (at < word.size()) {
    const std::string_view left = word.substr(at, length_of_character(word, at));
    at += left.size();
    if (at >= word.size()) break;
    const std::string_view right = word.substr(at, length_of_character(word, at));
    const bool is_between_wide = display_width(left) == 2 || display_width(right) == 2;
    const bool is_tied = (right.size() > 1 && kClosing.find(right) != std::string_view::npos) ||
                         (left.size() > 1 && kOpening.find(left) != std::string_view::npos);
    if (is_between_wide && !is_tied) return at;
  }
  return word.size();
}

void drop_blanks_at_end(std::string& line) {
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
}

}  // namespace

std::string wrapped(std::string_view first, std::string_view text, std::size_t width) {
  const std::size_t indent = visible_width(first);
  const std::size_t room = width > indent + 20 ? width - indent : 20;
  std::string result(first);
  std::string line;
  bool is_first = true;
  const auto end_line = [&] {
    if (!is_first && !line.empty()) result.append(indent, ' ');
    result += line;
    drop_blanks_at_end(result);
    result += '\n';
    line.clear();
    is_first = false;
  };
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t line_end = std::min(text.find('\n', at), text.size());
    std::string_view rest = text.substr(at, line_end - at);
    while (!rest.empty()) {
      const std::size_t start = rest.find_first_not_of(' ');
      if (start == std::string_view::npos) break;
      // Blanks at the start of a line of the text are part of its indent.
      const std::string_view blanks =
          line.empty() || start == 0 ? rest.substr(0, start) : std::string_view(" ");
      const std::size_t blank = std::min(rest.find(' ', start), rest.size());
      const std::size_t stop = start + first_break(rest.substr(start, blank - start));
      const std::string_view word = rest.substr(start, stop - start);
      if (!line.empty() && visible_width(line) + blanks.size() + visible_width(word) > room) {
        end_line();
      } else {
        line += blanks;
      }
      line += word;
      rest.remove_prefix(stop);
    }
    end_line();
    at = line_end + 1;
  }
  return result;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<Align>& alignment,
                    std::size_t indent) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], visible_width(row[c]));
  }
  std::string result;
  for (const std::vector<std::string>& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::size_t padding = widths[c] - visible_width(row[c]);
      const bool right = c < alignment.size() && alignment[c] == Align::right;
      if (right) line.append(padding, ' ');
      line += row[c];
      if (!right) line.append(padding, ' ');
      line += "  ";
    }
    drop_blanks_at_end(line);
    result += line;
    result += '\n';
  }
  return result;
}

std::size_t visible_width(std::string_view text) {
  if (text.find('\x1b') == std::string_view::npos) return display_width(text);
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = after_colour(text, at);
    if (next != at) {
      at = next;
    } else {
      plain += text[at++];
    }
  }
  return display_width(plain);
}

}  // namespace chainrule
