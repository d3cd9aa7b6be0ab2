// `chainrule inspect`: a model file as text or JSON (network, tensors, encoding of the columns,
// provenance). With --gradients, the health of one backward pass, layer by layer (train/gradient_health.h).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "chainrule/base/text.h"
#include "chainrule/commands/commands.h"
#include "chainrule/commands/common.h"
#include "chainrule/commands/json_output.h"
#include "chainrule/commands/mixture_output.h"
#include "chainrule/exit_codes.h"
#include "chainrule/io/model_file.h"
#include "chainrule/io/network_text.h"
#include "chainrule/io/report_words.h"
#include "chainrule/session/mixture_member.h"
#include "chainrule/session/perceptron_words.h"
#include "chainrule/session/session.h"
#include "chainrule/toolkit/command_line.h"
#include "chainrule/toolkit/console.h"
#include "chainrule/toolkit/layout.h"
#include "chainrule/toolkit/values.h"

namespace chainrule::cli {
namespace {

struct InspectSettings {
  std::string model_path;
  DataSource gradients;  // no path: not requested
  std::size_t rows = 1024;
  std::optional<std::size_t> member;
  std::string member_text;  // what it is in the mixture
  bool json = false;
};

std::string encoding_text(const ColumnEncoding& column) {
  std::string text;
  if (column.kind == ColumnKind::category) {
    text = count_of(column.words.size(), "category", "categories") + ": " + name_list(column.words, 6);
    if (column.other_feature == OtherFeature::present) text += ", and a feature for other categories";
  } else {
    text = fmt::format("{}: (x - {}) * {}", name_of(column.scaling), plain_number(column.offset),
                       plain_number(column.factor));
    if (column.scaling == Scaling::none) text = "unchanged";
    if (column.missing_feature == MissingFeature::present)
      text += fmt::format(", missing -> {}", plain_number(column.fill));
  }
  if (column.missing_feature == MissingFeature::present) text += ", and a feature for missing";
  return text;
}

// One column per line; a long run of equal columns (pixels) in one line.
std::vector<std::vector<std::string>> input_rows(const Encoder& encoder) {
  std::vector<std::vector<std::string>> rows = {{"input", "kind", "features", "encoding"}};
  const std::vector<ColumnEncoding>& inputs = encoder.inputs;
  for (std::size_t i = 0; i < inputs.size();) {
    std::size_t end = i + 1;
    const std::string encoding = encoding_text(inputs[i]);
    while (end < inputs.size() && inputs[end].kind == ColumnKind::numeric &&
           inputs[i].kind == ColumnKind::numeric && encoding_text(inputs[end]) == encoding) {
      ++end;
    }
    if (end - i < 4) end = i + 1;
    std::size_t features = 0;
    for (std::size_t k = i; k < end; ++k)
      features += inputs[k].features();
    std::string name = shortened(printable(inputs[i].name), 30);
    if (end - i > 1) name += " ... " + shortened(printable(inputs[end - 1].name), 30);
    rows.push_back({name, std::string(name_of(inputs[i].kind)), format_count(features), encoding});
    i = end;
  }
  return rows;
}

Json json_of_encoder(const Encoder& encoder) {
  Json inputs = Json::array();
  for (const ColumnEncoding& column : encoder.inputs) {
    Json json = {{"name", column.name}, {"kind", name_of(column.kind)}, {"features", column.features()}};
    if (column.kind == ColumnKind::category) {
      json["words"] = column.words;
      json["has_other_feature"] = column.other_feature == OtherFeature::present;
    } else {
      json["scaling"] = name_of(column.scaling);
      json["offset"] = json_number(column.offset);
      json["factor"] = json_number(column.factor);
      json["fill"] = json_number(column.fill);
    }
    json["has_missing_feature"] = column.missing_feature == MissingFeature::present;
    inputs.push_back(std::move(json));
  }
  return inputs;
}

Json json_of_model(const InspectSettings& settings, const Model& model) {
  const Provenance& from = model.provenance;
  Json options = Json::object();
  for (const auto& [name, value] : from.options)
    options[name] = value;
  Json held_out = Json::object();
  for (const auto& [name, value] : from.held_out)
    held_out[name] = json_number(value);
  // A member does not know the rows of its fold.
  const auto rows_or_null = [&](std::uint64_t rows) {
    return from.training_rows == 0 ? Json(nullptr) : Json(rows);
  };
  Json json = {{"model", settings.model_path}};
  if (settings.member) json["member"] = *settings.member;
  if (!from.mixture.members.empty()) json["vote"] = json_of(from.mixture);
  json.update(Json{{"network", json_of(model.network)},
                   {"precision", name_of(model.precision())},
                   {"loss", name_of(model.loss.kind)},
                   {"reduction", name_of(model.loss.reduction)},
                   {"target", json_of(model.encoder.target)},
                   {"inputs", json_of_encoder(model.encoder)},
                   {"schema", json_of(model.schema)},
                   {"interval_rows", model.residuals.rows()},
                   {"provenance",
                    {{"version", from.version},
                     {"data", from.data_name},
                     {"data_fingerprint", from.data_hash},
                     {"training_rows", rows_or_null(from.training_rows)},
                     {"validation_rows", rows_or_null(from.validation_rows)},
                     {"seed", from.seed},
                     {"epochs", from.epochs},
                     {"best_epoch", from.best_epoch},
                     {"stop_reason", from.stop_reason},
                     {"options", std::move(options)},
                     {"held_out", std::move(held_out)}}}});
  return json;
}

// "Gentoo where 0.5 bill_depth_mm - 0.2 body_mass_g - 3.1 > 0", in the units of the table.
std::string hyperplanes_text(const Model& model, std::size_t width) {
  constexpr std::size_t kMostTerms = 40;
  std::string text;
  const bool is_vote = model.encoder.target.task == Task::classes;
  for (UnitHyperplane& unit : hyperplanes_in_own_units(model)) {
    for (std::string& name : unit.names)
      name = printable(name);
    std::string line = hyperplane_word(unit.names.size());
    if (unit.names.size() <= kMostTerms) {
      line = equation_text(unit.plane, unit.names);
      line.resize(line.size() - std::string_view(" = 0").size());
      if (!is_vote) line += " > 0";
    }
    text += wrapped(printable(unit.answer) + (is_vote ? ": " : " where "), line, width);
  }
  if (is_vote) text += wrapped("", "The class with the largest sum is predicted.", width);
  return text;
}

void print_model(Console& console, const InspectSettings& settings, const Model& model) {
  const auto section = [&](std::string_view title) { console.out("\n" + console.heading(title) + "\n"); };
  const Provenance& from = model.provenance;
  console.out(console.heading(printable(settings.model_path)) + "\n" + task_text(model.encoder.target) +
              "\n");
  if (settings.member) console.out(settings.member_text + "\n");
  section("Network");
  console.out(render_network_text(model.network));
  if (!from.mixture.members.empty()) {
    section("Vote");
    console.out(vote_text(model, std::min<std::size_t>(console.out_width(), 110)));
  }
  section("Parameters");
  std::vector<std::vector<std::string>> segments = {{"tensor", "shape"}};
  for (const ParameterSegment& segment : parameter_segments(model.network)) {
    std::vector<std::string> sizes;
    for (const std::size_t size : segment.shape())
      sizes.push_back(std::to_string(size));
    segments.push_back({segment.name, "[" + join(sizes, ", ") + "]"});
  }
  console.out(aligned(segments, {}));
  console.out(fmt::format("\nloss {}, {} of the rows; numbers are {}\n", name_of(model.loss.kind),
                          name_of(model.loss.reduction), name_of(model.precision())));
  if (model.encoder.target.threshold != kUsualThreshold) {
    console.out(fmt::format("threshold {}: {} is predicted from this probability on\n",
                            plain_number(model.encoder.target.threshold),
                            printable(model.encoder.target.class_names[1])));
  }
  if (const std::uint64_t rows = model.residuals.rows(); rows > 0) {
    const double most = static_cast<double>(rows) / static_cast<double>(rows + 1);
    console.out(
        fmt::format("intervals from the errors of {} that it was not trained on, up to a coverage of "
                    "{}\n",
                    count_of(rows, "row"), percent_text(most)));
  }
  if (is_perceptron(model.network)) {
    section("Hyperplanes");
    console.out(hyperplanes_text(model, std::min<std::size_t>(console.out_width(), 110)));
  }
  section("Inputs");
  console.out(aligned(input_rows(model.encoder), {Align::left, Align::left, Align::right}));
  std::vector<std::vector<std::string>> others = {{"column", "role", "note"}};
  for (const SchemaColumn& column : model.schema.columns) {
    if (column.role == ColumnRole::input) continue;
    others.push_back(
        {shortened(printable(column.name), 40), std::string(name_of(column.role)), printable(column.note)});
  }
  section("Other columns of the training table");
  console.out(aligned(others, {}));
  section("Provenance");
  std::vector<std::vector<std::string>> facts = {
      {"data", printable(from.data_name) + " (hash " + printable(from.data_hash) + ")"},
      {"rows", from.training_rows == 0
                   ? "unknown"
                   : fmt::format("{} to train, {} held out", format_count(from.training_rows),
                                 format_count(from.validation_rows))},
      {"seed", std::to_string(from.seed)},
      {"epochs",
       fmt::format("{}{}{}", from.epochs,
                   from.stop_reason.empty() ? "" : ", ended by " + printable(from.stop_reason),
                   from.best_epoch > 0 ? fmt::format(", weights of epoch {}", from.best_epoch) : "")},
      {"version", printable(from.version)}};
  for (const auto& [name, value] : from.held_out)
    facts.push_back(
        {(from.validation_rows == 0 ? "out of fold " : "held out ") + printable(name), plain_number(value)});
  for (const auto& [name, value] : from.options)
    facts.push_back({"--" + printable(name), printable(value)});
  console.out(aligned(facts, {}));
}

// --- gradients ---------------------------------------------------------------------------------------------

// What the run that made the model already did against gradients that are too long.
UsedRemedies remedies_of(const Provenance& from) {
  UsedRemedies used = {.has_automatic_weights = true};
  for (const auto& [name, value] : from.options) {
    if (name == name_of(Setting::clip_norm, Face::json)) used.clip_norm = parse_double(value).value_or(0);
    // A Python estimator does not record the option under this name.
    if (name == name_of(Setting::initializer, Face::json) || name == "estimator")
      used.has_automatic_weights = value == name_of(Initializer::automatic);
  }
  return used;
}

Json json_of_gradients(const Console& console, const InspectSettings& settings, const Model& model,
                       const GradientHealth& health) {
  Json json = {{"model", settings.model_path}, {"data", settings.gradients.path}};
  json.update(json_of(health, model.network));
  json["notes"] =
      texts_of(gradient_notes(model.network, health, remedies_of(model.provenance)), console.reader());
  return json;
}

std::string description_of(GradientVerdict verdict) {
  for (const EnumName<GradientVerdict>& entry : enum_table<GradientVerdict>()) {
    if (entry.value == verdict) return std::string(entry.description);
  }
  return "";
}

// The activation of a layer, or the kind of a layer without one.
std::string what_is(const Layer& layer) {
  return layer_activation(layer, 0) ? layer_caption(layer).activation : std::string(name_of(kind_of(layer)));
}

void print_gradients(Console& console, const InspectSettings& settings, const Model& model,
                     const GradientHealth& health) {
  const std::size_t width = std::min<std::size_t>(console.out_width(), 110);
  const auto number = [](const std::optional<double>& value) {
    return value ? format_significant(*value, 4) : std::string("-");
  };
  console.out(console.heading(printable(settings.model_path)) + "\n" +
              wrapped("",
                      fmt::format("one backward pass over {} of {}, loss {}", count_of(health.rows, "row"),
                                  printable(settings.gradients.path), number_text(health.loss)),
                      width) +
              "\n");
  std::vector<std::vector<std::string>> rows = {{"layer", "units", "activation", "rms of z", "flat", "stuck",
                                                 "rms of delta", "to the last", "gradient norm", "verdict"}};
  for (const LayerHealth& layer : health.layers) {
    rows.push_back({std::to_string(layer.gradient.layer + 1), format_count(layer.gradient.units),
                    what_is(model.network.layers[layer.gradient.layer]), number(layer.z_rms),
                    layer.flat_share ? percent_text(*layer.flat_share) : "-",
                    layer.flat_share ? format_count(layer.stuck_units) : "-",
                    number(layer.gradient.delta_rms), number(layer.delta_ratio),
                    number(layer.gradient.gradient_norm), std::string(name_of(layer.verdict))});
  }
  console.out(aligned(rows, {Align::right, Align::right, Align::left, Align::right, Align::right,
                             Align::right, Align::right, Align::right, Align::right, Align::left}));
  console.out("\n" + wrapped("",
                             "flat: share of values where the activation's slope is below 0.5 % of its "
                             "largest; stuck: units flat on every row; to the last: length of a row's delta "
                             "over that of the last layer.",
                             width));
  std::vector<std::string> explained;
  for (const LayerHealth& layer : health.layers) {
    const std::string word(name_of(layer.verdict));
    if (std::find(explained.begin(), explained.end(), word) != explained.end()) continue;
    explained.push_back(word);
    console.out(wrapped(word + ": ", description_of(layer.verdict) + ".", width));
  }
  for (const Message& note : gradient_notes(model.network, health, remedies_of(model.provenance)))
    console.out("\n" + wrapped("", note.text(console.reader()), width));
}

ExitCode run_inspect(Console& console, InspectSettings& settings) {
  FileSystem& file_system = real_file_system();
  Model model = load_model(file_system, settings.model_path);
  if (settings.member) {
    Model member = member_of(model, *settings.member);
    settings.member_text = member_text(model.provenance.mixture, *settings.member);
    model = std::move(member);
  }
  std::vector<Message> repairs;
  if (!settings.gradients.path.empty()) {
    const GradientHealth health =
        inspect_gradients(file_system, {}, model, settings.gradients, settings.rows, &repairs);
    if (settings.json) {
      write_json(console, json_of_gradients(console, settings, model, health));
    } else {
      print_gradients(console, settings, model, health);
    }
  } else if (settings.json) {
    write_json(console, json_of_model(settings, model));
  } else {
    print_model(console, settings, model);
  }
  console.flush();
  note_all(console, repairs);
  return ExitCode::done;
}

}  // namespace

void add_inspect_command(Command& root) {
  Command& command = root.subcommand("inspect", "what is in a model file");
  const auto settings = std::make_shared<InspectSettings>();
  command.example("inspect penguins.safetensors", "layers, shapes, columns, classes, and how it was trained");
  command.example("inspect penguins.safetensors --json", "the same for programs");
  command.example("inspect penguins.safetensors --gradients penguins.csv",
                  "whether the gradient reaches every layer, and which units are dead or saturated");
  command.example("inspect penguins.safetensors --member 2", "one of the networks that vote, alone");
  command.positional("MODEL", "a model file that `train` wrote", settings->model_path);
  command.heading("Gradients");
  command.option({.names = "--gradients",
                  .value = "DATA",
                  .help = "one backward pass over this table with targets, reported layer by layer",
                  .completion = Completion::file},
                 to_text(settings->gradients.path));
  command.option({.names = "--rows", .value = "N", .help = "at most this many rows of DATA, evenly spread"},
                 to_count(settings->rows));
  add_labels_option(command, settings->gradients.labels_path);
  add_missing_target_option(command, settings->gradients);
  add_reading_options(command, settings->gradients.read);
  add_lenient_option(command, settings->gradients.read);
  command.heading("Options");
  add_member_option(command, settings->member);
  command.flag("--json", "one JSON document", settings->json);
  command.on_run([settings](Console& console, Command& self) {
    if (!self.is_set("--gradients")) {
      const std::string reason = "it belongs to --gradients";
      self.refuse_if_set("--rows", reason);
      for (const Setting option : {Setting::labels, Setting::delimiter, Setting::header, Setting::decimal,
                                   Setting::missing, Setting::not_missing, Setting::skip, Setting::skip_last,
                                   Setting::comment, Setting::quote, Setting::escape, Setting::lenient})
        self.refuse_if_set(option, reason);
    }
    return run_inspect(console, *settings);
  });
}

}  // namespace chainrule::cli
