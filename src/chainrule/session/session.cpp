#include "chainrule/session/session.h"

namespace chainrule {

std::string_view version() {
  return CHAINRULE_VERSION;
}

}  // namespace chainrule
