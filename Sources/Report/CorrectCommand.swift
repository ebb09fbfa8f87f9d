import ArgumentParser
import Energy
import Foundation
import Metering
import Store

/// `correct`: puts a figure in the place of an hour's, as an overlay that can be taken back. Nothing that was logged changes.
struct CorrectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct", abstract: "Put a figure in the place of an hour's, with a reason, or take it back.",
    discussion: """
      The figure is laid over the hour; registers and samples stay as they were logged. Every report, file and view has \
      it at once, with the quality `manual`. It may be done while the logger runs.

        ams-report correct --hour 2026-01-15T13:00Z --kwh 1.234 --reason "from Elhub"
        ams-report correct --hour 2026-01-15T13:00Z --undo --reason "Elhub was wrong"
      """)

  @Option(help: ArgumentHelp("The log.", valueName: "file"))
  var database = "ams.sqlite"

  @Option(
    help: ArgumentHelp("The full hour that begins then: 2026-01-15T13:00Z, 2026-01-15T14:00+01:00.", valueName: "time"))
  var hour: RangeEdge

  @Option(help: ArgumentHelp("The energy of the hour, 0 or more, to the watt-hour.", valueName: "energy"))
  var kwh: String?

  @Flag(help: "Take back what was put there.")
  var undo = false

  @Option(help: "Why: kept beside the figure.")
  var reason: String

  @Flag(help: "The figure is of energy to the grid.")
  var export = false

  @Option(
    help: ArgumentHelp(
      "The number of a meter, or its last digits; needed where the log has several.", valueName: "number"))
  var meter: String?

  func validate() throws {
    guard (kwh != nil) != undo else { throw ValidationError("give either --kwh or --undo") }
    guard !reason.allSatisfy(\.isWhitespace) else { throw ValidationError("--reason must say something") }
    if let kwh, energy == nil { throw ValidationError("--kwh \(kwh) is no energy: write it as 1.234") }
    guard case .instant(let time) = hour, time == time.floor(to: .hour) else {
      throw ValidationError("--hour \(hour) is no full hour: write it as 2026-01-15T13:00Z or 2026-01-15T14:00+01:00")
    }
  }

  /// Wh. A decimal comma is understood, too.
  private var energy: Int64? {
    kwh.flatMap { decimal($0.replacing(",", with: "."), decimals: 3) }
      .flatMap { (0..<Energies.limit).contains($0) ? $0 : nil }
  }

  func run() throws {
    do {
      print(try correct())
    } catch {
      FileHandle.standardError.write(Data("ams-report: \(error.message)\n".utf8))
      throw ExitCode(ReportOutcome.failed.rawValue)
    }
  }

  /// Does it, and says what was done.
  private func correct() throws(ReportFailure) -> String {
    guard case .instant(let start) = hour else { throw ReportFailure("--hour is no instant") }
    let direction: Correction.Direction = export ? .activeExport : .activeImport
    return try ReportFailure.catching {
      let log = try LogReader(path: database)
      let meter = try theMeter(log)
      let before = try figure(log, meter, start, direction)
      let correction = Correction(
        hour: start, direction: direction, wattHours: energy, reason: reason,
        made: UTCTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
      let writer = try CorrectionWriter(path: database)
      try writer.append(correction, of: meter.key)
      try writer.close()
      let after = try figure(try LogReader(path: database), meter, start, direction)
      return "meter \(meter.identity.id), \(start.iso8601), \(direction.rawValue): \(before) is now \(after)"
    }
  }

  private func theMeter(_ log: LogReader) throws -> StoredMeter {
    let choice = try MeterChoice(meters: log.meters(), database: database)
    guard let meter else { return try choice.only() }
    return try choice.matching(meter)[0]
  }

  /// `1.234 kWh (measured)`
  private func figure(
    _ log: LogReader, _ meter: StoredMeter, _ start: UTCTime, _ direction: Correction.Direction
  ) throws -> String {
    let hour = start..<start + .hour
    let book = LedgerBook(
      try log.ledger(of: meter.key, in: hour), corrections: Corrections(try log.corrections(of: meter.key)))
    let period = book.period(hour)
    let energy = direction == .activeImport ? period.energy.activeImport : period.energy.activeExport
    return "\(energy.map { decimalText($0, decimals: 3) + " kWh" } ?? "unknown") (\(period.quality.rawValue))"
  }
}

/// `corrections`: what was corrected, when and why.
struct CorrectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corrections", abstract: "List all corrections that were ever made, with their reasons.")

  @Option(help: ArgumentHelp("The log.", valueName: "file"))
  var database = "ams.sqlite"

  func run() throws {
    do {
      for line in try lines() { print(line) }
    } catch {
      FileHandle.standardError.write(Data("ams-report: \(error.message)\n".utf8))
      throw ExitCode(ReportOutcome.failed.rawValue)
    }
  }

  private func lines() throws(ReportFailure) -> [String] {
    try ReportFailure.catching {
      let log = try LogReader(path: database)
      return try log.meters().flatMap { meter in
        let all = try log.corrections(of: meter.key)
        let holding = Set(Corrections(all).holding)
        return all.map { correction in
          let energy = correction.wattHours.map { decimalText($0, decimals: 3) + " kWh" } ?? "taken back"
          let state = holding.contains(correction) || correction.wattHours == nil ? "" : " (no longer holds)"
          return "\(meter.identity.id) \(correction.hour.iso8601) \(correction.direction.rawValue) \(energy)\(state), "
            + "made \(correction.made.iso8601): \(correction.reason)"
        }
      }
    }
  }
}
