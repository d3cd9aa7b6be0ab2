// Text passes through escape_markup, markup does not. Headings of columns and rows carry their scope, for
// screen readers.
#include "chainrule/io/html.h"

#include "chainrule/io/svg.h"

namespace chainrule::html {

std::string Table::html() const {
  std::string out = "<table>\n";
  if (!caption.empty()) out += "<caption>" + escape_markup(caption) + "</caption>\n";
  out += "<thead><tr>";
  for (const auto& [words, align] : headings) {
    out += align == Align::right ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    out += escape_markup(words) + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    out += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string_view css_class = headings.at(c).second == Align::right ? " class=\"n\"" : "";
      if (c == 0) {
        out += "<th scope=\"row\"" + std::string(css_class) + ">" + escape_markup(row[c]) + "</th>";
      } else {
        out += "<td" + std::string(css_class) + ">" + escape_markup(row[c]) + "</td>";
      }
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string scrolling(std::string_view label, std::string_view html) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape_markup(label) +
         "\">\n" + std::string(html) + "</div>\n";
}

std::string wide(std::string_view label, std::string_view html) {
  return "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape_markup(label) + "\">\n" +
         std::string(html) + "</div>\n";
}

std::string figure(std::string_view caption, std::string_view svg) {
  return "<figure>\n<figcaption>" + escape_markup(caption) + "</figcaption>\n" + std::string(svg) +
         "</figure>\n";
}

std::string paragraph(std::string_view words, std::string_view css_class) {
  const std::string attribute = css_class.empty() ? "" : " class=\"" + std::string(css_class) + "\"";
  return "<p" + attribute + ">" + escape_markup(words) + "</p>\n";
}

std::string section(std::string_view id, std::string_view heading, std::string_view html) {
  if (html.empty()) return "";
  const std::string name(id);
  return "<section aria-labelledby=\"" + name + "\">\n<h2 id=\"" + name + "\">" + escape_markup(heading) +
         "</h2>\n" + std::string(html) + "</section>\n";
}

}  // namespace chainrule::html
