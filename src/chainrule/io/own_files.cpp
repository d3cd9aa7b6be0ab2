// A file counts as ours by its beginning. Checksums are ignored: a damaged model file may still be replaced.
#include "chainrule/io/own_files.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include "chainrule/base/error.h"
#include "chainrule/io/container_header.h"
#include "chainrule/io/json.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/report.h"

namespace chainrule {
namespace {

// Up to `most` bytes; "" if the file cannot be read.
std::string start_of(FileSystem& file_system, const std::string& path, std::size_t most) {
  try {
    const RegularFile opened = file_system.open_regular_to_read(path);
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(opened.size, most)), '\0');
    bytes.resize(opened.file->read_fully(std::as_writable_bytes(std::span(bytes))));
    return bytes;
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace

bool begins_as_model_file(FileSystem& file_system, const std::string& path) {
  // The keys are sorted: this one comes first. Only then is it worth reading a long header.
  constexpr std::string_view kStart = "{\"__metadata__\":";
  std::string bytes = start_of(file_system, path, kLengthBytes + kStart.size());
  if (bytes.size() < kLengthBytes || bytes.substr(kLengthBytes) != kStart) return false;
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > file_system.status(path).size) return false;
  bytes = start_of(file_system, path, kLengthBytes + static_cast<std::size_t>(length));
  if (bytes.size() < kLengthBytes + length) return false;
  try {
    const JsonTree header = parse_json_strictly(std::string_view(bytes).substr(kLengthBytes), path);
    const JsonTree* const metadata = header.find(kMetadataKey);
    const JsonTree* const format = metadata == nullptr ? nullptr : metadata->find("format");
    return format != nullptr && format->is_text() && format->text() == "chainrule";
  } catch (const ModelFileError&) {
    return false;
  }
}

bool begins_as_report(FileSystem& file_system, const std::string& path) {
  return start_of(file_system, path, kReportStart.size()) == kReportStart;
}

}  // namespace chainrule
