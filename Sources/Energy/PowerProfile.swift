package import Metering

/// The integrals of power of one meter by quarter hours: what a register difference is divided by.
package struct PowerProfile: Sendable {
  private struct Quarter: Sendable {
    let start: UTCTime
    let power: PowerIntegral
  }

  private let quarters: [Quarter]

  package static let none = PowerProfile([Rollup]())

  /// Quarters in any order; one that is not a full quarter, or that no samples can give, is left out.
  package init(_ rollups: [(quarter: UTCTime, power: PowerIntegral)]) {
    var quarters: [Quarter] = []
    quarters.reserveCapacity(rollups.count)
    var isSorted = true
    for (start, power) in rollups
    where start.isCredible && start == start.floor(to: .quarter) && power.isCredible(for: .quarter) {
      if let last = quarters.last, last.start >= start { isSorted = false }
      quarters.append(Quarter(start: start, power: power))
    }
    if !isSorted {
      quarters.sort { $0.start < $1.start }
      var unique: [Quarter] = []
      for quarter in quarters where unique.last?.start != quarter.start { unique.append(quarter) }
      quarters = unique
    }
    self.quarters = quarters
  }

  package init(_ rollups: [Rollup]) {
    self.init(rollups.map { (quarter: $0.quarter, power: $0.power) })
  }

  package var isEmpty: Bool { quarters.isEmpty }

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

extension PowerIntegral {
  /// The part of a quarter that a length of it has, if power and coverage were even.
  fileprivate func share(_ milliseconds: Int64) -> PowerIntegral {
    func part(_ value: Int64) -> Int64 { value * milliseconds / TimeSpan.quarter.milliseconds }
    return PowerIntegral(
      imported: part(imported), importCovered: TimeSpan(milliseconds: part(importCovered.milliseconds)),
      exported: part(exported), exportCovered: TimeSpan(milliseconds: part(exportCovered.milliseconds)))
  }
}
