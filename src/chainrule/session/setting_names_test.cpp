// The names of settings in C++ (base/setting.cpp) are members that exist: if a member is renamed, this does
// not compile until the table is updated.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "chainrule/base/setting.h"
#include "chainrule/session/benchmark.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/training.h"

namespace chainrule {
namespace {

// Settings without a member here: only the command line chooses where results go, and derivations and graphs
// have their own test.
constexpr Setting kElsewhere[] = {
    Setting::output,   Setting::report, Setting::member, Setting::example, Setting::parameter,
    Setting::notation, Setting::all,    Setting::dot,    Setting::preset,  Setting::find_learning_rate};

using Names = std::map<Setting, std::string>;

// The member, written so that it must exist, and as the text that the table holds.
#define MEMBER(setting, member) (static_cast<void>(&(request member)), names[Setting::setting] = #member)
#define MEMBER_OF(setting, member) (static_cast<void>(&member), names[Setting::setting] = #member)

void add_members_of_data_and_model(Names& names) {
  [[maybe_unused]] TrainRequest request{.validation = DataSource()};
  MEMBER(data, .data.path);
  MEMBER(target, .schema.targets);
  MEMBER(ignore, .schema.ignored);
  MEMBER(keep, .schema.kept);
  MEMBER(labels, .data.labels_path);
  MEMBER(missing_target, .data.missing_target);
  MEMBER(column, .data.read.column_kinds);
  MEMBER(delimiter, .data.read.delimiter);
  MEMBER(header, .data.read.header);
  MEMBER(decimal, .data.read.decimal);
  MEMBER(thousands, .data.read.thousands);
  MEMBER(strip, .data.read.strip);
  MEMBER(missing, .data.read.missing_words);
  MEMBER(not_missing, .data.read.not_missing);
  MEMBER(skip, .data.read.skip);
  MEMBER(skip_last, .data.read.skip_last);
  MEMBER(comment, .data.read.comment);
  MEMBER(quote, .data.read.quote);
  MEMBER(escape, .data.read.escape);
  MEMBER(lenient, .data.read.leniency);
  MEMBER(class_names, .encoder.class_names);
  MEMBER(scaling, .encoder.scaling);
  MEMBER(outliers, .encoder.outliers);
  MEMBER(max_words, .schema.max_words);
  MEMBER(weight_column, .weight_column);
  MEMBER(validation, .validation_share);
  MEMBER(validation_labels, .validation->labels_path);
  MEMBER(group, .group_column);
  MEMBER(time, .time_column);
  MEMBER(model, .model);
  MEMBER(task, .schema.task);
  MEMBER(class_order, .schema.class_order);
  MEMBER(soft_labels, .schema.soft_labels);
  MEMBER(members, .members);
  MEMBER(effort, .effort);
  MEMBER(hidden, .hidden);
  MEMBER(number_embedding, .number_embedding);
  MEMBER(word_embedding, .word_embedding);
  MEMBER(input_scaling, .input_scaling);
  MEMBER(parametrization, .parametrization);
  MEMBER(activation, .activations);
  MEMBER(activation_parameter, .activation_parameter);
  MEMBER(output_activation, .output_activation);
  MEMBER(swish_beta, .swish_beta);
  MEMBER(dropout, .dropout);
  MEMBER(initializer, .initializer);
  MEMBER(initializer_scale, .initializer_scale);
  MEMBER(variant, .variant);
  MEMBER(sign_of_zero, .sign_of_zero);
  MEMBER(centres, .rbf.fitting.centres);
  MEMBER(centre_choice, .rbf.fitting.centre_choice);
  MEMBER(widths, .rbf.fitting.widths);
  MEMBER(width_factor, .rbf.fitting.width_factor);
  MEMBER(width, .rbf.fitting.width);
  MEMBER(output_training, .rbf.output_training);
  MEMBER(ridge, .rbf.fitting.ridge);
  MEMBER(fine_tune, .rbf.fine_tune);
}

void add_members_of_training(Names& names) {
  [[maybe_unused]] TrainRequest request;
  MEMBER(loss, .loss);
  MEMBER(reduction, .reduction);
  MEMBER(huber_delta, .huber_delta);
  MEMBER(quantile, .quantile);
  MEMBER(quantiles, .quantiles);
  MEMBER(threshold, .threshold.given);
  MEMBER(optimise, .threshold.goal);
  MEMBER(costs, .threshold.cost_of_false_yes);
  MEMBER(label_smoothing, .label_smoothing);
  MEMBER(class_weight, .class_weights);
  MEMBER(l1, .penalty.l1);
  MEMBER(l2, .penalty.l2);
  MEMBER(weight_decay, .optimizer.weight_decay);
  MEMBER(optimizer, .optimizer.kind);
  MEMBER(learning_rate, .learning_rate);
  MEMBER(momentum, .optimizer.momentum);
  MEMBER(beta1, .optimizer.beta1);
  MEMBER(beta2, .optimizer.beta2);
  MEMBER(rho, .optimizer.rho);
  MEMBER(epsilon, .optimizer.epsilon);
  MEMBER(schedule, .schedule.kind);
  MEMBER(decay, .schedule.decay);
  MEMBER(period, .schedule.period);
  MEMBER(warm_up, .schedule.warm_up);
  MEMBER(floor, .schedule.floor);
  MEMBER(plateau_patience, .schedule.patience);
  MEMBER(batch_size, .batch_size);
  MEMBER(row_order, .row_order);
  MEMBER(clip_norm, .clip_norm);
  MEMBER(epochs, .stopping.epochs);
  MEMBER(patience, .stopping.patience);
  MEMBER(min_improvement, .stopping.min_improvement);
  MEMBER(small_change, .stopping.small_change);
  MEMBER(error_goal, .stopping.error_goal);
  MEMBER(time_budget, .stopping.time_budget_seconds);
  MEMBER(on_divergence, .on_divergence);
  MEMBER(checkpoint, .checkpoint.directory);
  MEMBER(every, .checkpoint.every_seconds);
  MEMBER(resume, .checkpoint.resume_from);
  MEMBER(seed, .seed);
  MEMBER(precision, .precision);
}

void add_members_of_other_types(Names& names) {
  MEMBER_OF(matrix_unit, Compute::matrix_unit);
  MEMBER_OF(threads, Compute::pool);
  MEMBER_OF(vector, Compute::path);
  MEMBER_OF(top, PredictRequest::top);
  MEMBER_OF(probabilities, PredictRequest::probabilities);
  MEMBER_OF(passthrough, PredictRequest::echo);
  MEMBER_OF(strict, PredictRequest::faulty_row);
  MEMBER_OF(interval, PredictRequest::interval);
  MEMBER_OF(layers, TrainBenchRequest::layers);
  MEMBER_OF(rows, PredictBenchRequest::rows);
}

#undef MEMBER_OF
#undef MEMBER

Names members() {
  Names names;
  add_members_of_data_and_model(names);
  add_members_of_training(names);
  add_members_of_other_types(names);
  return names;
}

TEST(SettingNames, InCppAreMembersThatExist) {
  const Names expected = members();
  ASSERT_EQ(expected.size() + std::size(kElsewhere), setting_table().size());
  for (const auto& [setting, name] : expected)
    EXPECT_EQ(name_of(setting, Face::cpp), name);
}

// The values that advice names in C++ are written as enumerators.
TEST(SettingNames, InCppHaveValuesThatCompile) {
  TrainRequest request;
  request.activations = {Activation::leaky_relu};
  request.initializer = Initializer::he_normal;
  request.schema.task = Task::multi_label;
  request.schema.kept = {"c"};
  request.model = ModelType::mlp;
  request.data.missing_target = MissingTarget::skip;
  request.data.read.decimal = DecimalMark::comma;
  request.data.read.header = HeaderChoice::absent;
  request.data.read.leniency = Leniency::lenient;
  request.data.read.missing_words.push_back("tall");
  request.data.read.column_kinds = {{"mass", ColumnKind::category}};
  request.rbf.fitting.widths = WidthChoice::common;
  request.batch_size = 0;
  request.validation_share = 0;
  EXPECT_EQ(request.hidden.size(), 2u);
}

}  // namespace
}  // namespace chainrule
