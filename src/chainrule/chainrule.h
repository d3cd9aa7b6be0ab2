// The public headers, in reading order. Include this one, or only those you need.
#pragma once

// What a user wants done: tables in, models and predictions out.
#include "chainrule/session/session.h"  // train_on_table, predict_file, evaluate_file, describe_table, signature

// Saving and showing.
#include "chainrule/io/model_file.h"  // save_model, load_model
#include "chainrule/io/report.h"      // the HTML report

// The same for a terminal.
#include "chainrule/io/curve_text.h"    // a loss curve
#include "chainrule/io/image_text.h"    // a grey image
#include "chainrule/io/metrics_text.h"  // scores and the confusion matrix
#include "chainrule/io/network_text.h"  // the layers

// The training loop and its parts, for loops of your own.
#include "chainrule/train/full_batch.h"          // loss and gradient of all rows
#include "chainrule/train/gradient_check.h"      // backward against finite differences
#include "chainrule/train/gradient_health.h"     // vanishing, exploding, dead and saturated
#include "chainrule/train/lbfgs_training.h"      // training by L-BFGS on all rows
#include "chainrule/train/model.h"               // what is saved
#include "chainrule/train/perceptron_trainer.h"  // one layer of threshold units, by the perceptron rule
#include "chainrule/train/predictor.h"           // answers without overhead
#include "chainrule/train/rbf_fitting.h"         // radial basis functions in closed form
#include "chainrule/train/train_step.h"          // one step: the eight stations
#include "chainrule/train/trainer.h"             // epochs until a stopping rule holds

#include "chainrule/data/batch_iterator.h"      // 1 fetch
#include "chainrule/model/backward.h"           // 4 backward
#include "chainrule/model/batch_loss.h"         // 3 loss
#include "chainrule/model/forward.h"            // 2 forward
#include "chainrule/optim/gradient_clipping.h"  // 5 condition
#include "chainrule/optim/lbfgs.h"              // the minimum of any smooth function
#include "chainrule/optim/optimizer.h"          // 7 update
#include "chainrule/optim/schedule.h"           // 6 schedule
#include "chainrule/train/history.h"            // 8 report

// Calculations opened to the eye.
#include "chainrule/explain/derivation.h"        // one step written out, formula by formula
#include "chainrule/explain/expression_graph.h"  // an expression taken apart into gates
#include "chainrule/explain/graph_drawing.h"     // and drawn
#include "chainrule/explain/network_graph.h"     // layers, links, and what makes them feed-forward
#include "chainrule/explain/network_json.h"      // a small network with its numbers as a file
#include "chainrule/explain/worked_step.h"       // every number of one step

// The lectures.
#include "chainrule/course/errata.h"                   // their slips
#include "chainrule/course/lesson.h"                   // short worked lessons
#include "chainrule/course/printed_numbers.h"          // their numbers beside calculated ones
#include "chainrule/course/universal_approximation.h"  // a function as a network built by hand

// Units with a threshold, as textbooks write them.
#include "chainrule/model/hyperplane.h"         // the line, plane or hyperplane a unit draws
#include "chainrule/model/mcculloch_pitts.h"    // the neuron of 1943 and its gates
#include "chainrule/model/perceptron.h"         // one layer and its learning rule, with a trace
#include "chainrule/model/separability.h"       // can a hyperplane separate two classes: answer and proof
#include "chainrule/model/threshold_network.h"  // several layers: XOR, decision regions

// Two networks that are no chains of layers.
#include "chainrule/model/graph_layer.h"  // message passing on a graph
#include "chainrule/model/hopfield.h"     // recall by feedback

// Networks and data.
#include "chainrule/data/encode_inputs.h"
#include "chainrule/data/encode_targets.h"
#include "chainrule/data/fit_encoder.h"
#include "chainrule/data/generators.h"
#include "chainrule/data/open_table.h"
#include "chainrule/model/initializer.h"
#include "chainrule/model/network.h"

// Underneath.
#include "chainrule/base/error.h"
#include "chainrule/tensor/compute.h"
#include "chainrule/tensor/matrix.h"
#include "chainrule/tensor/peak.h"  // what the machine can do at best
