// Reads what comes before the rows of a text table:
//
//   byte order mark * lines to skip * line "sep=;" ? comment lines (lenient only) * header ?
//
// The delimiter comes from the options, else from the line sep=, else from the first records (csv_layout.h).
// These also show whether there is a header (header_guess.h).
#pragma once

#include <vector>

#include "chainrule/base/message.h"
#include "chainrule/data/cell_text.h"
#include "chainrule/data/csv_rows.h"
#include "chainrule/data/header_guess.h"
#include "chainrule/data/table_reader.h"
#include "chainrule/data/table_repairs.h"
#include "chainrule/data/text_source.h"

namespace chainrule {

inline constexpr const char* kMarkdown = "a table in Markdown";

struct CsvStart {
  TableLayout layout;  // column names and header text stay empty
  CsvDialect dialect;
  HeaderGuess guess;             // if the options leave the header open
  RowExpectations expectations;  // from the first records
  std::vector<Message> notes;
};

// Reads everything before the header; the source then gives the rewritten table. repairs: null for a strict
// reader. Throws DataError for an empty file, UsageError for impossible signs.
CsvStart find_start(TextSource& source, const ReadOptions& options, const MissingWords& missing,
                    TableRepairs* repairs);

// The note on a header that was guessed from weak evidence.
Message note_on_header(const std::string& source, bool has_header);

}  // namespace chainrule
