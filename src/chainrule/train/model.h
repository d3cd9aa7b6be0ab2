// What is saved: network, parameters, encoder, schema and their provenance. Prediction takes the user's raw
// table: all preprocessing of the training table is in here.
//
// A model file holds no dates, paths, thread counts or vector widths: the same version, data, options and
// seed give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/names.h"
#include "chainrule/data/encoder.h"
#include "chainrule/data/schema.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/network.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/train/member_report.h"
#include "chainrule/train/prediction_interval.h"

namespace chainrule {

// bf16 concerns training only: the numbers of the model are float32.
enum class Precision { float32, float64, bf16 };

template <>
struct EnumNames<Precision> {
  static constexpr std::string_view kind = "precision";
  static constexpr EnumName<Precision> table[] = {
      {Precision::float32, "float", "32-bit numbers"},
      {Precision::float64, "double", "64-bit numbers"},
      {Precision::bf16, "bf16", "32-bit numbers, products of 16-bit ones on the matrix unit"},
  };
  static constexpr EnumSynonym synonyms[] = {
      {"float32 fp32 f32 single", "float"},
      {"float64 fp64 f64", "double"},
      {"bfloat16", "bf16"},
  };
  static constexpr EnumHint hints[] = {
      {"half float16 fp16 f16", "the nearest is \"bf16\""},
  };
};
static_assert(has_sound_synonyms<Precision>());

struct Provenance {
  std::string version;    // of chainrule
  std::string data_name;  // file name of the training table, without its folder
  std::string data_hash;  // hash of the encoded training data, 16 hex digits
  std::uint64_t training_rows = 0;
  std::uint64_t validation_rows = 0;
  std::uint64_t seed = 0;
  std::uint64_t epochs = 0;      // that were run
  std::uint64_t best_epoch = 0;  // whose weights these are, counted from 1; 0: the last's
  std::string stop_reason;
  std::vector<std::pair<std::string, std::string>> options;  // as given, sorted by name
  std::vector<std::pair<std::string, double>> held_out;      // metrics on the validation rows, sorted by name
  // A sample of the training rows (session/row_overlap.h): different hashes, ascending, below 2^53. Empty if
  // they are not known.
  std::vector<std::uint64_t> row_hashes = {};
  MixtureReport mixture = {};  // without members if the model is one network
};

template <typename T>
using Parameters = AlignedVector<T>;

struct Model {
  Network network;
  std::variant<Parameters<float>, Parameters<double>> parameters;
  Encoder encoder;
  Schema schema;
  LossOptions loss;
  Provenance provenance;
  Residuals residuals = {};  // of a regression, on rows that it was not trained on: for prediction intervals

  Precision precision() const {
    return std::holds_alternative<Parameters<float>>(parameters) ? Precision::float32 : Precision::float64;
  }
};

}  // namespace chainrule
