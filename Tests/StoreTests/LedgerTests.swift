import Energy
import Foundation
import GRDB
import Metering
import Simulator
import TestSupport
import Testing

@testable import Accuracy
@testable import Store

/// The ledger of a log is that of its rows, whatever the order in which these came and wherever the logger was restarted.
@Suite struct LedgerTests {
  /// Some days of a simulated meter with faults, as records of a log.
  private struct Month {
    let judged: JudgedMonth
    let identity: MeterIdentity

    init(_ seed: UInt64, days: Int64 = 3) {
      judged = JudgedMonth(StoredMonth(MeterMonth(seed: seed, zone: oslo, days: days), seed: seed))
      identity = MeterIdentity(id: "7359992000000033", maker: judged.stored.month.model.maker)
    }

    var samples: [Sample] {
      judged.stored.samples.map { sample in
        var readings = Readings()
        readings[.activePowerImport] = sample.activeImport
        readings[.activePowerExport] = sample.activeExport
        return Sample(arrival: sample.time, readings: readings)
      }
    }

    /// Everything in order of arrival, cut into batches of about `size`.
    func batches(of meter: Int64, size: Int) -> [LogWriter.Batch] {
      var batches: [LogWriter.Batch] = []
      var readings = judged.stored.readings[...]
      var samples = samples[...]
      while !samples.isEmpty || !readings.isEmpty {
        let part = samples.prefix(size)
        samples = samples.dropFirst(size)
        let end = samples.first?.arrival
        let due = readings.prefix { reading in end.map { reading.arrival < $0 } ?? true }
        readings = readings.dropFirst(due.count)
        batches.append(LogWriter.Batch(meter: meter, Array(part), registers: Array(due)))
      }
      return batches
    }
  }

  /// The rows of everything derived.
  private struct Derived: Equatable {
    let verdicts: [String]
    let facts: [String]
    let hours: [LedgerEntry]

    init(_ path: String) throws {
      verdicts = try sql(path) { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT arrival_utc || ' ' || verdict || ' ' || coalesce(boundary_utc, '-') || ' ' || coalesce(scale, '-') || ' '
              || coalesce(reason, '') FROM register_snapshot ORDER BY k
            """)
      }
      facts = try sql(path) { db in
        try String.fetchAll(
          db, sql: "SELECT name || ' ' || value || ' ' || settled || ' ' || evidence FROM fact ORDER BY name, start")
      }
      hours = try LogReader(path: path).ledger(of: 1, in: UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max))
    }
  }

  private func seen(_ batch: LogWriter.Batch) throws -> UTCTime {
    try #require(batch.samples.first?.sample.arrival ?? batch.registers.first?.snapshot.arrival)
  }

  private func log(_ batches: [LogWriter.Batch], _ identity: MeterIdentity, restarts: Bool = false) throws -> Derived {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      var writer = try LogWriter(path: path, zone: oslo)
      for (index, batch) in batches.enumerated() {
        if restarts, index > 0 {
          try writer.close()
          writer = try LogWriter(path: path, zone: oslo)
        }
        _ = try writer.meterKey(for: identity, input: "port", seen: try seen(batch))
        var batch = batch
        batch.stays = [(1, "port", try seen(batch))]
        _ = try writer.append(batch)
      }
      let derived = try Derived(path)
      #expect(try writer.rebuild().isUnchanged)
      #expect(try Derived(path) == derived)
      return derived
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13] as [UInt64])
  func `batches, restarts and order change nothing`(_ seed: UInt64) throws {
    let month = Month(seed)
    let whole = try log([month.batches(of: 1, size: .max)[0]], month.identity)
    #expect(whole.hours.count > 60)
    #expect(try log(month.batches(of: 1, size: 1500), month.identity, restarts: true) == whole)
    var random = SeededGenerator(seed: seed)
    #expect(try log(month.batches(of: 1, size: 6000).shuffled(using: &random), month.identity) == whole)
  }

  @Test(arguments: [21, 22, 23, 25, 27] as [UInt64])
  func `the log has the hours that the pure ledger has`(_ seed: UInt64) throws {
    let month = Month(seed)
    let found = try log(month.batches(of: 1, size: 4000), month.identity)
    let hours = found.hours.map(\.hour)
    let range = try #require(hours.first)..<(try #require(hours.last) + .hour)
    let expected = month.judged.ledger.book(range)
    let book = LedgerBook(found.hours)
    // The simulated meter is gone after its month; the log does not know that.
    let inside = range.lowerBound..<range.upperBound - .hours(2)
    #expect(book.hours(in: inside).map(\.energy.activeImport) == expected.hours(in: inside).map(\.energy.activeImport))
    #expect(book.hours(in: inside).map(\.quality) == expected.hours(in: inside).map(\.quality))
    #expect(book.conservation(in: range).holds)
  }
}
