package import Metering

/// The integrals of power of one meter by quarter hours: what a register difference is divided by.
package struct PowerProfile: Sendable {
  private struct Quarter: Sendable {
    let start: UTCTime
    let power: PowerIntegral
    var peak: PowerPeak?
  }

  private let quarters: [Quarter]

  package static let none = PowerProfile([Rollup]())

  /// Rollups in any order; one that is not of a full quarter, or that no samples can give, is left out.
  package init(_ rollups: [Rollup]) {
    var quarters: [Quarter] = []
    quarters.reserveCapacity(rollups.count)
    var isSorted = true
    for rollup in rollups where rollup.isCredible {
      if let last = quarters.last, last.start >= rollup.quarter { isSorted = false }
      let peak = rollup.activeImport.flatMap { spread in
        rollup.peakTime.map { PowerPeak(power: spread.high, time: $0) }
      }
      quarters.append(Quarter(start: rollup.quarter, power: rollup.power, peak: peak))
    }
    if !isSorted {
      quarters.sort { $0.start < $1.start }
      var unique: [Quarter] = []
      for quarter in quarters where unique.last?.start != quarter.start { unique.append(quarter) }
      quarters = unique
    }
    self.quarters = quarters
  }

  package var isEmpty: Bool { quarters.isEmpty }

  /// What the quarters of `span`, a full quarter or hour, say of import.
  func summary(of span: Range<UTCTime>) -> (importCovered: TimeSpan, peak: PowerPeak?) {
    var summary: (importCovered: TimeSpan, peak: PowerPeak?) = (.zero, nil)
    guard !quarters.isEmpty else { return summary }
    var index = quarters.partitioningIndex { $0.start >= span.lowerBound }
    while index < quarters.count, quarters[index].start < span.upperBound {
      let quarter = quarters[index]
      summary = (
        summary.importCovered + quarter.power.importCovered, PowerPeak.higher(summary.peak, quarter.peak)
      )
      index += 1
    }
    return summary
  }

  /// The integral over `span`. Of a quarter that reaches out of it, the share that its time inside has.
  package func power(in span: Range<UTCTime>) -> PowerIntegral {
    var sum = PowerIntegral.nothing
    var index = quarters.partitioningIndex { $0.start + .quarter > span.lowerBound }
    while index < quarters.count, quarters[index].start < span.upperBound {
      let quarter = quarters[index]
      let inside = (quarter.start..<quarter.start + .quarter).clamped(to: span)
      let length = (inside.upperBound - inside.lowerBound).milliseconds
      sum = sum + (length == TimeSpan.quarter.milliseconds ? quarter.power : quarter.power.share(length))
      index += 1
    }
    return sum
  }
}

extension Rollup {
  fileprivate var isCredible: Bool {
    quarter.isCredible && quarter == quarter.floor(to: .quarter) && power.isCredible(for: .quarter)
  }
}

extension PowerIntegral {
  /// The part of a quarter that a length of it has, if power and coverage were even.
  fileprivate func share(_ milliseconds: Int64) -> PowerIntegral {
    func part(_ value: Int64) -> Int64 { value * milliseconds / TimeSpan.quarter.milliseconds }
    return PowerIntegral(
      imported: part(imported), importCovered: TimeSpan(milliseconds: part(importCovered.milliseconds)),
      exported: part(exported), exportCovered: TimeSpan(milliseconds: part(exportCovered.milliseconds)))
  }
}
