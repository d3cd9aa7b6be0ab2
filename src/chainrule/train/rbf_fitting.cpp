// Centres, widths and output weights of radial basis functions (rbf_fitting.h has the rules and their
// sources).
//
//   k-means   seed_rows: P(row r) ~ v_r D_r^2, D_r the distance to the nearest seed;  cluster: Lloyd's rounds
//   greedy    select_by_error: modified Gram-Schmidt on all candidates q_i; the next one has the largest
//               sum_j (q_i . t_j)^2 / (q_i . q_i)
//   solve     (Phi^T V Phi + ridge I) W = Phi^T V T, the column of the bias without the ridge
//
// Rows pass in pieces of a fixed size, so that no sum depends on the memory of the machine.
#include "chainrule/train/rbf_fitting.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "chainrule/base/error.h"
#include "chainrule/base/random.h"
#include "chainrule/base/text.h"
#include "chainrule/tensor/activation_kernels.h"
#include "chainrule/tensor/cholesky.h"
#include "chainrule/tensor/kernels.h"

namespace chainrule {
namespace {

using StopQuestion = std::function<bool()>;

constexpr std::size_t kUsualCentres = 40;
constexpr std::size_t kFewCentres = 5;
// Rows per piece: a fixed number, so that sums do not depend on the memory available.
constexpr std::size_t kPieceRows = 4096;
constexpr std::size_t kMostRounds = 100;  // of Lloyd's algorithm
// Orthogonal least squares keeps a column of numbers for each candidate.
constexpr std::size_t kMostCandidates = 1000;
constexpr std::size_t kMostCandidateNumbers = std::size_t{1} << 25;  // 256 MiB
// A candidate of which at most this share is new depends on those chosen.
constexpr double kSmallestNewShare = 1e-10;

// Steps of the random keys: one series for each use.
constexpr std::uint32_t kSeedingStep = 0, kRandomRowsStep = 1, kCandidatesStep = 2;

double weight_of(std::span<const float> weights, std::size_t row) {
  return weights.empty() ? 1 : static_cast<double>(weights[row]);
}
double weight_of(std::span<const double> weights, std::size_t row) {
  return weights.empty() ? 1 : weights[row];
}

// The first row of each group of equal rows, in ascending order; rows of weight 0 are left out.
template <typename T>
std::vector<std::uint32_t> different_rows(const Dataset<T>& data) {
  std::vector<std::uint32_t> rows;
  for (std::size_t r = 0; r < data.rows(); ++r) {
    if (weight_of(std::span<const T>(data.row_weights), r) > 0) rows.push_back(static_cast<std::uint32_t>(r));
  }
  const std::size_t inputs = data.inputs.columns();
  const auto row = [&](std::uint32_t r) { return std::span<const T>(data.inputs.row(r), inputs); };
  std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto [in_a, in_b] = std::ranges::mismatch(row(a), row(b));
    return in_a == row(a).end() ? a < b : *in_a < *in_b;
  });
  rows.erase(
      std::unique(rows.begin(), rows.end(),
                  [&](std::uint32_t a, std::uint32_t b) { return std::ranges::equal(row(a), row(b)); }),
      rows.end());
  std::sort(rows.begin(), rows.end());
  return rows;
}

template <typename T>
Matrix<double> rows_as_centres(const Dataset<T>& data, std::span<const std::uint32_t> rows) {
  Matrix<double> centres(data.inputs.columns(), rows.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    for (std::size_t k = 0; k < centres.rows(); ++k)
      centres(k, j) = static_cast<double>(data.inputs(rows[j], k));
  }
  return centres;
}

template <typename T>
Matrix<T> in_precision(const Matrix<double>& values) {
  Matrix<T> result(values.rows(), values.columns());
  std::transform(values.values().begin(), values.values().end(), result.values().begin(),
                 [](double value) { return static_cast<T>(value); });
  return result;
}

// Calls visit(first row, squared distances [rows][units]) piece by piece.
template <typename T, typename Visit>
void for_each_piece_of_distances(const Compute& compute, const Matrix<T>& inputs, const Matrix<T>& centres,
                                 const Visit& visit) {
  Matrix<T> distances;
  for (std::size_t first = 0; first < inputs.rows(); first += kPieceRows) {
    const std::size_t rows = std::min(kPieceRows, inputs.rows() - first);
    distances.resize(rows, centres.columns());
    squared_distances<T>(compute, inputs.view().row_block(first, rows), centres.view(), distances.view());
    visit(first, std::as_const(distances).view());
  }
}

// --- centres -----------------------------------------------------------------------------------------------

// k-means++: each next seed is a row drawn with probability ~ weight * D^2, D the distance to the nearest
// seed.
template <typename T>
std::vector<std::uint32_t> seed_rows(const Compute& compute, const RbfFittingOptions& options,
                                     std::size_t count, const Dataset<T>& data,
                                     const StopQuestion& is_asked_to_stop) {
  const RandomKey key{.seed = options.seed, .purpose = RandomPurpose::clustering, .step = kSeedingStep};
  std::vector<double> mass(data.rows());
  for (std::size_t r = 0; r < data.rows(); ++r)
    mass[r] = weight_of(std::span<const T>(data.row_weights), r);
  const std::vector<double> weights = mass;
  std::vector<T> nearest(data.rows(), std::numeric_limits<T>::infinity());
  std::vector<std::uint32_t> seeds;
  while (seeds.size() < count) {
    const double total = std::accumulate(mass.begin(), mass.end(), 0.0);
    double left = random_uniform(key, seeds.size()) * total;
    std::size_t drawn = data.rows();
    for (std::size_t r = 0; r < data.rows(); ++r) {
      if (mass[r] == 0) continue;
      drawn = r;  // rounding may leave a remainder: then the last row with mass is drawn
      left -= mass[r];
      if (left < 0) break;
    }
    if (drawn == data.rows() || (!seeds.empty() && is_asked_to_stop())) break;
    seeds.push_back(static_cast<std::uint32_t>(drawn));
    const Matrix<T> seed = in_precision<T>(rows_as_centres(data, std::span(&seeds.back(), 1)));
    for_each_piece_of_distances<T>(compute, data.inputs, seed,
                                   [&](std::size_t first, MatrixView<const T> distances) {
                                     for (std::size_t r = 0; r < distances.rows; ++r) {
                                       T& d = nearest[first + r];
                                       d = std::min(d, distances(r, 0));
                                       mass[first + r] = weights[first + r] * static_cast<double>(d);
                                     }
                                   });
  }
  return seeds;
}

struct Clusters {
  Matrix<double> centres;
  std::size_t rounds = 0;
};

// Lloyd's rounds: each row joins its nearest centre (the first of equally near ones), each centre moves to
// the weighted mean of its rows, one ascending chain in double. A centre without rows stays.
template <typename T>
Clusters cluster(const Compute& compute, const Dataset<T>& data, Matrix<double> centres,
                 const StopQuestion& is_asked_to_stop) {
  const std::size_t units = centres.columns(), inputs = centres.rows();
  std::vector<std::uint32_t> nearest(data.rows(), std::numeric_limits<std::uint32_t>::max());
  std::size_t round = 0;
  for (; round < kMostRounds && !is_asked_to_stop(); ++round) {
    bool changed = false;
    for_each_piece_of_distances<T>(
        compute, data.inputs, in_precision<T>(centres),
        [&](std::size_t first, MatrixView<const T> distances) {
          for (std::size_t r = 0; r < distances.rows; ++r) {
            const std::span<const T> row = distances.row_span(r);
            const auto best = static_cast<std::uint32_t>(std::ranges::min_element(row) - row.begin());
            changed = changed || nearest[first + r] != best;
            nearest[first + r] = best;
          }
        });
    if (!changed) break;
    Matrix<double> sums(inputs, units);
    std::vector<double> weights(units, 0);
    for (std::size_t r = 0; r < data.rows(); ++r) {
      const double weight = weight_of(std::span<const T>(data.row_weights), r);
      weights[nearest[r]] += weight;
      for (std::size_t k = 0; k < inputs; ++k)
        sums(k, nearest[r]) += weight * static_cast<double>(data.inputs(r, k));
    }
    for (std::size_t j = 0; j < units; ++j) {
      for (std::size_t k = 0; k < inputs && weights[j] > 0; ++k)
        centres(k, j) = sums(k, j) / weights[j];
    }
  }
  return {std::move(centres), round};
}

// --- values of the functions -------------------------------------------------------------------------------

// Phi of `rows` rows from `first`, in double, with a last column of ones; each row times the root of its
// weight.
template <typename T>
void fill_design(const Compute& compute, const Dataset<T>& data, const Matrix<double>& centres,
                 std::span<const double> widths, std::size_t first, std::size_t rows, Matrix<double>& phi,
                 Matrix<double>& targets) {
  const std::size_t units = centres.columns(), inputs = centres.rows(), outputs = data.targets.columns();
  Matrix<double> x(rows, inputs);
  for (std::size_t r = 0; r < rows; ++r)
    std::copy_n(data.inputs.row(first + r), inputs, x.row(r));
  phi.resize(rows, units + 1);
  targets.resize(rows, outputs);
  const MatrixView<double> values = phi.view().column_block(0, units);
  squared_distances<double>(compute, x.view(), centres.view(), values);
  for (std::size_t r = 0; r < rows; ++r) {
    double* row = phi.row(r);
    for (std::size_t j = 0; j < units; ++j)
      row[j] *= -0.5 / (widths[j] * widths[j]);
    exponential<double>(compute, std::span<const double>(row, units), std::span<double>(row, units));
    row[units] = 1;
    std::copy_n(data.targets.row(first + r), outputs, targets.row(r));
    if (data.row_weights.empty()) continue;
    const double root = std::sqrt(weight_of(std::span<const T>(data.row_weights), first + r));
    for (std::size_t j = 0; j <= units; ++j)
      row[j] *= root;
    for (std::size_t j = 0; j < outputs; ++j)
      targets(r, j) *= root;
  }
}

double total_weight(std::span<const float> weights, std::size_t rows) {
  return weights.empty() ? static_cast<double>(rows) : std::accumulate(weights.begin(), weights.end(), 0.0);
}
double total_weight(std::span<const double> weights, std::size_t rows) {
  return weights.empty() ? static_cast<double>(rows) : std::accumulate(weights.begin(), weights.end(), 0.0);
}

// Removes what the columns of phi, except `kept`, share with it: phi_i -= (q . phi_i) / (q . q) q.
void make_orthogonal(const Compute& compute, const Matrix<double>& q, Matrix<double>& columns) {
  Matrix<double> share(1, columns.columns()), length(1, 1);
  outer_product_sum<double>(compute, q.view(), q.view(), length.view());
  outer_product_sum<double>(compute, q.view(), columns.view(), share.view());
  if (length(0, 0) == 0) return;
  for (double& s : share.values())
    s /= length(0, 0);
  for (std::size_t r = 0; r < columns.rows(); ++r) {
    double* row = columns.row(r);
    for (std::size_t i = 0; i < columns.columns(); ++i)
      row[i] -= q(r, 0) * share(0, i);
  }
}

struct Selection {
  std::vector<std::uint32_t> candidates;  // places among the candidates, in the order of their choice
  double explained = 0;                   // share of the squared error about the mean
};

// Modified Gram-Schmidt on all candidates at once; the bias comes first.
template <typename T>
Selection select_by_error(const Compute& compute, const RbfFittingOptions& options, std::size_t count,
                          const Dataset<T>& data, const Matrix<double>& candidates, double width,
                          const StopQuestion& is_asked_to_stop) {
  const std::size_t units = candidates.columns(), outputs = data.targets.columns(), rows = data.rows();
  Matrix<double> design, rest;
  fill_design<T>(compute, data, candidates, std::vector<double>(units, width), 0, rows, design, rest);
  Matrix<double> columns(rows, units), q(rows, 1);
  for (std::size_t r = 0; r < rows; ++r) {
    std::copy_n(design.row(r), units, columns.row(r));
    q(r, 0) = design(r, units);
  }
  design = {};
  const auto squares = [&] {  // of each column, one ascending chain
    std::vector<double> sums(units, 0);
    for (std::size_t r = 0; r < rows; ++r) {
      const double* row = columns.row(r);
      for (std::size_t i = 0; i < units; ++i)
        sums[i] += row[i] * row[i];
    }
    return sums;
  };
  make_orthogonal(compute, q, columns);
  make_orthogonal(compute, q, rest);
  const std::vector<double> original = squares();
  const double variation = sum_of_squares<double>(compute, rest.values());
  const double goal = options.error_goal * total_weight(std::span<const T>(data.row_weights), rows) *
                      static_cast<double>(outputs);
  Selection selection;
  std::vector<bool> is_chosen(units, false);
  double error = variation;
  Matrix<double> gain(units, outputs);
  while (selection.candidates.size() < count && (options.error_goal == 0 || error > goal) &&
         !is_asked_to_stop()) {
    outer_product_sum<double>(compute, columns.view(), rest.view(), gain.view());
    const std::vector<double> lengths = squares();
    std::size_t best = units;
    double largest = -1;
    for (std::size_t i = 0; i < units; ++i) {
      if (is_chosen[i] || !(lengths[i] > kSmallestNewShare * original[i])) continue;
      double reduction = 0;
      for (std::size_t j = 0; j < outputs; ++j)
        reduction += gain(i, j) * gain(i, j) / lengths[i];
      if (reduction > largest) {
        largest = reduction;
        best = i;
      }
    }
    if (best == units) break;
    is_chosen[best] = true;
    selection.candidates.push_back(static_cast<std::uint32_t>(best));
    for (std::size_t r = 0; r < rows; ++r)
      q(r, 0) = columns(r, best);
    make_orthogonal(compute, q, columns);
    make_orthogonal(compute, q, rest);
    error = sum_of_squares<double>(compute, rest.values());
  }
  selection.explained = variation > 0 ? 1 - error / variation : 1;
  return selection;
}

// --- widths ------------------------------------------------------------------------------------------------

double distance(const Matrix<double>& centres, std::size_t a, std::size_t b) {
  double sum = 0;
  for (std::size_t k = 0; k < centres.rows(); ++k) {
    const double difference = centres(k, a) - centres(k, b);
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

double largest_distance(const Matrix<double>& centres) {
  double largest = 0;
  for (std::size_t a = 0; a < centres.columns(); ++a) {
    for (std::size_t b = 0; b < a; ++b)
      largest = std::max(largest, distance(centres, a, b));
  }
  return largest;
}

// The root mean square distance of the rows from a single centre; 1 when all rows are equal.
template <typename T>
double spread(const Dataset<T>& data, const Matrix<double>& centres) {
  double sum = 0, weights = 0;
  for (std::size_t r = 0; r < data.rows(); ++r) {
    const double weight = weight_of(std::span<const T>(data.row_weights), r);
    weights += weight;
    for (std::size_t k = 0; k < centres.rows(); ++k) {
      const double difference = static_cast<double>(data.inputs(r, k)) - centres(k, 0);
      sum += weight * difference * difference;
    }
  }
  return sum > 0 ? std::sqrt(sum / weights) : 1;
}

template <typename T>
std::vector<double> choose_widths(const RbfFittingOptions& options, const Dataset<T>& data,
                                  const Matrix<double>& centres) {
  const std::size_t units = centres.columns();
  const WidthChoice choice = width_choice(options);
  if (choice == WidthChoice::fixed) return std::vector<double>(units, options.width);
  const double largest = largest_distance(centres);
  if (largest == 0) return std::vector<double>(units, options.width_factor * spread(data, centres));
  if (choice == WidthChoice::common) {
    return std::vector<double>(units,
                               options.width_factor * largest / std::sqrt(2 * static_cast<double>(units)));
  }
  std::vector<double> widths(units, largest);
  for (std::size_t a = 0; a < units; ++a) {
    for (std::size_t b = 0; b < units; ++b) {
      const double d = distance(centres, a, b);
      if (d > 0) widths[a] = std::min(widths[a], d);
    }
    widths[a] *= options.width_factor;
  }
  return widths;
}

std::string widths_text(const RbfFittingOptions& options, std::span<const double> widths) {
  const auto [low, high] = std::ranges::minmax(widths);
  std::string text = "widths " + format_significant(low, 3);
  if (high > low) text += " to " + format_significant(high, 3);
  const WidthChoice choice = width_choice(options);
  if (choice == WidthChoice::nearest_neighbour) {
    text += ", " + format_significant(options.width_factor, 4) + " times the distance to the nearest centre";
  } else if (choice == WidthChoice::common) {
    text += ", " + format_significant(options.width_factor, 4) +
            " times the largest distance of two centres / sqrt(2 centres)";
  }
  return text;
}

// --- the choice --------------------------------------------------------------------------------------------

// What one of the rules for the centres chose.
struct ChosenCentres {
  Matrix<double> centres;      // [inputs][units]
  std::vector<double> widths;  // [units], or empty: they follow from the centres
  std::string how;             // in words
};

template <typename T>
ChosenCentres centres_by_clusters(const Compute& compute, const RbfFittingOptions& options, std::size_t count,
                                  const Dataset<T>& data, const StopQuestion& stop) {
  Clusters clusters = cluster<T>(
      compute, data, rows_as_centres(data, seed_rows<T>(compute, options, count, data, stop)), stop);
  return {.centres = std::move(clusters.centres),
          .widths = {},
          .how = "means of clusters (k-means++ and " + count_of(clusters.rounds, "round") + ")"};
}

template <typename T>
ChosenCentres centres_by_error(const Compute& compute, const RbfFittingOptions& options, std::size_t count,
                               const Dataset<T>& data, std::vector<std::uint32_t> rows,
                               const StopQuestion& stop, std::vector<Message>& notes) {
  const std::size_t most = std::max<std::size_t>(
      count, std::min(kMostCandidates, kMostCandidateNumbers / std::max<std::size_t>(1, data.rows())));
  if (rows.size() > most) {
    shuffle_indices({.seed = options.seed, .purpose = RandomPurpose::clustering, .step = kCandidatesStep},
                    rows);
    rows.resize(most);
    std::sort(rows.begin(), rows.end());
    notes.push_back("Centres are chosen among " + count_of(most, "row") + " drawn at random.");
  }
  const Matrix<double> candidates = rows_as_centres(data, rows);
  double width = options.width;
  if (width_choice(options) == WidthChoice::common) {
    const double largest = largest_distance(candidates);
    width = options.width_factor *
            (largest > 0 ? largest / std::sqrt(2 * static_cast<double>(count)) : spread(data, candidates));
  }
  const Selection selection = select_by_error<T>(compute, options, count, data, candidates, width, stop);
  std::vector<std::uint32_t> chosen;
  for (const std::uint32_t candidate : selection.candidates)
    chosen.push_back(rows[candidate]);
  if (chosen.empty()) chosen.push_back(rows.front());  // nothing to explain: the bias is enough
  return {.centres = rows_as_centres(data, chosen),
          .widths = std::vector<double>(chosen.size(), width),
          .how = "rows chosen by orthogonal least squares (" +
                 format_significant(100 * selection.explained, 4) +
                 " % of the squared error about the mean is explained)"};
}

template <typename T>
ChosenCentres choose_centres(const Compute& compute, const RbfFittingOptions& options, std::size_t count,
                             const Dataset<T>& data, std::vector<std::uint32_t> rows,
                             const StopQuestion& stop, std::vector<Message>& notes) {
  switch (options.centre_choice) {
    case CentreChoice::k_means:
      return centres_by_clusters<T>(compute, options, count, data, stop);
    case CentreChoice::orthogonal_least_squares:
      return centres_by_error<T>(compute, options, count, data, std::move(rows), stop, notes);
    case CentreChoice::data: {
      std::vector<std::uint32_t> spread_rows;
      for (std::size_t j = 0; j < count; ++j)
        spread_rows.push_back(rows[j * rows.size() / count]);
      return {
          .centres = rows_as_centres(data, spread_rows), .widths = {}, .how = "rows spread over the table"};
    }
    case CentreChoice::random: {
      shuffle_indices({.seed = options.seed, .purpose = RandomPurpose::clustering, .step = kRandomRowsStep},
                      rows);
      rows.resize(count);
      return {.centres = rows_as_centres(data, rows), .widths = {}, .how = "rows drawn at random"};
    }
  }
  return {};
}

}  // namespace

std::size_t wanted_centres(const RbfFittingOptions& options, std::size_t rows) {
  // As many centres as rows would fit the noise.
  return options.centres.value_or(std::clamp(rows / 3, std::min(rows, kFewCentres), kUsualCentres));
}

WidthChoice width_choice(const RbfFittingOptions& options) {
  const bool greedy = options.centre_choice == CentreChoice::orthogonal_least_squares;
  if (greedy && options.widths == WidthChoice::nearest_neighbour) {
    throw UsageError(
        {.what = "orthogonal least squares compares functions of one width",
         .setting = Setting::widths,
         .expected = set_to(Setting::widths, "common") + " or fixed",
         .got = "nearest_neighbour",
         .advice = "leave " + named(Setting::widths) + " out, or choose the centres by k_means"});
  }
  return options.widths.value_or(greedy ? WidthChoice::common : WidthChoice::nearest_neighbour);
}

void validate(const RbfFittingOptions& options, std::size_t rows) {
  const std::size_t centres = wanted_centres(options, rows);
  if (centres == 0 || centres > rows) {
    throw UsageError({.what = centres == 0 ? "a network of radial basis functions needs at least one centre"
                                           : "there are more centres than training rows",
                      .setting = Setting::centres,
                      .expected = "1 to " + format_count(rows),
                      .got = format_count(centres),
                      .advice = "give fewer " + named(Setting::centres) + ", or more rows"});
  }
  const auto require_positive = [](const char* what, double value) {
    if (value > 0 && std::isfinite(value)) return;
    throw UsageError({.what = std::string(what) + " must be a number above 0", .got = format_number(value)});
  };
  require_positive("the factor of the widths", options.width_factor);
  require_positive("the width", options.width);
  if (!(options.error_goal >= 0)) {
    throw UsageError({.what = "the error goal cannot be negative", .got = format_number(options.error_goal)});
  }
  width_choice(options);
  if (!(options.ridge >= 0) || !std::isfinite(options.ridge)) {
    throw UsageError(
        {.what = "the ridge must be a number of at least 0", .got = format_number(options.ridge)});
  }
}

template <typename T>
RbfBasis choose_basis(const Compute& compute, const RbfFittingOptions& options, const Dataset<T>& data,
                      const std::function<bool()>& is_asked_to_stop) {
  // A yes is final: the caller is not asked again.
  bool is_stopped = false;
  const StopQuestion stop = [&] {
    is_stopped = is_stopped || (is_asked_to_stop && is_asked_to_stop());
    return is_stopped;
  };
  validate(options, data.rows());
  const std::vector<std::uint32_t> rows = different_rows(data);
  const std::size_t wanted = wanted_centres(options, data.rows());
  const std::size_t count = std::min(wanted, rows.size());
  RbfBasis basis;
  if (count < wanted) {
    basis.notes.push_back(
        "Only " + count_of(rows.size(), "distinct row") + (rows.size() == 1 ? " has" : " have") +
        " a weight above 0: " + count_of(count, "centre") + " instead of " + format_count(wanted) + ".");
  }
  ChosenCentres chosen = choose_centres<T>(compute, options, count, data, rows, stop, basis.notes);
  basis.centres = std::move(chosen.centres);
  basis.widths = std::move(chosen.widths);
  if (options.centre_choice == CentreChoice::orthogonal_least_squares && basis.widths.size() < count &&
      options.error_goal == 0 && !is_stopped) {
    basis.notes.push_back("There are " + count_of(basis.widths.size(), "centre") + " instead of " +
                          format_count(count) + ": the functions of the other rows depend on theirs.");
  }
  // The network stores centres in T: widths and weights are for those.
  std::transform(basis.centres.values().begin(), basis.centres.values().end(), basis.centres.values().begin(),
                 [](double value) { return static_cast<double>(static_cast<T>(value)); });
  if (basis.widths.empty()) basis.widths = choose_widths(options, data, basis.centres);
  for (double& width : basis.widths)
    width = static_cast<double>(static_cast<T>(width));
  const std::size_t units = basis.widths.size();
  if (is_stopped) {
    basis.notes.push_back("Stopped while centres were chosen: " + count_of(units, "centre") + " of " +
                          format_count(count) + ".");
  }
  basis.notes.push_back(count_of(units, "centre") + (units == 1 ? " is " : " are ") + chosen.how + "; " +
                        widths_text(options, basis.widths) + ".");
  return basis;
}

template <typename T>
Matrix<double> solve_output_weights(const Compute& compute, const RbfBasis& basis, double ridge,
                                    const Dataset<T>& data) {
  if (!(ridge >= 0) || !std::isfinite(ridge)) {
    throw UsageError({.what = "the ridge must be a number of at least 0", .got = format_number(ridge)});
  }
  const std::size_t units = basis.units(), outputs = data.targets.columns();
  Matrix<double> a(units + 1, units + 1), b(units + 1, outputs), phi, targets;
  Matrix<double> a_piece(units + 1, units + 1), b_piece(units + 1, outputs);
  for (std::size_t first = 0; first < data.rows(); first += kPieceRows) {
    fill_design<T>(compute, data, basis.centres, basis.widths, first,
                   std::min(kPieceRows, data.rows() - first), phi, targets);
    outer_product_sum<double>(compute, phi.view(), phi.view(), a_piece.view());
    outer_product_sum<double>(compute, phi.view(), targets.view(), b_piece.view());
    for (std::size_t i = 0; i < a.values().size(); ++i)
      a.values()[i] += a_piece.values()[i];
    for (std::size_t i = 0; i < b.values().size(); ++i)
      b.values()[i] += b_piece.values()[i];
  }
  for (std::size_t j = 0; j < units; ++j)
    a(j, j) += ridge;
  if (const auto dependent = solve_positive_definite(a.view(), b.view())) {
    throw UsageError({.what = "the output weights have no unique solution: on these rows the radial basis "
                              "functions depend on each other",
                      .where = *dependent < units ? "unit " + std::to_string(*dependent + 1) : "the bias",
                      .expected = "functions that differ, or a ridge above 0",
                      .got = "ridge " + format_number(ridge),
                      .advice = "a larger " + named(Setting::ridge) + " (1e-6, say), a smaller " +
                                named(Setting::width_factor) + ", or fewer " + named(Setting::centres)});
  }
  return b;
}

template <typename T>
AlignedVector<T> rbf_network_parameters(const RbfBasis& basis, const Matrix<double>& output_weights) {
  AlignedVector<T> parameters;
  for (const std::span<const double> part :
       {basis.centres.values(), std::span<const double>(basis.widths), output_weights.values()}) {
    for (const double value : part)
      parameters.push_back(static_cast<T>(value));
  }
  return parameters;
}

#define CHAINRULE_INSTANTIATE(T)                                                                 \
  template RbfBasis choose_basis<T>(const Compute&, const RbfFittingOptions&, const Dataset<T>&, \
                                    const std::function<bool()>&);                               \
  template Matrix<double> solve_output_weights<T>(const Compute&, const RbfBasis&, double,       \
                                                  const Dataset<T>&);                            \
  template AlignedVector<T> rbf_network_parameters<T>(const RbfBasis&, const Matrix<double>&);
CHAINRULE_INSTANTIATE(float)
CHAINRULE_INSTANTIATE(double)
#undef CHAINRULE_INSTANTIATE

}  // namespace chainrule
