package import Metering

/// What the clock of a meter keeps (`protocol.md` 4.2). Learned from arrivals, or set.
package enum MeterClockBase: String, CaseIterable, Hashable, Sendable {
  /// The zone's normal time all year: UTC+1 in Oslo and Stockholm.
  case normalTime = "normal"
  /// What a clock on the wall shows, with summer time.
  case civilTime = "civil"
}

extension MeterClock {
  /// The instant that the wall reading means, given when it arrived; nil when it is more than `MeterClock.tolerance` away,
  /// or the meter has lost its time.
  ///
  /// Where the base is known only that one counts: a list that fits the other is stale (`protocol.md` 4.4).
  package func instant(arrival: UTCTime, zone: Zone, base: MeterClockBase?) -> UTCTime? {
    guard let base else { return instant(arrival: arrival, zone: zone) }
    guard hasTime else { return nil }
    let candidates = instants(in: zone, base: base)
    let nearest = candidates.min { ($0 - arrival).magnitude < ($1 - arrival).magnitude }
    return nearest.flatMap { ($0 - arrival).magnitude <= MeterClock.tolerance ? $0 : nil }
  }

  /// All instants that the wall reading may mean, each once; those of both bases where it is not known which.
  package func instants(in zone: Zone, base: MeterClockBase?) -> [UTCTime] {
    switch base {
    case .normalTime:
      let about = UTCTime(seconds: wall.secondsSince1970)
      return [UTCTime(seconds: wall.secondsSince1970 - Int64(zone.standardOffset(at: about)))]
    case .civilTime: return zone.instants(of: wall)
    case nil:
      let normal = instants(in: zone, base: .normalTime)
      return normal + instants(in: zone, base: .civilTime).filter { !normal.contains($0) }
    }
  }

  /// Whether it was ever set: a meter that has lost its time begins again at a year before there were any of these.
  package var hasTime: Bool { wall.date.year >= 2015 }
}

extension RegisterSnapshot {
  /// Whether the meter gave no time to place it by, so that its arrival has to do.
  package var isPlacedByArrival: Bool { clock?.hasTime != true }

  /// The moment of its clock, to the second; its arrival where it has none.
  ///
  /// The hour follows from the boundary or from the arrival, within half an hour: bases differ by whole hours, so none is
  /// needed. For readings that are sound.
  var instant: UTCTime {
    guard let clock, clock.hasTime else { return arrival }
    let past = TimeSpan.seconds(Int64(clock.wall.minute * 60 + clock.wall.second))
    if let boundary { return boundary + past }
    let guess = arrival.floor(to: .hour) + past
    let half = TimeSpan.minutes(30)
    return guess - arrival > half ? guess - .hour : arrival - guess > half ? guess + .hour : guess
  }

  /// How long after its full hour the list was sent: by its clock, or by its arrival where the clock states the hour itself.
  var lateness: TimeSpan {
    guard let boundary else { return .zero }
    let stated = instant - boundary
    return stated > .zero ? stated : min(max(arrival - boundary, .zero), hourlyListTolerance)
  }
  /// The arrival times of the samples that a correction for a late list asks for; nil for a reading of no full hour.
  package var latchWindow: Range<UTCTime>? {
    guard boundary != nil else { return nil }
    let hour = arrival - lateness
    return hour - PowerIntegral.longestGap..<max(hour, arrival) + PowerIntegral.longestGap + TimeSpan(milliseconds: 1)
  }
}
