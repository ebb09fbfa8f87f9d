import Energy
import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// What is sealed is found when it changes, and nothing that the logger does itself looks like damage.
@Suite struct DigestTests {
  private static let days = 5

  /// Five days of samples and registers, and the keys of the log sealed as far as they are old enough.
  private func withSealedLog(every seconds: Int64 = 60, _ body: (LogWriter, String) throws -> Void) throws {
    try withWriter { writer, path in
      let count = Int64(Self.days) * 86_400 / seconds
      var batch = LogWriter.Batch(
        (0..<count).map { index in
          var sample = power(400 + index * 37 % 5000, at: index * seconds * 1000 + 300)
          if index % 3 == 0 { sample.readings[.voltageL1] = 228_000 + index % 900 }
          return sample
        }, registers: (0...Int64(Self.days) * 24).map { snapshot(100_000 + $0 * 150, hours: $0) })
      batch.stays = [(1, "port", one)]
      _ = try writer.append(batch)
      try CorrectionWriter(path: path).append(
        Correction(hour: one, direction: .activeImport, wattHours: 1500, reason: "Elhub", made: one), of: 1)
      try seal(writer)
      try body(writer, path)
    }
  }

  private var now: UTCTime { one + .hours(24 * Int64(Self.days)) }

  private func seal(_ writer: LogWriter, retention: TimeSpan? = nil) throws {
    while try writer.keepHouse(now: now, retention: retention).hasMore {}
  }

  private func open(_ path: String) throws -> [String] {
    try sql(path) { try String.fetchAll($0, sql: "SELECT part FROM digest WHERE sha256 IS NULL ORDER BY k, part") }
  }

  @Test func `days that are two days old are sealed, and each table that is changed is named`() throws {
    try withSealedLog { writer, path in
      let report = try LogReader.checkDigests(path: path)
      #expect(report.days == Self.days - 1 && report.faults.isEmpty)
      let sealed = try sql(path) { try Int.fetchOne($0, sql: "SELECT count(*) FROM digest WHERE sha256 NOT NULL") }
      #expect(sealed == (Self.days - 1) * 6 + 4)
      let changes = [
        ("power_sample", "UPDATE power_sample SET active_power_import_w = active_power_import_w + 1 WHERE k = :k"),
        ("phase_sample", "DELETE FROM phase_sample WHERE k = :k"),
        ("register_snapshot", "UPDATE register_snapshot SET clock_status = 1 WHERE k = :k"),
        ("rollup", "UPDATE rollup SET voltage_l1_max_mv = NULL WHERE k = :k"),
        ("ledger", "UPDATE ledger SET import_wh = import_wh + 1 WHERE k = :k"),
        ("measured_day", "UPDATE measured_day SET max_w = max_w + 1 WHERE k = :k"),
      ]
      let day = one.floor(to: .hours(24)) + .hours(24)
      for (table, change) in changes {
        try sql(path) { db in
          let keys = try #require(RowKey.range(of: 1, in: day..<day + .hours(24)))
          let key = try Int64.fetchOne(
            db, sql: "SELECT max(k) FROM \(table) WHERE k BETWEEN ? AND ?",
            arguments: [keys.lowerBound, keys.upperBound])
          try db.execute(sql: change, arguments: ["k": key])
        }
        let faults = try LogReader.checkDigests(path: path).faults
        #expect(faults.contains { $0.table == table && $0.day == day && $0.meter == aidon.id }, "\(table): \(faults)")
      }
      #expect(try LogReader.checkDigests(path: path).faults.count == changes.count)
      for (table, change) in [
        ("correction", "energy_wh = 1501"), ("meter", "serial = '7'"), ("stay", "start = start + 1"),
      ] {
        try sql(path) { try $0.execute(sql: "UPDATE \(table) SET \(change)") }
        #expect(try LogReader.checkDigests(path: path).faults.last { $0.table == table }?.day == nil)
        #expect(try LogReader.checkDigests(path: path).faults.contains { $0.table == table })
      }
      // What is derived is made anew; what was said stays as it was found.
      _ = try writer.rebuild()
      try seal(writer)
      #expect(try LogReader.checkDigests(path: path).faults.contains { $0.table == "power_sample" })
      #expect(try !LogReader.checkDigests(path: path).faults.contains { $0.isDerived })
    }
  }

  @Test func `whatever the logger changes itself is sealed anew, and never told as damage`() throws {
    try withSealedLog { writer, path in
      func check(_ what: String, opens parts: [String]) throws {
        #expect(try LogReader.checkDigests(path: path).faults.isEmpty, "\(what)")
        #expect(Set(try open(path)).isSuperset(of: parts), "\(what)")
        try seal(writer)
        #expect(try LogReader.checkDigests(path: path).faults.isEmpty, "\(what), sealed")
        #expect(try open(path).isEmpty, "\(what)")
      }
      #expect(try writer.rebuild().isUnchanged)
      #expect(try open(path).isEmpty)
      _ = try writer.append(LogWriter.Batch([power(9999, at: 30 * 3_600_000 + 17)]))
      try check("a late sample", opens: ["power_sample", "rollup", "ledger"])
      // The second reading of an hour, by which the others are judged anew.
      _ = try writer.append(LogWriter.Batch(registers: [snapshot(99, hours: 40)]))
      try check("a late reading", opens: ["register_snapshot"])
      let ratio = MeterFact(.transformerRatio, "40", source: .set, evidence: "by hand", settled: one)
      try writer.set(ratio, of: 1)
      try check("a fact that was set", opens: ["fact", "ledger", "measured_day"])
      try writer.unset(.transformerRatio, of: 1)
      try check("a fact that was taken back", opens: ["fact", "ledger", "measured_day"])
      try CorrectionWriter(path: path).append(
        Correction(hour: one, direction: .activeImport, wattHours: nil, reason: "no", made: one), of: 1)
      try check("a correction", opens: ["correction"])
      let other = MeterIdentity(id: "2", maker: .kaifa)
      let second = try writer.meterKey(for: other, input: "port", seen: one + .hours(50))
      var batch = LogWriter.Batch(meter: second, [Sample(arrival: one + .hours(50), readings: [.activePowerImport: 5])])
      batch.stays = [(second, "port", one + .hours(50))]
      _ = try writer.append(batch)
      try check("another meter", opens: ["meter", "stay"])
      while try writer.keepHouse(now: now, retention: .hours(48)).samples > 0 {
        #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      }
      try check("samples that went", opens: [])
      try writer.close()
      let zone = try #require(Zone(named: "Europe/Helsinki"))
      let elsewhere = try LogWriter(path: path, zone: zone)
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      try seal(elsewhere)
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
    }
  }

  @Test func `what is accepted is sealed as it is, and an event names it`() throws {
    try withSealedLog { writer, path in
      try sql(path) { db in
        try db.execute(
          sql: "UPDATE power_sample SET active_power_import_w = 5 WHERE k = (SELECT min(k) FROM power_sample)")
        try db.execute(sql: "UPDATE stay SET start = start + 1")
        // Digests that have themselves been damaged: of rows that are right, and of nothing that there is.
        try db.execute(sql: "UPDATE digest SET sha256 = zeroblob(16) WHERE k = 0 AND part = 'meter'")
        try db.execute(
          sql: "UPDATE digest SET part = 'legder' WHERE part = 'ledger' AND k = (SELECT max(k) FROM digest)")
      }
      let report = try LogReader.checkDigests(path: path)
      #expect(Set(report.faults.map(\.table)) == ["power_sample", "stay", "meter", "legder"])
      try report.accept(path: path, at: one)
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      let events = try LogReader(path: path).events().filter { $0.kind == .settled }
      #expect(events.count == 4)
      #expect(
        events.contains {
          $0.text.hasPrefix("meter \(aidon.id), 2026-01-15 (UTC), table power_sample")
            && $0.text.hasSuffix("accepted as it is")
        })
      // The logger, which runs, seals them anew.
      try seal(writer)
      #expect(try open(path).isEmpty)
      #expect(try LogReader.checkDigests(path: path).faults.isEmpty)
      try sql(path) {
        try $0.execute(sql: "UPDATE power_sample SET active_power_import_w = 6 WHERE active_power_import_w = 5")
      }
      #expect(try LogReader.checkDigests(path: path).faults.map(\.table) == ["power_sample"])
    }
  }

  @Test func `an open digest of nothing that there is does not keep others from being sealed`() throws {
    try withSealedLog { writer, path in
      try sql(path) { try $0.execute(sql: "INSERT INTO digest (k, part) VALUES (-7, 'power_sample'), (0, 'nothing')") }
      for _ in 0..<3 { _ = try writer.keepHouse(now: now, retention: nil) }
      #expect(try open(path).isEmpty)
      #expect(try !writer.keepHouse(now: now, retention: nil).hasMore)
    }
  }

  @Test func `rollups whose samples have gone are facts, and not to be made anew`() throws {
    try withSealedLog { writer, path in
      try sql(path) { try $0.execute(sql: "UPDATE rollup SET samples = samples + 1") }
      #expect(try LogReader.checkDigests(path: path).faults.allSatisfy { $0.isDerived })
      _ = try writer.rebuild()
      try seal(writer)
      while try writer.keepHouse(now: now, retention: .hours(72)).hasMore {}
      try sql(path) { try $0.execute(sql: "UPDATE rollup SET samples = samples + 1") }
      let faults = try LogReader.checkDigests(path: path).faults
      // Two days have gone, two days have their samples.
      #expect(faults.map(\.table) == ["rollup", "rollup", "rollup", "rollup"])
      #expect(faults.map(\.isDerived) == [false, false, true, true])
      // Even where it is that which has changed.
      try sql(path) {
        try $0.execute(sql: "UPDATE rollup SET samples_gone = 0 WHERE k = (SELECT min(k) + 3600000 FROM rollup)")
      }
      #expect(try LogReader.checkDigests(path: path).faults.first?.isDerived == false)
    }
  }

  @Test func `a rollup that has changed is made anew before its samples go, or they stay`() throws {
    try withSealedLog { writer, path in
      let right = try sql(path) { try Row.fetchAll($0, sql: "SELECT k, samples, import_wms FROM rollup ORDER BY k") }
      let days = (0..<3).map { one.floor(to: .hours(24)) + .hours(24 * Int64($0)) }
      func change(_ table: String, _ column: String, _ day: UTCTime) throws {
        let keys = try #require(RowKey.range(of: 1, in: day + .hours(15)..<day + .hours(24)))
        try sql(path) { db in
          try db.execute(
            sql:
              "UPDATE \(table) SET \(column) = \(column) + 1 WHERE k = (SELECT min(k) FROM \(table) WHERE k BETWEEN ? AND ?)",
            arguments: [keys.lowerBound, keys.upperBound])
        }
      }
      try change("rollup", "samples", days[0])
      // On the second day the samples themselves are other: the rollups are right as they are.
      try change("power_sample", "active_power_import_w", days[1])
      // On the third day nobody knows.
      try change("rollup", "samples", days[2])
      try change("power_sample", "active_power_import_w", days[2])
      while try writer.keepHouse(now: now, retention: .hours(24)).hasMore {}
      let after = try sql(path) {
        try Row.fetchAll($0, sql: "SELECT k, samples, import_wms FROM rollup ORDER BY k")
      }
      let third = try #require(RowKey.range(of: 1, in: days[2]..<days[2] + .hours(24)))
      #expect(after.filter { !third.contains($0["k"]) } == right.filter { !third.contains($0["k"]) })
      let faults = try LogReader.checkDigests(path: path).faults
      #expect(faults.map(\.day) == [days[2], days[2]])
      #expect(Set(faults.map(\.table)) == ["rollup", "power_sample"])
      let gone = try sql(path) { db in
        try days.map { day in
          let keys = try #require(RowKey.range(of: 1, in: day..<day + .hours(24)))
          return try Bool.fetchOne(
            db, sql: "SELECT max(samples_gone) FROM rollup WHERE k BETWEEN ? AND ?",
            arguments: [keys.lowerBound, keys.upperBound])
        }
      }
      #expect(gone == [true, true, false])
      let told = try LogReader(path: path).events().filter { $0.kind == .settled }
      #expect(told.count == 1 && told.first?.text.contains("2026-01-15 (UTC), table rollup") == true)
    }
  }

  /// All stored values of the rows before a key as text, table by table; nil where SQLite cannot read them.
  private func values(_ path: String, _ selections: [String]) -> [String?]? {
    try? sql(path) { db in try selections.map { try String.fetchOne(db, sql: $0) } }
  }

  private func selections(_ path: String, before limit: Int64) throws -> [String] {
    let daily = DigestTable.Daily.allCases.map { ($0.rawValue, "WHERE k < \(limit) ORDER BY k") }
    let whole = DigestTable.Whole.allCases.map { ($0.rawValue, "ORDER BY 1") }
    return try (daily + whole).map { table, rest in
      let columns = try sql(path) { db in
        try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
      }
      let row = columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
      return "SELECT group_concat(row, ';') FROM (SELECT \(row) AS row FROM \(table) \(rest))"
    }
  }

  @Test func `of single bits that change a value, 99 in 100 are found`() throws {
    try withSealedLog(every: 600) { writer, path in
      try writer.close()
      let sealed = try #require(
        try sql(path) { try Int64.fetchOne($0, sql: "SELECT max(k) FROM digest") })
      let limit = sealed + DigestTable.day.milliseconds
      let selections = try selections(path, before: limit)
      let before = values(path, selections)
      try #require(before != nil)
      let whole = try Data(contentsOf: URL(filePath: path))
      var random = SeededGenerator(seed: 5)
      var (changed, found, bySQLite) = (0, 0, 0)
      while changed < 300 {
        let copy = path + ".flipped"
        var octets = whole
        let place = Int.random(in: 0..<whole.count, using: &random)
        octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try octets.write(to: URL(filePath: copy))
        defer { try? FileManager.default.removeItem(atPath: copy) }
        guard values(copy, selections) != before else { continue }
        changed += 1
        let isSQLite = (try? LogReader.integrityFaults(path: copy).isEmpty) != true
        let isDigest = (try? LogReader.checkDigests(path: copy).faults.isEmpty) != true
        if isSQLite { bySQLite += 1 }
        if isSQLite || isDigest { found += 1 }
      }
      print("bits flipped that change a value: \(changed), found \(found), by SQLite's own check \(bySQLite)")
      #expect(found * 100 >= changed * 99)
    }
  }
}
