// {"columns": [{"name", "kind", "role", "note"}, ...], "task", "notes"}: every column of the training table,
// used or not.
//
// Every structure is taken apart by a structured binding (io/history_table says why).
#include "chainrule/io/schema_json.h"

#include <utility>

namespace chainrule {

namespace {

JsonTree to_json(const SchemaColumn& column) {
  const auto& [name, kind, role, note, max_words] = column;
  static_cast<void>(max_words);  // for training; the encoder has the outcome
  return JsonTree::empty_object()
      .with("name", name)
      .with("kind", name_of(kind))
      .with("role", name_of(role))
      .with("note", note);
}

}  // namespace

JsonTree to_json(const Schema& schema) {
  const auto& [columns, task, notes, class_order, soft_labels] = schema;
  JsonTree list = JsonTree::empty_list();
  for (const SchemaColumn& column : columns)
    list.add(to_json(column));
  return JsonTree::empty_object()
      .with("columns", std::move(list))
      .with("task", name_of(task))
      .with("notes", texts_of(notes, Face::command_line));
}

Schema schema_from(const JsonValue& value) {
  value.require_members({"columns", "task", "notes"});
  Schema schema;
  for (const JsonValue column : value.member("columns").elements()) {
    column.require_members({"name", "kind", "role", "note"});
    schema.columns.push_back({.name = column.member("name").text(),
                              .kind = column.member("kind").word<ColumnKind>(),
                              .role = column.member("role").word<ColumnRole>(),
                              .note = column.member("note").text()});
  }
  schema.task = value.member("task").word<Task>();
  for (const std::string& note : value.member("notes").texts())
    schema.notes.emplace_back(note);
  return schema;
}

}  // namespace chainrule
