package import Energy
import Foundation
internal import GRDB
package import Metering

/// Reads a database and changes nothing in it, while a logger writes to it or while none runs. Never keeps a writer waiting.
package final class LogReader: Sendable {
  private let file: DatabaseFile
  let queue: DatabaseQueue
  /// What the file looked like when it was opened as one that nobody writes to; else nil.
  private let frozen: DatabaseFile.Fingerprint?

  /// Opens a database.
  ///
  /// Errors: there is none, it may not be read, it is not a log, or its schema is newer or older than this program's.
  package init(path: String) throws(StoreError) {
    file = try DatabaseFile(path: path, for: .reading)
    do {
      (queue, frozen) = try LogReader.open(file)
      try queue.read { db in try LogReader.checkSchema(db, path: path) }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// SQLite reads a write-ahead log only where it may write the files beside the database, or while a writer has them open.
  /// A user with neither can read a database that was closed in good order, if told that nobody writes to it; `read`
  /// makes sure that this stays true.
  static func open(_ file: DatabaseFile) throws -> (DatabaseQueue, DatabaseFile.Fingerprint?) {
    var configuration = Configuration()
    configuration.qos = .default
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      return (try DatabaseQueue(path: file.openPath, configuration: configuration), nil)
    } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
      let fingerprint = file.fingerprint
      guard fingerprint.isComplete else {
        throw StoreError(
          "\(file.path): its logger was not stopped in good order, and this user may not write the folder. "
            + "Start ams-logger, or read as a user who may write the folder.")
      }
      let name = URL(fileURLWithPath: file.resolvedPath).absoluteString + "?immutable=1"
      return (try DatabaseQueue(path: name, configuration: configuration), fingerprint)
    }
  }

  /// Calls `body` with a connection to a log of any release, and makes sure that nobody has written to it meanwhile where that
  /// was taken for granted: what looks like damage may be a logger that has started since.
  static func reading<Result>(
    _ file: DatabaseFile, _ body: (DatabaseQueue) throws -> Result
  ) throws(StoreError) -> Result {
    do {
      let (queue, frozen) = try open(file)
      return try stable(file, frozen) {
        let result = try body(queue)
        try queue.close()
        return result
      }
    } catch {
      throw StoreError(error, path: file.path)
    }
  }

  private static func stable<Result>(
    _ file: DatabaseFile, _ frozen: DatabaseFile.Fingerprint?, _ body: () throws -> Result
  ) throws -> Result {
    func check() throws(StoreError) {
      guard frozen == nil || frozen == file.fingerprint else {
        throw StoreError("\(file.path) was written to while it was read. Try again.")
      }
    }
    let result: Result
    do {
      result = try body()
    } catch {
      try check()
      throw error
    }
    try check()
    return result
  }

  private static func checkSchema(_ db: Database, path: String) throws {
    switch try Schema.state(of: db, path: path) {
    case .empty:
      throw StoreError("\(path) holds no log yet. Start ams-logger first, or point --database at another file.")
    case .log(let count):
      try Schema.requireCurrent(count, path: path)
    }
  }

  /// The name of the zone that the log at `path` was made with; nil where there is none yet.
  package static func zoneName(path: String) -> String? {
    guard let log = try? LogReader(path: path) else { return nil }
    return (try? log.read { db in try ZoneTable.name(db) }) ?? nil
  }

  /// All meters, in the order in which they were first heard.
  package func meters() throws(StoreError) -> [StoredMeter] {
    try read { db in try MeterTable.all(db) }
  }

  /// The snapshots of a meter whose arrival or boundary lies in the span, any verdict, in order of boundary (of arrival,
  /// where a snapshot has none), then of arrival.
  package func snapshots(of meter: Int64, in span: Range<UTCTime>) throws(StoreError) -> [RegisterSnapshot] {
    try read { db in
      let keys = RowKey.range(of: meter, in: span)
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(RegisterTable.columns) FROM register_snapshot
          WHERE k BETWEEN ? AND ? OR (meter = ? AND boundary >= ? AND boundary < ?)
          ORDER BY coalesce(boundary, arrival), k
          """,
        arguments: [
          keys?.lowerBound, keys?.upperBound, meter, span.lowerBound.milliseconds, span.upperBound.milliseconds,
        ]
      ).map { row in try RegisterTable.snapshot(row, path: file.path) }
    }
  }

  /// The first and the last accepted boundary of a meter; nil when it has none.
  package func snapshotSpan(of meter: Int64) throws(StoreError) -> (first: UTCTime, last: UTCTime)? {
    try read { db in
      let ends = try ["ASC", "DESC"].map { order in
        try Int64.fetchOne(
          db,
          sql: """
            SELECT boundary FROM register_snapshot
            WHERE meter = ? AND boundary IS NOT NULL AND verdict = 'accepted' ORDER BY boundary \(order) LIMIT 1
            """, arguments: [meter])
      }
      guard let first = ends[0], let last = ends[1] else { return nil }
      return (UTCTime(milliseconds: first), UTCTime(milliseconds: last))
    }
  }

  /// The entries of a meter's hours in the span, and of the gaps that reach over its ends, in order.
  package func ledger(of meter: Int64, in span: Range<UTCTime>) throws(StoreError) -> [LedgerEntry] {
    try read { db in try LedgerTable(db, path: file.path).wholeEntries(of: meter, in: span) }
  }

  /// The same, with the local days that are measured and have no correction as one entry each; for sums of whole local days.
  ///
  /// - Parameter corrected: hours that have corrections.
  package func ledgerByDays(
    of meter: Int64, in span: Range<UTCTime>, zone: Zone, corrected: [UTCTime]
  ) throws(StoreError) -> [LedgerEntry] {
    try read { db in
      let table = LedgerTable(db, path: file.path)
      guard try ZoneTable.agrees(with: zone, db) else { return try table.wholeEntries(of: meter, in: span) }
      let days = try MeasuredDayTable(db, path: file.path).days(of: meter, in: span)
      var entries: [LedgerEntry] = []
      entries.reserveCapacity(days.count * 2)
      var place = span.lowerBound
      for day in days where !corrected.contains(where: day.span.contains) {
        // No gap reaches into a measured day, so what lies between two of them is whole.
        if place < day.hour { entries += try table.wholeEntries(of: meter, in: place..<day.hour) }
        entries.append(day)
        place = day.span.upperBound
      }
      if place < span.upperBound { entries += try table.wholeEntries(of: meter, in: place..<span.upperBound) }
      return entries
    }
  }

  /// The entries of hours of a meter that are not finished.
  package func runningHours(of meter: Int64, in span: Range<UTCTime>) throws(StoreError) -> [LedgerEntry] {
    try read { db in
      let maker = LedgerMaker(db: db, path: file.path)
      return try maker.entries(of: meter, in: span, running: true).entries.filter { span.contains($0.hour) }
    }
  }

  /// All corrections that were ever made for a meter, in the order in which they were made.
  package func corrections(of meter: Int64) throws(StoreError) -> [Correction] {
    try read { db in try CorrectionTable.all(of: meter, db, path: file.path) }
  }

  /// What is known of a meter that its lists do not say.
  package func knowledge(of meter: Int64) throws(StoreError) -> MeterKnowledge {
    try read { db in try FactTable.knowledge(of: meter, db, path: file.path) }
  }

  /// The rollups of a meter whose quarter begins in the span, in order. Their voltages and currents are left out.
  package func rollups(of meter: Int64, in span: Range<UTCTime>) throws(StoreError) -> [Rollup] {
    try read { db in try RollupTable.rollups(of: meter, in: span, db) }
  }

  /// Calls `body` with each power sample of a meter in the span, in order of time. No row is kept, so a year costs no
  /// memory. `body` must not call this reader.
  package func forEachPower(
    of meter: Int64, in span: Range<UTCTime>, _ body: (PowerSample) -> Void
  ) throws(StoreError) {
    guard let keys = RowKey.range(of: meter, in: span) else { return }
    try read { db in
      let statement = try RawStatement(
        db,
        sql: """
          SELECT k, active_power_import_w, active_power_export_w FROM power_sample WHERE k BETWEEN ? AND ? ORDER BY k
          """)
      defer { statement.reset() }
      try statement.bind(keys.lowerBound, at: 1)
      try statement.bind(keys.upperBound, at: 2)
      while try statement.step() {
        body(
          PowerSample(
            time: RowKey.arrival(of: statement.column(0) ?? 0), activeImport: statement.column(1),
            activeExport: statement.column(2)))
      }
    }
  }

  /// The samples of a meter in the span, in order of time, power and phases of each message together. All in memory: for
  /// short spans.
  package func samples(of meter: Int64, in span: Range<UTCTime>) throws(StoreError) -> [Sample] {
    guard let keys = RowKey.range(of: meter, in: span) else { return [] }
    let quantities = SampleTable.power.quantities + SampleTable.phase.quantities
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT k, \(quantities.map(\.column).joined(separator: ", "))
          FROM (
            SELECT k FROM power_sample WHERE k BETWEEN :first AND :last
            UNION SELECT k FROM phase_sample WHERE k BETWEEN :first AND :last)
          LEFT JOIN power_sample USING (k) LEFT JOIN phase_sample USING (k)
          ORDER BY k
          """, arguments: ["first": keys.lowerBound, "last": keys.upperBound]
      ).map { row in
        var readings = Readings()
        for quantity in quantities { readings[quantity] = try row.decode(forColumn: quantity.column) }
        return try Sample(arrival: RowKey.arrival(of: row.decode(forColumn: "k")), readings: readings)
      }
    }
  }

  /// What SQLite's own check finds wrong with the log at `path`, of whichever release; empty when it finds nothing. It reads
  /// all of the file.
  ///
  /// Errors: as for opening, but for the schema.
  package static func integrityFaults(path: String) throws(StoreError) -> [String] {
    try reading(DatabaseFile(path: path, for: .reading)) { queue in
      try queue.read { db in
        guard case .log = try Schema.state(of: db, path: path) else { throw StoreError("\(path) holds no log yet.") }
        return try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      }
    }
  }

  /// All rejects that are kept, oldest first.
  package func rejects() throws(StoreError) -> [(input: String, reject: Reject)] {
    try read { db in try RejectTable.all(db, path: file.path) }
  }

  /// Events, in order of time.
  ///
  /// - Parameter newest: so many of the newest; without it all there are.
  package func events(newest: Int? = nil) throws(StoreError) -> [LogEvent] {
    try read { db in try EventTable.events(newest: newest, db, path: file.path) }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    try whileUnchanged { try queue.read(body) }
  }

  /// What `body` reads on this reader's connection. Errors: somebody wrote to a log of which it was said that nobody does.
  func whileUnchanged<Result>(_ body: () throws -> Result) throws(StoreError) -> Result {
    do {
      return try LogReader.stable(file, frozen, body)
    } catch {
      throw StoreError(error, path: file.path)
    }
  }
}
