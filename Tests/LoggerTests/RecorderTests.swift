import GRDB
import Metering
import Simulator
import Store
import TestSupport
import Testing

@testable import Logger

/// All that a log says of its meters, in a form that tests can compare.
private struct Contents: Equatable {
  var meters: [MeterIdentity] = []
  var samples: [[Sample]] = []
  var snapshots: [[RegisterSnapshot]] = []
  var rejects: [Reject] = []

  init(_ path: String) throws {
    let reader = try LogReader(path: path)
    let ever = UTCTime(milliseconds: 0)..<(try utc("2100-01-01T00:00:00Z"))
    for meter in try reader.meters() {
      meters.append(meter.identity)
      samples.append(try reader.samples(of: meter.key, in: ever))
      snapshots.append(try reader.snapshots(of: meter.key, in: ever))
    }
    rejects = try reader.rejects().map(\.reject)
  }

  var verdicts: [Verdict] { snapshots.joined().map(\.verdict) }
}

/// Runs SQL as a stranger would.
private func sql(_ path: String, _ text: String) throws {
  let queue = try DatabaseQueue(path: path)
  try queue.writeWithoutTransaction { try $0.execute(sql: text) }
  try queue.close()
}

@Suite struct `From records to the log` {
  private let aidon: MeterModel

  init() throws {
    aidon = try MeterModel.named("aidon-tn")
  }

  /// Logs reads as a process of its own does, and returns what that appended.
  @discardableResult
  private func log(_ reads: [Read], to path: String) throws -> AppendResult {
    let writer = try LogWriter(path: path, zone: oslo)
    let recorder = Recorder(writer: writer, input: "port")
    for record in try Pipeline.records(of: reads) { recorder.take(record) }
    try recorder.commit()
    try writer.close()
    return recorder.result
  }

  /// A list 3 that arrives 12 s after an hour of 15 January.
  private func list3(at hour: Int64, _ wattHours: Int64, clock wall: String) throws -> Read {
    let arrival = try utc("2026-01-15T00:00:12Z") + .hours(hour)
    return Read(arrival: arrival, octets: try aidon.list3(wattHours, clock: "2026-01-15T\(wall):00"))
  }

  // MARK: - Failures

  @Test func `a row that the database refuses keeps no other waiting, and is not lost`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let writer = try LogWriter(path: path, zone: oslo)
      let recorder = Recorder(writer: writer, input: "port")
      let meter = MeterIdentity(id: "7359992000000033", maker: .aidon)
      let noon = try utc("2026-01-15T12:00:00Z")
      try sql(
        path,
        """
        CREATE TRIGGER refuse BEFORE INSERT ON power_sample WHEN NEW.active_power_import_w = 666
        BEGIN SELECT RAISE(ABORT, 'no'); END
        """)
      recorder.take(.meter(meter, seen: noon))
      for second in 0..<100 {
        let watt: Int64 = second == 17 || second == 60 ? 666 : 1000
        let sample = Sample(arrival: noon + .seconds(Int64(second)), readings: [.activePowerImport: watt])
        recorder.take(.sample(sample, of: meter))
      }
      recorder.note(.linkUp, "port", at: noon)
      #expect(throws: StoreError.self) { try recorder.commit() }
      try recorder.commitPieces()
      #expect(recorder.refusals == 2)
      #expect(recorder.waiting == 2)
      #expect(try Contents(path).samples.joined().count == 98)
      #expect(try LogReader(path: path).events().count == 1)

      // Later ones go in by themselves; those that were refused go in when they can.
      recorder.take(.sample(Sample(arrival: noon + .hour, readings: [.activePowerImport: 1]), of: meter))
      try recorder.commit()
      try sql(path, "DROP TRIGGER refuse")
      recorder.takeRefused()
      try recorder.commit()
      #expect(recorder.waiting == 0)
      #expect(try Contents(path).samples.joined().count == 101)
      try writer.close()
    }
  }

  @Test func `where every row is refused it is not the rows, and nothing is laid aside for good`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let writer = try LogWriter(path: path, zone: oslo)
      let recorder = Recorder(writer: writer, input: "port")
      let meter = MeterIdentity(id: "7359992000000033", maker: .aidon)
      let noon = try utc("2026-01-15T12:00:00Z")
      try sql(path, "CREATE TRIGGER refuse BEFORE INSERT ON power_sample BEGIN SELECT RAISE(ABORT, 'no'); END")
      for second in 0..<100 {
        recorder.take(
          .sample(Sample(arrival: noon + .seconds(Int64(second)), readings: [.activePowerImport: 1]), of: meter))
      }
      #expect(throws: StoreError.self) { try recorder.commitPieces() }
      #expect(recorder.waiting == 100)
      try sql(path, "DROP TRIGGER refuse")
      recorder.takeRefused()
      try recorder.commit()
      #expect(try Contents(path).samples.joined().count == 100)
      try writer.close()
    }
  }

  @Test func `a commit that fails keeps everything, and a later one writes it all`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let writer = try LogWriter(path: path, zone: oslo)
      let recorder = Recorder(writer: writer, input: "port")
      var pipeline = try Pipeline.norwegian()
      func take(_ reads: [Read]) { for record in pipeline.records(of: reads) { recorder.take(record) } }

      // Samples go in first: they must come out again when the register is refused.
      try sql(path, "CREATE TRIGGER refuse BEFORE INSERT ON register_snapshot BEGIN SELECT RAISE(ABORT, 'no'); END")
      take([try list3(at: 13, 1000, clock: "14:00")])
      recorder.note(.linkUp, "port", at: try utc("2026-01-15T13:00:00Z"))
      #expect(recorder.isUrgent)
      let waiting = recorder.waiting
      #expect(throws: StoreError.self) { try recorder.commit() }
      #expect(recorder.isUrgent)
      #expect(recorder.waiting == waiting)
      #expect(recorder.result == AppendResult())

      take([try list3(at: 14, 2000, clock: "15:00")])
      #expect(throws: StoreError.self) { try recorder.commit() }
      #expect(try Contents(path).samples == [[]])

      try sql(path, "DROP TRIGGER refuse")
      try recorder.commit()
      #expect(recorder.waiting == 0)
      #expect(!recorder.isUrgent)
      #expect(recorder.result.samples == 2)
      #expect(recorder.result.registers == 2)
      #expect(recorder.result.events == 1)
      #expect(recorder.result.duplicates == 0)
      try writer.close()
      let contents = try Contents(path)
      #expect(contents.samples.map(\.count) == [2])
      #expect(contents.verdicts == [.accepted, .accepted])
    }
  }

  @Test func `what waits too long is thinned, registers are kept, and both are told when it heals`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let writer = try LogWriter(path: path, zone: oslo)
      let recorder = Recorder(writer: writer, input: "port")
      let meter = MeterIdentity(id: "7359992000000033", maker: .aidon)
      let start = try utc("2026-01-15T13:00:00Z")
      let samples = Waiting.mostRecords + 100
      for index in 0..<samples {
        let sample = Sample(arrival: start + .seconds(Int64(index) * 2), readings: [.activePowerImport: 500])
        recorder.take(.sample(sample, of: meter))
        if index % 1800 == 0 {
          let registers = Registers(activeImport: Int64(index), scale: 0)
          recorder.take(
            .registers(
              RegisterSnapshot(arrival: sample.arrival, boundary: nil, clock: nil, registers: registers), of: meter))
        }
      }
      // Every second one of the older half, once: there is room after that.
      let registers = samples / 1800 + 1
      let dropped = recorder.dropped
      #expect((49_900...50_000).contains(dropped))
      #expect(recorder.waiting == samples + registers - dropped)
      try recorder.commit()
      #expect(recorder.result.registers == registers)
      #expect(recorder.result.samples == samples - dropped)
      let told = try LogReader(path: path).events().filter { $0.kind == .thinned }
      #expect(told.count == 1 && told[0].text.contains("\(dropped) samples"))
      #expect(recorder.dropped == dropped, "since the start, not since the last commit")
    }
  }

  @Test func `with nothing to write a commit does nothing`() throws {
    try withScratchFolder { folder in
      let recorder = Recorder(writer: try LogWriter(path: folder + "/ams.sqlite", zone: oslo), input: "port")
      try recorder.commit()
      #expect(recorder.result == AppendResult())
    }
  }

  // MARK: - Verdicts

  @Test(arguments: [false, true])
  func `an Aidon that sends an hour again is told from one that goes on`(restarts: Bool) throws {
    let reads = [
      try list3(at: 13, 1_000_000, clock: "14:00"), try list3(at: 14, 1_002_000, clock: "15:00"),
      try list3(at: 15, 1_002_000, clock: "15:00"), try list3(at: 16, 1_005_000, clock: "17:00"),
    ]
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      if restarts {
        for read in reads { try log([read], to: path) }
      } else {
        try log(reads, to: path)
      }
      let contents = try Contents(path)
      #expect(contents.samples.map(\.count) == [4], "its power is fresh")
      let snapshots = try #require(contents.snapshots.first).sorted { $0.arrival < $1.arrival }
      #expect(snapshots.map(\.verdict) == [.accepted, .accepted, .repeat, .accepted])
      let hours = [try utc("2026-01-15T13:00:00Z"), try utc("2026-01-15T14:00:00Z"), try utc("2026-01-15T16:00:00Z")]
      #expect(snapshots.filter { $0.verdict == .accepted }.map(\.boundary) == hours)
    }
  }

  @Test(arguments: [false, true])
  func `a register that falls is suspect, and the next is judged by the last good one`(restarts: Bool) throws {
    let reads = [
      try list3(at: 13, 1_000_000, clock: "14:00"), try list3(at: 14, 2000, clock: "15:00"),
      try list3(at: 15, 3000, clock: "16:00"), try list3(at: 16, 1_000_010, clock: "17:00"),
    ]
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      if restarts {
        for read in reads { try log([read], to: path) }
      } else {
        try log(reads, to: path)
      }
      #expect(try Contents(path).verdicts == [.accepted, .suspect, .suspect, .accepted])
    }
  }

  // MARK: - Again, and in any order

  @Test(arguments: ["aidon-tn", "kaifa-it", "kamstrup-tn"])
  func `logging the same reads twice inserts nothing`(name: String) throws {
    var reads = try simulatedReads(name, from: "2026-01-15T11:50:00Z", to: "2026-01-15T14:10:00Z")
    reads[100].octets[reads[100].octets.count / 2] ^= 1
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let first = try log(reads, to: path)
      #expect(first.samples > 680)
      #expect(first.registers == 3)
      #expect(first.rejects > 0)
      #expect(first.duplicates == 0)
      let contents = try Contents(path)
      let second = try log(reads, to: path)
      #expect(second.samples + second.registers + second.rejects == 0)
      #expect(second.duplicates == first.samples + first.registers + first.rejects)
      #expect(try Contents(path) == contents)
    }
  }

  @Test(arguments: ["aidon-tn", "kaifa-it", "kamstrup-tn"])
  func `two captures in either order end with the same rows`(name: String) throws {
    let reads = try simulatedReads(name, from: "2026-01-15T11:50:00Z", to: "2026-01-15T15:10:00Z", shape: .whole)
    let cut = try utc("2026-01-15T13:20:00Z")
    let earlier = reads.filter { $0.arrival < cut }
    let later = reads.filter { $0.arrival >= cut }
    try withScratchFolder { folder in
      try log(earlier, to: folder + "/forward.sqlite")
      try log(later, to: folder + "/forward.sqlite")
      try log(later, to: folder + "/backward.sqlite")
      try log(earlier, to: folder + "/backward.sqlite")
      let forward = try Contents(folder + "/forward.sqlite")
      #expect(forward.samples.first.map { $0.count > 500 } == true)
      #expect(forward.snapshots.map(\.count) == [4])
      #expect(try Contents(folder + "/backward.sqlite") == forward)
    }
  }

  @Test func `equal messages that a stalled host hands on all at once are no duplicates`() throws {
    let arrival = try utc("2026-01-15T13:30:00Z")
    let backlog =
      [Read(arrival: arrival - .seconds(90), octets: try aidon.list2(500))]
      + (try (0..<30).map { _ in Read(arrival: arrival, octets: try aidon.list1(500)) })
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      let result = try log(backlog, to: path)
      #expect(result.samples == 31)
      #expect(result.duplicates == 0)
      #expect(try log(backlog, to: path).samples == 0)
      #expect(try Contents(path).samples.map(\.count) == [31])
    }
  }

  @Test func `a host clock that goes through an hour twice loses no row`() throws {
    let start = try utc("2026-01-15T13:30:00Z")
    let reads = try [0, 1, 2, 0, 1, 2].enumerated().map { index, second in
      Read(arrival: start + .seconds(second), octets: try aidon.list2(Int64(index)))
    }
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      // 2 s back and more is a step of the clock.
      #expect(try log(reads, to: path).samples == 6)
      #expect(try log(reads, to: path).samples == 0)
      let watts = try Contents(path).samples.joined().compactMap { $0.readings[.activePowerImport] }
      #expect(watts.sorted() == [0, 1, 2, 3, 4, 5])
    }
  }
}
