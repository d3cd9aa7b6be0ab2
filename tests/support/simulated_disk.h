// An in-memory disk with one directory that records every call and enumerates the states that a crash after
// any of them may leave.
//
// The guarantees are those of POSIX and no more: bytes are on the disk once sync() of their file has
// returned, names once sync_directory() has. Until then a file may contain anything from nothing to all of
// its written bytes, also its full length with zeros or old bytes in some blocks; and of the creations,
// renames and removals, any number from the first on may have happened. After a failed sync(), a later one
// does not guarantee bytes written before it. (Pillai et al., "All File Systems Are Not Created Equal", 2014;
// the method is that of SQLite's crash tests.)
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/file_system.h"

namespace chainrule::testing_support {

using DiskContents = std::map<std::string, std::string>;  // name -> bytes

class SimulatedDisk final : public FileSystem {
 public:
  static constexpr std::size_t kBlock = 512;  // the unit of writing and of loss

  explicit SimulatedDisk(DiskContents contents = {}) : before_(std::move(contents)) {
    for (const auto& [name, bytes] : before_) {
      names_[name] = inodes_.size();
      inodes_.push_back(bytes);
    }
  }

  // Makes the first sync() fail; the bytes written before it may be lost, as in a crash.
  void fail_first_sync() { fails_sync_ = true; }

  std::size_t calls() const { return calls_.size(); }
  const std::string* find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &inodes_[found->second];
  }

  // Every state that the disk may be in when the machine stops after `calls` calls. `stale` is what an
  // unwritten block may contain: bytes of a former file.
  void for_each_state(std::size_t calls, const std::string& stale,
                      const std::function<void(const DiskContents&)>& visit) const {
    const Replay replay(before_, calls_, calls);
    for (std::size_t happened = 0; happened <= replay.pending_names.size(); ++happened) {
      std::map<std::string, std::size_t> names = replay.names;
      for (std::size_t i = 0; i < happened; ++i)
        apply(replay.pending_names[i], names);
      DiskContents contents;
      std::vector<std::string> unsure;
      for (const auto& [name, inode] : names) {
        contents[name] = replay.inodes[inode].synced;
        if (!replay.inodes[inode].pending.empty()) unsure.push_back(name);
      }
      visit(contents);
      // One file at a time: no writer here writes two at once.
      for (const std::string& name : unsure) {
        const Inode& inode = replay.inodes[names[name]];
        for_each_outcome(inode.pending, stale.substr(std::min(inode.synced.size(), stale.size())),
                         [&](const std::string& outcome) {
                           contents[name] = inode.synced + outcome;
                           visit(contents);
                         });
        contents[name] = inode.synced;
      }
    }
  }

  FileStatus status(const std::string& path) override {
    if (path == ".") return {.kind = FileKind::directory};
    const std::string* const bytes = find(path);
    if (bytes == nullptr) return {};
    return {.kind = FileKind::regular, .size = bytes->size()};
  }
  std::unique_ptr<ReadableFile> open_to_read(const std::string& path) override {
    const std::string* const bytes = find(path);
    if (bytes == nullptr) fail("open", path, "No such file or directory");
    return std::make_unique<Reader>(*bytes);
  }
  std::unique_ptr<WritableFile> create_exclusively(const std::string& path) override {
    if (find(path) != nullptr) fail("create", path, "File exists");
    inodes_.emplace_back();
    names_[path] = inodes_.size() - 1;
    calls_.push_back({.kind = Kind::create, .path = path, .inode = inodes_.size() - 1});
    return std::make_unique<Writer>(*this, inodes_.size() - 1);
  }
  std::unique_ptr<WritableFile> open_to_write(const std::string& path) override {
    if (find(path) == nullptr) fail("write", path, "No such file or directory");
    return std::make_unique<Writer>(*this, names_[path]);
  }
  std::string resolve_link(const std::string& path) override { return path; }
  void copy_permissions(const std::string&, const std::string&) override {}
  void rename(const std::string& from, const std::string& to) override {
    if (find(from) == nullptr) fail("rename", from, "No such file or directory");
    calls_.push_back({.kind = Kind::rename, .path = from, .to = to});
    apply(calls_.back(), names_);
  }
  void remove(const std::string& path) override {
    if (find(path) == nullptr) fail("remove", path, "No such file or directory");
    calls_.push_back({.kind = Kind::remove, .path = path});
    apply(calls_.back(), names_);
  }
  void make_directory(const std::string&) override {}
  std::vector<std::string> names_in(const std::string&) override {
    std::vector<std::string> found;
    for (const auto& [name, inode] : names_)
      found.push_back(name);
    return found;
  }
  void sync_directory(const std::string&) override { calls_.push_back({.kind = Kind::sync_directory}); }

 private:
  enum class Kind { create, write, sync, failed_sync, close, rename, remove, sync_directory };

  struct Call {
    Kind kind;
    std::string path = {};
    std::string to = {};
    std::size_t inode = 0;
    std::string bytes = {};
  };

  struct Inode {
    std::string synced;
    std::string pending;
    bool is_doubtful = false;  // a sync() failed: pending bytes stay pending
  };

  struct Replay {
    Replay(const DiskContents& before, const std::vector<Call>& calls, std::size_t count) {
      for (const auto& [name, bytes] : before) {
        names[name] = inodes.size();
        inodes.push_back({.synced = bytes, .pending = {}});
      }
      for (std::size_t i = 0; i < count; ++i) {
        const Call& call = calls[i];
        switch (call.kind) {
          case Kind::create:
            pending_names.push_back(call);
            inodes.emplace_back();
            break;
          case Kind::write:
            inodes[call.inode].pending += call.bytes;
            break;
          case Kind::failed_sync:
            inodes[call.inode].is_doubtful = true;
            break;
          case Kind::sync:
            if (inodes[call.inode].is_doubtful) break;
            inodes[call.inode].synced += inodes[call.inode].pending;
            inodes[call.inode].pending.clear();
            break;
          case Kind::close:
            break;
          case Kind::rename:
          case Kind::remove:
            pending_names.push_back(call);
            break;
          case Kind::sync_directory:
            for (const Call& pending : pending_names)
              apply(pending, names);
            pending_names.clear();
            break;
        }
      }
    }
    std::vector<Inode> inodes;
    std::map<std::string, std::size_t> names;
    std::vector<Call> pending_names;
  };

  static void apply(const Call& call, std::map<std::string, std::size_t>& names) {
    switch (call.kind) {
      case Kind::create:
        names[call.path] = call.inode;
        break;
      case Kind::rename:
        names[call.to] = names.at(call.path);
        names.erase(call.path);
        break;
      case Kind::remove:
        names.erase(call.path);
        break;
      default:
        break;
    }
  }

  static void for_each_outcome(const std::string& written, const std::string& stale,
                               const std::function<void(const std::string&)>& visit) {
    visit(written);
    visit(std::string(written.size(), '\0'));
    for (std::size_t start = 0; start < written.size(); start += kBlock) {
      const std::size_t length = std::min(kBlock, written.size() - start);
      visit(written.substr(0, start));
      visit(written.substr(0, start + 1));
      visit(written.substr(0, start + length - 1));
      std::string outcome = written.substr(0, start);
      outcome.resize(written.size());  // the length is on the disk, the rest is not
      visit(outcome);
      outcome = written;
      std::fill_n(outcome.begin() + start, length, '\0');
      visit(outcome);
      std::string old = stale.substr(std::min(start, stale.size()), length);
      old.resize(length, static_cast<char>(0xA5));
      visit(outcome.replace(start, length, old));
    }
  }

  [[noreturn]] static void fail(const std::string& verb, const std::string& path, const std::string& reason) {
    throw DataError({.what = "cannot " + verb + " " + path, .where = path, .got = reason});
  }

  class Reader final : public ReadableFile {
   public:
    explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::span<std::byte> bytes) override {
      const std::size_t count = std::min({bytes.size(), bytes_.size() - at_, kBlock});
      std::memcpy(bytes.data(), bytes_.data() + at_, count);
      at_ += count;
      return count;
    }

   private:
    std::string bytes_;
    std::size_t at_ = 0;
  };

  class Writer final : public WritableFile {
   public:
    Writer(SimulatedDisk& disk, std::size_t inode) : disk_(disk), inode_(inode) {}
    std::size_t write(std::span<const std::byte> bytes) override {
      const std::size_t count = std::min(bytes.size(), kBlock);
      const std::string piece(reinterpret_cast<const char*>(bytes.data()), count);
      disk_.inodes_[inode_] += piece;
      disk_.calls_.push_back({.kind = Kind::write, .inode = inode_, .bytes = piece});
      return count;
    }
    void sync() override {
      const bool fails = std::exchange(disk_.fails_sync_, false);
      disk_.calls_.push_back({.kind = fails ? Kind::failed_sync : Kind::sync, .inode = inode_});
      if (fails) fail("write", "the file", "Input/output error");
    }
    void close() override { disk_.calls_.push_back({.kind = Kind::close, .inode = inode_}); }

   private:
    SimulatedDisk& disk_;
    std::size_t inode_;
  };

  DiskContents before_;
  std::vector<Call> calls_;
  std::vector<std::string> inodes_;  // as the running system sees them
  std::map<std::string, std::size_t> names_;
  bool fails_sync_ = false;
};

}  // namespace chainrule::testing_support
