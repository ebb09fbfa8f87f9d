internal import Energy
internal import GRDB
internal import Metering

/// Rows of `correction`: an overlay that only grows.
enum CorrectionTable {
  static func append(_ correction: Correction, of meter: Int64, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO correction (meter, hour, direction, energy_wh, reason, made) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [
        meter, correction.hour.milliseconds, correction.direction.rawValue, correction.wattHours, correction.reason,
        correction.made.milliseconds,
      ])
    try DigestTable.open(.correction, db)
  }

  /// All that were ever made for a meter, in the order in which they were made.
  static func all(of meter: Int64, _ db: Database, path: String) throws -> [Correction] {
    try Row.fetchAll(
      db,
      sql: "SELECT hour, direction, energy_wh, reason, made FROM correction WHERE meter = ? ORDER BY id",
      arguments: [meter]
    ).map { row in
      let name: String = try row.decode(forColumn: "direction")
      guard let direction = Correction.Direction(rawValue: name) else {
        throw StoreError("\(path): a correction has the direction \"\(name)\". Upgrade this program.")
      }
      return try Correction(
        hour: UTCTime(milliseconds: row.decode(forColumn: "hour")), direction: direction,
        wattHours: row.decode(forColumn: "energy_wh"), reason: row.decode(forColumn: "reason"),
        made: UTCTime(milliseconds: row.decode(forColumn: "made")))
    }
  }
}
