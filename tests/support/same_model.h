// Compares two models to the last bit.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>

#include "chainrule/train/model.h"

namespace chainrule::model_files {

inline void expect_same(const Model& a, const Model& b) {
  EXPECT_EQ(a.network, b.network);
  EXPECT_EQ(a.loss, b.loss);
  ASSERT_EQ(a.parameters.index(), b.parameters.index());
  std::visit(
      [&b]<typename T>(const Parameters<T>& parameters) {
        const auto& others = std::get<Parameters<T>>(b.parameters);
        ASSERT_EQ(parameters.size(), others.size());
        EXPECT_EQ(std::memcmp(parameters.data(), others.data(), parameters.size() * sizeof(T)), 0)
            << "bit for bit";
      },
      a.parameters);
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  ASSERT_EQ(a.encoder.inputs.size(), b.encoder.inputs.size());
  for (std::size_t i = 0; i < a.encoder.inputs.size(); ++i) {
    const ColumnEncoding &one = a.encoder.inputs[i], &other = b.encoder.inputs[i];
    EXPECT_EQ(one.name, other.name);
    EXPECT_EQ(one.kind, other.kind);
    EXPECT_EQ(one.scaling, other.scaling);
    EXPECT_EQ(bits(one.offset), bits(other.offset));
    EXPECT_EQ(bits(one.factor), bits(other.factor));
    EXPECT_EQ(bits(one.fill), bits(other.fill));
    EXPECT_EQ(bits(one.minimum), bits(other.minimum));
    EXPECT_EQ(bits(one.maximum), bits(other.maximum));
    EXPECT_EQ(one.outliers, other.outliers);
    EXPECT_EQ(one.words, other.words);
    EXPECT_EQ(one.missing_feature, other.missing_feature);
  }
  const TargetEncoding &one = a.encoder.target, &other = b.encoder.target;
  EXPECT_EQ(one.task, other.task);
  EXPECT_EQ(one.columns, other.columns);
  EXPECT_EQ(one.class_names, other.class_names);
  EXPECT_EQ(one.class_values, other.class_values);
  EXPECT_EQ(one.offset, other.offset);
  EXPECT_EQ(one.factor, other.factor);
  EXPECT_EQ(one.positions, other.positions);
  EXPECT_EQ(one.threshold, other.threshold);
  EXPECT_EQ(a.residuals, b.residuals);
  EXPECT_EQ(a.encoder.image_rows, b.encoder.image_rows);
  EXPECT_EQ(a.encoder.image_columns, b.encoder.image_columns);
  ASSERT_EQ(a.schema.columns.size(), b.schema.columns.size());
  for (std::size_t i = 0; i < a.schema.columns.size(); ++i) {
    EXPECT_EQ(a.schema.columns[i].name, b.schema.columns[i].name);
    EXPECT_EQ(a.schema.columns[i].kind, b.schema.columns[i].kind);
    EXPECT_EQ(a.schema.columns[i].role, b.schema.columns[i].role);
    EXPECT_EQ(a.schema.columns[i].note, b.schema.columns[i].note);
  }
  EXPECT_EQ(a.encoder.missing_words, b.encoder.missing_words);
  EXPECT_EQ(a.encoder.column_missing_words, b.encoder.column_missing_words);
  EXPECT_EQ(a.encoder.kept_in_quotes, b.encoder.kept_in_quotes);
  EXPECT_EQ(a.schema.task, b.schema.task);
  EXPECT_EQ(a.schema.notes, b.schema.notes);
  EXPECT_EQ(a.provenance.version, b.provenance.version);
  EXPECT_EQ(a.provenance.data_name, b.provenance.data_name);
  EXPECT_EQ(a.provenance.data_hash, b.provenance.data_hash);
  EXPECT_EQ(a.provenance.training_rows, b.provenance.training_rows);
  EXPECT_EQ(a.provenance.validation_rows, b.provenance.validation_rows);
  EXPECT_EQ(a.provenance.seed, b.provenance.seed);
  EXPECT_EQ(a.provenance.epochs, b.provenance.epochs);
  EXPECT_EQ(a.provenance.best_epoch, b.provenance.best_epoch);
  EXPECT_EQ(a.provenance.stop_reason, b.provenance.stop_reason);
  EXPECT_EQ(a.provenance.options, b.provenance.options);
  EXPECT_EQ(a.provenance.held_out, b.provenance.held_out);
}

}  // namespace chainrule::model_files
