#include "chainrule/teach/worked_examples.h"

namespace chainrule {

WorkedNetwork example_004() {
  return {.network = {{make_dense(2, 3, Activation::logistic), make_dense(3, 2, Activation::logistic),
                       make_dense(2, 1, Activation::logistic)}},
          // W is kept [from][to]; b follows.
          .parameters = {2, 1, 3,        1, 3, 2, /* b */ 1, 2, 3,  //
                         1, 3, 1,        2, 2, 2, /* b */ 2, 1,     //
                         1, 3, /* b */ 2},
          .loss = {.kind = Loss::half_squared_error, .reduction = Reduction::single},
          .decay = 1,
          .eta = 0.1,
          .samples = {{{1, 2}, {1}}}};
}

}  // namespace chainrule
