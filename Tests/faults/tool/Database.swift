import Foundation

/// A database of SQLite's, which is looked up when the tool runs, so that nothing but Swift is needed to compile it.
final class Database {
  private typealias Open =
    @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>, Int32, OpaquePointer?) -> Int32
  private typealias Prepare =
    @convention(c) (
      OpaquePointer?, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<OpaquePointer?>,
      UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) -> Int32
  private typealias Ask = @convention(c) (OpaquePointer?) -> Int32
  private typealias Text = @convention(c) (OpaquePointer?, Int32) -> UnsafePointer<UInt8>?
  private typealias Size = @convention(c) (OpaquePointer?, Int32) -> Int32
  private typealias Message = @convention(c) (OpaquePointer?) -> UnsafePointer<CChar>

  /// What SQLite says is wrong.
  struct Failure: Error, CustomStringConvertible { let description: String }

  private static let library: UnsafeMutableRawPointer = {
    guard let library = dlopen("libsqlite3.so.0", RTLD_NOW) else { quit("libsqlite3.so.0 is not here") }
    return library
  }()
  private static func function<F>(_ name: String, as type: F.Type) -> F {
    guard let symbol = dlsym(library, name) else { quit("no \(name) in libsqlite3.so.0") }
    return unsafeBitCast(symbol, to: F.self)
  }
  private static let open = function("sqlite3_open_v2", as: Open.self)
  private static let prepare = function("sqlite3_prepare_v2", as: Prepare.self)
  private static let step = function("sqlite3_step", as: Ask.self)
  private static let finalize = function("sqlite3_finalize", as: Ask.self)
  private static let count = function("sqlite3_column_count", as: Ask.self)
  private static let text = function("sqlite3_column_text", as: Text.self)
  private static let octets = function("sqlite3_column_bytes", as: Size.self)
  private static let message = function("sqlite3_errmsg", as: Message.self)
  private static let closeHandle = function("sqlite3_close", as: Ask.self)
  private static let patience = function("sqlite3_busy_timeout", as: Size.self)

  private var handle: OpaquePointer?

  /// The file must be there, unless it is to be made.
  init(_ path: String, making: Bool = false) throws {
    // 2: read and write, 4: make it.
    guard Database.open(path, &handle, making ? 6 : 2, nil) == 0 else {
      throw Failure(description: "cannot open \(path)")
    }
    _ = Database.patience(handle, 10_000)
  }

  /// Leaves nothing in a write-ahead log that nobody else uses.
  func close() {
    _ = Database.closeHandle(handle)
    handle = nil
  }

  /// The columns of a row, as text.
  struct Row {
    fileprivate let statement: OpaquePointer?
    let count: Int32

    subscript(column: Int32) -> UnsafeBufferPointer<UInt8> {
      let text = Database.text(statement, column)
      return UnsafeBufferPointer(start: text, count: text == nil ? 0 : Int(Database.octets(statement, column)))
    }
  }

  /// Runs statements and hands out their rows.
  func run(_ sql: String, _ row: (Row) -> Void = { _ in }) throws {
    var statement: OpaquePointer?
    try sql.withCString { start in
      var rest: UnsafePointer<CChar>? = start
      while let next = rest, next.pointee != 0 {
        guard Database.prepare(handle, next, -1, &statement, &rest) == 0 else { throw failure }
        guard statement != nil else { continue }
        defer { _ = Database.finalize(statement) }
        let columns = Database.count(statement)
        while true {
          let code = Database.step(statement)
          if code == 101 { break }  // SQLITE_DONE
          guard code == 100 else { throw failure }
          row(Row(statement: statement, count: columns))
        }
      }
    }
  }

  func rows(_ sql: String) throws -> [[String]] {
    var rows: [[String]] = []
    try run(sql) { row in rows.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }) }
    return rows
  }

  private var failure: Failure { Failure(description: String(cString: Database.message(handle))) }
}
