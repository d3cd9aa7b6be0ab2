// `chainrule lesson`, as a user runs it.
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> lesson_names() {
  std::vector<std::string> names;
  for (const Json& lesson : Json::parse(run({"lesson", "list", "--format", "json"}).out))
    names.push_back(lesson["name"]);
  return names;
}

TEST(Lesson, ListsWhatThereIs) {
  const Result english = run({"lesson", "list"}), chinese = run({"lesson", "list", "--language", "zh"});
  EXPECT_EQ(english.code, 0);
  EXPECT_TRUE(contains(english.out, "graph-xyz"));
  EXPECT_TRUE(contains(english.out, "A computational graph: (x + y) z"));
  EXPECT_TRUE(contains(chinese.out, "计算图"));
  EXPECT_EQ(lines_of(english.out).size(), lesson_names().size());
}

TEST(Lesson, RunsEachInBothLanguagesWithItsPicture) {
  for (const std::string& name : lesson_names()) {
    for (const char* const language : {"en", "zh"}) {
      SCOPED_TRACE(name + " " + language);
      const Folder folder;
      const Json page = Json::parse(run({"lesson", name, "--language", language, "--format", "json"}).out);
      bool has_svg = false;
      for (const Json& block : page["blocks"])
        has_svg = has_svg || (block.contains("picture") && block["picture"]["svg"] != "");
      const Result result = has_svg ? run({"lesson", name, "--language", language, "--svg", folder / "p.svg"})
                                    : run({"lesson", name, "--language", language});
      EXPECT_EQ(result.code, 0);
      EXPECT_EQ(result.err, "");
      EXPECT_TRUE(result.out.starts_with(page["title"].get<std::string>() + "\n"));
      if (has_svg) {
        EXPECT_TRUE(contains(read_text(folder / "p.svg"), "<svg xmlns="));
      }
    }
  }
}

TEST(Lesson, EndsWithCommandsThatRun) {
  // They run one after the other in a new folder, as for a reader who copies them.
  for (const std::string& name : lesson_names()) {
    const Folder folder;
    const Json page = Json::parse(run({"lesson", name, "--format", "json"}).out);
    for (const Json& block : page["blocks"]) {
      if (!block.contains("try_next")) continue;
      const std::string command = block["try_next"]["command"];
      const Result result = run({}, {.folder = folder.path(), .shell_line = command});
      EXPECT_EQ(result.code, 0) << name << ": " << command << "\n" << result.err;
    }
  }
}

TEST(Lesson, IsWhatTheDocumentationShows) {
  // Renew the pages with ./dev lessons.
  for (const std::string language : {"en", "zh"}) {
    const std::string docs = std::string(CHAINRULE_SOURCE_DIR) + "/docs/lessons/" + language + "/";
    EXPECT_EQ(run({"lesson", "list", "--language", language, "--format", "markdown"}).out,
              read_text(docs + "README.md"));
    for (const std::string& name : lesson_names()) {
      const Folder folder;
      std::vector<std::string> arguments = {"lesson", name, "--language", language, "--format", "markdown"};
      const bool has_svg = std::filesystem::exists(docs + name + ".svg");
      if (has_svg) arguments.insert(arguments.end(), {"--svg", folder / (name + ".svg")});
      EXPECT_EQ(run(arguments).out, read_text(docs + name + ".md"))
          << name << ": renew it with ./dev lessons";
      if (has_svg) {
        EXPECT_EQ(read_text(folder / (name + ".svg")), read_text(docs + name + ".svg")) << name;
      }
    }
  }
}

TEST(Lesson, RefusesWhatItDoesNotHave) {
  const Folder folder;
  const Result unknown = run({"lesson", "xor-bp"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_TRUE(contains(unknown.err, "no such lesson"));
  const Result list = run({"lesson", "list", "--svg", folder / "a.svg"});
  EXPECT_EQ(list.code, 2);
  EXPECT_TRUE(contains(list.err, "a list has no plot"));
  const Result language = run({"lesson", "graph-xyz", "--language", "de"});
  EXPECT_EQ(language.code, 2);
  EXPECT_TRUE(contains(language.err, "en, zh"));
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
}

}  // namespace
}  // namespace chainrule::cli_test
