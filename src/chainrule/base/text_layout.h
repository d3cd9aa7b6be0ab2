// Lays out text for a terminal: wrapped paragraphs and aligned tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chainrule {

// `text` in lines of at most `width` columns; the first starts with `first`, the others with as many blanks
// as `first` is wide. Line breaks of `text` are kept. Lines end between words, and between Chinese
// characters, but not before a closing mark or after an opening one. Ends with \n.
std::string wrapped(std::string_view first, std::string_view text, std::size_t width);

enum class Align { left, right };

// Rows of cells in columns as wide as their widest cell, two blanks apart, every line after `indent` blanks.
// A missing alignment means left. Lines have no trailing blanks.
std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<Align>& alignment,
                    std::size_t indent = 0);

// The columns that the text takes on a terminal; colour sequences (CSI ... m) take up none.
std::size_t visible_width(std::string_view text);

}  // namespace chainrule
