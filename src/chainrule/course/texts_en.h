// The texts of the lessons in English, one entry a key; texts_zh.h has the same keys in the same order.
//
// A key is LESSON.WHAT: the lesson's sentences by their subject, and title, heading, column, label (in plots
// and tables), picture (a plot's caption) and try (why to try the command that commands.h keeps under the
// same key). Texts shared by several lessons are under "word". {0}, {1}, ... are places for values, which the
// lesson calculates.
#pragma once

#include "chainrule/course/words.h"

namespace chainrule {

// clang-format off
inline constexpr CatalogueEntry kEnglishTexts[] = {
    // --- word ---
    {"word.loss", "loss"},
    {"word.update", "update"},
    {"word.iteration", "iteration"},
    {"word.sum", "sum"},
    {"word.sample", "sample"},
    {"word.printed", "printed"},
    {"word.calculated", "calculated"},
    {"word.hidden_layers", "hidden layers"},
    {"word.yes", "yes"},
    {"word.no", "no"},
    {"word.value", "value"},
    {"word.state", "state"},
    {"word.gate", "gate"},
    {"word.separable", "separable"},
    {"word.not_separable", "not separable"},
    {"word.not_decided", "not decided"},
    // --- page ---
    {"page.items", "Items: "},
    {"page.colon", ":"},
    {"page.try_next", "Try next"},
    // --- gates ---
    {"gates.title", "Gates from one neuron"},
    {"gates.column.sum_w_x", "sum w x"},
    {"gates.column.logistic_instead_of_step", "logistic instead of step"},
    {"gates.label.excited", "excited"},
    {"gates.label.inhibited", "inhibited"},
    {"gates.label.start", "start"},
    {"gates.label.used", "used: w + 0.1 x"},
    {"gates.label.not_used", "not used: w - 0.1 w"},
    {"gates.column.what_happens", "what happens"},
    {"gates.intro",
     "The neuron of McCulloch and Pitts (1943) adds up its inputs, each with a weight, and has two states: "
     "excited (1) when the sum is above a threshold, else inhibited (0)."},
    {"gates.heading.four_gates", "Four gates"},
    {"gates.one_neuron",
     "With suitable weights and a suitable threshold, one neuron is a logic gate. Any other f may "
     "replace the step; the last column has the logistic function of sum - theta."},
    {"gates.heading.learning_and_forgetting", "Learning and forgetting"},
    {"gates.synapses",
     "Synapses that are used grow stronger, unused ones fade. A neuron with threshold 1 and both "
     "inputs on:"},
    {"gates.heading.line", "What a gate draws in the plane"},
    {"gates.line",
     "The net input is 0 on a line, w1 x1 + w2 x2 = T. Solved for x1 it is x1 = a x2 + c with a = "
     "-w2/w1 and c = T/w1. With w1 = 0 it is x2 = T/w2. The lecture's AND and OR:"},
    {"gates.column.line", "line"},
    {"gates.column.solved", "solved"},
    {"gates.column.smallest_distance", "smallest distance"},
    {"gates.picture", "The two gates: the shaded region is where the output is yes."},
    {"gates.try.and_rows", "the four rows of AND"},
    {"gates.try.find_line", "find such a line by learning"},
    {"gates.try.see_line", "see the line under Hyperplanes"},
    {"gates.try.how_learning_goes", "how learning proceeds"},
    // --- perceptron ---
    {"perceptron.column.epoch", "epoch"},
    {"perceptron.column.net", "net"},
    {"perceptron.column.o", "o"},
    {"perceptron.column.d", "d"},
    // --- perceptron-rule ---
    {"perceptron-rule.title", "The perceptron learns"},
    {"perceptron-rule.bound",
     "If w* separates the samples, then from W = 0 there are at most R^2 |w*|^2 / gamma^2 corrections: R "
     "is the length of the longest X and gamma the smallest d (w* . X). With the final weights as w*:"},
    {"perceptron-rule.heading.sign_of_zero", "The sign of zero"},
    {"perceptron-rule.zero_is_harmless",
     "What is sgn(0)? Here it does not matter: no net input is nearer to 0 than {0}, and all three "
     "conventions give the same result. From W = 0, which the procedure forbids, it does matter. The "
     "weights below are divided by the learning rate, and the bound counts 4 times as many corrections "
     "for sgn(0) = 0, because corrections at 0 are half as large:"},
    {"perceptron-rule.zero_matters",
     "What is sgn(0)? Here it matters (the net input nearest to 0 is {0}):"},
    {"perceptron-rule.column.corrections", "corrections"},
    {"perceptron-rule.column.presentations", "presentations"},
    {"perceptron-rule.column.weights_over_rate", "W / rate"},
    {"perceptron-rule.column.bound", "bound"},
    {"perceptron-rule.label.weights_after_t_presentations", "weights after t presentations"},
    {"perceptron-rule.picture", "The weights during training."},
    {"perceptron-rule.intro",
     "Rosenblatt's perceptron (1958) learns its weights from examples with known answers: supervised "
     "learning. The threshold T is one more weight, on an input that is always -1, so one vector W "
     "holds everything it learns."},
    {"perceptron-rule.example",
     "The lecture's example has three samples, eta = {0} and W(0) = {1}. The first presentation:"},
    {"perceptron-rule.heading.whole_run", "The whole run"},
    {"perceptron-rule.in_turn",
     "The samples are presented in turn, again and again, until a whole epoch is right. The weights "
     "are those after each step."},
    {"perceptron-rule.outcome",
     "{0} corrections in {1} presentations; epoch {2} needs none and confirms W = {3}. Its plane is "
     "{4}, that is, {5}; its normal is (w1, w2, w3), and its distance from the origin is {6}."},
    {"perceptron-rule.heading.why_it_ends", "Why it ends"},
    {"perceptron-rule.heading.several_units_at_once", "Several units at once"},
    {"perceptron-rule.side_by_side",
     "Units side by side share their inputs and nothing else. Two units learn on the four corners from "
     "small random weights, the first AND, the second OR. They are right after {0} epochs: {1}, {2}."},
    {"perceptron-rule.try.table_to_learn", "a table to learn"},
    {"perceptron-rule.try.rule_in_turn", "the rule on this table, rows in turn"},
    {"perceptron-rule.try.what_it_cannot", "what the rule cannot learn"},
    // --- xor-limit ---
    {"xor-limit.title", "What one layer cannot do: XOR"},
    {"xor-limit.intro",
     "A perceptron draws one hyperplane. Exclusive or (XOR) is yes at (0,1) and (1,0) and no at (0,0) "
     "and (1,1). The rule with eta = {0} and W(0) = {1}:"},
    {"xor-limit.repetition",
     "After epoch {0} the weights are the same as after epoch {1}, {2}. So epoch {0} repeats for ever: "
     "the period is {3}, and the rule never ends."},
    {"xor-limit.heading.proof", "The proof that it yields"},
    {"xor-limit.corrections_cancel",
     "Between the two moments the corrections cancel. Each was a multiple of d X, so with the counts c of "
     "the samples:"},
    {"xor-limit.contradiction",
     "The sum is exactly 0 (checked without rounding). Now suppose some W separated the samples: then "
     "every d (W . X) would be above 0, and so would their sum with the counts. But that sum is W . 0 "
     "= 0. So there is no such W: no line separates XOR, whatever the initial weights and the learning "
     "rate."},
    {"xor-limit.no_proof", "The sum is not exactly 0, so nothing is proven."},
    {"xor-limit.lecture_proof",
     "In the words of the lecture: (0,0) requires T > 0, (0,1) w2 > T, (1,0) w1 > T, and (1,1) w1 + w2 "
     "< T. The middle two give w1 + w2 > 2T > T, which contradicts the last."},
    {"xor-limit.heading.line_or_proof", "Either a line or a proof"},
    {"xor-limit.label.without_rounding", "without rounding"},
    {"xor-limit.label.rounded", "rounded"},
    {"xor-limit.either_or",
     "For any samples there is either a separating W or such counts, never both. A search finds one or "
     "the other:"},
    {"xor-limit.column.verdict", "verdict"},
    {"xor-limit.column.weights_or_counts", "W, or the counts"},
    {"xor-limit.column.checked", "checked"},
    {"xor-limit.picture",
     "The line after three presentations of the first epoch: all four are never right at once."},
    {"xor-limit.try.four_rows", "the four rows"},
    {"xor-limit.try.program_finds_the_proof", "the program finds the proof by itself"},
    {"xor-limit.try.three_of_four", "three of four right is the best possible"},
    {"xor-limit.try.two_layers", "two layers can do it"},
    // --- xor-two-layer ---
    {"xor-two-layer.title", "XOR with two layers"},
    {"xor-two-layer.column.hidden_nets", "hidden nets"},
    {"xor-two-layer.column.code_y", "code y"},
    {"xor-two-layer.column.output_net", "output net"},
    {"xor-two-layer.intro",
     "One line cannot separate the corners of exclusive or; two lines can, and a second layer combines "
     "their outputs. y1 = NOT(x1 AND NOT x2), y2 = NOT(x2 AND NOT x1), o = NAND(y1, y2)."},
    {"xor-two-layer.heading.binary", "With outputs 0 and 1"},
    {"xor-two-layer.heading.bipolar", "With outputs -1 and +1"},
    {"xor-two-layer.bipolar",
     "The hidden layer stays the same; two yes outputs now add up to 2, a yes and a no to 0, so the "
     "last threshold changes."},
    {"xor-two-layer.heading.internal_representation", "The internal representation"},
    {"xor-two-layer.code",
     "The hidden layer gives each input a code. Both corners whose target is no share one code, {0}, "
     "so a line is enough in the plane of the codes. A search for a separating line reports: in the "
     "plane of x {1}, in the plane of y {2}."},
    {"xor-two-layer.smooth",
     "With logistic units instead of steps (each applied to {0} times net), the edges become slopes. "
     "At the corners the output is {1}, {2}, {3} and {4}, and it is 1/2 on a smooth border."},
    {"xor-two-layer.label.inputs_step_units", "inputs, step units"},
    {"xor-two-layer.label.hidden_codes", "hidden codes"},
    {"xor-two-layer.label.inputs_logistic_units", "inputs, logistic units"},
    {"xor-two-layer.picture",
     "Yes in the plane of inputs, the same in the plane of hidden codes, and with smooth units (shades at "
     "1/4, 1/2 and 3/4)."},
    {"xor-two-layer.try.four_rows", "the four rows"},
    {"xor-two-layer.try.network_that_finds", "a network that learns its own codes"},
    {"xor-two-layer.try.which_regions", "which regions layers can draw"},
    // --- decision-regions ---
    {"decision-regions.title", "The shapes of decision regions"},
    {"decision-regions.label.half_plane", "half-plane"},
    {"decision-regions.label.triangle", "triangle"},
    {"decision-regions.label.triangle_or_square", "triangle or square"},
    {"decision-regions.intro",
     "A threshold unit outputs yes on a half-plane. A second layer can require several at once (AND): "
     "a convex region. A third can accept one region or another (OR): any shape. The lecture has a "
     "table of these; here are its rows with numbers."},
    {"decision-regions.column.region", "region"},
    {"decision-regions.column.units", "units"},
    {"decision-regions.column.answers_at_the_points", "outputs at the points"},
    {"decision-regions.points", "The points are {0}."},
    {"decision-regions.heading.slip_in_the_table", "A slip in the table"},
    {"decision-regions.convex_slip",
     "\"One hidden layer: convex\" holds when the output unit is an AND. The lecture's own network for "
     "XOR has one hidden layer and says yes at {0} and at {1}, but no at {2}, the point half way "
     "between them: its region is two half-planes with a strip between them, which is not convex."},
    {"decision-regions.label.where", "where"},
    {"decision-regions.pairs",
     "The same test on all pairs of {0} grid points counts the pairs with both ends inside and the "
     "middle outside. A convex region has none."},
    {"decision-regions.column.pairs_against_convexity", "pairs against convexity"},
    {"decision-regions.label.xor_not_convex", "XOR: one hidden layer, not convex"},
    {"decision-regions.label.no_between_them", "no, between them"},
    {"decision-regions.picture", "Half-plane, triangle, triangle or square; and the counterexample."},
    {"decision-regions.try.disc_in_a_ring", "a disc in a ring: no line separates them"},
    {"decision-regions.try.one_line", "what one line achieves"},
    {"decision-regions.try.hidden_layer_closes", "a hidden layer closes the region"},
    // --- activations ---
    {"activations.title", "Activation functions and their slopes"},
    {"activations.intro",
     "The lectures require three things of an activation function: it is continuous, differentiable "
     "except at a few points, and not linear; function and derivative are simple; and the derivative "
     "is neither too small nor too large. Here are the functions, calculated at seven points, with g = "
     "0.01 for leaky_relu, g = 0.25 for prelu, g = 1 for elu and b = 1 for swish."},
    {"activations.heading.values", "Values f(x)"},
    {"activations.heading.derivatives", "Derivatives f'(x)"},
    {"activations.heading.what_each_is_like", "Properties of each"},
    {"activations.column.function", "function"},
    {"activations.column.derivative", "derivative"},
    {"activations.column.lowest_f", "lowest f'"},
    {"activations.column.highest_f", "highest f'"},
    {"activations.column.left_of_0", "left of 0"},
    {"activations.column.at_0", "at 0"},
    {"activations.column.right_of_0", "right of 0"},
    {"activations.kink",
     "A function has a kink where left and right differ; at the kink the branch x <= 0 applies, as the "
     "lecture's table says by I(x > 0): relu'(0) = 0 and elu'(0) = g. The table of the lecture leaves "
     "out the derivatives of leaky_relu, prelu and swish; they are above. prelu's g_i is learned, one "
     "per unit; swish's b is learned on request."},
    {"activations.bipolar_is_tanh",
     "The bipolar sigmoid is tanh at half the argument: at x = 1 it gives {0}, and tanh(1/2) is {1}. The "
     "logistic's slope is {2} at 0 and less everywhere else: its range is (0, 1/4], and tanh's (0, 1]."},
    {"activations.elu_slip",
     "A slip of the lecture: elu as max(0, x) + min(0, g (e^x - 1)) is right only for g >= 0. For g = "
     "-1 at x = -1 the two branches give {0}, that formula {1}."},
    {"activations.overflow",
     "Far from 0 a careless exp(x)/(1 + exp(x)) divides infinity by infinity. Here logistic(-800) = {0}, "
     "logistic(800) = {1}, softplus(800) = {2}, tanh(-400) = {3}."},
    {"activations.picture", "Squashing functions, the relu family, and derivatives."},
    {"activations.try.logistic_and_its_slope", "the logistic and its slope, gate by gate"},
    {"activations.try.table_to_learn_from", "a table to learn from"},
    {"activations.try.network_that_learns", "a network that learns its own b"},
    {"activations.try.small_slopes", "the effect of small slopes in deep networks"},
    // --- graph ---
    {"graph.column.node", "node"},
    {"graph.column.gate", "gate"},
    {"graph.column.df_d_node", "df/d(node)"},
    // --- graph-xyz ---
    {"graph-xyz.title", "A computational graph: (x + y) z"},
    {"graph-xyz.intro",
     "An expression is a graph of gates. Take f = (x + y) z at x = -2, y = 5, z = -4. Values run from the "
     "inputs to the result; gradients run back."},
    {"graph-xyz.heading.forwards", "Forwards"},
    {"graph-xyz.heading.backwards", "Backwards"},
    {"graph-xyz.local_times_upstream",
     "Each gate multiplies the gradient from above (upstream) by its own derivative (local): df/dx = "
     "df/dq * dq/dx."},
    {"graph-xyz.gates",
     "An addition gate passes the gradient on unchanged to both sides; a multiplication gate swaps its "
     "inputs. The whole table (n1 is q):"},
    {"graph-xyz.picture", "The graph; each line has its value above and its gradient below."},
    {"graph-xyz.try.same_table", "the same table"},
    {"graph-xyz.try.used_three_times", "x is used three times: its gradients add up to 7"},
    {"graph-xyz.try.whole_neuron_as_gates", "a whole neuron as gates"},
    // --- graph-sigmoid ---
    {"graph-sigmoid.title", "A logistic neuron, gate by gate"},
    {"graph-sigmoid.intro",
     "A logistic neuron with two inputs, f = 1/(1 + exp(-(w0 x0 + w1 x1 + w2))), is a chain of "
     "primitive gates. The slides print only 1.37, 1.00 and -0.53; these imply w0 x0 + w1 x1 + w2 = 1, "
     "as with w = (2, -3, -3) and x = (-1, -2)."},
    {"graph-sigmoid.heading.gates_and_their_derivatives", "The gates and their derivatives"},
    {"graph-sigmoid.heading.forwards_and_backwards", "Forwards and backwards"},
    {"graph-sigmoid.reciprocal",
     "The gate 1/x sees {0} and passes back -1/{0}^2 * 1.00 = {1}, the number that the slide prints."},
    {"graph-sigmoid.four_as_one",
     "The four gates from the sum to f together are one logistic gate, whose derivative needs only its "
     "value: f (1 - f) = {0} * {1} = {2}. That is the gradient at n4, in one step instead of four."},
    {"graph-sigmoid.slip",
     "A slip of the slides: 7 of the 17 write w2 x2 where the other 10 have w2 alone. There is no gate for "
     "x2, and only without it is the sum 1."},
    {"graph-sigmoid.picture", "The neuron; each line has its value above and its gradient below."},
    {"graph-sigmoid.try.same_with_four_decimals", "the same with four decimals"},
    {"graph-sigmoid.try.four_gates_as_one", "the four gates as one"},
    // --- bp-3-3-2 ---
    {"bp-3-3-2.title", "Back-propagation, unit by unit"},
    {"bp-3-3-2.intro",
     "Three inputs, three hidden units, two outputs, logistic everywhere: 9 + 3 + 6 + 2 = {0} "
     "parameters. The document derives every formula but gives no numbers; these are chosen so that a "
     "computer represents them exactly. Its symbols: ω_ij leads from i to j and carries the number of "
     "the sending layer; a hat marks a new value."},
    {"bp-3-3-2.heading.forward", "(1) Forward"},
    {"bp-3-3-2.heading.total_error", "(2) The total error"},
    {"bp-3-3-2.heading.error_terms", "(3) Error terms, backwards"},
    {"bp-3-3-2.error_terms",
     "One δ for each receiving unit serves all weights that lead to it. A hidden unit collects the δ "
     "of every output it feeds: the sum over k."},
    {"bp-3-3-2.heading.one_weight", "(4) One weight in full: ω_23 of L1"},
    {"bp-3-3-2.heading.update", "The update"},
    {"bp-3-3-2.error_falls",
     "The error falls from {0} to {1}. Every gradient uses the old weights: with the new ω of L2 in "
     "the hidden terms, δ_·1 of L1 would be {2} instead of {3}."},
    {"bp-3-3-2.heading.many_samples", "Many samples: batch, one by one, and when to stop"},
    {"bp-3-3-2.four_samples",
     "Document 001 has the same network with its own numbers. E_total is the mean over four samples. "
     "Batch descent changes the weights once per iteration, by the mean of the gradients; stochastic "
     "descent changes them after each sample, four times per iteration."},
    {"bp-3-3-2.column.batch", "batch"},
    {"bp-3-3-2.column.one_by_one", "one by one"},
    {"bp-3-3-2.stopping",
     "Two rules end training: a limit on the iterations (20 here), or a change of the error below a "
     "tolerance. With 0.0001 batch descent would stop at iteration {0}."},
    {"bp-3-3-2.slips",
     "Slips of the document: (4) sums over two hidden units where there are three, and (28)-(33), (37), "
     "(38) write ω_3k for every j. Only the third hidden δ would come out right."},
    {"bp-3-3-2.picture", "The total error over the iterations."},
    {"bp-3-3-2.label.two_ways_down", "Two ways down"},
    {"bp-3-3-2.try.same_weight", "the same weight with everything that leads to it"},
    {"bp-3-3-2.try.same_step", "the same step as the slides write it"},
    {"bp-3-3-2.try.batch_of_four_worked", "the batch of four, worked by hand"},
    {"bp-3-3-2.try.what_the_document_misprints", "what the document misprints"},
    // --- bp-matrix ---
    {"bp-matrix.title", "Back-propagation in matrices"},
    {"bp-matrix.intro",
     "A 2-3-2-2 network, all indices from 0, three samples. The forward pass keeps what the "
     "derivatives need; the backward pass gives ∂C/∂z of every layer. All gradients follow from the "
     "two."},
    {"bp-matrix.heading.forward", "Forward: z = w a + b, a = σ(z)"},
    {"bp-matrix.heading.bp_1", "Backward, BP-1: the output layer"},
    {"bp-matrix.heading.bp_2", "BP-2: one layer down, by the transposed matrix"},
    {"bp-matrix.no_copy",
     "No transposed copy is made: the sum runs over the rows of w^{l+1} where the forward pass runs over "
     "its columns."},
    {"bp-matrix.heading.bp_3_and_4", "BP-3 and BP-4: gradients of a layer"},
    {"bp-matrix.outer_product",
     "Both forms give the same matrix. The document writes ⊙ between a 3x2 and a 3x1 matrix, which is "
     "not defined: it means to multiply each row, which is the outer product. Its ∂z/∂b, a vector of "
     "ones, should be the identity matrix."},
    {"bp-matrix.heading.sum_or_mean", "Three samples: sum or mean"},
    {"bp-matrix.label.mean", "mean"},
    {"bp-matrix.column.derivative", "∂C/∂w_00 of layer 1"},
    {"bp-matrix.sum_or_mean",
     "The document's L is the sum of half squared errors, although it calls it a mean: with three "
     "samples the gradient of the mean is a third of it. One step with rate 0.5 along the sum takes L "
     "from {0} to {1}."},
    {"bp-matrix.heading.notations", "One weight in every notation"},
    {"bp-matrix.column.document", "document"},
    {"bp-matrix.column.weight", "the weight to unit 2 from unit 3"},
    {"bp-matrix.column.bias", "bias"},
    {"bp-matrix.column.error_term", "error term"},
    {"bp-matrix.try.every_number", "every number of this step"},
    {"bp-matrix.try.as_page", "as a page, in another document's symbols"},
    {"bp-matrix.try.mean", "the mean instead of the sum, for one weight"},
    // --- bp-2-3-2-1 ---
    {"bp-2-3-2-1.title", "The worked example, digit by digit"},
    {"bp-2-3-2-1.intro",
     "Two features, hidden layers of three and two units, one output; the units are numbered 1 to 6 "
     "and w_(2,5) leads from unit 2 to unit 5. x = (1, 2), y = 1, η = 0.1. The document works through "
     "this example with all its digits."},
    {"bp-2-3-2-1.heading.forward", "Forward"},
    {"bp-2-3-2-1.column.unit", "unit"},
    {"bp-2-3-2-1.backwards",
     "The last column is calculated backwards: δ_6 = -(y - ŷ) f'(z_6), then f'(z) times the δ that the "
     "transposed weights carry down. y - ŷ = {0}, L = {1}."},
    {"bp-2-3-2-1.heading.update", "The update: W - η(δ nᵀ + W)"},
    {"bp-2-3-2-1.lost_lambda",
     "The + W has lost its coefficient λ. As printed, it is 1: every weight shrinks by a tenth, and "
     "the loss rises to {0}. With λ = 0 it falls to {1}."},
    {"bp-2-3-2-1.heading.printed_and_calculated", "Printed and calculated"},
    {"bp-2-3-2-1.column.quantity", "quantity"},
    {"bp-2-3-2-1.column.with_3_forwards", "with w_(2,5) = 3 forwards"},
    {"bp-2-3-2-1.one_slip",
     "Of {0} printed numbers {1} differ; the first eight are above. One slip explains {2} of them: the "
     "author used w_(2,5) = 3 in the forward pass, while the matrix and the backward pass have 2. The "
     "others have a zero too many or too few. The method is right; these digits are not."},
    {"bp-2-3-2-1.try.whole_step_all_digits", "the whole step, all digits"},
    {"bp-2-3-2-1.try.one_weight", "one weight, with its factors"},
    {"bp-2-3-2-1.try.each_printed_number_beside", "each printed number next to the calculated one"},
    // --- xor-by-bp ---
    {"xor-by-bp.title", "XOR by back-propagation"},
    {"xor-by-bp.intro",
     "XOR, which no single layer can do, learned by back-propagation: two inputs, two hidden units, one "
     "output, logistic, E = 1/2 Σ (d - o)² over the four patterns. The lecture prints the outputs at "
     "iterations 1, 8000 and 11050."},
    {"xor-by-bp.heading.outputs", "Outputs and error at the lecture's iterations"},
    {"xor-by-bp.plateau",
     "The error starts at {0}, stays on a plateau near 0.5 for thousands of iterations, is {1} at 8000 and "
     "{2} at 11050; it falls below 0.01 near iteration {3}."},
    {"xor-by-bp.picture", "The error over the iterations."},
    {"xor-by-bp.label.xor_by_back_propagation", "XOR by back-propagation"},
    {"xor-by-bp.heading.left_open", "What the lecture leaves open"},
    {"xor-by-bp.left_open",
     "It gives neither the initial weights, nor the learning rate, nor the number of hidden units, nor "
     "whether an iteration is one pattern or all four; and its table for 8000 has (0,0) where (0,1) "
     "belongs. Only half the sum over the four patterns gives all three printed errors: 0.5, 0.166, "
     "0.008. The run above starts from recorded weights with η = {0} and one pattern per iteration; "
     "its outputs at 11050 round to the printed ones. That shows that the table can arise, not that "
     "the author obtained it this way."},
    {"xor-by-bp.each_step",
     "Each step: δ^o = (d - o) o (1 - o), δ^y = (Σ δ^o w) y (1 - y), and every weight gets η δ times "
     "its input. In this document δ is -∂E/∂net, so the correction is added."},
    {"xor-by-bp.try.why_one_layer_cannot", "why one layer cannot"},
    {"xor-by-bp.try.four_rows", "the four rows as a table"},
    {"xor-by-bp.try.and_learned_from_it", "and learned from it"},
    {"xor-by-bp.try.one_step", "one step in this document's symbols"},
    // --- two-moons ---
    {"two-moons.title", "Two moons: tanh, softmax and batches"},
    {"two-moons.intro",
     "A network with one tanh layer and a softmax output learns to tell two moons apart. Rows are samples, "
     "as in the document: x is [N][2]."},
    {"two-moons.heading.three_slips", "Three slips in the document's gradients"},
    {"two-moons.column.step", "step with eta = 0.1"},
    {"two-moons.label.before", "before"},
    {"two-moons.label.printed_sign", "d3 = (y - yhat) / N, the printed sign"},
    {"two-moons.label.printed_size", "d3 = yhat - y, the printed size"},
    {"two-moons.printed_sign",
     "With the printed sign, y - yhat, the loss rises. Without 1/N the norm of the gradient is {0} "
     "instead of {1}: N = {2} times too large for this loss. And the printed db = d is a matrix with "
     "one row per sample, whereas b has one row: the rows must be summed."},
    {"two-moons.heading.training_in_batches", "Training in batches"},
    {"two-moons.batch", "Gradient descent over all 200 points at once, rate 1, 600 updates:"},
    {"two-moons.column.loss_before_it", "loss before the update"},
    {"two-moons.accuracy",
     "It is right on {0} of the training points and on {1} of 200 others. The same network without the "
     "hidden layer, which draws one straight line, is right on {2} and {3}."},
    {"two-moons.picture", "The predicted class, with and without the hidden layer, and the loss."},
    {"two-moons.try.moons_as_a_table", "the moons as a table"},
    {"two-moons.try.same_training", "the same training, with a report of plots"},
    {"two-moons.try.are_three_units_enough", "are three units enough?"},
    // --- universal-approximation ---
    {"universal-approximation.title", "One hidden layer is enough, if it is wide"},
    {"universal-approximation.intro",
     "One hidden layer of squashing units and a linear output approximate any continuous function as "
     "closely as desired on a closed, bounded set, if the layer is wide enough (Cybenko 1989; Hornik "
     "and others 1989)."},
    {"universal-approximation.order_of_words",
     "The order of the words matters, and the lecture reverses it: e comes first and m depends on it. "
     "And f must be continuous; \"any function\" would be too strong."},
    {"universal-approximation.heading.built_by_hand", "Built by hand"},
    {"universal-approximation.steps",
     "f(x) = x^2 + 0.5 on [0, 1]. One unit is the constant f(0); each other unit is a step of height "
     "f(i/n) - f((i-1)/n) midway between two grid points; the more units, the steeper the steps. The "
     "largest error on 401 points:"},
    {"universal-approximation.label.built_by_hand", "built by hand"},
    {"universal-approximation.column.units_m", "units m"},
    {"universal-approximation.column.slope_w", "slope w"},
    {"universal-approximation.column.error_for_square", "largest error for x^2 + 0.5"},
    {"universal-approximation.column.error_for_jump", "for the jump I(x >= 1/2)"},
    {"universal-approximation.jump",
     "The first error falls with m, as close to 0 as desired. The second, with one unit more so that a "
     "step is exactly at the jump, never falls below 1/2, and cannot: a continuous F has one value at "
     "1/2, and the jump has 0 on one side and 1 on the other."},
    {"universal-approximation.heading.found_by_training", "Found by training"},
    {"universal-approximation.training",
     "The theorem says that such weights exist, not that training finds them. Here tanh networks with a "
     "linear output learn f(x) = sin(6 x) + x^2 / 2 from 101 points of [-1, 1], 3,000 updates by adam with "
     "a rate that falls to 0:"},
    {"universal-approximation.label.found_by_training", "found by training"},
    {"universal-approximation.column.hidden_units_m", "hidden units m"},
    {"universal-approximation.column.rms", "typical error (rms)"},
    {"universal-approximation.column.largest_error", "largest error"},
    {"universal-approximation.worth_more",
     "Trained units achieve more than steps built by hand: 4 logistic units that learn x^2 + 0.5 from "
     "101 points of [0, 1] have a largest error of {0}, less than the 11 units built above."},
    {"universal-approximation.picture",
     "First: eleven units built by hand. Then: networks of 1, 2 and 4 trained units."},
    {"universal-approximation.try.curve_to_learn", "a curve to learn"},
    {"universal-approximation.try.three_units", "three units"},
    {"universal-approximation.try.ten_times_as_many", "ten times as many"},
    // --- architecture-sweep ---
    {"architecture-sweep.title", "How deep and how wide"},
    {"architecture-sweep.intro",
     "Depth is the number of layers, width the number of units in a layer; both are chosen, not "
     "learned. Three interleaved spirals, 210 training points and 210 others for evaluation, show "
     "their effect."},
    {"architecture-sweep.heading.depth_times_width", "Depth times width"},
    {"architecture-sweep.label.2_wide", "2 wide"},
    {"architecture-sweep.label.4_wide", "4 wide"},
    {"architecture-sweep.label.8_wide", "8 wide"},
    {"architecture-sweep.label.16_wide", "16 wide"},
    {"architecture-sweep.label.loss_on_others", "loss on the 210 others"},
    {"architecture-sweep.label.parameters", "parameters"},
    {"architecture-sweep.label.depth", "depth "},
    {"architecture-sweep.shares",
     "The share of the other points that is classified correctly after 60 epochs. Without a hidden "
     "layer the network is logistic regression and draws only straight lines. A layer of two units is "
     "a bottleneck in any position; beyond that, width and depth can replace each other."},
    {"architecture-sweep.heading.same_as_a_graph", "The network as a graph"},
    {"architecture-sweep.links",
     "2-4-4-3 has {0} units and {1} links. The links show that it is a fully connected feed-forward "
     "network: only from each layer to the next: {2}; none within a layer: {3}; every unit with every "
     "unit of the next layer: {4}; no cycles: {5}."},
    {"architecture-sweep.heading.three_choices", "Three choices that do not depend on each other"},
    {"architecture-sweep.three_aspects",
     "A network has three aspects: the activation rule, the topology, and the learning algorithm. Any "
     "choice of one goes with any choice of the others. Two moons, 100 points, 40 epochs, share of "
     "points classified correctly:"},
    {"architecture-sweep.column.activation", "activation"},
    {"architecture-sweep.column.topology", "topology"},
    {"architecture-sweep.picture",
     "Loss on points not used for training, against the number of parameters."},
    {"architecture-sweep.try.spirals_as_a_table", "the spirals as a table"},
    {"architecture-sweep.try.narrow", "narrow"},
    {"architecture-sweep.try.deep_with_another_algorithm", "deep, with another algorithm"},
    // --- first-weights ---
    {"first-weights.title", "Why initial weights must differ"},
    {"first-weights.intro",
     "Initial weights are small random numbers, never all equal. Here is why: a 3-3-2 network of "
     "logistic units whose weights and biases all start at 0.5 is shown one sample, x = (0.5, -0.25, "
     "0.75), t = (0.25, 0.75), 50 times with learning rate 0.5."},
    {"first-weights.heading.after_50_updates", "After 50 updates"},
    {"first-weights.label.to_hidden_unit", "to hidden unit "},
    {"first-weights.label.to_output", "to output "},
    {"first-weights.column.weights", "weights"},
    {"first-weights.column.from_1", "from 1"},
    {"first-weights.column.from_2", "from 2"},
    {"first-weights.column.from_3", "from 3"},
    {"first-weights.units_stay_alike",
     "The three hidden units still act as one unit, to the last bit: equal weights give equal outputs, "
     "equal deltas and equal gradients. The lecture says that w_ij has the same value for all i, the "
     "unit it leads to: that holds in a hidden layer, whose rows are equal. In the output layer the "
     "two rows differ, because the two targets do, and the columns stay equal."},
    {"first-weights.heading.all_zero_is_worse", "All zero is worse"},
    {"first-weights.zero_weights",
     "With zero weights no delta reaches the hidden layer: its rms is {0} in the hidden layer and {1} "
     "in the output layer."},
    {"first-weights.heading.what_it_costs", "What it costs"},
    {"first-weights.two_starts",
     "Exclusive or needs two different hidden units. A 2-4-1 network of tanh and logistic units after "
     "400 updates by adam, rate 0.05, from equal and from random initial weights:"},
    {"first-weights.column.first_weights", "initial weights"},
    {"first-weights.picture", "Loss of exclusive or from equal and from random initial weights."},
    {"first-weights.try.table_to_learn_from", "a table to learn from"},
    {"first-weights.try.training_notices", "training reports that all units compute the same"},
    {"first-weights.try.same_from_random_weights", "the same from random weights"},
    // --- vanishing-gradient ---
    {"vanishing-gradient.title", "The vanishing gradient in deep networks"},
    {"vanishing-gradient.intro",
     "Back-propagation multiplies the delta by w f'(z) at every layer: delta_l = w delta_(l+1) "
     "f'(z_l). Twelve units in a chain, all weights 1, biases 0, x = 0.5, target 0, E = half the "
     "squared error, show the effect of that product."},
    {"vanishing-gradient.heading.delta_layer_by_layer", "The delta, layer by layer"},
    {"vanishing-gradient.column.layer", "layer"},
    {"vanishing-gradient.label.first_last", "first / last"},
    {"vanishing-gradient.quarter_bound",
     "The slope of logistic is at most 1/4, so ten layers shrink a delta to at most {0} of itself, "
     "twenty to {1}. tanh' is in (0, 1] and 1 only at 0, so tanh fades more slowly. relu's slope is "
     "exactly 1 where z > 0 (and 0 elsewhere: it is not linear), softplus' slope is logistic(z) and "
     "below 1, which is why softplus does not reach a ratio of 1."},
    {"vanishing-gradient.weight_counts",
     "The factor is w f'(z), not f'(z) alone: with w = 5 at z = 0 a logistic layer multiplies by {0}, and "
     "the gradient grows."},
    {"vanishing-gradient.heading.deep", "A deep network that does not learn, and the same one that does"},
    {"vanishing-gradient.deep_training",
     "Twelve hidden layers of 16 units on 200 points of the two moons, 60 epochs by adam. Only the "
     "activation differs. The table gives the norm of the first layer's delta relative to the last "
     "layer's before the first update:"},
    {"vanishing-gradient.label.epoch", "epoch"},
    {"vanishing-gradient.column.hidden_units", "hidden units"},
    {"vanishing-gradient.column.delta_first_last", "delta, first / last"},
    {"vanishing-gradient.column.loss_after_training", "loss after training"},
    {"vanishing-gradient.column.right", "right"},
    {"vanishing-gradient.half_for_both",
     "The logistic network predicts 1/2 for both classes, a loss of log 2 = {0}: its lower layers "
     "received no gradient to learn from."},
    {"vanishing-gradient.picture",
     "First: the delta in chains of twelve units, first layer on the left; identity lies on relu. Then: "
     "the loss of the deep networks."},
    {"vanishing-gradient.try.table_to_learn_from", "a table to learn from"},
    {"vanishing-gradient.try.where_it_vanishes",
     "training reports that the gradient vanishes, and where"},
    {"vanishing-gradient.try.every_layer", "every layer's delta, slope and gradient"},
    {"vanishing-gradient.try.remedy", "the remedy"},
    // --- regularisation ---
    {"regularisation.title", "A penalty on large weights"},
    {"regularisation.intro",
     "A large network can learn a small table by heart, noise and all. The structural risk adds a "
     "penalty on large weights to the mean loss:"},
    {"regularisation.heading.one_step", "One step: weights are pulled towards 0, biases are not"},
    {"regularisation.column.parameter", "parameter"},
    {"regularisation.column.lambda_times_it", "lambda times it"},
    {"regularisation.column.after_the_step", "after the step"},
    {"regularisation.risk",
     "lambda = {0}, alpha = {1}. The mean loss is {2}, 1/2 lambda |W|^2 is {3}, so R = {4}."},
    {"regularisation.heading.how_large", "How large should lambda be?"},
    {"regularisation.sine",
     "A 1-24-1 tanh network learns 16 noisy points of sin x, 3,000 updates by adam, and is evaluated "
     "on 200 points of the true curve:"},
    {"regularisation.label.what_was_learned", "what was learned, by lambda"},
    {"regularisation.label.mean_loss_against_lambda", "mean loss against lambda"},
    {"regularisation.label.16_learned", "16 learned"},
    {"regularisation.label.200_others", "200 others"},
    {"regularisation.label.points", "points"},
    {"regularisation.column.mean_loss_learned", "mean loss, learned"},
    {"regularisation.column.mean_loss_others", "mean loss, others"},
    {"regularisation.best_between",
     "The loss on the training points grows with lambda, |W|^2 shrinks, and the loss on the others has "
     "its minimum in between: with too small a penalty the network learns the noise, with too large a "
     "penalty it learns nothing."},
    {"regularisation.picture", "Curves learned with three penalties, and the loss against lambda."},
    {"regularisation.try.few_noisy_rows", "few noisy rows"},
    {"regularisation.try.no_price", "no penalty: compare the loss on training and held-out rows"},
    {"regularisation.try.with_one", "with one"},
    // --- rbf ---
    {"rbf.title", "Radial basis functions"},
    {"rbf.intro",
     "A unit of a perceptron responds to the side of a line on which the input lies. A radial basis "
     "function responds to its distance: it is 1 at its centre c and decreases with the distance from "
     "it. The document announces such networks but never treats them; here is one."},
    {"rbf.linear_in_weights",
     "The output is linear in w and b. For given centres and widths, least squares yields the weights "
     "directly, without gradient descent."},
    {"rbf.heading.xor", "Exclusive or with two functions"},
    {"rbf.xor_solution",
     "Centres (1, 1) and (0, 0), s = 1/sqrt(2), so phi = exp(-|x - c|^2). Least squares gives w1 = w2 = "
     "{0} and b = {1}; by hand w = -1 / (1 - 1/e)^2 and b = (1 + 1/e^2) / (1 - 1/e)^2."},
    {"rbf.column.output", "output"},
    {"rbf.column.wanted", "target"},
    {"rbf.straight_line",
     "In (phi1, phi2) both rows with target 1 fall on one point, and a straight line separates it from "
     "the others, which no single layer can do on (x1, x2)."},
    {"rbf.heading.how_many_centres", "How many centres?"},
    {"rbf.noisy_wave",
     "{0} points of sin(2 pi x) with noise up to 0.5 either way. Orthogonal least squares adds one "
     "centre at a time, always the one that removes most of the error (s = 0.1). The error on the "
     "points can only fall; the error on the curve itself, which the network never sees, falls and "
     "rises again."},
    {"rbf.column.centres", "centres"},
    {"rbf.column.error_on_the_points", "error on the points"},
    {"rbf.column.error_on_the_curve", "error on the curve"},
    {"rbf.overfitting",
     "Here {0} centres are best. More follow the noise: that is overfitting, and a ridge (a penalty on "
     "w^2) or fewer centres prevent it."},
    {"rbf.label.points", "points"},
    {"rbf.picture",
     "First: exclusive or in (phi1, phi2), with the line where the output is 1/2. Then: too few centres, "
     "enough, too many."},
    {"rbf.label.exclusive_or", "exclusive or"},
    {"rbf.label.sin_2_pi_x", "sin(2 pi x) with noise"},
    {"rbf.heading.place", "Its place among the networks"},
    {"rbf.column.network", "network"},
    {"rbf.column.signals_run", "signals flow"},
    {"rbf.column.unit_answers_to", "a unit responds to"},
    {"rbf.column.it_learns_by", "it learns by"},
    {"rbf.cell.perceptron", "perceptron"},
    {"rbf.cell.forwards_one_layer", "forwards, one layer"},
    {"rbf.cell.side_of_a_line", "the side of a line"},
    {"rbf.cell.perceptron_rule", "the perceptron rule"},
    {"rbf.cell.bp_network", "BP network (multi-layer perceptron)"},
    {"rbf.cell.forwards_any_depth", "forwards, any depth"},
    {"rbf.cell.weighted_sum_smoothly", "a weighted sum, through a smooth function"},
    {"rbf.cell.gradients_propagated_back", "gradients, propagated back"},
    {"rbf.cell.radial_basis_functions", "radial basis functions"},
    {"rbf.cell.forwards_one_hidden", "forwards, one hidden layer"},
    {"rbf.cell.distance_from_a_centre", "the distance from a centre"},
    {"rbf.cell.least_squares_then_gradients", "least squares, then gradients"},
    {"rbf.cell.hopfield", "Hopfield"},
    {"rbf.cell.round_and_round_feedback", "round and round (feedback)"},
    {"rbf.cell.sign_of_a_weighted", "the sign of a weighted sum"},
    {"rbf.cell.hebbs_rule", "Hebb's rule"},
    {"rbf.cell.graph_network", "graph network"},
    {"rbf.cell.along_the_edges", "along the edges of a graph"},
    {"rbf.cell.mean_of_its_neighbours", "the mean of its neighbours"},
    {"rbf.try.two_half_circles", "two half circles to separate"},
    {"rbf.try.twenty_functions_around", "twenty functions around the middles of clusters"},
    {"rbf.try.fine_tune", "four, whose centres and widths are then tuned by descent"},
    // --- hopfield ---
    {"hopfield.title", "Feedback: a Hopfield network"},
    {"hopfield.intro",
     "In a feedback network every unit is connected with every other by a symmetric weight, and the "
     "state is updated until it no longer changes. Stored patterns are such states: from a damaged "
     "pattern the network recovers the whole. That is associative memory."},
    {"hopfield.energy",
     "When unit i flips, the energy changes by -2 |h_i|: it never rises, and there are finitely many "
     "states, so recall ends."},
    {"hopfield.heading.six_units_two_patterns", "Six units, two patterns"},
    {"hopfield.start",
     "Start: the first pattern with unit 6 flipped. The units are updated one after the other, 1 to 6."},
    {"hopfield.label.start", "start"},
    {"hopfield.column.unit_that_flips", "unit that flips"},
    {"hopfield.column.energy", "energy"},
    {"hopfield.recovered",
     "The energy falls from {0} to {1}, and the pattern is back. Both stored patterns stay unchanged "
     "when the network starts from them."},
    {"hopfield.heading.letters_from_damaged_letters", "Letters from damaged letters"},
    {"hopfield.letters", "Z, A and V on 5 x 5 units are stored; in each, five units are flipped."},
    {"hopfield.column.letter", "letter"},
    {"hopfield.column.energy_at_the_start", "energy at the start"},
    {"hopfield.column.at_the_end", "at the end"},
    {"hopfield.column.flips", "flips"},
    {"hopfield.column.recalled", "recalled"},
    {"hopfield.picture", "Top: as stored; middle: damaged; bottom: recalled."},
    {"hopfield.capacity",
     "Such a memory holds few patterns, about 0.14 per unit, and similar patterns blend."},
    {"hopfield.try.units_joined", "units connected by a graph, and a layer that learns"},
    {"hopfield.try.another_network", "another network that the documents only mention"},
    // --- graph-network ---
    {"graph-network.title", "A layer on a graph"},
    {"graph-network.intro",
     "The data of a graph network are nodes with features, and edges between them. In one layer every "
     "node takes the mean over its neighbours and itself (a message), and one dense layer, shared by "
     "all nodes, is applied to it."},
    {"graph-network.path",
     "The graph is the path 1 - 2 - 3, each node with two features, f the logistic function."},
    {"graph-network.heading.forwards", "Forwards"},
    {"graph-network.message",
     "Node 1 receives from node 2: its message is ({0}, {1}), the mean of (1, 0) and (0, 1). After k "
     "layers a node has information from all nodes at most k edges away."},
    {"graph-network.heading.backwards", "Backwards"},
    {"graph-network.backwards",
     "Let L be the sum of all H', so dL/dH' is 1 everywhere. Gradients run back along the edges of the "
     "messages: A_hat transposed."},
    {"graph-network.check",
     "A check: changing W_11 by 0.0001 either way changes L at the rate {0}; dW_11 is {1}."},
    {"graph-network.try.first_feature", "the first feature of node 1 as a graph of gates: 0.6792"},
    {"graph-network.try.edges_go_round", "a network whose edges form cycles"},
};
// clang-format on

}  // namespace chainrule
