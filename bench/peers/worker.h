// Shared by the C++ workers: options, data, and the protocol of compare.py (see worker.py).
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace peers {

struct Options {
  bool train = true;
  std::vector<std::size_t> layers;
  std::size_t batch_size = 1, rows = 1, threads = 1;
  std::string optimizer = "gradient_descent", activation = "relu", precision = "float";
  double dropout = 0;
};

// Reports that the library cannot do this work; the driver leaves the cell empty.
[[noreturn]] inline void refuse(const std::string& reason) {
  std::printf("{\"refused\": \"%s\"}\n", reason.c_str());
  std::exit(0);
}

inline Options read_options(int count, char** words) {
  Options options;
  options.train = count < 2 || std::string(words[1]) == "train";
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string name = words[i], value = words[i + 1];
    if (name == "--layers") {
      for (std::size_t at = 0; at < value.size();) {
        options.layers.push_back(std::stoul(value.substr(at)));
        const std::size_t comma = value.find(',', at);
        at = comma == std::string::npos ? value.size() : comma + 1;
      }
    } else if (name == "--batch-size") {
      options.batch_size = std::stoul(value);
    } else if (name == "--rows") {
      options.rows = std::stoul(value);
    } else if (name == "--threads") {
      options.threads = std::stoul(value);
    } else if (name == "--optimizer") {
      options.optimizer = value;
    } else if (name == "--activation") {
      options.activation = value;
    } else if (name == "--precision") {
      options.precision = value;
    } else if (name == "--dropout") {
      std::from_chars(value.data(), value.data() + value.size(), options.dropout);
    }
  }
  if (!options.train) options.rows = options.batch_size;
  if (options.layers.size() < 2) refuse("needs --layers");
  return options;
}

// A small generator of uniform numbers in (0, 1), good enough for a measurement.
class Numbers {
 public:
  double operator()() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }

 private:
  std::uint64_t state_ = 88172645463325252U;
};

// Inputs uniform in (-1, 1); the class of a row is the index of the largest of its first inputs.
struct Data {
  std::vector<float> x;
  std::vector<unsigned long> y;
};

inline Data random_classes(const Options& options) {
  const std::size_t inputs = options.layers.front();
  const std::size_t classes = std::min(inputs, options.layers.back());
  Data data;
  data.x.resize(options.rows * inputs);
  Numbers numbers;
  for (float& value : data.x)
    value = static_cast<float>(2 * numbers() - 1);
  for (std::size_t r = 0; r < options.rows; ++r) {
    const auto row = data.x.begin() + static_cast<std::ptrdiff_t>(r * inputs);
    data.y.push_back(
        static_cast<unsigned long>(std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row));
  }
  return data;
}

// run() does `units` steps or calls. Warms up, identifies itself, then answers each line "SECONDS" with the
// microseconds per unit, measured over groups of 2 ms or more.
template <typename Run>
void serve(const std::string& name, const std::string& version, const std::string& setting, double units,
           Run run) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  run();
  Clock::time_point start = Clock::now();
  run();
  const auto calls = std::max(1UL, static_cast<unsigned long>(0.002 / std::max(since(start), 1e-9)));
  const auto measure = [&](double seconds) {
    std::vector<double> times;
    const Clock::time_point begin = Clock::now();
    while (times.empty() || since(begin) < seconds) {
      start = Clock::now();
      for (unsigned long i = 0; i < calls; ++i)
        run();
      times.push_back(since(start) / (static_cast<double>(calls) * units) * 1e6);
    }
    return times;
  };
  measure(0.3);
  std::printf("{\"peer\": \"%s\", \"version\": \"%s\", \"setting\": \"%s\"}\n", name.c_str(), version.c_str(),
              setting.c_str());
  std::fflush(stdout);
  for (double seconds; std::cin >> seconds;) {
    const std::vector<double> times = measure(seconds);
    std::printf("{\"microseconds\": [");
    for (std::size_t i = 0; i < times.size(); ++i)
      std::printf("%s%.6g", i == 0 ? "" : ", ", times[i]);
    std::printf("]}\n");
    std::fflush(stdout);
  }
}

}  // namespace peers
