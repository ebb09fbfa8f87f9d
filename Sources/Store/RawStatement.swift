internal import GRDB
internal import GRDBSQLite

/// A statement that is bound and stepped in SQLite's own terms, for the two loops that see every sample.
///
/// GRDB's arguments and rows cost more than half of the speed there; this costs nothing measurable. The statement is
/// GRDB's, cached with the connection. Integers and NULL only.
struct RawStatement {
  private let statement: Statement
  private let connection: OpaquePointer?

  init(_ db: Database, sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    connection = db.sqliteConnection
  }

  /// Binds the parameter with the given number, from 1.
  func bind(_ value: Int64?, at index: Int) throws {
    let handle = statement.sqliteStatement
    let code =
      if let value { sqlite3_bind_int64(handle, Int32(index), value) } else { sqlite3_bind_null(handle, Int32(index)) }
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// True when there is a row to look at, false at the end.
  func step() throws -> Bool {
    let code = sqlite3_step(statement.sqliteStatement)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw failure(code)
    }
  }

  /// The column with the given number, from 0, of the row at hand.
  func column(_ index: Int) -> Int64? {
    let handle = statement.sqliteStatement
    let value = sqlite3_column_int64(handle, Int32(index))
    // NULL reads as 0, so that only a 0 needs to be asked what it is.
    guard value == 0, sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL else { return value }
    return nil
  }

  /// The row at hand as octets, one way for each row: of each column a type octet (0 NULL, 1 integer, 2 real, 3 text, 4 blob),
  /// then the value of a number or the length of a text in 8 octets, little-endian, then the text.
  func appendRow(to octets: inout [UInt8]) {
    let handle = statement.sqliteStatement
    func append(_ type: UInt8, _ value: UInt64) {
      octets.append(type)
      withUnsafeBytes(of: value.littleEndian) { octets.append(contentsOf: $0) }
    }
    for column in 0..<sqlite3_column_count(handle) {
      switch sqlite3_column_type(handle, column) {
      case SQLITE_NULL: octets.append(0)
      case SQLITE_INTEGER: append(1, UInt64(bitPattern: sqlite3_column_int64(handle, column)))
      case SQLITE_FLOAT: append(2, sqlite3_column_double(handle, column).bitPattern)
      case let type:
        // The octets before their number: SQLite's order for getting both.
        let start =
          type == SQLITE_TEXT
          ? UnsafeRawPointer(sqlite3_column_text(handle, column)) : sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        append(type == SQLITE_TEXT ? 3 : 4, UInt64(count))
        octets.append(contentsOf: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
      }
    }
  }

  /// To be called after use, whatever happened: an unfinished statement keeps its transaction open.
  func reset() {
    sqlite3_reset(statement.sqliteStatement)
    sqlite3_clear_bindings(statement.sqliteStatement)
  }

  private func failure(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(connection).map { String(cString: $0) })
  }
}
