import GRDB
import Metering
import TestSupport
import Testing

@testable import Migrations
@testable import Store

@Suite struct MigrationTests {
  @Test func `A log of the first release keeps its rejects, and takes those of a stage that it did not know`() throws {
    try withScratchFolder { folder in
      let path = folder + "/ams.sqlite"
      try sql(path) { db in
        let first = try #require(Migration.all.first)
        try db.execute(sql: first.sql)
        try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        try db.execute(sql: "INSERT INTO grdb_migrations VALUES (?)", arguments: [first.name])
        try db.execute(
          sql:
            "INSERT INTO reject VALUES (41, 1000, 'port', 7, 'framing', 'noise', x'7E00'), (9, 999, '', 1, 'list', 'x', x'')"
        )
      }
      let writer = try LogWriter(path: path, zone: oslo)
      let reject = Reject(arrival: one, stage: .security, reason: "a key is needed", streamOffset: 9, octets: [0xDB])
      #expect(try writer.append(LogWriter.Batch(rejects: [reject])).rejects == 1)
      let kept = try LogReader(path: path).rejects().map(\.reject)
      #expect(
        kept == [
          Reject(arrival: UTCTime(milliseconds: 999), stage: .list, reason: "x", streamOffset: 1, octets: []),
          Reject(
            arrival: UTCTime(milliseconds: 1000), stage: .framing, reason: "noise", streamOffset: 7, octets: [0x7E, 0]),
          reject,
        ])
      #expect(try sql(path) { try Int.fetchAll($0, sql: "SELECT id FROM reject ORDER BY id") } == [9, 41, 42])
    }
  }
}
