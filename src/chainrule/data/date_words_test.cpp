#include "chainrule/data/date_words.h"

#include <gtest/gtest.h>

#include <string>

namespace chainrule {
namespace {

TEST(IsDateWord, DatesAndTimesAreRecognised) {
  for (const std::string word : {"2024-01-31",
                                 "2024-1-3",
                                 "2024/01/31",
                                 "2024.01.31",
                                 "2024-01",
                                 "2024/01",
                                 "31/01/2024",
                                 "01/31/2024",
                                 "1/2/24",
                                 "31.1.2024",
                                 "31-01-2024",
                                 "12-31-2024",
                                 "2024-01-31T12:00",
                                 "2024-01-31T12:00:05Z",
                                 "2024-01-31 12:00:05.250",
                                 "2024-01-31T12:00:05+01:00",
                                 "2024-01-31 23:59:59-0530",
                                 "31/01/2024 8:15",
                                 "12:30",
                                 "12:30:15",
                                 "9:05 PM",
                                 "Jan 5, 2024",
                                 "January 5 2024",
                                 "Jan. 5, 2024",
                                 "5 Jan 2024",
                                 "05-Jan-2024",
                                 "5 September 2024",
                                 "Jan 2024",
                                 " 2024-01-31 "}) {
    EXPECT_TRUE(is_date_word(word)) << word;
  }
}

TEST(IsDateWord, OtherWordsAreNotDates) {
  for (const std::string word : {"Dream",
                                 "2024-13-01",
                                 "2024-01-32",
                                 "32/01/2024",
                                 "31/31/2024",
                                 "2024.01",
                                 "1.2.3",
                                 "10.0.0.1",
                                 "16:9",
                                 "25:00",
                                 "12:60",
                                 "12:30:61",
                                 "Mayor 5, 2024",
                                 "Jan 32, 2024",
                                 "Jan",
                                 "may",
                                 "2024-01-31x",
                                 "2024-01/31",
                                 "A-12-2024",
                                 "12:30h",
                                 "1-2",
                                 "3/4",
                                 "2024-01-31 noon",
                                 "",
                                 "-",
                                 "555-1234",
                                 "01-02-3"}) {
    EXPECT_FALSE(is_date_word(word)) << word;
  }
}

}  // namespace
}  // namespace chainrule
