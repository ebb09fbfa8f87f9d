package import Metering

/// The proof that no watt-hour was lost or made (law 2): hours and gaps on one side, registers on the other.
package struct Conservation: Hashable, Sendable {
  /// One direction of active energy, in Wh.
  package struct Sum: Hashable, Sendable {
    /// Of the measured hours.
    package let hours: Int64
    /// Of the blocks that span several hours.
    package let gaps: Int64
    /// The last register less the first, of each unbroken series in the range.
    package let registers: Int64

    package var holds: Bool { hours + gaps == registers }
  }

  /// The hours of the range.
  package let hours: Int
  /// Those of them that are `measured`.
  package let hoursMeasured: Int
  /// Nil when the range holds no two boundaries that show this direction.
  package let activeImport: Sum?
  package let activeExport: Sum?
  /// The blocks in the range that are no measured hour: in these lies what the missing hours used.
  package let gaps: [EnergyBlock]
  /// Gaps that reach over an end of the range, and so are on neither side.
  package let crossing: [EnergyBlock]

  package var hoursMissing: Int { hours - hoursMeasured }

  package var holds: Bool { activeImport?.holds != false && activeExport?.holds != false }
}

extension EnergyLedger {
  /// Adds up the hours and gaps in `range`, and compares them with what the registers at its ends say.
  package func conservation(in range: Range<UTCTime>) -> Conservation {
    let range = range.wholeHours
    let hours = hours(in: range)
    let inside = blocks(in: range)
    let gaps = inside.filter { !$0.isMeasuredHour }
    let readings = boundaries.filter { range.lowerBound <= $0.time && $0.time <= range.upperBound }.map(\.shown)

    func sum(_ value: (Energies) -> Int64?) -> Conservation.Sum? {
      guard let registers = registerDifference(readings, value) else { return nil }
      return Conservation.Sum(
        hours: hours.reduce(0) { $0 + (value($1.energy) ?? 0) }, gaps: gaps.reduce(0) { $0 + (value($1.energy) ?? 0) },
        registers: registers)
    }
    return Conservation(
      hours: hours.count, hoursMeasured: hours.count { $0.quality == .measured },
      activeImport: sum(\.activeImport), activeExport: sum(\.activeExport), gaps: gaps,
      crossing: blocks(touching: range).filter { $0.span.clamped(to: range) != $0.span })
  }

  /// Last less first of each unbroken series of readings, added up: it looks at the ends of a series alone, and so
  /// knows nothing of the blocks. Nil when no reading shows the value.
  private func registerDifference(_ readings: [Energies], _ value: (Energies) -> Int64?) -> Int64? {
    var series: [(first: Int64, last: Int64)] = []
    var previous = Energies.unknown
    for reading in readings {
      defer { previous = reading }
      guard let shown = value(reading) else { continue }
      if value(previous) == nil || reading.isBehind(previous) {
        series.append((first: shown, last: shown))
      } else {
        series[series.count - 1].last = shown
      }
    }
    return series.isEmpty ? nil : series.reduce(0) { $0 + $1.last - $1.first }
  }
}
