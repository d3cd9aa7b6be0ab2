// Pieces of an HTML page. All text is escaped; parameters called `html` or `svg` are markup and stay
// unchanged.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/base/text_layout.h"

namespace chainrule::html {

struct Table {
  std::string caption;
  std::vector<std::pair<std::string, Align>> headings;
  std::vector<std::vector<std::string>> rows;  // plain text; the first cell is the row's heading

  std::string html() const;
};

// A long table scrolls in a box of its own, which the keyboard can reach.
std::string scrolling(std::string_view label, std::string_view html);
// The same for a plot wider than the page.
std::string wide(std::string_view label, std::string_view html);
std::string figure(std::string_view caption, std::string_view svg);
std::string paragraph(std::string_view words, std::string_view css_class = {});
// "" if `html` is empty.
std::string section(std::string_view id, std::string_view heading, std::string_view html);

}  // namespace chainrule::html
