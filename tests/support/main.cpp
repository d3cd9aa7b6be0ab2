// main() of every test program: the whole suite runs where the decimal point is a comma.
//
// A library that reads or writes a number the way the locale does would pass every test on a machine set to
// English and lose the decimals of its users elsewhere. Two locales are at work, and both are set: C++'s
// (streams) through a facet of our own, C's (printf, strtod) through the German locale that tools/setup.sh
// makes in build/locale, or one that the system has. Where there is none, only C++'s is set.
#include <gtest/gtest.h>

#include <clocale>
#include <cstdlib>
#include <locale>

namespace {

struct CommaDecimalPoint : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::locale::global(std::locale(std::locale::classic(), new CommaDecimalPoint));
  // Not LC_ALL: the system's own messages stay English, tests compare them.
  if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
    setenv("LOCPATH", CHAINRULE_SOURCE_DIR "/build/locale", 1);
    std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    unsetenv("LOCPATH");  // a program that a test starts sees the environment as it was
  }
  return RUN_ALL_TESTS();
}
