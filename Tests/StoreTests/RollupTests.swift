import Energy
import GRDB
import Metering
import Migrations
import TestSupport
import Testing

@testable import Store

/// Rollups follow from the samples alone, whatever the order in which these came.
@Suite("Rollups of a log")
struct RollupTests {
  /// Two hours of a household that never rests, a list of currents and voltages every 10 s, and a hole of five minutes.
  private static let samples: [Sample] = {
    var random = SeededGenerator(seed: 4)
    return (0..<2880).compactMap { index in
      guard !(1000..<1120).contains(index) else { return nil }
      var readings: Readings = [.activePowerImport: Int64.random(in: 100...9000, using: &random)]
      if index % 4 == 0 {
        readings[.activePowerExport] = Int64.random(in: 0...50, using: &random)
        readings[.voltageL1] = Int64.random(in: 225_000...240_000, using: &random)
        readings[.currentL1] = Int64.random(in: 0...25_000, using: &random)
      }
      return Sample(arrival: one + TimeSpan(milliseconds: Int64(index) * 2500 + 700), readings: readings)
    }
  }()

  /// The rows of the table as text.
  private func rows(_ path: String) throws -> [String] {
    try sql(path) { db in try Row.fetchAll(db, sql: "SELECT * FROM rollup ORDER BY k").map(\.description) }
  }

  private func expected() throws -> [Rollup] { Rollup.rollups(of: Self.samples.map(RollupSample.init)) }

  @Test("samples in order, a few at a time, give the rollups that all of them give at once")
  func inOrder() throws {
    try withWriter { writer, path in
      for start in stride(from: 0, to: Self.samples.count, by: 37) {
        _ = try writer.append(LogWriter.Batch(Array(Self.samples[start..<min(start + 37, Self.samples.count)])))
      }
      let stored = try LogReader(path: path).rollups(of: 1, in: one - .hour..<one + .hours(3))
      let expected = try expected()
      #expect(expected.count == 8)
      #expect(stored.map(\.quarter) == expected.map(\.quarter))
      #expect(stored.map(\.power) == expected.map(\.power))
      #expect(stored.map(\.activeImport) == expected.map(\.activeImport))
      #expect(stored.map(\.peakTime) == expected.map(\.peakTime))
      let rebuilt = try writer.rebuild()
      #expect(rebuilt.rollups == 8 && rebuilt.isUnchanged)
    }
  }

  @Test("late, reordered and repeated samples give the same rows", arguments: 0..<5 as Range<UInt64>)
  func anyOrder(seed: UInt64) throws {
    let ordered = try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(Self.samples))
      return try rows(path)
    }
    try withWriter { writer, path in
      var random = SeededGenerator(seed: seed)
      var rest = Self.samples.shuffled(using: &random)[...]
      while !rest.isEmpty {
        let part = Array(rest.prefix(Int.random(in: 1...400, using: &random)))
        rest = rest.dropFirst(part.count)
        _ = try writer.append(LogWriter.Batch(part))
        _ = try writer.append(LogWriter.Batch(Array(part.prefix(20))))
      }
      #expect(try rows(path) == ordered)
      #expect(try writer.rebuild().isUnchanged)
    }
  }

  @Test("a rebuild mends what somebody changed, and says so")
  func mends() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(Self.samples))
      let before = try rows(path)
      try sql(path) { db in
        try db.execute(sql: "UPDATE rollup SET import_wms = import_wms + 1 WHERE k = (SELECT min(k) FROM rollup)")
        try db.execute(sql: "DELETE FROM rollup WHERE k = (SELECT max(k) FROM rollup)")
        try db.execute(
          sql:
            "INSERT INTO rollup SELECT k + 3600000 * 24, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0 FROM rollup LIMIT 1"
        )
      }
      #expect(try writer.rebuild().rollupsChanged == 4)
      #expect(try rows(path) == before)
      #expect(try writer.rebuild().isUnchanged)
    }
  }
}
