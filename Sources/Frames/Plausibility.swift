package import Metering

/// The second check: whether a list can be true, given the lists before it.
///
/// A check of 16 bits lets one in 65,536 damaged frames through, and a few per cent of those still look like lists. So after
/// damage on the line the next lists are compared with what was heard before: a meter's lists of one length differ in numbers
/// and clock alone, its clock goes with the host's, registers never fall and rise no faster than a fuse allows, and nobody has
/// 600 V. On a line without damage nothing is ever doubted.
///
/// What is doubted is refused, once: when the next of its kind agrees with it, it was the meter that changed (another meter,
/// another setting, its clock set), and it is believed from then on. So a true change costs one list, and only on a bad line.
package struct Plausibility: Sendable {
  /// The most active power that a meter without current transformers carries, W: 3 × 100 A at 230 V, and a tenth more.
  package static let mostPower: Int64 = 80_000
  /// mV. Line voltage of a 400 V net, and a quarter more.
  package static let mostVoltage: Int64 = 500_000
  /// mA.
  package static let mostCurrent: Int64 = 150_000
  /// How far a meter's clock may wander from the host's between two lists.
  package static let clockTolerance = TimeSpan.minutes(2)

  /// How many lists are looked at closely after damage.
  private static let watch = 4096
  /// Forms of lists that are remembered: a port carries three or four.
  private static let mostForms = 64
  private static let mostDoubted = 8

  /// A list that was believed: its form, and the numbers that the next one starts from.
  fileprivate struct Heard: Sendable {
    var list: MeterList
    var octets: Int
    var arrival: UTCTime
    /// The largest numbers of this form so far: beyond current transformers they are anything.
    var power: Int64 = 0
    var current: Int64 = 0
  }

  private var heard: [Heard] = []
  private var oldest = 0
  /// What was doubted last, of a few forms.
  private var doubted: [Heard] = []
  private var watched = 0

  package init() {}

  /// Octets went by that were refused, or belong to nothing.
  package mutating func noteDamage() { watched = Plausibility.watch }

  /// Nil when the list is believed; it is then what the next ones are compared with.
  ///
  /// - Parameters:
  ///   - octets: the length of its message, where a check of its own vouches for that (an HDLC header); else 0.
  package mutating func doubt(_ list: MeterList, octets: Int, arrival: UTCTime) -> Doubt? {
    let place = heard.firstIndex { $0.octets == octets && $0.list.isOfForm(list) }
    if watched > 0 {
      watched -= 1
      let doubt =
        if let place {
          Plausibility.doubt(list, arrival: arrival, after: heard[place])
        } else {
          !list.isChecked || heard.contains { $0.octets == octets } ? Doubt.form : nil
        }
      if let doubt, !isLikeDoubted(list, octets: octets, arrival: arrival) {
        let limits = place.map { heard[$0] }
        doubted.removeAll { $0.octets == octets && $0.list.isOfForm(list) }
        if doubted.count == Plausibility.mostDoubted { doubted.removeFirst() }
        doubted.append(
          Heard(
            list: list, octets: octets, arrival: arrival, power: limits?.power ?? 0, current: limits?.current ?? 0))
        return doubt
      }
    }
    if let place { heard[place].take(list, arrival: arrival) } else { keep(list, octets: octets, arrival: arrival) }
    return nil
  }

  /// Whether the list goes with one that was doubted before.
  private func isLikeDoubted(_ list: MeterList, octets: Int, arrival: UTCTime) -> Bool {
    doubted.contains {
      $0.octets == octets && $0.list.isOfForm(list) && Plausibility.doubt(list, arrival: arrival, after: $0) == nil
    }
  }

  private mutating func keep(_ list: MeterList, octets: Int, arrival: UTCTime) {
    var new = Heard(list: list, octets: octets, arrival: arrival)
    new.take(list, arrival: arrival)
    if heard.count < Plausibility.mostForms {
      heard.append(new)
    } else {
      heard[oldest] = new
      oldest = (oldest + 1) % Plausibility.mostForms
    }
  }
}

/// Why a list is not believed although its checks hold.
package enum Doubt: Hashable, Sendable, CustomStringConvertible {
  /// Other elements or texts than the lists of its length.
  case form
  case clock(seconds: Int64)
  case range(Quantity, Int64)
  case registerFalls(Quantity)
  case registerLeaps(Quantity)

  package static let prefix = "the checks hold, but after damage on the line this is not believed: "

  package var description: String {
    let reason =
      switch self {
      case .form: "its elements or texts are not those of the other lists of its length"
      case .clock(let seconds): "its clock is \(seconds) s from where it should be"
      case .range(let quantity, let value):
        "\(quantity.key) of \(quantity.unit.text(value)) \(quantity.unit.symbol) cannot be"
      case .registerFalls(let quantity): "\(quantity.key) is less than before"
      case .registerLeaps(let quantity): "\(quantity.key) has risen faster than any fuse allows"
      }
    return Doubt.prefix + reason
  }
}

extension MeterList {
  /// Whether another list differs from this one in numbers and the reading of the clock alone.
  fileprivate func isOfForm(_ other: MeterList) -> Bool {
    readings.present == other.readings.present && kind == other.kind && maker == other.maker
      && unknownElements == other.unknownElements && malformedLines == other.malformedLines
      && isChecked == other.isChecked && (clock == nil) == (other.clock == nil)
      && registers?.scale == other.registers?.scale && meterID == other.meterID && meterType == other.meterType
      && listVersion == other.listVersion && deviceName == other.deviceName && identification == other.identification
  }
}

extension Plausibility.Heard {
  fileprivate mutating func take(_ list: MeterList, arrival: UTCTime) {
    self.list = list
    self.arrival = arrival
    var left = list.readings.present
    while left != 0 {
      let place = left.trailingZeroBitCount
      left &= left - 1
      guard let quantity = Quantity(rawValue: UInt8(place)) else { continue }
      switch quantity.unit {
      case .watt, .var: power = max(power, list.readings.values[place].clampedMagnitude)
      case .milliampere: current = max(current, list.readings.values[place].clampedMagnitude)
      default: break
      }
    }
  }
}

extension Plausibility {
  /// What is wrong with the numbers of a list that comes after `before`, if anything.
  private static func doubt(_ list: MeterList, arrival: UTCTime, after before: Heard) -> Doubt? {
    let elapsed = arrival - before.arrival
    if let doubt = doubtClock(list, after: before, elapsed: elapsed) { return doubt }
    // Four times what was heard, for meters behind current transformers.
    let mostPower = max(Plausibility.mostPower, before.power.multipliedClamped(by: 4))
    let mostCurrent = max(Plausibility.mostCurrent, before.current.multipliedClamped(by: 4))
    // More than passed, because registers may be those of the last full hour.
    let hours = max(elapsed, .zero).milliseconds / 3_600_000 + 2
    for quantity in list.readings.quantities {
      guard let value = list.readings[quantity] else { continue }
      let isPossible =
        switch quantity.unit {
        case .watt, .var: value.clampedMagnitude <= mostPower
        case .milliampere: value.clampedMagnitude <= mostCurrent
        case .millivolt: (0...mostVoltage).contains(value)
        case .perMille: (-1000...1000).contains(value)
        case .wattHour, .varHour: value >= 0
        }
      guard isPossible else { return .range(quantity, value) }
      guard quantity.isRegister, let last = before.list.readings[quantity] else { continue }
      if value < last { return .registerFalls(quantity) }
      if value - last > mostPower.multipliedClamped(by: hours) { return .registerLeaps(quantity) }
    }
    return nil
  }

  private static func doubtClock(_ list: MeterList, after before: Heard, elapsed: TimeSpan) -> Doubt? {
    guard let now = list.clock, let then = before.list.clock else { return nil }
    let off = now.wall.secondsSince1970 - then.wall.secondsSince1970 - elapsed.milliseconds / 1000
    // Summer time begins and ends.
    let isNear = [0, 3600, -3600].contains { abs(off - $0) <= clockTolerance.milliseconds / 1000 }
    let isSameKind =
      (now.deviation == nil) == (then.deviation == nil) && (now.status ?? 0) & 0x7F == (then.status ?? 0) & 0x7F
      && [0, 60].contains(abs((now.deviation ?? 0) - (then.deviation ?? 0)))
    return isNear && isSameKind ? nil : .clock(seconds: off)
  }
}

extension Int64 {
  fileprivate var clampedMagnitude: Int64 { Int64(clamping: magnitude) }

  fileprivate func multipliedClamped(by factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }
}
