/// A row of a damaged log that is no sample, known by its form: how many columns, of which kinds. Each table of facts has a form
/// of its own, so that a page tells which table it is of when the tree above it is gone.
struct SalvagedRow {
  enum Table: String, CaseIterable {
    case meter, power = "power_sample", phase = "phase_sample", registers = "register_snapshot", rollup, stay, fact
    case correction, event, reject
  }

  let table: Table
  /// The meter that it is of, where its table has one.
  let meter: Int64?
  private(set) var values: [RowPage.Value]

  /// Nil for rows that are derived, or of no table that is known.
  init?(_ row: RowPage.Row) {
    var values = row.values
    if let rowid = row.rowid, values.first == .null { values[0] = .integer(rowid) }
    guard let (table, meter) = SalvagedRow.place(values, row.rowid) else { return nil }
    self.table = table
    self.meter = meter
    self.values = values
  }

  private static func place(_ values: [RowPage.Value], _ rowid: Int64?) -> (Table, Int64?)? {
    let form = String(decoding: values.map(\.letter), as: UTF8.self)
    guard let rowid else { return place(entry: form, values) }
    guard rowid >= 1 << 44 else { return place(small: form, values) }
    let meter = RowKey.meter(of: rowid)
    let isNumbers = form.utf8.allSatisfy { $0 == UInt8(ascii: "i") || $0 == UInt8(ascii: "-") }
    switch values.count {
    case 11 where form.hasSuffix("t"), 12 where form.dropLast().hasSuffix("t"): return (.registers, meter)
    // Those of an older release do not say whether their samples are gone.
    case 23 where isNumbers, 24 where isNumbers: return (.rollup, meter)
    default: return nil
    }
  }

  /// A rollup whose samples are gone cannot be made anew: it is a fact.
  var isOfGoneSamples: Bool { table == .rollup && values.count == 24 && values[23] == .integer(1) }

  /// A rollup as it is when its samples are gone.
  var withSamplesGone: SalvagedRow {
    var row = self
    row.values = values.prefix(23) + [.integer(1)]
    return row
  }

  /// Of tables with small keys.
  private static func place(small form: String, _ values: [RowPage.Value]) -> (Table, Int64?)? {
    switch form {
    case "itttttii", "itttttiiii", "itttttii--", "itttttiii-", "itttttii-t", "itttttiiit": (.meter, values[0].integer)
    case "iitt": (.event, nil)
    case "iitittb": (.reject, nil)
    case "iiititi", "iiit-ti": (.correction, values[1].integer)
    default: nil
    }
  }

  /// Of tables without rowids, which are stored as indexes are.
  private static func place(entry form: String, _ values: [RowPage.Value]) -> (Table, Int64?)? {
    switch form {
    case "ittitti": (.fact, values[0].integer)
    case "tii": (.stay, values[2].integer)
    default: nil
    }
  }

  /// A meter by the index of its numbers, where its own row is lost.
  static func numbered(_ row: RowPage.Row) -> (key: Int64, serial: String)? {
    guard row.rowid == nil, row.values.count == 2, case .text(let serial) = row.values[0], !serial.isEmpty,
      let key = row.values[1].integer, RowKey.all(of: key) != nil
    else { return nil }
    return (key, serial)
  }

  /// The statement that puts such a row where it was; a row that is there already stays.
  static func insertion(_ table: Table) -> (sql: String, count: Int) {
    let columns: [String] =
      switch table {
      case .meter: ["id", "serial", "maker", "type", "list_version", "input", "first_seen", "last_seen"]
      case .power: ["k"] + SampleTable.power.columns
      case .phase: ["k"] + SampleTable.phase.columns
      case .registers: RegisterTable.columns.split(separator: ",").map { $0.filter { $0 != " " } } + ["reason"]
      case .rollup: ["k"] + RollupTable.columns + ["samples_gone"]
      case .stay: ["input", "start", "meter"]
      case .fact: ["meter", "name", "source", "start", "value", "evidence", "settled"]
      case .correction: ["id", "meter", "hour", "direction", "energy_wh", "reason", "made"]
      case .event: ["id", "time", "kind", "text"]
      case .reject: ["id", "arrival", "input", "stream_offset", "stage", "reason", "octets"]
      }
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    return (
      "INSERT OR IGNORE INTO \(table.rawValue) (\(columns.joined(separator: ", "))) VALUES (\(places))", columns.count
    )
  }
}

extension RowPage.Value {
  fileprivate var letter: UInt8 {
    switch self {
    case .null: UInt8(ascii: "-")
    case .integer: UInt8(ascii: "i")
    case .text: UInt8(ascii: "t")
    case .blob: UInt8(ascii: "b")
    }
  }

  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}
