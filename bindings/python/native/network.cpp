// Networks and losses for Python: their descriptions, parameters and predictions, in float and in double.
#include "network.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>
#include <unistd.h>

#include <type_traits>

#include "arrays.h"
#include "chainrule/model/batch_loss.h"
#include "chainrule/model/initializer.h"
#include "chainrule/train/trainer.h"
#include "layer_dicts.h"
#include "parts.h"

namespace chainrule::python {

Threads::Threads(std::size_t count) {
  set_count(count);
}

Threads::~Threads() {
  end();
}

void Threads::set_count(std::size_t count) {
  end();
  count_ = count == 0 ? available_threads() : count;
}

// Waiting for the threads of another process would never end.
void Threads::end() {
  if (process_ != ::getpid()) static_cast<void>(pool_.release());
  pool_.reset();
}

Compute Threads::compute() {
  if (process_ != ::getpid()) end();
  if (pool_ == nullptr && count_ > 1) {
    pool_ = std::make_unique<ThreadPool>(count_);
    process_ = ::getpid();
  }
  Compute compute;
  compute.pool = pool_.get();
  return compute;
}

namespace {

template <typename T>
using BoundNetwork = NetworkWithParameters<T>;

std::vector<Activation> activations_of(const std::vector<std::string>& names) {
  std::vector<Activation> activations;
  for (const std::string& name : names)
    activations.push_back(parse_name<Activation>(name));
  return activations;
}

template <typename T>
BoundNetwork<T> with_initial_parameters(Network description, const std::string& initializer, double scale,
                                        std::uint64_t seed) {
  validate(description);
  AlignedVector<T> parameters(parameter_count(description));
  initialize_parameters<T>(
      description, {.kind = parse_name<Initializer>(initializer), .scale = scale, .seed = seed}, parameters);
  return {std::move(description), std::move(parameters)};
}

// One activation for all hidden layers, or one each; the parameter goes to the activations that have one.
template <typename T>
BoundNetwork<T> make_dense_network(std::size_t inputs, std::vector<std::size_t> hidden, std::size_t outputs,
                                   const std::vector<std::string>& activations,
                                   const std::string& output_activation, double dropout,
                                   std::optional<double> activation_parameter, const std::string& initializer,
                                   double scale, std::uint64_t seed) {
  Network description = make_mlp({.inputs = inputs,
                                  .hidden = std::move(hidden),
                                  .outputs = outputs,
                                  .hidden_activations = activations_of(activations),
                                  .output_activation = parse_name<Activation>(output_activation),
                                  .dropout = dropout});
  if (activation_parameter) {
    bool any = false;
    for (std::size_t i = 0; i + 1 < description.layers.size(); ++i) {
      // make_mlp makes dense and dropout layers, and only the former have an activation.
      auto* const dense = std::get_if<Dense>(&description.layers[i]);
      if (dense == nullptr || properties_of(dense->activation).parameter == ParameterUse::none) continue;
      dense->activation_parameter = *activation_parameter;
      any = true;
    }
    if (!any)
      throw UsageError({.what = "no hidden layer has an activation with a parameter",
                        .where = "activation_parameter",
                        .expected = "leaky_relu, prelu, elu or swish",
                        .got = format_number(*activation_parameter)});
  }
  return with_initial_parameters<T>(std::move(description), initializer, scale, seed);
}

template <typename T>
void bind_network_of(nb::module_& module, const char* name) {
  using Net = BoundNetwork<T>;
  nb::class_<Net>(
      module, name,
      "A feed-forward network and its parameters, which are one flat array. Layers are dense, dropout or "
      "rbf; docs/networks.md describes them.")
      .def_static("mlp", &make_dense_network<T>, nb::arg("inputs"), nb::arg("hidden"), nb::arg("outputs"),
                  nb::kw_only(), nb::arg("activations") = std::vector<std::string>{"relu"},
                  nb::arg("output_activation") = "identity", nb::arg("dropout") = 0.0,
                  nb::arg("activation_parameter") = nb::none(), nb::arg("initializer") = "automatic",
                  nb::arg("scale") = 0.1, nb::arg("seed") = 1)
      .def_static(
          "rbf",
          [](std::size_t inputs, std::size_t units, std::size_t outputs, const std::string& output_activation,
             std::uint64_t seed) {
            return with_initial_parameters<T>(
                make_rbf_network({.inputs = inputs,
                                  .units = units,
                                  .outputs = outputs,
                                  .output_activation = parse_name<Activation>(output_activation)}),
                "automatic", 0.1, seed);
          },
          nb::arg("inputs"), nb::arg("units"), nb::arg("outputs"), nb::kw_only(),
          nb::arg("output_activation") = "identity", nb::arg("seed") = 1)
      .def_prop_ro("inputs", [](const Net& net) { return net.description.inputs(); })
      .def_prop_ro("outputs", [](const Net& net) { return net.description.outputs(); })
      .def_prop_ro("dtype", [](const Net&) { return std::is_same_v<T, float> ? "float32" : "float64"; })
      .def_prop_ro("output_activation",
                   [](const Net& net) { return std::string(name_of(net.description.output_activation())); })
      .def_prop_ro(
          "layers",
          [](const Net& net) {
            nb::list layers;
            for (const Layer& layer : net.description.layers)
              layers.append(summary_of(layer));
            return layers;
          },
          nb::for_getter(nb::sig("def layers(self, /) -> list[dict[str, typing.Any]]")),
          "One dict per layer.")
      .def_prop_ro(
          "segments",
          [](const Net& net) {
            std::vector<std::tuple<std::string, std::string, std::size_t, std::size_t, std::size_t>> list;
            for (const ParameterSegment& segment : parameter_segments(net.description)) {
              list.emplace_back(segment.name, std::string(name_of(segment.role)), segment.offset,
                                segment.rows, segment.columns);
            }
            return list;
          },
          "(name, role, offset, rows, columns) of each part of the parameters.")
      .def_prop_ro(
          "parameters",
          [](Net& net) {
            return nb::ndarray<nb::numpy, T>(net.values().data(), {net.values().size()}, nb::find(&net));
          },
          nb::rv_policy::reference_internal, "The flat array, not a copy: writing to it changes the network.")
      .def("copy", [](const Net& net) { return Net(net); })
      .def(
          "predict",
          [](const Net& net, const Array2<T>& x, bool at_pre_activation, std::size_t threads) {
            const MatrixView<const T> inputs = view_of<T>(x, "the inputs");
            auto [array, outputs] = new_array<T>(inputs.rows, net.description.outputs());
            const nb::gil_scoped_release release;
            Threads pool(threads);
            net.predict(pool.compute(), inputs, outputs,
                        at_pre_activation ? ReadAt::pre_activation : ReadAt::activation);
            return array;
          },
          nb::arg("x").noconvert(), nb::kw_only(), nb::arg("at_pre_activation") = false,
          nb::arg("threads") = 1,
          "Outputs [rows][outputs] for inputs [rows][inputs]; with at_pre_activation the pre-activations z "
          "of "
          "the last layer.");
}

}  // namespace

void bind_network(nb::module_& module) {
  nb::class_<LossOptions>(module, "Loss", "A loss: its name and its parameters.")
      .def(
          "__init__",
          [](LossOptions* place, const std::string& kind, double huber_delta, double quantile,
             double label_smoothing) {
            new (place) LossOptions{.kind = parse_name<Loss>(kind),
                                    .huber_delta = huber_delta,
                                    .quantile = quantile,
                                    .label_smoothing = label_smoothing};
          },
          nb::arg("kind"), nb::kw_only(), nb::arg("huber_delta") = 1.0, nb::arg("quantile") = 0.5,
          nb::arg("label_smoothing") = 0.0)
      .def_prop_ro("kind", [](const LossOptions& loss) { return std::string(name_of(loss.kind)); })
      .def_ro("huber_delta", &LossOptions::huber_delta)
      .def_ro("quantile", &LossOptions::quantile)
      .def_ro("label_smoothing", &LossOptions::label_smoothing);
  bind_network_of<float>(module, "NetworkFloat32");
  bind_network_of<double>(module, "NetworkFloat64");
}

}  // namespace chainrule::python
