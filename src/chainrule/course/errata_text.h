// The errata of a document as a terminal shows them: first every number it prints beside the calculated one,
// then each slip with its correction and the reason.
#pragma once

#include <cstddef>
#include <string>

#include "chainrule/course/errata.h"

namespace chainrule {

// Numbers are in a table if it fits in `width` columns, otherwise one below the other. Ends with \n.
std::string errata_text(Document document, std::size_t width);

}  // namespace chainrule
