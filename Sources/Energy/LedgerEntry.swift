package import Metering

/// One full hour of one meter, as the ledger has it: how much, how it is known, and the registers it follows from.
///
/// Derived from readings, samples and facts alone; corrections lie over it. An hour that has no entry is `missing`. A local day
/// whose hours are all measured may stand as one entry, so that ten years of days are read in a moment.
package struct LedgerEntry: Hashable, Sendable {
  /// The full hour (UTC) at which it begins.
  package var hour: UTCTime
  /// 1, or 23 to 25 for a measured day.
  package private(set) var hours = 1
  /// After transformers.
  package var energy: Energies
  package var quality: Quality
  /// From the first to the last of the registers that the figure comes from: the hour itself when it is measured, the whole
  /// gap when it is a part of one; empty where no register has a part in it.
  package var reach: Range<UTCTime>
  /// Two registers that are not of one series, or whose unit is unknown, lie around a part of the hour.
  package var isBroken: Bool
  /// What the registers show at the full hours; unknown where they are not known there.
  package var start: Energies
  package var end: Energies
  /// What flows for each unit that the meter counts: 1 without transformers.
  package var ratio: Int64
  /// How much of the hour samples say the import for.
  package var importCovered: TimeSpan
  package var peak: PowerPeak?

  package init(
    hour: UTCTime, energy: Energies, quality: Quality, reach: Range<UTCTime>? = nil, isBroken: Bool = false,
    start: Energies = .unknown, end: Energies = .unknown, ratio: Int64 = 1, importCovered: TimeSpan = .zero,
    peak: PowerPeak? = nil
  ) {
    self.hour = hour
    self.energy = energy
    self.quality = quality
    self.reach = reach ?? hour..<hour
    self.isBroken = isBroken
    self.start = start
    self.end = end
    self.ratio = ratio
    self.importCovered = importCovered
    self.peak = peak
  }

  /// An hour of which nothing is known.
  package init(missing hour: UTCTime) {
    self.init(hour: hour, energy: .unknown, quality: .missing)
  }

  /// A local day, if each of its hours is measured and all are of one series; else nil.
  ///
  /// - Parameter entries: of the hours that begin in it, in order.
  package init?(measuredDay day: Range<UTCTime>, _ entries: some Collection<LedgerEntry>) {
    guard let first = entries.first, entries.count == day.hourCount, first.hour == day.lowerBound else { return nil }
    self = first
    guard isPlain else { return nil }
    for next in entries.dropFirst() {
      guard next.isPlain, next.hour == span.upperBound, next.start == end, next.ratio == ratio else { return nil }
      energy = energy + next.energy
      importCovered = importCovered + next.importCovered
      peak = PowerPeak.higher(peak, next.peak)
      end = next.end
      hours += 1
      reach = span
    }
  }

  /// A measured day as it was stored.
  package init(
    measured hours: Int, from hour: UTCTime, energy: Energies, start: Energies, end: Energies, ratio: Int64,
    importCovered: TimeSpan, peak: PowerPeak?
  ) {
    self.init(
      hour: hour, energy: energy, quality: .measured, start: start, end: end, ratio: ratio,
      importCovered: importCovered,
      peak: peak)
    self.hours = min(max(hours, 1), 25)
    reach = span
  }

  private var isPlain: Bool { quality == .measured && !isBroken && reach == span }

  package var span: Range<UTCTime> { hour..<hour + .hour * Int64(hours) }

  /// Whether all of the figure comes from registers of one series, so that sums of such hours are register differences.
  var isFromRegisters: Bool {
    !isBroken && reach.lowerBound <= hour && span.upperBound <= reach.upperBound
  }
}

/// The highest active power import in a span, and when it was.
package struct PowerPeak: Hashable, Sendable {
  /// W
  package var power: Int64
  /// The first time, to the millisecond of the sample.
  package var time: UTCTime

  package init(power: Int64, time: UTCTime) {
    self.power = power
    self.time = time
  }

  /// The higher of two; of equal ones the earlier.
  static func higher(_ one: PowerPeak?, _ other: PowerPeak?) -> PowerPeak? {
    guard let one, let other else { return one ?? other }
    return (other.power, one.time) > (one.power, other.time) ? other : one
  }
}

extension EnergyLedger {
  /// The entries of the full hours that lie wholly in `range`, in order, without those of which nothing is known.
  package func entries(in range: Range<UTCTime>) -> [LedgerEntry] {
    let hours = range.wholeHours
    var reader = CellReader(self, from: hours.lowerBound)
    var entries: [LedgerEntry] = []
    entries.reserveCapacity(hours.hourCount)
    for index in 0..<hours.hourCount {
      let start = hours.lowerBound + .hour * Int64(index)
      let entry = entry(of: start, reader.hour(start))
      if entry != LedgerEntry(missing: start) { entries.append(entry) }
    }
    return entries
  }

  private func entry(of hour: UTCTime, _ cell: EnergyCell) -> LedgerEntry {
    let span = hour..<hour + .hour
    let rollup = profile.summary(of: span)
    let ratio = facts.ratio(at: hour)
    return LedgerEntry(
      hour: hour, energy: cell.energy, quality: cell.quality, reach: cell.reach, isBroken: cell.isBroken,
      start: registers(at: span.lowerBound), end: registers(at: span.upperBound), ratio: ratio,
      importCovered: min(rollup.importCovered, .hour),
      peak: rollup.peak.map {
        PowerPeak(power: $0.power.multipliedReportingOverflow(by: ratio).partialValue, time: $0.time)
      })
  }

  func registers(at time: UTCTime) -> Energies {
    let index = knots.partitioningIndex { $0.time >= time }
    return index < knots.count && knots[index].time == time ? knots[index].shown : .unknown
  }
}
