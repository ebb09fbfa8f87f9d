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
    do {
      let log = try LogReader(path: database)
      let meters = try MeterChoice(meters: log.meters(), database: database)
      let chosen = try meter.map(meters.matching) ?? meters.heard(in: range)
      var reports: [MeterReport] = []
      for meter in chosen {
        if let report = try report(on: meter, log) { reports.append(report) }
      }
      guard !reports.isEmpty else { throw meters.nothingInRange(chosen, zone: zone) }
      return reports
    } catch let failure as ReportFailure {
      throw failure
    } catch let error as StoreError {
      throw ReportFailure(error.description)
    } catch {
      throw ReportFailure("\(database): \(error)")
    }
  }

  private func report(on meter: StoredMeter, _ log: LogReader) throws -> MeterReport? {
    let range = ReportRange(
      range, boundaries: try log.snapshotSpan(of: meter.key), firstHeard: meter.firstSeen, lastHeard: meter.lastSeen)
    guard let range else { return nil }
    let snapshots = try log.snapshots(of: meter.key, in: range.registers)
    let presence = meter.firstSeen..<max(meter.firstSeen, meter.lastSeen)
    let facts = MeterFacts(cadence: RegisterCadence.learned(from: snapshots), presence: [presence])
    var ledger = EnergyLedger(snapshots: snapshots, facts: facts)
    let spans = ledger.spansToDivide(in: range.shown) + [step.outline(of: range.shown, zone: zone)]
    let start = spans.map(\.lowerBound).min() ?? range.shown.lowerBound
    let end = spans.map(\.upperBound).max() ?? range.shown.upperBound
    let rollups = try log.rollups(of: meter.key, in: start..<end)
    ledger.profile = PowerProfile(rollups)
    return MeterReport(
      meter: meter.identity, ledger: ledger, range: range, step: step, zone: zone, rollups: rollups)
  }
}
