// main() of every test program: all tests run in a locale with a decimal comma.
//
// A library whose number formats follow the locale would pass every test in an English locale and fail for
// users elsewhere. There are two locales, and both are set: that of C++ (streams) by our own facet, that of C
// (printf, strtod) by the German locale of the system or the one that tools/setup.sh makes in build/locale.
// Without either, only that of C++ is set.
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
  // Not LC_ALL: tests compare messages of the system, which must stay English.
  if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
    setenv("LOCPATH", CHAINRULE_SOURCE_DIR "/build/locale", 1);
    std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    unsetenv("LOCPATH");  // programs that a test starts get the original environment
  }
  return RUN_ALL_TESTS();
}
