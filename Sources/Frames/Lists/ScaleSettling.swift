import Metering

// Scales that are neither in the frame nor the same for all meters of a layout (`protocol.md` 5.9). All in whole numbers.

extension ListDecoder {
  /// Settles the powers of ten that the layout leaves open and the frame does not send, once the items are there.
  mutating func settleScales(_ octets: Span<UInt8>) {
    let raw = rawReadings
    let open = layout.scales.open
    let voltage = open.contains(.voltage) ? raw.voltageExponent : layout.scales.voltage
    if open.contains(.voltage) { voltages = Readings.largestVoltages(for: voltage) }
    var current = layout.scales.current
    var energy = (exponent: layout.scales.energy, certainty: Certainty.documented)
    if !open.isDisjoint(with: [.current, .energy]) {
      let type = KamstrupType(typeText(octets))
      if open.contains(.current) { current = raw.currentExponent(voltage: voltage, type: type) }
      if type.isTransformer != false && open.contains(.current) || type.energy == nil && open.contains(.energy) {
        voltages = nil
      }
      if open.contains(.energy) { energy = raw.energyExponent(of: type, isPush1: layout.kind == .push1) }
    }
    for index in items.indices where items[index].certainty != .sent {
      guard case .quantity(let quantity) = items[index].field else { continue }
      switch quantity.unit {
      case .milliampere: items[index].exponent = current
      case .millivolt: items[index].exponent = voltage
      case .wattHour, .varHour:
        items[index].exponent = energy.exponent
        items[index].certainty = energy.certainty
      case .watt, .var, .perMille: break
      }
    }
  }

  /// The numbers of the list as they were sent.
  private var rawReadings: Readings {
    var raw = Readings()
    for item in items {
      guard case .quantity(let quantity) = item.field else { continue }
      let node = nodes[item.node]
      if node.tag.isInteger { raw[quantity] = node.value }
    }
    return raw
  }

  private func typeText(_ octets: Span<UInt8>) -> ShortText {
    items.first { $0.field == .meterType }.map { text(nodes[$0.node], octets) } ?? ShortText()
  }
}

extension Readings {
  /// Voltage by the size of the largest number: 231 is in V, 2310 in 0.1 V, 23100 in 0.01 V (rule 5 of 5.9).
  fileprivate var voltageExponent: Int {
    let largest = Readings.voltages.reduce(0) { max($0, bounded($1)) }
    return [0, -1].first { Readings.largestVoltages(for: $0).contains(largest) } ?? -2
  }

  /// The largest voltages that mean an exponent.
  fileprivate static func largestVoltages(for exponent: Int) -> ClosedRange<Int64> {
    switch exponent {
    case 0: 0...999
    case -1: 1000...9999
    default: 10_000...Int64.max
    }
  }

  /// Current in 0.01 A or in 0.001 A (rule 4 of 5.9).
  ///
  /// The power of the phases together cannot be more than their U·I. So 0.001 A is out where it would make U·I less than two
  /// thirds of the power; where it does not, meters behind current transformers use it, direct ones do not, and one that does
  /// not name its type is taken at its power: cancelling between phases explains a factor of ten only near to none at all.
  fileprivate func currentExponent(voltage: Int, type: KamstrupType) -> Int {
    if type.isTransformer == false { return -2 }
    let usual = type.isTransformer == true ? -3 : -2
    let product = apparentPower(voltage: voltage, current: -2)
    guard product >= Readings.leastPower else { return usual }
    let limit = product * 3 / 20
    let power = max(bounded(.activePowerImport) + bounded(.activePowerExport), phasePower)
    let reactive = bounded(.reactivePowerImport) + bounded(.reactivePowerExport)
    // Within the bounds neither square passes 2^63.
    let isMore = limit < Readings.most && power * power + reactive * reactive > limit * limit
    return isMore ? -2 : -3
  }

  /// Less than this is too little to judge by: the steps of current and power are a good part of it.
  private static let leastPower: Int64 = 100
  private static let most: Int64 = 1_000_000_000

  /// Σ U·I, W.
  private func apparentPower(voltage: Int, current: Int) -> Int64 {
    // U is a number of 16 bits, I is bounded, so that the sum passes no bound.
    let sum = zip(Readings.voltages, Readings.currents).reduce(Int64(0)) {
      $0 + min(bounded($1.0), 0xFFFF) * bounded($1.1)
    }
    return sum.rounded(byPowerOfTen: voltage + current) ?? 0
  }

  /// Σ of the phases' power whichever its direction, W: what flows in on one and out on another does not cancel.
  private var phasePower: Int64 {
    min(Readings.phasePowers.reduce(0) { $0 + bounded($1) }, 2 * Readings.most)
  }

  /// The magnitude of a number, at most 10^9.
  private func bounded(_ quantity: Quantity) -> Int64 {
    Int64(min((self[quantity] ?? 0).magnitude, UInt64(Readings.most)))
  }

  /// Energy in 10 Wh or Wh (rule 1 of 5.9): by the market in the type text. Push 1 has no type text, and there what is said
  /// is an assumption at best.
  fileprivate func energyExponent(
    of type: KamstrupType, isPush1: Bool
  ) -> (exponent: Int, certainty: ListDecoder.Certainty) {
    if let energy = type.energy { return (energy.exponent, energy.isDocumented ? .documented : .assumed) }
    return isPush1 ? (registersBalance ? 0 : 1, .assumed) : (0, .open)
  }

  /// Whether the registers of two phases or more add up to the totals to the last digit.
  ///
  /// Registers that are shown in 10 Wh are each cut off by themselves, so that their sum is mostly out by some; those in Wh
  /// were found to add up. (Swiss push 1 frames are in Wh and balance; Danish ones are in 10 Wh and are out by one or two.)
  private var registersBalance: Bool {
    let (imports, exports) = (Readings.phaseImports, Readings.phaseExports)
    let active = zip(imports, exports).count { self[$0] ?? 0 != 0 || self[$1] ?? 0 != 0 }
    guard active > 1, let totalImport = self[.activeEnergyImport], let totalExport = self[.activeEnergyExport] else {
      return false
    }
    // Wrapping is as good as exact for telling whether two sums are the same.
    let phases =
      imports.reduce(Int64(0)) { $0 &+ (self[$1] ?? 0) } &- exports.reduce(Int64(0)) { $0 &+ (self[$1] ?? 0) }
    return phases == totalImport &- totalExport
  }

  private static let voltages: [Quantity] = [.voltageL1, .voltageL2, .voltageL3]
  private static let currents: [Quantity] = [.currentL1, .currentL2, .currentL3]
  private static let phasePowers: [Quantity] = [
    .activePowerImportL1, .activePowerImportL2, .activePowerImportL3,
    .activePowerExportL1, .activePowerExportL2, .activePowerExportL3,
  ]
  private static let phaseImports: [Quantity] = [.activeEnergyImportL1, .activeEnergyImportL2, .activeEnergyImportL3]
  private static let phaseExports: [Quantity] = [.activeEnergyExportL1, .activeEnergyExportL2, .activeEnergyExportL3]
}
