#include "chainrule/toolkit/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "chainrule/base/text.h"

namespace chainrule::cli {
namespace {

constexpr std::size_t kLongestListedName = 60;

// $'a\x1b' in a shell is the text with the control character, which a terminal must not get.
std::string in_escapes(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    if (c == '\'' || c == '\\') plain += '\\';
    plain += c;
  }
  return "$'" + printable(plain) + "'";
}

}  // namespace

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns <= 3) return std::string(columns, '.');
  // A name may have a million bytes, and measuring its width is linear in them.
  constexpr std::size_t kMostBytesOfColumn = 16;
  std::size_t end = std::min(text.size(), kMostBytesOfColumn * columns);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
    --end;
  while (end > 0 && display_width(text.substr(0, end)) > columns - 3) {
    --end;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
      --end;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string name_list(const std::vector<std::string>& names, std::size_t most) {
  std::string result;
  const bool cut = names.size() > most + 1;
  const std::size_t shown = cut ? most : names.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) result += i + 1 == names.size() ? " and " : ", ";
    result += shortened(printable(names[i]), kLongestListedName);
  }
  if (cut) result += fmt::format(" and {} more", format_count(names.size() - shown));
  return result;
}

std::string score_number(double value) {
  constexpr double kLong = 1e5;
  return std::abs(value) < kLong ? fmt::format("{:.4f}", value) : format_significant(value, 6);
}

std::string clock_time(double seconds) {
  if (!(seconds >= 0)) seconds = 0;
  const auto whole = static_cast<unsigned long long>(std::min(std::floor(seconds + 0.5), 3.6e9));
  const unsigned long long hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                   : fmt::format("{}:{:02}", minutes, rest);
}

std::string shell_word(std::string_view word) {
  const auto harmless = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           std::string_view("_./:=,@%+-").find(c) != std::string_view::npos || byte >= 0x80;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), harmless)) return std::string(word);
  const std::string shown = printable(word);
  if (shown != word) return in_escapes(word);
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && text[at] == ' ')
      ++at;
    std::string part;
    if (at < text.size() && text[at] == '"') {
      ++at;
      while (at < text.size()) {
        if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"') {
          part += '"';
          at += 2;
        } else if (text[at] == '"') {
          ++at;
          break;
        } else {
          part += text[at++];
        }
      }
      while (at < text.size() && text[at] != ',')
        ++at;
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      part = std::string(trim(text.substr(at, end - at)));
      at = end;
    }
    parts.push_back(std::move(part));
    if (at >= text.size()) return parts;
    ++at;
  }
}

std::string joined_list(const std::vector<std::string>& parts) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += ',';
    const std::string& part = parts[i];
    const bool plain = part.find_first_of(",\"") == std::string::npos && trim(part) == part;
    if (plain) {
      result += part;
      continue;
    }
    result += '"';
    for (const char c : part) {
      if (c == '"') result += '"';
      result += c;
    }
    result += '"';
  }
  return result;
}

}  // namespace chainrule::cli
