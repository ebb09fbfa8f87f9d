import Metering

/// Keeps of a stream of register readings those that quarter-hour boundaries need.
///
/// The rule: a reading is kept when it is the first after a quarter-hour boundary, or the last before one. A meter that sends
/// its registers once an hour keeps them all; one that sends them every 10 s keeps eight an hour, from which each boundary can
/// be read or interpolated. A quarter has passed when the arrival says so or the meter's clock does, so that a list repeated an
/// hour later is kept too.
struct RegisterThinning: Sendable {
  private var last: RegisterSnapshot?
  private var lastIsKept = false

  mutating func take(_ snapshot: RegisterSnapshot, zone: Zone, _ keep: (RegisterSnapshot) -> Void) {
    defer { last = snapshot }
    guard let last, last.quarters(zone) == snapshot.quarters(zone) else {
      if let last, !lastIsKept { keep(last) }
      keep(snapshot)
      lastIsKept = true
      return
    }
    lastIsKept = false
  }
}

extension RegisterSnapshot {
  /// The quarter-hours in which the reading arrived and was made.
  fileprivate func quarters(_ zone: Zone) -> [UTCTime] {
    let made = clock?.instant(arrival: arrival, zone: zone) ?? arrival
    return [arrival.floor(to: .quarter), made.floor(to: .quarter)]
  }
}
