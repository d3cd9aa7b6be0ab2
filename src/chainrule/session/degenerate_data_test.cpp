// Tables at the edge of what can be learned: each is refused with a message that says why, or gives a model
// with finite predictions, and a note if the user should know.
#include <algorithm>
#include <cmath>
#include <functional>

#include "chainrule/base/error.h"
#include "chainrule/base/text.h"
#include "chainrule/data/open_table.h"
#include "chainrule/session/prediction.h"
#include "chainrule/session/training.h"
#include "support/session_files.h"
#include "support/test_tables.h"

namespace chainrule {
namespace {

using testing_support::file_of;
using testing_support::report_of;
using testing_support::train_quietly;

enum class Answer { data_error, usage_error, divergence, model };

struct Case {
  std::string name;
  std::string text;
  Answer answer;
  std::string part;  // of the error's message, or of one of the notes ("": any notes or none)
  std::function<void(TrainRequest&)> options = {};
  std::string validation = {};
};

constexpr std::size_t kRows = 60;

std::string rows_of(const std::function<std::string(std::size_t)>& row, std::size_t count = kRows) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += row(i) + "\n";
  return text;
}

// Numbers without a pattern, with one decimal: neither sorted nor all different.
std::string x_of(std::size_t i) {
  return format_number(static_cast<double>(i * 37 % 101) / 10 - 5);
}
std::string class_of(std::size_t i) {
  return i % 2 == 0 ? "a" : "b";
}
// "x,y" with x as above and y as given.
std::string with_target(const std::function<std::string(std::size_t)>& target, std::size_t count = kRows) {
  return "x,y\n" + rows_of([&](std::size_t i) { return x_of(i) + "," + target(i); }, count);
}
// "x,k,y" with a good x, the k given, and two classes.
std::string with_input(const std::function<std::string(std::size_t)>& input, std::size_t count = kRows) {
  return "x,k,y\n" +
         rows_of([&](std::size_t i) { return x_of(i) + "," + input(i) + "," + class_of(i); }, count);
}
std::string good() {
  return with_target(class_of);
}

std::function<void(TrainRequest&)> keeping(std::vector<std::string> names) {
  return [names](TrainRequest& request) { request.schema.kept = names; };
}
std::function<void(TrainRequest&)> for_task(Task task) {
  return [task](TrainRequest& request) { request.schema.task = task; };
}
void weigh_by_k(TrainRequest& request) {
  request.weight_column = "k";
}
void hold_out_nothing(TrainRequest& request) {
  request.validation_share = 0;
}
void hold_out_of_few_rows(TrainRequest& request) {
  request.small_tables = SmallTables::hold_out;
}
void skip_missing_targets(TrainRequest& request) {
  request.data.missing_target = MissingTarget::skip;
}

std::vector<Case> empty_and_tiny_tables() {
  return {
      {"an empty file", "", Answer::data_error, "the file is empty"},
      {"only line ends", "\n\r\n\n", Answer::data_error, "only blank lines"},
      {"only a byte order mark", "\xef\xbb\xbf", Answer::data_error, "the table has no rows"},
      {"only a header", "x,y\n", Answer::data_error, "the table has no rows"},
      {"one row", "x,y\n1,a\n", Answer::data_error, "one row only"},
      {"one number", "7\n", Answer::data_error, "one row only"},
      {"one column", "y\n" + rows_of(class_of), Answer::data_error, "1 target and 0 ignored columns"},
      {"two rows of two classes", "x,y\n1,a\n2,b\n", Answer::data_error,
       "hold no row out (.validation_share = 0)", hold_out_of_few_rows},
      {"two rows of two classes, both trained on", "x,y\n1,a\n2,b\n", Answer::model, "none is held out"},
      {"two rows of two classes, none held out", "x,y\n1,a\n2,b\n", Answer::model, "", hold_out_nothing},
      {"two rows of numbers", "x,y\n1,1.5\n2,2.5\n", Answer::model, ""},
      {"two equal rows", "x,y\n1,1\n1,1\n", Answer::data_error, "one value only"},
      {"one row a class", "x,y\n1,a\n2,b\n3,c\n", Answer::data_error, "every class has one row only",
       hold_out_of_few_rows},
      {"a class of one row", with_target([](std::size_t i) { return i == 3 ? "c" : class_of(i); }),
       Answer::model, "1 class of one row only (\"c\")"},
      {"a number class of one row", with_target([](std::size_t i) {
         return i == 3 ? "7" : i % 2 ? "1" : "2";
       }),
       Answer::model, "1 class of one row only (\"7\")"},
      {"a class of one row and half held out", with_target([](std::size_t i) { return i == 3 ? "c" : "a"; }),
       Answer::model, "cannot be both learned from and scored",
       [](TrainRequest& request) { request.validation_share = 0.5; }},
      {"nearly all rows held out", good(), Answer::model, "",
       [](TrainRequest& request) { request.validation_share = 0.999; }},
      {"nearly none held out", good(), Answer::model, "",
       [](TrainRequest& request) { request.validation_share = 1e-9; }},
      {"a batch of one row", good(), Answer::model, "",
       [](TrainRequest& request) { request.batch_size = 1; }},
      {"a batch larger than the table", good(), Answer::model, "more than the 48 training rows",
       [](TrainRequest& request) { request.batch_size = 1000; }},
  };
}

std::vector<Case> inputs_that_say_nothing() {
  return {
      {"a constant column", with_input([](std::size_t) { return "5"; }), Answer::model,
       "ignored \"k\": it holds only one value"},
      {"a constant column kept", with_input([](std::size_t) { return "5"; }), Answer::model,
       "\"k\" does not vary", keeping({"k"})},
      {"all columns constant", "x,k,y\n" + rows_of([](std::size_t i) { return "5,6," + class_of(i); }),
       Answer::data_error, "\"x\" holds only one value; \"k\" holds only one value"},
      {"all columns constant and kept", "x,y\n" + rows_of([](std::size_t i) { return "5," + class_of(i); }),
       Answer::model, "\"x\" does not vary", keeping({"x"})},
      {"the odd value is held out", with_input([](std::size_t i) { return i == 0 ? "6" : "5"; }),
       Answer::model, ""},
      {"a column without a value", with_input([](std::size_t) { return ""; }), Answer::model,
       "ignored \"k\": it holds only one value or none"},
      {"a column without a value kept", with_input([](std::size_t) { return "NA"; }), Answer::model, "",
       keeping({"k"})},
      {"one cell present", with_input([](std::size_t i) { return i == 7 ? "3" : ""; }), Answer::model, "",
       keeping({"k"})},
      {"no cell at all", "x,y\n" + rows_of([](std::size_t) { return ","; }), Answer::data_error,
       "missing in every row"},
      {"the row number",
       "x,y\n" + rows_of([](std::size_t i) { return std::to_string(i) + "," + class_of(i); }), Answer::model,
       "but it is used: no other input is left"},
      {"words of which no two are equal",
       "x,y\n" + rows_of([](std::size_t i) { return "w" + std::to_string(i) + "," + class_of(i); }),
       Answer::data_error, "use .schema.kept = {\"x\"}"},
      {"the same, kept",
       "x,y\n" + rows_of([](std::size_t i) { return "w" + std::to_string(i) + "," + class_of(i); }),
       Answer::model, "", keeping({"x"})},
      {"more features than the memory holds",
       with_input([](std::size_t i) { return "w" + std::to_string(i); }, 400000), Answer::data_error,
       "\"k\" alone has 320,000 different categories", keeping({"k"})},
      {"equal rows with different classes",
       "x,k,y\n" + rows_of([](std::size_t i) { return "1,2," + class_of(i); }), Answer::model,
       "\"x\" does not vary", keeping({"x"})},
      {"equal rows with different numbers", "x,y\n" + rows_of([](std::size_t i) { return "1," + x_of(i); }),
       Answer::model, "\"x\" does not vary", keeping({"x"})},
      {"every row twice", with_target([](std::size_t i) { return i % 4 < 2 ? "a" : "b"; }), Answer::model,
       ""},
      {"the target is an input", with_input([](std::size_t i) { return class_of(i); }), Answer::model, ""},
      {"half of a column is words", with_input([](std::size_t i) { return i % 2 ? x_of(i) : "none"; }),
       Answer::model, "30 cells \"none\" count as missing"},
      {"half of a column is another word", with_input([](std::size_t i) { return i % 2 ? x_of(i) : "low"; }),
       Answer::model, "at least half of the cells are numbers"},
      {"dates", with_input([](std::size_t i) { return "2024-01-" + std::to_string(10 + i % 20); }),
       Answer::data_error, "holds dates or times"},
      {"booleans", with_input([](std::size_t i) { return i % 3 ? "TRUE" : "FALSE"; }), Answer::model, ""},
      {"more columns than rows",
       [] {
         std::string text;
         for (int c = 0; c < 300; ++c)
           text += "x" + std::to_string(c) + ",";
         text += "y\n";
         for (std::size_t r = 0; r < 10; ++r) {
           for (std::size_t c = 0; c < 300; ++c)
             text += x_of(r * 7 + c * 11) + ",";
           text += class_of(r) + "\n";
         }
         return text;
       }(),
       Answer::model, ""},
  };
}

std::vector<Case> numbers_at_the_edge() {
  const auto scaled_by = [](Scaling scaling, Precision precision = Precision::float32) {
    return [=](TrainRequest& request) {
      request.encoder.scaling = scaling;
      request.precision = precision;
    };
  };
  const auto plus_minus = [](std::size_t i) { return i % 2 ? "3.4e38" : "-3.4e38"; };
  return {
      {"1e308", with_input([](std::size_t i) { return i == 9 ? "1e308" : x_of(i); }), Answer::data_error,
       "t.csv:11:2 (column \"k\")"},
      {"inf", with_input([](std::size_t i) { return i == 9 ? "inf" : x_of(i); }), Answer::data_error,
       "the number is too large"},
      {"-Infinity", with_input([](std::size_t i) { return i == 9 ? "-Infinity" : x_of(i); }),
       Answer::data_error, "the number is too large"},
      {"nan is a missing cell", with_input([](std::size_t i) { return i % 9 == 0 ? "nan" : x_of(i); }),
       Answer::model, ""},
      {"-nan is one, too", with_input([](std::size_t i) { return i == 9 ? "-nan" : x_of(i); }), Answer::model,
       ""},
      {"+nan", with_input([](std::size_t i) { return i == 9 ? "+nan" : x_of(i); }), Answer::data_error,
       "missing_words.push_back(\"+nan\")"},
      {"1e38", with_input([](std::size_t i) { return x_of(i) + "e37"; }), Answer::model, ""},
      {"1e-308", with_input([](std::size_t i) { return x_of(i) + "e-307"; }), Answer::model, ""},
      {"1e-320, smaller than scaling can undo", with_input([](std::size_t i) { return x_of(i) + "e-320"; }),
       Answer::model, "\"k\" does not vary on the training rows, or by too little"},
      {"huge minus huge, standard", with_input(plus_minus), Answer::model, "", scaled_by(Scaling::standard)},
      {"huge minus huge, min_max", with_input(plus_minus), Answer::model, "", scaled_by(Scaling::min_max)},
      {"huge, not scaled", with_input(plus_minus), Answer::divergence, "scaled inputs",
       scaled_by(Scaling::none)},
      {"huge, not scaled, double", with_input(plus_minus), Answer::model, "",
       scaled_by(Scaling::none, Precision::float64)},
      {"one huge cell", with_input([](std::size_t i) { return i == 9 ? "3e38" : x_of(i); }), Answer::model,
       ""},
      {"0 and -0 are one value", with_input([](std::size_t i) { return i % 2 ? "-0" : "0"; }), Answer::model,
       "ignored \"k\""},
      {"whole numbers beyond 2^53",
       with_input([](std::size_t i) { return std::to_string(9007199254740993u + i * i); }), Answer::model,
       "beyond 9,007,199,254,740,992 are rounded (\"k\")"},
      {"a no-break space behind a number",
       with_input([](std::size_t i) { return i == 9 ? "4\u00a0" : x_of(i); }), Answer::model, ""},
      {"a byte order mark before a number",
       with_input([](std::size_t i) { return i == 9 ? "\ufeff4" : x_of(i); }), Answer::model, ""},
      {"a no-break space within a number",
       with_input([](std::size_t i) { return i == 9 ? "4\u00a05" : x_of(i); }), Answer::data_error,
       "\"4\\u00a05\""},
      {"a NUL byte", with_input([](std::size_t i) { return i == 9 ? std::string("4\0", 2) : x_of(i); }),
       Answer::data_error, "a NUL byte"},
      {"control characters are words", with_target([](std::size_t i) { return i % 2 ? "\x1b[31m" : "a"; }),
       Answer::model, ""},
      {"letters of many scripts", "größe,年齢,y\n" + rows_of([](std::size_t i) {
                                    return x_of(i) + (i % 3 ? ",日本" : ",ö") + (i % 2 ? ",é" : ",ü");
                                  }),
       Answer::model, ""},
      {"a cell of 10 MB",
       with_input([](std::size_t i) { return i == 9 ? std::string(10000000, 'z') : x_of(i); }),
       Answer::data_error, "longer than 1,048,576 bytes"},
      {"a name of 900 KB", std::string(900000, 'x') + ",y\n" + good().substr(4), Answer::model, ""},
      {"a line of two million cells",
       good() +
           [] {
             std::string line;
             for (int i = 0; i < 4000000; ++i)
               line += "1,";
             return line + "\n";
           }(),
       Answer::data_error, "too many columns"},
      {"a doubled name", "x,x,y\n" + good().substr(4), Answer::data_error, "two columns have the same name"},
      {"an empty name", "x,,y\n" + good().substr(4), Answer::data_error, "a column without a name"},
  };
}

std::vector<Case> targets_at_the_edge() {
  const auto with_loss = [](Loss loss) {
    return [=](TrainRequest& request) {
      request.loss = loss;
      request.schema.task = Task::regression;
    };
  };
  return {
      {"one class", with_target([](std::size_t) { return "a"; }), Answer::data_error,
       "\"y\" has one value only: there is nothing to learn"},
      {"one number", with_target([](std::size_t) { return "3.5"; }), Answer::data_error,
       "\"y\" has one value only", for_task(Task::regression)},
      {"0 and -0", with_target([](std::size_t i) { return i % 2 ? "-0" : "0"; }), Answer::data_error,
       "\"y\" has one value only"},
      {"one number but once", with_target([](std::size_t i) { return i == 3 ? "3.6" : "3.5"; }),
       Answer::model, "", for_task(Task::regression)},
      {"two numbers", with_target([](std::size_t i) { return i % 2 ? "3.5" : "4.5"; }), Answer::model,
       "the task is regression"},
      {"0 and 1", with_target([](std::size_t i) { return std::to_string(i % 2); }), Answer::model,
       "the task is binary"},
      {"missing everywhere", with_target([](std::size_t) { return ""; }), Answer::data_error,
       "missing in every row"},
      {"missing somewhere", with_target([](std::size_t i) { return i % 3 ? class_of(i) : ""; }),
       Answer::data_error, "MissingTarget::skip"},
      {"missing somewhere, skipped", with_target([](std::size_t i) { return i % 3 ? class_of(i) : ""; }),
       Answer::model, "left out 20 rows", skip_missing_targets},
      {"missing but once, skipped", with_target([](std::size_t i) { return i == 3 ? "a" : ""; }),
       Answer::data_error, "one value only", skip_missing_targets},
      {"1e38", with_target([](std::size_t i) { return x_of(i) + "e37"; }), Answer::model, ""},
      {"1e300", with_target([](std::size_t) { return "1e300"; }), Answer::data_error,
       "the number is too large"},
      {"1e-300", with_target([](std::size_t i) { return x_of(i) + "e-300"; }), Answer::data_error,
       "differ by too little"},
      {"1e-310", with_target([](std::size_t i) { return x_of(i) + "e-310"; }), Answer::data_error,
       "differ by too little"},
      {"dates", with_target([](std::size_t i) { return "2024-01-" + std::to_string(10 + i % 20); }),
       Answer::data_error, "Task::classes"},
      {"dates as classes", with_target([](std::size_t i) { return i % 2 ? "2024-01-01" : "2024-01-02"; }),
       Answer::model, "", for_task(Task::binary)},
      {"10,000 classes, one row each",
       with_target([](std::size_t i) { return "w" + std::to_string(i); }, 10000), Answer::data_error,
       "every class has one row only"},
      {"2,000 classes", with_target([](std::size_t i) { return "w" + std::to_string(i % 2000); }, 4000),
       Answer::model, ""},
      {"poisson below 0", with_target(x_of), Answer::data_error, "t.csv:3:2 (column \"y\")",
       with_loss(Loss::poisson)},
      {"poisson at 0", with_target([](std::size_t i) { return std::to_string(i % 2); }), Answer::model,
       "poisson counts need it as it is", with_loss(Loss::poisson)},
      {"cross-entropy of a number", with_target([](std::size_t i) { return std::to_string(i % 3); }),
       Answer::usage_error, "the loss does not fit the task", with_loss(Loss::binary_cross_entropy)},
      {"beyond the reach of the output", with_target([](std::size_t i) { return std::to_string(i) + ".5"; }),
       Answer::model, "logistic output lies between 0 and 1",
       [](TrainRequest& request) { request.output_activation = Activation::logistic; }},
  };
}

std::vector<Case> weights_at_the_edge() {
  const auto weights = [](const std::string& odd, const std::string& usual) {
    return with_input([=](std::size_t i) { return i == 9 ? odd : usual; });
  };
  const auto of_class = [](const std::string& name, double weight) {
    return [=](TrainRequest& request) {
      request.class_weighting = ClassWeighting::given;
      request.class_weights = {{name, weight}};
    };
  };
  return {
      {"all 0", weights("0", "0"), Answer::data_error, "no row counts", weigh_by_k},
      {"all too small for float", weights("1e-300", "1e-300"), Answer::data_error, "too small to count",
       weigh_by_k},
      {"one below 0", weights("-1", "1"), Answer::data_error, "t.csv:11:2", weigh_by_k},
      {"one missing", weights("", "1"), Answer::data_error, "t.csv:11:2", weigh_by_k},
      {"one word", weights("much", "1"), Answer::data_error, "", weigh_by_k},
      {"one huge", weights("3e38", "1"), Answer::model, "", weigh_by_k},
      {"all huge", weights("3e38", "1e38"), Answer::model, "", weigh_by_k},
      {"huge twice", weights("1e30", "1e30"), Answer::data_error, "a row's weight is too large",
       [&](TrainRequest& request) {
         request.weight_column = "k";
         request.class_weighting = ClassWeighting::given;
         request.class_weights = {{"a", 1e30}};
       }},
      {"of a class that is not there", good(), Answer::usage_error, "a class that does not exist",
       of_class("c", 2)},
      {"of a class below 0", good(), Answer::usage_error, "at least 0", of_class("a", -1)},
      {"of a class 0", good(), Answer::model, "", of_class("a", 0)},
      {"all classes 0", good(), Answer::data_error, "no row counts",
       [](TrainRequest& request) {
         request.class_weighting = ClassWeighting::given;
         request.class_weights = {{"a", 0}, {"b", 0}};
       }},
  };
}

std::vector<Case> validation_tables() {
  const auto same = [](TrainRequest&) {};
  return {
      {"other columns", good(), Answer::data_error, "the columns of the training table", same,
       "p,q\n1,a\n2,b\n"},
      {"no target", good(), Answer::data_error, "\"y\"", same, "x\n1\n2\n"},
      {"a new class", good(), Answer::data_error, "not in the training rows", same, "x,y\n1,c\n2,b\n"},
      {"no rows", good(), Answer::data_error, "the validation table has no rows", same, "x,y\n"},
      {"one row", good(), Answer::model, "", same, "x,y\n1.23,a\n"},
      {"the columns in another order", good(), Answer::model, "", same, "y,more,x\na,1,2.34\nb,3,4.56\n"},
      {"a missing target", good(), Answer::data_error, "v.csv:2:2", same, "x,y\n1,\n2,b\n"},
      {"a word among the numbers", good(), Answer::data_error, "v.csv:2:1", same, "x,y\nfoo,a\n2,b\n"},
      {"inputs all missing", good(), Answer::model, "", same, "x,y\n,a\n,b\n"},
      {"a number far away", with_target(x_of), Answer::model, "", same, "x,y\n1e38,2\n2,3\n"},
      {"a number far away, kept", with_target(x_of), Answer::divergence, "held-out rows",
       [](TrainRequest& request) { request.encoder.outliers = Outliers::keep; }, "x,y\n1e38,2\n2,3\n"},
  };
}

// A model's predictions for the table it was trained on.
void expect_finite_answers(const TrainOutcome& outcome, const std::string& path) {
  const Predictions predictions = predict_table({}, outcome.model, read_table(real_file_system(), path));
  ASSERT_GT(predictions.values.rows(), 0u);
  for (const double value : predictions.values.values())
    ASSERT_TRUE(std::isfinite(value));
  EXPECT_TRUE(std::isfinite(outcome.training.loss));
  if (outcome.held_out) {
    EXPECT_TRUE(std::isfinite(outcome.held_out->loss));
  }
}

void expect_words(const Case& one, const ErrorText& report) {
  const std::string message = format_answers(report);
  EXPECT_FALSE(report.what.empty()) << "not refused";
  EXPECT_NE(message.find(one.part), std::string::npos) << message;
  // The message always says what was expected or what to do.
  EXPECT_FALSE(report.expected.empty() && report.advice.empty()) << message;
}

template <typename E>
void expect_refusal(const Case& one, const TrainRequest& request) {
  expect_words(one, report_of<E>([&] { train_quietly(request); }));
}

// The numbers overflow: training ends and says so, and the weights are finite.
void expect_divergence(const Case& one, const TrainRequest& request) {
  const TrainOutcome outcome = train_quietly(request);
  ASSERT_EQ(outcome.history.stop_reason, StopReason::diverged);
  expect_words(one, text_of(outcome.history.divergences.back().report));
  for (const float weight : std::get<Parameters<float>>(outcome.model.parameters))
    ASSERT_TRUE(std::isfinite(weight));
}

void check(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    TrainRequest request;
    request.data.path = file_of("t.csv", one.text);
    request.hidden = {8};
    request.stopping.epochs = 3;
    if (one.options) one.options(request);
    if (!one.validation.empty()) {
      request.validation.emplace();
      request.validation->path = file_of("v.csv", one.validation);
    }
    try {
      switch (one.answer) {
        case Answer::data_error:
          expect_refusal<DataError>(one, request);
          break;
        case Answer::usage_error:
          expect_refusal<UsageError>(one, request);
          break;
        case Answer::divergence:
          expect_divergence(one, request);
          break;
        case Answer::model: {
          const TrainOutcome outcome = train_quietly(request);
          const bool is_told = std::ranges::any_of(outcome.notes, [&](const Message& note) {
            return note.text().find(one.part) != std::string::npos;
          });
          EXPECT_TRUE(one.part.empty() || is_told) << join(texts_of(outcome.notes, Face::cpp), "\n");
          expect_finite_answers(outcome, request.data.path);
          break;
        }
      }
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(DegenerateData, EmptyAndTinyTables) {
  check(empty_and_tiny_tables());
}

TEST(DegenerateData, InputsThatSayNothing) {
  check(inputs_that_say_nothing());
}

TEST(DegenerateData, NumbersAtTheEdge) {
  check(numbers_at_the_edge());
}

TEST(DegenerateData, TargetsAtTheEdge) {
  check(targets_at_the_edge());
}

TEST(DegenerateData, WeightsAtTheEdge) {
  check(weights_at_the_edge());
}

TEST(DegenerateData, ValidationTables) {
  check(validation_tables());
}

// Held-out numbers that are all equal have no spread to explain: r2 is 0, not a quotient of rounding errors.
TEST(DegenerateData, EqualHeldOutNumbersHaveAnR2OfZero) {
  TrainRequest request;
  request.data.path = file_of("t.csv", with_target([](std::size_t i) { return i == 3 ? "3.6" : "3.5"; }));
  request.schema.task = Task::regression;
  request.stopping.epochs = 3;
  const TrainOutcome outcome = train_quietly(request);
  EXPECT_GE(outcome.held_out->r2, -1);
  EXPECT_LE(outcome.held_out->r2, 0);
}

// A constant is learned: nothing distinguishes the rows, so the network predicts the mean.
TEST(DegenerateData, WithoutVaryingInputsTheMeanIsLearned) {
  TrainRequest request;
  request.data.path = file_of("t.csv", "x,y\n" + rows_of([](std::size_t i) { return "1," + x_of(i); }));
  request.schema.kept = {"x"};
  request.validation_share = 0;
  request.stopping.epochs = 300;
  const TrainOutcome outcome = train_quietly(request);
  double mean = 0;
  for (std::size_t i = 0; i < kRows; ++i)
    mean += *parse_double(x_of(i)) / static_cast<double>(kRows);
  const Table table = read_table(real_file_system(), request.data.path);
  const Predictions predictions = predict_table({}, outcome.model, table);
  EXPECT_NEAR(predictions.values(0, 0), mean, 0.05);
}

}  // namespace
}  // namespace chainrule
