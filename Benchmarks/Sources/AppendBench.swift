import GRDBSQLite
import Glibc
import Metering
import Store

/// Samples to durable rows: our writer, and the bare C API with the same statement and the same transactions.
struct AppendBench {
  private static let rows = 200_000
  private static let perTransaction = 10_000

  func run() throws {
    var rounds = Rounds(3)
    try rounds.run([
      ("bare SQLite", { () -> Double? in try Self.bare() }),
      ("LogWriter", { () -> Double? in try Self.writer() }),
    ])
    rounds.report(
      "append: \(Self.rows) power samples, \(Self.perTransaction) a transaction", units: Double(Self.rows), of: "rows")
  }

  private static func scratch(_ body: (String) throws -> Double) throws -> Double {
    let path = "/tmp/bench-\(getpid()).sqlite"
    func remove() { for ending in ["", "-wal", "-shm", "-lock"] { unlink(path + ending) } }
    remove()
    defer { remove() }
    return try body(path)
  }

  private static func sample(_ index: Int) -> Sample {
    Sample(
      arrival: UTCTime(milliseconds: 1_768_000_000_000 + Int64(index) * 2500),
      readings: [.activePowerImport: Int64(index % 7919)])
  }

  private static func writer() throws -> Double {
    try scratch { path in
      let writer = try LogWriter(path: path, zone: try oslo())
      let start = now()
      let meter = try writer.meterKey(
        for: MeterIdentity(id: "7359992000000033", maker: .aidon), input: "main", seen: sample(0).arrival)
      for first in stride(from: 0, to: rows, by: perTransaction) {
        var batch = LogWriter.Batch()
        for index in first..<min(first + perTransaction, rows) { batch.samples.append((meter, sample(index))) }
        let result = try writer.append(batch)
        guard result.samples == batch.samples.count else { throw BenchFailure(text: "rows were not taken") }
      }
      let seconds = now() - start
      try writer.close()
      return seconds
    }
  }

  private static func bare() throws -> Double {
    try scratch { path in
      var database: OpaquePointer?
      guard sqlite3_open(path, &database) == SQLITE_OK else { throw BenchFailure(text: "cannot open \(path)") }
      defer { sqlite3_close(database) }
      func execute(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw BenchFailure(text: sql) }
      }
      try execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
      try execute(
        "CREATE TABLE power_sample(k INTEGER PRIMARY KEY, p INTEGER, e INTEGER, qi INTEGER, qe INTEGER) STRICT")
      var statement: OpaquePointer?
      guard sqlite3_prepare_v2(database, "INSERT INTO power_sample VALUES(?,?,?,?,?)", -1, &statement, nil) == SQLITE_OK
      else { throw BenchFailure(text: "cannot prepare") }
      defer { sqlite3_finalize(statement) }
      let start = now()
      for first in stride(from: 0, to: rows, by: perTransaction) {
        try execute("BEGIN IMMEDIATE")
        for index in first..<min(first + perTransaction, rows) {
          let sample = sample(index)
          sqlite3_bind_int64(statement, 1, 1 << 44 | sample.arrival.milliseconds)
          sqlite3_bind_int64(statement, 2, sample.readings[.activePowerImport] ?? 0)
          guard sqlite3_step(statement) == SQLITE_DONE else { throw BenchFailure(text: "cannot insert") }
          sqlite3_reset(statement)
        }
        try execute("COMMIT")
      }
      return now() - start
    }
  }
}
