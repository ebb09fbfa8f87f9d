package import Metering

/// The energy of one meter, from its boundary registers alone (laws 1 to 4).
///
///     registers     B0       B1                          B2       B3
///     blocks        [ 1 hour )[          3 hours         )[ 1 hour )
///     hours         measured  missing  missing  missing   measured
///
/// The register labelled 14:00 closes the hour 13–14. A gap keeps its energy as a block, so that a day, a month and any
/// other span between two boundaries has its exact total, whatever was missed inside it.
package struct EnergyLedger: Sendable {
  /// What the registers show at a full hour.
  struct Boundary: Hashable, Sendable {
    let time: UTCTime
    let shown: Energies
  }

  /// In order of time, one for each full hour that has an accepted reading.
  let boundaries: [Boundary]
  /// Each from one boundary to the next, without a break between them.
  package let blocks: [EnergyBlock]

  /// - Parameter snapshots: of one meter, in any order. Those that are accepted and stand at a full hour are used; of
  ///   several for one hour, the one that arrived first.
  package init(snapshots: some Sequence<RegisterSnapshot>) {
    var first: [UTCTime: RegisterSnapshot] = [:]
    for snapshot in snapshots where snapshot.verdict == .accepted {
      guard let boundary = snapshot.boundary, EnergyLedger.credible.contains(boundary),
        boundary == boundary.floor(to: .hour)
      else { continue }
      if let earlier = first[boundary], earlier.arrival <= snapshot.arrival { continue }
      first[boundary] = snapshot
    }
    let boundaries = first.map { Boundary(time: $0, shown: Energies($1.registers)) }.sorted { $0.time < $1.time }
    self.boundaries = boundaries
    blocks = zip(boundaries, boundaries.dropFirst()).map { earlier, later in
      EnergyBlock(span: earlier.time..<later.time, energy: later.shown.difference(since: earlier.shown))
    }
  }

  /// From the first boundary to the last; nil without any.
  package var span: Range<UTCTime>? {
    guard let first = boundaries.first, let last = boundaries.last else { return nil }
    return first.time..<last.time
  }

  /// The full hours that lie wholly in `range`, each of them, known or not.
  package func hours(in range: Range<UTCTime>) -> [EnergyPeriod] {
    let hours = range.wholeHours
    return (0..<hours.hourCount).map { index in
      let start = hours.lowerBound + .hour * Int64(index)
      return period(start..<start + .hour)
    }
  }

  /// The local days that touch `range`, each whole: 23, 24 or 25 hours.
  package func days(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    zone.days(touching: range).map(period)
  }

  /// The local months that touch `range`, each whole.
  package func months(in range: Range<UTCTime>, zone: Zone) -> [EnergyPeriod] {
    zone.months(touching: range).map(period)
  }

  /// The energy of `span`, which starts and ends at full hours.
  package func period(_ span: Range<UTCTime>) -> EnergyPeriod {
    let inside = blocks(in: span)
    let isTiled = inside.first?.span.lowerBound == span.lowerBound && inside.last?.span.upperBound == span.upperBound
    let energy = isTiled ? inside.reduce(.zero) { $0 + $1.energy } : .unknown
    return EnergyPeriod(
      span: span, energy: energy, quality: energy.isKnown ? .measured : .missing,
      start: registers(at: span.lowerBound), end: registers(at: span.upperBound),
      known: inside.reduce(.unknown) { $0.adding(known: $1.energy) },
      hoursMeasured: inside.count(where: \.isMeasuredHour))
  }

  /// The blocks that lie wholly in `span`.
  func blocks(in span: Range<UTCTime>) -> ArraySlice<EnergyBlock> {
    let first = blocks.partitioningIndex { $0.span.lowerBound >= span.lowerBound }
    let end = blocks.partitioningIndex { $0.span.upperBound > span.upperBound }
    return blocks[first..<max(first, end)]
  }

  /// The blocks that share any time with `span`.
  func blocks(touching span: Range<UTCTime>) -> ArraySlice<EnergyBlock> {
    let first = blocks.partitioningIndex { $0.span.upperBound > span.lowerBound }
    let end = blocks.partitioningIndex { $0.span.lowerBound >= span.upperBound }
    return blocks[first..<max(first, end)]
  }

  private func registers(at time: UTCTime) -> Energies {
    let index = boundaries.partitioningIndex { $0.time >= time }
    return index < boundaries.count && boundaries[index].time == time ? boundaries[index].shown : .unknown
  }

  /// The years 1990 to 2100, for which zones are known: a boundary outside them is a damaged row.
  private static let credible = UTCTime(seconds: 631_152_000)..<UTCTime(seconds: 4_102_444_800)
}

extension Array {
  /// The first index whose element fulfils `predicate`, by halving; those that do all stand after those that do not.
  func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
