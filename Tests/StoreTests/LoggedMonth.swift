import Energy
import GRDB
import Metering
import Simulator
import TestSupport

@testable import Accuracy
@testable import Store

/// Some days of a simulated meter with faults, as records of a log.
struct LoggedMonth {
  let judged: JudgedMonth
  let identity: MeterIdentity

  init(_ seed: UInt64, days: Int64 = 3) {
    self.init(MeterMonth(seed: seed, zone: oslo, days: days), seed)
  }

  init(_ month: MeterMonth, _ seed: UInt64) {
    judged = JudgedMonth(StoredMonth(month, seed: seed))
    identity = MeterIdentity(id: "7359992000000033", maker: judged.stored.month.model.maker)
  }

  var samples: [Sample] {
    judged.stored.samples.map { sample in
      var readings = Readings()
      readings[.activePowerImport] = sample.activeImport
      readings[.activePowerExport] = sample.activeExport
      return Sample(arrival: sample.time, readings: readings)
    }
  }

  /// Everything in order of arrival, cut into batches of about `size`.
  func batches(of meter: Int64, size: Int) -> [LogWriter.Batch] {
    var batches: [LogWriter.Batch] = []
    var readings = judged.stored.readings[...]
    var samples = samples[...]
    while !samples.isEmpty || !readings.isEmpty {
      let part = samples.prefix(size)
      samples = samples.dropFirst(size)
      let end = samples.first?.arrival
      let due = readings.prefix { reading in end.map { reading.arrival < $0 } ?? true }
      readings = readings.dropFirst(due.count)
      batches.append(LogWriter.Batch(meter: meter, Array(part), registers: Array(due)))
    }
    return batches
  }
}

/// The rows of everything derived.
struct DerivedRows: Equatable {
  let verdicts: [String]
  let facts: [String]
  let hours: [LedgerEntry]

  init(_ path: String) throws {
    verdicts = try sql(path) { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT arrival_utc || ' ' || verdict || ' ' || coalesce(boundary_utc, '-') || ' ' || coalesce(scale, '-') || ' '
            || coalesce(reason, '') FROM register_snapshot ORDER BY k
          """)
    }
    facts = try sql(path) { db in
      try String.fetchAll(
        db, sql: "SELECT name || ' ' || value || ' ' || settled || ' ' || evidence FROM fact ORDER BY name, start")
    }
    hours = try LogReader(path: path).ledger(of: 1, in: UTCTime(milliseconds: 0)..<UTCTime(milliseconds: .max))
  }
}

extension LogWriter.Batch {
  /// The first arrival in it.
  var start: UTCTime? {
    [samples.first?.sample.arrival, registers.first?.snapshot.arrival].compactMap(\.self).min()
  }
}
