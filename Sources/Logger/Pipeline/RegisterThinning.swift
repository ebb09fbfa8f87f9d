import Metering

/// Keeps of a stream of register readings those that quarter-hour boundaries need.
///
/// The rule: a reading is kept when it is the first after a quarter-hour boundary, or the last before one. A meter that sends
/// its registers once an hour keeps them all; one that sends them every 10 s keeps eight an hour, from which each boundary can
/// be read or interpolated. A quarter has passed when the arrival says so or the meter's clock does, right or wrong: a list
/// repeated an hour later is kept, and so is every hour of a meter whose clock runs away.
struct RegisterThinning: Sendable {
  private var last: RegisterSnapshot?
  private var lastIsKept = false

  mutating func take(_ snapshot: RegisterSnapshot, _ keep: (RegisterSnapshot) -> Void) {
    defer { last = snapshot }
    guard let last, last.quarters == snapshot.quarters else {
      if let last, !lastIsKept { keep(last) }
      keep(snapshot)
      lastIsKept = true
      return
    }
    lastIsKept = false
  }
}

extension RegisterSnapshot {
  /// The quarter-hours in which the reading arrived and was made, the latter as the meter's clock shows it.
  fileprivate var quarters: [UTCTime] {
    [arrival, clock.map { UTCTime(utc: $0.wall) } ?? arrival].map { $0.floor(to: .quarter) }
  }
}
