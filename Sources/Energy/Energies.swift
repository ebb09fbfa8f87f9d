package import Metering

/// Four energies of one meter: what its registers show at an instant, or what went through it in a span of time.
///
/// Absent is unknown, never 0. A known value is 0 or more and below `limit`.
package struct Energies: Hashable, Sendable {
  /// From the grid (1.8.0), Wh.
  package var activeImport: Int64?
  /// To the grid (2.8.0), Wh.
  package var activeExport: Int64?
  /// Inductive (3.8.0), varh.
  package var reactiveImport: Int64?
  /// Capacitive (4.8.0), varh.
  package var reactiveExport: Int64?

  /// Beyond the widest register there is, 99 999 999.999 kWh (`protocol.md` 8.4). Sums of values below it, one for each
  /// hour of a century, fit in 64 bits: no addition here can overflow.
  package static let limit: Int64 = 1_000_000_000_000

  package static let unknown = Energies()
  package static let zero = Energies(activeImport: 0, activeExport: 0, reactiveImport: 0, reactiveExport: 0)

  package init(
    activeImport: Int64? = nil, activeExport: Int64? = nil, reactiveImport: Int64? = nil, reactiveExport: Int64? = nil
  ) {
    self.activeImport = activeImport
    self.activeExport = activeExport
    self.reactiveImport = reactiveImport
    self.reactiveExport = reactiveExport
  }

  /// What `registers` show in Wh and varh. A value that does not come out whole, or that no meter can show, is unknown, and
  /// so are all where the scale is not settled.
  package init(_ registers: Registers) {
    self.init(registers, openScale: nil)
  }

  /// The same, with the scale to use where the registers carry none.
  init(_ registers: Registers, openScale: Int?) {
    var registers = registers
    registers.scale = registers.scale ?? openScale
    func shown(_ raw: Int64?) -> Int64? {
      registers.scaled(raw).flatMap { (0..<Energies.limit).contains($0) ? $0 : nil }
    }
    self.init(
      activeImport: shown(registers.activeImport), activeExport: shown(registers.activeExport),
      reactiveImport: shown(registers.reactiveImport), reactiveExport: shown(registers.reactiveExport))
  }

  /// Whether active energy is known in at least one direction.
  package var isKnown: Bool { activeImport != nil || activeExport != nil }

  /// What went through the meter between two readings of its registers.
  ///
  /// `unknown` as a whole when any register went back: then the two readings are not of one series, and a difference of
  /// another of their registers would mean nothing either.
  func difference(since earlier: Energies) -> Energies {
    isBehind(earlier) ? .unknown : merging(earlier, -)
  }

  /// Whether any register shows less than it did: another meter, another scale, a damaged row.
  func isBehind(_ earlier: Energies) -> Bool {
    differs(from: earlier) { $0 < 0 }
  }

  /// The sum, unknown in each direction where either part is.
  static func + (left: Energies, right: Energies) -> Energies {
    left.merging(right, +)
  }

  /// The sum of what is known, unknown only where neither part is known.
  func adding(known other: Energies) -> Energies {
    let sum = self + other
    return Energies(
      activeImport: sum.activeImport ?? activeImport ?? other.activeImport,
      activeExport: sum.activeExport ?? activeExport ?? other.activeExport,
      reactiveImport: sum.reactiveImport ?? reactiveImport ?? other.reactiveImport,
      reactiveExport: sum.reactiveExport ?? reactiveExport ?? other.reactiveExport)
  }

  /// Whether any register grew by more than `limit`.
  func isBeyond(_ earlier: Energies, by limit: Int64) -> Bool {
    differs(from: earlier) { $0 > limit }
  }

  /// Each register no lower than it was in `earlier`.
  func lifted(to earlier: Energies) -> Energies {
    let higher = merging(earlier, max)
    return Energies(
      activeImport: higher.activeImport ?? activeImport, activeExport: higher.activeExport ?? activeExport,
      reactiveImport: higher.reactiveImport ?? reactiveImport, reactiveExport: higher.reactiveExport ?? reactiveExport)
  }

  /// What a meter behind transformers of this ratio stands for.
  func multiplied(by ratio: Int64) -> Energies {
    guard ratio != 1 else { return self }
    return Energies(
      activeImport: activeImport.map { $0 * ratio }, activeExport: activeExport.map { $0 * ratio },
      reactiveImport: reactiveImport.map { $0 * ratio }, reactiveExport: reactiveExport.map { $0 * ratio })
  }

  /// Whether the difference of any register, where both show it, is as asked for.
  private func differs(from earlier: Energies, _ isSo: (Int64) -> Bool) -> Bool {
    func differs(_ now: Int64?, _ then: Int64?) -> Bool {
      guard let now, let then else { return false }
      return isSo(now - then)
    }
    return differs(activeImport, earlier.activeImport) || differs(activeExport, earlier.activeExport)
      || differs(reactiveImport, earlier.reactiveImport) || differs(reactiveExport, earlier.reactiveExport)
  }

  func merging(_ other: Energies, _ merge: (Int64, Int64) -> Int64) -> Energies {
    func merged(_ left: Int64?, _ right: Int64?) -> Int64? {
      guard let left, let right else { return nil }
      return merge(left, right)
    }
    return Energies(
      activeImport: merged(activeImport, other.activeImport), activeExport: merged(activeExport, other.activeExport),
      reactiveImport: merged(reactiveImport, other.reactiveImport),
      reactiveExport: merged(reactiveExport, other.reactiveExport))
  }
}
