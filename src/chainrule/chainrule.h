// The public headers, in reading order. Include this one, or only those you need.
#pragma once

// From tables to models and predictions.
#include "chainrule/session/mixture_member.h"  // one of several networks that vote, alone
#include "chainrule/session/session.h"         // train_on_table, predict_file, evaluate_file, ...

// Saving and reporting.
#include "chainrule/io/model_file.h"  // save_model, load_model
#include "chainrule/io/report.h"      // the HTML report

// Reports for the terminal.
#include "chainrule/io/curve_text.h"       // a loss curve
#include "chainrule/io/image_text.h"       // a greyscale image
#include "chainrule/io/importance_text.h"  // which columns matter
#include "chainrule/io/metrics_text.h"     // metrics and the confusion matrix
#include "chainrule/io/network_text.h"     // the layers of a network

// The training loop and its parts, for loops of your own.
#include "chainrule/train/full_batch.h"       // loss and gradient over all rows
#include "chainrule/train/gradient_check.h"   // backward against exact derivatives
#include "chainrule/train/gradient_health.h"  // vanishing and exploding gradients, dead and saturated units
#include "chainrule/train/lbfgs_training.h"   // training by L-BFGS on all rows
#include "chainrule/train/model.h"            // the trained model, as it is saved
#include "chainrule/train/perceptron_trainer.h"  // the perceptron rule on one layer of threshold units
#include "chainrule/train/predictor.h"           // predictions without allocations
#include "chainrule/train/rbf_fitting.h"         // radial basis functions, fitted in closed form
#include "chainrule/train/train_step.h"          // one training step: stations 2 to 7
#include "chainrule/train/trainer.h"             // epochs until a stopping rule ends them

// The eight stations of a training step, by number, and L-BFGS.
#include "chainrule/data/batch_iterator.h"        // 1 fetch a batch
#include "chainrule/model/backward.h"             // 4 backward
#include "chainrule/model/batch_loss.h"           // 3 loss
#include "chainrule/model/forward.h"              // 2 forward
#include "chainrule/optim/gradient_clipping.h"    // 5 condition: penalties and clipping
#include "chainrule/optim/irprop_plus.h"          // the minimum of a function from the signs of its gradient
#include "chainrule/optim/lbfgs.h"                // the minimum of any smooth function
#include "chainrule/optim/levenberg_marquardt.h"  // the minimum of a sum of squares
#include "chainrule/optim/optimizer.h"            // 7 update: adam and the other optimizers
#include "chainrule/optim/scaled_conjugate_gradients.h"  // the same without a line search
#include "chainrule/optim/schedule.h"                    // 6 schedule: the learning rate
#include "chainrule/train/history.h"                     // 8 report

// Calculations step by step.
#include "chainrule/explain/derivation.h"        // one training step written out, formula by formula
#include "chainrule/explain/expression_graph.h"  // an expression as a computational graph
#include "chainrule/explain/graph_drawing.h"     // a drawing of that graph
#include "chainrule/explain/network_graph.h"     // layers, connections, and what makes a network feed-forward
#include "chainrule/explain/network_json.h"      // a small network with its numbers, as a JSON file
#include "chainrule/explain/worked_step.h"       // every number of one training step
#include "chainrule/explain/worked_vote.h"       // the vote of several networks

// The lectures.
#include "chainrule/course/errata.h"                   // errors in the lecture documents
#include "chainrule/course/lesson.h"                   // short worked lessons
#include "chainrule/course/printed_numbers.h"          // printed numbers beside calculated ones
#include "chainrule/course/universal_approximation.h"  // a function approximated by a network built by hand

// Threshold units, as in textbooks.
#include "chainrule/model/hyperplane.h"         // the line, plane or hyperplane of a unit
#include "chainrule/model/mcculloch_pitts.h"    // the neuron of 1943 and its gates
#include "chainrule/model/perceptron.h"         // one layer and its learning rule, with a trace
#include "chainrule/model/separability.h"       // can a hyperplane separate two classes? with a proof
#include "chainrule/model/threshold_network.h"  // several layers: XOR, decision regions

// Networks that are not chains of layers.
#include "chainrule/model/graph_layer.h"  // message passing on a graph
#include "chainrule/model/hopfield.h"     // associative memory: recall by feedback

// Networks and data.
#include "chainrule/data/encode_inputs.h"   // the rows of a table as features
#include "chainrule/data/encode_targets.h"  // the rows of a table as targets
#include "chainrule/data/fit_encoder.h"     // scaling, categories and classes, from the training rows
#include "chainrule/data/generators.h"      // small generated data sets
#include "chainrule/data/open_table.h"      // reading CSV, IDX and NPY files
#include "chainrule/model/initializer.h"    // initial weights
#include "chainrule/model/network.h"        // layers in a chain: dense, dropout, rbf

// Basics.
#include "chainrule/base/error.h"      // the exceptions
#include "chainrule/tensor/compute.h"  // vector width, threads and matrix unit
#include "chainrule/tensor/matrix.h"   // matrices and views
#include "chainrule/tensor/peak.h"     // the peak speed of this machine
