package import Metering

/// Four energies of one meter: what its registers show at an instant, or what went through it in a span of time.
///
/// Absent is unknown, never 0. A known value is 0 or more and below `limit`.
package struct Energies: Hashable, Sendable {
  /// The four, `absent` where unknown: ten years of hours have some, and optionals take twice the room.
  private var values: SIMD4<Int64>
  private static var absent: Int64 { .min }

  /// From the grid (1.8.0), Wh.
  package var activeImport: Int64? {
    get { Energies.known(values[0]) }
    set { values[0] = newValue ?? Energies.absent }
  }
  /// To the grid (2.8.0), Wh.
  package var activeExport: Int64? {
    get { Energies.known(values[1]) }
    set { values[1] = newValue ?? Energies.absent }
  }
  /// Inductive (3.8.0), varh.
  package var reactiveImport: Int64? {
    get { Energies.known(values[2]) }
    set { values[2] = newValue ?? Energies.absent }
  }
  /// Capacitive (4.8.0), varh.
  package var reactiveExport: Int64? {
    get { Energies.known(values[3]) }
    set { values[3] = newValue ?? Energies.absent }
  }

  private static func known(_ value: Int64) -> Int64? { value == absent ? nil : value }

  /// Beyond the widest register there is, 99 999 999.999 kWh (`protocol.md` 8.4). Sums of values below it, one for each
  /// hour of a century, fit in 64 bits: no addition here can overflow.
  package static var limit: Int64 { 1_000_000_000_000 }

  package static let unknown = Energies()
  package static let zero = Energies(activeImport: 0, activeExport: 0, reactiveImport: 0, reactiveExport: 0)

  package init(
    activeImport: Int64? = nil, activeExport: Int64? = nil, reactiveImport: Int64? = nil, reactiveExport: Int64? = nil
  ) {
    values = SIMD4(
      activeImport ?? Energies.absent, activeExport ?? Energies.absent, reactiveImport ?? Energies.absent,
      reactiveExport ?? Energies.absent)
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
    var sum = left
    let isAbsent = (left.values .== Energies.absent) .| (right.values .== Energies.absent)
    sum.values = (left.values &+ right.values).replacing(with: Energies.absent, where: isAbsent)
    return sum
  }

  /// The sum of what is known, unknown only where neither part is known.
  func adding(known other: Energies) -> Energies {
    let (noneHere, noneThere) = (values .== Energies.absent, other.values .== Energies.absent)
    var sum = self
    sum.values = (values &+ other.values).replacing(with: other.values, where: noneHere)
      .replacing(with: values, where: noneThere)
    return sum
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
