#include "chainrule/io/model_file.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>

#include "support/layer_examples.h"
#include "support/model_files.h"
#include "support/same_model.h"

namespace chainrule {
namespace {

using namespace model_files;

TEST(ModelFile, AFloatModelComesBackWholeAndBitForBit) {
  const Model model = example_model<float>();
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  expect_same(model, loaded);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
  EXPECT_EQ(loaded.precision(), Precision::float32);
}

TEST(ModelFile, ADoubleModelComesBackWholeAndBitForBit) {
  const Model model = example_model<double>();
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  expect_same(model, loaded);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
  EXPECT_EQ(loaded.precision(), Precision::float64);
}

class ModelFileWithALayer : public testing::TestWithParam<LayerKind> {};
INSTANTIATE_TEST_SUITE_P(Layer, ModelFileWithALayer, testing::ValuesIn(testing_support::layer_kinds()),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(ModelFileWithALayer, ComesBackWholeAndBitForBit) {
  Model model = smallest_model();
  model.network = testing_support::example_network(GetParam(), 4);
  model.parameters = testing_support::example_parameters<float>(model.network);
  model.encoder.inputs = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
  model.encoder.target.columns = {"y", "z"};
  model.encoder.target.offset = {0, 0};
  model.encoder.target.factor = {1, 1};
  const std::string bytes = model_to_bytes(model);
  const Model loaded = model_from_bytes(bytes, "m");
  expect_same(model, loaded);
  EXPECT_EQ(model_to_bytes(loaded), bytes);
}

TEST(ModelFile, FormsOfNumbersAreWrittenOnlyWhereThereAreAny) {
  Model model = smallest_model();
  const std::string plain = model_to_bytes(model);
  EXPECT_EQ(plain.find("\\\"form"), std::string::npos);
  const NumberForm forms[] = {{.suffix = "kg"},
                              {.prefix = "$", .thousands = ",", .parentheses = Parentheses::negative},
                              {.thousands = ".", .decimal = DecimalMark::comma, .strip = {"lb", "~"}}};
  for (const NumberForm& form : forms) {
    model.encoder.inputs[0].form = form;
    model.encoder.target.forms = {form};
    const Model loaded = model_from_bytes(model_to_bytes(model), "m");
    EXPECT_EQ(loaded.encoder.inputs[0].form, form);
    EXPECT_EQ(loaded.encoder.target.forms, std::vector<NumberForm>{form});
  }
  model.encoder.target.forms.clear();
  model.encoder.inputs[0].form = {};
  EXPECT_EQ(model_to_bytes(model), plain);
}

TEST(ModelFile, DoublesOfTheDescriptionKeepEveryBit) {
  EXPECT_TRUE(rc::check([](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(value));
    Model model = smallest_model();
    model.encoder.inputs[0].offset = value;
    const Model loaded = model_from_bytes(model_to_bytes(model), "m");
    RC_ASSERT(std::bit_cast<std::uint64_t>(loaded.encoder.inputs[0].offset) == bits);
  }));
}

// A model with random layers, a random encoder and random bits for numbers.
class RandomModel {
 public:
  explicit RandomModel(std::uint64_t seed) : bits_(seed) {}

  Model make() {
    Model model;
    const auto& activations = enum_table<Activation>();
    const auto any_hidden_activation = [&] {
      for (;;) {
        const Activation activation = activations[below(activations.size())].value;
        if (activation != Activation::softmax) return activation;
      }
    };
    model.encoder = encoder();
    std::size_t width = model.encoder.features();
    for (std::size_t layer = below(4); layer > 0; --layer) {
      Dense dense = make_dense(width, 1 + below(6), any_hidden_activation());
      if (below(3) == 0) dense.bias = BiasUse::absent;
      if (below(3) == 0) dense.parameter_use = ParameterUse::learnable;
      dense.activation_parameter = number<double>();
      if (below(3) == 0) {
        for (std::size_t unit = 0; unit < dense.outputs; ++unit) {
          dense.unit_activations.push_back(any_hidden_activation());
        }
      }
      width = dense.outputs;
      model.network.layers.emplace_back(dense);
      if (below(3) == 0) {
        const Rbf rbf{.inputs = width, .units = 1 + below(6)};
        width = rbf.units;
        model.network.layers.emplace_back(rbf);
      }
      if (below(2) == 0) model.network.layers.emplace_back(Dropout{.units = width, .rate = unit_number()});
    }
    const std::size_t outputs = model.encoder.target.outputs();
    switch (model.encoder.target.task) {
      case Task::regression:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::identity));
        model.loss.kind = Loss::huber;
        break;
      case Task::classes:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::softmax));
        model.loss.kind = Loss::softmax_cross_entropy;
        break;
      case Task::binary:
      case Task::ordinal:
      case Task::multi_label:
        model.network.layers.emplace_back(make_dense(width, outputs, Activation::logistic));
        model.loss.kind = Loss::binary_cross_entropy;
        break;
    }
    model.schema.task = model.encoder.target.task;
    for (std::size_t note = below(3); note > 0; --note)
      model.schema.notes.push_back(text());
    if (below(2) == 0) {
      model.parameters = parameters<float>(parameter_count(model.network));
    } else {
      model.parameters = parameters<double>(parameter_count(model.network));
    }
    std::visit(
        [&](auto& parameters) {
          for (const ParameterSegment& segment : parameter_segments(model.network)) {
            if (segment.role != ParameterRole::width) continue;
            for (std::size_t i = segment.offset; i < segment.offset + segment.size(); ++i)
              parameters[i] = parameters[i] == 0 ? 1 : std::abs(parameters[i]);
          }
        },
        model.parameters);
    model.provenance.seed = bits_();
    model.provenance.data_name = text();
    for (std::size_t option = below(4); option > 0; --option)
      model.provenance.options.emplace_back(text(), text());
    for (std::size_t metric = below(4); metric > 0; --metric) {
      model.provenance.held_out.emplace_back(text(), number<double>());
    }
    return model;
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(bits_() % end); }
  double unit_number() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }

  template <typename T>
  T number() {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    for (;;) {
      const T value = std::bit_cast<T>(static_cast<Bits>(bits_()));
      if (std::isfinite(value)) return value;
    }
  }
  template <typename T>
  Parameters<T> parameters(std::size_t count) {
    Parameters<T> values(count);
    for (T& value : values)
      value = number<T>();
    return values;
  }

  std::string text() {
    constexpr std::array<std::string_view, 10> kPieces = {"a",  "Z",  "0",    " ",        "\"",
                                                          "\\", "\n", "\x01", "\xc3\xa4", "\xf0\x9f\x98\x80"};
    std::string result;
    for (std::size_t i = below(6); i > 0; --i)
      result += kPieces[below(kPieces.size())];
    return result;
  }
  std::vector<std::string> distinct_texts(std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
      texts.push_back(text() + std::to_string(i));
    std::ranges::sort(texts);
    return texts;
  }

  Encoder encoder() {
    Encoder encoder;
    for (const std::string& name : distinct_texts(1 + below(4))) {
      ColumnEncoding input{
          .name = name, .offset = number<double>(), .factor = number<double>(), .fill = number<double>()};
      input.scaling = enum_table<Scaling>()[below(4)].value;
      if (below(2) == 0) {
        input.kind = ColumnKind::category;
        input.words = distinct_texts(1 + below(4));
      }
      if (below(2) == 0) input.missing_feature = MissingFeature::present;
      encoder.inputs.push_back(input);
    }
    TargetEncoding& target = encoder.target;
    target.task = enum_table<Task>()[below(enum_table<Task>().size())].value;
    target.columns = distinct_texts(
        target.task == Task::regression || target.task == Task::multi_label ? 1 + below(3) : 1);
    switch (target.task) {
      case Task::binary:
        target.class_names = distinct_texts(2);
        target.class_values = distinct_texts(2);
        break;
      case Task::classes:
        target.class_names = distinct_texts(2 + below(4));
        target.class_values = distinct_texts(target.class_names.size());
        break;
      case Task::ordinal:
        target.class_names = distinct_texts(3 + below(4));
        target.class_values = distinct_texts(target.class_names.size());
        break;
      case Task::multi_label:
        target.class_names = target.columns;
        target.class_values = distinct_texts(2 * target.columns.size());
        break;
      case Task::regression:
        for (std::size_t i = 0; i < target.columns.size(); ++i) {
          target.offset.push_back(number<double>());
          target.factor.push_back(1 + unit_number());
        }
        break;
    }
    return encoder;
  }

  std::mt19937_64 bits_;
};

TEST(ModelFile, AnyModelSurvivesSavingAndLoading) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    const Model model = RandomModel(seed).make();
    const std::string bytes = model_to_bytes(model);
    const Model loaded = model_from_bytes(bytes, "m");
    expect_same(model, loaded);
    RC_ASSERT(!testing::Test::HasFailure());
    RC_ASSERT(model_to_bytes(loaded) == bytes);
  }));
}

TEST(ModelFile, APictureComesBack) {
  const Model model = picture_model();
  expect_same(model, model_from_bytes(model_to_bytes(model), "m"));
}

}  // namespace
}  // namespace chainrule
