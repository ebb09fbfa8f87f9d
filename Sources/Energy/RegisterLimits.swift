internal import Metering

/// How fast the registers of a meter can grow: what its main fuse lets through.
package struct RegisterLimits: Hashable, Sendable {
  /// W. The default is twice what 3 × 63 A at 400 V carry (43.6 kW), with something left over (`protocol.md` 8.4).
  package let maximumPower: Int64

  /// Two clocks may disagree by this much about the time between two readings.
  private static let slack = MeterClock.tolerance

  /// - Parameter maximumPower: W; cut to 1 W ... 100 MW.
  package init(maximumPower: Int64 = 100_000) {
    self.maximumPower = min(max(maximumPower, 1), 100_000_000)
  }

  /// The most, in Wh, that can go through the meter in `span`.
  func energy(in span: TimeSpan) -> Int64 {
    let century = TimeSpan.hours(1_000_000)
    let milliseconds = min(max(span, .zero), century).milliseconds + RegisterLimits.slack.milliseconds
    return maximumPower * (milliseconds / 1000) / 3600 + 1
  }

  /// What lies between two readings of the same meter.
  enum Step: Hashable {
    case possible
    /// The same energy, and what was used since, in a unit ten times finer or coarser: the exponent moved by this much.
    case scaleChange(Int)
    /// Some register went back.
    case lower
    /// Some register grew by more than the fuse lets through.
    case tooMuch
  }

  /// Judges the registers of `later` against those of `earlier`.
  func step(from earlier: RegisterSnapshot, to later: RegisterSnapshot) -> Step {
    let elapsed = (later.boundary ?? later.arrival) - (earlier.boundary ?? earlier.arrival)
    let allowed = energy(in: elapsed)
    let step = step(from: earlier.registers, to: later.registers, allowed: allowed)
    guard step != .possible else { return .possible }
    for change in [-1, 1] {
      var now = later.registers
      var then = earlier.registers
      // What can't be written into a scale that nobody knows is written into the numbers.
      if now.scale == nil, then.scale == nil {
        now.scale = change
        then.scale = 0
      } else {
        now.scale = now.scale.map { $0 + change }
      }
      guard isTenfold(earlier.registers, later.registers, coarser: change > 0) else { continue }
      if hasGrown(from: then, to: now, allowed: allowed, coarser: change > 0) { return .scaleChange(change) }
    }
    return step
  }

  private func step(from earlier: Registers, to later: Registers, allowed: Int64) -> Step {
    // A register in a coarser unit than before has lost its last digit.
    let isCoarser = (later.scale ?? 0) > (earlier.scale ?? 0) && earlier.scale != nil
    var isTooMuch = false
    for place in RegisterPlace.allCases {
      guard let (then, now) = comparable(earlier, later, place) else { continue }
      if now < then - (isCoarser ? later.unit - 1 : 0) { return .lower }
      if now - then > allowed + later.unit { isTooMuch = true }
    }
    return isTooMuch ? .tooMuch : .possible
  }

  /// Whether the registers moved by about the factor that a change of unit makes; a small meter that falls a little, or is
  /// read a little late, does not.
  private func isTenfold(_ earlier: Registers, _ later: Registers, coarser: Bool) -> Bool {
    RegisterPlace.allCases.allSatisfy { place in
      guard let (then, now) = comparable(earlier, later, place) else { return true }
      return coarser ? now * 5 <= then : now >= then * 5
    }
  }

  /// Whether every register that both show has grown, by a possible amount, and at least one is no 0.
  private func hasGrown(from earlier: Registers, to later: Registers, allowed: Int64, coarser: Bool) -> Bool {
    var isSeen = false
    for place in RegisterPlace.allCases {
      guard let then = earlier.rounded(place), let now = later.rounded(place) else { continue }
      // A coarser register has lost its last digit, a finer one has just found one.
      guard now - then >= (coarser ? -later.unit : 0), now - then <= allowed + 10 * later.unit else { return false }
      if then > 0 { isSeen = true }
    }
    return isSeen
  }
}

extension RegisterLimits {
  /// The same register of two readings, in one unit: Wh, or as sent where neither scale is settled. Nil where they can't
  /// be compared, or are beyond any meter.
  private func comparable(_ earlier: Registers, _ later: Registers, _ place: RegisterPlace) -> (Int64, Int64)? {
    let bothOpen = earlier.scale == nil && later.scale == nil
    let then = bothOpen ? earlier[place] : earlier.scaled(earlier[place])
    let now = bothOpen ? later[place] : later.scaled(later[place])
    guard let then, let now, then.magnitude < 1 << 60, now.magnitude < 1 << 60 else { return nil }
    return (then, now)
  }
}

extension Registers {
  /// The smallest movement, Wh; 1 where it is not settled or finer.
  var unit: Int64 { scale.flatMap { Int64(1).scaled(byPowerOfTen: min(max($0, 0), 6)) } ?? 1 }

  /// Wh, rounded down to whole ones where the scale is finer.
  fileprivate func rounded(_ place: RegisterPlace) -> Int64? {
    guard let raw = self[place], (0..<1 << 60).contains(raw), let scale else { return nil }
    if scale >= 0 {
      return raw.scaled(byPowerOfTen: scale).flatMap { $0 < 1 << 60 ? $0 : nil }
    }
    return Int64(1).scaled(byPowerOfTen: min(-scale, 18)).map { raw / $0 }
  }
}
