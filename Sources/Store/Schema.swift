internal import GRDB
internal import Migrations

/// Whose file it is and which steps of the schema it has been through.
enum Schema {
  /// `AMSL`, in the header of every log (`PRAGMA application_id`); set by the first migration.
  static let applicationID: Int64 = 0x414D_534C

  /// What a database holds, as far as this program is concerned.
  enum State: Hashable {
    /// Nothing yet: a new file.
    case empty
    /// A log at the first `count` of this program's migrations.
    case log(migrations: Int)
  }

  /// Looks without touching. Errors: the file is another program's, or a newer release's.
  static func state(of db: Database, path: String) throws -> State {
    let owner = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try String.fetchSet(
      db, sql: "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    if owner == 0, tables.isSubset(of: ["grdb_migrations"]) { return .empty }
    let isOurs = tables.isSuperset(of: ["meter", "power_sample", "register_snapshot"])
    if isOurs, owner != applicationID || !tables.contains("grdb_migrations") {
      throw StoreError("\(path) is a damaged log: its header is not that of a log.", .damagedLog)
    }
    guard owner == applicationID, tables.contains("grdb_migrations") else {
      throw StoreError("\(path) is a database of another program. Point --database at another file.")
    }
    let applied = try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
    let known = Migration.all.map(\.name)
    if let unknown = applied.last(where: { !known.contains($0) }) {
      guard (Int(unknown.prefix(while: \.isNumber)) ?? 0) > known.count else {
        throw StoreError("\(path) is a damaged log: \(unknown) is no step of its schema.", .damagedLog)
      }
      throw StoreError(
        "\(path): database schema \(unknown) is newer than this program (\(known.last ?? "none")). "
          + "Upgrade this program, or point --database at another file.")
    }
    return .log(migrations: applied.count)
  }

  /// Errors: the log lacks migrations that this program relies on; a reader never applies them.
  static func requireCurrent(_ count: Int, path: String) throws {
    guard count < Migration.all.count else { return }
    let present = count > 0 ? Migration.all[count - 1].name : "none"
    throw StoreError(
      "\(path): database schema \(present) is older than this program (\(Migration.all.last?.name ?? "none")). "
        + "Start ams-logger of this release once: it brings the database up to date.")
  }

  /// Brings the database to the last migration, one transaction for each step.
  static func migrate(_ queue: DatabaseQueue) throws {
    var migrator = DatabaseMigrator()
    for migration in Migration.all {
      migrator.registerMigration(migration.name) { db in
        try db.execute(sql: migration.sql)
        try db.execute(sql: "PRAGMA user_version = \(migration.number)")
      }
    }
    try migrator.migrate(queue)
  }
}
