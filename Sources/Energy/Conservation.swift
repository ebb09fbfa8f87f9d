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
    /// The last register less the first, of each unbroken run of such hours.
    package let registers: Int64

    package init(hours: Int64, gaps: Int64, registers: Int64) {
      self.hours = hours
      self.gaps = gaps
      self.registers = registers
    }

    package var holds: Bool { hours + gaps == registers }
  }

  /// The hours of the range, by quality.
  package let counts: QualityCounts
  /// Nil when the range holds no two registers that show this direction.
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

extension LedgerBook {
  /// Adds up the hours in `range` and compares them with what the registers say at the ends.
  ///
  /// For gaps that reach over an end of the range, the book should have all of their hours.
  package func conservation(in range: Range<UTCTime>) -> Conservation {
    let range = range.wholeHours
    let inside = entries(in: range)
    var imports = DirectionSum(\.activeImport)
    var exports = DirectionSum(\.activeExport)
    for run in runs(of: inside, in: range) {
      imports.add(run)
      exports.add(run)
    }
    let blocks = gapBlocks(touching: range)
    func isInside(_ block: EnergyBlock) -> Bool {
      range.lowerBound <= block.span.lowerBound && block.span.upperBound <= range.upperBound
    }
    return Conservation(
      counts: counts(in: range, inside), activeImport: imports.sum, activeExport: exports.sum,
      gaps: blocks.filter(isInside), crossing: blocks.filter { !isInside($0) },
      corrections: Array(corrections.within(range)))
  }

  private func counts(in range: Range<UTCTime>, _ entries: ArraySlice<LedgerEntry>) -> QualityCounts {
    var counts = QualityCounts()
    for entry in entries { counts[entry.quality] += entry.hours }
    counts[.missing] += range.hourCount - counts.total
    for hour in Set(corrections.within(range).map(\.hour)) {
      counts[self.entries(in: hour..<hour + .hour).first?.quality ?? .missing] -= 1
      counts[.manual] += 1
    }
    return counts
  }

  /// Hours that follow one another, all of them from registers, none with a part of a gap that reaches out of them.
  private func runs(of entries: ArraySlice<LedgerEntry>, in range: Range<UTCTime>) -> [ArraySlice<LedgerEntry>] {
    var runs: [ArraySlice<LedgerEntry>] = []
    var first = entries.startIndex
    func close(_ end: Int) {
      var run = entries[first..<end]
      run = run.drop { $0.reach.lowerBound < $0.hour }
      while let last = run.last, last.reach.upperBound > last.span.upperBound { run.removeLast() }
      if !run.isEmpty { runs.append(run) }
    }
    for index in entries.indices {
      if index > first, entries[index - 1].span.upperBound != entries[index].hour {
        close(index)
        first = index
      }
      if !entries[index].isFromRegisters {
        close(index)
        first = index + 1
      }
    }
    close(entries.endIndex)
    return runs
  }

  /// The blocks that are no single hour, or of unknown energy, and touch `range`; from the entries of all their hours.
  private func gapBlocks(touching range: Range<UTCTime>) -> [EnergyBlock] {
    var blocks: [EnergyBlock] = []
    var (span, energy): (Range<UTCTime>?, Energies) = (nil, .unknown)
    func close() {
      if let span, span.overlaps(range) { blocks.append(EnergyBlock(span: span, energy: energy)) }
      (span, energy) = (nil, .unknown)
    }
    for entry in entries(in: outline(of: range)) {
      guard entry.isBroken || entry.isFromRegisters && entry.reach != entry.span else {
        close()
        continue
      }
      let reach = entry.isBroken ? entry.span : entry.reach
      let isKnown = !entry.isBroken
      if let last = span, last.upperBound > reach.lowerBound || !isKnown && last.upperBound == reach.lowerBound,
        energy.isKnown == isKnown
      {
        span = last.lowerBound..<max(last.upperBound, reach.upperBound)
      } else {
        close()
        span = reach
      }
      if isKnown { energy = energy.adding(known: entry.counted) }
    }
    close()
    return blocks
  }

  /// The range with the gaps that reach over its ends.
  private func outline(of range: Range<UTCTime>) -> Range<UTCTime> {
    let inside = entries(in: range)
    let start = inside.first.map { $0.reach.isEmpty ? $0.hour : $0.reach.lowerBound.floor(to: .hour) }
    let end = inside.last.map { $0.reach.isEmpty ? $0.span.upperBound : $0.reach.upperBound }
    return min(range.lowerBound, start ?? range.lowerBound)..<max(range.upperBound, end ?? range.upperBound)
  }
}

/// The sums of one direction.
private struct DirectionSum {
  private let value: (Energies) -> Int64?
  private var (hours, gaps, registers): (Int64, Int64, Int64) = (0, 0, 0)
  private var isKnown = false

  init(_ value: @escaping (Energies) -> Int64?) {
    self.value = value
  }

  /// Takes a run of hours. Its registers are read at its ends alone, so that they know nothing of what lies between; an hour
  /// that does not show this direction parts it.
  mutating func add(_ run: ArraySlice<LedgerEntry>) {
    var place = run.startIndex
    while place < run.endIndex {
      let first = place
      var (hours, gaps): (Int64, Int64) = (0, 0)
      while place < run.endIndex, let energy = value(run[place].counted) {
        if run[place].reach == run[place].span { hours += energy } else { gaps += energy }
        place += 1
      }
      if first < place, let start = value(run[first].start), let end = value(run[place - 1].end) {
        isKnown = true
        registers += end - start
        self.hours += hours
        self.gaps += gaps
      }
      place += 1
    }
  }

  var sum: Conservation.Sum? {
    isKnown ? Conservation.Sum(hours: hours, gaps: gaps, registers: registers) : nil
  }
}

extension LedgerEntry {
  /// What the meter counted, before transformers.
  fileprivate var counted: Energies {
    guard ratio > 1 else { return energy }
    return Energies(
      activeImport: energy.activeImport.map { $0 / ratio }, activeExport: energy.activeExport.map { $0 / ratio })
  }
}

extension EnergyLedger {
  /// Whether the quarters of each hour in `range` that comes from registers are exactly the hour.
  package func quartersAgree(in range: Range<UTCTime>) -> Bool {
    var reader = CellReader(self, from: range.wholeHours.lowerBound)
    return entries(in: range).filter(\.isFromRegisters).allSatisfy { entry in
      let quarters = reader.uncorrectedQuarters(of: entry.hour).reduce(Energies.zero) { $0.adding(known: $1.energy) }
      return quarters.activeImport == entry.energy.activeImport ?? 0
        && quarters.activeExport == entry.energy.activeExport ?? 0
    }
  }
}
