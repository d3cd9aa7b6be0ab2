// The training report: one self-contained HTML page (inline SVG and CSS, no script needed, nothing fetched),
// and the same pictures as blocks of characters for a terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainrule/train/history.h"
#include "chainrule/train/metrics.h"
#include "chainrule/train/model.h"

namespace chainrule {

struct ReportContents {
  const Model& model;
  const History& history;
  const Metrics& training;
  const std::optional<Metrics>& held_out;
  const std::vector<Message>& notes;
  const Matrix<double>& truth;  // regression: held-out rows (or training rows), [rows][targets]
  const Matrix<double>& predicted;
  double seconds = 0;
  Face face = Face::cpp;  // whose names the notes have for settings
};

// What every page begins with, up to its title.
inline constexpr std::string_view kReportStart =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";

// The whole page as text: headline, loss curves, learning rate, confusion matrix or predicted-against-true,
// per-class table, the network drawn, the columns as understood, the options. All text from the data is
// escaped.
std::string render_report(const ReportContents& contents);

enum class TerminalColour { none, ansi };

// "inputs 784 -> dense 128 relu -> dense 10 softmax, 101,770 parameters" and a table of layers.
std::string render_network_text(const Network& network);
// Confusion matrix with class names, aligned; per-class precision, recall, f1.
std::string render_metrics_text(const Metrics& metrics, const TargetEncoding& target);
// A loss curve in braille or blocks, `width` by `height` characters, with axis labels.
std::string render_curve_text(const History& history, std::size_t width, std::size_t height);
// A picture of 8-bit grey values [height][width] as characters: half blocks in grey with colour, without it
// the shades " .:-=+*#%@". Lines end with \n.
std::string render_picture_text(const std::vector<double>& pixels, std::size_t height, std::size_t width,
                                TerminalColour colour);

}  // namespace chainrule
