#include "chainrule/base/file_system.h"

#include "chainrule/base/error.h"
#include "chainrule/base/system_errors.h"
#include "chainrule/base/text.h"

namespace chainrule {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

}  // namespace

std::size_t ReadableFile::read_fully(std::span<std::byte> bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t count = read(bytes.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

RegularFile FileSystem::open_regular_to_read(const std::string& path) {
  const FileStatus found = status(path);
  if (found.kind == FileKind::other) throw_is_no_file(path);
  return {.file = open_to_read(path), .size = found.size};
}

std::string read_whole_file(FileSystem& file_system, const std::string& path, std::uint64_t limit) {
  const auto throw_too_large = [&] {
    throw DataError({.what = cannot("read", path) + ": the file is too large",
                     .where = path,
                     .expected = "at most " + count_of(limit, "byte"),
                     .advice = "check that this is the right file"});
  };
  const FileStatus status = file_system.status(path);
  const std::unique_ptr<ReadableFile> file = file_system.open_to_read(path);
  if (status.kind == FileKind::regular && status.size > limit) throw_too_large();
  std::string contents;
  // One byte more than its size, so that the end is reached without growing.
  if (status.kind == FileKind::regular) contents.reserve(static_cast<std::size_t>(status.size) + 1);
  for (;;) {
    const std::size_t before = contents.size();
    const std::size_t room = contents.capacity() - before;
    const std::size_t step = room > 0 ? room : kBufferSize;
    contents.resize(before + step);
    const std::size_t count = file->read(std::as_writable_bytes(std::span(contents).subspan(before)));
    contents.resize(before + count);
    if (count == 0) return contents;
    if (contents.size() > limit) throw_too_large();
  }
}

}  // namespace chainrule
