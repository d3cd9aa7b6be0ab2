#include "chainrule/tensor/cpu_quota.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace chainrule {
namespace {

// A root directory with the files of control groups in it.
class CpuQuota : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::temp_directory_path() /
            ("chainrule_quota_" + std::to_string(::getpid()) + "_" + test->name());
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::filesystem::path root_;
};

TEST_F(CpuQuota, IsAbsentWithoutControlGroups) {
  EXPECT_FALSE(cpu_quota(root_));
}

TEST_F(CpuQuota, OfVersion2IsTheQuotientOfCpuMax) {
  write("proc/self/cgroup", "0::/job\n");
  write("sys/fs/cgroup/job/cpu.max", "150000 100000\n");
  EXPECT_EQ(cpu_quota(root_), 1.5);
}
TEST_F(CpuQuota, OfVersion2IsTheSmallestOnTheWayToTheRoot) {
  write("proc/self/cgroup", "0::/a/b/c\n");
  write("sys/fs/cgroup/a/b/c/cpu.max", "max 100000\n");
  write("sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
  write("sys/fs/cgroup/a/cpu.max", "50000 100000\n");
  write("sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_EQ(cpu_quota(root_), 0.5);
}
TEST_F(CpuQuota, OfVersion2IsAbsentForMax) {
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_FALSE(cpu_quota(root_));
}
TEST_F(CpuQuota, IsFoundAtTheRootWhenTheGroupIsHiddenByTheContainer) {
  write("proc/self/cgroup", "0::/system.slice/docker-1234.scope\n");
  write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(cpu_quota(root_), 2.0);
}
TEST_F(CpuQuota, OfVersion1IsQuotaOverPeriod) {
  write("proc/self/cgroup", "7:memory:/job\n4:cpu,cpuacct:/job\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(root_), 2.5);
}
TEST_F(CpuQuota, OfVersion1IsAbsentForMinusOne) {
  write("proc/self/cgroup", "4:cpu:/\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_FALSE(cpu_quota(root_));
}
TEST_F(CpuQuota, IgnoresFilesItCannotRead) {
  write("proc/self/cgroup", "no colons\n0::/\n");
  write("sys/fs/cgroup/cpu.max", "lots 100000\n");
  EXPECT_FALSE(cpu_quota(root_));
}

}  // namespace
}  // namespace chainrule
