#include "chainrule/data/encode_targets.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "chainrule/base/error.h"
#include "chainrule/data/class_values.h"
#include "chainrule/data/column_match.h"
#include "chainrule/data/encode_numbers.h"
#include "chainrule/data/soft_labels.h"

namespace chainrule {
namespace {

// Scales the target in the same way as an input, so that the same mistakes give the same messages.
template <typename T>
void encode_regression(const Table& table, std::size_t place, std::span<const std::uint32_t> rows,
                       const TargetEncoding& target, std::size_t t, MatrixView<T> targets) {
  const Column& column = table.columns[place];
  const ColumnEncoding encoding{
      .name = column.name, .offset = target.offset[t], .factor = target.factor[t], .fill = target.offset[t]};
  for (const std::uint32_t row : rows) {
    if (column.is_missing(row)) refuse_missing_target(table, row, place);
    if (column.kind != ColumnKind::numeric) refuse_kind(encoding, table, place);
  }
  NumbersReport report;
  encode_numbers(encoding, table, place, rows, targets, t, report);
}

}  // namespace

template <typename T>
void encode_targets(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows,
                    MatrixView<T> targets) {
  static_assert(std::is_floating_point_v<T>);
  const TargetEncoding& target = encoder.target;
  assert(targets.rows == rows.size() && targets.columns == target.outputs());
  const std::vector<std::size_t> places = target_places(encoder, table);
  if (target.soft_labels) {
    encode_soft_labels<T>(table, places, rows, targets);
    return;
  }
  switch (target.task) {
    case Task::binary: {
      const std::vector<std::uint32_t> classes =
          classes_of(table, places.front(), rows, target.class_values, target.class_names);
      for (std::size_t i = 0; i < rows.size(); ++i)
        targets(i, 0) = static_cast<T>(classes[i]);
      break;
    }
    case Task::classes: {
      const std::vector<std::uint32_t> classes =
          classes_of(table, places.front(), rows, target.class_values, target.class_names);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        std::ranges::fill(targets.row_span(i), T{0});
        targets(i, classes[i]) = T{1};
      }
      break;
    }
    case Task::ordinal: {
      const std::vector<std::uint32_t> classes =
          classes_of(table, places.front(), rows, target.class_values, target.class_names);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t k = 0; k < targets.columns; ++k)
          targets(i, k) = k < classes[i] ? T{1} : T{0};
      }
      break;
    }
    case Task::multi_label:
      for (std::size_t label = 0; label < places.size(); ++label) {
        const std::vector<std::uint32_t> classes =
            classes_of(table, places[label], rows, label_values(target, label));
        for (std::size_t i = 0; i < rows.size(); ++i)
          targets(i, label) = static_cast<T>(classes[i]);
      }
      break;
    case Task::regression:
      for (std::size_t t = 0; t < places.size(); ++t)
        encode_regression(table, places[t], rows, target, t, targets);
      for (std::size_t q = 1; q < target.quantiles.size(); ++q) {
        for (std::size_t i = 0; i < rows.size(); ++i)
          targets(i, q) = targets(i, 0);
      }
      break;
  }
}

Matrix<double> own_targets(const Encoder& encoder, const Table& table, std::span<const std::uint32_t> rows) {
  if (encoder.target.task != Task::regression) return {};
  const std::vector<std::size_t> places = target_places(encoder, table);
  Matrix<double> targets = Matrix<double>::unset(rows.size(), places.size());
  for (std::size_t t = 0; t < places.size(); ++t) {
    NumberCursor value_of(table.columns[places[t]].numbers);
    for (std::size_t i = 0; i < rows.size(); ++i)
      targets(i, t) = value_of(rows[i]);
  }
  return targets;
}

std::vector<std::uint32_t> target_classes(const Encoder& encoder, const Table& table,
                                          std::span<const std::uint32_t> rows) {
  const TargetEncoding& target = encoder.target;
  if (!is_of_one_class(target.task) || target.soft_labels) {
    throw StateError(
        {.what = "rows have no class index",
         .expected = "the task binary, classes or ordinal",
         .got = target.soft_labels ? "probabilities as targets" : std::string(name_of(target.task)),
         .advice = "use encode_targets"});
  }
  const std::vector<std::size_t> places = target_places(encoder, table);
  return classes_of(table, places.front(), rows, target.class_values, target.class_names);
}

template void encode_targets<float>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                    MatrixView<float>);
template void encode_targets<double>(const Encoder&, const Table&, std::span<const std::uint32_t>,
                                     MatrixView<double>);

}  // namespace chainrule
