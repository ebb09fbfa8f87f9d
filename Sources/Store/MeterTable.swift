internal import GRDB
package import Metering

/// A meter as the database knows it.
package struct StoredMeter: Hashable, Sendable {
  /// 1...524287; the key under which samples and snapshots are stored.
  package let key: Int64
  package let identity: MeterIdentity
  /// The input at which it was last heard.
  package let input: String
  /// The arrival of its first message.
  package let firstSeen: UTCTime
  /// The arrival of its newest message.
  package let lastSeen: UTCTime
  /// Another meter was at its input before it.
  package let isSuccessor: Bool
  /// Another meter has come in its place, and it has not come back.
  package let isReplaced: Bool
}

extension LogWriter {
  /// The meter that is at an input, as far as the log knows: the one that was heard there last. Nil where none has told its number.
  package func meter(at input: String) throws(StoreError) -> MeterIdentity? {
    try write { db in
      let here = try MeterTable.all(db).filter { meter in
        meter.input == input && !meter.isReplaced && meter.identity.id != MeterIdentity.unidentified(at: input).id
      }
      return here.max { $0.lastSeen < $1.lastSeen }?.identity
    }
  }
}

/// Rows of `meter`, to and from the value.
enum MeterTable {
  /// Makes or updates the row and returns its key. What is older than the row never replaces what it says; an empty text
  /// replaces nothing.
  static func note(_ identity: MeterIdentity, input: String, seen: UTCTime, _ db: Database) throws -> Int64 {
    let key = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          INSERT INTO meter (serial, maker, type, list_version, input, first_seen, last_seen)
          VALUES (:serial, :maker, :type, :version, :input, :seen, :seen)
          ON CONFLICT (serial) DO UPDATE SET
            maker = CASE WHEN :seen < last_seen THEN maker ELSE :maker END,
            type = CASE WHEN :seen < last_seen OR :type = '' THEN type ELSE :type END,
            list_version = CASE WHEN :seen < last_seen OR :version = '' THEN list_version ELSE :version END,
            input = CASE WHEN :seen < last_seen THEN input ELSE :input END,
            first_seen = min(first_seen, :seen),
            last_seen = max(last_seen, :seen)
          RETURNING id
          """),
      arguments: [
        "serial": identity.id, "maker": identity.maker.rawValue, "type": identity.type,
        "version": identity.listVersion, "input": input, "seen": seen.milliseconds,
      ])
    guard let key else { throw DatabaseError(message: "no key for meter \(identity.id)") }
    try DigestTable.open(.meter, db)
    return key
  }

  /// Moves `first_seen` and `last_seen` so that they take in `first` and `last`.
  ///
  /// The latter only by an hour or more: a page written with each batch of samples would double what an SD card bears.
  static func extend(_ key: Int64, first: UTCTime, last: UTCTime, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE meter SET first_seen = min(first_seen, :first), last_seen = max(last_seen, :last)
        WHERE id = :id AND (first_seen > :first OR last_seen <= :last - 3600000)
        """
    ).execute(arguments: ["id": key, "first": first.milliseconds, "last": last.milliseconds])
    if db.changesCount > 0 { try DigestTable.open(.meter, db) }
  }

  /// All meters, in the order in which they were first heard.
  static func all(_ db: Database) throws -> [StoredMeter] {
    // What stood at an input before a meter came there for the first time.
    let successors = try Int64.fetchSet(
      db,
      sql: """
        SELECT first.meter FROM (SELECT meter, min(start) AS start FROM stay GROUP BY meter) AS first
        JOIN stay ON stay.meter = first.meter AND stay.start = first.start
        WHERE EXISTS (SELECT 1 FROM stay AS other WHERE other.input = stay.input AND other.start < stay.start)
        """)
    return try Row.fetchAll(
      db,
      sql: """
        SELECT id, serial, maker, type, list_version, input, first_seen, max(
          last_seen,
          coalesce((SELECT max(k) FROM power_sample WHERE k BETWEEN id << 44 AND (id << 44 | :mask)) & :mask, 0),
          coalesce((SELECT max(k) FROM phase_sample WHERE k BETWEEN id << 44 AND (id << 44 | :mask)) & :mask, 0),
          coalesce((SELECT max(k) FROM register_snapshot WHERE k BETWEEN id << 44 AND (id << 44 | :mask)) & :mask, 0)
        ) AS last_seen
        FROM meter ORDER BY first_seen, id
        """, arguments: ["mask": 0xFFF_FFFF_FFFF]
    ).map { row in
      let maker: String = try row.decode(forColumn: "maker")
      let key: Int64 = try row.decode(forColumn: "id")
      let firstSeen = RowKey.time(try row.decode(forColumn: "first_seen")) ?? UTCTime(milliseconds: 0)
      let lastSeen = RowKey.time(try row.decode(forColumn: "last_seen")) ?? firstSeen
      return try StoredMeter(
        key: key,
        identity: MeterIdentity(
          id: row.decode(forColumn: "serial"), maker: Maker(rawValue: maker) ?? .other,
          type: row.decode(forColumn: "type"),
          listVersion: row.decode(forColumn: "list_version")),
        input: row.decode(forColumn: "input"), firstSeen: firstSeen,
        lastSeen: lastSeen, isSuccessor: successors.contains(key),
        isReplaced: !StayTable.presence(of: key, lastHeard: lastSeen, db).isPresent)
    }
  }
}
