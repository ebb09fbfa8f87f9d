internal import Metering

/// One of the two tables of samples: which quantities it holds, and its statements.
struct SampleTable {
  let name: String
  let quantities: [Quantity]
  /// The quantities as bits of `Readings.present`.
  private let mask: UInt64

  static let power = SampleTable(
    name: "power_sample",
    quantities: [.activePowerImport, .activePowerExport, .reactivePowerImport, .reactivePowerExport])

  static let phase = SampleTable(
    name: "phase_sample",
    quantities: [
      .currentL1, .currentL2, .currentL3, .voltageL1, .voltageL2, .voltageL3,
      .activePowerImportL1, .activePowerImportL2, .activePowerImportL3,
      .activePowerExportL1, .activePowerExportL2, .activePowerExportL3,
      .reactivePowerImportL1, .reactivePowerImportL2, .reactivePowerImportL3,
      .reactivePowerExportL1, .reactivePowerExportL2, .reactivePowerExportL3,
    ])

  private init(name: String, quantities: [Quantity]) {
    self.name = name
    self.quantities = quantities
    mask = quantities.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// Whether the readings have anything for this table.
  func holds(anyOf readings: Readings) -> Bool { readings.present & mask != 0 }

  var insertSQL: String {
    let places = Array(repeating: "?", count: quantities.count + 1).joined(separator: ", ")
    return "INSERT INTO \(name) (k, \(columns.joined(separator: ", "))) VALUES (\(places))"
  }

  var selectSQL: String { "SELECT \(columns.joined(separator: ", ")) FROM \(name) WHERE k = ?" }

  var columns: [String] { quantities.map(\.column) }
}

extension Quantity {
  /// The name in the database: `key`, but with the unit that is really stored, `current_l1_ma` for `current_l1_a`.
  var column: String {
    switch unit {
    case .milliampere, .millivolt: "\(key.dropLast(unit.suffix.count))m\(unit.suffix)"
    default: key
    }
  }
}
