import Energy
import Metering

/// Everything that is written about one meter; the formats are functions of this and ask nothing else.
struct MeterReport {
  struct Row {
    let period: EnergyPeriod
    let peak: PowerPeak?
  }

  let meter: MeterIdentity
  let step: ReportStep
  let zone: Zone
  let rows: [Row]
  let conservation: Conservation

  /// Whether every hour of the range is known by registers, and all of them add up.
  var isComplete: Bool {
    let sure = conservation.counts[.measured] + conservation.counts[.manual] + conservation.counts[.elhub]
    return conservation.hours > 0 && sure == conservation.hours && conservation.holds
  }

  /// - Parameter rollups: of one meter, those of the range at least, in order of time.
  init(
    meter: MeterIdentity, ledger: EnergyLedger, range: ReportRange, step: ReportStep, zone: Zone, rollups: [Rollup]
  ) {
    var peaks = PowerPeaks(rollups)
    self.meter = meter
    self.step = step
    self.zone = zone
    rows = step.periods(of: ledger, in: range.shown, zone: zone).map { Row(period: $0, peak: peaks.peak(in: $0.span)) }
    conservation = ledger.conservation(in: range.counted)
  }
}

/// The highest active power import in a span, and when it was.
struct PowerPeak: Hashable {
  /// W
  let power: Int64
  /// The first time, to the millisecond of the sample.
  let time: UTCTime
}

/// Peaks of spans that follow one another.
private struct PowerPeaks {
  private let rollups: [Rollup]
  private var place = 0

  init(_ rollups: [Rollup]) {
    self.rollups = rollups
  }

  /// The peak of a span that does not begin before the last one that was asked for.
  mutating func peak(in span: Range<UTCTime>) -> PowerPeak? {
    while place < rollups.count, rollups[place].quarter < span.lowerBound { place += 1 }
    var highest: PowerPeak?
    while place < rollups.count, rollups[place].quarter < span.upperBound {
      let rollup = rollups[place]
      if let power = rollup.activeImport?.high, let time = rollup.peakTime, power > highest?.power ?? .min {
        highest = PowerPeak(power: power, time: time)
      }
      place += 1
    }
    return highest
  }
}
