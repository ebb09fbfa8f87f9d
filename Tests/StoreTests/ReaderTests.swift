import Energy
import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

@Suite struct ReaderTests {
  @Test func `A reader sees what is committed while the writer is open, and after it was closed`() throws {
    try withWriter { writer, path in
      let reader = try LogReader(path: path)
      for number in 0..<3 {
        _ = try writer.append(LogWriter.Batch([power(Int64(number), at: Int64(number))]))
        #expect(try reader.allSamples().count == number + 1)
      }
      try writer.close()
      #expect(try reader.allSamples().count == 3)
      #expect(try LogReader(path: path).allSamples().count == 3)
    }
  }

  @Test func `A writer appends and checkpoints while a reader is in the middle of its rows`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch((0..<100).map { power($0, at: $0) }))
      let reader = try LogReader(path: path)
      var seen: [Int64?] = []
      var appended: [AppendResult?] = []
      try reader.forEachPower(of: 1, in: one..<one + .hour) { sample in
        seen.append(sample.activeImport)
        if seen.count == 50 {
          appended.append(try? writer.append(LogWriter.Batch([power(-1, at: 60_000)])))
          writer.checkpoint()
        }
      }
      #expect(appended.map { $0?.samples } == [1])
      #expect(seen == (0..<100).map { $0 })
      #expect(try reader.allSamples().count == 101)
    }
  }

  @Test func `Power comes in order of time, within a half-open span, with nil for what was not sent`() throws {
    try withWriter { writer, path in
      let export = Sample(arrival: one + .seconds(2), readings: [.activePowerExport: 7])
      let phases = Sample(arrival: one + .seconds(3), readings: [.currentL1: 7])
      _ = try writer.append(
        LogWriter.Batch([power(4, at: 4000), power(1, at: 1000), export, phases, power(0, at: 0)]))
      var rows: [[Int64?]] = []
      try LogReader(path: path).forEachPower(of: 1, in: one + .seconds(1)..<one + .seconds(4)) {
        rows.append([($0.time - one).milliseconds, $0.activeImport, $0.activeExport])
      }
      #expect(rows == [[1000, 1, nil], [2000, nil, 7]])
    }
  }

  @Test func `A reader cannot write`() throws {
    try withWriter { _, path in
      let reader = try LogReader(path: path)
      let error = #expect(throws: DatabaseError.self) {
        try reader.queue.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM meter") }
      }
      #expect(error?.resultCode == .SQLITE_READONLY)
    }
  }

  @Test func `A user who may write neither the file nor its folder can read it, with and without a writer`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      #expect(chmod(folder, 0o555) == 0)
      defer { chmod(folder, 0o755) }
      let live = try asNobody { try LogReader(path: path).allSamples() }
      #expect(live == [power(1, at: 0)])

      #expect(chmod(folder, 0o755) == 0)
      try writer.close()
      #expect(chmod(folder, 0o555) == 0)
      let (reader, still) = try asNobody {
        let reader = try LogReader(path: path)
        return (reader, try reader.allSamples())
      }
      #expect(still == [power(1, at: 0)])

      // A logger that starts now may change the file under this reader, which must not go on.
      #expect(chmod(folder, 0o755) == 0)
      let next = try LogWriter(path: path, zone: oslo)
      _ = try next.append(LogWriter.Batch([power(2, at: 1)]))
      let error = #expect(throws: StoreError.self) { try reader.allSamples() }
      #expect(error?.message.contains("was written to while it was read") == true)
    }
  }

  @Test func `A log whose writer was killed is read whole, or refused in plain words`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 0)]))
      try withScratchFolder { folder in
        // What is on the disk while the writer runs is what a power cut leaves.
        let left = folder + "/ams.sqlite"
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: left + suffix) }
        #expect(chmod(folder, 0o555) == 0)
        defer { chmod(folder, 0o755) }
        let error = #expect(throws: StoreError.self) { try asNobody { try LogReader(path: left) } }
        #expect(error?.message.contains("was not stopped in good order") == true)

        #expect(chmod(folder, 0o755) == 0)
        #expect(try LogReader(path: left).allSamples() == [power(1, at: 0)])
        #expect(try LogWriter(path: left, zone: oslo).append(LogWriter.Batch([power(1, at: 0)])).duplicates == 1)
      }
    }
  }

  @Test(arguments: ["verdict = 'new'", "clock_wall = 'yesterday'"])
  func `A row that this program did not write is an error, not a crash`(change: String) throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch(registers: [snapshot(1, hours: 0)]))
      try sql(path) { db in
        try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
        try db.execute(sql: "UPDATE register_snapshot SET \(change)")
      }
      #expect(throws: StoreError.self) { try LogReader(path: path).allSnapshots() }
    }
  }

  @Test(arguments: 1...20)
  func `A damaged file is an error or a smaller log, not a crash`(seed: UInt64) throws {
    try withWriter { writer, path in
      _ = try writer.append(
        LogWriter.Batch((0..<2000).map { power($0, at: $0) }, registers: [snapshot(1, hours: 0)]))
      try writer.close()
      var octets = try #require(FileManager.default.contents(atPath: path))
      var random = Xorshift(state: seed)
      for _ in 0..<40 {
        octets[Int.random(in: 100..<octets.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      try octets.write(to: URL(fileURLWithPath: path))
      let attempts: [() throws -> Void] = [
        {
          let reader = try LogReader(path: path)
          _ = try (reader.meters(), reader.allSamples(), reader.allSnapshots(), reader.events(), reader.rejects())
        },
        {
          let writer = try LogWriter(path: path, zone: oslo)
          _ = try writer.meterKey(for: aidon, input: "port", seen: one)
          _ = try writer.append(LogWriter.Batch([power(7, at: 100)], registers: [snapshot(2, hours: 0)]))
        },
      ]
      for attempt in attempts {
        do { try attempt() } catch { #expect(error is StoreError) }
      }
    }
  }
}

/// Random octets that are the same in each run.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
