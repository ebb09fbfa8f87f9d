import Foundation
import GRDB
import Metering
import TestSupport
import Testing

@testable import Store

/// 2026-01-15T13:00:00Z
let one = UTCTime(milliseconds: 1_768_482_000_000)

let aidon = MeterIdentity(id: "7359992890941742", maker: .aidon, type: "6534", listVersion: "AIDON_V0001")

/// A list 1 of `watts` at `milliseconds` after `one`.
func power(_ watts: Int64, at milliseconds: Int64) -> Sample {
  Sample(arrival: one + TimeSpan(milliseconds: milliseconds), readings: [.activePowerImport: watts])
}

/// An hourly list that arrived 11 s after the hour `hours` after `one`, with the meter's clock in UTC+1.
func snapshot(_ register: Int64?, hours: Int64, verdict: Verdict = .accepted) -> RegisterSnapshot {
  let boundary = one + .hours(hours)
  return RegisterSnapshot(
    arrival: boundary + .seconds(11), boundary: boundary,
    clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600), deviation: 0, status: 0),
    registers: Registers(activeImport: register, activeExport: 0, scale: 1), verdict: verdict)
}

extension LogWriter.Batch {
  init(
    meter: Int64 = 1, _ samples: [Sample] = [], registers: [RegisterSnapshot] = [], rejects: [Reject] = [],
    events: [LogEvent] = []
  ) {
    self.init()
    self.samples = samples.map { (meter, $0) }
    self.registers = registers.map { (meter, $0) }
    self.rejects = rejects.map { ("port", $0) }
    self.events = events
  }
}

extension LogReader {
  /// All samples there can be.
  func allSamples(of meter: Int64 = 1) throws -> [Sample] {
    try samples(of: meter, in: UTCTime(milliseconds: .min)..<UTCTime(milliseconds: .max))
  }

  func allSnapshots(of meter: Int64 = 1) throws -> [RegisterSnapshot] {
    try snapshots(of: meter, in: UTCTime(milliseconds: .min)..<UTCTime(milliseconds: .max))
  }
}

/// Runs `body` with a writer on a new database that knows one meter under the key 1, and with the database's path.
func withWriter<Result>(_ body: (LogWriter, String) throws -> Result) throws -> Result {
  try withScratchFolder { folder in
    let path = folder + "/ams.sqlite"
    let writer = try LogWriter(path: path, zone: oslo)
    #expect(try writer.meterKey(for: aidon, input: "port", seen: one) == 1)
    return try body(writer, path)
  }
}

/// Runs SQL as a stranger would, with no help from the store.
func sql<Result>(_ path: String, _ body: (Database) throws -> Result) throws -> Result {
  let queue = try DatabaseQueue(path: path)
  defer { try? queue.close() }
  return try queue.writeWithoutTransaction(body)
}

/// Runs `body` without the right to write what others own. Tests often run as root, whom no file mode stops: then this
/// thread alone gives up its rights over files (`setfsuid`, Linux).
func asNobody<Result>(_ body: () throws -> Result) throws -> Result {
  guard geteuid() == 0 else { return try body() }
  typealias SetUser = @convention(c) (UInt32) -> Int32
  let symbol = try #require(dlsym(nil, "setfsuid"))
  let setUser = unsafeBitCast(symbol, to: SetUser.self)
  _ = setUser(65_534)
  defer { _ = setUser(0) }
  return try body()
}

/// Within `asNobody`: runs `body` with the rights that this program has.
func asSelf<Result>(_ body: () throws -> Result) throws -> Result {
  guard geteuid() == 0 else { return try body() }
  typealias SetUser = @convention(c) (UInt32) -> Int32
  let symbol = try #require(dlsym(nil, "setfsuid"))
  let setUser = unsafeBitCast(symbol, to: SetUser.self)
  _ = setUser(0)
  defer { _ = setUser(65_534) }
  return try body()
}
