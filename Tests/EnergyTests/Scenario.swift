import Energy
import Metering
import TestSupport
import Testing

@testable import Accuracy

/// A story of registers, and what the ledger makes of it; both are text.
struct Scenario: Sendable, CustomTestStringConvertible {
  let name: String
  /// A line for each reading, in order of arrival: boundary, import in Wh, then if needed export in Wh and a verdict;
  /// `-` is absent.
  let registers: String
  /// A line for each hour: local start with offset, import in Wh (`-` is unknown), quality.
  var hours = ""
  /// The same for each day, with the part that is known when the total is not, and measured of expected hours.
  var days = ""

  var testDescription: String { name }

  var ledger: EnergyLedger { EnergyLedger(snapshots: readings(registers)) }
}

/// Readings from a text as in `Scenario.registers`; each arrives a second after the one in the line above it.
func readings(_ text: String, scale: Int? = 0) -> [RegisterSnapshot] {
  text.split(separator: "\n").enumerated().map { index, line in
    let words = line.split(separator: " ")
    func number(_ place: Int) -> Int64? { place < words.count ? Int64(words[place]) : nil }
    let registers = Registers(activeImport: number(1), activeExport: number(2), scale: scale)
    let clock = MeterClock(wall: CivilTime(secondsSince1970: time(words[0]).seconds + 3600))
    return RegisterSnapshot(
      arrival: UTCTime(seconds: 1_800_000_000 + Int64(index)), boundary: time(words[0]), clock: clock,
      registers: registers, verdict: words.count > 3 ? Verdict(rawValue: String(words[3])) ?? .suspect : .accepted)
  }
}

/// `2026-01-15T13:00Z`
func time(_ text: some StringProtocol) -> UTCTime {
  guard let time = UTCTime(iso8601: text.dropLast() + ":00Z") else { preconditionFailure("no instant: \(text)") }
  return time
}

func span(_ text: String) -> Range<UTCTime> {
  let ends = text.split(separator: " ").map { time($0) }
  return ends[0]..<ends[1]
}

/// One line for an hour as in `Scenario.hours`.
func line(_ hour: EnergyPeriod) -> String {
  let local = oslo.iso8601(hour.span.lowerBound)
  return "\(local.prefix(16))\(local.suffix(6)) \(text(hour.energy.activeImport)) \(hour.quality.rawValue)"
}

/// One line for a day as in `Scenario.days`.
func dayLine(_ day: EnergyPeriod) -> String {
  let known = day.quality == .missing ? " known \(text(day.known.activeImport))" : ""
  return
    "\(oslo.date(at: day.span.lowerBound).iso8601) \(text(day.energy.activeImport)) \(day.quality.rawValue)\(known)"
    + " \(day.hoursMeasured)/\(day.hoursExpected)"
}

func text(_ value: Int64?) -> String { value.map(String.init) ?? "-" }
