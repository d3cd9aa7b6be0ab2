#include "chainrule/io/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

namespace chainrule {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kHostile = "<script>alert(1)</script>";

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

// What is wrong with the page as markup: tags that do not pair, quotes that do not close, a stray & or < or
// >, an id given twice, a reference to something outside. "" when nothing.
std::string fault_of(const std::string& page) {
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::set<std::string> referred;
  std::size_t at = 0;
  const auto near_here = [&] { return " near: " + page.substr(at > 40 ? at - 40 : 0, 80); };
  while (at < page.size()) {
    if (page[at] == '&') {
      const std::size_t end = page.find(';', at);
      if (end == std::string::npos || end - at > 6) return "stray &" + near_here();
    }
    if (page[at] == '>') return "stray >" + near_here();
    if (page[at] != '<') {
      ++at;
      continue;
    }
    // The end of the tag, quotes respected.
    std::size_t end = at + 1;
    bool is_quoted = false;
    while (end < page.size() && (is_quoted || page[end] != '>')) {
      if (page[end] == '"') is_quoted = !is_quoted;
      if (page[end] == '<') return "< inside a tag" + near_here();
      ++end;
    }
    if (end == page.size()) return "a tag without end" + near_here();
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag == "!DOCTYPE html") continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "closing " + tag + near_here();
      open.pop_back();
      continue;
    }
    const std::string name = tag.substr(0, tag.find(' '));
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/") != std::string::npos)
      return "tag " + tag;
    if (name == "script" || name == "link" || name == "img" || name == "iframe") return "tag " + name;
    for (const char* attribute : {" href=", " src=", " onclick=", " onload="}) {
      if (tag.find(attribute) != std::string::npos) return "attribute in " + tag;
    }
    const std::size_t id = tag.find(" id=\"");
    if (id != std::string::npos) {
      const std::string value = tag.substr(id + 5, tag.find('"', id + 5) - id - 5);
      if (!ids.insert(value).second) return "id " + value + " twice";
    }
    const std::size_t label = tag.find("aria-labelledby=\"");
    if (label != std::string::npos) {
      std::string value = tag.substr(label + 17, tag.find('"', label + 17) - label - 17);
      for (std::size_t space; (space = value.find(' ')) != std::string::npos;
           value = value.substr(space + 1)) {
        referred.insert(value.substr(0, space));
      }
      referred.insert(value);
    }
    if (name == "meta" || tag.back() == '/') continue;
    open.push_back(name);
    if (name == "style") at = page.find("</style>", at);  // style sheets have > and & of their own
  }
  if (!open.empty()) return "never closed: " + open.back();
  for (const std::string& value : referred) {
    if (!ids.contains(value)) return "nothing has the id " + value;
  }
  if (page.find("url(") != std::string::npos || page.find("@import") != std::string::npos)
    return "a reference in CSS";
  return "";
}

TEST(FaultOf, FindsWhatItIsFor) {
  EXPECT_EQ(fault_of("<p>a &amp; b</p>"), "");
  EXPECT_NE(fault_of("<p>a"), "");
  EXPECT_NE(fault_of("<p><b>a</p></b>"), "");
  EXPECT_NE(fault_of("a & b"), "");
  EXPECT_NE(fault_of("<p>a > b</p>"), "");
  EXPECT_NE(fault_of("<p id=\"a\"></p><p id=\"a\"></p>"), "");
  EXPECT_NE(fault_of("<p aria-labelledby=\"a\"></p>"), "");
  EXPECT_NE(fault_of("<script></script>"), "");
}

// Everything a page is made of, owned.
struct Parts {
  Model model;
  History history;
  Metrics training;
  std::optional<Metrics> held_out;
  std::vector<Message> notes;
  Matrix<double> truth, predicted;
  double seconds = 83;

  std::string page() const {
    return render_report({.model = model,
                          .history = history,
                          .training = training,
                          .held_out = held_out,
                          .notes = notes,
                          .truth = truth,
                          .predicted = predicted,
                          .seconds = seconds});
  }
};

void set_network(Parts& parts, std::vector<Layer> layers) {
  parts.model.network.layers = std::move(layers);
  Parameters<float> parameters(parameter_count(parts.model.network));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = static_cast<float>(i % 7) - 3;
  parts.model.parameters = std::move(parameters);
}

void add_epochs(Parts& parts, std::size_t epochs) {
  for (std::size_t i = 1; i <= epochs; ++i) {
    parts.history.epochs.push_back({.epoch = i,
                                    .epochs = epochs,
                                    .training_loss = 1.0 / static_cast<double>(i),
                                    .validation_loss = 1.1 / static_cast<double>(i),
                                    .validation_score = 1 - 0.5 / static_cast<double>(i),
                                    .learning_rate = 0.01});
  }
}

Metrics classes_metrics(std::vector<std::vector<std::uint64_t>> confusion) {
  Metrics metrics{.task = confusion.size() == 2 ? Task::binary : Task::classes,
                  .confusion = std::move(confusion)};
  std::uint64_t right = 0;
  for (std::size_t i = 0; i < metrics.confusion.size(); ++i) {
    ClassMetrics one;
    std::uint64_t called = 0;
    for (std::size_t j = 0; j < metrics.confusion.size(); ++j) {
      one.support += metrics.confusion[i][j];
      called += metrics.confusion[j][i];
    }
    const double hits = static_cast<double>(metrics.confusion[i][i]);
    one.precision = called == 0 ? 0 : hits / static_cast<double>(called);
    one.recall = one.support == 0 ? 0 : hits / static_cast<double>(one.support);
    one.f1 = hits == 0 ? 0 : 2 * one.precision * one.recall / (one.precision + one.recall);
    metrics.rows += one.support;
    right += metrics.confusion[i][i];
    metrics.per_class.push_back(one);
  }
  metrics.accuracy = static_cast<double>(right) / static_cast<double>(metrics.rows);
  metrics.loss = 0.125;
  return metrics;
}

Parts classification() {
  Parts parts;
  set_network(parts, {make_dense(4, 64, Activation::relu), make_dense(64, 3, Activation::softmax)});
  parts.model.encoder.inputs = {
      {.name = "island", .kind = ColumnKind::category, .words = {"Biscoe", "Dream", "Torgersen"}},
      {.name = "bill_length_mm", .offset = 43.9, .factor = 0.2}};
  parts.model.encoder.target = {
      .task = Task::classes, .columns = {"species"}, .class_names = {"Adelie", "Chinstrap", "Gentoo"}};
  parts.model.schema.columns = {
      {.name = "species", .kind = ColumnKind::category, .role = ColumnRole::target},
      {.name = "island", .kind = ColumnKind::category},
      {.name = "bill_length_mm"},
      {.name = "row", .role = ColumnRole::ignored, .note = "every value occurs once"}};
  parts.model.loss.kind = Loss::softmax_cross_entropy;
  parts.model.provenance = {.version = "0.1.0",
                            .data_name = "penguins.csv",
                            .data_fingerprint = "00112233aabbccdd",
                            .training_rows = 1275,
                            .validation_rows = 69,
                            .seed = 42,
                            .epochs = 300,
                            .best_epoch = 250,
                            .stop_reason = "no_improvement",
                            .options = {{"hidden", "64"}, {"target", "species"}},
                            .held_out = {{"accuracy", 68.0 / 69}}};
  add_epochs(parts, 300);
  parts.history.best_epoch = 250;
  parts.history.stop_reason = StopReason::no_improvement;
  parts.training = classes_metrics({{500, 0, 0}, {0, 275, 0}, {0, 0, 500}});
  parts.held_out = classes_metrics({{30, 1, 0}, {0, 13, 0}, {0, 0, 25}});
  parts.notes = {"3 cells were missing."};
  return parts;
}

Parts regression(std::size_t targets, std::size_t rows) {
  Parts parts;
  set_network(parts, {make_dense(1, targets, Activation::identity)});
  parts.model.encoder.inputs = {{.name = "x"}};
  parts.model.encoder.target.task = Task::regression;
  parts.model.schema.columns = {{.name = "x"}};
  parts.truth = Matrix<double>(rows, targets);
  parts.predicted = Matrix<double>(rows, targets);
  Metrics metrics{.task = Task::regression, .rows = rows, .rmse = 54.3123, .mae = 43.25, .r2 = 0.478};
  for (std::size_t t = 0; t < targets; ++t) {
    parts.model.encoder.target.columns.push_back("target " + std::to_string(t));
    parts.model.encoder.target.offset.push_back(152);
    parts.model.encoder.target.factor.push_back(0.5);
    parts.model.schema.columns.push_back({.name = "target " + std::to_string(t), .role = ColumnRole::target});
    metrics.rmse_per_target.push_back(54.3123);
    metrics.mae_per_target.push_back(43.25);
    metrics.r2_per_target.push_back(0.478);
    for (std::size_t r = 0; r < rows; ++r) {
      parts.truth(r, t) = static_cast<double>(r % 100);
      parts.predicted(r, t) = static_cast<double>(r % 100 + r % 3) - 1;
    }
  }
  parts.held_out = metrics;
  parts.training = metrics;
  add_epochs(parts, 30);
  return parts;
}

TEST(Report, SaysTheScoreAndWhatWasLearned) {
  const std::string page = classification().page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(page.find("<!DOCTYPE html>\n<html lang=\"en\">"), 0u);
  // 68 / 69 = 0.98551; of the 69 rows 31 are Adelie, 44.9%.
  EXPECT_NE(page.find("<p class=\"score\">98.6%</p>"), std::string::npos);
  EXPECT_NE(page.find("The network tells the 3 classes of species apart (Adelie, Chinstrap, Gentoo) and is "
                      "right on 98.6% of "
                      "69 held-out rows. Always answering Adelie would be right on 44.9%."),
            std::string::npos);
  for (const char* words :
       {"penguins.csv", "1,275", "the validation loss stopped improving", "1 min 23 s", "00112233aabbccdd",
        "loss, logarithmic scale", "best epoch 250", "3 cells were missing.", "every value occurs once",
        "3 words: Biscoe, Dream, Torgersen", "standard: mean 43.9, deviation 5", "515 parameters",
        "softmax_cross_entropy", "2 input columns become 4 features"}) {
    EXPECT_NE(page.find(words), std::string::npos) << words;
  }
}

TEST(Report, ShowsTheConfusionMatrixWithCountsAndShares) {
  const std::string page = classification().page();
  // Adelie: 30 of 31 right (96.8%), 1 called Chinstrap (3.2%).
  EXPECT_NE(page.find("<title>Adelie called Chinstrap: 1 row, 3.2% of the class</title>"), std::string::npos);
  EXPECT_NE(page.find("<title>Adelie called Adelie: 30 rows, 96.8% of the class</title>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">Chinstrap</th><td class=\"n\">92.9%</td><td class=\"n\">100%</td>"
                      "<td class=\"n\">96.3%</td><td class=\"n\">13</td>"),
            std::string::npos)
      << "precision 13 / 14, recall 13 / 13, f1 26 / 27";
}

TEST(Report, EscapesEverythingThatComesFromData) {
  Parts parts = classification();
  const std::string hostile = kHostile + std::string(" ]]> \" ' & \x1b");
  parts.model.encoder.target.class_names = {hostile, hostile, hostile};
  parts.model.encoder.target.columns = {hostile};
  for (ColumnEncoding& input : parts.model.encoder.inputs)
    input.name = hostile;
  parts.model.encoder.inputs[0].words = {hostile};
  for (SchemaColumn& column : parts.model.schema.columns)
    column.name = column.note = hostile;
  Provenance& provenance = parts.model.provenance;
  provenance.version = provenance.data_name = provenance.data_fingerprint = provenance.stop_reason = hostile;
  provenance.options = {{hostile, hostile}};
  provenance.held_out = {{hostile, 1}};
  parts.notes = {hostile};
  set_network(parts, {make_dense(2, 3, Activation::softmax)});
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "<script"), 0u);
  EXPECT_EQ(count(page, "]]>"), 0u);
  EXPECT_EQ(count(page, "\x1b"), 0u);
  EXPECT_GT(count(page, "&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &quot; &#39; &amp; \xef\xbf\xbd"), 10u);

  Parts numbers = regression(2, 10);
  numbers.model.encoder.target.columns = {hostile, hostile};
  EXPECT_EQ(fault_of(numbers.page()), "");
}

TEST(Report, HasTheSameBytesEachTime) {
  EXPECT_EQ(classification().page(), classification().page());
  EXPECT_EQ(regression(2, 5000).page(), regression(2, 5000).page());
}

TEST(Report, WarnsWhereNoRowsWereHeldOut) {
  Parts parts = classification();
  parts.held_out.reset();
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("accuracy on 1,275 training rows"), std::string::npos);
  EXPECT_NE(page.find("No rows were held out"), std::string::npos);
  EXPECT_EQ(classification().page().find("No rows were held out"), std::string::npos);
}

TEST(Report, ShowsThirtyOfTwoHundredClassesInTheMatrixAndAllInTheTable) {
  Parts parts = classification();
  std::vector<std::vector<std::uint64_t>> confusion(200, std::vector<std::uint64_t>(200, 0));
  parts.model.encoder.target.class_names.clear();
  for (std::size_t i = 0; i < 200; ++i) {
    confusion[i][i] = 10;
    parts.model.encoder.target.class_names.push_back("kind " + std::to_string(i));
  }
  confusion[199][100] = 3;
  parts.held_out = classes_metrics(confusion);
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "<rect class=\"cell"), 30u * 30);
  EXPECT_NE(page.find("Shown are the 30 classes of 200 that are most often confused"), std::string::npos);
  EXPECT_NE(page.find("kind 199 called kind 100: 3 rows, 23.1% of the class"), std::string::npos) << "3 / 13";
  EXPECT_NE(page.find("<th scope=\"row\">kind 57</th>"), std::string::npos);
}

TEST(Report, SurvivesOneClassBeingPredictedForAll) {
  Parts parts = classification();
  parts.held_out = classes_metrics({{31, 0, 0}, {13, 0, 0}, {0, 0, 0}});
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("Chinstrap called Adelie: 13 rows, 100% of the class"), std::string::npos);
  EXPECT_EQ(count(page, ">nan"), 0u);
}

TEST(Report, ShowsLabelsWithoutAMatrix) {
  Parts parts = classification();
  parts.model.encoder.target = {
      .task = Task::multi_label, .columns = {"wet", "cold"}, .class_names = {"wet", "cold"}};
  Metrics metrics{.task = Task::multi_label, .rows = 50, .accuracy = 0.9, .exact_match = 0.84};
  metrics.per_class = {{.support = 20, .precision = 0.75}, {.support = 30, .precision = 0.5}};
  parts.held_out = metrics;
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("The network says which of 2 labels apply (wet, cold): 90.0% of the single answers are "
                      "right, and every "
                      "label of the row in 84.0% of 50 held-out rows."),
            std::string::npos);
  EXPECT_NE(page.find("Label by label"), std::string::npos);
  EXPECT_EQ(page.find("What is taken for what"), std::string::npos);
}

TEST(Report, ShowsPredictedAgainstTrueForOneTarget) {
  const std::string page = regression(1, 88).page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_NE(page.find("<p class=\"score\">0.478</p>"), std::string::npos);
  EXPECT_NE(page.find("The network predicts target 0 with a typical error of 54.31 (root mean square; mean "
                      "absolute error "
                      "43.25) on 88 held-out rows. It explains 47.8% of the variance."),
            std::string::npos);
  EXPECT_EQ(count(page, "id=\"scatter-1-title\""), 1u);
  EXPECT_EQ(count(page, "h0"), 88u) << "one dot a row";
  EXPECT_NE(page.find("mean 152, deviation 2"), std::string::npos);
}

TEST(Report, ThinsTwentyThousandPointsAndTwelveTargets) {
  const std::string page = regression(12, 20000).page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "class=\"diagonal\""), 9u);
  EXPECT_EQ(count(page, "h0"), 9u * 2000);
  EXPECT_NE(
      page.find("The points are 2,000 of 20,000 rows, evenly spread. Shown are the first 9 of 12 targets."),
      std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">target 11</th>"), std::string::npos);
  EXPECT_LT(page.size(), 600000u);
}

TEST(Report, NeverPrintsWhatIsNotANumber) {
  Parts parts = regression(2, 10);
  parts.held_out->r2 = kNan;
  parts.held_out->rmse = std::numeric_limits<double>::infinity();
  parts.held_out->loss = kNan;
  parts.held_out->r2_per_target = {kNan, -kNan};
  parts.truth(3, 0) = kNan;
  parts.predicted(4, 1) = -std::numeric_limits<double>::infinity();
  parts.history.epochs[3].training_loss = kNan;
  parts.history.epochs[4].validation_score = kNan;
  parts.history.epochs[5].learning_rate = kNan;
  parts.seconds = kNan;
  parts.model.encoder.inputs[0].factor = 0;
  parts.model.encoder.target.factor[0] = 0;
  const std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, "nan"), 0u);
  EXPECT_EQ(count(page, "NaN"), 0u);
  EXPECT_NE(page.find("not defined"), std::string::npos);
}

TEST(Report, DrawsTheGradientOfEachLayerAndOfDeepNetworksSome) {
  Parts parts = classification();
  for (EpochReport& epoch : parts.history.epochs) {
    epoch.layers.clear();
    for (std::size_t i = 0; i < 13; ++i)
      epoch.layers.push_back({.layer = i, .units = 4, .gradient_norm = 0.5 / static_cast<double>(i + 1)});
  }
  std::string page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, ">Gradient of each layer</figcaption>"), 1u);
  for (const char* name : {">layer 1<", ">layer 3<", ">layer 5<", ">layer 8<", ">layer 10<", ">layer 13<"})
    EXPECT_EQ(count(page, name), 1u) << name;
  EXPECT_EQ(count(page, ">layer 2<"), 0u);
  for (EpochReport& epoch : parts.history.epochs)
    epoch.layers.resize(1);
  page = parts.page();
  EXPECT_EQ(fault_of(page), "");
  EXPECT_EQ(count(page, ">layer 1<"), 1u);
  for (EpochReport& epoch : parts.history.epochs)
    epoch.layers.clear();
  EXPECT_EQ(count(parts.page(), "Gradient of each layer"), 0u);
}

TEST(Report, SurvivesWhatHistoriesCanBe) {
  const std::vector<std::vector<double>> histories = {{},           {1},    {2, 2, 2},      {0, 0},
                                                      {1, 1e-4, 0}, {kNan}, {1e300, 1e-300}};
  for (const std::vector<double>& losses : histories) {
    Parts parts = classification();
    parts.history.epochs.clear();
    parts.history.best_epoch = losses.empty() ? 0 : losses.size();
    for (const double loss : losses) {
      parts.history.epochs.push_back({.epoch = parts.history.epochs.size() + 1, .training_loss = loss});
    }
    const std::string page = parts.page();
    EXPECT_EQ(fault_of(page), "");
    EXPECT_EQ(count(page, "nan"), 0u);
    EXPECT_EQ(count(page, "No epochs were run"), losses.empty() ? 1u : 0u);
  }
  Parts zero_at_the_end = classification();
  zero_at_the_end.history.epochs.back().training_loss = 0;
  EXPECT_NE(zero_at_the_end.page().find("Values of 0 are drawn on the lower edge."), std::string::npos);
}

TEST(Report, PutsNeighboursThatReadAlikeOnOneLine) {
  Parts parts = classification();
  parts.model.schema.columns.clear();
  parts.model.encoder.inputs.clear();
  for (std::size_t i = 0; i < 784; ++i) {
    const std::string name = "pixel_" + std::to_string(i);
    const bool is_constant = i == 100;
    parts.model.schema.columns.push_back({.name = name,
                                          .role = is_constant ? ColumnRole::ignored : ColumnRole::input,
                                          .note = is_constant ? "constant" : ""});
    if (!is_constant) parts.model.encoder.inputs.push_back({.name = name, .scaling = Scaling::bytes});
  }
  const std::string page = parts.page();
  EXPECT_NE(page.find("<th scope=\"row\">pixel_0 … pixel_99 (100 columns)</th>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">pixel_100</th>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">pixel_101 … pixel_783 (683 columns)</th>"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
