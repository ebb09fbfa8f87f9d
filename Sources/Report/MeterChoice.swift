import Metering
import Store

/// The meters of a log, and which of them a report is about.
struct MeterChoice {
  private let meters: [StoredMeter]

  /// - Throws: when there is none.
  init(meters: [StoredMeter], database: String) throws(ReportFailure) {
    guard !meters.isEmpty else {
      throw ReportFailure("no meter in \(database) yet: let ams-logger hear one, then try again")
    }
    self.meters = meters
  }

  /// The meter of that number, else the only one whose number ends so.
  func matching(_ number: String) throws(ReportFailure) -> [StoredMeter] {
    if let exact = meters.first(where: { $0.identity.id == number }) { return [exact] }
    let ending = number.isEmpty ? [] : meters.filter { $0.identity.id.hasSuffix(number) }
    guard ending.count <= 1 else {
      throw ReportFailure("the numbers of \(ending.count) meters end in \(number): \(list(ending)); give more digits")
    }
    guard !ending.isEmpty else {
      throw ReportFailure("no meter \(number) in the log; there is \(list(meters))")
    }
    return ending
  }

  /// The meter of a log that has one alone.
  func only() throws(ReportFailure) -> StoredMeter {
    guard meters.count == 1 else {
      throw ReportFailure("the log has \(meters.count) meters, \(list(meters)): say which with --meter")
    }
    return meters[0]
  }

  /// The meters that were heard in the range; all of them when none was.
  func heard(in range: ReportRange.Request) -> [StoredMeter] {
    let heard = meters.filter { meter in
      (range.end.map { meter.firstSeen < $0 } ?? true) && (range.start.map { $0 <= meter.lastSeen } ?? true)
    }
    return heard.isEmpty ? meters : heard
  }

  /// What to say when `meters` have no hour in the range.
  func nothingInRange(_ meters: [StoredMeter], zone: Zone) -> ReportFailure {
    let heard = meters.map {
      "\($0.identity.id) from \(zone.iso8601($0.firstSeen)) to \(zone.iso8601($0.lastSeen))"
    }
    return ReportFailure(
      "no finished hour to report on yet, or none in this range; heard so far: \(heard.joined(separator: ", "))")
  }

  private func list(_ meters: [StoredMeter]) -> String { meters.map(\.identity.id).joined(separator: ", ") }
}
