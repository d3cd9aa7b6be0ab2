// Speed from a text table to the inputs of a network, in bytes of text per second.
//
//   bench_csv --benchmark_filter=numbers
//
// Names: step/table/threads. `read` goes from the file to typed columns, `encode` from columns to inputs. The
// table `numbers` has 50 numeric columns of eight characters, the table `words` two such columns and eight
// text columns, some in quotes.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "chainrule/base/file_system.h"
#include "chainrule/base/random.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/fit_encoder.h"
#include "chainrule/data/open_table.h"
#include "chainrule/tensor/thread_pool.h"

namespace chainrule {
namespace {

constexpr std::size_t kFileBytes = std::size_t{32} << 20;

// A file that is removed when the program ends. Its bytes are cached by the system: the disk is not measured.
class TableFile {
 public:
  explicit TableFile(const std::string& text) {
    const int file = ::mkstemp(path_.data());
    if (file < 0) throw std::runtime_error("no temporary file can be made in /tmp");
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(file, text.data() + done, text.size() - done);
      if (count <= 0) throw std::runtime_error("/tmp is full");
      done += static_cast<std::size_t>(count);
    }
    ::close(file);
  }
  ~TableFile() { ::unlink(path_.c_str()); }
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/chainrule_bench_XXXXXX";
};

// A cheap generator, random enough for cells.
std::uint64_t next_number(std::uint64_t& state) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

void add_number(std::string& text, std::uint64_t& state) {
  const std::string digits = std::to_string(1000000 + next_number(state) % 1000000);
  text += "0.";
  text.append(digits, 1);
}

std::string numbers_text() {
  std::string text;
  for (int c = 0; c < 50; ++c)
    text += (c == 0 ? "x" : ",x") + std::to_string(c);
  text += '\n';
  for (std::uint64_t state = 1; text.size() < kFileBytes;) {
    for (int c = 0; c < 50; ++c) {
      if (c != 0) text += ',';
      add_number(text, state);
    }
    text += '\n';
  }
  return text;
}

std::string words_text() {
  static const char* const kWords[] = {"red", "green", "light blue", "\"black, or nearly\"",
                                       "\"\"\"white\"\"\""};
  std::string text = "a,b,c,d,e,f,g,h,x,y\n";
  for (std::uint64_t state = 1; text.size() < kFileBytes;) {
    for (int c = 0; c < 8; ++c) {
      text += kWords[next_number(state) % std::size(kWords)];
      text += ',';
    }
    add_number(text, state);
    text += ',';
    add_number(text, state);
    text += '\n';
  }
  return text;
}

const TableFile& table_file(const std::string& name) {
  static const TableFile numbers(numbers_text()), words(words_text());
  return name == "numbers" ? numbers : words;
}

void read(benchmark::State& state, const std::string& name, std::size_t threads) {
  const TableFile& file = table_file(name);
  ThreadPool pool(threads);
  for (auto _ : state) {
    const Table table = read_table(real_file_system(), file.path(), {.pool = &pool});
    benchmark::DoNotOptimize(table.rows());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kFileBytes));
}

void encode(benchmark::State& state, const std::string& name, std::size_t threads) {
  ThreadPool pool(threads);
  const Table table = read_table(real_file_system(), table_file(name).path(), {.pool = &pool});
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const Schema schema = make_schema(table, {}, &pool);
  const Encoder encoder = fit_encoder(table, schema, rows, {}, &pool);
  Matrix<float> inputs(rows.size(), encoder.features());
  for (auto _ : state) {
    encode_inputs<float>(encoder, table, rows, inputs.view(), &pool);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kFileBytes));
}

const bool kRegistered = [] {
  for (const std::string name : {"numbers", "words"}) {
    for (std::size_t threads = 1; threads <= available_threads(); threads *= 2) {
      const std::string rest = "/" + name + "/" + std::to_string(threads);
      benchmark::RegisterBenchmark(("read" + rest).c_str(), read, name, threads)
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
      benchmark::RegisterBenchmark(("encode" + rest).c_str(), encode, name, threads)
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    }
  }
  return true;
}();

}  // namespace
}  // namespace chainrule
