// The commands at the end of the lessons, one entry per key; the catalogues give the reason to try each under
// the same key.
//
// Each runs unchanged, in any folder, after the commands before it in its lesson (tests/cli/lesson_test.cpp
// runs them all). No other place in the library writes the command line's options.
#pragma once

#include "chainrule/course/words.h"

namespace chainrule {

// clang-format off
inline constexpr CatalogueEntry kCommands[] = {
    // --- gates ---
    {"gates.try.and_rows", "chainrule data generate and_gate -o and.csv"},
    {"gates.try.find_line", "chainrule train and.csv --model perceptron --validation none"},
    {"gates.try.see_line", "chainrule inspect and.safetensors"},
    {"gates.try.how_learning_goes", "chainrule lesson perceptron-rule"},
    // --- perceptron-rule ---
    {"perceptron-rule.try.table_to_learn", "chainrule data generate or_gate -o or.csv"},
    {"perceptron-rule.try.rule_in_turn",
     "chainrule train or.csv --model perceptron --validation none --row-order given --learning-rate 0.25"},
    {"perceptron-rule.try.what_it_cannot", "chainrule lesson xor-limit"},
    // --- xor-limit ---
    {"xor-limit.try.four_rows", "chainrule data generate xor_gate -o xor.csv"},
    {"xor-limit.try.program_finds_the_proof", "chainrule train xor.csv --model perceptron --validation none"},
    {"xor-limit.try.three_of_four",
     "chainrule train xor.csv --model perceptron --variant pocket --validation none"},
    {"xor-limit.try.two_layers", "chainrule lesson xor-two-layer"},
    // --- xor-two-layer ---
    {"xor-two-layer.try.four_rows", "chainrule data generate xor_gate -o xor.csv"},
    {"xor-two-layer.try.network_that_finds",
     "chainrule train xor.csv --preset textbook --hidden 4 --activation tanh --validation none --epochs 400"},
    {"xor-two-layer.try.which_regions", "chainrule lesson decision-regions"},
    // --- decision-regions ---
    {"decision-regions.try.disc_in_a_ring", "chainrule data generate circles -o circles.csv"},
    {"decision-regions.try.one_line", "chainrule train circles.csv --model perceptron"},
    {"decision-regions.try.hidden_layer_closes",
     "chainrule train circles.csv --preset textbook --hidden 8 --activation tanh --epochs 100"},
    // --- activations ---
    {"activations.try.logistic_and_its_slope", "chainrule graph \"1/(1+exp(-x))\" x=0.5"},
    {"activations.try.table_to_learn_from", "chainrule data generate moons -o moons.csv"},
    {"activations.try.network_that_learns",
     "chainrule train moons.csv --preset textbook --activation swish --swish-beta learnable --epochs 30"},
    {"activations.try.small_slopes", "chainrule lesson vanishing-gradient"},
    // --- graph-xyz ---
    {"graph-xyz.try.same_table", "chainrule graph \"(x+y)*z\" x=-2 y=5 z=-4"},
    {"graph-xyz.try.used_three_times", "chainrule graph \"x*x+x\" x=3"},
    {"graph-xyz.try.whole_neuron_as_gates", "chainrule lesson graph-sigmoid"},
    // --- graph-sigmoid ---
    {"graph-sigmoid.try.same_with_four_decimals",
     "chainrule graph \"1/(1+exp(-(w0*x0+w1*x1+w2)))\" w0=2 x0=-1 w1=-3 x1=-2 w2=-3 --digits 4"},
    {"graph-sigmoid.try.four_gates_as_one",
     "chainrule graph \"sigmoid(w0*x0+w1*x1+w2)\" w0=2 x0=-1 w1=-3 x1=-2 w2=-3"},
    // --- bp-3-3-2 ---
    {"bp-3-3-2.try.same_weight", "chainrule explain --example 000 --parameter \"ω23 of L1\""},
    {"bp-3-3-2.try.same_step", "chainrule explain --example 000 --notation 001"},
    {"bp-3-3-2.try.batch_of_four_worked", "chainrule explain --example 001"},
    {"bp-3-3-2.try.what_the_document_misprints", "chainrule explain --errata 000"},
    // --- bp-matrix ---
    {"bp-matrix.try.every_number", "chainrule explain --example 002"},
    {"bp-matrix.try.as_page", "chainrule explain --example 002 --notation 004 --format html -o step.html"},
    {"bp-matrix.try.mean", "chainrule explain --example 002 --reduction mean --parameter \"W[0][0][0]\""},
    // --- bp-2-3-2-1 ---
    {"bp-2-3-2-1.try.whole_step_all_digits", "chainrule explain --example 004"},
    {"bp-2-3-2-1.try.one_weight", "chainrule explain --example 004 --parameter \"w(2,5)\""},
    {"bp-2-3-2-1.try.each_printed_number_beside", "chainrule explain --errata 004"},
    // --- xor-by-bp ---
    {"xor-by-bp.try.why_one_layer_cannot", "chainrule lesson xor-limit"},
    {"xor-by-bp.try.four_rows", "chainrule data generate xor_gate -o xor.csv"},
    {"xor-by-bp.try.and_learned_from_it",
     "chainrule train xor.csv --preset textbook --hidden 4 --activation tanh --epochs 500 --validation "
     "none -o xor.safetensors"},
    {"xor-by-bp.try.one_step", "chainrule explain --example 000 --notation 003"},
    // --- two-moons ---
    {"two-moons.try.moons_as_a_table", "chainrule data generate moons --noise 0.2 -o moons.csv"},
    {"two-moons.try.same_training",
     "chainrule train moons.csv --preset textbook --hidden 8 --activation tanh --optimizer "
     "gradient_descent --learning-rate 1 --batch-size all --report moons.html"},
    {"two-moons.try.are_three_units_enough",
     "chainrule train moons.csv --preset textbook --hidden 3 --activation tanh"},
    // --- universal-approximation ---
    {"universal-approximation.try.curve_to_learn",
     "chainrule data generate sine --rows 300 --noise 0 -o sine.csv"},
    {"universal-approximation.try.three_units",
     "chainrule train sine.csv --preset textbook --hidden 3 --activation tanh --learning-rate 0.02"},
    {"universal-approximation.try.ten_times_as_many",
     "chainrule train sine.csv --preset textbook --hidden 30 --activation tanh --learning-rate 0.02"},
    // --- architecture-sweep ---
    {"architecture-sweep.try.spirals_as_a_table", "chainrule data generate spirals -o spirals.csv"},
    {"architecture-sweep.try.narrow",
     "chainrule train spirals.csv --preset textbook --hidden 4 --activation tanh"},
    {"architecture-sweep.try.deep_with_another_algorithm",
     "chainrule train spirals.csv --preset textbook --hidden 16,16,16 --activation tanh --optimizer "
     "momentum --learning-rate 0.02"},
    // --- first-weights ---
    {"first-weights.try.table_to_learn_from", "chainrule data generate moons -o moons.csv"},
    {"first-weights.try.training_notices",
     "chainrule train moons.csv --preset textbook --initializer constant --epochs 20"},
    {"first-weights.try.same_from_random_weights", "chainrule train moons.csv --preset textbook --epochs 20"},
    // --- vanishing-gradient ---
    {"vanishing-gradient.try.table_to_learn_from", "chainrule data generate moons -o moons.csv"},
    {"vanishing-gradient.try.where_it_vanishes",
     "chainrule train moons.csv --preset textbook --hidden 16,16,16,16,16,16,16,16,16,16,16,16 "
     "--activation logistic -o deep.safetensors"},
    {"vanishing-gradient.try.every_layer", "chainrule inspect deep.safetensors --gradients moons.csv"},
    {"vanishing-gradient.try.remedy",
     "chainrule train moons.csv --preset textbook --hidden 16,16,16,16,16,16,16,16,16,16,16,16 "
     "--activation relu"},
    // --- regularisation ---
    {"regularisation.try.few_noisy_rows", "chainrule data generate sine --rows 40 --noise 0.3 -o small.csv"},
    {"regularisation.try.no_price",
     "chainrule train small.csv --preset textbook --hidden 64 --activation tanh --patience 0 "
     "--learning-rate 0.01 --epochs 500"},
    {"regularisation.try.with_one",
     "chainrule train small.csv --preset textbook --hidden 64 --activation tanh --patience 0 "
     "--learning-rate 0.01 --epochs 500 --l2 0.003"},
    // --- rbf ---
    {"rbf.try.two_half_circles", "chainrule data generate moons -o moons.csv"},
    {"rbf.try.twenty_functions_around",
     "chainrule train moons.csv --model rbf --centres 20 --output-training closed_form --fine-tune 0"},
    {"rbf.try.fine_tune", "chainrule train moons.csv --model rbf --centres 4 --fine-tune 200"},
    // --- hopfield ---
    {"hopfield.try.units_joined", "chainrule lesson graph-network"},
    {"hopfield.try.another_network", "chainrule lesson rbf"},
    // --- graph-network ---
    {"graph-network.try.first_feature", "chainrule graph \"sigmoid((1+0)/2*w11+(0+1)/2*w21)\" w11=0.5 w21=1"},
    {"graph-network.try.edges_go_round", "chainrule lesson hopfield"},
};
// clang-format on

}  // namespace chainrule
