internal import GRDB
package import Metering

/// The serial line on which the messages of an input were found.
package struct StoredLine: Hashable, Sendable {
  package let port: String
  package let baudrate: Int
  /// `N`, `E` or `O`.
  package let parity: String

  package init(port: String, baudrate: Int, parity: String) {
    self.port = port
    self.baudrate = baudrate
    self.parity = parity
  }
}

extension LogWriter {
  /// The line on which the messages of an input were found last; nil where that was never looked for.
  package func line(of input: String) throws(StoreError) -> StoredLine? {
    try write { db in
      try Row.fetchOne(db, sql: "SELECT port, baudrate, parity FROM line WHERE input = ?", arguments: [input]).map {
        row in
        StoredLine(
          port: try row.decode(forColumn: "port"), baudrate: try row.decode(forColumn: "baudrate"),
          parity: try row.decode(forColumn: "parity"))
      }
    }
  }

  /// Keeps the line on which the messages of an input were found.
  package func remember(_ line: StoredLine, of input: String, at time: UTCTime) throws(StoreError) {
    try write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO line (input, port, baudrate, parity, found) VALUES (?, ?, ?, ?, ?)",
        arguments: [input, line.port, line.baudrate, line.parity, time.milliseconds])
    }
  }
}
