#include "chainrule/base/setting.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace chainrule {
namespace {

constexpr Face kFaces[] = {Face::command_line, Face::cpp, Face::json, Face::python};

SettingValue word(const char* text) {
  return {SettingValue::Kind::word, text};
}
SettingValue text(const char* of_user) {
  return {SettingValue::Kind::text, of_user};
}

TEST(SettingTable, HasARowForEachSettingInTheirOrder) {
  ASSERT_EQ(setting_table().size(), static_cast<std::size_t>(Setting::dot) + 1);
  for (std::size_t i = 0; i < setting_table().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(setting_table()[i].setting), i);
    EXPECT_FALSE(setting_table()[i].meaning.empty()) << setting_table()[i].key;
  }
}

TEST(SettingTable, GivesNoCommandLineNameAndNoMemberOfCppTwice) {
  for (const Face face : {Face::command_line, Face::cpp}) {
    std::set<std::string> seen;
    for (const SettingNames& row : setting_table()) {
      const std::string name = name_of(row.setting, face);
      EXPECT_TRUE(name.empty() || seen.insert(name).second) << name;
    }
  }
}

TEST(SettingTable, KeepsAPlaceForTheValueInEveryFormWithOne) {
  for (const SettingNames& row : setting_table()) {
    for (const std::string_view form : {row.cpp_with_value, row.python_with_value, row.command_with_value})
      EXPECT_TRUE(form.empty() || form.find('@') != std::string_view::npos) << form;
  }
}

// Those of the command line have their own test: apps/chainrule/setting_names_test.cpp.
TEST(SettingNames, DifferByFace) {
  EXPECT_EQ(name_of(Setting::batch_size, Face::cpp), ".batch_size");
  EXPECT_EQ(name_of(Setting::batch_size, Face::json), "batch-size");
  EXPECT_EQ(name_of(Setting::batch_size, Face::python), "batch_size");
  EXPECT_EQ(name_of(Setting::patience, Face::cpp), ".stopping.patience");
  EXPECT_EQ(name_of(Setting::patience, Face::python), "patience");
  EXPECT_EQ(name_of(Setting::label_smoothing, Face::python), "");
}

TEST(SettingNamed, FindsTheSettingOfAName) {
  EXPECT_EQ(*setting_named("clip-norm", Face::json), Setting::clip_norm);
  EXPECT_EQ(*setting_named("DATA", Face::command_line), Setting::data);
  EXPECT_EQ(*setting_named("centres", Face::python), Setting::centres);
  EXPECT_EQ(setting_named("no-such", Face::json), nullptr);
  EXPECT_EQ(setting_named("", Face::python), nullptr);
}

TEST(Assignment, IsWrittenAsEachFaceWritesIt) {
  struct Row {
    Setting setting;
    SettingValue value;
    const char *cpp, *python;
  };
  const SettingValue column = {SettingValue::Kind::placeholder, "COLUMN"};
  const Row rows[] = {
      {Setting::batch_size, word("32"), ".batch_size = 32", "batch_size=32"},
      {Setting::batch_size, word("all"), ".batch_size = 0", "batch_size=\"all\""},
      {Setting::clip_norm, word("1"), ".clip_norm = 1", "clip_norm=1, where the estimator takes it"},
      {Setting::learning_rate, word("0.01"), ".learning_rate = 0.01", "learning_rate=0.01"},
      {Setting::activation, word("relu"), ".activations = {Activation::relu}", "activation=\"relu\""},
      {Setting::initializer, word("he_normal"), ".initializer = Initializer::he_normal",
       "initializer he_normal"},
      {Setting::keep, text("c"), ".schema.kept = {\"c\"}", "keep=[\"c\"]"},
      {Setting::keep, text("a b"), ".schema.kept = {\"a b\"}", "keep=[\"a b\"]"},
      {Setting::keep, column, ".schema.kept = {COLUMN}", "keep=[COLUMN]"},
      {Setting::column, text("mass"), ".data.read.column_kinds = {{\"mass\", ColumnKind::category}}",
       "read_table(kinds={\"mass\": \"category\"})"},
      {Setting::column, text("my mass"), ".data.read.column_kinds = {{\"my mass\", ColumnKind::category}}",
       "read_table(kinds={\"my mass\": \"category\"})"},
      {Setting::missing, text("-nan"), ".data.read.missing_words.push_back(\"-nan\")",
       "read_table(missing_words=[\"-nan\"])"},
      {Setting::lenient, word(""), ".data.read.leniency = Leniency::lenient", "read_table(lenient=True)"},
      {Setting::decimal, word("comma"), ".data.read.decimal = DecimalMark::comma",
       "read_table(decimal=\",\")"},
      {Setting::header, word("absent"), ".data.read.header = HeaderChoice::absent",
       "read_table(header=False)"},
      {Setting::validation, word("none"), ".validation_share = 0", "validation=0"},
      {Setting::task, word("classes"), ".schema.task = Task::classes", "TableClassifier"},
      {Setting::task, word("regression"), ".schema.task = Task::regression", "TableRegressor"},
      {Setting::resume, text("run 1"), ".checkpoint.resume_from = load_checkpoint(\"run 1\")",
       "resume run 1"},
      {Setting::weight_column, {}, ".weight_column", "sample_weight"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(assignment(row.setting, row.value, Face::cpp), row.cpp);
    EXPECT_EQ(assignment(row.setting, row.value, Face::python), row.python);
  }
  EXPECT_EQ(assignment(Setting::batch_size, word("32"), Face::json), "batch-size 32");
}

TEST(IsSettable, FollowsTheNameAndTheValue) {
  EXPECT_TRUE(is_settable(Setting::batch_size, word("32"), Face::python));
  EXPECT_TRUE(is_settable(Setting::batch_size, word("all"), Face::python));
  EXPECT_FALSE(is_settable(Setting::initializer, word("automatic"), Face::python));
  EXPECT_TRUE(is_settable(Setting::task, word("regression"), Face::python));
  for (const SettingNames& row : setting_table())
    EXPECT_TRUE(is_settable(row.setting, {}, Face::command_line)) << row.meaning;
}

// What the user wrote never becomes another value, and never closes the quotes around it.
TEST(Assignment, KeepsWhatUsersWroteInQuotes) {
  EXPECT_EQ(assignment(Setting::batch_size, text("all"), Face::cpp), ".batch_size = \"all\"");
  EXPECT_EQ(assignment(Setting::ignore, text("a\"b"), Face::python), "ignore=[\"a\\\"b\"]");
  EXPECT_EQ(assignment(Setting::ignore, text("$(x)"), Face::json), "ignore \"$(x)\"");
  EXPECT_EQ(assignment(Setting::ignore, text(""), Face::json), "ignore \"\"");
  for (const Face face : kFaces)
    EXPECT_EQ(assignment(Setting::ignore, text("@"), face).find("@@"), std::string::npos);
}

}  // namespace
}  // namespace chainrule
