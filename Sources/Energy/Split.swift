internal import Metering

/// Divides a known energy between the parts of its time; the parts are exactly the whole.
enum Split {
  /// Whole numbers in proportion to `weights`, by largest remainder: each is less than 1 from its exact share, and the
  /// remainder goes to the largest fractions, to the earlier of two that are equal. All weights 0: nil.
  ///
  /// - Parameter whole: 0 or more.
  /// - Parameter weights: each 0 or more; their sum fits.
  static func parts(of whole: Int64, weights: [Int64]) -> [Int64]? {
    let sum = weights.reduce(0, +)
    guard sum > 0 else { return nil }
    var parts: [Int64] = []
    var fractions: [(rest: Int64, index: Int)] = []
    parts.reserveCapacity(weights.count)
    fractions.reserveCapacity(weights.count)
    var left = whole
    for (index, weight) in weights.enumerated() {
      let product = whole.multipliedFullWidth(by: weight)
      let (part, rest) = sum.dividingFullWidth(product)
      parts.append(part)
      fractions.append((rest, index))
      left -= part
    }
    guard left > 0 else { return parts }
    fractions.sort { ($1.rest, $0.index) < ($0.rest, $1.index) }
    for fraction in fractions.prefix(Int(left)) { parts[fraction.index] += 1 }
    return parts
  }
}

extension Int64 {
  /// This × `part` / `whole`, rounded down, through 128 bits. All are 0 or more; the greatest number where the result does
  /// not fit.
  func share(_ part: Int64, of whole: Int64) -> Int64 {
    guard whole > 0 else { return 0 }
    let product = multipliedFullWidth(by: part)
    // The quotient must stay below 2^63: high < whole / 2.
    guard product.high < whole / 2 || product.high == 0 && product.low >> 63 == 0 else { return .max }
    return whole.dividingFullWidth(product).quotient
  }
}

/// A register difference over several cells, and what each of them has of it.
struct BlockSplit: Sendable {
  /// The hours that the block touches, clipped to it.
  let block: EnergyBlock
  let quality: Quality
  private let first: UTCTime
  private let imports: [Int64]?
  private let exports: [Int64]?

  /// By samples where they cover nine tenths of the block in each direction in which energy went, else evenly by seconds.
  init(_ block: EnergyBlock, _ profile: PowerProfile) {
    self.init(block, cells: BlockSplit.hours(of: block.span), profile)
  }

  private init(_ block: EnergyBlock, cells: [Range<UTCTime>], _ profile: PowerProfile) {
    self.block = block
    first = block.span.lowerBound.floor(to: .hour)
    let weights = CellWeights(cells, profile)
    let byImport = weights.divide(block.energy.activeImport, \.imported, \.importCovered)
    let byExport = weights.divide(block.energy.activeExport, \.exported, \.exportCovered)
    imports = byImport?.parts
    exports = byExport?.parts
    quality = [byImport, byExport].contains { $0?.isEven == true } ? .even : .split
  }

  /// What the hour that begins at `hour` has of the block; unknown outside it. Reactive energy is not divided.
  func part(of hour: UTCTime) -> Energies {
    let index = Int((hour - first).milliseconds / TimeSpan.hour.milliseconds)
    return Energies(activeImport: part(imports, index), activeExport: part(exports, index))
  }

  private func part(_ parts: [Int64]?, _ index: Int) -> Int64? {
    parts.flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }

  /// The hours of `span`; the first and the last may be cut.
  private static func hours(of span: Range<UTCTime>) -> [Range<UTCTime>] { cells(of: span, .hour) }

  /// `span` cut at the full hours or quarters.
  static func cells(of span: Range<UTCTime>, _ step: TimeSpan) -> [Range<UTCTime>] {
    var cells: [Range<UTCTime>] = []
    var start = span.lowerBound
    while start < span.upperBound {
      let end = min(start.floor(to: step) + step, span.upperBound)
      cells.append(start..<end)
      start = end
    }
    return cells
  }
}

/// How a difference is weighed between cells that follow one another.
struct CellWeights {
  private let cells: [Range<UTCTime>]
  private let powers: [PowerIntegral]
  private let length: TimeSpan

  /// Samples decide from this share of the time on, in thousandths.
  static let neededCoverage: Int64 = 900

  init(_ cells: [Range<UTCTime>], _ profile: PowerProfile) {
    self.cells = cells
    powers = profile.isEmpty ? [] : cells.map(profile.power)
    length = (cells.last?.upperBound ?? UTCTime(seconds: 0)) - (cells.first?.lowerBound ?? UTCTime(seconds: 0))
  }

  /// The parts of `whole`, and whether they are even for want of samples; nil for an unknown whole.
  func divide(
    _ whole: Int64?, _ energy: KeyPath<PowerIntegral, Int64>, _ covered: KeyPath<PowerIntegral, TimeSpan>
  ) -> (parts: [Int64], isEven: Bool)? {
    guard let whole else { return nil }
    // Registers only grow: where nothing went, nothing went in any part.
    guard whole > 0 else { return (cells.map { _ in 0 }, false) }
    if let weights = weights(energy, covered), let parts = Split.parts(of: whole, weights: weights) {
      return (parts, false)
    }
    let seconds = cells.map { ($0.upperBound - $0.lowerBound).milliseconds }
    return (Split.parts(of: whole, weights: seconds) ?? cells.map { _ in 0 }, true)
  }

  /// The integral of each cell, with what samples do not cover at the mean power of the cell, or where they cover less
  /// than half of that, of the block. Nil when they cover too little of the whole.
  private func weights(
    _ energy: KeyPath<PowerIntegral, Int64>, _ covered: KeyPath<PowerIntegral, TimeSpan>
  ) -> [Int64]? {
    guard !powers.isEmpty else { return nil }
    let sum = powers.reduce(PowerIntegral.nothing, +)
    let time = sum[keyPath: covered].milliseconds
    guard time > 0, time * 1000 >= length.milliseconds * CellWeights.neededCoverage else { return nil }
    return zip(cells, powers).map { cell, power in
      let length = (cell.upperBound - cell.lowerBound).milliseconds
      let known = power[keyPath: covered].milliseconds
      let hole = max(length - known, 0)
      let isHalf = known * 2 >= length
      let mean = isHalf ? power[keyPath: energy].share(hole, of: known) : sum[keyPath: energy].share(hole, of: time)
      return power[keyPath: energy] + mean
    }
  }
}
