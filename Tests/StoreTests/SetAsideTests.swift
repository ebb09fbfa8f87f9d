import Energy
import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// Which logs are set aside, and what of them a disk with little room gets.
@Suite struct SetAsideTests {
  private static let later = one + .hours(24 * 30)

  private func open(
    _ path: String, _ suspicion: Suspicion, _ limits: SetAsideLimits = SetAsideLimits(), progress: () -> Void = {}
  ) throws -> (writer: LogWriter, setAside: SetAside?) {
    try LogWriter.openOrSetAside(
      path: path, zone: oslo, now: Self.later, suspicion: suspicion, limits: limits, progress: progress)
  }

  private func count(_ path: String, _ table: String) throws -> Int {
    try sql(path) { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? -1
  }

  private func reject(_ number: Int64, input: String = "port") -> (input: String, reject: Reject) {
    (
      input,
      Reject(
        arrival: one + .seconds(number), stage: .framing, reason: "noise", streamOffset: number, octets: [0x7E])
    )
  }

  /// Turns a bit of a text over in an index, where nothing but a deletion of the row meets it.
  private func damageIndex(_ path: String, at text: String) throws {
    var octets = try Data(contentsOf: URL(filePath: path))
    var found: Data.Index?
    var place = octets.startIndex
    while let range = octets.range(of: Data(text.utf8), in: place..<octets.endIndex) {
      if [2, 10].contains(octets[range.lowerBound / 4096 * 4096]) { found = range.lowerBound }
      place = range.upperBound
    }
    octets[try #require(found)] ^= 1
    try octets.write(to: URL(filePath: path))
  }

  @Test func `damage that no check sees and each commit meets: the second time the log is set aside`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      var writer = try LogWriter(path: path, zone: oslo)
      var batch = LogWriter.Batch()
      batch.rejects =
        [reject(0, input: "first port")] + (1..<Int64(RejectTable.capacity)).map { reject($0) }
      _ = try writer.append(batch)
      try writer.close()
      try damageIndex(path, at: "first port")
      batch.rejects = [reject(20_000)]
      for suspicion in [Suspicion.none, .suspect] {
        let opened = try open(path, suspicion)
        #expect(opened.setAside == nil)
        writer = opened.writer
        let error = #expect(throws: StoreError.self) { try writer.append(batch) }
        #expect(error?.isDamage == true)
        try writer.close()
      }
      let opened = try open(path, .proven)
      #expect(opened.setAside?.rows["reject"] == RejectTable.capacity)
      #expect(try opened.writer.append(batch).rejects == 1)
      try opened.writer.close()
      #expect(try count(path, "reject") == RejectTable.capacity)
      #expect(try count(path, "reject WHERE input = 'first port'") == 0)
    }
  }

  @Test func `a check that is not done in its time finds a suspect guilty, and nobody else`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try SalvageTests.makeLog(path)
      let limits = SetAsideLimits(checkSeconds: 0)
      // What a power cut leaves has a write-ahead log.
      let writer = try LogWriter(path: path, zone: oslo)
      _ = try writer.append(LogWriter.Batch([power(1, at: 999_000_000)]))
      for ending in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: path + ending, toPath: path + "2" + ending)
      }
      try writer.close()
      let unclean = try open(path + "2", .none, limits)
      #expect(unclean.setAside == nil)
      try unclean.writer.close()
      let suspect = try open(path, .suspect, limits)
      #expect(suspect.setAside?.reason.contains("not done in 0 s") == true)
      #expect(suspect.setAside?.lostRows == 0)
      try suspect.writer.close()
    }
  }

  @Test func `steps are told while rows are saved, and one sync is enough`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try makeBigLog(path)
      var steps = 0
      let opened = try open(path, .proven) { steps += 1 }
      #expect(opened.setAside?.room == .all)
      // Some for each table, and one for each hundred pages of samples.
      #expect(steps >= 5)
      let synchronous = try opened.writer.queue.writeWithoutTransaction {
        try Int.fetchOne($0, sql: "PRAGMA synchronous")
      }
      #expect(synchronous == 2)
      try opened.writer.close()
      #expect(try count(path, "power_sample") == 29_800)
    }
  }

  /// Half a day with a sample every 1.5 s, up to the middle of a quarter, and no registers for three hours of it, which samples alone divide.
  private func makeBigLog(_ path: String) throws {
    let writer = try LogWriter(path: path, zone: oslo)
    _ = try writer.meterKey(for: aidon, input: "port", seen: one)
    var batch = LogWriter.Batch(
      (0..<29_800).map { power(400 + $0 % 7000, at: $0 * 1500 + 300) },
      registers: [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12].map { snapshot(100_000 + $0 * $0 * 50, hours: $0) })
    batch.stays = [(1, "port", one)]
    _ = try writer.append(batch)
    try writer.close()
    let corrections = try CorrectionWriter(path: path)
    try corrections.append(
      Correction(hour: one, direction: .activeImport, wattHours: 1500, reason: "Elhub", made: one), of: 1)
    try corrections.close()
  }

  /// Each hour but the last, as people see it.
  private func hours(_ path: String) throws -> [String] {
    try sql(path) { try Row.fetchAll($0, sql: "SELECT * FROM hours ORDER BY k").dropLast().map(\.description) }
  }

  @Test func `where the disk has no room for the samples, all else is saved`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try makeBigLog(path)
      let before = try hours(path)
      let quarters = try count(path, "rollup")
      #expect(before.count >= 11 && before.contains { $0.contains("split") })
      let pages = try #require(try sql(path) { try Int.fetchOne($0, sql: "PRAGMA page_count") })
      let (writer, aside) = try open(path, .proven, SetAsideLimits(pages: pages - 20))
      let news = try #require(aside)
      #expect(news.room == .allButSamples)
      #expect(news.text.contains("11 of register_snapshot, 1 of correction; no room on the disk for the samples"))
      #expect(try LogReader(path: path).events().contains { $0.kind == .salvaged && $0.text == news.text })
      #expect(try count(path, "power_sample") == 0)
      #expect(try count(news.kept, "power_sample") == 29_800)
      // What samples said of the hours is known all the same.
      #expect(try hours(path) == before)
      #expect(try count(path, "rollup WHERE samples_gone = 1") == quarters - 2)
      // The samples that wait are not too late.
      let next = LogWriter.Batch((29_800..<29_900).map { power(7, at: $0 * 1500 + 300) })
      #expect(try writer.append(next).samples == 100)
      #expect(try writer.rebuild().isUnchanged)
      try writer.close()
    }
  }

  @Test func `where the disk has room for nothing, logging goes on all the same`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try makeBigLog(path)
      let full = try LogWriter(path: path, zone: oslo)
      var batch = LogWriter.Batch()
      batch.rejects = (0..<100).map { reject($0, input: String(repeating: "port", count: 1000)) }
      _ = try full.append(batch)
      try full.close()
      let (writer, aside) = try open(path, .proven, SetAsideLimits(pages: 1))
      #expect(aside?.room == .nothing && aside?.text.contains("no room on the disk to save its rows") == true)
      #expect(try writer.meterKey(for: aidon, input: "port", seen: Self.later) == 1)
      #expect(try writer.append(LogWriter.Batch([power(7, at: 0)])).samples == 1)
      try writer.close()
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
      #expect(names == ["ams.sqlite", "ams.sqlite.damaged-20260214T130000Z"])
    }
  }
}
