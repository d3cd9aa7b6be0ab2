#include "chainrule/data/table_format.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/foreign_file.h"
#include "chainrule/data/arff_reader.h"
#include "chainrule/data/fann_reader.h"
#include "chainrule/data/json_reader.h"
#include "chainrule/data/libsvm_reader.h"
#include "chainrule/data/npy_reader.h"
#include "chainrule/data/text_encoding.h"

namespace chainrule {

namespace {

using std::string_view_literals::operator""sv;  // NOLINT(misc-unused-using-decls): it is used below

constexpr std::size_t kStart = 64 * 1024;

[[noreturn]] void refuse(const ByteSource& source, std::string got, std::string advice) {
  throw DataError(
      {.what = "the file is not a table that can be read",
       .where = source.display_name(),
       .expected = "a text table in UTF-8, JSON records, ARFF, LIBSVM, FANN, IDX or NPY, plain or "
                   "compressed by " +
                   readable_compressions(),
       .got = std::move(got),
       .advice = std::move(advice)});
}

// Characters of four bytes, the last of which is ASCII: "a,b" begins with 00 00 00 61 00 00 00 2C.
void refuse_utf32_without_mark(const ByteSource& source, std::string_view start) {
  if (start.size() < 8 || start.substr(0, 3) != "\0\0\0"sv || start.substr(4, 3) != "\0\0\0"sv ||
      start[3] < ' ' || start[7] < ' ') {
    return;
  }
  refuse(source, "text in UTF-32",
         with_file_name("save the table as UTF-8, or convert it: iconv -f UTF-32BE -t UTF-8 FILE > NEW",
                        source.path()));
}

// A safetensors container: the length of the header in eight bytes, then JSON.
bool is_tensor_file(std::string_view start) {
  return start.size() >= 10 && start.substr(4, 4) == "\0\0\0\0"sv && start.substr(8, 2) == "{\"";
}

}  // namespace

TableFormat find_format(ByteSource& source) {
  const std::string_view start = source.peek(kForeignStart);
  if (const std::optional<ForeignFile> foreign = recognise_foreign_file(start)) {
    const bool is_model = foreign->kind == ForeignKind::model && foreign->convert.empty();
    refuse(source, std::string(foreign->name),
           is_model ? "give the table here; chainrule cannot use a model of another program"
                    : with_file_name(foreign->convert, source.path()));
  }
  if (is_tensor_file(start))
    refuse(source, "a model file (safetensors)", "give the table here; `chainrule inspect` shows a model");
  refuse_utf32_without_mark(source, start);
  if (start.starts_with(kNpyMagic)) return TableFormat::npy;
  // No text begins with two NUL bytes.
  if (start.starts_with("\0\0"sv)) return TableFormat::idx;
  if (begins_as_json(start)) return TableFormat::json;
  const std::string_view more = source.peek(kStart);
  if (const std::string_view encoding = escaped_encoding(more); !encoding.empty()) {
    refuse(source, "text in " + std::string(encoding),
           with_file_name("save the table as UTF-8, or convert it: iconv -f " + std::string(encoding) +
                              " -t UTF-8 FILE > NEW",
                          source.path()));
  }
  if (begins_as_arff(more)) return TableFormat::arff;
  if (begins_as_libsvm(more)) return TableFormat::libsvm;
  if (begins_as_fann(more)) return TableFormat::fann;
  return TableFormat::text;
}

}  // namespace chainrule
