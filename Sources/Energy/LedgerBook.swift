package import Metering

/// The hours of one meter with the corrections that lie over them: what every report, file and view shows.
///
///     registers, samples, facts ──► EnergyLedger ──► entries ─┐
///                                                             ├─► LedgerBook ──► hours, days, months, sums
///     corrections of the user ────────────────────────────────┘
package struct LedgerBook: Sendable {
  /// In order of hour, each hour at most once. A measured day that stands as one entry has no correction, and lies in one of
  /// the periods that are asked for.
  package let entries: [LedgerEntry]
  package let corrections: Corrections

  /// - Parameter entries: in order of hour. An hour without one is `missing`.
  package init(_ entries: [LedgerEntry], corrections: Corrections = .none) {
    self.entries = entries
    self.corrections = corrections
  }

  /// The full hours that lie wholly in `range`, each of them, known or not.
  package func hours(in range: Range<UTCTime>) -> [EnergyPeriod] {
    let hours = range.wholeHours
    return periods(
      (0..<hours.hourCount).lazy.map { index in
        let start = hours.lowerBound + .hour * Int64(index)
        return start..<start + .hour
      })
  }

  /// The local days that touch `range`, each whole: 23, 24 or 25 hours.
  package func days(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    periods(zone.days(touching: range))
  }

  /// The local months that touch `range`, each whole.
  package func months(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    periods(zone.months(touching: range))
  }

  /// The energy of `span`, which starts and ends at full hours.
  package func period(_ span: Range<UTCTime>) -> EnergyPeriod { period(span, entries(in: span)) }

  /// The energy of each span, which start and end at full hours.
  package func periods(_ spans: some Collection<Range<UTCTime>>) -> [EnergyPeriod] {
    var place = entries.startIndex
    return spans.map { span in
      // Spans mostly follow one another, so that the first entry of one is where the last ended.
      if place < entries.count, place > 0, entries[place - 1].hour >= span.lowerBound { place = entries.startIndex }
      if place == entries.startIndex { place = entries.partitioningIndex { $0.hour >= span.lowerBound } }
      while place < entries.count, entries[place].hour < span.lowerBound { place += 1 }
      let first = place
      while place < entries.count, entries[place].hour < span.upperBound { place += 1 }
      return period(span, entries[first..<place])
    }
  }

  /// The entries of hours that begin in `span`.
  func entries(in span: Range<UTCTime>) -> ArraySlice<LedgerEntry> {
    let first = entries.partitioningIndex { $0.hour >= span.lowerBound }
    let end = entries.partitioningIndex { $0.hour >= span.upperBound }
    return entries[first..<max(first, end)]
  }

  private func period(_ span: Range<UTCTime>, _ entries: ArraySlice<LedgerEntry>) -> EnergyPeriod {
    var sum = PeriodSum(span)
    guard !corrections.isEmpty, case let holding = corrections.within(span), !holding.isEmpty else {
      for entry in entries { sum.add(entry) }
      return sum.period
    }
    var rest = holding
    for entry in entries {
      // A correction of an hour that has no entry stands for itself.
      while let next = rest.first, next.hour < entry.hour { sum.add(corrected(nil, &rest)) }
      sum.add(rest.first?.hour == entry.hour ? corrected(entry, &rest) : entry)
    }
    while !rest.isEmpty { sum.add(corrected(nil, &rest)) }
    return sum.period
  }

  /// The entry with the corrections of its hour, which are the first of `rest`.
  private func corrected(_ entry: LedgerEntry?, _ rest: inout ArraySlice<Correction>) -> LedgerEntry {
    guard let hour = rest.first?.hour else { preconditionFailure("no correction") }
    var corrected = entry ?? LedgerEntry(missing: hour)
    while let correction = rest.first, correction.hour == hour {
      corrected.energy[correction.direction] = correction.wattHours
      corrected.quality = .manual
      rest.removeFirst()
    }
    return corrected
  }
}

/// What hours add up to.
private struct PeriodSum {
  private let span: Range<UTCTime>
  private let expected: Int
  private var energy = Energies.zero
  private var known = Energies.unknown
  private var estimated = Energies.zero
  private var counts = QualityCounts()
  private var quality = Quality.measured
  private var covered = TimeSpan.zero
  private var peak: PowerPeak?
  private var start = Energies.unknown
  private var end = Energies.unknown
  private var found = 0

  init(_ span: Range<UTCTime>) {
    self.span = span
    expected = span.hourCount
  }

  mutating func add(_ entry: LedgerEntry) {
    found += entry.hours
    energy = energy + entry.energy
    known = known.adding(known: entry.energy)
    counts[entry.quality] += entry.hours
    if entry.quality.isEstimate { estimated = estimated.adding(known: entry.energy) }
    // Between two registers that are both in the period, only the spread is an estimate, not the sum.
    let isSpread = entry.quality == .split || entry.quality == .even
    let isInside = span.lowerBound <= entry.reach.lowerBound && entry.reach.upperBound <= span.upperBound
    if !(isSpread && isInside) { quality = Quality.worse(quality, entry.quality) }
    covered = covered + entry.importCovered
    peak = PowerPeak.higher(peak, entry.peak)
    if entry.hour == span.lowerBound { start = entry.start }
    if entry.span.upperBound == span.upperBound { end = entry.end }
  }

  var period: EnergyPeriod {
    var counts = counts
    let missing = expected - found
    counts[.missing] += missing
    let isWhole = missing == 0 && expected > 0
    return EnergyPeriod(
      span: span, energy: isWhole ? energy : .unknown, quality: isWhole ? quality : .missing,
      coverage: expected > 0 ? Int(covered.milliseconds * 1000 / (span.upperBound - span.lowerBound).milliseconds) : 0,
      start: start, end: end, known: known, counts: counts, estimated: estimated, peak: peak)
  }
}
