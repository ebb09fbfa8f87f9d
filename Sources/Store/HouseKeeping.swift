internal import Energy
internal import GRDB
package import Metering

/// What one step of keeping house did.
package struct HouseNews: Hashable, Sendable {
  /// Rows of samples that were deleted.
  package var samples = 0
  /// Quarter hours whose rollup is a fact from now on.
  package var quarters = 0
  /// Events of links that were deleted.
  package var events = 0
  /// A day of a meter was sealed, or what was open of it.
  package var sealed = 0
  /// There is more to do: call again.
  package var hasMore = false

  package init() {}
}

extension LogWriter {
  /// Two years.
  package static let usualRetention = TimeSpan.hours(24 * 730)

  /// Takes one short step of keeping house, in one transaction of some thousand rows.
  ///
  /// Samples that have been kept long enough are deleted, by whole days; readings, rollups and the ledger stay for ever, and are
  /// the same afterwards. When there are none, the oldest events of links go of which there are more than 10,000, and then one
  /// day of a meter is sealed that began two days ago or earlier.
  ///
  /// - Parameter now: by the host's clock. A clock that is further ahead of all readings of registers than samples came since is
  ///   not believed.
  /// - Parameter retention: how long samples are kept; nil is for ever.
  package func keepHouse(now: UTCTime, retention: TimeSpan? = LogWriter.usualRetention) throws(StoreError) -> HouseNews
  {
    var (thinned, sealed, covered, lastEvent) = (thinnedUntil, sealedUntil, coveredTime, lastEventThinned)
    let news = try write { db in
      var news = HouseNews()
      let meters = try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM meter ORDER BY id"))
      let today = try HouseClock(db: db, path: path).credible(now, meters, &covered)
      if let limit = retention.flatMap({ HouseClock.time($0, before: today) })?.floor(to: DigestTable.day) {
        try LogWriter.thin(
          meters, before: limit, &thinned, &news, SampleRetention(db: db, path: path), now: now)
      }
      if !news.hasMore { try LogWriter.thinEvents(after: &lastEvent, &news, db) }
      if !news.hasMore, let limit = HouseClock.time(DigestTable.day, before: today) {
        try LogWriter.seal(meters, before: limit, &sealed, &news, DigestTable(db: db))
      }
      if !covered.isComplete { news.hasMore = true }
      return news
    }
    (thinnedUntil, sealedUntil, coveredTime, lastEventThinned) = (thinned, sealed, covered, lastEvent)
    return news
  }

  private static func thin(
    _ meters: [Int64], before limit: UTCTime, _ places: inout [Int64: UTCTime], _ news: inout HouseNews,
    _ retention: SampleRetention, now: UTCTime
  ) throws {
    for meter in meters where news.samples < SampleRetention.rowsAtOnce {
      let place = places[meter] ?? UTCTime(milliseconds: 0)
      let step = try retention.step(meter, from: place, before: limit)
      news.samples += step.samples
      news.quarters += step.quarters
      _ = try EventTable.append(step.mended.map { try retention.event(meter, $0, at: now) }, retention.db)
      places[meter] = step.next ?? max(place, limit)
      if step.next != nil { news.hasMore = true }
    }
  }

  /// Looks again when some hundreds of events have come since it found nothing to delete.
  private static func thinEvents(after last: inout Int64?, _ news: inout HouseNews, _ db: Database) throws {
    let key = try EventTable.lastKey(db)
    guard key >= last.map({ $0 + Int64(EventTable.linksAtOnce) }) ?? 0 else { return }
    news.events = try EventTable.thinLinks(db)
    if news.events > 0 { news.hasMore = true } else { last = key }
  }

  private static func seal(
    _ meters: [Int64], before limit: UTCTime, _ places: inout [Int64: UTCTime], _ news: inout HouseNews,
    _ table: DigestTable
  ) throws {
    if try table.sealOpen() {
      news.sealed = 1
      news.hasMore = true
      return
    }
    for meter in meters {
      let place = places[meter] ?? UTCTime(milliseconds: 0)
      let (next, isSealed) = try table.sealNext(meter, from: place, before: limit)
      places[meter] = next ?? place
      guard next != nil else { continue }
      news.sealed = isSealed ? 1 : 0
      news.hasMore = true
      return
    }
  }
}

/// What time it is for decisions that cannot be taken back.
struct HouseClock {
  let db: Database
  let path: String

  /// The host's time, or that of the newest register reading and the time that samples cover since, whichever is earlier: a clock
  /// that is a year ahead would delete a year. Where no meter has sent registers, the newest sample has to do.
  func credible(_ now: UTCTime, _ meters: [Int64], _ covered: inout CoveredTime) throws -> UTCTime {
    if let newest = try meters.compactMap({ meter in try newestBoundary(of: meter) }).max() {
      try covered.count(since: newest, meters, db)
      return min(now, newest + covered.longest)
    }
    covered = CoveredTime()
    let heard = try meters.compactMap { try LedgerMaker(db: db, path: path).heard($0)?.last }.max()
    return min(now, heard ?? now)
  }

  private func newestBoundary(of meter: Int64) throws -> UTCTime? {
    try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT boundary FROM register_snapshot
          WHERE meter = ? AND boundary IS NOT NULL AND verdict = 'accepted' ORDER BY boundary DESC LIMIT 1
          """), arguments: [meter]
    ).flatMap(RowKey.time)
  }

  /// Nil when that is before 1970.
  static func time(_ span: TimeSpan, before now: UTCTime) -> UTCTime? {
    let (time, overflow) = now.milliseconds.subtractingReportingOverflow(max(span.milliseconds, 0))
    return overflow ? nil : RowKey.time(time)
  }
}
