package import Metering

extension UTCTime {
  /// Whether it is in the years 1990 to 2100, for which zones are known: a time outside them is of a damaged row.
  var isCredible: Bool { UTCTime.credible.contains(self) }

  private static let credible = UTCTime(seconds: 631_152_000)..<UTCTime(seconds: 4_102_444_800)
}

/// Local days and months as spans of UTC. A day holds the hours that begin in it, and so many as there are.
extension Zone {
  /// The local days that share any time with `range`, in order.
  package func days(touching range: Range<UTCTime>) -> [Range<UTCTime>] {
    periods(touching: range, from: { $0 }, next: { $0.adding(days: 1) })
  }

  /// The local months that share any time with `range`, in order.
  package func months(touching range: Range<UTCTime>) -> [Range<UTCTime>] {
    periods(touching: range, from: \.startOfMonth, next: \.startOfNextMonth)
  }

  private func periods(
    touching range: Range<UTCTime>, from first: (CivilDate) -> CivilDate, next: (CivilDate) -> CivilDate
  ) -> [Range<UTCTime>] {
    var found: [Range<UTCTime>] = []
    var date = first(self.date(at: range.lowerBound))
    while case let start = firstHour(of: date), start < range.upperBound {
      date = next(date)
      let end = firstHour(of: date)
      if end > range.lowerBound { found.append(start..<end) }
    }
    return found
  }

  /// The first full hour of UTC that begins in the local day `date`; its midnight, where offsets are whole hours.
  package func firstHour(of date: CivilDate) -> UTCTime { start(of: date).ceiling(to: .hour) }
}
