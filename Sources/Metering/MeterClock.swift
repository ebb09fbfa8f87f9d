/// The meter's clock as it was sent: wall reading, deviation, status. Nothing is guessed here.
package struct MeterClock: Hashable, Sendable {
  package var wall: CivilTime
  /// Minutes, UTC = local + deviation (COSEM date-time, DLMS Blue Book 4.1.6.1); nil when unspecified (8000).
  package var deviation: Int?
  /// Clock status octet; nil when unspecified (FF). Bit 0 invalid, 1 doubtful, 2 different clock base, 3 invalid status,
  /// 7 daylight saving active.
  package var status: UInt8?

  package init(wall: CivilTime, deviation: Int? = nil, status: UInt8? = nil) {
    self.wall = wall
    self.deviation = deviation
    self.status = status
  }

  /// How far the meter clock may be from the host's before its stamp is suspect (`protocol.md` 4.4).
  package static let tolerance = TimeSpan.minutes(10)

  /// The instant that the wall reading means, given when it arrived; nil when no reading of it is within `tolerance`.
  ///
  /// The deviation field is not believed (Aidon sends 0 and keeps UTC+1). The wall reading is tried in the zone's normal
  /// time and in its summer time, and the one nearer to the arrival wins: that needs no knowledge of the maker. A meter that
  /// has lost its time (a year before 2015) or sends a stale list fits neither.
  package func instant(arrival: UTCTime, zone: Zone) -> UTCTime? {
    guard wall.date.year >= 2015 else { return nil }
    let standard = zone.standardOffset(at: arrival)
    let candidates = [standard, standard + 3600].map { UTCTime(seconds: wall.secondsSince1970 - Int64($0)) }
    let nearest = candidates.min { ($0 - arrival).magnitude < ($1 - arrival).magnitude }
    return nearest.flatMap { ($0 - arrival).magnitude <= MeterClock.tolerance ? $0 : nil }
  }
}

/// How long after the full hour an hourly list may carry that hour's registers: Aidon sends at hh:00:10, Kaifa at :10,
/// Kamstrup anywhere from :05 to :55 (`protocol.md` 1.3, 8.2).
package let hourlyListTolerance = TimeSpan.minutes(5)

/// The full hour to which the registers of a list belong whose clock (or arrival, if it has none) is `instant`.
///
/// The register labelled 14:00 closes the hour 13–14 (law 4). Nil when the list is more than `hourlyListTolerance` late: its
/// registers are kept, but they are no boundary.
package func hourBoundary(of instant: UTCTime) -> UTCTime? {
  let hour = instant.floor(to: .hour)
  return instant - hour <= hourlyListTolerance ? hour : nil
}
