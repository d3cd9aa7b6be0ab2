// Threads spin for a while before they sleep: the products of a training step follow each other within
// microseconds, and a sleeping thread needs tens of microseconds to wake. Runs are opened and closed in one
// atomic word, so that a thread that wakes late cannot touch a finished run, and no one waits for a thread
// that never joined.
#include "chainrule/tensor/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "chainrule/tensor/cpu_quota.h"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace chainrule {
namespace {

#if defined(__linux__)
// The processors this thread may use, ascending; empty when the system does not report them.
std::vector<int> allowed_processors() {
  for (int limit = 1024; limit <= (1 << 20); limit *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(limit));
    if (set == nullptr) return {};
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(limit));
    std::vector<int> processors;
    if (sched_getaffinity(0, size, set) == 0) {
      for (int i = 0; i < limit; ++i) {
        if (CPU_ISSET_S(static_cast<std::size_t>(i), size, set)) processors.push_back(i);
      }
    }
    CPU_FREE(set);
    if (!processors.empty()) return processors;
  }
  return {};
}

void pin(std::thread& thread, int processor) {
  const std::size_t count = static_cast<std::size_t>(processor) + 1;
  cpu_set_t* set = CPU_ALLOC(count);
  if (set == nullptr) return;
  const std::size_t size = CPU_ALLOC_SIZE(count);
  CPU_ZERO_S(size, set);
  CPU_SET_S(static_cast<std::size_t>(processor), size, set);
  // Not allowed (containers, sandboxes): the thread runs where the system puts it.
  static_cast<void>(pthread_setaffinity_np(thread.native_handle(), size, set));
  CPU_FREE(set);
}
#endif

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// About 20 to 60 microseconds of relax(): longer than the pause between two products, shorter than a time
// slice.
constexpr int kSpins = 1000;

}  // namespace

std::size_t available_threads() {
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
#if defined(__linux__)
  const std::size_t allowed = allowed_processors().size();
  if (allowed != 0) threads = allowed;
  if (const std::optional<double> quota = cpu_quota("/")) {
    threads = std::min(threads, static_cast<std::size_t>(std::max(1.0, std::ceil(*quota))));
  }
#endif
  return threads;
}

struct ThreadPool::Shared {
  // state = run number << 17 | open << 16 | threads at work. 47 bits of run numbers do not wrap.
  static constexpr std::uint64_t kOpen = 1U << 16;
  static constexpr std::uint64_t kWorkers = kOpen - 1;
  static constexpr std::uint64_t kRun = kOpen << 1;

  alignas(64) std::atomic<std::uint64_t> state{0};
  alignas(64) std::atomic<std::size_t> next{0};
  alignas(64) std::atomic<std::size_t> sleepers{0};
  std::atomic<bool> stop{false};

  // Written by the caller while the run is closed and no thread works on it.
  const std::function<void(std::size_t)>* task = nullptr;
  std::size_t count = 0;
  int spins = 0;

  std::mutex mutex;
  std::condition_variable wake;
  std::exception_ptr error;  // under mutex, with its index
  std::size_t error_index = 0;

  std::vector<std::thread> threads;

  void work() {
    for (;;) {
      const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= count) return;
      try {
        (*task)(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (error == nullptr || i < error_index) {
          error = std::current_exception();
          error_index = i;
        }
        // Indices are handed out in ascending order: all below i are done or under way, so the lowest failure
        // is known.
        next.store(count, std::memory_order_relaxed);
      }
    }
  }

  // Is there a run to join that this thread has not seen, or nothing more to wait for?
  bool called(std::uint64_t seen) const {
    const std::uint64_t now = state.load();
    return stop.load() || ((now & kOpen) != 0 && now / kRun != seen);
  }

  void serve() {
    std::uint64_t seen = 0;
    for (;;) {
      for (int i = 0; i < spins && !called(seen); ++i)
        relax();
      if (!called(seen)) {
        std::unique_lock lock(mutex);
        sleepers.fetch_add(1);
        wake.wait(lock, [&] { return called(seen); });
        sleepers.fetch_sub(1);
      }
      if (stop.load()) return;
      std::uint64_t now = state.load();
      while ((now & kOpen) != 0 && now / kRun != seen) {
        if (!state.compare_exchange_weak(now, now + 1)) continue;
        seen = now / kRun;
        work();
        state.fetch_sub(1);
        break;
      }
    }
  }

  void close() {
    {
      const std::lock_guard lock(mutex);
      stop.store(true);
    }
    wake.notify_all();
    for (std::thread& thread : threads)
      thread.join();
  }
};

ThreadPool::ThreadPool(std::size_t threads) : shared_(std::make_unique<Shared>()) {
  Shared& shared = *shared_;
  const std::size_t workers = std::min<std::size_t>(threads == 0 ? 0 : threads - 1, Shared::kWorkers);
  if (workers == 0) return;
  // A spinning thread that shares its processor holds up the one that works.
  shared.spins = threads <= available_threads() ? kSpins : 0;
#if defined(__linux__)
  // Before any thread starts: an exception after that would end the program, because nothing would join them.
  std::vector<int> processors = allowed_processors();
  std::erase(processors, sched_getcpu());
#endif
  try {
    shared.threads.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i)
      shared.threads.emplace_back([&shared] { shared.serve(); });
  } catch (const std::system_error&) {
    // The system grants no more threads: those that started, and the caller, compute the same result.
  } catch (...) {
    shared.close();
    throw;
  }
#if defined(__linux__)
  if (processors.size() >= workers) {
    for (std::size_t i = 0; i < shared.threads.size(); ++i)
      pin(shared.threads[i], processors[i]);
  }
#endif
}

ThreadPool::~ThreadPool() {
  shared_->close();
}

std::size_t ThreadPool::threads() const {
  return shared_->threads.size() + 1;
}

void ThreadPool::run_function(std::size_t count, const std::function<void(std::size_t)>& task) {
  Shared& shared = *shared_;
  if (count <= 1 || shared.threads.empty()) {
    for (std::size_t i = 0; i < count; ++i)
      task(i);
    return;
  }
  shared.task = &task;
  shared.count = count;
  shared.next.store(0, std::memory_order_relaxed);
  shared.state.fetch_add(Shared::kRun + Shared::kOpen);
  if (shared.sleepers.load() != 0) {
    // The empty lock: a thread between its last check and its sleep must be asleep before it is notified.
    { const std::lock_guard lock(shared.mutex); }
    shared.wake.notify_all();
  }
  shared.work();
  shared.state.fetch_sub(Shared::kOpen);
  for (int i = 0; (shared.state.load() & Shared::kWorkers) != 0; ++i) {
    if (i < shared.spins) {
      relax();
    } else {
      std::this_thread::yield();
    }
  }
  if (shared.error != nullptr) std::rethrow_exception(std::exchange(shared.error, nullptr));
}

}  // namespace chainrule
