import Frames
import Metering
import Simulator
import Testing

@testable import Logger

/// Octets that a port delivered at once, and when.
struct Read {
  var arrival: UTCTime
  var octets: [UInt8]
}

/// The instant that a test writes as `2026-01-15T13:00:11.250Z`.
func utc(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> UTCTime {
  try #require(UTCTime(iso8601: text), "\(text) is no instant", sourceLocation: location)
}

/// A meter clock that shows `wall`, as Kaifa and Kamstrup send it: without a deviation.
func clock(_ wall: String) throws -> MeterClock {
  MeterClock(wall: try #require(CivilTime(iso8601: wall)), deviation: nil, status: 0)
}

extension MeterModel {
  /// A list 1 of `watts`.
  func list1(_ watts: Int64) throws -> [UInt8] {
    frame(.list1, readings: [.activePowerImport: watts], clock: try clock("2026-01-15T14:00:00"))
  }

  /// A list 2 of `watts` and 230 V, of a meter whose clock shows 14:00.
  func list2(_ watts: Int64) throws -> [UInt8] {
    frame(
      .list2,
      readings: [
        .activePowerImport: watts, .voltageL1: 230_000, .voltageL2: 231_000, .voltageL3: 232_000, .currentL1: 1000,
      ], clock: try clock("2026-01-15T14:00:00"))
  }

  /// A list 3 whose import register stands at `wattHours`.
  func list3(_ wattHours: Int64, clock wall: String) throws -> [UInt8] {
    frame(
      .list3,
      readings: [.activePowerImport: 900, .voltageL1: 230_000, .activeEnergyImport: wattHours, .activeEnergyExport: 0],
      clock: try clock(wall))
  }
}

extension Pipeline {
  /// A pipeline of the input `port` in Norway, on a line of 2400 Bd without parity.
  static func norwegian(zone: String = "Europe/Oslo") throws -> Pipeline {
    Pipeline(
      input: "port", zone: try #require(Zone(named: zone)), lineTime: LineTime(baudrate: 2400, hasParityBit: false))
  }

  /// What it makes of some reads.
  mutating func records(of reads: [Read]) -> [Record] {
    var records: [Record] = []
    for read in reads { take(read.octets.span, arrival: read.arrival) { records.append($0) } }
    return records
  }

  /// What it makes of some reads, and of the end of the input behind them.
  static func records(of reads: [Read]) throws -> [Record] {
    var pipeline = try norwegian()
    let records = pipeline.records(of: reads)
    return records + pipeline.recordsAtEnd()
  }

  mutating func recordsAtEnd() -> [Record] {
    var records: [Record] = []
    end { records.append($0) }
    return records
  }
}

extension [Pipeline.Record] {
  var samples: [(meter: String, sample: Sample)] {
    compactMap { if case .sample(let sample, let meter) = $0 { (meter.id, sample) } else { nil } }
  }

  var snapshots: [RegisterSnapshot] {
    compactMap { if case .registers(let snapshot, _) = $0 { snapshot } else { nil } }
  }

  var rejects: [Reject] {
    compactMap { if case .reject(let reject) = $0 { reject } else { nil } }
  }

  /// Import in W of every sample.
  var watts: [Int64?] { samples.map { $0.sample.readings[.activePowerImport] } }

  /// The same without what depends on when the reads came.
  var withoutInstants: [Pipeline.Record] {
    let never = UTCTime(milliseconds: 0)
    return map { record in
      switch record {
      case .meter(let identity, _): return .meter(identity, seen: never)
      case .sample(var sample, let meter):
        sample.arrival = never
        return .sample(sample, of: meter)
      case .registers(var snapshot, let meter):
        snapshot.arrival = never
        return .registers(snapshot, of: meter)
      case .reject(var reject):
        reject.arrival = never
        return .reject(reject)
      }
    }
  }
}

/// What the meter `name` sends between two instants, as reads of any shape.
func simulatedReads(
  _ name: String, from: String, to: String, shape: ReadShape = .cut, seed: UInt64 = 7
) throws
  -> [Read]
{
  var meter = SimulatedMeter(
    model: try MeterModel.named(name), seed: seed, hasSolar: true, from: try utc(from), to: try utc(to))
  var shaper = ReadShaper(shape, seed: seed)
  var reads: [Read] = []
  while let message = meter.next() {
    reads += shaper.reads(of: message).map { Read(arrival: $0.arrival, octets: $0.octets) }
  }
  if let rest = shaper.rest() { reads.append(Read(arrival: rest.arrival, octets: rest.octets)) }
  return reads
}
