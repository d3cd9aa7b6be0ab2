// The lessons on back-propagation: the worked examples of the lectures, and XOR.
//
//   bp-3-3-2     unit by unit: delta_j = f'(net_j) sum over k of delta_k omega_jk, then every weight
//   bp-matrix    in matrices: dC/dz_l = sigma'(z_l) * (w^(l+1))^T dC/dz_(l+1), grad w^l = dC/dz_l a_(l-1)^T
//   bp-2-3-2-1   the printed numbers of document 004 beside those of work_step (printed_numbers.h)
//   xor-by-bp    a 2-2-1 network over 11,050 iterations (xor_training.h)
//
// Formulas come from derivation.h: a lesson shows what `explain` shows. Sources: documents 000 (S0.1 to
// S0.19), 001 (S1.22 to S1.58), 002 (S2.1 to S2.16), 003 (S3.21 to S3.34) and 004 (S4.1 to S4.21).
#include "chainrule/course/bp_lessons.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/course/printed_numbers.h"
#include "chainrule/course/texts.h"
#include "chainrule/course/xor_training.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/explain/worked_examples.h"

namespace chainrule {
namespace {

constexpr int kDigits = 6;
constexpr std::size_t kFormulaWidth = 92;  // with its indent it fits a terminal of 100 columns

std::string significant(double value, int digits = kDigits) {
  return format_significant(value, digits);
}

// The equations of the section whose title starts with `title`, as lines.
std::vector<std::string> lines_of(const Derivation& derivation, std::string_view title) {
  std::vector<std::string> lines;
  for (const DerivationSection& section : derivation.sections) {
    if (!section.title.starts_with(title)) continue;
    for (const Equation& equation : section.equations) {
      for (const std::string& line : split_text(equation_text(equation, kFormulaWidth), '\n'))
        lines.push_back(line);
    }
  }
  return lines;
}

// All equations of the step, or those of one parameter.
Derivation derivation_of(const WorkedNetwork& worked, const WorkedStep& step, Notation notation,
                         std::optional<ParameterPlace> parameter = {}) {
  return derive(worked, step, {.notation = notation, .digits = kDigits, .parameter = parameter});
}

// Numbers in brackets, as formulas have them.
std::string list_text(const NumberList& numbers, int digits = kDigits) {
  return formula_text(matrix({numbers}, digits));
}

std::string table_text(const NumberTable& rows, int digits = kDigits) {
  return formula_text(matrix(rows, digits));
}

// The losses of the first iterations of descent from `worked`, all samples at once or one by one.
enum class Descent { batch, one_by_one };

NumberList losses_of_descent(WorkedNetwork worked, Descent descent, std::size_t iterations) {
  NumberList losses = {data_loss_of(worked, worked.parameters)};
  const std::vector<WorkedSample> samples = worked.samples;
  for (std::size_t i = 0; i < iterations; ++i) {
    if (descent == Descent::batch) {
      worked.parameters = work_step(worked).parameters_new;
    } else {
      WorkedNetwork one = worked;
      one.loss.reduction = Reduction::single;
      for (const WorkedSample& sample : samples) {
        one.samples = {sample};
        one.parameters = work_step(one).parameters_new;
      }
      worked.parameters = one.parameters;
    }
    losses.push_back(data_loss_of(worked, worked.parameters));
  }
  return losses;
}

}  // namespace

// --- 3-3-2 -------------------------------------------------------------------------------------------------

namespace {

// Document 001's four samples: batch descent, one by one, and two stopping rules.
void many_samples(LessonPage& page) {
  page.heading("bp-3-3-2.heading.many_samples"_text);
  const WorkedNetwork four = example_001();
  constexpr std::size_t kIterations = 20;
  const NumberList batch = losses_of_descent(four, Descent::batch, kIterations);
  const NumberList stochastic = losses_of_descent(four, Descent::one_by_one, kIterations);
  page.say("bp-3-3-2.four_samples"_text);
  std::vector<std::vector<std::string>> samples;
  for (const WorkedSample& sample : four.samples)
    samples.push_back({list_text(sample.x), list_text(sample.t)});
  page.table({verbatim("x"), verbatim("y")}, std::move(samples));
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : {0, 1, 2, 5, 10, 20})
    rows.push_back({std::to_string(i), significant(batch[i]), significant(stochastic[i])});
  page.table({"word.iteration"_text, "bp-3-3-2.column.batch"_text, "bp-3-3-2.column.one_by_one"_text},
             std::move(rows));
  // The second rule: an error that hardly changes from one iteration to the next.
  constexpr double kSmallChange = 1e-4;
  std::size_t stop = 1;
  const NumberList long_run = losses_of_descent(four, Descent::batch, 400);
  while (stop + 1 < long_run.size() && std::fabs(long_run[stop] - long_run[stop - 1]) >= kSmallChange)
    ++stop;
  page.say("bp-3-3-2.stopping"_text, {std::to_string(stop)});
  page.say("bp-3-3-2.slips"_text);
  PlaneSeries batch_curve{.name = page.pick("bp-3-3-2.column.batch"_text)},
      stochastic_curve{.name = page.pick("bp-3-3-2.column.one_by_one"_text)};
  for (std::size_t i = 0; i <= kIterations; ++i) {
    batch_curve.points.push_back({static_cast<double>(i), batch[i]});
    stochastic_curve.points.push_back({static_cast<double>(i), stochastic[i]});
  }
  page.plot("bp-3-3-2.picture"_text, {{.title = page.pick("bp-3-3-2.label.two_ways_down"_text),
                                       .x_label = page.pick("word.iteration"_text),
                                       .y_label = "E",
                                       .series = {batch_curve, stochastic_curve}}});
}

}  // namespace

// Document 000's step, section by section of its derivation.
void write_bp_3_3_2_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_000();
  const WorkedStep step = work_step(worked);
  page.say("bp-3-3-2.intro"_text, {std::to_string(worked.parameters.size())});
  const Derivation all = derivation_of(worked, step, Notation::s000);
  page.heading("bp-3-3-2.heading.forward"_text);
  page.formulas(lines_of(all, "Forward"));
  page.heading("bp-3-3-2.heading.total_error"_text);
  page.formulas(lines_of(all, "Loss"));
  page.heading("bp-3-3-2.heading.error_terms"_text);
  page.say("bp-3-3-2.error_terms"_text);
  page.formulas(lines_of(all, "Output"));
  page.formulas(lines_of(all, "Hidden"));
  page.heading("bp-3-3-2.heading.one_weight"_text);
  const ParameterPlace omega_23{0, 2, 1};
  const Derivation one = derivation_of(worked, step, Notation::s000, omega_23);
  std::vector<std::string> weight = lines_of(one, "Gradients");
  for (const std::string& line : lines_of(one, "Update"))
    weight.push_back(line);
  page.formulas(std::move(weight));
  page.heading("bp-3-3-2.heading.update"_text);
  page.formulas(lines_of(all, "Update"));
  page.say("bp-3-3-2.error_falls"_text,
           {significant(step.total_loss), significant(step.total_loss_after),
            significant(step.samples[0].f_prime[0][0] * (step.W_new[1][0][0] * step.samples[0].delta[1][0] +
                                                         step.W_new[1][1][0] * step.samples[0].delta[1][1])),
            significant(step.samples[0].delta[0][0])});
  many_samples(page);
  page.try_next("bp-3-3-2.try.same_weight"_command);
  page.try_next("bp-3-3-2.try.same_step"_command);
  page.try_next("bp-3-3-2.try.batch_of_four_worked"_command);
  page.try_next("bp-3-3-2.try.what_the_document_misprints"_command);
}

// --- in matrices -------------------------------------------------------------------------------------------

namespace {

// The loss and one derivative, sample by sample, and their reduction as sum and as mean.
void sum_or_mean(LessonPage& page, const WorkedNetwork& worked, const WorkedStep& step) {
  page.heading("bp-matrix.heading.sum_or_mean"_text);
  WorkedNetwork mean = worked;
  mean.loss.reduction = Reduction::mean;
  const WorkedStep of_mean = work_step(mean);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t n = 0; n < step.samples.size(); ++n)
    rows.push_back(
        {std::to_string(n + 1), significant(step.samples[n].loss), significant(step.samples[n].dW[0][0][0])});
  rows.push_back({page.pick("word.sum"_text), significant(step.data_loss), significant(step.dW[0][0][0])});
  rows.push_back({page.pick("bp-matrix.label.mean"_text), significant(of_mean.data_loss),
                  significant(of_mean.dW[0][0][0])});
  page.table({"word.sample"_text, verbatim("C"), "bp-matrix.column.derivative"_text}, std::move(rows));
  page.say("bp-matrix.sum_or_mean"_text, {significant(step.total_loss), significant(step.total_loss_after)});
}

// The names of one weight, its bias and its delta in every notation.
void notations(LessonPage& page, const WorkedNetwork& worked) {
  page.heading("bp-matrix.heading.notations"_text);
  std::vector<std::vector<std::string>> names;
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const Symbols symbols(notation.value, worked);
    names.push_back({std::string(notation.word), formula_text(symbols.weight(1, 1, 2)),
                     formula_text(symbols.bias(1, 1)), formula_text(symbols.delta(1, 1))});
  }
  page.table({"bp-matrix.column.document"_text, "bp-matrix.column.weight"_text, "bp-matrix.column.bias"_text,
              "bp-matrix.column.error_term"_text},
             std::move(names));
}

}  // namespace

// Document 002's step for the first of three samples, with the matrix forms beside one another.
void write_bp_matrix_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_002();
  const WorkedStep step = work_step(worked);
  const WorkedSampleStep& first = step.samples[0];
  page.say("bp-matrix.intro"_text);
  page.heading("bp-matrix.heading.forward"_text);
  std::vector<std::string> forward = {"a_0 = " + list_text(worked.samples[0].x)};
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    const std::string number = std::to_string(l + 1);
    forward.push_back("z_" + number + " = " + list_text(first.z[l]));
    forward.push_back((l + 1 == worked.layers() ? "o   = " : "a_" + number + " = ") + list_text(first.a[l]) +
                      "     σ'(z_" + number + ") = " + list_text(first.f_prime[l]));
  }
  page.formulas(std::move(forward));
  page.heading("bp-matrix.heading.bp_1"_text);
  page.formulas({"∂C/∂z_3 = (o - y) ⊙ σ'(z_3) = " + list_text(first.d_a[2]) + " ⊙ " +
                 list_text(first.f_prime[2]) + " = " + list_text(first.delta[2])});
  page.heading("bp-matrix.heading.bp_2"_text);
  std::vector<std::string> down;
  for (const std::size_t l : {1, 0}) {
    const std::string i = std::to_string(l + 1), j = std::to_string(l + 2);
    down.push_back("∂C/∂a_" + i + " = (w^" + j + ")ᵀ ∂C/∂z_" + j + " = " + list_text(first.d_a[l]));
    down.push_back("∂C/∂z_" + i + " = σ'(z_" + i + ") ⊙ ∂C/∂a_" + i + " = " + list_text(first.delta[l]));
  }
  page.formulas(std::move(down));
  page.say("bp-matrix.no_copy"_text);
  page.heading("bp-matrix.heading.bp_3_and_4"_text);
  // The matrix of repeated rows of the document, element by element times the deltas, and the outer product.
  NumberTable repeated(worked.units(0), worked.samples[0].x), broadcast = repeated;
  for (std::size_t k = 0; k < repeated.size(); ++k) {
    for (std::size_t j = 0; j < repeated[k].size(); ++j)
      broadcast[k][j] = repeated[k][j] * first.delta[0][k];
  }
  page.formulas({"∂z_1/∂w^1: rows of a_0, one a unit  = " + table_text(repeated),
                 "∇w^1, row k = a_0 ∂C/∂z_1k           = " + table_text(broadcast),
                 "∇w^1 = (∂C/∂z_1) a_0ᵀ                = " + table_text(first.dW[0]),
                 "∇b^1 = I ∂C/∂z_1                     = " + list_text(first.db[0])});
  page.say("bp-matrix.outer_product"_text);
  sum_or_mean(page, worked, step);
  notations(page, worked);
  page.try_next("bp-matrix.try.every_number"_command);
  page.try_next("bp-matrix.try.as_page"_command);
  page.try_next("bp-matrix.try.mean"_command);
}

// --- 2-3-2-1 -----------------------------------------------------------------------------------------------

// The step of document 004 with ten digits, and its printed numbers that differ.
void write_bp_2_3_2_1_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_004();
  const WorkedStep step = work_step(worked);
  const WorkedSampleStep& sample = step.samples[0];
  constexpr int kMany = 10;
  page.say("bp-2-3-2-1.intro"_text);
  page.heading("bp-2-3-2-1.heading.forward"_text);
  std::vector<std::vector<std::string>> rows;
  std::size_t unit = 1;
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t i = 0; i < worked.units(l); ++i, ++unit) {
      rows.push_back({std::to_string(unit), significant(sample.z[l][i], kMany),
                      significant(sample.a[l][i], kMany), significant(sample.f_prime[l][i], kMany),
                      significant(sample.delta[l][i], kMany)});
    }
  }
  page.table(
      {"bp-2-3-2-1.column.unit"_text, verbatim("z"), verbatim("f(z)"), verbatim("f'(z)"), verbatim("δ")},
      std::move(rows));
  page.say("bp-2-3-2-1.backwards"_text,
           {significant(1 - sample.a[2][0], kMany), significant(step.data_loss, kMany)});
  const Derivation derivation = derivation_of(worked, step, Notation::s004);
  page.formulas(lines_of(derivation, "Hidden"));
  page.heading("bp-2-3-2-1.heading.update"_text);
  // The intended update: without the + W of the rule, which is a decay of 1.
  WorkedNetwork plain = worked;
  plain.decay = 0;
  const WorkedStep without = work_step(plain);
  page.formulas({"W(1): " + table_text(step.W_new[0], 14), "b(1): " + list_text(step.b_new[0], 14),
                 "W(2): " + table_text(step.W_new[1], 12), "b(2): " + list_text(step.b_new[1], 12),
                 "W(3): " + table_text(step.W_new[2], 12), "b(3): " + list_text(step.b_new[2], 12)});
  page.say("bp-2-3-2-1.lost_lambda"_text,
           {significant(step.data_loss_after, kMany), significant(without.data_loss_after, kMany)});
  page.heading("bp-2-3-2-1.heading.printed_and_calculated"_text);
  std::size_t numbers = 0, differing = 0, following = 0;
  std::vector<std::vector<std::string>> printed;
  for (const PrintedNumber& number : printed_numbers(Document::s004)) {
    ++numbers;
    if (number.agreement != Agreement::differs) continue;
    ++differing;
    if (number.agreement_with_authors && *number.agreement_with_authors != Agreement::differs) ++following;
    if (printed.size() < 8) {
      printed.push_back({std::string(number.quantity), std::string(number.printed),
                         significant(number.exact, kMany),
                         number.authors ? significant(*number.authors, kMany) : ""});
    }
  }
  page.table({"bp-2-3-2-1.column.quantity"_text, "word.printed"_text, "word.calculated"_text,
              "bp-2-3-2-1.column.with_3_forwards"_text},
             std::move(printed));
  page.say("bp-2-3-2-1.one_slip"_text,
           {std::to_string(numbers), std::to_string(differing), std::to_string(following)});
  page.try_next("bp-2-3-2-1.try.whole_step_all_digits"_command);
  page.try_next("bp-2-3-2-1.try.one_weight"_command);
  page.try_next("bp-2-3-2-1.try.each_printed_number_beside"_command);
}

// --- XOR ---------------------------------------------------------------------------------------------------

namespace {

// Printed in the lecture: outputs for 00, 01, 10, 11, and E.
struct Printed {
  std::size_t iteration;
  std::array<std::string_view, 5> numbers;
};
constexpr std::array<Printed, 3> kPrinted = {{{1, {"0.5", "0.5", "0.5", "0.5", "0.5"}},
                                              {8000, {"0.119", "0.727", "0.734", "0.415", "0.166"}},
                                              {11050, {"0.05", "0.941", "0.941", "0.078", "0.008"}}}};

// Every iteration at first, then every fiftieth, and those that the lecture prints.
std::vector<std::size_t> recorded_iterations() {
  std::vector<std::size_t> iterations;
  for (std::size_t i = 1; i <= 11050; i += i < 50 ? 1 : 50)
    iterations.push_back(i);
  for (const std::size_t wanted : {std::size_t{8000}, std::size_t{11050}})
    iterations.push_back(wanted);
  std::sort(iterations.begin(), iterations.end());
  iterations.erase(std::unique(iterations.begin(), iterations.end()), iterations.end());
  return iterations;
}

// The checkpoint after this iteration, which must be among the recorded ones.
const XorCheckpoint& at(const std::vector<XorCheckpoint>& run, std::size_t iteration) {
  return *std::find_if(run.begin(), run.end(),
                       [&](const XorCheckpoint& c) { return c.iteration == iteration; });
}

// The first recorded iteration whose error is below `error`; 0 for none.
std::size_t first_below(const std::vector<XorCheckpoint>& run, double error) {
  for (const XorCheckpoint& checkpoint : run) {
    if (checkpoint.error < error) return checkpoint.iteration;
  }
  return 0;
}

std::string short_text(double value) {
  return significant(value, 3);
}

// Two rows per iteration: calculated, and as printed in the lecture.
void calculated_and_printed(LessonPage& page, const std::vector<XorCheckpoint>& run) {
  page.heading("xor-by-bp.heading.outputs"_text);
  std::vector<std::vector<std::string>> rows;
  for (const Printed& printed : kPrinted) {
    const XorCheckpoint& here = at(run, printed.iteration);
    std::vector<std::string> row = {std::to_string(printed.iteration), page.pick("word.calculated"_text)};
    for (const double output : here.outputs)
      row.push_back(short_text(output));
    row.push_back(short_text(here.error));
    rows.push_back(std::move(row));
    std::vector<std::string> second = {"", page.pick("word.printed"_text)};
    for (const std::string_view number : printed.numbers)
      second.emplace_back(number);
    rows.push_back(std::move(second));
  }
  page.table({"word.iteration"_text, verbatim(""), verbatim("00"), verbatim("01"), verbatim("10"),
              verbatim("11"), verbatim("E")},
             std::move(rows));
}

}  // namespace

// The recorded training beside document 003's table, and the facts that this table leaves open.
void write_xor_by_bp_lesson(LessonPage& page) {
  page.say("xor-by-bp.intro"_text);
  const XorTraining training = recorded_xor_training();
  const std::vector<XorCheckpoint> run = train_xor(training, recorded_iterations());
  calculated_and_printed(page, run);
  page.say("xor-by-bp.plateau"_text,
           {short_text(at(run, 1).error), short_text(at(run, 8000).error), short_text(at(run, 11050).error),
            std::to_string(first_below(run, 0.01))});
  PlaneSeries curve;
  for (const XorCheckpoint& checkpoint : run)
    curve.points.push_back({static_cast<double>(checkpoint.iteration), checkpoint.error});
  page.plot("xor-by-bp.picture"_text, {{.title = page.pick("xor-by-bp.label.xor_by_back_propagation"_text),
                                        .x_label = page.pick("word.iteration"_text),
                                        .y_label = "E",
                                        .series = {curve}}});
  page.heading("xor-by-bp.heading.left_open"_text);
  page.say("xor-by-bp.left_open"_text, {format_number(training.eta)});
  page.say("xor-by-bp.each_step"_text);
  page.try_next("xor-by-bp.try.why_one_layer_cannot"_command);
  page.try_next("xor-by-bp.try.four_rows"_command);
  page.try_next("xor-by-bp.try.and_learned_from_it"_command);
  page.try_next("xor-by-bp.try.one_step"_command);
}

}  // namespace chainrule
