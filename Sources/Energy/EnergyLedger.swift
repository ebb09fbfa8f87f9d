package import Metering

/// The energy of one meter: every quarter, hour, day and month, from its registers (laws 1 to 4).
///
///     registers     R0       R1                       R2       R3
///     blocks        [ 1 hour )[        3 hours        )[ 1 hour )
///     hours         measured  split    split    split   measured    power ...
///
/// The register labelled 14:00 closes the hour 13–14. A gap is divided by power samples where they cover it, else evenly;
/// its hours are whole Wh that add up to exactly the difference of its registers, and say that they are estimates. After the
/// last register there is only the integral of power, which is in no sum that is compared with registers.
package struct EnergyLedger: Sendable {
  let knots: [RegisterKnot]
  package let facts: MeterFacts
  /// What divides the gaps, and gives coverage and peaks: the rollups of all blocks that share an hour with what is asked for.
  package var profile: PowerProfile
  package var corrections: Corrections

  /// - Parameter snapshots: of one meter, in any order. Those that are accepted are used (and those between hours, where
  ///   the meter's registers belong to the moment of their list); of several for one instant, the first to arrive.
  /// - Parameter late: the integral of power over the span given, some seconds before a list came. Asked only of a meter
  ///   that reads its registers when it sends.
  /// - Parameter power: the integral of power between two readings, asked only where a register rose by very much; by default
  ///   that of `profile`.
  package init(
    snapshots: [RegisterSnapshot], facts: MeterFacts = MeterFacts(), profile: PowerProfile = .none,
    corrections: Corrections = .none, late: (Range<UTCTime>) -> PowerIntegral = { _ in .nothing },
    power: ((Range<UTCTime>) -> PowerIntegral)? = nil
  ) {
    knots = RegisterKnots(snapshots, facts: facts, late: late, power: power ?? profile.power).knots
    self.facts = facts
    self.profile = profile
    self.corrections = corrections
  }

  /// From the first known register to the last; nil without any.
  package var span: Range<UTCTime>? {
    guard let first = knots.first, let last = knots.last else { return nil }
    return first.time..<last.time
  }

  /// `span`, in full hours, with all hours of each block that shares an hour with it.
  package func wholeBlocks(touching span: Range<UTCTime>) -> Range<UTCTime> {
    let hours = span.lowerBound.floor(to: .hour)..<max(span.lowerBound, span.upperBound).ceiling(to: .hour)
    let touching = blockIndices(touching: hours)
    guard let first = touching.first, let last = touching.last else { return hours }
    let start = min(hours.lowerBound, knots[first].time.floor(to: .hour))
    return start..<max(hours.upperBound, knots[last + 1].time.ceiling(to: .hour))
  }

  /// `span` with the blocks next to those that it touches: a register between two of them may be refuted by samples of either.
  package func withNeighbours(_ span: Range<UTCTime>) -> Range<UTCTime> {
    let touching = blockIndices(touching: span)
    guard let first = touching.first, let last = touching.last else { return span }
    let (before, after) = (max(first - 1, 0), min(last + 2, knots.count - 1))
    return min(span.lowerBound, knots[before].time)..<max(span.upperBound, knots[after].time)
  }

  /// How many registers are known until the start of `span`, and from its end on.
  package func registersAround(_ span: Range<UTCTime>) -> (before: Int, after: Int) {
    (
      knots.partitioningIndex { $0.time > span.lowerBound },
      knots.count - knots.partitioningIndex { $0.time >= span.upperBound }
    )
  }

  /// The full quarter hours that lie wholly in `range`, each of them, known or not. Four of them are their hour.
  package func quarters(in range: Range<UTCTime>) -> [EnergyPeriod] {
    let first = range.lowerBound.ceiling(to: .quarter)
    let last = range.upperBound.floor(to: .quarter)
    var found: [EnergyPeriod] = []
    var reader = CellReader(self, from: first)
    var hour = first.floor(to: .hour)
    while hour < last {
      for (place, cell) in reader.quarters(of: hour).enumerated() {
        let start = hour + .quarter * Int64(place)
        let span = start..<start + .quarter
        if first <= start, span.upperBound <= last { found.append(period(span, cell)) }
      }
      hour += .hour
    }
    return found
  }

  private func period(_ quarter: Range<UTCTime>, _ cell: EnergyCell) -> EnergyPeriod {
    let summary = profile.summary(of: quarter)
    var counts = QualityCounts()
    counts[cell.quality] = 1
    return EnergyPeriod(
      span: quarter, energy: cell.energy, quality: cell.quality,
      coverage: profile.power(in: quarter).coverage(of: .quarter),
      start: registers(at: quarter.lowerBound), end: registers(at: quarter.upperBound), known: cell.energy,
      counts: counts, estimated: cell.quality.isEstimate ? cell.energy : .zero, peak: summary.peak)
  }

  /// The entries of `range`, and of the gaps that reach over its ends, with the corrections over them.
  package func book(_ range: Range<UTCTime>) -> LedgerBook {
    LedgerBook(entries(in: wholeBlocks(touching: range)), corrections: corrections)
  }
}

// MARK: Blocks

extension EnergyLedger {
  /// From one known register to the next, without a break between them.
  package var blocks: [EnergyBlock] { blockIndices.map(block) }

  var blockIndices: Range<Int> { 0..<max(knots.count - 1, 0) }

  /// The time between knot `index` and the next.
  func block(_ index: Int) -> EnergyBlock {
    let (earlier, later) = (knots[index], knots[index + 1])
    return EnergyBlock(
      span: earlier.time..<later.time,
      energy: later.isBreak ? .unknown : later.shown.difference(since: earlier.shown))
  }

  /// The blocks that share any time with `span`.
  func blockIndices(touching span: Range<UTCTime>) -> Range<Int> {
    let first = max(knots.partitioningIndex { $0.time > span.lowerBound } - 1, 0)
    let end = min(knots.partitioningIndex { $0.time >= span.upperBound }, blockIndices.upperBound)
    return first..<max(first, end)
  }
}

extension Array {
  /// The first index whose element fulfils `predicate`, by halving; those that do all stand after those that do not.
  package func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
