// The networks of the lectures' worked examples.
//
// 000, 001 and 002 print no numbers: theirs are multiples of 1/128, so they are exact in binary and short in
// print. 004 prints its numbers, which are whole; decay 1 is the + W of its update.
#include "chainrule/explain/worked_examples.h"

namespace chainrule {
namespace {

constexpr WorkedExample kExamples[] = {
    {"000", "3-3-2, logistic, one sample", Notation::s000, example_000},
    {"001", "3-3-2, logistic, the mean over four samples", Notation::s001, example_001},
    {"002", "2-3-2-2, logistic, the sum over three samples", Notation::s002, example_002},
    {"004", "2-3-2-1, logistic, one sample: the lecture's own numbers", Notation::s004, example_004},
};

// A chain of logistic layers with half the squared error.
WorkedNetwork logistic_network(std::initializer_list<std::size_t> sizes, NumberList parameters) {
  WorkedNetwork worked{.parameters = std::move(parameters), .loss = {.kind = Loss::half_squared_error}};
  for (const std::size_t* size = sizes.begin(); size + 1 != sizes.end(); ++size)
    worked.network.layers.emplace_back(make_dense(size[0], size[1], Activation::logistic));
  return worked;
}

}  // namespace

// Parameters are in the engine's order: W by rows [from][to], then b, layer by layer.

WorkedNetwork example_000() {
  WorkedNetwork worked = logistic_network({3, 3, 2}, {-0.75,      0.6796875,  -0.796875,   // from input 1
                                                      -0.1171875, -0.171875,  0.6796875,   // 2
                                                      -0.25,      0.7734375,  0.84375,     // 3
                                                      0.0625,     0.8203125,  -0.8203125,  // b
                                                      -0.1484375, -0.5859375,  // from hidden unit 1
                                                      0.9296875,  0.7734375,   // 2
                                                      -0.078125,  0.1875,      // 3
                                                      0.5234375,  0.484375});
  worked.loss.reduction = Reduction::single;
  worked.eta = 0.5;
  worked.samples = {{{0.34375, -0.9296875, -0.875}, {0.546875, 0.703125}}};
  return worked;
}

WorkedNetwork example_001() {
  WorkedNetwork worked = logistic_network({3, 3, 2}, {0.3359375,  -0.234375, 0.1796875,   // from input 1
                                                      -0.578125,  0.78125,   0.8984375,   // from input 2
                                                      -0.8125,    0.046875,  -0.984375,   // from input 3
                                                      -0.7109375, 0.046875,  -0.7578125,  // b
                                                      0.9453125,  0.2109375,  // from hidden unit 1
                                                      -0.0703125, 0.109375,   // from hidden unit 2
                                                      0.5703125,  0.21875,    // from hidden unit 3
                                                      0.0703125,  0.484375});
  worked.loss.reduction = Reduction::mean;
  worked.eta = 0.5;
  worked.samples = {{{-0.109375, -0.6328125, 0.9453125}, {0.328125, 0.2421875}},
                    {{-0.6953125, -0.5, -0.34375}, {0.609375, 0.4453125}},
                    {{-0.90625, 0.1796875, 0.578125}, {0.7578125, 0.6875}},
                    {{0.3828125, 0.6328125, -0.421875}, {0.8125, 0.6484375}}};
  return worked;
}

WorkedNetwork example_002() {
  WorkedNetwork worked = logistic_network({2, 3, 2, 2}, {0.828125,   -0.1953125, -0.671875,   // from input 0
                                                         -0.109375,  0.921875,   -0.2890625,  // 1
                                                         -0.4140625, -0.4375,    1,           // b
                                                         0.8046875,  0.5546875,  // from unit 0 of layer 1
                                                         0.9453125,  -0.515625,  // 1
                                                         -0.703125,  0.796875,   // 2
                                                         0.4140625,  -0.34375,   // b
                                                         0.2578125,  0.8828125,  // from unit 0 of layer 2
                                                         0.609375,   -0.171875,  // 1
                                                         0.3515625,  -0.5});
  worked.loss.reduction = Reduction::sum;
  worked.eta = 0.5;
  worked.samples = {{{0.046875, -0.9296875}, {0.7890625, 0.25}},
                    {{0.2109375, -0.8671875}, {0.5078125, 0.1640625}},
                    {{0.875, 0.703125}, {0.1875, 0.7109375}}};
  return worked;
}

WorkedNetwork example_004() {
  WorkedNetwork worked = logistic_network({2, 3, 2, 1}, {2, 1, 3,        1, 3, 2, /* b */ 1, 2, 3,  //
                                                         1, 3, 1,        2, 2, 2, /* b */ 2, 1,     //
                                                         1, 3, /* b */ 2});
  worked.loss.reduction = Reduction::single;
  worked.decay = 1;
  worked.eta = 0.1;
  worked.samples = {{{1, 2}, {1}}};
  return worked;
}

std::span<const WorkedExample> worked_examples() {
  return kExamples;
}

}  // namespace chainrule
