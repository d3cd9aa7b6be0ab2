// Combinatorial optimisation by a Hopfield network: the maximum cut of a weighted graph A is the state of
// least energy of the network with W = -A.
//
//   cut(s) = sum over edges of w_ij (1 - s_i s_j) / 2
//   E(s)   = -1/2 s^T W s = 1/2 s^T A s = sum over edges of w_ij s_i s_j
//          = (sum of all weights) - 2 cut(s)
//
// Recall only lowers the energy, down to a local minimum. It starts from several random states, and the best
// result is compared with the optimum over all 2^15 partitions.
#include <algorithm>
#include <cstdio>

#include "chainrule/base/random.h"
#include "chainrule/model/hopfield.h"

int main() {
  using namespace chainrule;
  constexpr std::size_t kNodes = 16, kStarts = 20;
  const RandomKey edges{.seed = 3, .purpose = RandomPurpose::generator};
  Matrix<double> w(kNodes, kNodes);
  double all_edges = 0;
  for (std::size_t i = 0; i < kNodes; ++i) {
    for (std::size_t j = i + 1; j < kNodes; ++j) {
      const double weight = static_cast<double>(random_below(edges, i * kNodes + j, 10));
      w.row(i)[j] = w.row(j)[i] = -weight;
      all_edges += weight;
    }
  }
  const auto cut = [&](double e) { return (all_edges - e) / 2; };

  double found = 0, first = 0;
  for (std::size_t start = 0; start < kStarts; ++start) {
    const RandomKey key{.seed = 2, .step = static_cast<std::uint32_t>(start)};
    HopfieldState state(kNodes);
    for (std::size_t i = 0; i < kNodes; ++i)
      state[i] = random_below(key, i, 2) == 0 ? -1 : 1;
    const double local = cut(recall(w.view(), state).trace.back().energy);
    if (start == 0) first = local;
    found = std::max(found, local);
  }

  double best = 0;
  for (std::size_t partition = 0; partition < std::size_t{1} << (kNodes - 1); ++partition) {
    HopfieldState state(kNodes);
    for (std::size_t i = 0; i < kNodes; ++i)
      state[i] = (partition >> i & 1) == 0 ? -1 : 1;
    best = std::max(best, cut(energy(w.view(), state)));
  }
  std::printf(
      "%zu nodes, total edge weight %g: one recall cuts %g, the best of %zu cuts %g, the maximum cut is %g\n",
      kNodes, all_edges, first, kStarts, found, best);
  return found == best ? 0 : 1;
}
