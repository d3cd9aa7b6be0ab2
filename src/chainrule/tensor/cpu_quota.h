// The limit a container or service manager puts on processor time (Linux control groups).
#pragma once

#include <filesystem>
#include <optional>

namespace chainrule {

// The processors a process may use, as a number such as 1.5: the smallest quota from its own group up to the
// root group, in version 2 (cpu.max) and version 1 (cpu.cfs_quota_us / cpu.cfs_period_us). Empty when there
// is no limit. `root` is "/" except in tests: <root>/proc/self/cgroup and <root>/sys/fs/cgroup are read.
std::optional<double> cpu_quota(const std::filesystem::path& root);

}  // namespace chainrule
