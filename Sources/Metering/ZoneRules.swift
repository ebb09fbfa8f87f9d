import Foundation

extension Zone {
  /// The years for which the table is exact; the rules of the last one go on after it.
  private static let firstYear = 1990
  private static let lastYear = 2100

  /// Reads the rules of a zone of the IANA database, such as `Europe/Oslo`. Nil for a name that it does not have.
  ///
  /// The host's own zone is never asked for. Foundation knows the rules; they are read once into a table, because a
  /// look-up in the table costs nanoseconds and one in Foundation costs most of a microsecond.
  package init?(named identifier: String) {
    guard let rules = TimeZone(identifier: identifier) else { return nil }
    func transition(at start: UTCTime) -> Transition {
      let date = Date(timeIntervalSince1970: Double(start.seconds))
      return Transition(
        start: start, offset: rules.secondsFromGMT(for: date), isDaylightSaving: rules.isDaylightSavingTime(for: date))
    }
    func newYear(_ year: Int) -> UTCTime {
      UTCTime(seconds: CivilDate(year: year, month: 1, day: 1).map { $0.daysSince1970 * 86_400 } ?? 0)
    }
    var transitions = [transition(at: newYear(Zone.firstYear))]
    let end = newYear(Zone.lastYear)
    while let last = transitions.last {
      let date = Date(timeIntervalSince1970: Double(last.start.seconds))
      guard let next = rules.nextDaylightSavingTimeTransition(after: date) else { break }
      let start = UTCTime(seconds: Int64(next.timeIntervalSince1970))
      guard start > last.start, start < end else { break }
      transitions.append(transition(at: start))
    }
    self.init(identifier: identifier, transitions: transitions)
  }
}
