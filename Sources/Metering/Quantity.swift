/// What a meter can report, in the order in which tables and JSON print it.
///
/// Import is energy or power from the grid to the customer (OBIS 1.x), export is to the grid (2.x); reactive 3.x is Q1+Q2,
/// 4.x is Q3+Q4 (`protocol.md` 8.1). Raw values are places in `Readings` and stay out of files.
package enum Quantity: UInt8, CaseIterable, Hashable, Sendable {
  case activePowerImport, activePowerExport, reactivePowerImport, reactivePowerExport
  case activePowerImportL1, activePowerImportL2, activePowerImportL3
  case activePowerExportL1, activePowerExportL2, activePowerExportL3
  case reactivePowerImportL1, reactivePowerImportL2, reactivePowerImportL3
  case reactivePowerExportL1, reactivePowerExportL2, reactivePowerExportL3
  case currentL1, currentL2, currentL3
  case voltageL1, voltageL2, voltageL3
  case powerFactor, powerFactorL1, powerFactorL2, powerFactorL3
  case activeEnergyImport, activeEnergyExport, reactiveEnergyImport, reactiveEnergyExport
  case activeEnergyImportL1, activeEnergyImportL2, activeEnergyImportL3
  case activeEnergyExportL1, activeEnergyExportL2, activeEnergyExportL3
  case activeEnergyImportT1, activeEnergyImportT2, activeEnergyImportT3, activeEnergyImportT4
  case activeEnergyExportT1, activeEnergyExportT2, activeEnergyExportT3, activeEnergyExportT4
  case reactiveEnergyQ1, reactiveEnergyQ2, reactiveEnergyQ3, reactiveEnergyQ4

  /// The base unit in which `Readings` holds the value.
  package var unit: Unit {
    switch self {
    case .activePowerImport, .activePowerExport, .activePowerImportL1, .activePowerImportL2, .activePowerImportL3,
      .activePowerExportL1, .activePowerExportL2, .activePowerExportL3:
      .watt
    case .reactivePowerImport, .reactivePowerExport, .reactivePowerImportL1, .reactivePowerImportL2,
      .reactivePowerImportL3, .reactivePowerExportL1, .reactivePowerExportL2, .reactivePowerExportL3:
      .var
    case .currentL1, .currentL2, .currentL3: .milliampere
    case .voltageL1, .voltageL2, .voltageL3: .millivolt
    case .powerFactor, .powerFactorL1, .powerFactorL2, .powerFactorL3: .perMille
    case .activeEnergyImport, .activeEnergyExport, .activeEnergyImportL1, .activeEnergyImportL2,
      .activeEnergyImportL3, .activeEnergyExportL1, .activeEnergyExportL2, .activeEnergyExportL3,
      .activeEnergyImportT1, .activeEnergyImportT2, .activeEnergyImportT3, .activeEnergyImportT4,
      .activeEnergyExportT1, .activeEnergyExportT2, .activeEnergyExportT3, .activeEnergyExportT4:
      .wattHour
    case .reactiveEnergyImport, .reactiveEnergyExport, .reactiveEnergyQ1, .reactiveEnergyQ2, .reactiveEnergyQ3,
      .reactiveEnergyQ4:
      .varHour
    }
  }

  /// An accumulating register: exact, never rounded.
  package var isRegister: Bool { unit == .wattHour || unit == .varHour }

  /// The name in JSON and in the database, unit last: `active_power_import_w`, `active_power_import_l1_w`, `current_l1_a`.
  package var key: String { Quantity.keys[Int(rawValue)] }

  private static let keys: [String] = allCases.map { quantity in
    var words = ""
    for character in String(describing: quantity) {
      if character.isUppercase { words += "_" }
      words += character.lowercased()
    }
    return quantity.unit.suffix.isEmpty ? words : "\(words)_\(quantity.unit.suffix)"
  }
}

/// The base units. All values are whole numbers of these (law 5).
package enum Unit: Hashable, Sendable {
  case watt, `var`, milliampere, millivolt, wattHour, varHour, perMille

  /// The exponent of the base unit against the plain one: current is kept in mA, so −3.
  package var exponent: Int {
    switch self {
    case .milliampere, .millivolt, .perMille: -3
    case .watt, .var, .wattHour, .varHour: 0
    }
  }

  /// The plain unit in names: `w`, `var`, `a`, `v`, `wh`, `varh`; empty for a power factor.
  package var suffix: String {
    switch self {
    case .watt: "w"
    case .var: "var"
    case .milliampere: "a"
    case .millivolt: "v"
    case .wattHour: "wh"
    case .varHour: "varh"
    case .perMille: ""
    }
  }

  /// The plain unit for people: `W`, `var`, `A`, `V`, `Wh`, `varh`.
  package var symbol: String {
    switch self {
    case .watt: "W"
    case .var: "var"
    case .milliampere: "A"
    case .millivolt: "V"
    case .wattHour: "Wh"
    case .varHour: "varh"
    case .perMille: ""
    }
  }

  /// A value in the base unit as text in the plain unit: 5640 mA is `5.64`.
  package func text(_ value: Int64) -> String { shortestDecimalText(value, decimals: -exponent) }
}
