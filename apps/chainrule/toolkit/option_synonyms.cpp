#include "chainrule/toolkit/option_synonyms.h"

#include "chainrule/base/names.h"

namespace chainrule::cli {
namespace {

struct OptionSynonyms {
  std::string_view names;    // of others, separated by blanks
  std::string_view options;  // ours, the likeliest first
};

// From scikit-learn, Keras, PyTorch's examples, XGBoost, LightGBM, WEKA, fastText and LIBSVM.
constexpr OptionSynonyms kSynonyms[] = {
    {"lr l-rate learnrate learn-rate learning-rate-init init-lr base-lr initial-lr eta eta0 alpha0 step-size "
     "stepsize rate",
     "--learning-rate"},
    {"layers layer hidden-layers hidden-layer hidden-size hidden-sizes hidden-units hidden-dim "
     "hidden-layer-sizes n-hidden num-hidden units neurons nodes architecture arch sizes",
     "--hidden"},
    {"bs batch batchsize batch-sz mini-batch minibatch mini-batch-size minibatch-size train-batch-size",
     "--batch-size"},
    {"n-epochs num-epochs epoch nb-epoch nb-epochs max-epochs n-epoch iterations n-iter max-iter iter iters "
     "num-iterations steps num-boost-round",
     "--epochs"},
    {"wd weightdecay decay-weight", "--weight-decay"},
    {"dropout-rate drop-rate drop dropout-p dropout-prob p-dropout keep-prob", "--dropout"},
    {"reg regularization regularisation l2-reg l2-penalty reg-lambda lambda-l2 lambda-2 penalty alpha "
     "weight-penalty",
     "--l2"},
    {"l1-reg l1-penalty reg-alpha lambda-l1 lasso", "--l1"},
    {"act activations activation-function activation-fn nonlinearity transfer-function", "--activation"},
    {"opt solver optim optimiser algorithm", "--optimizer"},
    {"criterion loss-function loss-fn objective cost error-function", "--loss"},
    {"init weight-init kernel-initializer initialiser initialization initialisation", "--initializer"},
    {"scheduler lr-scheduler lr-schedule learning-rate-schedule", "--schedule"},
    {"gamma lr-decay decay-rate learning-rate-decay", "--decay"},
    {"warmup warmup-steps warmup-epochs lr-warmup", "--warm-up"},
    {"b1 beta-1 adam-beta1", "--beta1"},
    {"b2 beta-2 adam-beta2", "--beta2"},
    {"eps adam-epsilon", "--epsilon"},
    {"mom nesterov-momentum", "--momentum"},
    {"clip clip-grad grad-clip clipnorm max-grad-norm max-norm gradient-clipping gradient-clip-val",
     "--clip-norm"},
    {"early-stopping n-iter-no-change early-stopping-patience early-stopping-rounds", "--patience"},
    {"tol tolerance min-delta", "--min-improvement"},
    {"val valid val-split validation-split validation-fraction val-size test-size holdout hold-out "
     "eval-split "
     "split",
     "--validation --fractions"},
    {"train-size ratio ratios fraction proportions", "--fractions"},
    {"label y response outcome target-column label-column class-column dependent", "--target"},
    {"drop-columns exclude exclude-columns ignore-columns skip-columns ignore-column", "--ignore"},
    {"sep separator delim field-separator", "--delimiter"},
    {"no-header names header-row", "--header"},
    {"na na-values na-strings nan missing-value missing-values null-value", "--missing"},
    {"random-state random-seed rng-seed rand-seed", "--seed"},
    {"jobs n-jobs num-threads nthread nthreads n-threads workers num-workers cores cpus", "--threads"},
    {"out output-file outfile save save-model model-out model-file save-path o", "--output"},
    {"normalize normalise normalization normalisation standardize standardise scale scaler", "--scaling"},
    {"sample-weight sample-weights weights weight instance-weight", "--weight-column"},
    {"class-weights balanced", "--class-weight"},
    {"cutoff cut-off decision-threshold", "--threshold"},
    {"optimize optimize-threshold optimise-threshold tune-threshold", "--optimise"},
    {"cost-matrix misclassification-costs", "--costs"},
    {"shuffle no-shuffle", "--row-order"},
    {"dtype bf16 fp16 amp mixed-precision", "--precision"},
    {"max-time time-limit timeout max-runtime", "--time-budget"},
    {"proba prob predict-proba probability probs", "--probabilities"},
    {"metrics score scoring", "--metric"},
    {"stratified stratify-by", "--stratify"},
    {"groups group-by", "--group"},
    {"model-type estimator", "--model"},
    {"problem problem-type task-type", "--task"},
    {"silent", "--quiet"},
};

}  // namespace

std::vector<std::string> options_called(std::string_view name) {
  std::vector<std::string> options;
  for (const OptionSynonyms& entry : kSynonyms) {
    if (!is_among(name, entry.names)) continue;
    for (std::string_view left = entry.options; !left.empty();)
      options.emplace_back(take_word(left));
  }
  return options;
}

}  // namespace chainrule::cli
