internal import Metering

/// What is known of one quarter or hour.
struct EnergyCell: Hashable, Sendable {
  /// The figure, after transformers.
  var energy: Energies
  var quality: Quality
  /// From the first to the last of the registers that it comes from; empty where there are none.
  var reach: Range<UTCTime>
  /// Some of it lies between two registers that say nothing together.
  var isBroken = false
}

/// Reads the cells of a ledger one after the other. A gap is divided once, however many of its hours are read.
struct CellReader {
  private let ledger: EnergyLedger
  private let knots: [RegisterKnot]
  /// The block in which the next hour begins, or the one after it.
  private var index: Int
  private var split: (index: Int, split: BlockSplit)?
  /// Hours before this one can't be read any more.
  private(set) var position: UTCTime

  init(_ ledger: EnergyLedger, from start: UTCTime) {
    self.ledger = ledger
    knots = ledger.knots
    index = ledger.blockIndices(touching: start..<start + .hour).lowerBound
    position = start
  }

  /// The hour that begins at `start`, a full hour not before the one read last; corrections lie over it, not in it.
  mutating func hour(_ start: UTCTime) -> EnergyCell {
    move(to: start)
    if let measured = measuredHour(start) { return measured }
    return cell(start..<start + .hour) { reader, index, block, _ in
      let split = reader.split(of: index, block)
      return (split.part(of: start), split.quality)
    }
  }

  /// The common case: one block is the hour.
  private func measuredHour(_ start: UTCTime) -> EnergyCell? {
    guard index + 1 < knots.count, knots[index].time == start, knots[index + 1].time == start + .hour,
      !knots[index + 1].isBreak, !knots[index].isByArrival, !knots[index + 1].isByArrival
    else { return nil }
    let energy = knots[index + 1].shown.difference(since: knots[index].shown)
    guard energy.isKnown else { return nil }
    let span = start..<start + .hour
    return EnergyCell(
      energy: energy.multiplied(by: ledger.facts.ratio(at: start)),
      quality: .measured, reach: span)
  }

  /// The four quarters of the hour that begins at `start`, not before the one read last.
  mutating func quarters(of start: UTCTime) -> [EnergyCell] { corrected(uncorrectedQuarters(of: start), start) }

  /// The same without corrections.
  mutating func uncorrectedQuarters(of start: UTCTime) -> [EnergyCell] {
    move(to: start)
    var shares: [Int: QuarterShares] = [:]
    return BlockSplit.cells(of: start..<start + .hour, .quarter).map { quarter in
      cell(quarter) { reader, index, block, span in
        let share = shares[index] ?? reader.shares(of: index, block, in: start)
        shares[index] = share
        return (share.part(of: span), share.quality)
      }
    }
  }

  private mutating func move(to start: UTCTime) {
    position = start
    while index + 1 < knots.count, knots[index + 1].time <= start { index += 1 }
  }

  private mutating func split(of index: Int, _ block: EnergyBlock) -> BlockSplit {
    if let split, split.index == index { return split.split }
    let made = BlockSplit(block, ledger.profile)
    split = (index, made)
    return made
  }

  // MARK: One cell

  /// What a block that reaches out of the cell leaves in it.
  private typealias Part = (inout CellReader, Int, EnergyBlock, Range<UTCTime>) -> (Energies, Quality)

  private mutating func cell(_ span: Range<UTCTime>, _ part: Part) -> EnergyCell {
    var energy = Energies.zero
    var quality = Quality.measured
    var reach: Range<UTCTime>?
    var unknown: [Range<UTCTime>] = []
    // The second: not for want of a unit, but because registers begin anew.
    var (isBroken, beginsAnew) = (false, false)
    var end = span.lowerBound
    var index = index
    while index + 1 < knots.count, knots[index].time < span.upperBound {
      defer { index += 1 }
      let block = ledger.block(index)
      let inside = block.span.clamped(to: span)
      guard !inside.isEmpty else { continue }
      if end < inside.lowerBound { unknown.append(end..<inside.lowerBound) }
      end = inside.upperBound
      guard block.energy.isKnown else {
        unknown.append(inside)
        isBroken = true
        beginsAnew = beginsAnew || knots[index + 1].isBreak
        continue
      }
      reach = min(reach?.lowerBound ?? block.span.lowerBound, block.span.lowerBound)..<block.span.upperBound
      if inside == block.span {
        energy = energy + block.energy
      } else {
        let (share, known) = part(&self, index, block, inside)
        energy = energy + share
        quality = Quality.worse(quality, known)
      }
      if knots[index].isByArrival || knots[index + 1].isByArrival { quality = Quality.worse(quality, .clock) }
    }
    if end < span.upperBound { unknown.append(end..<span.upperBound) }
    if reach == nil { energy = .unknown }
    let hasEdge = ledger.facts.hasEdge(in: span)
    if !unknown.isEmpty {
      energy = energy.adding(known: powerEnergy(unknown))
      quality = !energy.isKnown ? .missing : beginsAnew || hasEdge ? .partial : .power
    } else if hasEdge {
      quality = .partial
    }
    return EnergyCell(
      energy: energy.multiplied(by: ledger.facts.ratio(at: span.lowerBound)), quality: quality,
      reach: reach ?? span.lowerBound..<span.lowerBound, isBroken: isBroken)
  }

  /// The integral of power, where no register says anything.
  private func powerEnergy(_ spans: [Range<UTCTime>]) -> Energies {
    guard !ledger.profile.isEmpty else { return .unknown }
    let power = spans.reduce(PowerIntegral.nothing) { $0 + ledger.profile.power(in: $1) }
    return Energies(activeImport: power.importWattHours, activeExport: power.exportWattHours)
  }

  // MARK: Quarters

  /// What a block leaves in one hour, divided between the quarters of that hour.
  private struct QuarterShares {
    let cells: [Range<UTCTime>]
    let imports: [Int64]?
    let exports: [Int64]?
    let quality: Quality

    func part(of span: Range<UTCTime>) -> Energies {
      guard let index = cells.firstIndex(of: span) else { return .unknown }
      return Energies(activeImport: imports?[index], activeExport: exports?[index])
    }
  }

  private mutating func shares(of index: Int, _ block: EnergyBlock, in hour: UTCTime) -> QuarterShares {
    let inside = block.span.clamped(to: hour..<hour + .hour)
    var whole = block.energy
    var quality = Quality.split
    if inside != block.span {
      let split = split(of: index, block)
      whole = split.part(of: hour)
      quality = split.quality
    }
    let cells = BlockSplit.cells(of: inside, .quarter)
    let weights = CellWeights(cells, ledger.profile)
    let imports = weights.divide(whole.activeImport, \.imported, \.importCovered)
    let exports = weights.divide(whole.activeExport, \.exported, \.exportCovered)
    if [imports, exports].contains(where: { $0?.isEven == true }) { quality = .even }
    return QuarterShares(cells: cells, imports: imports?.parts, exports: exports?.parts, quality: quality)
  }

  // MARK: Corrections

  /// Divides the corrected figure of the hour as its quarters were before, or evenly.
  private func corrected(_ cells: [EnergyCell], _ hour: UTCTime) -> [EnergyCell] {
    guard !ledger.corrections.isEmpty else { return cells }
    var cells = cells
    for correction in ledger.corrections.within(hour..<hour + .hour) {
      guard let whole = correction.wattHours else { continue }
      let shape = cells.map { $0.energy[correction.direction] ?? 0 }
      let parts = Split.parts(of: whole, weights: shape) ?? Split.parts(of: whole, weights: cells.map { _ in 1 })
      for index in cells.indices {
        cells[index].energy[correction.direction] = parts?[index]
        cells[index].quality = .manual
      }
    }
    return cells
  }
}

extension Energies {
  /// Active energy in one direction.
  subscript(direction: Correction.Direction) -> Int64? {
    get { direction == .activeImport ? activeImport : activeExport }
    set {
      switch direction {
      case .activeImport: activeImport = newValue
      case .activeExport: activeExport = newValue
      }
    }
  }
}
