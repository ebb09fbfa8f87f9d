import Energy
import Metering
import Store
import TestSupport

@testable import Report

/// A night of autumn in Oslo: both hours that begin at 02:00, one without use, and a gap of two hours.
enum Night {
  static let meter = MeterIdentity(id: "7359992890941742", maker: .aidon, type: "6525", listVersion: "AIDON_V0001")

  static let range = span("2026-10-24T23:00Z", "2026-10-25T04:00Z")

  static let registers = """
    2026-10-24T23:00Z 109552250 0
    2026-10-25T00:00Z 109553480 0
    2026-10-25T01:00Z 109555820 0
    2026-10-25T02:00Z 109555820 0
    2026-10-25T04:00Z 109560060 0
    """

  /// One hour of power, from 00:00Z on.
  static var samples: [(UTCTime, Int64?)] {
    (0...360).map { index in
      let power: Int64? = index == 360 ? nil : index == 180 ? 2410 : 2000
      return (time("2026-10-25T00:00Z") + .seconds(Int64(index) * 10), power)
    }
  }

  static func report(_ step: ReportStep = .hour) throws -> MeterReport {
    try story(registers, range, step, meter: meter, samples: samples)
  }

  /// Makes a log of it, and of other meters that were read at noon on 20 January.
  static func write(to path: String, others: [String] = []) throws {
    let writer = try LogWriter(path: path, zone: oslo)
    var batch = LogWriter.Batch()
    let key = try writer.meterKey(for: meter, input: "test", seen: range.lowerBound)
    batch.registers = readings(registers).map { (key, $0) }
    batch.samples = samples.compactMap { time, power in
      power.map { (key, Sample(arrival: time, readings: [.activePowerImport: $0])) }
    }
    for id in others {
      let noon = time("2026-01-20T11:00Z")
      let key = try writer.meterKey(for: MeterIdentity(id: id, maker: .kaifa), input: "test", seen: noon)
      batch.registers += readings("2026-01-20T10:00Z 100\n2026-01-20T11:00Z 200").map { (key, $0) }
    }
    _ = try writer.append(batch)
  }
}

/// The report on registers as in `readings`, over a range that needs no completion.
func story(
  _ registers: String, _ range: Range<UTCTime>, _ step: ReportStep = .hour,
  meter: MeterIdentity = MeterIdentity(id: "1", maker: .kaifa), samples: [(UTCTime, Int64?)] = []
) throws -> MeterReport {
  let rollups = Rollup.rollups(
    of: samples.map { RollupSample(power: PowerSample(time: $0, activeImport: $1, activeExport: nil)) })
  let ledger = EnergyLedger(snapshots: readings(registers), profile: PowerProfile(rollups))
  let request = try ReportRange.Request(
    from: .instant(range.lowerBound), to: .instant(range.upperBound), step: .hour, zone: oslo)
  let whole = ReportRange(request, boundaries: nil, firstHeard: range.lowerBound, lastHeard: range.upperBound)
  guard let whole else { preconditionFailure("an empty range") }
  let outline = ledger.wholeBlocks(touching: step.outline(of: whole.shown, zone: oslo))
  return MeterReport(meter: meter, book: ledger.book(outline), range: whole, step: step, zone: oslo)
}

/// A reading for each line: boundary, import and if needed export in Wh. Each arrives ten seconds after its boundary.
func readings(_ text: String) -> [RegisterSnapshot] {
  text.split(separator: "\n").map { line in
    let words = line.split(separator: " ")
    let boundary = time(String(words[0]))
    return RegisterSnapshot(
      arrival: boundary + .seconds(10), boundary: boundary,
      clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600)),
      registers: Registers(
        activeImport: Int64(words[1]), activeExport: words.count > 2 ? Int64(words[2]) : nil, scale: 0))
  }
}

/// `2026-01-15T13:00Z`
func time(_ text: String) -> UTCTime {
  guard case .instant(let time) = RangeEdge(argument: text) else { preconditionFailure("no instant: \(text)") }
  return time
}

func span(_ start: String, _ end: String) -> Range<UTCTime> { time(start)..<time(end) }
