import Foundation
import GRDB
import Metering
import Testing

@testable import Migrations
@testable import Store

@Suite struct SchemaTests {
  @Test func `Every file of migrations is embedded, in order, and numbered without a hole`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../migrations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
      .sorted()
    #expect(files.isEmpty == false)
    #expect(Migration.all.map { $0.name + ".sql" } == files)
    #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    for (migration, file) in zip(Migration.all, files) {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      #expect(migration.sql == text)
    }
  }

  @Test func `The readme table explains every table, view and column, and nothing else`() throws {
    try withWriter { _, path in
      let (explained, present) = try sql(path) { db in
        let tables = try String.fetchAll(
          db, sql: "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")
        let columns = try tables.flatMap { table in
          // table_xinfo shows generated columns too.
          try String.fetchAll(db, sql: "SELECT name FROM pragma_table_xinfo(?)", arguments: [table])
            .map { "\(table).\($0)" }
        }
        return (try String.fetchAll(db, sql: "SELECT name FROM readme WHERE length(text) > 8"), tables + columns + [""])
      }
      #expect(explained.sorted() == present.sorted())
    }
  }

  @Test(arguments: [SampleTable.power, .phase])
  func `The columns of a sample table are its quantities, in order`(table: SampleTable) throws {
    try withWriter { _, path in
      let columns = try sql(path) { db in
        try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table.name])
      }
      #expect(columns == ["k"] + table.columns)
    }
  }

  @Test func `Names of columns carry the unit that is stored`() {
    #expect(Quantity.currentL1.column == "current_l1_ma")
    #expect(Quantity.voltageL3.column == "voltage_l3_mv")
    #expect(Quantity.activePowerImportL2.column == "active_power_import_l2_w")
  }

  @Test func `Generated columns show meter, arrival and boundary for people`() throws {
    try withWriter { writer, path in
      _ = try writer.append(LogWriter.Batch([power(1, at: 11_250)], registers: [snapshot(1, hours: 0)]))
      let texts = try sql(path) { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT meter || ' ' || arrival || ' ' || arrival_utc FROM power_sample
            UNION ALL SELECT meter || ' ' || arrival_utc || ' ' || boundary_utc FROM register_snapshot
            UNION ALL SELECT first_seen_utc FROM meter
            """)
      }
      #expect(
        texts == [
          "1 1768482011250 2026-01-15T13:00:11.250Z", "1 2026-01-15T13:00:11.000Z 2026-01-15T13:00:00Z",
          "2026-01-15T13:00:00Z",
        ])
    }
  }

  @Test(
    arguments: [
      "INSERT INTO power_sample (k, active_power_import_w) VALUES (5, 1)",
      "INSERT INTO power_sample (k) VALUES (1 << 45)",
      "INSERT INTO power_sample (k, active_power_import_w) VALUES (1 << 45, 'much')",
      "INSERT INTO register_snapshot (k, scale, verdict) VALUES (1 << 45, 1, 'accepted')",
      "INSERT INTO register_snapshot (k, boundary, scale, verdict) VALUES (1 << 45, 1, 1, 'good')",
      "INSERT INTO register_snapshot (k, scale, verdict, clock_status) VALUES (1 << 45, 1, 'suspect', 3)",
      "INSERT INTO reject (arrival, input, stream_offset, stage, reason, octets) VALUES (1, '', 1, 'magic', '', x'')",
      "UPDATE meter SET id = 1 << 19", "UPDATE meter SET last_seen = first_seen - 1",
    ])
  func `The schema refuses what the code could not believe`(statement: String) throws {
    try withWriter { _, path in
      let error = #expect(throws: DatabaseError.self) { try sql(path) { try $0.execute(sql: statement) } }
      #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }
  }

  @Test(arguments: Verdict.allCases)
  func `The schema knows every verdict`(verdict: Verdict) throws {
    try withWriter { writer, _ in
      let result = try writer.append(LogWriter.Batch(registers: [snapshot(1, hours: 0, verdict: verdict)]))
      #expect(result.registers == 1)
    }
  }
}

@Suite struct SizeTests {
  /// Octets a row that a table takes on disk, pages and all.
  private func octetsPerRow(_ path: String, _ table: String) throws -> Double {
    try sql(path) { db in
      let size = try Double.fetchOne(db, sql: "SELECT sum(pgsize) FROM dbstat WHERE name = ?", arguments: [table]) ?? 0
      let rows = try Double.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 1
      return size / rows
    }
  }

  @Test func `A power sample takes some 18 octets, one with all four values some 20`() throws {
    try withWriter { writer, path in
      // As an Aidon sends: three of list 1, then one of list 2, 2.5 s apart.
      let samples = (Int64(0)..<50_000).map { number in
        var sample = power(500 + number % 3000, at: number * 2500)
        if number % 4 == 3 {
          sample.readings[.activePowerExport] = 0
          sample.readings[.reactivePowerImport] = 140 + number % 200
          sample.readings[.reactivePowerExport] = 0
        }
        return sample
      }
      _ = try writer.append(LogWriter.Batch(samples))
      writer.checkpoint()
      let size = try octetsPerRow(path, "power_sample")
      #expect(size < 19, "\(size)")
    }
  }
}
