import Energy
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

@Suite struct RegisterTests {
  @Test(
    arguments: [
      snapshot(10_955_225, hours: 0), snapshot(nil, hours: 0), snapshot(.max, hours: 0, verdict: .suspect),
      RegisterSnapshot(
        arrival: one, boundary: nil, clock: nil,
        registers: Registers(reactiveImport: 4, reactiveExport: -5, scale: -128), verdict: .offBoundary),
      RegisterSnapshot(
        arrival: one, boundary: one,
        clock: MeterClock(wall: CivilTime(secondsSince1970: one.seconds), deviation: nil, status: 255),
        registers: Registers(activeImport: 1, scale: 127), verdict: .repeat),
      RegisterSnapshot(
        arrival: one, boundary: one, clock: nil, registers: Registers(activeImport: 12_345, scale: nil)),
    ])
  func `A snapshot comes back as it was, whatever is thought of it`(snapshot: RegisterSnapshot) throws {
    try withWriter { writer, path in
      let result = try writer.append(LogWriter.Batch(registers: [snapshot]))
      #expect(result.registers == 1)
      let found = try LogReader(path: path).allSnapshots()
      #expect(found.map(\.arrival) == [snapshot.arrival] && found.map(\.clock) == [snapshot.clock])
      #expect(found.map(\.registers) == [snapshot.registers])
    }
  }

  @Test func `A snapshot is the same whatever is thought of it the second time`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(registers: [snapshot(100, hours: 0)]))
      let again = try writer.append(LogWriter.Batch(registers: [snapshot(100, hours: 0, verdict: .repeat)]))
      #expect(again.registers == 0 && again.duplicates == 1)
      #expect(try LogReader(path: path).allSnapshots() == [snapshot(100, hours: 0)])
    }
  }

  @Test func `Different registers of one millisecond are both kept, and found by a replay`() throws {
    try withWriter { writer, path in
      let batch = LogWriter.Batch(registers: [snapshot(100, hours: 0), snapshot(101, hours: 0, verdict: .suspect)])
      let first = try writer.append(batch)
      let again = try writer.append(batch)
      #expect(first.registers == 2 && again.duplicates == 2)
      #expect(try LogReader(path: path).allSnapshots().map(\.registers.activeImport) == [100, 101])
    }
  }

  @Test func `A span takes in what arrived in it and what closes an hour in it, in order of boundary`() throws {
    try withWriter { writer, path in
      var late = snapshot(103, hours: 1)
      late.arrival += .minutes(9)
      let off = RegisterSnapshot(
        arrival: one + .hours(2) + .minutes(30), boundary: nil, clock: nil,
        registers: Registers(activeImport: 105, scale: 1), verdict: .offBoundary)
      let shuffled = [late, snapshot(110, hours: 3), off, snapshot(100, hours: 0), snapshot(104, hours: 2)]
      _ = try writer.append(LogWriter.Batch(registers: shuffled))

      let reader = try LogReader(path: path)
      let found = try reader.snapshots(of: 1, in: one + .hours(1)..<one + .hours(3))
      #expect(found == [late, snapshot(104, hours: 2), off])
      #expect(try reader.snapshots(of: 1, in: late.arrival..<late.arrival + .minutes(1)) == [late])
      #expect(try reader.snapshots(of: 1, in: one..<one).isEmpty)
      #expect(try reader.snapshotSpan(of: 1)?.first == one)
      #expect(try reader.snapshotSpan(of: 1)?.last == one + .hours(3))
      #expect(try reader.snapshotSpan(of: 2) == nil)
    }
  }

  @Test func `The view has the hours between accepted neighbours, in watt-hours, and no others`() throws {
    try withWriter { writer, path in
      var fine = snapshot(1_290, hours: 2)
      fine.registers.scale = 0
      _ = try writer.append(
        LogWriter.Batch(registers: [
          snapshot(100, hours: 0), snapshot(120, hours: 1), snapshot(99, hours: 1, verdict: .suspect), fine,
          // A gap of an hour, then one more hour whose export is not known.
          snapshot(200, hours: 4), snapshot(nil, hours: 5),
        ]))
      let rows = try sql(path) { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT hour_start_utc || ' ' || hour_end_utc || ' ' || serial || ' ' || coalesce(import_wh, '-') || ' '
              || coalesce(export_wh, '-') FROM hours_measured ORDER BY hour_start_utc
            """)
      }
      #expect(
        rows == [
          "2026-01-15T13:00:00Z 2026-01-15T14:00:00Z 7359992890941742 200 0",
          "2026-01-15T14:00:00Z 2026-01-15T15:00:00Z 7359992890941742 90 0",
          "2026-01-15T17:00:00Z 2026-01-15T18:00:00Z 7359992890941742 - 0",
        ])
    }
  }

  @Test func `An absurd register gives an empty hour, not a number with a point`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(registers: [snapshot(100, hours: 0), snapshot(.max, hours: 1)]))
      #expect(
        try sql(path) { try String.fetchAll($0, sql: "SELECT typeof(import_wh) FROM hours_measured") } == ["null"])
    }
  }

  @Test func `where no reading is sound, a new one is judged alone, and as all of them together would be`() throws {
    try withWriter { writer, path in
      // A clock that is a year behind; every fifth list is sent again.
      let readings = (0..<60).map { hour in
        var reading = snapshot(100 + Int64(hour / 5 * 5 + min(hour % 5, 3)), hours: Int64(hour))
        let shown = hour % 5 == 4 ? hour - 1 : hour
        reading.clock?.wall = CivilTime(secondsSince1970: one.seconds - 365 * 86_400 + Int64(shown) * 3600)
        return reading
      }
      for reading in readings { _ = try writer.append(LogWriter.Batch(registers: [reading])) }
      func verdicts() throws -> [String] {
        try sql(path) { db in
          try String.fetchAll(
            db, sql: "SELECT verdict || ' ' || coalesce(reason, '') FROM register_snapshot ORDER BY k")
        }
      }
      let before = try verdicts()
      #expect(
        before.filter { $0 == "suspect clock" }.count == 48 && before.filter { $0 == "repeat sent_again" }.count == 12)
      let last = try RowKey.pack(meter: 1, arrival: try #require(readings.last).arrival)
      let judged = try writer.write { db in
        let knowledge = try FactTable.knowledge(of: 1, db, path: path)
        return try VerdictKeeper(db: db, path: path, zone: oslo).judge(
          1, from: last, rules: knowledge.rules(zone: oslo), new: [])
      }
      #expect(judged.count == 1 && judged.changed == 0)
      #expect(try writer.rebuild().isUnchanged)
      #expect(try verdicts() == before)
      // One that comes late among them, and sound ones at last.
      var late = readings[30]
      late.arrival = late.arrival + .minutes(20)
      _ = try writer.append(LogWriter.Batch(registers: [late]))
      _ = try writer.append(LogWriter.Batch(registers: (61..<70).map { snapshot(500 + $0, hours: $0) }))
      let after = try verdicts()
      #expect(after.filter { $0 == "accepted " }.count == 9)
      #expect(try writer.rebuild().isUnchanged)
      #expect(try verdicts() == after)
    }
  }
}
