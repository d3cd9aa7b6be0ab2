// Files of other programs, recognised by their first bytes and never by their names: tables and models that
// chainrule does not read, archives, images, documents. One table serves both messages, that of a file given
// as a table and that of a file given as a model.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chainrule {

enum class ForeignKind { table, array, archive, image, document, encoding, model };

struct ForeignFile {
  ForeignKind kind = ForeignKind::table;
  std::string_view name;     // "a Parquet file"
  std::string_view convert;  // what makes it a table that is read; FILE stands for its name
};

// Enough bytes from the start of a file to recognise every kind; fewer are fine.
inline constexpr std::size_t kForeignStart = 512;

std::optional<ForeignFile> recognise_foreign_file(std::string_view start);

// The advice with the path for FILE, if a shell reads the path as it is; "-" and other paths leave FILE.
std::string with_file_name(std::string_view advice, std::string_view path);

}  // namespace chainrule
