import Foundation
internal import GRDB
package import Metering

/// What the digests of a log say of its rows.
package struct DigestReport: Sendable {
  /// Rows of one table, of one meter and UTC day or all of them, that are other than when they were sealed.
  package struct Fault: Hashable, Sendable {
    /// Nil for a table that has no days.
    package let day: UTCTime?
    /// The meter's number as it sends it; its key where the log does not say.
    package let meter: String?
    package let table: String
    package let rowsThen: Int
    package let rowsNow: Int
    /// For a person.
    package var text: String {
      let place = day.map { "meter \(meter ?? "?"), \($0.iso8601.prefix(10)) (UTC), " } ?? ""
      let rows = rowsThen == rowsNow ? "\(rowsNow) rows" : "\(rowsThen) rows then, \(rowsNow) now"
      return "\(place)table \(table) is not as it was when it was sealed (\(rows))"
    }
    /// It can be made anew from what the meters said.
    package let isDerived: Bool
    /// Of the digest, and what its rows are now.
    let key: Int64
    let now: Data?
  }

  /// Days of a meter that are sealed.
  package fileprivate(set) var days = 0
  package fileprivate(set) var faults: [Fault] = []
}

extension LogReader {
  /// Compares the log at `path` with its digests, a day at a time, so that no logger waits. A log of an older release has
  /// none.
  ///
  /// Errors: as for opening, but for the schema.
  package static func checkDigests(path: String) throws(StoreError) -> DigestReport {
    try reading(DatabaseFile(path: path, for: .reading)) { queue in
      var report = DigestReport()
      guard try queue.read({ db in try db.tableExists("digest") }) else { return report }
      let serials = try queue.read { db in
        try Row.fetchAll(db, sql: "SELECT id, serial FROM meter").reduce(into: [Int64: String]()) { serials, row in
          serials[try row.decode(forColumn: "id")] = try row.decode(String.self, forColumn: "serial")
        }
      }
      var place: Int64? = Int64.min
      while let from = place {
        place = try queue.read { db in
          let table = DigestTable(db: db)
          guard let key = try table.next(from: from) else { return nil }
          let (sealed, faults) = try table.check(key)
          if sealed > 0, key > 0 { report.days += 1 }
          report.faults += faults.map { DigestReport.Fault($0, serials) }
          return key == .max ? nil : key + 1
        }
      }
      return report
    }
  }
}

extension DigestReport.Fault {
  fileprivate init(_ fault: DigestTable.Fault, _ serials: [Int64: String]) {
    let meter = RowKey.meter(of: fault.key)
    let isWhole = fault.key == 0
    self.init(
      day: isWhole ? nil : RowKey.arrival(of: fault.key), meter: isWhole ? nil : serials[meter] ?? "\(meter)",
      table: fault.part, rowsThen: fault.rowsThen, rowsNow: fault.rowsNow, isDerived: fault.isDerived, key: fault.key,
      now: fault.now)
  }
}

extension DigestReport {
  /// Takes the rows that this report names for what they are: their digests are opened, for the logger to seal anew, and an
  /// event names each. The logger may run meanwhile.
  ///
  /// Errors: this user may not write the log; it is locked.
  package func accept(path: String, at time: UTCTime) throws(StoreError) {
    do {
      let queue = try GuestQueue.open(path: path)
      try queue.write { db in
        for fault in faults { try DigestTable(db: db).accept(fault.key, fault.table) }
        let events = faults.map { LogEvent(time: time, kind: .settled, text: "\($0.text): accepted as it is") }
        _ = try EventTable.append(events, db)
      }
      try queue.close()
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
