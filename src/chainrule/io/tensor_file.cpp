// The container's second half: the tensors, and their entries in the header.
//
// A tensor's entry in the header is {"dtype", "shape", "data_offsets": [begin, end]}. The entries are
// trusted only after they agree with each other and with the file: in the order of their bytes, each begins
// where the one before it ended and is as long as its shape and type say, and the last ends with the file.
// No memory is allocated for them before that; sums and products stop at the largest number instead of
// wrapping round.
//
// Sources: the safetensors format, https://github.com/huggingface/safetensors; docs/model-format.md for our
// stricter rules.
#include "chainrule/io/tensor_file.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/foreign_file.h"
#include "chainrule/base/text.h"
#include "chainrule/data/decompressor.h"
#include "chainrule/io/json.h"

namespace chainrule {

namespace {

constexpr std::size_t kLookedAtFirst = 24;  // enough to recognise a file of another kind
constexpr std::string_view kChecksums = "checksums";
// The texts that every container has in its metadata.
constexpr std::string_view kOwnTexts[] = {"format", "format_version", kChecksums, "header_checksum"};
constexpr std::size_t kMostSizesShown = 8;

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool is_text(std::string_view start) {
  const bool has_controls = std::ranges::any_of(start, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  if (has_controls || start.find('\x7f') != std::string_view::npos) return false;
  // The last character may be cut.
  for (std::size_t cut = 0; cut < 4 && cut < start.size(); ++cut) {
    if (is_valid_utf8(start.substr(0, start.size() - cut))) return true;
  }
  return false;
}

std::uint64_t bytes_in(Dtype dtype, std::span<const std::size_t> shape) {
  std::uint64_t bytes = dtype == Dtype::f32 ? sizeof(float) : sizeof(double);
  for (const std::size_t size : shape)
    bytes = saturated_product(bytes, size);
  return bytes;
}

}  // namespace

std::string shape_text(std::span<const std::size_t> shape) {
  std::vector<std::string> parts;
  for (const std::size_t size : shape.first(std::min(shape.size(), kMostSizesShown)))
    parts.push_back(std::to_string(size));
  return "[" + join(parts, ",") + "]";
}

// --- writing -----------------------------------------------------------------------------------------------

TensorFileHeader::TensorFileHeader(const TensorFileKind& kind, std::uint64_t version)
    : kind_(kind), metadata_(container_metadata(kind, version)) {}

void TensorFileHeader::add_text(std::string_view name, std::string_view text) {
  metadata_.add(name, text);
}

void TensorFileHeader::add_json(std::string_view name, const JsonTree& value) {
  values_ += value.count_values();
  metadata_.add(name, canonical_json(value));
}

void TensorFileHeader::add_tensor(const std::string& name, Dtype dtype, const std::vector<std::size_t>& shape,
                                  std::string_view checksum) {
  const std::uint64_t end = saturated_sum(offset_, bytes_in(dtype, shape));
  header_.add(name, container_tensor(name_of(dtype), shape, offset_, end));
  checksums_.add(name, checksum);
  offset_ = end;
}

std::string TensorFileHeader::text() && {
  add_json(kChecksums, checksums_);
  header_.add(kMetadataKey, std::move(metadata_));
  values_ += header_.count_values();
  std::string text = container_header_text(header_);
  const std::size_t most = kind_.most_values_of(saturated_sum(kLengthBytes + text.size(), offset_));
  if (values_ > most) {
    throw StateError({.what = std::string(kind_.too_long),
                      .expected = "at most " + count_of(most, "value"),
                      .got = format_count(values_),
                      .advice = std::string(kind_.if_too_long)});
  }
  return text;
}

// --- reading: the header -----------------------------------------------------------------------------------

TensorFileReader::TensorFileReader(const TensorFileKind& kind, std::string_view bytes,
                                   std::string_view name_for_messages)
    : kind_(kind),
      name_(name_for_messages),
      header_(kind, name_for_messages),
      read_([left = bytes](std::span<std::byte> wanted) mutable {
        const std::size_t count = left.copy(reinterpret_cast<char*>(wanted.data()), wanted.size());
        left.remove_prefix(count);
        return count;
      }),
      size_(bytes.size()) {
  read_header();
}

TensorFileReader::TensorFileReader(const TensorFileKind& kind, FileSystem& file_system,
                                   const std::string& path)
    : kind_(kind), name_(path), header_(kind, path) {
  try {
    RegularFile opened = file_system.open_regular_to_read(path);
    size_ = opened.size;
    read_ = [file = std::shared_ptr<ReadableFile>(std::move(opened.file))](std::span<std::byte> wanted) {
      return file->read_fully(wanted);
    };
  } catch (const DataError& error) {
    throw ModelFileError(error.report());
  }
  read_header();
}

void TensorFileReader::read_header() {
  std::string start(std::min<std::uint64_t>(size_, kLookedAtFirst), '\0');
  read_whole(std::as_writable_bytes(std::span(start)));
  std::uint64_t claimed = 0;
  std::memcpy(&claimed, start.data(), std::min(start.size(), kLengthBytes));
  if (start.size() >= kLengthBytes && claimed <= size_ - kLengthBytes) {
    check_other_formats(start);
  } else if (!start.empty()) {
    // It is refused below, unless more of it shows what it is.
    std::string more(std::min<std::uint64_t>(size_, kForeignStart) - start.size(), '\0');
    read_whole(std::as_writable_bytes(std::span(more)));
    check_other_formats(start + more);
  }
  header_.check_size(size_);
  const std::size_t length = header_.text_length(start, size_);
  data_size_ = size_ - kLengthBytes - length;
  // A header that ends within the bytes already read is refused below: it has no room for its checksum.
  header_text_ = start.substr(kLengthBytes, length);
  const std::size_t before = header_text_.size();
  header_text_.resize(length);
  read_whole(std::as_writable_bytes(std::span(header_text_)).subspan(before));

  room_.values = kind_.most_values_of(size_);
  tree_ = header_.parse(header_text_, room_);
  version_ = static_cast<std::uint64_t>(*parse_integer(text("format_version")));
  for (const std::string_view name : root().member_names()) {
    if (name == kMetadataKey) continue;
    const JsonValue tensor = entry(name);
    tensor.require_members({"dtype", "shape", "data_offsets"});
    tensors_.push_back({.name = std::string(name),
                        .dtype = tensor.member("dtype").word<Dtype>(),
                        .shape = tensor.member("shape").counts(UINT64_MAX),
                        .place = tensor.member("data_offsets").counts(UINT64_MAX)});
  }
}

void TensorFileReader::read_whole(std::span<std::byte> bytes) const {
  std::size_t count = 0;
  try {
    count = read_(bytes);
  } catch (const DataError& error) {
    throw ModelFileError(error.report());
  }
  if (count < bytes.size())
    header_.refuse_as_damaged("it became shorter while it was being read", "", count_of(size_, "byte"), "");
}

// Files that users mistake for ours: tables, archives, models of other programs. A container of tensors
// begins with the length of its header, which no other file takes for one: it is over the limit, or text
// without JSON after it.
void TensorFileReader::check_other_formats(std::string_view start) const {
  using std::string_view_literals::operator""sv;
  const bool is_container =
      start.size() >= 10 && start.substr(4, 4) == "\0\0\0\0"sv && start.substr(kLengthBytes, 2) == "{\"";
  if (is_container) return;
  if (const CompressionFormat* const compression = find_compression(start)) {
    header_.refuse("it is compressed by " + std::string(name_of(*compression)), "", "", "",
                   with_file_name("unpack it first: " + std::string(unpack_of(*compression)), name_));
  }
  if (const std::optional<ForeignFile> foreign = recognise_foreign_file(start)) {
    const bool is_model = foreign->kind == ForeignKind::model;
    const bool is_table = foreign->kind == ForeignKind::table;
    header_.refuse("it is " + std::string(foreign->name), "", "", "",
                   is_model   ? "chainrule cannot use models of other programs: train one on your table"
                   : is_table ? kind_.if_text
                              : kind_.if_other_format);
  }
  if (start.starts_with("\x93NUMPY")) header_.refuse("it is a NumPy array", "", "", "", kind_.if_text);
  const bool is_idx = start.size() > 3 && start.starts_with("\0\0"sv) && start[2] >= 8 && start[2] <= 14 &&
                      start[3] >= 1 && start[3] <= 4;
  if (is_idx) header_.refuse("it is an IDX file (images or labels)", "", "", "", kind_.if_text);
  if (is_text(start))
    header_.refuse("it looks like text", "", "", quoted(start.substr(0, kLookedAtFirst)), kind_.if_text);
}

void TensorFileReader::require_texts(std::initializer_list<std::string_view> names) const {
  std::vector<std::string_view> all(std::begin(kOwnTexts), std::end(kOwnTexts));
  all.insert(all.end(), names.begin(), names.end());
  root().member(kMetadataKey).require_members(all);
}

const std::string& TensorFileReader::text(std::string_view name) const {
  return root().member(kMetadataKey).member(name).text();
}

// --- reading: the tensors ----------------------------------------------------------------------------------

void TensorFileReader::check_places(std::span<const std::string> order) {
  assert(order.size() == tensors_.size());
  std::unordered_map<std::string_view, std::size_t> rank;
  for (const std::string& name : order)
    rank.emplace(name, rank.size());
  std::ranges::sort(tensors_, {}, [&rank](const TensorEntry& tensor) { return rank.at(tensor.name); });
  check_places_as_sorted();
}

void TensorFileReader::check_places() {
  std::ranges::stable_sort(tensors_, {}, &TensorEntry::place);
  check_places_as_sorted();
}

void TensorFileReader::check_places_as_sorted() {
  std::uint64_t end = 0;
  for (const TensorEntry& tensor : tensors_) {
    const std::uint64_t begin = end;
    end = saturated_sum(begin, bytes_in(tensor.dtype, tensor.shape));
    check_place(tensor, begin, end);
  }
  if (end != data_size_) {
    header_.refuse_as_damaged(
        end > data_size_ ? "it is cut short, within the tensors" : "there are bytes after the last tensor",
        "", count_of(end, "byte") + " of tensors", format_count(data_size_));
  }
  read_checksums();
}

void TensorFileReader::check_place(const TensorEntry& tensor, std::uint64_t begin, std::uint64_t end) const {
  const std::vector<std::size_t>& got = tensor.place;
  const bool is_whole = got.size() == 2 && got[0] == begin && got[1] >= begin;
  if (is_whole && (got[1] != end || end == begin)) {
    entry(tensor.name)
        .member("shape")
        .refuse("the shape of a tensor does not match its bytes", count_of(got[1] - got[0], "byte"),
                end == begin ? "no elements" : count_of(end - begin, "byte"));
  }
  if (!is_whole) {
    entry(tensor.name)
        .member("data_offsets")
        .refuse("the tensors overlap, leave holes or are out of order",
                shape_text(std::array<std::size_t, 2>{begin, end}), shape_text(got));
  }
}

void TensorFileReader::read_checksums() {
  with_json(kChecksums, [&](const JsonValue& stored) {
    if (stored.member_names().size() != tensors_.size()) {
      stored.refuse("the number of checksums differs from the number of tensors",
                    count_of(tensors_.size(), "checksum"), format_count(stored.member_names().size()));
    }
    for (const TensorEntry& tensor : tensors_)
      checksums_.push_back(stored.member(tensor.name).text());
  });
}

const std::string& TensorFileReader::read_next(std::span<std::byte> bytes) {
  assert(next_ < checksums_.size());
  const TensorEntry& tensor = tensors_[next_];
  assert(bytes.size() == tensor.place[1] - tensor.place[0]);
  read_whole(bytes);
  const std::string checksum = checksum_of(bytes_of(std::span<const std::byte>(bytes)));
  if (checksum != checksums_[next_]) {
    header_.refuse_as_damaged("the checksum of a tensor does not match", tensor.name, checksums_[next_],
                              checksum);
  }
  return checksums_[next_++];
}

}  // namespace chainrule
