// Network files: a small network with its numbers in JSON, read with errors that name the line, and a worked
// step written with the same keys.
//
//   sizes, activations, W, b       layer by layer; W[l][to][from] as the lectures print it. Without b, or
//                                  with b[l] empty, layer l has no biases
//   centres, widths                radial basis functions before them; sizes has one more entry
//   loss, reduction, eta, lambda, decay, samples
//
// A file written by a worked step can be read again: the keys that it adds (z, a, delta, dW, ...) are
// ignored. A key that resembles one of ours is reported as misspelt but does not stop the reader.
#include "chainrule/explain/network_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/io/json.h"

namespace chainrule {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void raise_data_error(ErrorReport report) {
  if (report.advice.empty()) report.advice = set_to(Setting::example, "004") + " shows a whole network file";
  throw DataError(std::move(report));
}

constexpr JsonSource kNetworkJson = {.name = "the network file",
                                     .not_proper = "check brackets, commas and quotes",
                                     .not_sensible = "",  // raise_data_error adds the advice
                                     .raise = raise_data_error,
                                     .has_lines = true};

// Larger networks are not worked by hand, and their sizes could not be multiplied safely.
constexpr std::uint64_t kMostUnits = 10000;

constexpr std::array kRead = {"sizes", "activations", "loss", "reduction", "lambda",  "decay",
                              "eta",   "W",           "b",    "samples",   "centres", "widths"};
// Keys of results that resemble keys that are read.
constexpr std::array kAnswers = {"d_centres", "d_widths", "centres_new", "widths_new"};

std::string numbers_of(std::size_t count) {
  return count_of(count, "number");
}

// A list with one number for each `of`.
NumberList read_numbers(const JsonValue& value, std::size_t expected, const std::string& of) {
  NumberList numbers = value.numbers();
  if (numbers.size() != expected)
    value.refuse("the length of a list does not match the sizes",
                 numbers_of(expected) + ", one for each " + of, numbers_of(numbers.size()));
  return numbers;
}

// The meaning of a size: "input (sizes[0])".
std::string unit_of(std::size_t layer, std::size_t layers) {
  if (layer == 0) return "input (sizes[0])";
  const std::string name = layer == layers ? "output" : "unit of hidden layer " + std::to_string(layer);
  return name + " (sizes[" + std::to_string(layer) + "])";
}

struct ReadActivation {
  Dense layer;
  NumberList learnable;  // one per unit, or empty
};

// A name; a name with its parameter, fixed or one per unit; or a list of names, one per unit.
ReadActivation read_activation(const JsonValue& value, std::size_t inputs, std::size_t outputs) {
  if (value.is_list()) {
    Dense layer = make_dense(inputs, outputs, Activation::identity);
    for (const JsonValue word : value.elements())
      layer.unit_activations.push_back(word.word<Activation>());
    if (layer.unit_activations.size() != outputs)
      value.refuse("the length of a list does not match the sizes",
                   count_of(outputs, "word") + ", one per unit",
                   count_of(layer.unit_activations.size(), "word"));
    return {layer, {}};
  }
  const bool has_members = value.has_member("name");
  // prelu has a slope per unit in training; without "learnable" its start value is meant, the same for all.
  ReadActivation result = {
      make_dense(inputs, outputs, (has_members ? value.member("name") : value).word<Activation>()), {}};
  if (result.layer.parameter_use == ParameterUse::learnable) result.layer.parameter_use = ParameterUse::fixed;
  if (!has_members) return result;
  for (const std::string_view key : value.member_names()) {
    if (key != "name" && key != "parameter" && key != "learnable")
      value.refuse("an activation has no such key",
                   "name, and parameter (one number) or learnable (one per unit)", quoted(key));
  }
  const bool takes_one = properties_of(result.layer.activation).parameter != ParameterUse::none;
  if (!takes_one && value.member_names().size() > 1)
    value.refuse("this activation has no parameter", "the name alone",
                 std::string(name_of(result.layer.activation)));
  if (value.has_member("parameter")) result.layer.activation_parameter = value.member("parameter").number();
  if (value.has_member("learnable")) {
    result.learnable = read_numbers(value.member("learnable"), outputs, "unit");
    result.layer.parameter_use = ParameterUse::learnable;
  }
  return result;
}

// "cross_entropy", "log_loss" and the like: the one that goes with the last activation.
Loss read_loss(const JsonValue& value, Activation output) {
  if (is_among(value.text(), kCrossEntropyWords)) {
    if (output == Activation::softmax) return Loss::softmax_cross_entropy;
    if (output == Activation::logistic) return Loss::binary_cross_entropy;
    value.refuse("a cross-entropy needs probabilities", "softmax or logistic as the last activation",
                 std::string(name_of(output)));
  }
  return value.word<Loss>();
}

// A list of rows, one per unit, with one number per input, appended in the engine's order: [from][to].
void read_matrix(const JsonValue& value, std::size_t inputs, const std::string& of_inputs,
                 std::size_t outputs, const std::string& of_outputs, NumberList& parameters) {
  const JsonValue::Elements rows = value.elements();
  if (rows.size() != outputs)
    value.refuse("the shape of a matrix does not match the sizes",
                 count_of(outputs, "row") + ", one for each " + of_outputs, std::to_string(rows.size()));
  const std::size_t first = parameters.size();
  parameters.resize(first + inputs * outputs);
  for (std::size_t to = 0; to < outputs; ++to) {
    const NumberList row = read_numbers(rows[to], inputs, of_inputs);
    for (std::size_t from = 0; from < inputs; ++from)
      parameters[first + from * outputs + to] = row[from];
  }
}

void append(NumberList& parameters, const NumberList& numbers) {
  parameters.insert(parameters.end(), numbers.begin(), numbers.end());
}

// Centres and widths, which precede W and b in the parameter array.
void read_rbf(const JsonValue& file, const std::vector<std::size_t>& sizes, WorkedNetwork& worked) {
  if (sizes.size() < 3)
    file.member("sizes").refuse("radial basis functions need a layer after them", "three sizes or more",
                                "two");
  const std::string unit = "radial basis function (sizes[1])";
  worked.network.layers.emplace_back(Rbf{.inputs = sizes[0], .units = sizes[1]});
  read_matrix(file.member("centres"), sizes[0], unit_of(0, 1), sizes[1], unit, worked.parameters);
  const JsonValue widths = file.member("widths");
  const NumberList numbers = read_numbers(widths, sizes[1], unit);
  for (const double width : numbers) {
    if (width <= 0) widths.refuse("a width is not positive", "numbers above 0", format_number(width));
  }
  append(worked.parameters, numbers);
}

// A file without "b", or where it is null, has no biases. Under another name they would be lost in silence.
bool has_biases(const JsonValue& file) {
  if (file.has_member("b")) return !file.member("b").is_null();
  for (const std::string_view other : {"bias", "biases", "B"}) {
    if (file.has_member(other))
      file.member(other).refuse("the biases stand under another key", "\"b\"", quoted(other));
  }
  return false;
}

// What stands for the biases of a layer that has none: [] or null.
bool is_absent(const JsonValue& biases) {
  return biases.is_null() || (biases.is_list() && biases.elements().size() == 0);
}

// The dense layer to sizes[l + 1] units. `first` layers before it are not dense and have no entry in the
// lists.
void read_layer(const JsonValue& file, std::size_t l, std::size_t first,
                const std::vector<std::size_t>& sizes, WorkedNetwork& worked) {
  const std::size_t inputs = sizes[l], outputs = sizes[l + 1], layers = sizes.size() - 1;
  const auto element = [&](std::string_view key) {
    const JsonValue list = file.member(key);
    const JsonValue::Elements elements = list.elements();
    if (elements.size() != layers - first)
      list.refuse("the length of a list does not match the sizes",
                  count_of(layers - first, "entry", "entries") + ", one per layer of weights",
                  std::to_string(elements.size()));
    return elements[l - first];
  };
  ReadActivation activation = read_activation(element("activations"), inputs, outputs);
  worked.network.layers.emplace_back(std::move(activation.layer));
  read_matrix(element("W"), inputs, unit_of(l, layers), outputs, unit_of(l + 1, layers), worked.parameters);
  const bool has_bias = has_biases(file) && !is_absent(element("b"));
  if (has_bias) append(worked.parameters, read_numbers(element("b"), outputs, unit_of(l + 1, layers)));
  std::get<Dense>(worked.network.layers.back()).bias = has_bias ? BiasUse::present : BiasUse::absent;
  append(worked.parameters, activation.learnable);
}

// The units of all layers, the inputs first.
std::vector<std::size_t> read_sizes(const JsonValue& value) {
  const std::vector<std::size_t> sizes = value.counts(kMostUnits);
  if (sizes.size() < 2) value.refuse("a network has inputs and at least one layer", "two sizes or more", "");
  for (const std::size_t size : sizes) {
    if (size == 0) value.refuse("a layer has no units", "sizes of at least 1", "0");
  }
  return sizes;
}

enum class Zero { allowed, refused };

// A number that must not be negative: eta, lambda, decay.
double read_rate(const JsonValue& value, Zero zero) {
  const double number = value.number();
  if (number < 0 || (number == 0 && zero == Zero::refused))
    value.refuse("a number is too small", zero == Zero::allowed ? "0 or more" : "more than 0",
                 format_number(number));
  return number;
}

double read_optional_rate(const JsonValue& file, std::string_view key) {
  return file.has_member(key) ? read_rate(file.member(key), Zero::allowed) : 0;
}

Json json_of(const std::vector<NumberTable>& tables) {
  return Json(tables);
}

// The activation of a layer as read_activation reads it.
Json activation_json(const WorkedNetwork& worked, std::size_t l) {
  const Dense& layer = worked.layer(l);
  if (!layer.unit_activations.empty()) {
    Json words = Json::array();
    for (const Activation activation : layer.unit_activations)
      words.push_back(name_of(activation));
    return words;
  }
  const bool has_parameter = properties_of(layer.activation).parameter != ParameterUse::none;
  if (!has_parameter) return name_of(layer.activation);
  Json parameters = Json::array();
  if (layer.parameter_use == ParameterUse::learnable) {
    for (std::size_t i = 0; i < layer.outputs; ++i)
      parameters.push_back(worked.activation_parameter(l, i));
    return {{"name", name_of(layer.activation)}, {"learnable", std::move(parameters)}};
  }
  return {{"name", name_of(layer.activation)}, {"parameter", layer.activation_parameter}};
}

}  // namespace

// Sizes are read first, as a person would, since everything else is checked against them.
NetworkFile read_network_json(std::string_view text, const std::string& where) {
  const JsonTree document = parse_json_strictly(text, where, kNetworkJson);
  const JsonValue file(document, where, kNetworkJson);
  NetworkFile result;
  WorkedNetwork& worked = result.worked;
  const std::vector<std::size_t> sizes = read_sizes(file.member("sizes"));
  const std::size_t first = file.has_member("centres") || file.has_member("widths") ? 1 : 0;
  if (first == 1) read_rbf(file, sizes, worked);
  for (std::size_t l = first; l + 1 < sizes.size(); ++l)
    read_layer(file, l, first, sizes, worked);
  worked.loss.kind = read_loss(file.member("loss"), worked.network.output_activation());
  for (const JsonValue sample : file.member("samples").elements()) {
    worked.samples.push_back(
        {read_numbers(sample.member("x"), sizes.front(), unit_of(0, sizes.size() - 1)),
         read_numbers(sample.member("t"), sizes.back(), unit_of(sizes.size() - 1, sizes.size() - 1))});
  }
  worked.loss.reduction = file.has_member("reduction") ? file.member("reduction").word<Reduction>()
                          : worked.samples.size() == 1 ? Reduction::single
                                                       : Reduction::mean;
  worked.eta = read_rate(file.member("eta"), Zero::refused);
  worked.lambda = read_optional_rate(file, "lambda");
  worked.decay = read_optional_rate(file, "decay");
  const JsonValue samples = file.member("samples");
  if (worked.samples.empty()) samples.refuse("there is no sample", "at least one x with its t", "none");
  if (worked.loss.reduction == Reduction::single && worked.samples.size() > 1)
    samples.refuse("the reduction \"single\" goes with one sample",
                   "one sample, or the reduction sum or mean", std::to_string(worked.samples.size()));
  for (std::size_t n = 0; n < worked.samples.size(); ++n) {
    try {
      validate_targets<double>(worked.loss, {worked.samples[n].t.data(), 1, worked.samples[n].t.size()});
    } catch (const DataError& error) {
      samples.elements()[n].member("t").refuse(error.report().what, error.report().expected,
                                               error.report().got);
    }
  }
  try {
    validate(worked.network);
    validate(worked.loss, worked.network.output_activation());
  } catch (const StateError& error) {
    ErrorReport report = error.report();
    report.where = report.where.empty() ? where : where + ": " + report.where;
    throw DataError(std::move(report));
  }
  const std::vector<std::string> known(kRead.begin(), kRead.end());
  for (const std::string_view key : file.member_names()) {
    const bool is_read = std::find(known.begin(), known.end(), key) != known.end() ||
                         std::find(kAnswers.begin(), kAnswers.end(), key) != kAnswers.end();
    const std::string meant = is_read ? "" : nearest_name(key, known);
    if (!meant.empty()) result.misspelt.emplace_back(key, meant);
  }
  return result;
}

namespace {

// Sizes, functions, parameters and training settings, with the keys of a network file.
void add_network(Json& json, const WorkedNetwork& worked) {
  Json sizes = Json::array({worked.network.inputs()}), activations = Json::array(), W = Json::array(),
       b = Json::array();
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    sizes.push_back(worked.units(l));
    activations.push_back(activation_json(worked, l));
    NumberTable rows(worked.units(l));
    NumberList biases;
    for (std::size_t to = 0; to < worked.units(l); ++to) {
      for (std::size_t from = 0; from < worked.layer(l).inputs; ++from)
        rows[to].push_back(worked.weight(l, to, from));
      if (worked.layer(l).bias == BiasUse::present) biases.push_back(worked.bias(l, to));
    }
    W.push_back(rows);
    b.push_back(biases);
  }
  if (worked.has_rbf()) {
    sizes.insert(sizes.begin() + 1, worked.entering());
    NumberTable centres(worked.entering());
    NumberList widths;
    for (std::size_t j = 0; j < worked.entering(); ++j) {
      for (std::size_t k = 0; k < worked.network.inputs(); ++k)
        centres[j].push_back(worked.centre(j, k));
      widths.push_back(worked.width(j));
    }
    json["centres"] = centres;
    json["widths"] = widths;
  }
  json["sizes"] = std::move(sizes);
  json["activations"] = std::move(activations);
  json["loss"] = name_of(worked.loss.kind);
  json["reduction"] = name_of(worked.loss.reduction);
  json["lambda"] = worked.lambda;
  json["decay"] = worked.decay;
  json["eta"] = worked.eta;
  json["W"] = std::move(W);
  json["b"] = std::move(b);
}

// Each sample with the results of its forward and backward pass.
void add_samples(Json& json, const WorkedNetwork& worked, const WorkedStep& step) {
  json["samples"] = Json::array();
  for (std::size_t n = 0; n < step.samples.size(); ++n) {
    const WorkedSampleStep& sample = step.samples[n];
    json["samples"].push_back({{"x", worked.samples[n].x},
                               {"t", worked.samples[n].t},
                               {"z", sample.z},
                               {"a", sample.a},
                               {"f_prime", sample.f_prime},
                               {"loss", sample.loss},
                               {"delta", sample.delta}});
    if (worked.has_rbf()) json["samples"].back()["phi"] = sample.entering;
  }
}

// The results over all samples: loss, gradients and new parameters; keys without numbers are left out.
void add_update(Json& json, const WorkedNetwork& worked, const WorkedStep& step) {
  json["data_loss"] = step.data_loss;
  json["total_loss"] = step.total_loss;
  json["dW"] = json_of(step.dW);
  json["db"] = step.db;
  json["W_new"] = json_of(step.W_new);
  json["b_new"] = step.b_new;
  if (std::any_of(step.d_parameter.begin(), step.d_parameter.end(),
                  [](const NumberList& d) { return !d.empty(); })) {
    json["d_parameter"] = step.d_parameter;
    json["parameter_new"] = step.parameter_new;
  }
  if (worked.has_rbf()) {
    json["d_centres"] = step.d_centre;
    json["d_widths"] = step.d_width;
    json["centres_new"] = step.centre_new;
    json["widths_new"] = step.width_new;
  }
  json["data_loss_after_update"] = step.data_loss_after;
  json["total_loss_after_update"] = step.total_loss_after;
  if (worked.decay != 0) {
    WorkedNetwork plain = worked;
    plain.decay = 0;
    const WorkedStep without = work_step(plain);
    json["without_decay"] = {{"W_new", json_of(without.W_new)},
                             {"b_new", without.b_new},
                             {"total_loss_after_update", without.total_loss_after}};
  }
}

// The members and their vote on each sample, by the letters of worked_vote.h.
Json json_of(const WorkedVote& vote) {
  Json members = Json::array(), samples = Json::array();
  for (const MemberReport& member : vote.mixture.members)
    members.push_back({{"kind", name_of(member.kind)}, {"hidden", member.hidden}, {"s", member.weight}});
  for (const SampleVote& sample : vote.samples) {
    samples.push_back({{"z_k", sample.z},
                       {"sum", sample.sum},
                       {"z", sample.z_of_vote},
                       {"a", sample.a},
                       {"prediction", sample.prediction}});
  }
  return {{"members", std::move(members)}, {"T", vote.mixture.temperature}, {"samples", std::move(samples)}};
}

}  // namespace

std::string worked_step_json(const WorkedNetwork& worked, const WorkedStep& step, const WorkedVote* vote) {
  Json json;
  if (vote != nullptr) json["vote"] = json_of(*vote);
  add_network(json, worked);
  add_samples(json, worked, step);
  add_update(json, worked, step);
  return json.dump(1) + "\n";
}

}  // namespace chainrule
