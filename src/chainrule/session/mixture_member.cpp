// The network of a mixture, from below:
//
//   columns   x -> [x, columns of x]    if a member reads them: model/piecewise_columns.h, or the waves of
//                                       model/front_layers.h
//   members   side by side (model/joined_network.h)
//
// A member that reads the columns keeps that layer below its own; another one reads x itself, which the
// columns begin with.
#include "chainrule/session/mixture_member.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/class_values.h"
#include "chainrule/model/joined_member.h"
#include "chainrule/session/model_table.h"
#include "chainrule/session/prediction.h"
#include "chainrule/train/predictor.h"

namespace chainrule {
namespace {

[[noreturn]] void refuse_report(std::string what) {
  throw StateError(
      {.what = "the members that the model lists are not those of its network: " + std::move(what),
       .advice = "use a model as training wrote it"});
}

void require_member(const Model& model, std::size_t number) {
  const MixtureReport& mixture = model.provenance.mixture;
  if (mixture.members.empty()) {
    throw UsageError({.what = "the model is one network: it has no members",
                      .setting = Setting::member,
                      .got = format_count(number),
                      .advice = "leave " + named(Setting::member) +
                                " out, or train the mixture again if an earlier version wrote it"});
  }
  const std::size_t members = mixture.members.size();
  if (number == 0 || number > members) {
    const std::string left_out = left_out_in_words(mixture);
    throw UsageError({.what = "the mixture has no such member",
                      .setting = Setting::member,
                      .expected = "a number from 1 to " + format_count(members) +
                                  (left_out.empty() ? ""
                                                    : "; " + left_out + " got no share of the vote, and " +
                                                          "are not in the model"),
                      .got = format_count(number)});
  }
  if (mixture.members[number - 1].hidden.empty() && !has_separate_members(model)) {
    throw UsageError({.what = "the members have no hidden layer: their weights were added up to one network, "
                              "and none can be taken out",
                      .setting = Setting::member,
                      .got = format_count(number),
                      .advice = "leave " + named(Setting::member) + " out: the network is their mean"});
  }
}

// The layers that were joined, without the one below that makes piecewise-linear columns.
struct JoinedLayers {
  Network network;
  const Dense* columns = nullptr;
};

JoinedLayers joined_layers(const Model& model) {
  std::size_t depth = 0;
  for (const MemberReport& member : model.provenance.mixture.members)
    depth = std::max(depth, member.hidden.size() + 1);
  const std::vector<Layer>& layers = model.network.layers;
  if (layers.size() != depth && layers.size() != depth + 1)
    refuse_report("they have another number of layers");
  JoinedLayers joined{
      .network = {.layers = {layers.end() - static_cast<std::ptrdiff_t>(depth), layers.end()}}};
  if (layers.size() == depth) return joined;
  joined.columns = std::get_if<Dense>(&layers.front());
  if (joined.columns == nullptr) refuse_report("the first layer makes no columns");
  return joined;
}

// A member that reads the inputs themselves finds them among the columns: as they are.
template <typename T>
void require_inputs_as_they_are(const Dense& columns, std::span<const T> parameters) {
  const DenseParameters<const T> layer = dense_parameters<const T>(columns, parameters);
  for (std::size_t j = 0; j < columns.inputs; ++j) {
    const Activation f = columns.unit_activations.empty() ? columns.activation : columns.unit_activations[j];
    bool is_same = f == Activation::identity && (layer.b.empty() || layer.b[j] == 0);
    for (std::size_t i = 0; i < columns.inputs; ++i)
      is_same = is_same && layer.w(i, j) == (i == j ? T{1} : T{0});
    if (!is_same) refuse_report("an input is changed before a member reads it");
  }
}

template <typename T>
void take_into(Model& member, const Model& mixture, std::span<const T> parameters, std::size_t which) {
  const MixtureReport& report = mixture.provenance.mixture;
  const JoinedLayers joined = joined_layers(mixture);
  const std::size_t inputs = joined.network.inputs();
  std::vector<std::size_t> first(inputs);
  std::iota(first.begin(), first.end(), std::size_t{0});
  std::vector<JoinedPart> parts;
  for (const MemberReport& one : report.members) {
    if (one.inputs == 0 || one.inputs > inputs) refuse_report("one reads more inputs than there are");
    parts.push_back({.hidden = one.hidden,
                     .share = one.weight / report.temperature,
                     .inputs = std::span(first).first(one.inputs),
                     .bias = one.bias});
  }
  const std::size_t below = joined.columns == nullptr ? 0 : parameter_count({.layers = {*joined.columns}});
  JoinedNetwork<T> taken = take_member<T>(joined.network, parameters.subspan(below), parts, which);
  if (joined.columns != nullptr) {
    const std::span<const T> columns = parameters.first(below);
    if (taken.network.inputs() == inputs) {
      taken.network.layers.insert(taken.network.layers.begin(), *joined.columns);
      taken.parameters.insert(taken.parameters.begin(), columns.begin(), columns.end());
    } else {
      require_inputs_as_they_are<T>(*joined.columns, columns);
    }
  }
  if (taken.network.inputs() != mixture.network.inputs()) refuse_report("one has other inputs");
  member.network = std::move(taken.network);
  member.parameters = Parameters<T>(taken.parameters.begin(), taken.parameters.end());
}

// "species = Adelie", "price = 12.5"; the labels that are yes.
std::string prediction_text(const Model& model, const Predictions& predictions, std::size_t row) {
  const TargetEncoding& target = model.encoder.target;
  std::vector<std::string> parts;
  if (target.soft_labels) return target.class_names[predictions.classes[row]];
  for (std::size_t t = 0; t < target.columns.size(); ++t) {
    std::string value;
    switch (target.task) {
      case Task::binary:
      case Task::classes:
      case Task::ordinal:
        value = target.class_names[predictions.classes[row]];
        break;
      case Task::multi_label:
        value = label_values(target, t)[predictions.values(row, t) >= 0.5 ? 1 : 0];
        break;
      case Task::regression:
        value = format_significant(predictions.values(row, t), 6);
        break;
    }
    parts.push_back(target.columns[t] + " = " + value);
  }
  return join(parts, ", ");
}

}  // namespace

bool has_separate_members(const Model& mixture) {
  const std::vector<MemberReport>& members = mixture.provenance.mixture.members;
  return !members.empty() && std::ranges::count_if(members, [](const MemberReport& member) {
                               return member.hidden.empty();
                             }) <= 1;
}

Model member_of(const Model& mixture, std::size_t number) {
  require_member(mixture, number);
  Model member;
  member.encoder = mixture.encoder;
  member.encoder.target.threshold = TargetEncoding().threshold;  // the other was chosen for the vote
  member.schema = mixture.schema;
  member.loss = mixture.loss;
  member.provenance = mixture.provenance;
  const MemberReport& report = mixture.provenance.mixture.members[number - 1];
  member.provenance.epochs = report.epochs;
  member.provenance.best_epoch = report.best_epoch;
  member.provenance.stop_reason.clear();  // only that of the whole training is known
  member.provenance.held_out.clear();
  // How many rows its fold has is not recorded.
  member.provenance.training_rows = 0;
  member.provenance.validation_rows = 0;
  member.provenance.mixture = {};
  std::visit(
      [&]<typename T>(const Parameters<T>& parameters) {
        take_into<T>(member, mixture, std::span<const T>(parameters), number - 1);
      },
      mixture.parameters);
  return member;
}

WorkedVote work_vote(const Model& mixture, const WorkedNetwork& worked, const WorkedStep& step) {
  const MixtureReport& report = mixture.provenance.mixture;
  const std::size_t rows = worked.samples.size(), outputs = mixture.network.outputs();
  WorkedVote vote{.mixture = report, .activation = mixture.network.output_activation()};
  vote.samples.resize(rows);
  Matrix<double> x(rows, mixture.network.inputs()), a(rows, outputs);
  for (std::size_t n = 0; n < rows; ++n) {
    std::ranges::copy(worked.samples[n].x, x.row(n));
    std::ranges::copy(step.samples[n].a.back(), a.row(n));
    vote.samples[n].a = step.samples[n].a.back();
    vote.samples[n].sum.assign(outputs, 0.0);
  }
  for (std::size_t k = 0; k < report.members.size(); ++k) {
    const Model member = member_of(mixture, k + 1);
    const std::vector<double> parameters = parameters_in_double(member);
    Matrix<double> z(rows, outputs);
    predict_rows<double>({}, member.network, parameters, x.view(), z.view(), ReadAt::pre_activation);
    for (std::size_t n = 0; n < rows; ++n) {
      vote.samples[n].z.emplace_back(z.row(n), z.row(n) + outputs);
      for (std::size_t j = 0; j < outputs; ++j)
        vote.samples[n].sum[j] += report.members[k].weight * z(n, j);
    }
  }
  const Predictions predictions = predictions_of(mixture, std::move(a));
  for (std::size_t n = 0; n < rows; ++n) {
    for (const double sum : vote.samples[n].sum)
      vote.samples[n].z_of_vote.push_back(sum / report.temperature);
    vote.samples[n].prediction = prediction_text(mixture, predictions, n);
  }
  return vote;
}

}  // namespace chainrule
