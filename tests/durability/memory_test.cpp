// Memory that runs out at any moment of a whole command: an error with its exit code, the old files intact.
#include "durability/durability.h"
#include "durability/processes.h"

namespace chainrule::durability_test {
namespace {

TEST(Memory, ThatRunsOutAtAnyMomentIsReportedAndTheOldFilesStay) {
  if (kIsSanitized) GTEST_SKIP() << "the sanitizer runtime must be loaded first";
  const Folder made, streams;
  make_moons(made, 64);
  const std::vector<std::string> usual = {"--hidden", "4", "--epochs", "2", "--patience", "0", "--quiet"};
  const auto train = [&](const Folder& folder, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"train", made / "t.csv", "-o", folder / "m"};
    arguments.insert(arguments.end(), usual.begin(), usual.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  ASSERT_EQ(cli_test::run(train(made, {})).code, 0);
  const std::string model = read_text(made / "m");
  std::vector<std::string> stopped = train(made, {"--checkpoint", made / "c", "--time-budget", "0.000001"});
  ASSERT_EQ(cli_test::run(stopped).code, 0);
  std::filesystem::remove(made / "m");
  write_text(made / "m", model);
  const std::string checkpoint = read_text(made / "c/checkpoint.safetensors");

  std::size_t good = 0, all = 0, ran_out = 0;
  for (const std::string command : {"train", "resume", "predict"}) {
    const Folder folder;
    const std::string log = streams / command;
    std::vector<std::string> arguments = {"predict", folder / "m", made / "t.csv"};
    if (command == "train") arguments = train(folder, {"--checkpoint", folder / "c", "--every", "1"});
    if (command == "resume") arguments = {"train", "--resume", folder / "c", "-o", folder / "m", "--quiet"};
    const auto run = [&](long allocation, bool for_good) {
      std::filesystem::remove_all(folder / "c");
      write_text(folder / "m", "old");
      if (command != "train") {
        std::filesystem::create_directory(folder / "c");
        write_text(folder / "c/checkpoint.safetensors", checkpoint);
      }
      if (command == "predict") write_text(folder / "m", model);
      std::filesystem::remove(log);
      return cli_test::run(arguments, {.environment = {{"LD_PRELOAD", CHAINRULE_FAULTY_CALLS},
                                                       {"FAULTY_ALLOCATION", std::to_string(allocation)},
                                                       {"FAULTY_COUNT", for_good ? "2" : "1"},
                                                       {"FAULTY_LOG", log}}});
    };
    const cli_test::Result sound = run(0, false);
    ASSERT_EQ(sound.code, 0) << sound.err;
    const std::string whole = read_text(folder / "m");
    const std::string counted = read_text(log);
    const std::size_t allocations = std::stoul(counted.substr(counted.find(' ')));
    ASSERT_GT(allocations, 1000u) << counted;
    const std::size_t stride = std::max<std::size_t>(1, allocations / rounds(600, 25));
    for (const bool for_good : {false, true}) {
      for (std::size_t n = 1; n <= allocations; n += stride) {
        const cli_test::Result result = run(static_cast<long>(n), for_good);
        const std::string now = read_text(folder / "m");
        bool is_whole = now == whole || (result.code != 0 && now == (command == "predict" ? model : "old"));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
          is_whole = is_whole && entry.path().filename().string().find(".tmp-") == std::string::npos;
        if (std::filesystem::exists(folder / "c/checkpoint.safetensors") && command == "predict")
          is_whole = is_whole && read_text(folder / "c/checkpoint.safetensors") == checkpoint;
        const bool is_reported =
            result.code == 3 && cli_test::contains(result.err, "there is not enough memory");
        const bool is_right = is_whole && (result.code == 0 || is_reported);
        EXPECT_TRUE(is_right) << command << ": allocation " << n << " of " << allocations
                              << (for_good ? " and all after it" : "") << ", exit code " << result.code
                              << "\n"
                              << result.err;
        ++all;
        good += is_right;
        ran_out += is_reported;
      }
    }
  }
  EXPECT_GT(ran_out, all / 2);
  report_count(
      "allocations that fail in the program while it trains, resumes and predicts: reported, the old files "
      "intact",
      good, all);
}

}  // namespace
}  // namespace chainrule::durability_test
