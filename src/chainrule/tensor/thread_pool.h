// Threads that run numbered tiles. The tiles of a job are fixed by its size alone; threads only pick them up,
// so the number of threads cannot change a result.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace chainrule {

// Threads this process may really use: the smaller of the affinity mask and the cgroup's CPU quota; at
// least 1.
std::size_t available_threads();

class ThreadPool {
 public:
  // threads >= 1 counts the caller too: 1 starts no thread at all. Where the system gives fewer, there are fewer.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t threads() const;
  // Calls task(i) once for each i < count, on the caller and the pool's threads, and returns when all are
  // done. Not for use from inside a task, nor from two threads at once. An exception of a task is rethrown
  // here (that of the lowest index).
  void run(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

// The same on the caller alone where there is no pool.
template <typename Task>
void run_tasks(ThreadPool* pool, std::size_t count, const Task& task) {
  if (pool != nullptr) return pool->run(count, task);
  for (std::size_t i = 0; i < count; ++i)
    task(i);
}

}  // namespace chainrule
