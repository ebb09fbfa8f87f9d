package import Metering

/// The proof that no watt-hour was lost or made (law 2): hours on one side, registers on the other.
///
/// In Wh as the meter counts, before transformers and corrections. Integrals of power are on neither side.
package struct Conservation: Hashable, Sendable {
  /// One direction of active energy, in Wh.
  package struct Sum: Hashable, Sendable {
    /// Of the measured hours.
    package let hours: Int64
    /// Of the hours that divide what went in gaps.
    package let gaps: Int64
    /// Of all quarters; nil when they were not asked for.
    package let quarters: Int64?
    /// The last register less the first, of each unbroken series in the range.
    package let registers: Int64

    package init(hours: Int64, gaps: Int64, quarters: Int64? = nil, registers: Int64) {
      self.hours = hours
      self.gaps = gaps
      self.quarters = quarters
      self.registers = registers
    }

    package var holds: Bool { hours + gaps == registers && (quarters ?? registers) == registers }
  }

  /// The hours of the range, by quality.
  package let counts: QualityCounts
  /// Nil when the range holds no two boundaries that show this direction.
  package let activeImport: Sum?
  package let activeExport: Sum?
  /// The blocks in the range that are longer than an hour or of unknown energy.
  package let gaps: [EnergyBlock]
  /// Gaps that reach over an end of the range: what their hours inside have is on neither side.
  package let crossing: [EnergyBlock]
  /// What corrections in the range put in the place of hours.
  package let corrections: [Correction]

  /// The hours of the range.
  package var hours: Int { counts.total }
  /// Those of them that are `measured`.
  package var hoursMeasured: Int { counts[.measured] }
  /// Those of which nothing is known.
  package var hoursMissing: Int { counts[.missing] }

  package var holds: Bool { activeImport?.holds != false && activeExport?.holds != false }
}

extension EnergyLedger {
  /// Adds up the hours in `range`, and if asked for its quarters, and compares them with what the registers say.
  package func conservation(in range: Range<UTCTime>, quarters: Bool = false) -> Conservation {
    let range = range.wholeHours
    var parts = Parts()
    var byQuarters = Energies.zero
    var counts = QualityCounts()
    var hours = CellReader(self, from: range.lowerBound)
    var quarterReader = hours
    for index in 0..<range.hourCount {
      let start = range.lowerBound + .hour * Int64(index)
      let cell = hours.hour(start)
      counts[cell.quality] += 1
      parts.add(cell, in: start..<start + .hour)
      guard quarters else { continue }
      for quarter in quarterReader.quarters(of: start) { byQuarters = byQuarters.adding(known: quarter.fromRegisters) }
    }
    let blocks = blockIndices(touching: range)
    let inside = blocks.filter { range.lowerBound <= knots[$0].time && knots[$0 + 1].time <= range.upperBound }
    let over = blocks.filter { knots[$0].time < range.lowerBound || range.upperBound < knots[$0 + 1].time }.map(block)
    // What a gap over the end leaves in the range is no difference of registers in it.
    let outside = over.reduce(Energies.zero) { $0.adding(known: share(of: $1, in: range)) }
    let known = knots[knots.partitioningIndex { $0.time >= range.lowerBound }...].prefix { $0.time <= range.upperBound }

    func sum(_ value: (Energies) -> Int64?) -> Conservation.Sum? {
      guard let registers = registerDifference(known, value) else { return nil }
      let crossing = value(outside) ?? 0
      return Conservation.Sum(
        hours: value(parts.measured) ?? 0, gaps: (value(parts.divided) ?? 0) - crossing,
        quarters: quarters ? (value(byQuarters) ?? 0) - crossing : nil, registers: registers)
    }
    return Conservation(
      counts: counts, activeImport: sum(\.activeImport), activeExport: sum(\.activeExport),
      gaps: inside.map(block).filter { $0.span.hourCount > 1 || !$0.energy.isKnown },
      crossing: over, corrections: Array(corrections.within(range)))
  }

  /// What the hours of cells have of registers.
  private struct Parts {
    var measured = Energies.zero
    var divided = Energies.zero

    mutating func add(_ cell: EnergyCell, in hour: Range<UTCTime>) {
      if cell.reach == hour {
        measured = measured.adding(known: cell.fromRegisters)
      } else {
        divided = divided.adding(known: cell.fromRegisters)
      }
    }
  }

  /// What the hours of `range` have of a block that reaches over its end.
  private func share(of block: EnergyBlock, in range: Range<UTCTime>) -> Energies {
    guard block.energy.isKnown else { return .unknown }
    let split = BlockSplit(block, profile)
    return BlockSplit.cells(of: block.span.clamped(to: range), .hour).reduce(.zero) { sum, cell in
      sum.adding(known: split.part(of: cell.lowerBound.floor(to: .hour)))
    }
  }

  /// Last less first of each unbroken series of readings, added up: it looks at the ends of a series alone, and so
  /// knows nothing of the blocks. Nil when no reading shows the value.
  private func registerDifference(_ readings: ArraySlice<RegisterKnot>, _ value: (Energies) -> Int64?) -> Int64? {
    var series: [(first: Int64, last: Int64)] = []
    var previous: Int64?
    for reading in readings {
      defer { previous = value(reading.shown) }
      guard let shown = value(reading.shown) else { continue }
      if previous == nil || reading.isBreak {
        series.append((first: shown, last: shown))
      } else {
        series[series.count - 1].last = shown
      }
    }
    return series.isEmpty ? nil : series.reduce(0) { $0 + $1.last - $1.first }
  }
}
