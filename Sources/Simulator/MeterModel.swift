package import Metering

/// How a meter is connected, with the names that the models use.
package enum Wiring: String, CaseIterable, Hashable, Sendable {
  /// 230 V, two wires.
  case onePhase = "1p"
  /// 3×230 V without neutral (IT, TT): voltages are line voltages L1–L2, L1–L3, L2–L3.
  case threeWire = "it"
  /// 3×400 V with neutral (TN): voltages are phase voltages.
  case fourWire = "tn"
}

/// What a meter pushes, by the names that the Norwegian documents share.
package enum PushList: String, CaseIterable, Hashable, Sendable {
  /// Active power only. A Kamstrup has none.
  case list1
  /// Power, currents and voltages, every 10 s.
  case list2
  /// List 2 with the clock and the registers, every hour.
  case list3
}

/// One meter as it leaves its maker and is set up by the grid company: all that decides which octets it sends.
package struct MeterModel: Hashable, Sendable {
  /// What some meters of a maker do and others don't.
  package struct Quirks: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Kamstrup, 1-phase: the phases that are not there are sent as pairs of nulls instead of being left out.
    package static let nullPairs = Quirks(rawValue: 1)
    /// Kamstrup: import only; no export, no reactive power or energy.
    package static let oneQuadrant = Quirks(rawValue: 2)
    /// Kamstrup firmware before U1: an octet-string tag in front of the date-time of the APDU, as Kaifa sends it.
    package static let taggedDateTime = Quirks(rawValue: 4)
    /// Aidon: deviation and status of the clock are sent as unspecified instead of 0.
    package static let unspecifiedDeviation = Quirks(rawValue: 8)
  }

  /// What `--meter` calls it, for example `aidon-tn`.
  package let name: String
  package let identity: MeterIdentity
  package let wiring: Wiring
  package let quirks: Quirks
  /// When it sends, and when it reads its registers.
  package var timetable: PushTimetable

  /// A meter with the timetable of its maker.
  package init(name: String, identity: MeterIdentity, wiring: Wiring, quirks: Quirks = []) {
    self.name = name
    self.identity = identity
    self.wiring = wiring
    self.quirks = quirks
    timetable = PushTimetable(maker: identity.maker)
  }

  package var maker: Maker { identity.maker }

  /// The smallest movement of its registers in Wh: 1 for Kaifa, 10 for the others.
  package var registerStep: Int64 { Int64(1).scaled(byPowerOfTen: format.energy.exponent) ?? 1 }

  /// What it sends in `list`, in the order in which it sends it.
  package func quantities(in list: PushList) -> [Quantity] {
    switch list {
    case .list1: [.activePowerImport]
    case .list2: MeterModel.momentary.filter(measures)
    case .list3: (MeterModel.momentary + MeterModel.registers).filter(measures)
    }
  }

  /// The momentary values in the order that all four makers share.
  static let momentary: [Quantity] = [
    .activePowerImport, .activePowerExport, .reactivePowerImport, .reactivePowerExport,
    .currentL1, .currentL2, .currentL3, .voltageL1, .voltageL2, .voltageL3,
  ]

  static let registers: [Quantity] = [
    .activeEnergyImport, .activeEnergyExport, .reactiveEnergyImport, .reactiveEnergyExport,
  ]

  /// Whether this meter has a place for `quantity` in its lists.
  func measures(_ quantity: Quantity) -> Bool {
    if quirks.contains(.oneQuadrant) {
      return [.activePowerImport, .currentL1, .voltageL1, .activeEnergyImport].contains(quantity)
    }
    return switch quantity {
    case .currentL2: wiring == .fourWire || (wiring == .threeWire && maker != .aidon)
    case .currentL3, .voltageL2, .voltageL3: wiring != .onePhase
    default: true
    }
  }
}
