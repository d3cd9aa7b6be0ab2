#include "chainrule/tensor/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace chainrule {
namespace {

constexpr std::size_t kThreadCounts[] = {1, 2, 3, 5};

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (const std::size_t threads : kThreadCounts) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const std::size_t count : {0, 1, 2, 3, 7, 64, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      pool.run(count, [&](std::size_t i) { ++calls[i]; });
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(calls[i], 1) << i << " of " << count;
    }
  }
}
TEST(ThreadPool, SeesWhatTheCallerWroteAndShowsWhatTheTasksWrote) {
  // Plain numbers, no atomics: a missing barrier between runs is a race that the thread sanitizer reports.
  ThreadPool pool(3);
  std::vector<int> numbers(100, 0);
  for (int round = 0; round < 200; ++round) {
    pool.run(numbers.size(), [&](std::size_t i) { numbers[i] += static_cast<int>(i); });
    for (int& number : numbers)
      ++number;
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(numbers[i], 200 * (static_cast<int>(i) + 1));
}
TEST(ThreadPool, ManySmallRunsFollowEachOther) {
  for (const std::size_t threads : kThreadCounts) {
    ThreadPool pool(threads);
    std::atomic<std::size_t> sum{0};
    for (int round = 0; round < 5000; ++round) {
      pool.run(4, [&](std::size_t i) { sum += i; });
    }
    EXPECT_EQ(sum, 5000U * 6U);
  }
}
TEST(ThreadPool, WakesThreadsThatWentToSleep) {
  ThreadPool pool(2);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    // Both tasks wait for each other: this ends only if the sleeping thread takes one.
    std::atomic<int> arrived{0};
    pool.run(2, [&](std::size_t) {
      ++arrived;
      while (arrived < 2)
        std::this_thread::yield();
    });
    EXPECT_EQ(arrived, 2);
  }
}
TEST(ThreadPool, RethrowsTheExceptionOfTheLowestIndex) {
  for (const std::size_t threads : kThreadCounts) {
    ThreadPool pool(threads);
    for (int round = 0; round < 100; ++round) {
      try {
        pool.run(50, [](std::size_t i) {
          if (i % 10 == 7) throw std::runtime_error(std::to_string(i));
        });
        FAIL() << "nothing was thrown";
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "7");
      }
    }
    // The pool still works afterwards.
    std::atomic<int> calls{0};
    pool.run(10, [&](std::size_t) { ++calls; });
    EXPECT_EQ(calls, 10);
  }
}
TEST(ThreadPool, IsDestroyedCleanlyWithoutARunAndRightAfterOne) {
  for (int round = 0; round < 50; ++round) {
    ThreadPool unused(3);
    ThreadPool used(3);
    std::atomic<int> calls{0};
    used.run(5, [&](std::size_t) { ++calls; });
    EXPECT_EQ(calls, 5);
  }
}
TEST(ThreadPool, TasksMayRunAnotherPool) {
  ThreadPool outer(2);
  std::vector<std::size_t> sums(6, 0);
  outer.run(sums.size(), [&](std::size_t i) {
    ThreadPool inner(2);
    std::vector<std::size_t> parts(8, 0);
    inner.run(parts.size(), [&](std::size_t j) { parts[j] = i * j; });
    for (const std::size_t part : parts)
      sums[i] += part;
  });
  for (std::size_t i = 0; i < sums.size(); ++i)
    EXPECT_EQ(sums[i], i * 28);
}
TEST(ThreadPool, OfNoThreadsIsTheCallerAlone) {
  ThreadPool pool(0);
  EXPECT_EQ(pool.threads(), 1U);
  const std::thread::id caller = std::this_thread::get_id();
  pool.run(3, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}
TEST(RunTasks, RunsEveryIndexOnceWithAPoolAndWithout) {
  ThreadPool two(2);
  for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &two}) {
    std::vector<int> runs(100, 0);
    run_tasks(pool, runs.size(), [&](std::size_t i) { ++runs[i]; });
    EXPECT_EQ(runs, std::vector<int>(100, 1));
  }
}

TEST(AvailableThreads, IsAtLeastOneAndNoMoreThanTheMachineHas) {
  EXPECT_GE(available_threads(), 1U);
  EXPECT_LE(available_threads(), std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace chainrule
