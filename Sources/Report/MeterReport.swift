import Energy
import Metering

/// Everything that is written about one meter; the formats are functions of this and ask nothing else.
struct MeterReport {
  let meter: MeterIdentity
  let step: ReportStep
  let zone: Zone
  let rows: [EnergyPeriod]
  let conservation: Conservation

  /// Whether every hour of the range is known by registers, and all of them add up.
  var isComplete: Bool {
    let sure = conservation.counts[.measured] + conservation.counts[.manual] + conservation.counts[.elhub]
    return conservation.hours > 0 && sure == conservation.hours && conservation.holds
  }

  /// - Parameter book: the entries of one meter, those of the range and of gaps that reach over its ends at least.
  init(meter: MeterIdentity, book: LedgerBook, range: ReportRange, step: ReportStep, zone: Zone) {
    self.meter = meter
    self.step = step
    self.zone = zone
    rows = step.periods(of: book, in: range.shown, zone: zone)
    conservation = book.conservation(in: range.counted)
  }
}
