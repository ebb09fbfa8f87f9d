/// A store that is drained all the time and filled by switching a fixed power on and off: a heated room, a water tank, a
/// refrigerator.
struct Thermostat: Hashable, Sendable {
  /// W while it is on.
  let power: Int64
  /// How much goes in between switching on and off, in W·ms.
  private let capacity: Int64
  private var level: Int64
  private(set) var isOn = false

  /// `capacity` in Wh; `filling` in thousandths of it.
  init(power: Int64, capacity: Int64, filling: Int64) {
    self.power = power
    self.capacity = capacity * EnergyCounter.wattHour
    level = self.capacity / 1000 * filling
  }

  /// Lets `milliseconds` go by with `demand` W drained, and returns the power drawn meanwhile.
  mutating func draw(demand: Int64, milliseconds: Int64) -> Int64 {
    if level <= 0 { isOn = true }
    if level >= capacity { isOn = false }
    let drawn = isOn ? power : 0
    // A store that can't keep up does not owe more than one filling.
    level = max(level + (drawn - demand) * milliseconds, -capacity)
    return drawn
  }
}

/// What the people and the weather do on one day: drawn from the seed and the date alone, so that a day is the same
/// whenever a simulation starts and however fine its steps are. Times are seconds after local midnight.
struct DayPlan: Hashable, Sendable {
  let breakfast: Range<Int64>
  let dinner: Range<Int64>
  let showers: [Range<Int64>]
  let evening: Range<Int64>
  /// Empty on days without charging.
  let charging: Range<Int64>
  /// How much warmer or colder than usual, in thousandths of a degree.
  let warmth: Int64
  /// How much of the sun gets through, in thousandths.
  let clearness: Int64

  /// `day` counts local days since 1970.
  init(seed: UInt64, day: Int64) {
    var random = SplitMix64(seed: seed, purpose: UInt64(bitPattern: day))
    func span(from earliest: Int64, to latest: Int64, minutes: ClosedRange<Int64>) -> Range<Int64> {
      let start = random.next(in: earliest * 60...latest * 60)
      return start..<start + random.next(in: minutes) * 60
    }
    breakfast = span(from: 380, to: 480, minutes: 12...20)
    dinner = span(from: 950, to: 1100, minutes: 35...70)
    showers = [
      span(from: 370, to: 450, minutes: 5...11), span(from: 1170, to: 1330, minutes: 5...14),
    ]
    evening = span(from: 960, to: 1020, minutes: 330...420)
    let night = span(from: 15, to: 80, minutes: 110...290)
    charging = random.chance(perMille: 430) ? night : 0..<0
    warmth = random.next(in: -4500...4500)
    clearness = random.next(in: 150...1000)
  }
}
