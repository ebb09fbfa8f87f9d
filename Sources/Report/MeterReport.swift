import Energy
import Metering

/// Everything that is written about one meter; the formats are functions of this and ask nothing else.
struct MeterReport {
  struct Row {
    let period: EnergyPeriod
    let power: PowerCoverage.Summary
  }

  let meter: MeterIdentity
  let step: ReportStep
  let zone: Zone
  let rows: [Row]
  let conservation: Conservation

  /// Whether every hour of the range is there.
  var isComplete: Bool { conservation.hours > 0 && conservation.hoursMissing == 0 && conservation.holds }

  /// - Parameter addSamples: gives every power sample of a span, in order of time.
  init<Failure: Error>(
    meter: MeterIdentity, ledger: EnergyLedger, range: ReportRange, step: ReportStep, zone: Zone,
    addSamples: (inout PowerCoverage) throws(Failure) -> Void
  ) throws(Failure) {
    let periods = step.periods(of: ledger, in: range.shown, zone: zone)
    let start = periods.first?.span.lowerBound ?? range.shown.lowerBound
    var power = PowerCoverage(span: start..<(periods.last?.span.upperBound ?? start))
    try addSamples(&power)
    self.meter = meter
    self.step = step
    self.zone = zone
    rows = periods.map { Row(period: $0, power: power.summary(of: $0.span)) }
    conservation = ledger.conservation(in: range.counted)
  }
}
