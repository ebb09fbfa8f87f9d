import Energy
import Metering
import Store

/// The options of a report, checked, and the reading of the log that answers them.
struct ReportRequest {
  private let step: ReportStep
  private let zone: Zone
  private let range: ReportRange.Request
  private let meter: String?
  private let database: String

  /// - Throws: an unknown zone, an impossible range.
  init(_ options: ReportOptions, step: ReportStep) throws(ReportFailure) {
    guard let zone = Zone(named: options.timezone) else {
      throw ReportFailure("unknown time zone \(options.timezone): give --timezone a name such as Europe/Oslo")
    }
    self.step = step
    self.zone = zone
    range = try ReportRange.Request(
      from: options.from, to: options.to, step: step, zone: zone, includesRunningHour: options.partial)
    meter = options.meter
    database = options.database
  }

  /// A report for each meter that has an hour in the range.
  func reports() throws(ReportFailure) -> [MeterReport] {
    try ReportFailure.catching {
      let log = try LogReader(path: database)
      let meters = try MeterChoice(meters: log.meters(), database: database)
      let chosen = try meter.map(meters.matching) ?? meters.heard(in: range)
      let reports = try chosen.compactMap { meter in try report(on: meter, log) }
      guard !reports.isEmpty else { throw meters.nothingInRange(chosen, zone: zone) }
      return reports
    }
  }

  private func report(on meter: StoredMeter, _ log: LogReader) throws -> MeterReport? {
    let range = ReportRange(
      range, boundaries: try log.snapshotSpan(of: meter.key), firstHeard: meter.firstSeen, lastHeard: meter.lastSeen,
      isSuccessor: meter.isSuccessor, isReplaced: meter.isReplaced)
    guard let range else { return nil }
    let outline = step.outline(of: range.shown, zone: zone)
    let corrections = Corrections(try log.corrections(of: meter.key))
    var entries =
      step == .hour
      ? try log.ledger(of: meter.key, in: outline)
      : try log.ledgerByDays(of: meter.key, in: outline, zone: zone, corrected: corrections.holding.map(\.hour))
    if range.counted.upperBound < range.shown.upperBound {
      entries += try log.runningHours(of: meter.key, in: range.counted.upperBound..<range.shown.upperBound)
    }
    return MeterReport(
      meter: meter.identity, book: LedgerBook(entries, corrections: corrections), range: range, step: step, zone: zone)
  }
}
