import Foundation
internal import GRDB
internal import Metering

/// Rows of `reject`, to and from the value: what was refused lately, as evidence and as tomorrow's test cases.
enum RejectTable {
  /// How many are kept. At a usual 100 octets that is a megabyte.
  static let capacity = 10_000

  /// Appends what is not there yet, then deletes the oldest beyond `capacity`; returns how many were new.
  ///
  /// Oldest is by the unique columns, which is a total order, and what is older than all that a full table keeps is not
  /// new. So the table's end state does not depend on the order of arrival, and a replay of any size adds nothing.
  static func append(_ rejects: [(input: String, reject: Reject)], _ db: Database) throws -> Int {
    guard !rejects.isEmpty else { return 0 }
    let held = try Int.fetchOne(db, sql: "SELECT count(*) FROM reject") ?? 0
    let insertion = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO reject (arrival, input, stream_offset, stage, reason, octets)
        SELECT :arrival, :input, :offset, :stage, :reason, :octets
        WHERE NOT :isFull OR (:arrival, :input, :offset, :stage) > (
          SELECT arrival, input, stream_offset, stage FROM reject
          ORDER BY arrival, input, stream_offset, stage LIMIT 1)
        """)
    var inserted = 0
    for (input, reject) in rejects {
      try insertion.execute(arguments: [
        "arrival": reject.arrival.milliseconds, "input": input, "offset": reject.streamOffset,
        "stage": reject.stage.rawValue, "reason": reject.reason, "octets": Data(reject.octets),
        "isFull": held >= capacity,
      ])
      inserted += db.changesCount
    }
    if held + inserted > capacity {
      try db.execute(
        sql: """
          DELETE FROM reject WHERE id IN (
            SELECT id FROM reject ORDER BY arrival, input, stream_offset, stage LIMIT ?)
          """, arguments: [held + inserted - capacity])
    }
    return inserted
  }

  /// All of them, oldest first.
  static func all(_ db: Database, path: String) throws -> [(input: String, reject: Reject)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT arrival, input, stream_offset, stage, reason, octets FROM reject
        ORDER BY arrival, input, stream_offset, stage
        """
    ).map { row in
      let name: String = try row.decode(forColumn: "stage")
      guard let stage = Reject.Stage(rawValue: name) else {
        throw StoreError(
          "\(path): a reject has the stage \"\(name)\", which this program does not know. Upgrade this program.")
      }
      let octets: Data = try row.decode(forColumn: "octets")
      let reject = try Reject(
        arrival: UTCTime(milliseconds: row.decode(forColumn: "arrival")), stage: stage,
        reason: row.decode(forColumn: "reason"),
        streamOffset: row.decode(forColumn: "stream_offset"), octets: [UInt8](octets))
      return (try row.decode(forColumn: "input"), reject)
    }
  }
}
