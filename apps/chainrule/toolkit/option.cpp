#include "chainrule/toolkit/option.h"

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"

namespace chainrule::cli {
namespace {

std::vector<std::string> names_of(const OptionEntry& entry) {
  return split_text(entry.text.names, ',');
}

}  // namespace

const std::string& Given::once() const {
  if (values.size() > 1) {
    std::vector<std::string> shown;
    for (const std::string& value : values)
      shown.push_back(quoted(value));
    throw UsageError({.what = name + " was given more than once", .got = join(shown, ", ")});
  }
  return values.front();
}

std::string OptionEntry::long_name() const {
  const std::vector<std::string> names = names_of(*this);
  for (const std::string& name : names) {
    if (name.starts_with("--")) return name;
  }
  return names.front();
}

std::string OptionEntry::short_name() const {
  for (const std::string& name : names_of(*this)) {
    if (name.size() == 2 && name[0] == '-' && name[1] != '-') return name;
  }
  return "";
}

}  // namespace chainrule::cli
