import Energy
import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// A damaged log is kept, and all of it that can be read is in a new one.
@Suite struct SalvageTests {
  private static let later = one + .hours(24 * 30)
  private static let facts = [
    "power_sample", "phase_sample", "register_snapshot", "meter", "stay", "fact", "correction", "event", "reject",
  ]

  /// A log of half a day with something in every table.
  static func makeLog(_ path: String) throws {
    let writer = try LogWriter(path: path, zone: oslo)
    _ = try writer.meterKey(for: aidon, input: "port", seen: one)
    let second = try writer.meterKey(
      for: MeterIdentity(id: "6970631401234567", maker: .kamstrup), input: "other", seen: one)
    for meter in [1, second] {
      var batch = LogWriter.Batch(
        meter: meter,
        (0..<600).map { index in
          var sample = power(400 + Int64(index) * 37 % 5000, at: Int64(index) * 20_000 + 300)
          if index % 3 == 0 { sample.readings[.voltageL1] = 228_000 + Int64(index % 900) }
          return sample
        }, registers: (0...12).map { snapshot(100_000 + $0 * 150, hours: $0) },
        rejects: (0..<10).map {
          Reject(
            arrival: one + .seconds(Int64($0)), stage: .framing, reason: "noise", streamOffset: Int64($0),
            octets: [UInt8](repeating: UInt8($0), count: 100 + Int($0) * 300))
        },
        events: [LogEvent(time: one, kind: .linkUp, text: "port opened by meter \(meter)")])
      batch.stays = [(meter, meter == 1 ? "port" : "other", one)]
      _ = try writer.append(batch)
    }
    try writer.set(MeterFact(.transformerRatio, "40", source: .set, evidence: "by hand", settled: one), of: second)
    try CorrectionWriter(path: path).append(
      Correction(hour: one, direction: .activeImport, wattHours: 1500, reason: "Elhub", made: one), of: 1)
    try writer.close()
  }

  /// The rows of a table, with keys, as text.
  private func rows(_ path: String, _ table: String) throws -> Set<String> {
    try sql(path) { db in try Set(Row.fetchAll(db, sql: "SELECT * FROM \(table)").map(\.description)) }
  }

  private func faults(_ path: String) throws -> [String] {
    try sql(path) { try String.fetchAll($0, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
  }

  /// The keys of samples and readings on each page.
  private func keysByPage(_ path: String) throws -> [Int: [(table: String, key: Int64)]] {
    let file = try PageFile(path: path)
    var keys: [Int: [(table: String, key: Int64)]] = [:]
    for number in 1...file.pageCount {
      guard
        let page = try RowPage(
          file.page(number), isFirst: number == 1, pageSize: file.pageSize, read: { try file.page($0) })
      else { continue }
      let samples = page.samples
      for index in stride(from: 0, to: samples.power.count, by: SampleRows.powerWidth) {
        keys[number, default: []].append(("power_sample", try #require(samples.power[index])))
      }
      for index in stride(from: 0, to: samples.phase.count, by: SampleRows.phaseWidth) {
        keys[number, default: []].append(("phase_sample", try #require(samples.phase[index])))
      }
      for row in page.rows.compactMap(SalvagedRow.init) where row.table == .registers {
        if let key = row.values[0].integer { keys[number, default: []].append((row.table.rawValue, key)) }
      }
    }
    return keys
  }

  @Test func `the pages of a sound log give every row of it`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try Self.makeLog(path)
      let before = try Self.facts.map { try rows(path, $0) }
      #expect(before.allSatisfy { !$0.isEmpty })
      let hours = try rows(path, "ledger").union(rows(path, "rollup")).union(rows(path, "measured_day"))
      let copy = folder + "/copy.sqlite"
      let writer = try LogWriter(path: copy, zone: oslo)
      var salvage = try Salvage(of: path)
      let result = try salvage.run(into: writer)
      _ = try writer.rebuild()
      try writer.close()
      #expect(result.lostRows == 0 && result.lostPages == 0 && result.unnamedMeters == 0)
      for (table, rows) in zip(Self.facts, before) { #expect(try self.rows(copy, table) == rows, "\(table)") }
      #expect(try rows(copy, "ledger").union(rows(copy, "rollup")).union(rows(copy, "measured_day")) == hours)
    }
  }

  /// One kind of damage, done to the octets of a log; the pages that it touches.
  private func damage(_ octets: inout Data, _ random: inout SeededGenerator) -> ClosedRange<Int> {
    let pages = octets.count / 4096
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      octets.replaceSubrange(0..<100, with: Data(count: 100))
      return 1...1
    case 1:
      octets.replaceSubrange(0..<4096, with: Data(count: 4096))
      return 1...1
    case 2:
      let size = Int.random(in: 1..<octets.count, using: &random)
      octets = octets.prefix(size)
      return size / 4096 + 1...pages
    case 3:
      let first = Int.random(in: 1...pages, using: &random)
      let last = min(first + Int.random(in: 0...3, using: &random), pages)
      let noise = Data(random.octets((last - first + 1) * 4096))
      octets.replaceSubrange((first - 1) * 4096..<last * 4096, with: noise)
      return first...last
    default:
      let page = Int.random(in: 1...pages, using: &random)
      octets.replaceSubrange((page - 1) * 4096 + 512..<page * 4096, with: Data(count: 4096 - 512))
      return page...page
    }
  }

  @Test func `a hundred random damages: it always opens, and all rows of whole pages are there`() throws {
    try withScratchFolder { folder in
      let sound = folder + "/sound.sqlite"
      try Self.makeLog(sound)
      let keys = try keysByPage(sound)
      let known = keys.values.map(\.count).reduce(0, +)
      #expect(known == 1626)
      let whole = try Data(contentsOf: URL(filePath: sound))
      var random = SeededGenerator(seed: 11)
      var (aside, saved, expected) = (0, 0, 0)
      for round in 0..<100 {
        let path = folder + "/\(round)/ams.sqlite"
        try FileManager.default.createDirectory(atPath: folder + "/\(round)", withIntermediateDirectories: true)
        var octets = whole
        let pages = damage(&octets, &random)
        try octets.write(to: URL(filePath: path))
        let (writer, news) = try LogWriter.openOrSetAside(path: path, zone: oslo, now: Self.later, suspicion: .suspect)
        if let news {
          aside += 1
          #expect(try Data(contentsOf: URL(filePath: news.kept)) == octets)
          #expect(try LogReader(path: path).events().contains { $0.kind == .salvaged })
        }
        // Logging goes on, and each meter is who it was.
        #expect(try writer.meterKey(for: aidon, input: "port", seen: Self.later) == 1, "round \(round)")
        _ = try writer.append(LogWriter.Batch([Sample(arrival: Self.later, readings: [.activePowerImport: 1])]))
        try writer.close()
        #expect(try faults(path).isEmpty, "round \(round)")
        for table in ["power_sample", "phase_sample", "register_snapshot"] {
          let found = try sql(path) { try Int64.fetchSet($0, sql: "SELECT k FROM \(table)") }
          var due: [Int64] = []
          for (page, rows) in keys where !pages.contains(page) {
            due += rows.filter { $0.table == table }.map(\.key)
          }
          expected += due.count
          saved += due.filter(found.contains).count
        }
        try FileManager.default.removeItem(atPath: folder + "/\(round)")
      }
      print("100 damages: \(aside) logs set aside, \(saved) of \(expected) rows of whole pages saved")
      #expect(saved == expected)
      #expect(aside > 80)
    }
  }

  @Test func `a write-ahead log that was cut or garbled opens with what was committed before`() throws {
    try withWriter { writer, path in
      for index in 0..<40 {
        _ = try writer.append(LogWriter.Batch([power(Int64(index), at: Int64(index) * 2500)]))
      }
      let (file, log) = try (Data(contentsOf: URL(filePath: path)), Data(contentsOf: URL(filePath: path + "-wal")))
      try withScratchFolder { folder in
        var random = SeededGenerator(seed: 3)
        for round in 0..<20 {
          let copy = folder + "/\(round).sqlite"
          try file.write(to: URL(filePath: copy))
          var damaged = log
          let place = Int.random(in: 0..<log.count, using: &random)
          if round % 2 == 0 { damaged = log.prefix(place) } else { damaged[place] ^= 0x10 }
          try damaged.write(to: URL(filePath: copy + "-wal"))
          // The pages read by ourselves are those that SQLite finds.
          var salvage = try Salvage(of: copy)
          let saved = try LogWriter(path: copy + ".saved", zone: oslo)
          let result = try salvage.run(into: saved)
          let (writer, news) = try LogWriter.openOrSetAside(path: copy, zone: oslo, now: Self.later)
          #expect(news == nil)
          let watts = try LogReader(path: copy).allSamples().compactMap { $0.readings[.activePowerImport] }
          #expect(watts == Array(0..<Int64(watts.count)))
          #expect(result.rows[.power, default: 0] == watts.count)
          try writer.close()
        }
      }
    }
  }

  @Test func `a second damage gets another name`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try Self.makeLog(path)
      var kept: [String] = []
      for _ in 0..<3 {
        var octets = try Data(contentsOf: URL(filePath: path))
        octets.replaceSubrange(0..<100, with: Data(count: 100))
        try octets.write(to: URL(filePath: path))
        let (writer, aside) = try LogWriter.openOrSetAside(path: path, zone: oslo, now: one)
        kept.append(try #require(aside).kept)
        try writer.close()
      }
      let names = kept.map { String($0.dropFirst(path.count)) }
      #expect(names == [".damaged-20260115T130000Z", ".damaged-20260115T130000Z-2", ".damaged-20260115T130000Z-3"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
    }
  }

  @Test func `what is no damaged log is refused as ever and left alone`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      func refuses(_ octets: Data) throws {
        try octets.write(to: URL(filePath: path))
        #expect(throws: StoreError.self) {
          try LogWriter.openOrSetAside(path: path, zone: oslo, now: one, suspicion: .suspect)
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == octets)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ams.sqlite"])
      }
      try refuses(Data(String(repeating: "notes\n", count: 2000).utf8))
      // The schema of a log, as text.
      try refuses(Data(String(repeating: "CREATE TABLE register_snapshot (\n", count: 200).utf8))
      try refuses(Data(repeating: 0xA5, count: 9000))
      let other = folder + "/other"
      try sql(other) {
        try $0.execute(sql: "CREATE TABLE t (x); INSERT INTO t VALUES ('CREATE TABLE register_snapshot (')")
      }
      var database = try Data(contentsOf: URL(filePath: other))
      try FileManager.default.removeItem(atPath: other)
      try refuses(database)
      database.replaceSubrange(100..<4096, with: Data(count: 3996))
      try refuses(database)
      try FileManager.default.removeItem(atPath: path)
      try Self.makeLog(path)
      try sql(path) { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999_quarters')") }
      try refuses(try Data(contentsOf: URL(filePath: path)))
      #expect(throws: StoreError.self) { try LogWriter.openOrSetAside(path: folder, zone: oslo, now: one) }
    }
  }

  @Test func `errors say whether waiting helps`() {
    func error(_ code: ResultCode) -> StoreError { StoreError(DatabaseError(resultCode: code), path: "/x/ams.sqlite") }
    #expect([ResultCode.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CORRUPT_INDEX].allSatisfy { error($0).isDamage })
    #expect(error(.SQLITE_FULL).isNoSpace && error(.SQLITE_BUSY).isBusy && error(.SQLITE_LOCKED).isBusy)
    let others = [ResultCode.SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_CONSTRAINT]
    #expect(others.allSatisfy { !error($0).isDamage && !error($0).isNoSpace && !error($0).isBusy })
  }
}
