// From a raw table to predictions, as a new user works.
#include <cmath>
#include <locale>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

// Independent of the locale: the tests run where the decimal point is a comma.
double number_of(const std::string& text) {
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double value = std::nan("");
  stream >> value;
  return value;
}

TEST(Journey, PenguinsNeedNothingButTheTarget) {
  const Folder folder;
  const std::string data = example("penguins.csv");
  const Result trained =
      run({"train", data, "--target", "species", "-o", "p.safetensors"}, {.folder = folder.path()});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.out, "species, one of 3 classes: Adelie, Chinstrap and Gentoo"));
  EXPECT_TRUE(contains(trained.out, "p.safetensors"));
  EXPECT_TRUE(contains(trained.out, "Next:\n  chainrule predict p.safetensors " + data));
  const std::size_t at = trained.out.find("accuracy ");
  ASSERT_NE(at, std::string::npos) << trained.out;
  EXPECT_GE(trained.out.substr(at + 9, 6), "0.9500");
  // The majority class of 69 stratified rows is Adelie: 152 of 344.
  EXPECT_TRUE(contains(trained.out, "class: 0.4"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"p.safetensors"});

  // An unknown island, missing cells, columns in another order, one column too many, no species.
  const std::string fresh =
      folder.write("new.csv",
                   "note,year,sex,body_mass_g,flipper_length_mm,bill_depth_mm,bill_length_mm,island\n"
                   "first,2007,male,3750,181,18.7,39.1,Atlantis\n"
                   "second,2008,NA,5000,NA,14.5,46.5,Biscoe\n");
  const Result predicted = run({"predict", "p.safetensors", fresh}, {.folder = folder.path()});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(predicted.out, "species\nAdelie\nGentoo\n");
  EXPECT_TRUE(contains(predicted.err, "Atlantis"));
  EXPECT_TRUE(contains(predicted.err, "2 missing cells"));
}

TEST(Journey, TheModelIsNamedAfterTheDataAndTheSuggestedCommandWorks) {
  const Folder folder;
  std::filesystem::copy_file(example("iris.csv"), folder / "iris.csv");
  const Result trained = run({"train", "iris.csv", "--epochs", "5"}, {.folder = folder.path()});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"iris.csv", "iris.safetensors"}));
  ASSERT_TRUE(contains(trained.out, "Next:\n  chainrule predict iris.safetensors iris.csv\n"));
  const Result predicted = run({"predict", "iris.safetensors", "iris.csv"}, {.folder = folder.path()});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(lines_of(predicted.out).size(), 151u);
}

TEST(Journey, ARegressionSaysItsErrorBesideThatOfTheMean) {
  const Folder folder;
  const Result result =
      run({"train", example("diabetes.csv"), "--epochs", "20", "-o", folder / "d.safetensors"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "progression, a number"));
  EXPECT_TRUE(contains(result.out, "r2 "));
  EXPECT_TRUE(contains(result.out, "always predicting the mean"));
}

TEST(Journey, SameSeedSameModelWhateverTheThreads) {
  const Folder folder;
  const auto train = [&](const std::string& name, const std::string& threads, const std::string& vector) {
    const Result result = run({"train", example("iris.csv"), "--epochs", "6", "--threads", threads,
                               "--vector", vector, "--quiet", "-o", folder / name});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return read_text(folder / name);
  };
  const std::string first = train("a", "1", "auto");
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, train("b", "3", "scalar"));
}

// The second of the usual two hidden layers, 64 -> 32, is large enough for bfloat16 products.
TEST(Journey, PrecisionBf16GivesOneModelWhateverTheThreads) {
  const Folder folder;
  const auto train = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"train", example("iris.csv"), "--epochs", "3", "-o", folder / name};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(contains(result.err, "bf16 products"), more.front() == "--precision") << result.err;
    return read_text(folder / name);
  };
  const std::string one =
      train("one", {"--precision", "bf16", "--matrix-unit", "portable", "--threads", "1"});
  const std::string three = train(
      "three", {"--precision", "bf16", "--matrix-unit", "portable", "--threads", "3", "--vector", "scalar"});
  EXPECT_EQ(one, three);
  EXPECT_NE(one, train("float", {"--threads", "1"}));
  const Result inspected = run({"inspect", folder / "one"});
  EXPECT_TRUE(contains(inspected.out, "--precision"));
  EXPECT_EQ(run({"predict", folder / "one", example("iris.csv")}).code, 0);
}

TEST(Journey, AModelReplacesAnOlderOneOnlyWhenItIsWhole) {
  const Folder folder;
  folder.write("m.safetensors", "older");
  // Diverges: the older file stays.
  const Result failed = run({"train", example("diabetes.csv"), "--optimizer", "gradient_descent",
                             "--learning-rate", "1e30", "-o", folder / "m.safetensors"});
  EXPECT_EQ(failed.code, 5) << failed.err;
  EXPECT_TRUE(contains(failed.err, "--learning-rate") || contains(failed.err, "learning rate"));
  EXPECT_EQ(read_text(folder / "m.safetensors"), "older");
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"m.diverged.safetensors", "m.safetensors"}));
  std::filesystem::remove(folder / "m.diverged.safetensors");
  EXPECT_EQ(run({"train", example("iris.csv"), "--epochs", "2", "-o", folder / "m.safetensors"}).code, 0);
  EXPECT_EQ(run({"inspect", folder / "m.safetensors"}).code, 0);
}

TEST(Journey, EvaluateAnswersScriptsByItsExitCode) {
  const std::string data = example("penguins.csv");
  const Result good = run({"evaluate", penguins_model(), data, "--fail-under", "0.5"});
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_TRUE(contains(good.out, "344 rows: accuracy "));
  EXPECT_TRUE(contains(good.out, "Chinstrap"));
  const Result bad = run({"evaluate", penguins_model(), data, "--fail-under", "1.01"});
  EXPECT_EQ(bad.code, 1);
  EXPECT_TRUE(contains(bad.err, "is below --fail-under 1.01"));
  EXPECT_EQ(bad.out, good.out);
}

TEST(Journey, EvaluatePrintsOneNumberAlone) {
  const Result one = run({"evaluate", penguins_model(), example("penguins.csv"), "--metric", "macro_f1"});
  EXPECT_EQ(one.code, 0) << one.err;
  ASSERT_EQ(lines_of(one.out).size(), 1u);
  EXPECT_GT(number_of(one.out), 0.5);
  const Result none = run({"evaluate", penguins_model(), example("penguins.csv"), "--metric", "r2"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(contains(none.err,
                       "accuracy, balanced_accuracy, macro_f1, auc, log_loss, brier, "
                       "calibration_error, loss"));
}

TEST(Journey, InspectShowsLayersShapesSchemaAndProvenance) {
  const Result result = run({"inspect", penguins_model()});
  EXPECT_EQ(result.code, 0) << result.err;
  // 11 features: 3 islands, 5 numbers (bill length and depth, flipper, mass, year), 2 sexes and a feature for
  // missing sex: 11 * 8 + 8 = 96 weights below, 8 * 3 + 3 = 27 above.
  for (const char* const words :
       {"123 parameters", "layers.0.weight", "[11, 8]", "softmax", "3 categories: Biscoe, Dream and", "hash",
        "penguins.csv", "--hidden", "held out accuracy", "275 to train, 69 held out"}) {
    EXPECT_TRUE(contains(result.out, words));
  }
}

TEST(Journey, GradcheckProvesTheGradientsOfATrainedModel) {
  const Result good = run({"gradcheck", penguins_model(), example("penguins.csv"), "--rows", "8"});
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  EXPECT_TRUE(contains(good.out, "layers.1.bias"));
  EXPECT_TRUE(contains(good.out, "passed: "));
  // No derivative in double is that exact.
  const Result strict =
      run({"gradcheck", penguins_model(), example("penguins.csv"), "--rows", "8", "--tolerance", "1e-30"});
  EXPECT_EQ(strict.code, 1);
  EXPECT_TRUE(contains(strict.out, "FAILED: "));
}

// An exact fit: every gradient is a difference of nearly equal numbers.
TEST(Journey, GradcheckPassesForNetworksAtTheirMinimum) {
  const Folder folder;
  const std::string table = folder.write("xor.csv", "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
  const std::string model = folder / "m.safetensors";
  for (const char* const seed : {"1", "2", "3"}) {
    ASSERT_EQ(run({"train", table, "--validation", "none", "--hidden", "4", "--activation", "tanh",
                   "--learning-rate", "0.05", "--epochs", "2000", "--patience", "0", "--seed", seed, "-o",
                   model, "--quiet"})
                  .code,
              0);
    const Result checked = run({"gradcheck", model, table});
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_TRUE(lines_of(checked.out).back().starts_with("passed: ")) << checked.out;
  }
}

// One target of 1e12 sets the scale on which all others are the same number in float.
TEST(Journey, R2IsThatOfTheNumbersInTheTable) {
  const Folder folder;
  std::string clean = "a,y\n";
  for (int i = 0; i < 100; ++i)
    clean += std::to_string(i % 10) + "," + std::to_string(i % 7) + "\n";
  const std::string table = folder.write("clean.csv", clean), model = folder / "m.safetensors";
  const std::string odd = folder.write("odd.csv", clean + "3,1000000000000\n");
  ASSERT_EQ(
      run({"train", odd, "--validation", "none", "--epochs", "2", "--task", "regression", "-o", model}).code,
      0);
  const Json scores = Json::parse(run({"evaluate", model, table, "--json"}).out);
  EXPECT_LT(scores.at("metrics").at("r2").get<double>(), -1e12) << scores;
}

TEST(Journey, TheReportIsOnePageThatFetchesNothing) {
  const Folder folder;
  const Result result = run({"train", example("iris.csv"), "--epochs", "3", "-o", folder / "i.safetensors",
                             "--report", folder / "i.html"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string page = read_text(folder / "i.html");
  EXPECT_TRUE(contains(page, "<svg"));
  EXPECT_TRUE(contains(page, "virginica"));
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
}

TEST(Journey, AValidationTableOfItsOwnIsUsed) {
  const Folder folder;
  ASSERT_EQ(run({"data", "split", example("iris.csv"), "--fractions", "0.7,0.3", "-o",
                 (folder / "a.csv") + "," + (folder / "b.csv"), "--stratify", "species"})
                .code,
            0);
  const Result result = run({"train", folder / "a.csv", "--validation", folder / "b.csv", "--epochs", "5",
                             "--json", "-o", folder / "m.safetensors"});
  ASSERT_EQ(result.code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["training_rows"], 105);
  EXPECT_EQ(json["validation_rows"], 45);
  // The option is part of the provenance, the folder is not.
  EXPECT_EQ(json["options"]["validation"], "b.csv");
}

// --- tables ------------------------------------------------------------------------------------------------

TEST(DataSplit, KeepsRowsAsTheyWereWrittenInTheirOrder) {
  const Folder folder;
  std::string text = "name;value\r\n";
  for (int i = 0; i < 10; ++i)
    text += "\"row; " + std::to_string(i) + "\"; 0" + std::to_string(i) + ".50\r\n";
  const std::string data = folder.write("t.csv", text);
  const Result result =
      run({"data", "split", data, "--fractions", "0.6,0.4", "-o", "a.csv,b.csv"}, {.folder = folder.path()});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> a = lines_of(read_text(folder / "a.csv")),
                                 b = lines_of(read_text(folder / "b.csv"));
  ASSERT_EQ(a.size(), 7u);
  ASSERT_EQ(b.size(), 5u);
  EXPECT_EQ(a[0], "name;value");
  EXPECT_EQ(b[0], "name;value");
  EXPECT_TRUE(std::is_sorted(a.begin() + 1, a.end()));
  std::vector<std::string> all(a.begin() + 1, a.end());
  all.insert(all.end(), b.begin() + 1, b.end());
  std::sort(all.begin(), all.end());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)],
              "\"row; " + std::to_string(i) + "\"; 0" + std::to_string(i) + ".50");
  }
}

TEST(DataSplit, OfOneTableNeverReplacesIt) {
  const Folder folder;
  std::filesystem::copy_file(example("iris.csv"), folder / "iris.csv");
  const Result result = run({"data", "split", "iris.csv", "-o", "a.csv,iris.csv"}, {.folder = folder.path()});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "would replace a file that is read"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"iris.csv"});
  EXPECT_EQ(read_text(folder / "iris.csv"), read_text(example("iris.csv")));
}

TEST(DataSplit, OfManySmallStrataKeepsTheWholeInProportion) {
  const Folder folder;
  const Result result =
      run({"data", "split", example("penguins.csv"), "-o", "a.csv,b.csv", "--stratify", "flipper_length_mm"},
          {.folder = folder.path()});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "a.csv  275 rows"));
  EXPECT_TRUE(contains(result.out, "b.csv  69 rows"));
}

TEST(DataDescribe, ReadsStandardInput) {
  const Result result = run({"data", "describe", "-"}, {.input = read_text(example("iris.csv"))});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "150 rows, 5 columns"));
}

TEST(DataDescribe, TellsKindsMissingCellsTaskAndNotes) {
  const Result result = run({"data", "describe", example("penguins.csv"), "--target", "species"});
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* const words : {"344 rows, 8 columns", "separated by comma", "Biscoe (168)", "32.1 to 59.6",
                                  "target", "2007 to 2009", "classes"}) {
    EXPECT_TRUE(contains(result.out, words));
  }
}

TEST(DataDescribe, SaysWhyTrainCouldNotStart) {
  const Folder folder;
  const std::string data = folder.write("t.csv", "a,b\n1,x\n2,x\n3,x\n");
  const Result result = run({"data", "describe", data, "--target", "b"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "cannot start yet"));
}

TEST(DataGenerate, WritesATableThatTrainReads) {
  const Folder folder;
  const Result gate = run({"data", "generate", "xor_gate"});
  EXPECT_EQ(gate.code, 0) << gate.err;
  EXPECT_EQ(gate.out, "x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n");
  ASSERT_EQ(run({"data", "generate", "blobs", "--rows", "60", "--seed", "4", "-o", folder / "b.csv"}).code,
            0);
  EXPECT_EQ(
      read_text(folder / "b.csv"),
      run({"data", "generate", "blobs", "--rows", "60"}, {.environment = {{"CHAINRULE_SEED", "4"}}}).out);
  EXPECT_EQ(run({"train", folder / "b.csv", "--epochs", "2", "-o", folder / "m"}).code, 0);
}

// --- predictions -------------------------------------------------------------------------------------------

TEST(Predict, AppendsProbabilitiesThatSumToOne) {
  const Result result = run({"predict", penguins_model(), example("penguins.csv"), "--probabilities"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 345u);
  EXPECT_EQ(lines[0], "species,probability Adelie,probability Chinstrap,probability Gentoo");
  std::istringstream cells(lines[1]);
  std::string name, a, c, g;
  std::getline(cells, name, ',');
  std::getline(cells, a, ',');
  std::getline(cells, c, ',');
  std::getline(cells, g, ',');
  const double sum = number_of(a) + number_of(c) + number_of(g);
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST(Predict, PassesRowsThroughAsTheyStand) {
  const Result result = run({"predict", penguins_model(), example("penguins.csv"), "--passthrough"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> given = lines_of(read_text(example("penguins.csv"))),
                                 lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), given.size());
  EXPECT_EQ(lines[0], given[0] + ",predicted species");
  for (std::size_t i = 1; i < lines.size(); ++i)
    ASSERT_TRUE(lines[i].starts_with(given[i] + ",")) << lines[i];
}

TEST(Predict, NamesTheLikeliestClasses) {
  const Result result = run({"predict", penguins_model(), example("penguins.csv"), "--top", "2"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(lines_of(result.out)[0], "top 1,probability 1,top 2,probability 2");
}

TEST(Predict, ReadsStandardInputAndWritesAFileWhole) {
  const Folder folder;
  const Result result = run({"predict", penguins_model(), "-", "-o", folder / "answers.csv"},
                            {.input = read_text(example("penguins.csv"))});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "344 predictions written"));
  EXPECT_EQ(read_text(folder / "answers.csv"),
            run({"predict", penguins_model(), example("penguins.csv")}).out);
}

TEST(Predict, LeavesNoFileWhenARowIsBad) {
  const Folder folder;
  // The rows before the bad one are good, and many enough to have been written already.
  std::string text = read_text(example("penguins.csv"));
  const std::string rows = text.substr(text.find('\n') + 1);
  for (int i = 0; i < 20; ++i)
    text += rows;
  text += "Adelie,Dream,thirty,18,190,3700,male,2007\n";
  const std::string data = folder.write("t.csv", text);
  const Result result = run({"predict", penguins_model(), data, "-o", folder / "answers.csv"});
  EXPECT_EQ(result.code, 3);
  // 1 header + 21 * 344 rows, then the bad one; bill_length_mm is the third column.
  EXPECT_TRUE(contains(result.err, "t.csv:7226:3"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{"t.csv"});
}

TEST(Predict, ShowsTheFirstRowsAsATable) {
  const Result result = run({"predict", penguins_model(), example("penguins.csv"), "--show", "3"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<std::string> lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(contains(lines[0], "-> species"));
  EXPECT_TRUE(contains(lines[1], "-> "));
  EXPECT_TRUE(contains(lines[1], "%"));
  EXPECT_EQ(lines[0].find("->"), lines[1].find("->"));
}

std::string idx_header(unsigned char dimensions, const std::vector<std::uint32_t>& sizes) {
  std::string bytes = {0, 0, 8, static_cast<char>(dimensions)};
  for (const std::uint32_t size : sizes) {
    for (const int shift : {24, 16, 8, 0})
      bytes += static_cast<char>(size >> shift & 0xff);
  }
  return bytes;
}

TEST(Predict, DrawsPicturesSideBySide) {
  // 40 images of 4 x 6: left half bright for class 0, right half for class 1.
  const Folder folder;
  std::string pixels = idx_header(3, {40, 4, 6}), labels = idx_header(1, {40});
  for (int i = 0; i < 40; ++i) {
    labels += static_cast<char>(i % 2);
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < 6; ++column) {
        const bool bright = (column < 3) == (i % 2 == 0);
        pixels +=
            static_cast<char>(bright ? 200 + (i * 7 + row * 5 + column) % 50 : (i * 3 + row + column) % 20);
      }
    }
  }
  const std::string data = folder.write("pictures-idx3-ubyte", pixels);
  const std::string answers = folder.write("labels-idx1-ubyte", labels);
  const Result trained = run({"train", data, "--labels", answers, "--class-names", "left,right", "--epochs",
                              "30", "--batch-size", "8", "-o", folder / "m.safetensors"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_TRUE(contains(trained.out, "--show 5"));
  EXPECT_EQ(
      run({"evaluate", folder / "m.safetensors", data, "--labels", answers, "--fail-under", "0.99"}).code, 0);

  const Result shown = run({"predict", folder / "m.safetensors", data, "--show", "2"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const std::vector<std::string> lines = lines_of(shown.out);
  // Two rows of pixels per line: 2 lines, the predictions, an empty line.
  ASSERT_EQ(lines.size(), 4u) << shown.out;
  EXPECT_TRUE(contains(lines[2], "left"));
  EXPECT_TRUE(contains(lines[2], "right"));
  EXPECT_EQ(shown.out.find('\x1b'), std::string::npos);
}

// --- JSON --------------------------------------------------------------------------------------------------

TEST(Json, IsOneDocumentWhereverItIsOffered) {
  const Folder folder;
  const std::string data = example("penguins.csv");
  const std::vector<std::vector<std::string>> lines = {
      {"train", data, "--target", "species", "--epochs", "2", "-o", folder / "m", "--json"},
      {"evaluate", penguins_model(), data, "--json"},
      {"inspect", penguins_model(), "--json"},
      {"data", "describe", data, "--json"},
      {"gradcheck", penguins_model(), data, "--rows", "4", "--json"},
      {"bench", "--signature", "--json"},
      {"bench", "train", "--layers", "4,3,2", "--batch-size", "4", "--time", "0.001s", "--json"},
      {"bench", "predict", "--layers", "4,3,2", "--rows", "4", "--time", "0.001s", "--json"},
  };
  for (const std::vector<std::string>& words : lines) {
    SCOPED_TRACE(words[0] + " " + words[1]);
    const Result result = run(words);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(Json::accept(result.out)) << result.out;
  }
}

TEST(Json, OfTrainHoldsWhatTheSummarySays) {
  const Folder folder;
  const Result result = run({"train", example("iris.csv"), "--epochs", "4", "--hidden", "5", "--seed", "7",
                             "-o", folder / "m", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const Json json = Json::parse(result.out);
  EXPECT_EQ(json["model"], folder / "m");
  EXPECT_EQ(json["target"]["classes"], (std::vector<std::string>{"setosa", "versicolor", "virginica"}));
  // 4 inputs, 5 hidden units, 3 classes.
  EXPECT_EQ(json["network"]["parameters"], 4 * 5 + 5 + 5 * 3 + 3);
  EXPECT_EQ(json["history"].size(), 4u);
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["options"], (Json{{"epochs", "4"}, {"hidden", "5"}, {"preset", "textbook"}}));
  // A fifth of 150 rows, ten of each class: the majority class is a third.
  EXPECT_EQ(json["held_out"]["rows"], 30);
  EXPECT_NEAR(json["baseline"]["accuracy"].get<double>(), 1.0 / 3, 1e-12);
}

TEST(Bench, SignatureIsTheSameForThreadsAndVectors) {
  const Result one = run({"bench", "--signature", "--threads", "1"});
  EXPECT_EQ(one.code, 0) << one.err;
  ASSERT_EQ(one.out.size(), 17u);
  EXPECT_EQ(one.out.find_first_not_of("0123456789abcdef\n"), std::string::npos);
  EXPECT_EQ(run({"bench", "--signature", "--threads", "3", "--vector", "scalar"}).out, one.out);
}

TEST(Bench, SaysWhatWasMeasuredAndAgainstWhat) {
  const Result trained = run({"bench", "train", "--layers", "4,3,2", "--batch-size", "4", "--dropout", "0.2",
                              "--threads", "2", "--time", "0.01s", "--json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  const Json train = Json::parse(trained.out);
  EXPECT_EQ(train["dropout"], 0.2);
  EXPECT_EQ(train["threads"], 2);
  EXPECT_EQ(train["data_rows"], 4 * 64);
  // 18 weights: forward and their gradient 2 * 18 * 4 each, the gradient of the second layer's inputs 2 * 6 *
  // 4.
  EXPECT_EQ(train["flops"], 336);
  EXPECT_NEAR(train["gflops_per_second"].get<double>() * train["microseconds_per_step"].get<double>() * 1e3,
              336, 1e-6);
  const Result plain =
      run({"bench", "predict", "--layers", "4,3,2", "--rows", "4", "--vector", "scalar", "--time", "0.01s"});
  ASSERT_EQ(plain.code, 0) << plain.err;
  EXPECT_TRUE(contains(plain.out, "microseconds per call"));
  EXPECT_FALSE(contains(plain.out, "%")) << "there is no peak without vectors";
}

TEST(Bench, SaysWhatTheMachineCanDo) {
  const Json machine = Json::parse(run({"bench", "machine", "--threads", "1", "--json"}).out);
  ASSERT_EQ(machine["reads"].size(), 4u);
  for (const Json& read : machine["reads"])
    EXPECT_GT(read["gigabytes_per_second"].get<double>(), 0);
  EXPECT_TRUE(contains(run({"bench", "machine", "--threads", "1"}).out, "KiB per thread"));
}

}  // namespace
}  // namespace chainrule::cli_test
