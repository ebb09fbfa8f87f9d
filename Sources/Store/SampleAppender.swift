internal import GRDB
internal import Metering

/// Puts samples into the two tables, within one transaction.
struct SampleAppender {
  private let power: Rows
  private let phase: Rows

  init(_ db: Database) throws {
    power = try Rows(of: .power, db)
    phase = try Rows(of: .phase, db)
  }

  /// Appends a sample at its key, or where `RowKey.place` puts it, and returns the key; both its rows get the same one.
  ///
  /// Nil when it is there already. `isNewest`: the tables hold nothing of this meter at this key or after it, so there is
  /// nothing to compare with.
  func append(_ readings: Readings, at key: Int64, isNewest: Bool) throws -> Int64? {
    guard let place = isNewest ? key : try RowKey.place(key, { try occupancy(of: $0, for: readings) }) else {
      return nil
    }
    try power.insert(readings, at: place)
    try phase.insert(readings, at: place)
    return place
  }

  /// Whether a table takes any of these readings.
  static func stores(_ readings: Readings) -> Bool {
    SampleTable.power.holds(anyOf: readings) || SampleTable.phase.holds(anyOf: readings)
  }

  private func occupancy(of key: Int64, for readings: Readings) throws -> RowKey.Occupancy {
    let power = try power.compare(readings, at: key)
    let phase = try phase.compare(readings, at: key)
    if !power.isTaken, !phase.isTaken { return .free }
    return power.agrees && phase.agrees ? .same : .other
  }
}

/// The statements of one sample table.
private struct Rows {
  private let table: SampleTable
  private let insertion: RawStatement
  private let selection: RawStatement

  init(of table: SampleTable, _ db: Database) throws {
    self.table = table
    insertion = try RawStatement(db, sql: table.insertSQL)
    selection = try RawStatement(db, sql: table.selectSQL)
  }

  /// Inserts a row if the readings have anything for this table.
  func insert(_ readings: Readings, at key: Int64) throws {
    guard table.holds(anyOf: readings) else { return }
    defer { insertion.reset() }
    try insertion.bind(key, at: 1)
    for (index, quantity) in table.quantities.enumerated() {
      try insertion.bind(readings[quantity], at: index + 2)
    }
    _ = try insertion.step()
  }

  /// Whether there is a row at `key`, and whether the table says there what the readings say, be it nothing.
  func compare(_ readings: Readings, at key: Int64) throws -> (isTaken: Bool, agrees: Bool) {
    defer { selection.reset() }
    try selection.bind(key, at: 1)
    guard try selection.step() else { return (false, !table.holds(anyOf: readings)) }
    let agrees = table.quantities.indices.allSatisfy { selection.column($0) == readings[table.quantities[$0]] }
    return (true, agrees)
  }
}
