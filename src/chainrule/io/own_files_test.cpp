#include "chainrule/io/own_files.h"

#include <gtest/gtest.h>

#include "chainrule/io/model_file.h"
#include "chainrule/io/report.h"
#include "support/memory_file_system.h"
#include "support/model_files.h"

namespace chainrule {
namespace {

class OwnFiles : public testing::Test {
 protected:
  void write(const std::string& bytes) { files_.files["f"] = bytes; }
  MemoryFileSystem files_;
};

TEST_F(OwnFiles, AModelIsKnownByItsHeaderAlone) {
  const std::string bytes = model_to_bytes(model_files::smallest_model());
  write(bytes);
  EXPECT_TRUE(begins_as_model_file(files_, "f"));
  EXPECT_FALSE(begins_as_report(files_, "f"));
  write(bytes.substr(0, bytes.size() - 1));
  EXPECT_TRUE(begins_as_model_file(files_, "f")) << "a damaged one is still ours";
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{100}}) {
    write(bytes.substr(0, size));
    EXPECT_FALSE(begins_as_model_file(files_, "f")) << size;
  }
}

TEST_F(OwnFiles, OtherFilesAreNotOurs) {
  const auto container = [](std::string header) {
    std::string length(8, '\0');
    length[0] = static_cast<char>(header.size());
    return length + header;
  };
  write(container(R"({"__metadata__":{"format":"chainrule"}})"));
  EXPECT_TRUE(begins_as_model_file(files_, "f"));
  for (const std::string& bytes :
       {container(R"({"__metadata__":{"format":"chainrule-checkpoint"}})"),
        container(R"({"__metadata__":{"format":"pt"}})"), container(R"({"__metadata__":{}})"),
        container(R"({"format":"chainrule"})"), container(R"(["format","chainrule"])"),
        container(R"({"__metadata__":{"format":"chainrule"})"), std::string("a,b\n1,2\n"),
        std::string(20, '\xff'), std::string("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n")}) {
    write(bytes);
    EXPECT_FALSE(begins_as_model_file(files_, "f")) << bytes;
    EXPECT_FALSE(begins_as_report(files_, "f")) << bytes;
  }
  EXPECT_FALSE(begins_as_model_file(files_, "missing"));
  EXPECT_FALSE(begins_as_report(files_, "missing"));
}

TEST_F(OwnFiles, AReportIsKnownByItsStart) {
  write(std::string(kReportStart) + "moons</title>");
  EXPECT_TRUE(begins_as_report(files_, "f"));
  EXPECT_FALSE(begins_as_model_file(files_, "f"));
}

}  // namespace
}  // namespace chainrule
