// The catalogue of the lectures' slips, one entry each, in the order of their ids.
//
// Data, and English only: `printed` and `correct` quote the documents. Numbers in `why` are those of the
// library; errata_test.cpp calculates them.
#include "chainrule/course/errata.h"

namespace chainrule {
namespace {

// --- 000 ---------------------------------------------------------------------------------------------------

constexpr Erratum k000[] = {
    {"E0.1", "3", "ω_ij^{L_k} leads from layer k-1 to layer k", "ω_ij^{L_k} leads from layer k to layer k+1",
     "Equation (3) puts ω^{L_1} on the inputs x_i on the way to layer 2; as defined it would start at a "
     "layer 0 that does not exist. So a δ^{L_k} belongs to the net input of layer k+1, while a bias carries "
     "its own layer: (19) reads ∂E/∂b^{L_3} = δ^{L_2}, which is right but off by one in the superscripts."},
    {"E0.2", "13, 17", "the output of neuron j of a layer", "the net input of neuron j of a layer",
     "What follows, (3) and (4), are the sums net_j before the activation; the outputs come in (5)."},
    {"E0.3", "19", "net_j^{L_3} sums over i = 1 to 2", "net_j^{L_3} sums over i = 1 to 3",
     "There are three hidden neurons: (41) to (48) use the third one's b_3, o_3 and ω_3j, and with the "
     "printed limit ∂net^{L_3}/∂o_3 would be 0 and so would (43) and (44). In the worked 3-3-2 example "
     "net^{L_3} is (1.024925, 0.674866); the printed limit gives (1.031049, 0.660167)."},
    {"E0.4", "99, 101, 109, 113, 125, 127", "ω_{3k}^{L_2} inside the sum over k",
     "ω_{jk}^{L_2} inside the sum over k",
     "By (27) the factor is ∂net_k^{L_3}/∂o_j^{L_2} = ω_jk; the 3 is left over from the example neuron. In "
     "the worked example δ^{L_1} is (-3.585e-05, 0.00632, -0.0003301); the printed formula gives (-0.001137, "
     "-0.001064, -0.0003301): only j = 3 agrees, and finite differences confirm the first."},
    {"E0.5", "99, 101, 109, 113, 125, 127, 141, 143, 151, 153", "δ with the superscript Layer_2",
     "δ with the superscript L_2", "The same δ is written δ^{L_2} everywhere else, from (11) on."},
    {"E0.6", "137, 139, 141, 143", "the right side of (41) to (44) starts with ω_23^{L_2}",
     "it starts with ω_23^{L_1}",
     "The left side is the new ω_23^{L_1}, and a rule changes a weight from its own old value; ω_23^{L_2} "
     "would lead to a third output neuron, of which there is none."},
    {"E0.7", "153", "(48) starts with ω_23^{L_2}", "(48) starts with b_3^{L_2}",
     "(45) to (47) are the lines before of the same update, and they start with b_3^{L_2}."},
    {"E0.8", "41, 103", "equations (10) and (30) are numbers without an equation",
     "no number, or the equation",
     "The lines are empty except for their numbers; nothing in the derivation is missing without them."},
    {"E0.9", "49, 111", "梯度向", "梯度项",
     "Gradient term, as in lines 43 and 105; the character means direction."},
    {"E0.10", "3", "x = {x_1, x_2, x_3}, D = {(x_i, y_i)}, target outputs o^T",
     "x = (x_1, x_2, x_3), and one name each for component, sample and target",
     "x is ordered, a set is not; x_i is a component in (3) and a sample in D; the data have targets y_i but "
     "the error uses o^T, where T means target and not transpose."},
    {"E0.11", "37, 67, 99, 125, 141, 151",
     "f (1 - f) in place of f', for an activation f_i^{L_k} of any kind",
     "f'(net) in general; f (1 - f) for the logistic function only",
     "A remark: line 3 gives every neuron its own activation, and the derivation then uses (2), which holds "
     "for the logistic function. For tanh, say, f' = 1 - f^2."},
};

// --- 001 ---------------------------------------------------------------------------------------------------

constexpr Erratum k001[] = {
    {"E1.1", "27", "一千多亿（1011亿— 1014 亿）", "10^11 to 10^14, without the unit 亿",
     "The exponents were lost in the conversion of the page. 10^11 亿 would be 10^19, against the sentence's "
     "own "
     "\"more than 10^11\"; 1.4e10 neurons of the cerebrum and 1e11 of the cerebellum, in the same line, make "
     "1.14e11."},
    {"E1.2", "41, 58, 556", "a bare \\rightarrow, the English word \"and\", a lone E",
     "an arrow, 和, nothing",
     "Left over from the conversion of the page; line 556 is a scrap of the missing Figure 2."},
    {"E1.3", "86", "ELU(x) = max(0, x) + min(0, γ (e^x - 1)) for any γ", "the two forms are equal for γ >= 0",
     "At γ = -1, x = -1 the piecewise form of line 83 gives 0.632 and the form with max and min gives 0."},
    {"E1.4", "101-106", "derivatives of five of the eight activations",
     "LeakyReLU' and PReLU' = 1 for x > 0 else γ; Swish' = s + β x s (1 - s), s = σ(β x)",
     "LeakyReLU, PReLU and Swish are introduced in lines 74 to 94 but not in the table. At 0 the table does "
     "say what holds: ReLU'(0) = 0 and ELU'(0) = γ."},
    {"E1.5", "171-190, 440-463", "the inputs are layer 0, and from line 440 on they are layer 1",
     "one numbering throughout",
     "The same 3-3-2 network has L = 2 in the first part, where x = a^(0), and L = 3 in the second, where x "
     "= a^(1)."},
    {"E1.6", "172-173, 251-257, 459-487",
     "n^l and n_l; f_l and f; rates α and μ; y for the output and then for the target; (i) for a sample "
     "beside (l) for a layer; a scalar y^(n) and then a vector; λ without a word",
     "one symbol for one thing; λ is the strength of the penalty",
     "Line 463 calls the network's output y, line 467 the target; line 251 has a scalar y^(n) and line 253 "
     "the vector; λ of line 253 is never introduced."},
    {"E1.7", "200-208", "for every f there are m, v_i, b_i, w_i with |F - f| < ε; ε is a small number",
     "for every f and every ε > 0 there are m, v_i, b_i, w_i with |F - f| < ε",
     "m depends on ε. x^2 on [0, 1] equals no finite sum of logistic units (such a sum is bounded on the "
     "whole line and analytic, x^2 is unbounded), so no fixed F serves all ε."},
    {"E1.8", "212", "any function on a bounded closed set", "any continuous function on a bounded closed set",
     "The step I(x >= 1/2) is a function on [0, 1], and every continuous F is wrong by at least 1/2 "
     "somewhere."},
    {"E1.9", "267", "f^5(f^4(f^3(f^2(f^1(x)))))) and ∂y/∂x = ∂f^1/∂x ∂f^2/∂f^1 ∂f^3/∂f^2 ∂f^4/∂f^3 ∂f^5/∂f^4",
     "f^5(f^4(f^3(f^2(f^1(x))))) and ∂y/∂x = J_5 J_4 J_3 J_2 J_1",
     "Five brackets open and six close. The printed order of the product is right for numbers only (or for "
     "transposed Jacobians): with f^1 from R^2 to R^3 and f^2 from R^3 to R it requires 3x2 times 1x3, which "
     "do not fit; 1x3 times 3x2 does."},
    {"E1.10", "287", "(4) repeat the previous two steps until the stopping rule holds",
     "(4) repeat the previous three steps",
     "After step (3) the parameters are new, so the states and outputs of step (1) have to be computed "
     "again."},
    {"E1.11", "293, 308, 320, 347, 363, 424, 432", "w_2 x_2 in the exponent", "w_2 in the exponent",
     "Seven of 17 slides; the ten others (lines 300, 329, 338, 354, 372, 381, 390, 399, 408, 415) have w_2, "
     "and no gate takes an x_2. The printed 1.37 = 1 + e^-1 needs w_0 x_0 + w_1 x_1 + w_2 = 1, which w = (2, "
     "-3, -3), x = (-1, -2) satisfies."},
    {"E1.12", "376, 385, 394, 403, 419, 428", "f(x) = x + x', df/dx and f(x) = x x', df/dx",
     "f(x, y) = x + y, ∂f/∂x and f(x, y) = x y, ∂f/∂x",
     "x' is a second operand and no derivative of x; with two operands the derivative is a partial one."},
    {"E1.13", "495", "E = 1/2 ||y - o|| = 1/2 ||y - a^(3)||", "E = 1/2 ||y - o||^2 = 1/2 ||y - a^(3)||^2",
     "The next line of the same equation has squares. With y - o = (3, 4) the printed form gives 2.5, the "
     "next line 12.5."},
    {"E1.14", "568", "the gradient of E with respect to b^(l) is δ^l", "it is δ^(l)",
     "Layers are in brackets everywhere else; without them it reads as a power."},
    {"E1.15", "592", "from equal starting values w_ij^(l) is the same for all i",
     "true only of hidden layers",
     "Output units have different targets, so there the rows differ and the columns stay equal. From 0.5 "
     "everywhere, after 50 updates, every row of W^(2) is (0.477837, 0.511082, 0.466755), while the rows of "
     "W^(3) are -0.218539 and 0.386163 throughout."},
    {"E1.16", "572, 586, 620", "headings 3.4 and then 3.6", "3.5 before line 586",
     "The steps of the algorithm, line 586, have lost their heading 3.5."},
    {"E1.17", "628", "∂E_(i) / b^(l)", "∂E_(i) / ∂b^(l)",
     "The second ∂ is missing: line 487 has it, and a quotient by b makes no update."},
    {"E1.18", "646-648", "σ' in [0, 0.25], tanh' in [0, 1], all smaller than 1",
     "σ' in (0, 0.25], tanh' in (0, 1], none larger than 1",
     "0 is approached but never reached, and tanh'(0) = 1 is not smaller than 1."},
    {"E1.19", "648", "网络导数比较多", "网络层数比较多",
     "When the network has many layers, not many derivatives."},
    {"E1.20", "648", "errors shrink at every layer because f' < 1",
     "errors are multiplied by w f' at every layer",
     "The derivative alone does not decide: w = 5 at z = 0 gives 5 * 0.25 = 1.25, more than 1."},
    {"E1.21", "650",
     "a linear activation such as the rectifier, or nearly so such as softplus, has derivative 1",
     "the rectifier's derivative is 1 for x > 0 and 0 for x < 0; softplus' = σ(x), less than 1",
     "In a chain of 12 layers the ratio of the first δ to the last is 1 with the rectifier and 0.13 with "
     "softplus. A truly linear activation would make the whole network one affine map, against line 56."},
    {"E1.22", "159",
     "feed-forward network, fully connected network, multi-layer perceptron: one and the same",
     "a multi-layer perceptron is a feed-forward network, the converse does not hold",
     "A remark: feed-forward means without a cycle; convolutional and sparse networks are feed-forward too."},
};

// --- 002 ---------------------------------------------------------------------------------------------------

constexpr Erratum k002[] = {
    {"E2.1", "", "the text begins with equation (33)", "equations (1) to (32), the figures and the network",
     "The pages before are missing. The sizes 2-3-2-2 follow from the matrices: (37) is 3x2, (46) is 2x3, "
     "and (55) to (58) have two outputs."},
    {"E2.2", "9-12", "MSE: L = the sum of C^n", "a sum of half squared errors; the mean has 1/N in front",
     "(34) has no 1/N. For N = 3 the gradient of the mean is a third of the printed one."},
    {"E2.3", "18", "the derivative with respect to the weight w_10", "with respect to the weight w_00",
     "(36) and (48) use w_00; w_10 leads to neuron 1, so ∂z_10/∂w_10 would be 0."},
    {"E2.4", "58-82", "w_00 and w_10 for weights of layer 1 and of layer 2 alike",
     "w_00^i and w_00^j, as in (49)",
     "In (48) the left w_00 belongs to layer 1 and the right one to layer 2; (49) sets that right with "
     "superscripts."},
    {"E2.5", "58", "z_20 = w_00 a_10 + w_01 a_11 + w_02 a_12", "... + b_20",
     "Every neuron has a bias, see line 27. It makes no difference to the derivative with respect to a_10."},
    {"E2.6", "88, 106, 138", "a 3x2 matrix ⊙ a 3x1 vector, element by element",
     "∂C/∂z_i a_h^T, a column times a row; or the vector repeated for each column",
     "(50), (53) and (61) need equal shapes, and 3x2 and 3x1 are not. The outer product gives the 3x2 that "
     "is meant."},
    {"E2.7", "138", "[a_h, a_h, a_h]^T, three times", "as often as layer i has neurons",
     "Three is layer 1 of this network; layer 2 needs two copies."},
    {"E2.8", "124, 134", "(o - y) σ'(z)", "(o - y) ⊙ σ'(z), element by element",
     "Both are column vectors, so a plain product of them is not defined; (52) and (59) have the sign."},
    {"E2.9", "132, 134", "j = 0, z_0", "j = o, z_o: the letter, for the output layer, here z_3",
     "Probably a fault of conversion. The document counts layers from 0, so z_0 would be the inputs."},
    {"E2.10", "152", "∂z_1/∂b_1 = [1, 1, 1]^T", "∂z_1/∂b_1 = I, the 3x3 identity",
     "Each z_1k depends on its own b_1k and on no other; the printed vector is the diagonal. Document 004, "
     "line 114, has the matrix."},
    {"E2.11", "108, 136", "the amount by which the gradient (w) changes; ∂c/∂z",
     "the gradient; the amount by which w changes is -η times it; ∂C/∂z",
     "What is computed is the gradient; the document names no learning rate and no update."},
    {"E2.12", "7, 18, 128", "i for a component and for a layer; bold y_i and o_i for single numbers",
     "another letter for one of them; y_i and o_i not bold",
     "(33) sums over components i, and from line 18 on i is the layer; a component of a vector is a number."},
};

// --- 003 ---------------------------------------------------------------------------------------------------

constexpr Erratum k003[] = {
    {"E3.1", "47", "W_j = (w_1j, ..., w_mj)^T", "W_j = (w_1j, ..., w_nj)^T",
     "The first index runs over the n inputs, as the sum in line 53 does; m counts the outputs."},
    {"E3.2", "65, 96, 116",
     "-1 where the net input is below 0 (65), where it is 0 (96); the output is ... = 0 (116)",
     "1 where it is above 0 and -1 where it is below, in all three; and a word on what happens at 0",
     "As printed in line 96 a whole half-space has no output; at equality none of the three says "
     "anything."},
    {"E3.3", "84, 86, 88", "w_ij x_1", "w_1j x_1, and w_1j must not be 0",
     "The weight of x_1 is w_1j, as in line 65; line 88 divides by it."},
    {"E3.4", "120", "a separating plane of n-dimensional space", "a separating hyperplane",
     "A plane has dimension 2; what separates n dimensions has n - 1."},
    {"E3.5", "133-137, 160-164, 306-310",
     "truth tables with outputs 0 and 1 for a unit whose sgn gives -1 and 1",
     "read -1 as 0, or use a step function",
     "sgn is never 0 for a point off the line. Both readings give the tables."},
    {"E3.6", "128, 141, 190-196, 208, 261, 294",
     "examples called 例, 例一, 例四; (2.15) then (2.17); f in line 192, sgn in 196; X^p without T; O^3",
     "numbers in order; sgn throughout; X^p = (...)^T; o^3",
     "No example two or three, and no (2.16), is in the text; line 208 writes a column vector as a row, line "
     "261 the output with a capital letter."},
    {"E3.7", "509", "E = 1/2 (d - O)^2", "E = 1/2 ||d - O||^2",
     "d and O are vectors; the sum to the right of it is the squared length."},
    {"E3.8", "478, 482", "sums from j = 0 and i = 0, with y_0 and x_0",
     "with y_0 = x_0 = -1 for the thresholds",
     "They are not defined in this part. -1 is the perceptron's convention, line 229; +1 would only flip the "
     "sign of the weights with index 0."},
    {"E3.9", "341", "one hidden layer: a convex region",
     "convex where the output unit is an AND; other regions too",
     "The document's own network for XOR has one hidden layer, and outputs 1 at (0, 1) and (1, 0) but not at "
     "their midpoint (1/2, 1/2). With enough units one hidden layer approximates any continuous function."},
    {"E3.10", "590", "apply (3.15)", "apply f'(x) = f(x) (1 - f(x))",
     "This line derives (3.15); it uses the derivative of (3.5)."},
    {"E3.11", "594-604", "o (1 - o) and y (1 - y)", "for the bipolar sigmoid 1/2 (1 - o^2) and 1/2 (1 - y^2)",
     "A remark: (3.15) and (3.16) hold for the logistic function; line 495 offers the bipolar one as well."},
    {"E3.12", "633", "最小的随机数", "较小的随机数", "Small random numbers, not the smallest."},
    {"E3.13", "444", "the mean of the squared errors is to be least",
     "half the sum of the squared errors, as (3.6) has it",
     "E has no mean in it. The minimum is the same; the gradient differs by a factor."},
    {"E3.14", "657", "second row of the table at 8000: x = (0, 0), y = 1", "x = (0, 1), y = 1",
     "(0, 0) is the row above with y = 0, and the tables at 1 and 11050 (lines 646 and 668) have (0, 1)."},
    {"E3.15", "702", "δ_3 = y - ŷ", "δ_3 = ŷ - y",
     "The lines after it call a_1^T δ_3 the gradient of L. Finite differences agree with ŷ - y, and one step "
     "down from L = 0.56607 leads to 0.55970, with the printed sign up to 0.57310. (y - ŷ is -∂L/∂z, as in "
     "(3.11), but then ∂L/∂W_2 = -a_1^T δ_3.)"},
    {"E3.16", "706-712", "∂L/∂W_2 = a_1^T δ_3 and the three others", "each divided by N",
     "L has 1/N in front (line 692); the printed gradients are N times too large."},
    {"E3.17", "708, 712", "∂L/∂b_2 = δ_3, ∂L/∂b_1 = δ_2", "their sums over the rows",
     "δ_3 has a row for every sample, N x C, and b_2 has C entries."},
    {"E3.18", "692", "n in N, i in C", "n = 1 to N, i = 1 to C", "N and C are numbers (line 694), not sets."},
    {"E3.19", "16, 216, 533",
     "the chapter treats networks of radial basis functions; 0 < η <= 1 and then η in (0, 1)",
     "they are named only; one range",
     "No line after 16 returns to radial basis functions. The two ranges disagree on whether 1 is allowed."},
    {"E3.20", "674-698", "code analysis, without the data", "the name of the data set",
     "The formulas are those of a network for two classes of points in the plane; the document does not say "
     "which. Two "
     "half moons fit, and this program trains on them."},
};

// --- 004 ---------------------------------------------------------------------------------------------------

constexpr Erratum k004[] = {
    {"E4.1", "128", "δ^(k) = ∂L/∂z^(k) + ∂L/∂z^(k) + ..., broken off",
     "δ^(k) = ∂L/∂z^(k) = ∂n^(k)/∂z^(k) ∂z^(k+1)/∂n^(k) ∂L/∂z^(k+1) = f_k'(z^(k)) ⊙ ((W^(k+1))^T δ^(k+1))",
     "Unreadable, probably a fault of conversion. Line 130 says the same in words, line 237 in numbers, and "
     "finite differences agree."},
    {"E4.2", "145, 255", "W - η (δ n^T + W)", "W - η (δ n^T + λ W) with a penalty, or no W at all",
     "Without its λ the rule shrinks every matrix to 1 - η of itself at each step. In the example the loss "
     "rises from 3.0784543e-06 to 6.8577519e-06; without the W it falls, to 3.078443e-06. The example does "
     "count with λ = 1 (1.8 = 2 - 0.1 * 2), and leaves the biases alone."},
    {"E4.3", "217-265", "numbers that belong to w_(2,5) = 3 in z_5",
     "numbers of w_(2,5) = 2, which lines 164 and 247 have",
     "The printed f_5' = 0.000125939063189 is that of z_5 = 8.97946046776 = 3 n_1 + 3 n_2 + 2 n_3 + 1 (with "
     "b_5 = 2 in its place z_5 would be 8.97958386234). With 3 forwards, ŷ, f_6' and δ^(3) agree to their "
     "last digit; backwards -2.451e-12 belongs to 2 (3 would give -2.737e-12). Right are z_5 = 7.97958386234 "
     "and f_5 = 0.999657735314."},
    {"E4.4", "237, 247", "δ_4 = -0.0000000015233151", "-0.000000015233151, in the author's own calculation",
     "A zero too many: 0.00248351942 * 0.000006133695153 = 0.000000015233151."},
    {"E4.5", "241, 243", "f^(1)(z^(1)) and f_1(z_1), f_2(z_2), f_3(z_3) on the diagonal",
     "f^(1)'(z^(1)) and f_1'(z_1), f_2'(z_2), f_3'(z_3)",
     "The numbers of line 245 are the derivatives: f_1(5) = 0.9933, f_1'(5) = 0.006648."},
    {"E4.6", "249", "two entries, -1.4749e-13 and -1.593e-13",
     "three, -1.4749e-10, -2.4513e-12 and -1.5934e-12, in the author's own calculation",
     "Layer 1 has three neurons. The first has three zeros too many, the third one; the second is missing."},
    {"E4.7", "257", "second entry -0.0000000000002451", "-0.000000000002451, in the author's own calculation",
     "A zero too many; line 259 repeats the entry and is right."},
    {"E4.8", "261", "0.90000000000245, 2.70000000000490, 1.80000000000319",
     "0.9000000000002451, 2.7000000000004903, 1.8000000000003187, in the author's own calculation",
     "The term added to 0.9 W is -0.1 δ x^T; these three have it ten times too large, the others do not."},
    {"E4.9", "265", "entries -1.47490e-9, -2.451e-11, -1.593e-10, and no result",
     "-1.4749e-10, -2.4513e-12, -1.5934e-12 in the author's own calculation, and b^(1)",
     "Ten, ten and a hundred times too large against line 259. The new biases are never given."},
    {"E4.10", "104, 108", "∂z/∂W = n^T; b is a constant, so its derivative is simple",
     "∂L/∂W = δ n^T; b is a parameter and its coefficient is 1, so ∂z/∂b = I",
     "The derivative of a vector by a matrix has three indices; n^T stands for it only next to δ. A constant "
     "would have the derivative 0."},
    {"E4.11", "24, 124, 169, 174, 177, 215, 225, 241, 259",
     "W_(4,6); b^{k+1}; W^3; L = E(y - ŷ)^2, then a sum without an index; L = (y, ŷ) =; δ_3; L(y ŷ); an open "
     "bracket",
     "w_(4,6); b^(k+1); W^(3); half the square of the one sample; L(y, ŷ) =; δ^(3); L(y, ŷ); closed",
     "Slips of notation. E is an expectation in line 174, and lines 177 and 215 put half a sum in its "
     "place."},
    {"E4.12", "60, 64, 88, 120, 130, 134, 167, 174, 182-190, 200, 204, 211-223",
     "stray neu_4, neu_5, 。, 是, 。。, ī, ψ and +; 介型; 输网络; headings 1.1 and 1.2 twice, two sections "
     "2.1",
     "nothing; 参数; 输出网络; each heading once", "Typing, or reading of the page."},
    {"E4.13", "82, 177", "two classes, one logistic output, squared error",
     "cross-entropy is the usual loss for classes",
     "A remark: with the squared error δ carries f', which all but vanishes where the output is sure, as "
     "here (0.0025); with cross-entropy δ is ŷ - y."},
};

}  // namespace

std::span<const Erratum> errata_of(Document document) {
  switch (document) {
    case Document::s000:
      return k000;
    case Document::s001:
      return k001;
    case Document::s002:
      return k002;
    case Document::s003:
      return k003;
    case Document::s004:
      return k004;
  }
  return {};
}

}  // namespace chainrule
