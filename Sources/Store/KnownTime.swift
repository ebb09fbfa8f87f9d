package import Energy
internal import GRDB
package import Metering

/// What a log knows at the start, of time for a computer that does not know it, and of what went before.
extension LogWriter {
  /// When the last message in the log arrived; nil for a new one.
  package func newestArrival() throws(StoreError) -> UTCTime? {
    try write { db in
      let ledger = LedgerMaker(db: db, path: path)
      let heard = try MeterTable.all(db).flatMap { meter in
        [meter.lastSeen, try ledger.heard(meter.key)?.last].compactMap(\.self)
      }
      return heard.max()
    }
  }

  /// The newest thousand events of a kind, in order of time.
  package func newestEvents(of kind: LogEvent.Kind) throws(StoreError) -> [LogEvent] {
    try write { db in try EventTable.events(newest: 1000, of: kind, db, path: path) }
  }

  /// Which time the clocks of meters keep, by the numbers of the meters, as far as that was learned or set.
  package func clockBases() throws(StoreError) -> [String: MeterClockBase] {
    try write { db in
      let bases = try MeterTable.all(db).compactMap { meter in
        try FactTable.knowledge(of: meter.key, db, path: path).rules(zone: zone).clockBase.map {
          (meter.identity.id, $0)
        }
      }
      return Dictionary(uniqueKeysWithValues: bases)
    }
  }
}
