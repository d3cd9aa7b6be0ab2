// Prediction inside another program: load a model file once, then predict raw rows, including rows with
// missing cells and unknown categories. The training table is not needed: the model knows how to encode a
// row.
//
//   embed_prediction [folder with penguins.csv]
#include <cmath>
#include <cstdio>
#include <string>

#include "chainrule/chainrule.h"

namespace {

using namespace chainrule;

Column number(std::string name, double value) {
  Column column{.name = std::move(name)};
  column.numbers = {value};
  return column;
}

Column category(std::string name, std::string value) {
  Column column{.name = std::move(name), .kind = ColumnKind::category};
  column.words = {std::move(value)};
  column.codes = {0};
  return column;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "examples/data";
  try {
    // First a model to load. A real program would only have the file.
    const TrainRequest request{.data = {.path = folder + "/penguins.csv"},
                               .schema = {.targets = {"species"}}};
    save_model(real_file_system(), "embedded.safetensors",
               train_on_table(real_file_system(), {}, request, {}).model);

    const Model model = load_model(real_file_system(), "embedded.safetensors");
    Table row;
    row.source = "a bird";
    row.columns = {category("island", "an island outside the training table"),
                   number("bill_length_mm", 49.5),
                   number("bill_depth_mm", 15.9),
                   number("flipper_length_mm", std::nan("")),
                   number("body_mass_g", 5400),
                   category("sex", "female"),
                   number("year", 2008)};
    const Predictions predictions = predict_table({}, model, row);
    const std::string& name = model.encoder.target.class_names[predictions.classes[0]];
    std::printf("%s, probability %.3f\n", name.c_str(), predictions.values(0, predictions.classes[0]));
    return name == "Gentoo" ? 0 : 1;
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
