/// The rules of one time zone, as a table of transitions; the only place where local time is made.
///
/// Hours are UTC everywhere else. Local days have 23, 24 or 25 of them, and nobody writes 24.
package struct Zone: Sendable {
  /// From `start` on, local time is UTC plus `offset` seconds.
  package struct Transition: Hashable, Sendable {
    package let start: UTCTime
    package let offset: Int
    package let isDaylightSaving: Bool

    package init(start: UTCTime, offset: Int, isDaylightSaving: Bool) {
      self.start = start
      self.offset = offset
      self.isDaylightSaving = isDaylightSaving
    }
  }

  /// For example `Europe/Oslo`.
  package let identifier: String
  package let transitions: [Transition]

  /// `transitions` are in order of time and not empty; the first holds for all time before it too.
  package init(identifier: String, transitions: [Transition]) {
    precondition(!transitions.isEmpty)
    self.identifier = identifier
    self.transitions = transitions
  }

  /// UTC under its own name, for programs that need no zone.
  package static let utc = Zone(
    identifier: "UTC",
    transitions: [Transition(start: UTCTime(milliseconds: 0), offset: 0, isDaylightSaving: false)])

  /// Seconds east of UTC at `time`.
  package func offset(at time: UTCTime) -> Int { transitions[index(at: time)].offset }

  package func isDaylightSaving(at time: UTCTime) -> Bool { transitions[index(at: time)].isDaylightSaving }

  /// Seconds east of UTC in normal (winter) time around `time`: what a clock that ignores summer time keeps.
  package func standardOffset(at time: UTCTime) -> Int {
    let index = index(at: time)
    let nearby = transitions[index...].prefix(2) + transitions[..<index].suffix(1)
    return nearby.first { !$0.isDaylightSaving }?.offset ?? transitions[index].offset
  }

  /// What a clock on the wall shows at `time`.
  package func civilTime(at time: UTCTime) -> CivilTime {
    CivilTime(secondsSince1970: time.seconds + Int64(offset(at: time)))
  }

  package func date(at time: UTCTime) -> CivilDate { civilTime(at: time).date }

  /// The instants at which a clock on the wall shows `civil`, in order: none in the hour that spring skips, two in the
  /// hour that autumn repeats, else one.
  package func instants(of civil: CivilTime) -> [UTCTime] {
    let wall = civil.secondsSince1970
    var found: [UTCTime] = []
    for offset in Set(nearbyOffsets(of: UTCTime(seconds: wall))).sorted(by: >) {
      let candidate = UTCTime(seconds: wall - Int64(offset))
      if self.offset(at: candidate) == offset { found.append(candidate) }
    }
    return found
  }

  /// The instant at which the local day `date` begins. Where midnight is skipped, the first instant of that day.
  package func start(of date: CivilDate) -> UTCTime {
    let midnight = CivilTime(date: date)
    if let instant = instants(of: midnight).first { return instant }
    let wall = UTCTime(seconds: midnight.secondsSince1970)
    let skipping = transitions.last { $0.start <= wall + .hours(24) } ?? transitions[0]
    return skipping.start
  }

  /// `2026-01-15T14:00:00+01:00`
  package func iso8601(_ time: UTCTime) -> String { civilTime(at: time).iso8601 + offsetText(offset(at: time)) }

  private func nearbyOffsets(of time: UTCTime) -> [Int] {
    let first = index(at: time - .hours(24))
    let last = index(at: time + .hours(24))
    return transitions[first...last].map(\.offset)
  }

  /// The last transition that is not after `time`.
  private func index(at time: UTCTime) -> Int {
    var low = 0
    var high = transitions.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if transitions[middle].start <= time { low = middle } else { high = middle }
    }
    return low
  }
}
