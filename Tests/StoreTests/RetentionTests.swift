import Energy
import GRDB
import Metering
import Simulator
import TestSupport
import Testing

@testable import Accuracy
@testable import Store

/// Old samples go, and nothing that anybody computes from the log is other for it.
@Suite struct RetentionTests {
  private static let ever = UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max)
  private static let days: Int64 = 7
  private static let retention = TimeSpan.hours(48)

  /// Meters whose clocks and registers differ in what they ask of samples, each with what goes wrong in a week.
  private static let kinds: [(name: String, isIt: @Sendable (MeterMonth) -> Bool)] = [
    ("latched at the full hour", { $0.model.maker == .aidon && !$0.hasRegistersInEveryList }),
    (
      "latched when sent, with solar",
      { $0.model.timetable.registerLatch > .zero && $0.hasSolar && !$0.hasRegistersInEveryList }
    ),
    ("registers in every list", { $0.hasRegistersInEveryList && $0.hasSolar }),
    ("silent about its unit", { $0.isScaleSilent }),
  ]

  private func month(_ kind: Int) throws -> LoggedMonth {
    let seed = (UInt64(1)...5000).first { seed in
      let month = MeterMonth(seed: seed, zone: oslo, days: Self.days)
      return Self.kinds[kind].isIt(month) && month.faults.clockFaults.isEmpty
    }
    return LoggedMonth(try #require(seed), days: Self.days)
  }

  /// All that a report may show: hours, days, quarters and peaks.
  private struct Shown: Equatable {
    let hours: [LedgerEntry]
    let days: [LedgerEntry]
    let rollups: [Rollup]
    let derived: DerivedRows
    let events: [LogEvent]
    let meters: [StoredMeter]

    init(_ path: String) throws {
      let reader = try LogReader(path: path)
      hours = try reader.ledger(of: 1, in: RetentionTests.ever)
      days = try reader.ledgerByDays(of: 1, in: RetentionTests.ever, zone: oslo, corrected: [])
      rollups = try reader.rollups(of: 1, in: RetentionTests.ever)
      derived = try DerivedRows(path)
      events = try reader.events()
      meters = try reader.meters()
    }
  }

  private func count(_ path: String, _ table: String) throws -> Int {
    try sql(path) { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? -1
  }

  @Test(arguments: kinds.indices)
  func `hours, days, quarters and peaks are as before, and stay so through rebuild and replay`(_ kind: Int) throws {
    let month = try month(kind)
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let writer = try LogWriter(path: path, zone: oslo)
      var batches = month.batches(of: 1, size: 20_000)
      for index in batches.indices {
        let start = try #require(batches[index].start)
        _ = try writer.meterKey(for: month.identity, input: "port", seen: start)
        batches[index].stays = [(1, "port", start)]
        _ = try writer.append(batches[index])
      }
      let before = try Shown(path)
      let samples = try (count(path, "power_sample"), count(path, "phase_sample"))
      let now = month.judged.stored.month.span.upperBound

      var steps = 0
      var news = HouseNews()
      repeat {
        let step = try writer.keepHouse(now: now, retention: Self.retention)
        #expect(step.samples <= SampleRetention.rowsAtOnce + 4000)
        news.samples += step.samples
        news.quarters += step.quarters
        news.hasMore = step.hasMore
        steps += 1
      } while news.hasMore
      #expect(steps > 5)
      #expect(news.quarters > 300 && news.samples > 20_000)
      #expect(try count(path, "power_sample") == samples.0 - news.samples)
      #expect(try Shown(path) == before)

      #expect(try writer.rebuild().isUnchanged)
      #expect(try Shown(path) == before)

      let left = try count(path, "power_sample")
      var replayed = AppendResult()
      for batch in batches { replayed += try writer.append(batch) }
      #expect(replayed.samples == 0 && replayed.registers == 0)
      #expect(replayed.expired >= news.samples)
      #expect(try count(path, "power_sample") == left)
      #expect(try Shown(path) == before)
      #expect(try writer.keepHouse(now: now, retention: Self.retention).samples == 0)

      // What is known of a meter may change later: its hours are made from what was kept.
      let fact = MeterFact(.transformerRatio, "40", source: .set, evidence: "set by hand", settled: now)
      try writer.set(fact, of: 1)
      try writer.unset(.transformerRatio, of: 1)
      #expect(try Shown(path) == before)
      try writer.close()
      let reopened = try LogWriter(path: path, zone: oslo)
      #expect(try reopened.append(batches[0]).expired > 0)
      #expect(try Shown(path) == before)
    }
  }

  @Test func `no samples go when they are kept for ever, or when only the host's clock says that they are old`() throws
  {
    try withWriter { writer, path in
      let samples = (0..<2000).map { power(Int64($0 % 90), at: Int64($0) * 10_000) }
      _ = try writer.append(LogWriter.Batch(samples, registers: [snapshot(100, hours: 0), snapshot(101, hours: 1)]))
      let later = one + .hours(24 * 4000)
      #expect(try writer.keepHouse(now: later, retention: nil).samples == 0)
      #expect(try writer.keepHouse(now: later).samples == 0)
      #expect(try count(path, "power_sample") == 2000)
      // Seven years later the meter still sends.
      _ = try writer.append(
        LogWriter.Batch([power(1, at: 24 * 2600 * 3_600_000)], registers: [snapshot(900, hours: 24 * 2600)]))
      #expect(try writer.keepHouse(now: later).samples > 1000)
    }
  }

  @Test func `samples of a quarter that has lost its own are refused and counted`() throws {
    try withWriter { writer, path in
      let samples = (0..<1440).map { power(Int64($0 % 90), at: Int64($0) * 10_000) }
      _ = try writer.append(LogWriter.Batch(samples, registers: [snapshot(100, hours: 0), snapshot(900, hours: 200)]))
      #expect(try writer.keepHouse(now: one + .hours(200), retention: .hours(24)).quarters == 12)
      let before = try sql(path) { try Row.fetchAll($0, sql: "SELECT * FROM rollup") }
      // One in the middle of what is gone, one where its neighbours were kept, one in the hour that was kept whole.
      let late = try writer.append(
        LogWriter.Batch([power(7, at: 5_400_001), power(7, at: 3_600_001), power(7, at: 60_001)]))
      #expect(late.expired == 2 && late.samples == 1)
      let after = try sql(path) { try Row.fetchAll($0, sql: "SELECT * FROM rollup") }
      #expect(before.dropFirst() == after.dropFirst() && before.first != after.first)
    }
  }

  @Test func `a meter that came and went is where it was, when its samples are gone`() throws {
    try withWriter { writer, path in
      let other = try writer.meterKey(for: MeterIdentity(id: "2", maker: .kaifa), input: "port", seen: one)
      var batch = LogWriter.Batch()
      for index in 0..<(12 * 360) {
        let time = one + .seconds(Int64(index) * 10)
        let hour = index / 360
        // The other one comes for hours 3 to 5 alone, then both are heard.
        if !(3..<6).contains(hour) {
          batch.samples.append((1, Sample(arrival: time, readings: [.activePowerImport: 5])))
        }
        if hour >= 3 {
          batch.samples.append((other, Sample(arrival: time + .seconds(1), readings: [.activePowerImport: 7])))
        }
      }
      batch.stays = [(1, "port", one), (other, "port", one + .hours(3)), (1, "port", one + .hours(6))]
      batch.registers = [(other, snapshot(900, hours: 300))]
      _ = try writer.append(batch)
      func hours() throws -> [[LedgerEntry]] {
        try [1, other].map { try LogReader(path: path).ledger(of: $0, in: Self.ever) }
      }
      let before = try hours()
      while try writer.keepHouse(now: one + .hours(300), retention: .hours(24)).hasMore {}
      #expect(try count(path, "power_sample") < batch.samples.count / 2)
      #expect(try writer.rebuild().isUnchanged)
      #expect(try hours() == before)
      #expect(try writer.append(batch).expired > 0)
      #expect(try count(path, "stay") == 3)
      #expect(try hours() == before)
    }
  }

  @Test func `days are sealed and samples go when registers have stopped, by the time that samples cover`() throws {
    try withWriter { writer, path in
      let other = try writer.meterKey(for: MeterIdentity(id: "2", maker: .kaifa), input: "port", seen: one)
      let days: Int64 = 80
      func samples(_ hours: Range<Int64>) -> [Sample] {
        (hours.lowerBound * 6..<hours.upperBound * 6).map { power($0 % 90, at: $0 * 600_000) }
      }
      // Registers of the first day alone; then the meter is replaced by one whose registers say nothing.
      _ = try writer.append(LogWriter.Batch(samples(0..<24), registers: (0...24).map { snapshot(100 + $0, hours: $0) }))
      _ = try writer.append(LogWriter.Batch(meter: other, samples(24..<24 * days)))
      let end = one + .hours(24 * days)
      while try writer.keepHouse(now: end + .hours(24 * 4000), retention: .hours(240)).hasMore {}
      #expect(try LogReader.checkDigests(path: path).days > Int(days) - 3)
      let newest = try sql(path) { try Int64.fetchOne($0, sql: "SELECT max(k) FROM rollup WHERE samples_gone = 1") }
      let gone = end - RowKey.arrival(of: try #require(newest))
      #expect(gone < .hours(240 + 48) && gone >= .hours(240))
      // The next day brings the next one.
      _ = try writer.append(LogWriter.Batch(meter: other, samples(24 * days..<24 * days + 24)))
      #expect(try writer.keepHouse(now: end + .hours(24 * 4000), retention: .hours(240)).samples > 0)
    }
  }

  @Test func `a clock that jumps ahead for a day proves no more than that day`() throws {
    try withWriter { writer, path in
      let first = (0..<24 * 60).map { power(Int64($0) % 90, at: Int64($0) * 60_000) }
      _ = try writer.append(LogWriter.Batch(first, registers: [snapshot(100, hours: 0)]))
      let ahead = (0..<24 * 60).map { power(Int64($0) % 90, at: (24 * 3000 * 60 + Int64($0)) * 60_000) }
      _ = try writer.append(LogWriter.Batch(ahead))
      let news = try writer.keepHouse(now: one + .hours(24 * 3001), retention: .hours(24 * 30))
      #expect(news.samples == 0)
      while try writer.keepHouse(now: one + .hours(24 * 3001), retention: .hours(24 * 30)).hasMore {}
      #expect(try count(path, "power_sample") == 2 * 24 * 60)
      #expect(try LogReader.checkDigests(path: path).days <= 2)
    }
  }
}
