import GRDB
import Metering
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
}
