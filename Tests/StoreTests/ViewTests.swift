import Energy
import GRDB
import Metering
import TestSupport
import Testing

@testable import Accuracy
@testable import Store

/// The views say what a report says, for somebody who has only the `sqlite3` shell.
@Suite struct ViewTests {
  /// A log of some days of a simulated meter with faults, and some corrections.
  private func withLog<Result>(_ seed: UInt64, _ body: (String, LedgerBook) throws -> Result) throws -> Result {
    let month = StoredMonth(MeterMonth(seed: seed, zone: oslo, days: 4), seed: seed)
    return try withWriter { writer, path in
      var batch = LogWriter.Batch(registers: month.readings)
      batch.samples = month.samples.map { sample in
        var readings = Readings()
        readings[.activePowerImport] = sample.activeImport
        readings[.activePowerExport] = sample.activeExport
        return (1, Sample(arrival: sample.time, readings: readings))
      }
      batch.stays = [(1, "port", try #require(month.samples.first).time)]
      _ = try writer.append(batch)
      let ever = UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max)
      let entries = try LogReader(path: path).ledger(of: 1, in: ever)
      let corrector = try CorrectionWriter(path: path)
      for (index, place) in [5, 17, 17, 40, 41].enumerated() {
        try corrector.append(
          Correction(
            hour: entries[place].hour, direction: index == 3 ? .activeExport : .activeImport,
            wattHours: index == 4 ? nil : Int64(index * 1000 + 7), reason: "test",
            made: one + .hours(Int64(index))), of: 1)
      }
      try corrector.close()
      let reader = try LogReader(path: path)
      return try body(path, LedgerBook(entries, corrections: Corrections(try reader.corrections(of: 1))))
    }
  }

  @Test(arguments: [3, 4, 6, 7, 21] as [UInt64])
  func `hours are those of the report`(_ seed: UInt64) throws {
    try withLog(seed) { path, book in
      let rows = try sql(path) { db in
        try Row.fetchAll(db, sql: "SELECT * FROM hours WHERE meter = 1 ORDER BY k").map { row -> [String] in
          ["hour_start_utc", "import_wh", "export_wh", "quality", "max_w", "import_start_wh", "import_end_wh"].map {
            (row[$0] as DatabaseValue).text
          }
        }
      }
      let expected = book.entries.map(\.hour).map { hour -> [String] in
        let period = book.period(hour..<hour + .hour)
        return [
          hour.iso8601, text(period.energy.activeImport), text(period.energy.activeExport), period.quality.rawValue,
          text(period.peak?.power), text(period.start.activeImport), text(period.end.activeImport),
        ]
      }
      #expect(rows.count > 60)
      #expect(rows == expected)
      #expect(rows.filter { $0[3] == "manual" }.count == 3)
    }
  }

  @Test(arguments: [3, 4, 6, 7, 21] as [UInt64])
  func `days are those of the report`(_ seed: UInt64) throws {
    try withLog(seed) { path, book in
      let rows = try sql(path) { db in
        try Row.fetchAll(db, sql: "SELECT * FROM days WHERE meter = 1 ORDER BY day").map { row -> [String] in
          [
            "day", "day_start_utc", "import_wh", "export_wh", "quality", "hours_expected", "hours_measured",
            "known_import_wh", "max_w",
          ].map { (row[$0] as DatabaseValue).text }
        }
      }
      let first = try #require(book.entries.first).hour
      let last = try #require(book.entries.last).hour
      let known = book.days(in: first..<last + .hour, zone: oslo).filter { $0.counts[.missing] < $0.hoursExpected }
      let expected = known.map { day -> [String] in
        [
          oslo.date(at: day.span.lowerBound).iso8601, day.span.lowerBound.iso8601, text(day.energy.activeImport),
          text(day.energy.activeExport), day.quality.rawValue, String(day.hoursExpected), String(day.hoursMeasured),
          text(day.known.activeImport), text(day.peak?.power),
        ]
      }
      #expect(rows.count >= 5)
      #expect(rows == expected)
    }
  }

  @Test func `a day of autumn has 25 hours, one of spring 23`() throws {
    try withWriter { writer, path in
      // Registers at noon UTC of the two days, and an hour before.
      for noon in [UTCTime(seconds: 1_792_929_600), UTCTime(seconds: 1_774_785_600)] {
        _ = try writer.append(
          LogWriter.Batch(
            registers: [noon - .hour, noon].enumerated().map { index, boundary in
              RegisterSnapshot(
                arrival: boundary + .seconds(11), boundary: nil, clock: nil,
                registers: Registers(activeImport: 1000 + boundary.seconds / 100_000 + Int64(index), scale: 0))
            }))
      }
      let expected = try sql(path) { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT day || ' ' || hours_expected || ' ' || day_start_utc FROM days
            WHERE day IN ('2026-03-29', '2026-10-25') ORDER BY day
            """)
      }
      #expect(expected == ["2026-03-29 23 2026-03-28T23:00:00Z", "2026-10-25 25 2026-10-24T22:00:00Z"])
    }
  }

  private func text(_ value: Int64?) -> String { value.map { String($0) } ?? "-" }
}

extension DatabaseValue {
  fileprivate var text: String {
    switch storage {
    case .null: "-"
    case .int64(let value): String(value)
    case .string(let value): value
    case .double(let value): "\(value) is no integer"
    case .blob: "blob"
    }
  }
}
