// A network ready to predict: its buffers are allocated once, so that a prediction allocates nothing and
// takes no lock.
//
// One predictor serves one caller at a time; threads that predict concurrently need one each. They may share
// the parameters, which are only read.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "chainrule/model/network.h"
#include "chainrule/model/weight_blocks.h"
#include "chainrule/model/workspace.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"

namespace chainrule {

// fixed: they stay as they are while the predictor is used. The weights of a joined network are mostly zeros
// (model/weight_blocks.h); they are then found once and left out of every product.
enum class Weights { may_change, fixed };

template <typename T>
class Predictor {
 public:
  // The parameters must outlive this. With a pool in `compute`, large batches are divided among its threads.
  // `network` may be the lower layers of a larger one, with the parameters of all its layers. Throws
  // StateError for no layers, and for fewer parameters than they have.
  Predictor(const Compute& compute, Network network, std::span<const T> parameters,
            ReadAt read_at = ReadAt::activation, Weights weights = Weights::may_change);

  // How the next predictions are calculated, and where they are read. Keeps the buffers.
  void use(const Compute& compute, ReadAt read_at);

  std::size_t inputs() const { return network_.inputs(); }
  std::size_t outputs() const { return network_.outputs(); }

  // inputs [rows][inputs()] -> outputs [rows][outputs()], any number of rows; the same bits whether rows come
  // together or one by one. Throws StateError when sizes do not fit.
  void predict(MatrixView<const T> inputs, MatrixView<T> outputs);
  // One row.
  void predict(std::span<const T> inputs, std::span<T> outputs);

 private:
  // Between two layers: a block of rows, in one of two buffers.
  struct Buffers {
    AlignedVector<T> between[2];
    LayerState<T> scratch;  // for layers that need more memory than their output
  };

  void find_blocks();
  void predict_block(const Compute& compute, MatrixView<const T> inputs, MatrixView<T> outputs,
                     Buffers& buffers);

  Compute compute_;
  Network network_;
  std::span<const T> parameters_;
  ReadAt read_at_ = ReadAt::activation;
  std::size_t widest_ = 0;
  std::vector<Buffers> buffers_;         // one per thread
  std::vector<WeightBlocks<T>> blocks_;  // per layer; of fixed weights only
};

// The same for one call: outputs [rows][network.outputs()] for all rows, in blocks of bounded memory.
template <typename T>
void predict_rows(const Compute& compute, const Network& network, std::span<const T> parameters,
                  MatrixView<const T> inputs, MatrixView<T> outputs, ReadAt read_at = ReadAt::activation);

}  // namespace chainrule
