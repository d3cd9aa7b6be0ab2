#include "chainrule/course/bp_lessons.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "chainrule/base/text.h"
#include "chainrule/course/printed_numbers.h"
#include "chainrule/course/xor_training.h"
#include "chainrule/explain/derivation.h"
#include "chainrule/explain/number_text.h"
#include "chainrule/explain/worked_examples.h"

namespace chainrule {
namespace {

constexpr int kDigits = 6;
constexpr std::size_t kFormulaWidth = 92;

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

Derivation derivation_of(const WorkedNetwork& worked, const WorkedStep& step, Notation notation,
                         std::optional<ParameterPlace> parameter = {}) {
  return derive(worked, step, {.notation = notation, .digits = kDigits, .parameter = parameter});
}

std::string list_text(const NumberList& numbers, int digits = kDigits) {
  return formula_text(matrix({numbers}, digits));
}

std::string table_text(const NumberTable& rows, int digits = kDigits) {
  return formula_text(matrix(rows, digits));
}

// The losses of the first iterations when descent goes on from `worked`, all samples at once or one by one.
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

void write_bp_3_3_2_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_000();
  const WorkedStep step = work_step(worked);
  page.say(
      {"Three inputs, three hidden units, two outputs, logistic everywhere: 9 + 3 + 6 + 2 = {0} parameters. "
       "The "
       "document derives every formula but gives no numbers; these are chosen so that a computer holds them "
       "exactly. Its symbols: ω_ij goes from i to j and carries the number of the sending layer; a hat marks "
       "what is "
       "new.",
       "三个输入、三个隐层神经元、两个输出，全部用逻辑斯谛函数：9 + 3 + 6 + 2 = {0} "
       "个参数。文档推导了每个公式但没有数值；这里取"
       "计算机能精确表示的数。记号按文档：ω_ij 由 i 指向 j，上标是发送层；带帽的是新值。"},
      {std::to_string(worked.parameters.size())});
  const Derivation all = derivation_of(worked, step, Notation::s000);
  page.heading({"(1) Forward", "(1) 前向传播"});
  page.formulas(lines_of(all, "Forward"));
  page.heading({"(2) The total error", "(2) 总误差"});
  page.formulas(lines_of(all, "Loss"));
  page.heading({"(3) Error terms, backwards", "(3) 误差项反向传播"});
  page.say(
      {"One δ for each receiving unit, used for all weights that lead to it. A hidden unit collects the δ of "
       "every "
       "output it feeds: the sum over k.",
       "每个接收神经元有一个 δ，通向它的所有权值共用。隐层神经元汇集它所馈送的每个输出的 δ：对 k 求和。"});
  page.formulas(lines_of(all, "Output"));
  page.formulas(lines_of(all, "Hidden"));
  page.heading({"(4) One weight in full: ω_23 of L1", "(4) 完整写出一个权值：L1 的 ω_23"});
  const ParameterPlace omega_23{0, 2, 1};
  const Derivation one = derivation_of(worked, step, Notation::s000, omega_23);
  std::vector<std::string> weight = lines_of(one, "Gradients");
  for (const std::string& line : lines_of(one, "Update"))
    weight.push_back(line);
  page.formulas(std::move(weight));
  page.heading({"The update", "更新"});
  page.formulas(lines_of(all, "Update"));
  page.say({"The error falls from {0} to {1}. Every gradient was formed from the old weights: with the new ω "
            "of L2 in the "
            "hidden terms, δ_·1 of L1 would be {2} in place of {3}.",
            "误差由 {0} 降到 {1}。所有梯度都用旧权值形成：若在隐层误差项中用 L2 的新 ω，L1 的 δ_·1 会成为 "
            "{2} 而不是 {3}。"},
           {significant(step.total_loss), significant(step.total_loss_after),
            significant(step.samples[0].f_prime[0][0] * (step.W_new[1][0][0] * step.samples[0].delta[1][0] +
                                                         step.W_new[1][1][0] * step.samples[0].delta[1][1])),
            significant(step.samples[0].delta[0][0])});

  page.heading({"Many samples: batch, one by one, and when to stop", "多个样本：批量、逐个，以及何时停止"});
  const WorkedNetwork four = example_001();
  constexpr std::size_t kIterations = 20;
  const NumberList batch = losses_of_descent(four, Descent::batch, kIterations);
  const NumberList stochastic = losses_of_descent(four, Descent::one_by_one, kIterations);
  page.say(
      {"Document 001 has the same network with its own numbers. E_total is the mean over four "
       "samples. Batch descent changes the weights once an iteration, by the "
       "mean of the "
       "gradients; stochastic descent after each sample, four times an iteration.",
       "文档 001 有同样结构的网络，数值另取。E_total "
       "是四个样本误差的均值。批量下降每次迭代按梯度均值更新一次；随机下降每个样本更新一次，每次迭代四次。"});
  std::vector<std::vector<std::string>> samples;
  for (const WorkedSample& sample : four.samples)
    samples.push_back({list_text(sample.x), list_text(sample.t)});
  page.table({{"x", "x"}, {"y", "y"}}, std::move(samples));
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : {0, 1, 2, 5, 10, 20})
    rows.push_back({std::to_string(i), significant(batch[i]), significant(stochastic[i])});
  page.table({{"iteration", "迭代"}, {"batch", "批量"}, {"one by one", "逐个"}}, std::move(rows));
  constexpr double kSmallChange = 1e-4;
  std::size_t stop = 1;
  const NumberList long_run = losses_of_descent(four, Descent::batch, 400);
  while (stop + 1 < long_run.size() && std::fabs(long_run[stop] - long_run[stop - 1]) >= kSmallChange)
    ++stop;
  page.say(
      {"Two rules end training: a limit on the iterations (20 here), or an error that changed by less than a "
       "tolerance. With 0.0001 batch descent would stop at iteration {0}.",
       "有两种停止准则：迭代次数上限（此处 20），或两次迭代间误差变化小于容差。取 0.0001 时批量下降在第 {0} "
       "次迭代停止。"},
      {std::to_string(stop)});
  page.say(
      {"Slips of the document: (4) sums over two hidden units where there are three, and (28)-(33), (37), "
       "(38) write "
       "ω_3k for "
       "every j. Only the third hidden δ would come out right.",
       "文档的笔误：式 (4) 只对两个隐层神经元求和，实际有三个；式 (28)-(33)、(37)、(38) 对每个 j 都写成 "
       "ω_3k，只有第三个隐层 δ 恰好正确。"});
  PlaneSeries batch_curve{.name = page.pick({"batch", "批量"})},
      stochastic_curve{.name = page.pick({"one by one", "逐个"})};
  for (std::size_t i = 0; i <= kIterations; ++i) {
    batch_curve.points.push_back({static_cast<double>(i), batch[i]});
    stochastic_curve.points.push_back({static_cast<double>(i), stochastic[i]});
  }
  page.picture({"The total error over the iterations.", "总误差随迭代的变化。"},
               {{.title = page.pick({"Two ways down", "两种下降方式"}),
                 .x_label = page.pick({"iteration", "迭代"}),
                 .y_label = "E",
                 .series = {batch_curve, stochastic_curve}}});
  page.try_next("chainrule explain --example 000 --parameter \"ω23 of L1\"",
                {"the same weight with everything that leads to it", "同一个权值及其全部来由"});
  page.try_next("chainrule explain --example 000 --notation 001",
                {"the same step as the slides write it", "按课件的记号写同一步"});
  page.try_next("chainrule explain --example 001",
                {"the batch of four, worked by hand", "四个样本的一批，手算一步"});
  page.try_next("chainrule explain --errata 000", {"what the document misprints", "文档的笔误"});
}

void write_bp_matrix_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_002();
  const WorkedStep step = work_step(worked);
  const WorkedSampleStep& first = step.samples[0];
  page.say(
      {"A 2-3-2-2 network, all indices from 0, three samples. One pass forwards keeps what the derivatives "
       "need; one "
       "pass backwards gives ∂C/∂z of every layer. All gradients follow from the two.",
       "2-3-2-2 网络，所有下标从 0 开始，三个样本。前向一遍保存导数所需的量；反向一遍得到每层的 "
       "∂C/∂z。两者即可给出全部梯度。"});
  page.heading({"Forward: z = w a + b, a = σ(z)", "前向：z = w a + b，a = σ(z)"});
  std::vector<std::string> forward = {"a_0 = " + list_text(worked.samples[0].x)};
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    const std::string number = std::to_string(l + 1);
    forward.push_back("z_" + number + " = " + list_text(first.z[l]));
    forward.push_back((l + 1 == worked.layers() ? "o   = " : "a_" + number + " = ") + list_text(first.a[l]) +
                      "     σ'(z_" + number + ") = " + list_text(first.f_prime[l]));
  }
  page.formulas(std::move(forward));
  page.heading({"Backward, BP-1: the output layer", "反向，BP-1：输出层"});
  page.formulas({"∂C/∂z_3 = (o - y) ⊙ σ'(z_3) = " + list_text(first.d_a[2]) + " ⊙ " +
                 list_text(first.f_prime[2]) + " = " + list_text(first.delta[2])});
  page.heading({"BP-2: one layer down, by the transposed matrix", "BP-2：用转置矩阵下传一层"});
  std::vector<std::string> down;
  for (const std::size_t l : {1, 0}) {
    const std::string i = std::to_string(l + 1), j = std::to_string(l + 2);
    down.push_back("∂C/∂a_" + i + " = (w^" + j + ")ᵀ ∂C/∂z_" + j + " = " + list_text(first.d_a[l]));
    down.push_back("∂C/∂z_" + i + " = σ'(z_" + i + ") ⊙ ∂C/∂a_" + i + " = " + list_text(first.delta[l]));
  }
  page.formulas(std::move(down));
  page.say(
      {"No transposed copy is made: the sum runs over the rows of w^{l+1} where the forward pass runs over "
       "its "
       "columns.",
       "无需真的转置：前向沿 w^{l+1} 的列求和，反向沿它的行求和。"});
  page.heading({"BP-3 and BP-4: gradients of a layer", "BP-3 与 BP-4：一层的梯度"});
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
  page.say(
      {"Both forms give the same matrix. The document writes ⊙ between a 3x2 and a 3x1 matrix, which is not "
       "defined: "
       "it means that each row is multiplied, which is the outer product. Its ∂z/∂b, a vector of ones, "
       "should be the "
       "identity matrix.",
       "两种写法得到同一矩阵。文档在 3x2 与 3x1 矩阵之间写 ⊙，这没有定义：其意是逐行相乘，即外积。文档的 "
       "∂z/∂b 写成全 1 "
       "向量，应为单位矩阵。"});
  page.heading({"Three samples: sum or mean", "三个样本：求和还是求均值"});
  WorkedNetwork mean = worked;
  mean.loss.reduction = Reduction::mean;
  const WorkedStep of_mean = work_step(mean);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t n = 0; n < step.samples.size(); ++n)
    rows.push_back(
        {std::to_string(n + 1), significant(step.samples[n].loss), significant(step.samples[n].dW[0][0][0])});
  rows.push_back({page.pick({"sum", "和"}), significant(step.data_loss), significant(step.dW[0][0][0])});
  rows.push_back(
      {page.pick({"mean", "均值"}), significant(of_mean.data_loss), significant(of_mean.dW[0][0][0])});
  page.table({{"sample", "样本"}, {"C", "C"}, {"∂C/∂w_00 of layer 1", "第 1 层 ∂C/∂w_00"}}, std::move(rows));
  page.say({"The document's L is the sum of half squared errors, although it calls it a mean: with three "
            "samples the mean's "
            "gradient is a third. One step with rate 0.5 along the sum takes L from {0} to {1}.",
            "文档的 L 是半平方误差之和，却称为均方误差：三个样本时均值的梯度只有三分之一。以学习率 0.5 "
            "沿和的梯度走一步，L 由 {0} 变为 {1}。"},
           {significant(step.total_loss), significant(step.total_loss_after)});
  page.heading({"One weight in every notation", "同一个权值的各种记号"});
  std::vector<std::vector<std::string>> names;
  for (const EnumName<Notation>& notation : enum_table<Notation>()) {
    const Symbols symbols(notation.value, worked);
    names.push_back({std::string(notation.word), formula_text(symbols.weight(1, 1, 2)),
                     formula_text(symbols.bias(1, 1)), formula_text(symbols.delta(1, 1))});
  }
  page.table({{"document", "文档"},
              {"the weight to unit 2 from unit 3", "由单元 3 到单元 2 的权值"},
              {"bias", "偏置"},
              {"error term", "误差项"}},
             std::move(names));
  page.try_next("chainrule explain --example 002", {"every number of this step", "这一步的全部数值"});
  page.try_next("chainrule explain --example 002 --notation 004 --format html -o step.html",
                {"as a page, in another document's symbols", "换一种记号，写成网页"});
  page.try_next("chainrule explain --example 002 --reduction mean --parameter \"W[0][0][0]\"",
                {"the mean in place of the sum, for one weight", "以均值代替和，看一个权值"});
}

void write_bp_2_3_2_1_lesson(LessonPage& page) {
  const WorkedNetwork worked = example_004();
  const WorkedStep step = work_step(worked);
  const WorkedSampleStep& sample = step.samples[0];
  constexpr int kMany = 10;
  page.say(
      {"Two features, hidden layers of three and two units, one output; the units are numbered 1 to 6 and "
       "w_(2,5) leads "
       "from unit 2 to unit 5. x = (1, 2), y = 1, η = 0.1. The document works this example with all its "
       "digits.",
       "两个特征，两个隐层各三个与两个神经元，一个输出；神经元编号 1 到 6，w_(2,5) 由 2 指向 5。x = (1, "
       "2)，y = 1，η = 0.1。"
       "文档把这个例子逐位算出。"});
  page.heading({"Forward", "前向"});
  std::vector<std::vector<std::string>> rows;
  std::size_t unit = 1;
  for (std::size_t l = 0; l < worked.layers(); ++l) {
    for (std::size_t i = 0; i < worked.units(l); ++i, ++unit) {
      rows.push_back({std::to_string(unit), significant(sample.z[l][i], kMany),
                      significant(sample.a[l][i], kMany), significant(sample.f_prime[l][i], kMany),
                      significant(sample.delta[l][i], kMany)});
    }
  }
  page.table({{"unit", "神经元"}, {"z", "z"}, {"f(z)", "f(z)"}, {"f'(z)", "f'(z)"}, {"δ", "δ"}},
             std::move(rows));
  page.say({"The last column comes backwards: δ_6 = -(y - ŷ) f'(z_6), then f'(z) times what the transposed "
            "weights bring "
            "down. y - ŷ = {0}, L = {1}.",
            "最后一列由后向前得到：δ_6 = -(y - ŷ) f'(z_6)，再用 f'(z) 乘以转置权值带下来的量。y - ŷ = {0}，L "
            "= {1}。"},
           {significant(1 - sample.a[2][0], kMany), significant(step.data_loss, kMany)});
  const Derivation derivation = derivation_of(worked, step, Notation::s004);
  page.formulas(lines_of(derivation, "Hidden"));
  page.heading({"The update: W - η(δ nᵀ + W)", "更新：W - η(δ nᵀ + W)"});
  WorkedNetwork plain = worked;
  plain.decay = 0;
  const WorkedStep without = work_step(plain);
  page.formulas({"W(1): " + table_text(step.W_new[0], 14), "b(1): " + list_text(step.b_new[0], 14),
                 "W(2): " + table_text(step.W_new[1], 12), "b(2): " + list_text(step.b_new[1], 12),
                 "W(3): " + table_text(step.W_new[2], 12), "b(3): " + list_text(step.b_new[2], 12)});
  page.say({"The + W has lost its coefficient λ: as printed it is 1, every weight shrinks by a tenth, and "
            "the loss rises to "
            "{0}. With λ = 0 it falls to {1}.",
            "+ W 前丢了系数 λ：照印即为 1，每个权值缩小十分之一，损失反而升到 {0}。取 λ = 0 时降到 {1}。"},
           {significant(step.data_loss_after, kMany), significant(without.data_loss_after, kMany)});
  page.heading({"Printed and calculated", "印刷值与计算值"});
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
  page.table({{"quantity", "量"},
              {"printed", "印刷"},
              {"calculated", "计算"},
              {"with w_(2,5) = 3 forwards", "前向用 w_(2,5) = 3"}},
             std::move(printed));
  page.say({"Of {0} printed numbers {1} differ, the first eight stand above. One slip explains {2} of them: "
            "forwards the author "
            "used w_(2,5) = 3, while the matrix, and the way backwards, have 2. The others have a zero too "
            "many or too few. "
            "The method is right; these digits are not.",
            "{0} 个印刷数值中有 {1} 个不同，上表列出前八个。其中 {2} 个源于同一处疏忽：作者前向用了 w_(2,5) "
            "= 3，而矩阵和反向计算用的是 "
            "2。其余是多写或少写了零。方法本身没有错，错的是这些数。"},
           {std::to_string(numbers), std::to_string(differing), std::to_string(following)});
  page.try_next("chainrule explain --example 004", {"the whole step, all digits", "完整的一步，全部位数"});
  page.try_next("chainrule explain --example 004 --parameter \"w(2,5)\"",
                {"one weight, with its factors", "一个权值及其各因子"});
  page.try_next("chainrule explain --errata 004",
                {"each printed number beside the calculated one", "逐个对照印刷值与计算值"});
}

void write_xor_by_bp_lesson(LessonPage& page) {
  page.say(
      {"XOR, which no single layer can do, learned by back-propagation: two inputs, two hidden units, one "
       "output, logistic, "
       "E = 1/2 Σ (d - o)² over the four patterns. The lecture prints the outputs at iterations 1, 8000 and "
       "11050.",
       "单层网络做不到的异或，用反向传播学会：两个输入、两个隐层神经元、一个输出，逻辑斯谛函数，E = 1/2 Σ (d "
       "- o)²，对四个样本求和。"
       "课件给出第 1、8000、11050 次迭代的输出。"});
  const XorTraining training = recorded_xor_training();
  std::vector<std::size_t> iterations;
  for (std::size_t i = 1; i <= 11050; i += i < 50 ? 1 : 50)
    iterations.push_back(i);
  for (const std::size_t wanted : {std::size_t{8000}, std::size_t{11050}})
    iterations.push_back(wanted);
  std::sort(iterations.begin(), iterations.end());
  iterations.erase(std::unique(iterations.begin(), iterations.end()), iterations.end());
  const std::vector<XorCheckpoint> run = train_xor(training, iterations);
  const auto at = [&](std::size_t iteration) -> const XorCheckpoint& {
    return *std::find_if(run.begin(), run.end(),
                         [&](const XorCheckpoint& c) { return c.iteration == iteration; });
  };
  // As printed in the lecture: outputs for 00, 01, 10, 11, and E.
  struct Printed {
    std::size_t iteration;
    std::array<std::string_view, 5> numbers;
  };
  constexpr std::array<Printed, 3> kPrinted = {{{1, {"0.5", "0.5", "0.5", "0.5", "0.5"}},
                                                {8000, {"0.119", "0.727", "0.734", "0.415", "0.166"}},
                                                {11050, {"0.05", "0.941", "0.941", "0.078", "0.008"}}}};
  page.heading({"Outputs and error at the lecture's iterations", "课件所列迭代处的输出与误差"});
  std::vector<std::vector<std::string>> rows;
  const auto fixed = [](double value) { return significant(value, 3); };
  for (const Printed& printed : kPrinted) {
    const XorCheckpoint& here = at(printed.iteration);
    std::vector<std::string> row = {std::to_string(printed.iteration), page.pick({"calculated", "计算"})};
    for (const double output : here.outputs)
      row.push_back(fixed(output));
    row.push_back(fixed(here.error));
    rows.push_back(std::move(row));
    std::vector<std::string> second = {"", page.pick({"printed", "印刷"})};
    for (const std::string_view number : printed.numbers)
      second.emplace_back(number);
    rows.push_back(std::move(second));
  }
  page.table(
      {{"iteration", "迭代"}, {"", ""}, {"00", "00"}, {"01", "01"}, {"10", "10"}, {"11", "11"}, {"E", "E"}},
      std::move(rows));
  const auto first_below = [&](double error) {
    for (const XorCheckpoint& checkpoint : run) {
      if (checkpoint.error < error) return checkpoint.iteration;
    }
    return std::size_t{0};
  };
  page.say(
      {"The error starts at {0}, stays on a plateau near 0.5 for thousands of iterations, is {1} at 8000 and "
       "{2} at "
       "11050; it falls below 0.01 near iteration {3}.",
       "误差从 {0} 起，在 0.5 附近的平台停留数千次迭代，8000 次时为 {1}，11050 次时为 {2}；约在第 {3} "
       "次迭代降到 0.01 以下。"},
      {fixed(at(1).error), fixed(at(8000).error), fixed(at(11050).error), std::to_string(first_below(0.01))});
  PlaneSeries curve;
  for (const XorCheckpoint& checkpoint : run)
    curve.points.push_back({static_cast<double>(checkpoint.iteration), checkpoint.error});
  page.picture({"The error over the iterations.", "误差随迭代的变化。"},
               {{.title = page.pick({"XOR by back-propagation", "反向传播学习异或"}),
                 .x_label = page.pick({"iteration", "迭代"}),
                 .y_label = "E",
                 .series = {curve}}});
  page.heading({"What the lecture leaves open", "课件没有说明的"});
  page.say({"It gives neither the starting weights, nor the learning rate, nor the number of hidden units, "
            "nor whether an "
            "iteration is one pattern or all four; and its table for 8000 has (0,0) where (0,1) belongs. "
            "Only half the sum over "
            "the four patterns gives all three printed errors: 0.5, 0.166, 0.008. The run above starts from "
            "recorded weights "
            "with η = {0} and one pattern an iteration; its outputs at 11050 round to the printed ones. That "
            "shows the table "
            "can come about, not that the author did it so.",
            "它没有给出初始权值、学习率、隐层神经元个数，也没说一次迭代是一个样本还是全部四个；8000 次的表中 "
            "(0,1) 误印成 (0,0)。"
            "只有四个样本误差平方和的一半才同时给出印出的 0.5、0.166、0.008。上面的运行从记录下的权值出发，η "
            "= {0}，"
            "一次迭代一个样本；其 11050 "
            "次的输出舍入后与印刷值一致。这说明该表可以得到，并不证明作者就是这样做的。"},
           {format_number(training.eta)});
  page.say(
      {"What each step does: δ^o = (d - o) o (1 - o), δ^y = (Σ δ^o w) y (1 - y), and every weight gets "
       "η δ times "
       "its input. In this document δ is -∂E/∂net, so the correction is added.",
       "每一步的计算：δ^o = (d - o) o (1 - o)，δ^y = (Σ δ^o w) y (1 - y)，每个权值加上 η δ "
       "乘以其输入。本文档的 δ 是 "
       "-∂E/∂net，所以修正量是加上去的。"});
  page.try_next("chainrule lesson xor-limit", {"why one layer cannot", "为什么单层做不到"});
  page.try_next("chainrule data generate xor_gate -o xor.csv", {"the four rows as a table", "把四行写成表"});
  page.try_next(
      "chainrule train xor.csv --hidden 4 --activation tanh --epochs 500 --validation none -o "
      "xor.safetensors",
      {"and learned from it", "再从表中学习"});
  page.try_next("chainrule explain --example 000 --notation 003",
                {"one step in this document's symbols", "用本文档记号写一步"});
}

}  // namespace chainrule
