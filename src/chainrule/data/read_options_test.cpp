#include "chainrule/data/read_options.h"

#include <gtest/gtest.h>

#include "chainrule/base/error.h"

namespace chainrule {
namespace {

TEST(ReadOptions, OptionsThatContradictAreRefused) {
  for (const ReadOptions& options :
       {ReadOptions{.decimal = DecimalMark::point, .thousands = "."},
        ReadOptions{.decimal = DecimalMark::comma, .thousands = ","}, ReadOptions{.thousands = "x"},
        ReadOptions{.strip = {"5"}}, ReadOptions{.strip = {" "}}}) {
    EXPECT_THROW(number_form_of(options), UsageError);
  }
  EXPECT_EQ(number_form_of({.thousands = "point"}).decimal, DecimalMark::comma);
  EXPECT_EQ(number_form_of({.thousands = "\u00a0"}).thousands, " ");
}

TEST(ReadOptions, OverrideTheFormOfAModel) {
  const NumberForm form{.suffix = "kg", .thousands = ".", .decimal = DecimalMark::comma};
  EXPECT_EQ(with_options(form, {}), form);
  EXPECT_EQ(with_options(form, {.decimal = DecimalMark::point}), (NumberForm{.suffix = "kg"}));
  EXPECT_EQ(with_options(form, {.thousands = ","}), (NumberForm{.suffix = "kg", .thousands = ","}));
  EXPECT_EQ(with_options({.strip = {"kg"}}, {.strip = {"kgs", "kg"}}).strip,
            (std::vector<std::string>{"kgs", "kg"}));
}

}  // namespace
}  // namespace chainrule
