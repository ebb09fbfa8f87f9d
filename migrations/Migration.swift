/// One step of the database schema: a numbered file of this folder.
///
/// Files are named `NNNN_what_it_does.sql`, are applied in the order of their names, each in a transaction of its own,
/// and are never edited once released.
package struct Migration: Sendable {
  /// The file's name without its ending, for example `0001_log`.
  package let name: String
  /// The file's text.
  package let sql: String

  /// The number in front of the name; it becomes `PRAGMA user_version`.
  package var number: Int { Int(name.prefix(while: \.isNumber)) ?? 0 }
}
