// docs/seeds.md has every item, and its links and names exist.
#include <map>
#include <set>

#include "chainrule/base/text.h"
#include "chainrule/course/lesson.h"
#include "cli/program.h"

namespace chainrule::cli_test {
namespace {

const std::filesystem::path kSource = CHAINRULE_SOURCE_DIR;

struct Row {
  std::string item, what, lesson, command, test;
};

std::vector<Row> rows_of_the_page() {
  std::vector<Row> rows;
  for (const std::string& line : lines_of(read_text(kSource / "docs/seeds.md"))) {
    if (!line.starts_with("| S")) continue;
    std::vector<std::string> cells;
    for (const std::string& cell : split_text(line, '|'))
      cells.emplace_back(trim(cell));
    // Before the first bar and after the last there is nothing.
    if (cells.size() != 7) {
      ADD_FAILURE() << "not five cells: " << line;
      continue;
    }
    rows.push_back({cells[1], cells[2], cells[3], cells[4], cells[5]});
  }
  return rows;
}

// The texts between backquotes.
std::vector<std::string> code_in(const std::string& cell) {
  const std::vector<std::string> parts = split_text(cell, '`');
  std::vector<std::string> codes;
  for (std::size_t i = 1; i < parts.size(); i += 2)
    codes.push_back(parts[i]);
  return codes;
}

// "Suite.Name" of every test in the sources.
std::set<std::string> tests_in_the_sources() {
  std::set<std::string> tests;
  for (const char* const folder : {"src", "tests", "apps"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / folder)) {
      if (!entry.path().filename().string().ends_with("_test.cpp")) continue;
      const std::string text = read_text(entry.path());
      for (const std::string macro : {"\nTEST(", "\nTEST_F(", "\nTEST_P(", "\nRC_GTEST_PROP("}) {
        for (std::size_t at = text.find(macro); at != std::string::npos; at = text.find(macro, at + 1)) {
          const std::size_t start = at + macro.size();
          const std::string inside =
              text.substr(start, std::min(text.find('{', start), text.find(')', start)) - start);
          const std::vector<std::string> names = split_text(inside, ',');
          if (names.size() >= 2)
            tests.insert(std::string(trim(names[0])) + "." + std::string(trim(names[1])));
        }
      }
    }
  }
  return tests;
}

TEST(SeedsPage, HasEveryItemOnceAndInOrder) {
  constexpr std::size_t kItems[] = {19, 60, 16, 38, 21};
  std::vector<std::string> expected;
  for (std::size_t document = 0; document < std::size(kItems); ++document) {
    for (std::size_t i = 1; i <= kItems[document]; ++i)
      expected.push_back("S" + std::to_string(document) + "." + std::to_string(i));
  }
  ASSERT_EQ(expected.size(), 154u);
  std::vector<std::string> items;
  for (const Row& row : rows_of_the_page()) {
    items.push_back(row.item);
    for (const std::string& cell : {row.what, row.lesson, row.command, row.test})
      EXPECT_FALSE(cell.empty()) << row.item;
  }
  EXPECT_EQ(items, expected);
}

TEST(SeedsPage, NamesLessonsThatThereAre) {
  std::set<std::string> names;
  for (const Lesson& lesson : all_lessons())
    names.insert(std::string(lesson.name));
  for (const Row& row : rows_of_the_page()) {
    const std::vector<std::string> lessons = code_in(row.lesson);
    EXPECT_EQ(lessons.size(), 1u) << row.item;
    for (const std::string& lesson : lessons)
      EXPECT_TRUE(names.contains(lesson)) << row.item << ": " << lesson;
  }
}

// "S3.3-S3.5 S3.7 E3.9" -> S3.3, S3.4, S3.5, S3.7
std::vector<std::string> items_of(const Lesson& lesson) {
  std::vector<std::string> items;
  for (const std::string& part : split_text(lesson.items, ' ')) {
    if (!part.starts_with("S")) continue;
    const std::size_t dash = part.find('-');
    const std::string first = part.substr(0, dash);
    const std::string last = dash == std::string::npos ? first : part.substr(dash + 1);
    const std::size_t point = first.find('.') + 1;
    const std::int64_t from = parse_integer(first.substr(point)).value();
    const std::int64_t to = parse_integer(last.substr(point)).value();
    for (std::int64_t i = from; i <= to; ++i)
      items.push_back(first.substr(0, point) + std::to_string(i));
  }
  return items;
}

TEST(SeedsPage, SendsAnItemToALessonThatIsAboutIt) {
  std::map<std::string, std::set<std::string>> lessons_of;
  for (const Lesson& lesson : all_lessons()) {
    for (const std::string& item : items_of(lesson))
      lessons_of[item].insert(std::string(lesson.name));
  }
  std::set<std::string> on_the_page;
  for (const Row& row : rows_of_the_page()) {
    on_the_page.insert(row.item);
    const auto lessons = lessons_of.find(row.item);
    if (lessons == lessons_of.end()) continue;  // no lesson is about it alone
    for (const std::string& named : code_in(row.lesson))
      EXPECT_TRUE(lessons->second.contains(named)) << row.item << ": " << named;
  }
  for (const auto& [item, lessons] : lessons_of)
    EXPECT_TRUE(on_the_page.contains(item)) << item << " of the lesson " << *lessons.begin();
}

TEST(SeedsPage, NamesTestsThatThereAre) {
  const std::set<std::string> tests = tests_in_the_sources();
  ASSERT_TRUE(tests.contains("SeedsPage.NamesTestsThatThereAre"));
  for (const Row& row : rows_of_the_page()) {
    const std::vector<std::string> named = code_in(row.test);
    EXPECT_FALSE(named.empty()) << row.item;
    for (const std::string& test : named) {
      const std::string example = "example_";
      if (test.starts_with(example)) {
        EXPECT_TRUE(std::filesystem::exists(kSource / "examples" / (test.substr(example.size()) + ".cpp")))
            << test;
      } else {
        EXPECT_TRUE(tests.contains(test)) << row.item << ": " << test;
      }
    }
  }
}

TEST(SeedsPage, NamesCommandsOptionsAndFilesThatThereAre) {
  std::map<std::string, std::string> help;
  for (const Row& row : rows_of_the_page()) {
    const std::vector<std::string> commands = code_in(row.command);
    EXPECT_FALSE(commands.empty()) << row.item;
    for (const std::string& command : commands) {
      SCOPED_TRACE(row.item + ": " + command);
      const std::vector<std::string> words = split_text(command, ' ');
      std::string& text = help[words[0]];
      if (text.empty()) {
        const Result result = run({words[0], "--help"});
        EXPECT_EQ(result.code, 0);
        text = result.out;
      }
      for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].starts_with("--")) {
          EXPECT_TRUE(contains(text, words[i])) << words[i];
        }
        if (words[i].starts_with("examples/")) {
          EXPECT_TRUE(std::filesystem::exists(kSource / words[i])) << words[i];
        }
      }
    }
    // [text](file#heading)
    const std::size_t link = row.command.find("](");
    if (link != std::string::npos) {
      const std::string target = row.command.substr(link + 2, row.command.find(')', link) - link - 2);
      EXPECT_TRUE(std::filesystem::exists(kSource / "docs" / target.substr(0, target.find('#')))) << target;
    }
  }
}

}  // namespace
}  // namespace chainrule::cli_test
