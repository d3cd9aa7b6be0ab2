// The same table in every format that is read, plain and compressed, given to every command that reads
// tables.
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

struct Written {
  std::string name, target;
  std::string text;
};

// Forty rows of two numbers and a class that depends on them.
std::vector<Written> tables() {
  std::string svm,
      arff = "@relation r\n@attribute a numeric\n@attribute b numeric\n@attribute y {no,yes}\n@data\n";
  std::string lines, array = "[\n", fann = "40 2 1\n";
  for (int row = 0; row < 40; ++row) {
    const std::string a = std::to_string(row * 37 % 101), b = std::to_string(row * 11 % 7) + ".5";
    const bool yes = row * 37 % 101 > 50;
    svm += (yes ? "+1 1:" : "-1 1:") + a + " 2:" + b + "\n";
    arff += a + "," + b + (yes ? ",yes\n" : ",no\n");
    const std::string record = "{\"a\": " + a + ", \"b\": " + b + ", \"y\": \"" + (yes ? "yes\"}" : "no\"}");
    lines += record + "\n";
    array += (row == 0 ? "" : ",\n") + record;
    fann += a + " " + b + "\n" + (yes ? "1\n" : "0\n");
  }
  return {{"t.svm", "label", svm},
          {"t.arff", "y", arff},
          {"t.jsonl", "y", lines},
          {"t.json", "y", array + "\n]\n"},
          {"t.data", "output_1", fann}};
}

TEST(TableFormats, EveryCommandThatReadsTablesTakesEach) {
  for (const Written& table : tables()) {
    SCOPED_TRACE(table.name);
    const Folder folder;
    folder.write(table.name, table.text);
    const auto in_folder = [&](const std::vector<std::string>& words) {
      const Result result = run(words, {.folder = folder.path()});
      EXPECT_EQ(result.code, 0) << words[0] << "\n" << result.err;
      return result;
    };
    const Result described = in_folder({"data", "describe", table.name});
    EXPECT_TRUE(contains(described.out, "40 rows, 3 columns")) << described.out;
    in_folder({"train", table.name, "-o", "m.safetensors", "--epochs", "30", "--quiet"});
    const std::string predicted = in_folder({"predict", "m.safetensors", table.name}).out;
    EXPECT_TRUE(predicted.starts_with(table.target + "\n")) << predicted;
    EXPECT_EQ(std::count(predicted.begin(), predicted.end(), '\n'), 41);
    in_folder({"evaluate", "m.safetensors", table.name});
    EXPECT_EQ(run({"predict", "m.safetensors", "-"}, {.input = table.text, .folder = folder.path()}).out,
              predicted);

    // Its rows are written as CSV, which gets the same predictions.
    const std::string echoed = in_folder({"predict", "m.safetensors", table.name, "--passthrough"}).out;
    EXPECT_EQ(std::count(echoed.begin(), echoed.end(), '\n'), 41);
    in_folder({"data", "split", table.name, "--fractions", "0.5,0.5", "-o", "a.csv,b.csv"});
    EXPECT_TRUE(contains(in_folder({"data", "describe", "a.csv"}).out, "20 rows, 3 columns"));
    in_folder({"evaluate", "m.safetensors", "a.csv"});
  }
}

TEST(TableFormats, CompressedTablesAreReadOrRefusedWithTheCommand) {
  const Folder folder;
  folder.write("t.csv", tables()[2].text);
  for (const std::string program : {"gzip", "bzip2", "xz", "zstd"}) {
    SCOPED_TRACE(program);
    const Result packed =
        run({}, {.folder = folder.path(), .shell_line = program + " -c < t.csv > t." + program});
    if (packed.code != 0) continue;  // the program is not installed
    const Result result = run({"data", "describe", "t." + program}, {.folder = folder.path()});
    if (result.code == 0) {
      EXPECT_TRUE(contains(result.out, program)) << result.out;
      EXPECT_TRUE(contains(result.out, "40 rows, 3 columns")) << result.out;
    } else {
      EXPECT_EQ(result.code, 3);
      EXPECT_TRUE(contains(result.err, program + " -d")) << result.err;
    }
  }
}

}  // namespace
}  // namespace chainrule::cli_test
