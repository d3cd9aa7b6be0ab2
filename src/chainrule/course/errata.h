// The slips of the five lecture documents: the place, the printed text, the correct text, and the reason.
//
// "Line" is the line of the document's text. The texts were read from pages, and every figure is missing;
// an entry says so if its slip looks like a fault of that conversion and not of the author. Numbers are
// tested against the library's own.
#pragma once

#include <span>
#include <string_view>

#include "chainrule/base/names.h"

namespace chainrule {

enum class Document { s000, s001, s002, s003, s004 };

template <>
struct EnumNames<Document> {
  static constexpr std::string_view kind = "document";
  static constexpr EnumName<Document> table[] = {
      {Document::s000, "000", "back-propagation in a 3-3-2 network, equations (1) to (48)"},
      {Document::s001, "001", "chapter 8, artificial neural networks: slides"},
      {Document::s002, "002", "back-propagation in a 2-3-2-2 network, equations (33) to (64)"},
      {Document::s003, "003", "perceptron, XOR, graphs and back-propagation: slides"},
      {Document::s004, "004", "back-propagation worked through with numbers, 2-3-2-1"},
  };
};

struct Erratum {
  std::string_view id;       // "E0.4"
  std::string_view lines;    // "99, 101": of the document; "" for the whole document
  std::string_view printed;  // the printed text
  std::string_view correct;  // the correct text
  std::string_view why;      // the proof, or the number that shows it
};

// In the order of their ids, which is the order of docs/seeds.md.
std::span<const Erratum> errata_of(Document document);

}  // namespace chainrule
