internal import Dispatch
internal import Energy
internal import GRDB
internal import GRDBSQLite
package import Metering
internal import Migrations

/// The one writer of a database: opens it, brings its schema up to date, appends. For use by one thread at a time.
package final class LogWriter {
  let path: String
  let queue: DatabaseQueue
  /// Nil once the writer is closed.
  private var lock: WriterLock?
  private var meters: [String: (key: Int64, identity: MeterIdentity, input: String)] = [:]
  /// For each meter, the last key at which a sample may be: what comes after it needs no comparison.
  private var newestKeys: [Int64: Int64] = [:]
  /// For each meter, up to where the ledger has been made.
  private var ledgerEnds: [Int64: UTCTime] = [:]
  let zone: Zone
  /// For each meter, before when no samples are left to be deleted.
  var thinnedUntil: [Int64: UTCTime] = [:]
  /// For each meter, before when all days are sealed, or have been opened since.
  var sealedUntil: [Int64: UTCTime] = [:]
  var coveredTime = CoveredTime()
  /// The last event there was when none was left to be deleted; nil before anybody looked.
  var lastEventThinned: Int64?

  /// Opens the database, makes it where there is none, and applies the migrations that it lacks.
  ///
  /// - Parameter zone: that of the meters, for clocks that keep local time.
  ///
  /// Errors: the path is no file or may not be written, the file is not a log or a newer release's, or another writer has
  /// it open.
  package convenience init(path: String, zone: Zone) throws(StoreError) {
    try self.init(path: path, zone: zone, room: MigrationCopy.room)
  }

  /// - Parameter room: octets that may still be written in a folder; nil where that cannot be asked.
  init(path: String, zone: Zone, room: (String) -> Int64?) throws(StoreError) {
    let file = try DatabaseFile(path: path, for: .writing)
    lock = try WriterLock(of: file)
    self.path = path
    self.zone = zone
    do {
      try FileSwap.finish(at: file.resolvedPath)
      queue = try LogWriter.open(file)
      let copy = try MigrationCopy.due(file, queue)
      let missing = try copy?.make(room: room)
      try Schema.migrate(queue)
      let left = copy?.dropOlder()
      try queue.write { db in
        _ = try EventTable.append([missing, left].compactMap(\.self), db)
        // Clocks that keep local time are read otherwise in another zone, and days are others.
        if try ZoneTable.note(zone, db) { try Task.ledger.begin(db) }
      }
      try finishTasks()
    } catch {
      throw StoreError(error, path: path)
    }
  }

  deinit {
    // The lock goes after this, with the stored properties.
    try? queue.close()
  }

  private static func open(_ file: DatabaseFile) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    // A priority above the usual is what a service may not ask for.
    configuration.qos = .default
    let queue = try DatabaseQueue(path: file.openPath, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      // The mode is a property of the file: only a file that is ours is put into it.
      _ = try Schema.state(of: db, path: file.path)
      guard sqlite3_db_readonly(db.sqliteConnection, "main") == 0 else { throw StoreError.notWritable(file.path) }
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw StoreError(
          "\(file.path): this file system cannot hold a write-ahead log. Point --database at a local disk.")
      }
      // FULL syncs the write-ahead log at each commit: what was reported as committed survives a power cut. NORMAL syncs
      // at checkpoints only; it cannot damage the file, but in simulated power cuts it lost up to 974 commits, FULL none.
      // The price is a sync for each batch of some seconds.
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    return queue
  }

  /// The key of a meter; its row is made at first sight, and updated when something about the meter is new.
  ///
  /// Cheap for a meter that is as it was: only news is written, and at once. Errors: as the disk has them; `seen` before
  /// 1970 or after 2527.
  package func meterKey(for identity: MeterIdentity, input: String, seen: UTCTime) throws(StoreError) -> Int64 {
    if let known = meters[identity.id], known.identity == identity, known.input == input { return known.key }
    try RowKey.check(seen)
    let key = try write { db in try MeterTable.note(identity, input: input, seen: seen, db) }
    meters[identity.id] = (key, identity, input)
    return key
  }

  /// What one transaction appends.
  package struct Batch: Sendable {
    /// In any order. A sample without any power or phase quantity is passed over.
    package var samples: [(meter: Int64, sample: Sample)] = []
    package var registers: [(meter: Int64, snapshot: RegisterSnapshot)] = []
    package var rejects: [(input: String, reject: Reject)] = []
    package var events: [LogEvent] = []
    /// A meter was heard at an input where it was not the last that was heard, as far as the caller knows.
    package var stays: [(meter: Int64, input: String, seen: UTCTime)] = []

    package init() {}

    package var isEmpty: Bool {
      samples.isEmpty && registers.isEmpty && rejects.isEmpty && events.isEmpty && stays.isEmpty
    }
  }

  /// Appends all of a batch in one transaction, or none of it, and returns when it is on the disk.
  ///
  /// What is there already is counted and left alone, so replaying a capture changes nothing. Different messages of one
  /// millisecond are all kept: the later ones move to the next free millisecond. Errors: as the disk has them; a meter
  /// that `meterKey` did not give; an arrival before 1970 or after 2527; more than 1000 messages of one millisecond.
  package func append(_ batch: Batch) throws(StoreError) -> AppendResult {
    guard !batch.isEmpty else { return AppendResult() }
    var ends = ledgerEnds
    let result = try write { db in
      var result = AppendResult()
      var news: [Int64: LedgerKeeper.News] = [:]
      try prepareMeters(of: batch, db)
      try append(batch.samples, to: &result, &news, db)
      for (meter, snapshot) in batch.registers {
        if let key = try RegisterTable.append(snapshot, meter: meter, db, path: path) {
          result.registers += 1
          news[meter, default: LedgerKeeper.News()].readings.insert(key)
        } else {
          result.duplicates += 1
        }
      }
      try note(batch.stays, &news, db)
      let told = try keepLedger(news, &ends, db)
      result.rejects = try RejectTable.append(batch.rejects, db)
      result.events = try EventTable.append(batch.events, db)
      result.duplicates += batch.rejects.count - result.rejects + batch.events.count - result.events
      _ = try EventTable.append(told, db)
      return result
    }
    ledgerEnds = ends
    for (meter, sample) in batch.samples where thinnedUntil[meter].map({ sample.arrival < $0 }) ?? false {
      thinnedUntil[meter] = sample.arrival
    }
    return result
  }

  private func append(
    _ samples: [(meter: Int64, sample: Sample)], to result: inout AppendResult,
    _ news: inout [Int64: LedgerKeeper.News],
    _ db: Database
  ) throws {
    guard !samples.isEmpty else { return }
    let appender = try SampleAppender(db)
    let rollups = try RollupTable(db)
    for (meter, sample) in samples where SampleAppender.stores(sample.readings) {
      let key = try RowKey.pack(meter: meter, arrival: sample.arrival)
      let newest = newestKeys[meter, default: Int64.max]
      if key <= newest, try rollups.hasSamplesGone(RowKey.quarter(of: key)) {
        result.expired += 1
        continue
      }
      guard let place = try appender.append(sample.readings, at: key, isNewest: key > newest) else {
        result.duplicates += 1
        continue
      }
      newestKeys[meter] = max(newest, place)
      result.samples += 1
      // The first and the last quarter that a key can hold have no neighbour.
      let touched = Rollup.quarters(touchedBy: RowKey.arrival(of: place)).filter { RowKey.time($0.milliseconds) != nil }
      news[meter, default: LedgerKeeper.News()].quarters.formUnion(touched)
    }
    for (meter, news) in news {
      try rollups.remake(news.quarters, of: meter)
      for day in Set(news.quarters.map { $0.floor(to: DigestTable.day) }) {
        try DigestTable.open([.power, .phase, .rollups], of: meter, in: day..<day + .hour, db)
      }
    }
  }

  private func note(
    _ stays: [(meter: Int64, input: String, seen: UTCTime)], _ news: inout [Int64: LedgerKeeper.News], _ db: Database
  ) throws {
    for (meter, input, seen) in stays {
      let displaced = try StayTable.note(meter, input: input, at: seen, db)
      for moved in [meter, displaced].compactMap(\.self) {
        let before = news[moved]?.moved ?? seen
        news[moved, default: LedgerKeeper.News()].moved = min(before, seen)
      }
    }
  }

  private func keepLedger(
    _ news: [Int64: LedgerKeeper.News], _ ends: inout [Int64: UTCTime], _ db: Database
  ) throws -> [LogEvent] {
    let keeper = keeper(db)
    return try news.sorted { $0.key < $1.key }.flatMap { meter, news in
      try keeper.update(meter, news, kept: &ends[meter])
    }
  }

  func keeper(_ db: Database) -> LedgerKeeper { LedgerKeeper(db, path: path, zone: zone) }

  /// Checks that the meters of a batch exist, learns where their samples end and notes when they were heard.
  private func prepareMeters(of batch: Batch, _ db: Database) throws {
    var heard: [Int64: (first: UTCTime, last: UTCTime)] = [:]
    let arrivals =
      batch.samples.map { ($0.meter, $0.sample.arrival) } + batch.registers.map { ($0.meter, $0.snapshot.arrival) }
    for (meter, arrival) in arrivals {
      let span = heard[meter] ?? (arrival, arrival)
      heard[meter] = (min(span.first, arrival), max(span.last, arrival))
    }
    for (meter, span) in heard {
      if newestKeys[meter] == nil { newestKeys[meter] = try newestKey(of: meter, db) }
      try MeterTable.extend(meter, first: span.first, last: span.last, db)
    }
  }

  private func newestKey(of meter: Int64, _ db: Database) throws -> Int64 {
    guard let keys = RowKey.all(of: meter),
      try Bool.fetchOne(db, sql: "SELECT 1 FROM meter WHERE id = ?", arguments: [meter]) == true
    else {
      throw StoreError("\(path): there is no meter with the key \(meter); please report it.")
    }
    let last = try [SampleTable.power, .phase].map { table in
      try Int64.fetchOne(
        db, sql: "SELECT max(k) FROM \(table.name) WHERE k BETWEEN ? AND ?",
        arguments: [keys.lowerBound, keys.upperBound])
    }
    let gone = try RollupTable.goneSpan(of: meter, db).map { keys.lowerBound + $0.upperBound.milliseconds - 1 }
    return (last + [gone]).compactMap(\.self).max() ?? keys.lowerBound - 1
  }

  /// Moves what is in the write-ahead log into the database file, as far as that goes without waiting for readers.
  ///
  /// SQLite does so itself every 1000 pages; this is for quiet moments. If it cannot be now, a later one makes up for it.
  package func checkpoint() {
    guard lock != nil else { return }
    _ = try? queue.writeWithoutTransaction { db in try db.checkpoint(.passive) }
  }

  package var isClosed: Bool { lock == nil }

  /// Closes the database; the last to close it leaves a single file. A closed writer gives an error for all it is asked.
  package func close() throws(StoreError) {
    guard lock != nil else { return }
    // Whatever becomes of the file, it is not this writer's any longer.
    defer { lock = nil }
    try translatingErrors { try queue.close() }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    guard lock != nil else { throw StoreError("\(path): closed.", .host) }
    return try translatingErrors { try queue.write(body) }
  }

  private func translatingErrors<Result>(_ body: () throws -> Result) throws(StoreError) -> Result {
    do {
      return try body()
    } catch {
      throw StoreError(error, path: path)
    }
  }
}

/// What an append did.
package struct AppendResult: Hashable, Sendable {
  /// Rows that are new.
  package var samples = 0
  package var registers = 0
  package var rejects = 0
  package var events = 0
  /// Of any of these: what was there already.
  package var duplicates = 0
  /// Samples that came when those of their time were gone already.
  package var expired = 0

  package init() {}

  package static func += (sum: inout AppendResult, other: AppendResult) {
    sum.samples += other.samples
    sum.registers += other.registers
    sum.rejects += other.rejects
    sum.events += other.events
    sum.duplicates += other.duplicates
    sum.expired += other.expired
  }
}
