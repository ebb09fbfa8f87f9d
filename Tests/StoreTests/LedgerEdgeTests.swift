import Energy
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// What a reviewer's eye or a bad day found: rows that must stay true whatever comes, and in whichever order.
@Suite struct LedgerEdgeTests {
  private static let noon = UTCTime(seconds: 1_768_478_400)  // 2026-01-15T12:00Z
  private static let ever = UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max)

  private func power(_ time: UTCTime, _ watts: Int64) -> Sample {
    Sample(arrival: time, readings: [.activePowerImport: watts])
  }

  /// A list of an hour, 11 s after it, of a meter whose clock goes right.
  private func hourly(_ hour: Int64, _ wattHours: Int64, scale: Int? = 0) -> RegisterSnapshot {
    let boundary = Self.noon + .hours(hour)
    return RegisterSnapshot(
      arrival: boundary + .seconds(11), boundary: nil,
      clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600)),
      registers: Registers(activeImport: wattHours, activeExport: 0, scale: scale))
  }

  private func hours(_ path: String, of meter: Int64 = 1) throws -> [String] {
    try LogReader(path: path).ledger(of: meter, in: Self.ever).map {
      "\($0.hour.iso8601.dropFirst(11).prefix(5)) \($0.energy.activeImport.map { String($0) } ?? "-") \($0.quality.rawValue)"
    }
  }

  @Test func `hours whose ends lie in gaps keep what they had, however often they are made`() throws {
    try withWriter { writer, path in
      // Registers every 10 s from 9:50 to 13:30, but for two minutes around each of four full hours.
      let start = Self.noon - .minutes(130)
      let readings = (0..<1320).compactMap { index -> RegisterSnapshot? in
        let time = start + .seconds(Int64(index) * 10)
        let toHour = (time - (time + .minutes(1)).floor(to: .hour)).magnitude
        guard toHour >= .minutes(1) || time < start + .minutes(20) else { return nil }
        return RegisterSnapshot(
          arrival: time, boundary: nil, clock: nil,
          registers: Registers(activeImport: 5_000_000 + Int64(index) * 5, scale: 0))
      }
      for first in stride(from: 0, to: readings.count, by: 90) {
        let part = Array(readings[first..<min(first + 90, readings.count)])
        _ = try writer.append(LogWriter.Batch(part.map { power($0.arrival, 1800) }, registers: part))
        _ = try writer.append(LogWriter.Batch([power((part.last?.arrival ?? start) + .seconds(3), 1800)]))
      }
      let before = try hours(path)
      // Each has what went through it: 1800 Wh, and the seconds of a gap by the power.
      #expect(before.filter { $0.contains("10:00") || $0.contains("11:00") || $0.contains("12:00") }.count == 3)
      #expect(
        before.allSatisfy { !$0.contains("power") || $0.hasPrefix("13:00") || $0.hasPrefix("09:00") }, "\(before)")
      #expect(try writer.rebuild().isUnchanged)
      #expect(try hours(path) == before)
    }
  }

  @Test func `an arrival in the first seconds of 1970 is stored, and blocks nothing`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(UTCTime(seconds: 12), 100), power(UTCTime(seconds: 22), 100)]))
      _ = try writer.append(LogWriter.Batch([power(Self.noon, 100)]))
      #expect(try LogReader(path: path).samples(of: 1, in: Self.ever).count == 3)
      #expect(try writer.rebuild().isUnchanged)
    }
  }

  @Test func `a new series is told of once, and the reason stays`() throws {
    try withWriter { writer, path in
      let registers: [Int64] = [5_000_000, 5_001_000, 5_002_000, 5_003_000, 700, 1700, 2700, 3700, 4700, 5700]
      for (hour, register) in registers.enumerated() {
        _ = try writer.append(LogWriter.Batch(registers: [hourly(Int64(hour), register)]))
      }
      let reasons = try sql(path) { db in
        try String.fetchAll(db, sql: "SELECT verdict || coalesce(' ' || reason, '') FROM register_snapshot ORDER BY k")
      }
      #expect(reasons[4...].contains("accepted new_series"))
      #expect(try writer.rebuild().isUnchanged)
      // The hour between the two series is on neither side.
      #expect(try sql(path) { try Int.fetchOne($0, sql: "SELECT min(import_wh) FROM hours_measured") } == 1000)
      let told = try LogReader(path: path).events().filter { $0.kind == .registerSeries }
      #expect(told.count == 1)
    }
  }

  @Test func `the hour without samples that a wrong first register makes is not measured when samples say so`() throws {
    try withWriter { writer, path in
      let samples = (0..<1080).map { power(Self.noon + .seconds(Int64($0) * 10), 1000) }
      // The first is 50 kWh low.
      let readings = [hourly(0, 4_950_000), hourly(1, 5_001_000), hourly(2, 5_002_000), hourly(3, 5_003_000)]
      _ = try writer.append(LogWriter.Batch(samples, registers: readings))
      #expect(try hours(path) == ["12:00 1000 partial", "13:00 1000 measured", "14:00 1000 measured"])
    }
  }

  @Test func `in another zone readings are judged anew, and days are others`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      // A meter in Finland in July, whose clock shows UTC+3.
      let start = UTCTime(seconds: 1_783_980_000)
      let readings = (0...30).map { hour -> RegisterSnapshot in
        let boundary = start + .hours(Int64(hour))
        return RegisterSnapshot(
          arrival: boundary + .seconds(11), boundary: nil,
          clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 10_800)),
          registers: Registers(activeImport: 1_000_000 + Int64(hour) * 1000, scale: 0))
      }
      var writer = try LogWriter(path: path, zone: oslo)
      let key = try writer.meterKey(for: aidon, input: "port", seen: start)
      _ = try writer.append(LogWriter.Batch(meter: key, registers: readings))
      try writer.close()
      #expect(try hours(path, of: key).isEmpty)
      let helsinki = try #require(Zone(named: "Europe/Helsinki"))
      writer = try LogWriter(path: path, zone: helsinki)
      try writer.close()
      #expect(try hours(path, of: key).count == 30)
      #expect(try hours(path, of: key).allSatisfy { $0.hasSuffix("1000 measured") })
      #expect(LogReader.zoneName(path: path) == "Europe/Helsinki")
      // Stockholm and Oslo have the same time: nothing is to be done.
      try LogWriter(path: path, zone: try #require(Zone(named: "Europe/Helsinki"))).close()
    }
  }

  @Test func `samples that come after the readings teach as if they had come before`() throws {
    let samples = (0..<5 * 360).map { power(Self.noon + .seconds(Int64($0) * 10 + 3), 2000 + Int64($0 / 360) * 300) }
    var total: Int64 = 7_000_000
    let readings = (0...4).map { hour -> RegisterSnapshot in
      defer { total += 2000 + Int64(hour) * 300 }
      return hourly(Int64(hour), total / 10, scale: nil)
    }
    func learned(_ batches: [LogWriter.Batch]) throws -> ([String], [String]) {
      try withWriter { writer, path in
        for batch in batches { _ = try writer.append(batch) }
        #expect(try writer.rebuild().isUnchanged)
        return (
          try hours(path),
          try sql(path) { try String.fetchAll($0, sql: "SELECT name || ' ' || value FROM fact ORDER BY 1") }
        )
      }
    }
    let together = try learned([LogWriter.Batch(samples, registers: readings)])
    #expect(together.1 == ["register_scale 1"])
    let later = try learned([LogWriter.Batch(registers: readings), LogWriter.Batch(samples)])
    #expect(later == together)
  }

  @Test func `the correction made last holds, whatever the clock said`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(registers: [hourly(0, 1000), hourly(1, 2000)]))
      let corrector = try CorrectionWriter(path: path)
      func correct(_ energy: Int64?, _ made: UTCTime) throws {
        try corrector.append(
          Correction(hour: Self.noon, direction: .activeImport, wattHours: energy, reason: "r", made: made), of: 1)
      }
      try correct(9000, UTCTime(seconds: 1_900_000_000))
      try correct(nil, Self.noon)
      let all = try LogReader(path: path).corrections(of: 1)
      #expect(Corrections(all).isEmpty)
      #expect(try sql(path) { try Int.fetchAll($0, sql: "SELECT import_wh FROM hours") } == [1000])
    }
  }

  @Test(arguments: [Int64.min, -1, 1 << 44, Int64.max])
  func `a damaged boundary traps nobody, and a rebuild mends it`(_ boundary: Int64) throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(registers: (0...6).map { hourly($0, 1000 * ($0 + 1)) }))
      let before = try hours(path)
      try sql(path) { db in
        try db.execute(
          sql: "UPDATE register_snapshot SET boundary = ? WHERE k IN (SELECT k FROM register_snapshot LIMIT 3)",
          arguments: [boundary])
        try db.execute(sql: "UPDATE meter SET last_seen = ?", arguments: [Int64.max])
      }
      _ = try LogReader(path: path).meters()
      _ = try writer.append(LogWriter.Batch(registers: [hourly(7, 8000)]))
      #expect(try writer.rebuild().isUnchanged == false)
      #expect(try hours(path) == before + ["18:00 1000 measured"])
    }
  }

  @Test func `two meters that take turns on one line have a stay each, and no hour is partial for it`() throws {
    try withWriter { writer, path in
      let other = try writer.meterKey(for: MeterIdentity(id: "2", maker: .kaifa), input: "port", seen: Self.noon)
      for index in 0..<400 {
        let time = Self.noon + .seconds(Int64(index) * 20)
        var batch = LogWriter.Batch()
        for (meter, late) in [(Int64(1), TimeSpan.zero), (other, .seconds(10))] {
          batch.samples.append((meter, power(time + late, 500)))
          batch.stays.append((meter, "port", time + late))
        }
        _ = try writer.append(batch)
      }
      #expect(try sql(path) { try Int.fetchOne($0, sql: "SELECT count(*) FROM stay") } == 2)
      #expect(try hours(path).dropFirst().allSatisfy { $0.hasSuffix("power") })
    }
  }

  @Test func `what was set by hand and interrupted is finished at the next start`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      var writer = try LogWriter(path: path, zone: oslo)
      let key = try writer.meterKey(for: aidon, input: "port", seen: Self.noon)
      _ = try writer.append(LogWriter.Batch(meter: key, registers: (0...3).map { hourly($0, 1000 * ($0 + 1)) }))
      let fact = MeterFact(.transformerRatio, "40", source: .set, evidence: "set by hand", settled: Self.noon)
      try writer.set(fact, of: key)
      #expect(try hours(path, of: key) == ["12:00 40000 measured", "13:00 40000 measured", "14:00 40000 measured"])
      try writer.unset(.transformerRatio, of: key)
      #expect(try hours(path, of: key).first == "12:00 1000 measured")
      // The fact is there, the power went, and the hours are not made yet.
      try writer.write { db in
        try FactTable.set(fact, of: key, db)
        try Task.ledger.begin(db)
      }
      try writer.close()
      writer = try LogWriter(path: path, zone: oslo)
      #expect(try hours(path, of: key).first == "12:00 40000 measured")
    }
  }

  @Test func `a commit of samples writes no hour that is finished already`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(Self.noon, 100)], registers: [hourly(0, 1000), hourly(1, 2000)]))
      try sql(path) { db in
        try db.execute(
          sql: "CREATE TRIGGER written BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'written for nothing'); END")
      }
      for second in stride(from: Int64(60), to: 3600, by: 300) {
        _ = try writer.append(LogWriter.Batch([power(Self.noon + .hour + .seconds(second), 100)]))
      }
      #expect(try hours(path) == ["12:00 1000 measured"])
    }
  }
}
