// Two counts over the distinct words, each word split by number_parts.h:
//
//   AffixCount    cells per affix ("$", "kg"), and cells without any
//   FormatCount   for the chosen affix: cells that each format reads (thousands "," with a point, ...)
//
// The format that reads the most cells is chosen (the first of several; plain digits come first). find_form
// and find_format decide what the counts mean.
#include "chainrule/data/find_form.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "chainrule/data/number_parts.h"
#include "chainrule/data/read_number.h"
#include "chainrule/data/units.h"

namespace chainrule {
namespace {

constexpr std::size_t kMostAffixes = 256;  // more: the column is words
constexpr std::size_t kMostUnits = 12;     // of a column of mixed units
constexpr std::size_t kFewValues = 20;     // so many whole numbers may be labels
constexpr std::size_t kPhoneDigits = 9;

bool are_nine_tenths(std::size_t part, std::size_t whole) {
  return part != 0 && 10 * part >= 9 * whole;
}

using Affix = std::pair<std::string, std::string>;

const std::string& unit_of(const Affix& affix) {
  return affix.second.empty() ? affix.first : affix.second;
}

// A single letter is a unit only behind a blank: 12A is a seat, "12 A" a current.
bool is_known(const Affix& affix, bool has_gaps) {
  const bool is_letter =
      affix.second.size() == 1 && ((affix.second[0] | 0x20) >= 'a' && (affix.second[0] | 0x20) <= 'z');
  return (affix.first.empty() || affix.first == "%" || is_currency(affix.first)) &&
         (affix.second.empty() || (is_unit(affix.second) && (has_gaps || !is_letter)));
}

struct Format {
  std::string_view thousands;
  DecimalMark decimal = DecimalMark::point;
  std::size_t cells = 0;
};

// The formats to try, the one of plain numbers first.
std::vector<Format> formats_of(const FormQuestion& question) {
  const DecimalMark base = question.base.decimal;
  if (!question.base.thousands.empty()) return {{question.base.thousands, base}};
  std::vector<Format> formats;
  for (const DecimalMark mark : {DecimalMark::point, DecimalMark::comma}) {
    if (mark != base && (question.is_decimal_given || base == DecimalMark::comma)) continue;
    for (const std::string_view sign : {"", mark == DecimalMark::point ? "," : ".", " ", "'", "_"})
      formats.push_back({sign, mark});
  }
  return formats;
}

// A column as numbers with affixes.
class AffixCount {
 public:
  explicit AffixCount(const FormQuestion& question) : question_(question) {
    present_ = plain_ = question.plain.all();
    const std::vector<Format> formats = formats_of(question);
    const PrefixRule rule = question.is_numeric_given ? PrefixRule::any : PrefixRule::currencies;
    for (std::size_t w = 0; w < question.words.size(); ++w) {
      const WordCells& word = question.words[w];
      present_ += word.cells;
      if (word.meaning != CellMeaning::words) {
        plain_ += word.cells;
        continue;
      }
      if (is_full_) continue;
      const std::optional<NumberParts> parts = split_number(word.value, rule);
      const auto reads = [&](const Format& format) {
        return read_body(parts->body, format.thousands, format.decimal).meaning != CellMeaning::words;
      };
      if (!parts || std::ranges::none_of(formats, reads)) continue;
      if (parts->prefix.empty() && parts->suffix.empty()) {
        plain_ += word.cells;
        continue;
      }
      Group& group = groups_[{parts->prefix, parts->suffix}];
      if (group.cells == 0) group.first = w;
      group.cells += word.cells;
      group.cells_with_gap += parts->has_gap ? word.cells : 0;
      with_affix_ += word.cells;
      is_full_ = groups_.size() > kMostAffixes;
    }
  }

  struct Group {
    std::size_t cells = 0;
    std::size_t cells_with_gap = 0;
    std::size_t first = 0;  // word
  };
  using Entry = std::pair<const Affix, Group>;
  static bool is_unit(const Entry& entry) {
    return is_known(entry.first, entry.second.cells_with_gap == entry.second.cells);
  }

  std::size_t present() const { return present_; }
  std::size_t plain() const { return plain_; }  // cells without an affix
  std::size_t with_affix() const { return with_affix_; }
  bool is_full() const { return is_full_; }
  // The most frequent first.
  std::vector<const Entry*> sorted() const {
    std::vector<const Entry*> entries;
    for (const Entry& entry : groups_)
      entries.push_back(&entry);
    std::ranges::stable_sort(entries, [](const Entry* a, const Entry* b) {
      return a->second.cells != b->second.cells ? a->second.cells > b->second.cells
                                                : a->second.first < b->second.first;
    });
    return entries;
  }

 private:
  const FormQuestion& question_;
  std::map<Affix, Group> groups_;
  std::size_t present_ = 0, plain_ = 0, with_affix_ = 0;
  bool is_full_ = false;
};

// Reads words by an affix in any format, as read_number does.
class FormatCount {
 public:
  FormatCount(const FormQuestion& question, const Affix& affix) : question_(question), affix_(affix) {
    formats_ = formats_of(question);
    for (Format& format : formats_) {
      format.cells = question.plain.whole;
      if (format.decimal == DecimalMark::point) format.cells += question.plain.fractions;
      if (format.thousands == ".") format.cells += question.plain.thousandths;
    }
    const PrefixRule rule = affix.first.empty() ? PrefixRule::currencies : PrefixRule::any;
    for (std::size_t w = 0; w < question.words.size(); ++w) {
      const std::optional<NumberParts> parts = split_number(question.words[w].value, rule);
      if (parts && has_affix(*parts)) {
        count(*parts, w);
      } else if (question.words[w].meaning != CellMeaning::words) {
        for (Format& format : formats_)  // an exponent, too large, stripped
          format.cells += question.words[w].cells;
      }
    }
  }

  bool has_parentheses() const { return has_parentheses_; }
  bool has_fractions() const { return has_fractions_ || question_.plain.fractions != 0; }
  std::size_t words() const { return words_; }
  std::size_t cells() const { return cells_; }
  // Groups with a blank or a point between them, as many digits in every cell: also IP addresses.
  bool may_be_phone_numbers() const {
    const Format& format = best();
    return (format.thousands == " " || format.thousands == ".") && same_digits_ >= kPhoneDigits &&
           !has_marks_ && question_.plain.all() == 0;
  }
  std::size_t example() const { return example_; }
  std::size_t first_comma() const { return first_comma_.value_or(example_); }

  // The first of the formats that read most cells.
  const Format& best() const {
    return *std::ranges::max_element(formats_, {}, [](const Format& format) { return format.cells; });
  }
  // Numbers with a decimal comma; if nine tenths may have commas between thousands, the example is another.
  FormFinding commas(std::size_t present) const {
    FormFinding finding{.verdict = FormVerdict::commas, .example = first_comma()};
    const auto groups = std::ranges::find(formats_, std::string_view(","), &Format::thousands);
    if (groups == formats_.end() || !has_groups_ || !are_nine_tenths(groups->cells, present)) return finding;
    finding.is_odd = true;
    finding.example = first_odd_.value_or(finding.example);
    return finding;
  }
  // Whether a decimal comma reads as many cells as a comma between thousands.
  bool is_ambiguous() const {
    const Format& chosen = best();
    return chosen.thousands == "," && std::ranges::any_of(formats_, [&](const Format& other) {
             return other.thousands.empty() && other.decimal == DecimalMark::comma &&
                    other.cells == chosen.cells;
           });
  }

 private:
  bool has_affix(const NumberParts& parts) const {
    return (parts.prefix.empty() || parts.prefix == affix_.first) &&
           (parts.suffix.empty() || parts.suffix == affix_.second);
  }

  void count(const NumberParts& parts, std::size_t w) {
    const std::size_t cells = question_.words[w].cells;
    for (Format& format : formats_) {
      if (read_body(parts.body, format.thousands, format.decimal).meaning != CellMeaning::words)
        format.cells += cells;
    }
    ++words_;
    cells_ += cells;
    if (question_.words[w].meaning == CellMeaning::words) {
      const auto score = std::pair(parts.has_parentheses, question_.words[w].value.size());
      if (score > example_score_) example_ = w, example_score_ = score;
      has_parentheses_ |= parts.has_parentheses;
      const bool has_comma = parts.body.find(',') != std::string::npos;
      const bool is_group = read_body(parts.body, ",", DecimalMark::point).meaning != CellMeaning::words;
      has_groups_ |= has_comma && is_group;
      if (has_comma && !is_group &&
          (!first_odd_ || question_.words[w].line < question_.words[*first_odd_].line))
        first_odd_ = w;
      if (has_comma && (!first_comma_ || question_.words[w].line < question_.words[*first_comma_].line))
        first_comma_ = w;
    }
    has_fractions_ |= parts.body.find_first_of(".,") != std::string::npos;
    const auto digits = static_cast<std::size_t>(
        std::ranges::count_if(parts.body, [](char c) { return c >= '0' && c <= '9'; }));
    has_marks_ |= parts.body.find(parts.body.find(' ') == std::string::npos ? ',' : '.') != std::string::npos;
    if (words_ == 1) {
      same_digits_ = digits;
    } else if (same_digits_ != digits) {
      same_digits_ = 0;
    }
  }

  const FormQuestion& question_;
  const Affix& affix_;
  std::vector<Format> formats_;
  bool has_groups_ = false;               // 1,234
  std::optional<std::size_t> first_odd_;  // the first word with a comma that is not between groups
  bool has_parentheses_ = false;
  bool has_fractions_ = false;
  bool has_marks_ = false;             // a decimal mark beside groups
  std::size_t words_ = 0, cells_ = 0;  // with digits, distinct and all
  std::size_t same_digits_ = 0;        // of each word; 0: they differ
  std::size_t example_ = 0;
  std::pair<bool, std::size_t> example_score_ = {false, 0};
  std::optional<std::size_t> first_comma_;
};

bool may_be_labels(std::size_t distinct, std::size_t cells, bool has_fractions) {
  return distinct <= kFewValues && 2 * distinct <= cells && !has_fractions;
}

// A column of 0x36A, but for at most a tenth of the cells.
std::optional<FormFinding> find_hexadecimal(const FormQuestion& question) {
  FormFinding finding{.verdict = FormVerdict::numeric};
  finding.form.prefix = kHexadecimalPrefix;
  std::size_t cells = 0, present = question.plain.all();
  bool is_first = true;
  for (std::size_t w = 0; w < question.words.size(); ++w) {
    const WordCells& word = question.words[w];
    present += word.cells;
    if (!read_number(word.value, finding.form).is_number()) continue;
    if (std::exchange(is_first, false)) finding.example = w;
    cells += word.cells;
  }
  if (!are_nine_tenths(cells, present)) return std::nullopt;
  if (!question.is_numeric_given && may_be_labels(question.words.size(), cells, false))
    finding.verdict = FormVerdict::labels;
  return finding;
}

// Whole digits with zeros in front, among plain numbers only.
std::optional<FormFinding> find_zeros(const FormQuestion& question, const AffixCount& affixes) {
  FormFinding finding{.form = question.base};
  std::size_t codes = 0;
  bool has_fractions = question.plain.fractions != 0;
  for (std::size_t w = 0; w < question.words.size(); ++w) {
    const WordCells& word = question.words[w];
    if (word.meaning == CellMeaning::words) continue;
    if (word.meaning == CellMeaning::code && codes++ == 0) finding.example = w;
    has_fractions |=
        word.value.find(question.base.decimal == DecimalMark::comma ? ',' : '.') != word.value.npos;
  }
  std::size_t numbers = question.plain.all();
  for (const WordCells& word : question.words)
    numbers += word.meaning != CellMeaning::words ? word.cells : 0;
  if (codes == 0 || !are_nine_tenths(numbers, affixes.present())) return std::nullopt;
  finding.has_zeros = true;
  finding.verdict = question.is_numeric_given || has_fractions ? FormVerdict::numeric : FormVerdict::zeros;
  return finding;
}

FormFinding mixed_units(const AffixCount& affixes) {
  const auto entries = affixes.sorted();
  FormFinding finding{
      .verdict = FormVerdict::mixed, .example = entries[0]->second.first, .other = entries[1]->second.first};
  finding.are_units = true;
  for (const auto* const entry : entries) {
    finding.units.push_back(unit_of(entry->first));
    finding.are_units &= AffixCount::is_unit(*entry);
  }
  const auto repeated = std::ranges::unique(finding.units);
  finding.units.erase(repeated.begin(), repeated.end());
  return finding;
}

// The form of the cells with this affix and of those without any.
FormFinding find_format(const FormQuestion& question, const AffixCount& affixes, const Affix& affix,
                        bool has_affix, bool is_certain) {
  const FormatCount formats(question, affix);
  const Format& format = formats.best();
  FormFinding finding{.form = question.base, .example = formats.example()};
  finding.form.prefix = affix.first;
  finding.form.suffix = affix.second;
  finding.form.thousands = format.thousands;
  finding.form.decimal = format.decimal;
  if (formats.has_parentheses()) finding.form.parentheses = Parentheses::negative;
  const bool is_wanted = has_affix || question.is_numeric_given;
  if (finding.form == question.base || (!is_wanted && !are_nine_tenths(format.cells, affixes.present())))
    return {};
  if (format.thousands.empty() && format.decimal != question.base.decimal && !question.is_numeric_given)
    return formats.commas(affixes.present());
  if (has_affix) finding.plain_cells = affixes.plain();
  const bool is_point_certain =
      formats.has_parentheses() || has_point_decimals(affix.first) || has_point_decimals(affix.second);
  finding.verdict = FormVerdict::numeric;
  if (formats.is_ambiguous() && !is_point_certain) {
    finding.verdict = FormVerdict::ambiguous;
  } else if (!question.is_numeric_given) {
    // (1), (2), (3)
    const bool is_bracketed = !has_affix &&
                              finding.form == NumberForm{.thousands = question.base.thousands,
                                                         .decimal = question.base.decimal,
                                                         .parentheses = Parentheses::negative,
                                                         .strip = question.base.strip} &&
                              question.plain.all() == 0 &&
                              std::ranges::all_of(question.words, [](const WordCells& word) {
                                return word.meaning == CellMeaning::words;
                              });
    const bool may_be_named = is_bracketed || (has_affix && !is_certain);
    if (formats.may_be_phone_numbers() ||
        (may_be_named && may_be_labels(formats.words(), formats.cells(), formats.has_fractions())))
      finding.verdict = FormVerdict::labels;
  }
  return finding;
}

}  // namespace

bool may_be_thousands(double value) {
  const double thousandths = std::round(value * 1000);
  return std::abs(value) >= 1 && std::abs(value) < 1000 && thousandths / 1000 == value;
}

FormFinding find_form(const FormQuestion& question) {
  if (std::optional<FormFinding> found = find_hexadecimal(question)) return *found;
  const AffixCount affixes(question);
  const auto entries = affixes.sorted();
  if (!affixes.is_full() && !entries.empty()) {
    const auto& [affix, group] = *entries.front();
    const std::size_t numbers = affixes.plain() + affixes.with_affix();
    if (are_nine_tenths(group.cells, affixes.present()) || question.is_numeric_given)
      return find_format(question, affixes, affix, true, AffixCount::is_unit(*entries.front()));
    if (are_nine_tenths(numbers, affixes.present()) && !are_nine_tenths(affixes.plain(), affixes.present())) {
      if (are_nine_tenths(affixes.plain() + group.cells, affixes.present())) {
        FormFinding finding{
            .verdict = AffixCount::is_unit(*entries.front()) ? FormVerdict::partly : FormVerdict::labels,
            .form = question.base,
            .units = {unit_of(affix)},
            .example = group.first};
        return finding;
      }
      if (entries.size() <= kMostUnits) return mixed_units(affixes);
    }
  }
  if (std::optional<FormFinding> found = find_zeros(question, affixes)) return *found;
  return find_format(question, affixes, {}, false, true);
}

}  // namespace chainrule
