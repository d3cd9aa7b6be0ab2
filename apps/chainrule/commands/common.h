// What several commands share: options for reading tables and for computing, where results go, models from
// files.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chainrule/base/atomic_file.h"
#include "chainrule/base/file_system.h"
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/read_options.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/session/source.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"

namespace chainrule::cli {

// --- reading -----------------------------------------------------------------------------------------------

// --delimiter, --header, --decimal, --missing, --not-missing, --skip, --skip-last, --comment, --quote,
// --escape; the fields are those of `read`.
void add_reading_options(Command& command, ReadOptions& read);
// --lenient; the command reports the repairs (note_all).
void add_lenient_option(Command& command, ReadOptions& read);
// --column NAME=KIND.
void add_column_option(Command& command, ReadOptions& read);
// --missing-target.
void add_missing_target_option(Command& command, DataSource& data);
// --threshold P, in place of the model's own.
void add_threshold_option(Command& command, std::optional<double>& threshold);
// --labels FILE.
void add_labels_option(Command& command, std::string& labels_path);

// --- computing ---------------------------------------------------------------------------------------------

struct ComputeOptions {
  std::size_t threads = 0;  // 0: as many as this process may use
  std::optional<KernelPath> path;
  std::optional<MatrixUnit> matrix_unit;  // empty: the processor's own, if it has one
};
void add_compute_options(Command& command, ComputeOptions& options);
// Adds a note when the environment chose bf16: the network is then not the one that float would give.
void note_bf16_source(Console& console, const Command& command, Precision precision);
// --matrix-unit, for commands that train with --precision bf16.
void add_matrix_unit_option(Command& command, ComputeOptions& options);

// The threads live as long as this.
class ComputeResources {
 public:
  // Throws UsageError when the processor cannot run the path, or has no such matrix unit.
  explicit ComputeResources(const ComputeOptions& options);
  const Compute& compute() const { return compute_; }
  std::size_t threads() const { return pool_->threads(); }

 private:
  std::unique_ptr<ThreadPool> pool_;
  Compute compute_;
};

// --- results -----------------------------------------------------------------------------------------------

// Where a result is written: to standard output ("" or "-"), or to a file that appears when it is complete.
class ResultSink {
 public:
  ResultSink(Console& console, FileSystem& file_system, const std::string& path);
  void write(std::string_view text);
  void finish();
  bool is_file() const { return file_ != nullptr; }

 private:
  Console& console_;
  std::unique_ptr<AtomicFile> file_;
};

// Throws when a file could not be written at `path` (and leaves nothing behind), or when it is one of
// `inputs`.
void check_output(FileSystem& file_system, const std::string& path, Setting option,
                  const std::vector<std::string>& inputs);
// Tables are written as plain text: refuses a name that ends with .gz.
void refuse_gzip_name(const std::string& path);

// --- models ------------------------------------------------------------------------------------------------

// "species, one of 3 classes: Adelie, Chinstrap and Gentoo".
std::string task_text(const TargetEncoding& target);
// The word of headline(): "accuracy", "r2" or "d2_pinball".
std::string score_name(const TargetEncoding& target);

// A number for a table: about six digits, no exponent, no commas (2007 is a year).
std::string plain_number(double value);

// "accuracy 0.986"; the name and value that `headline` gives.
std::string score_text(const std::string& name, double value);
std::string headline_text(const Metrics& metrics);

void note_all(Console& console, const std::vector<Message>& notes);
// A note about categories and cells that the model did not know; nothing when there were none.
void note_encoding(Console& console, const EncodeReport& report);

}  // namespace chainrule::cli
