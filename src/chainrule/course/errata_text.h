// The errata of a document as a terminal shows them: first every number it prints beside the calculated one,
// then what is printed wrongly, what it should say, and why.
#pragma once

#include <cstddef>
#include <string>

#include "chainrule/course/errata.h"

namespace chainrule {

// Numbers stand in a table where that fits in `width` columns, else one below the other. Ends with \n.
std::string errata_text(Document document, std::size_t width);

}  // namespace chainrule
