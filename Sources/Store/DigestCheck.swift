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
    package var isDerived: Bool { ["rollup", "ledger", "measured_day"].contains(table) }
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
    var report = DigestReport()
    do {
      let queue = try open(DatabaseFile(path: path, for: .reading)).0
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
          report.faults += faults.map { fault in
            let meter = RowKey.meter(of: key)
            return DigestReport.Fault(
              day: key == 0 ? nil : RowKey.arrival(of: key), meter: key == 0 ? nil : serials[meter] ?? "\(meter)",
              table: fault.part, rowsThen: fault.rowsThen, rowsNow: fault.rowsNow)
          }
          return key == .max ? nil : key + 1
        }
      }
      return report
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
