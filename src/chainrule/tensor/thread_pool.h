// Threads that run numbered tiles. The size of a job alone fixes its tiles; threads only pick them up, so the
// number of threads cannot change a result.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>

namespace chainrule {

// The number of threads this process can use: the smaller of the affinity mask and the cgroup's CPU quota; at
// least 1.
std::size_t available_threads();

class ThreadPool {
 public:
  // threads >= 1 includes the caller: 1 starts no thread. The pool has fewer if the system grants fewer.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t threads() const;
  // Calls task(i) once for each i < count, on the caller and the pool's threads, and returns when all are
  // done. Not for use from inside a task, nor from two threads at once. An exception of a task is rethrown
  // here (that of the lowest index). Allocates nothing.
  template <typename Task>
  void run(std::size_t count, const Task& task) {
    // One reference: fits into the function object without an allocation.
    run_function(count, [&task](std::size_t i) { task(i); });
  }

 private:
  void run_function(std::size_t count, const std::function<void(std::size_t)>& task);

  struct Shared;
  std::unique_ptr<Shared> shared_;
};

// The same, but on the caller alone if there is no pool.
template <typename Task>
void run_tasks(ThreadPool* pool, std::size_t count, const Task& task) {
  if (pool != nullptr) return pool->run(count, task);
  for (std::size_t i = 0; i < count; ++i)
    task(i);
}

// Calls run(first, count) for tiles of `tile` items, the last with the rest; for all items at once, on the
// caller, when there is no pool or one tile holds them.
template <typename Run>
void for_each_tile(ThreadPool* pool, std::size_t items, std::size_t tile, const Run& run) {
  if (pool == nullptr || items <= tile) {
    if (items != 0) run(std::size_t{0}, items);
    return;
  }
  pool->run((items + tile - 1) / tile,
            [&](std::size_t i) { run(i * tile, std::min(tile, items - i * tile)); });
}

}  // namespace chainrule
