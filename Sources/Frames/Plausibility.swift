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
  private static let sampling = 61
  /// So many lists with the same invoke id make it a habit.
  fileprivate static let habit = 8

  /// A list that was believed: its form, and the numbers that the next one starts from.
  fileprivate struct Heard: Sendable {
    var list: MeterList
    var signs: Signs
    var arrival: UTCTime
    /// How many lists in a row had the same invoke id.
    var sameInvokeIDs = 0
    /// The largest numbers of this form so far: beyond current transformers they are anything.
    var power: Int64 = 0
    var current: Int64 = 0
  }

  /// What a message has besides its list by which others of its kind are known.
  struct Signs: Sendable {
    var carrier: Carrier
    var invokeID: UInt32?
    /// The octets of its body that never change; nil where they are not known.
    var template: ListTemplate?
  }

  /// What brought a message. Only HDLC has a check over the length, so that a list of another length is another list.
  enum Carrier: Hashable, Sendable {
    case frame(octets: Int)
    case telegram, longFrame
  }

  private var heard: [Heard] = []
  private var oldest = 0
  /// What was doubted last, of a few forms.
  private var doubted: [Heard] = []
  private var watched = 0
  private var looked = 0
  private var passed = 0

  package init() {}

  /// Octets went by that were refused, or belong to nothing.
  package mutating func noteDamage() { watched = Plausibility.watch }

  /// Whether a list needs no look. On a quiet line, once the meter's habits are known, one of 61 that are of a known form is
  /// enough to know where the numbers stand; 61, because no meter's lists come round in so many.
  mutating func passes(isFamiliar: Bool) -> Bool {
    guard watched == 0, isFamiliar, looked >= Plausibility.sampling else { return false }
    passed = passed < Plausibility.sampling ? passed + 1 : 1
    return passed < Plausibility.sampling
  }

  /// Nil when the list, read from `body`, is believed; it is then what the next ones are compared with.
  mutating func doubt(_ list: MeterList, _ signs: Signs, body: Span<UInt8>, arrival: UTCTime) -> Doubt? {
    // What has no check is nothing to compare others with, and is judged elsewhere (`P1CheckHabit`).
    guard list.isChecked else { return nil }
    if looked < Plausibility.sampling { looked += 1 }
    let place = heard.firstIndex { $0.isLike(list, signs, body: body) }
    if watched > 0 {
      watched -= 1
      let doubt =
        if let place {
          heard[place].doubt(list, signs, arrival: arrival)
        } else {
          heard.contains { $0.signs.carrier == signs.carrier } ? Doubt.form : nil
        }
      if let doubt, !agrees(list, signs, body: body, arrival: arrival) {
        let limits = place.map { heard[$0] }
        doubted.removeAll { $0.isLike(list, signs, body: body) }
        if doubted.count == Plausibility.mostDoubted { doubted.removeFirst() }
        doubted.append(
          Heard(
            list: list, signs: signs, arrival: arrival, power: limits?.power ?? 0, current: limits?.current ?? 0))
        return doubt
      }
    }
    if let place {
      heard[place].take(list, signs, arrival: arrival)
    } else {
      keep(list, signs, arrival: arrival)
    }
    return nil
  }

  /// Whether the list goes with one that was doubted before.
  private func agrees(_ list: MeterList, _ signs: Signs, body: Span<UInt8>, arrival: UTCTime) -> Bool {
    for before in doubted where before.isLike(list, signs, body: body) {
      if before.doubt(list, signs, arrival: arrival) == nil { return true }
    }
    return false
  }

  private mutating func keep(_ list: MeterList, _ signs: Signs, arrival: UTCTime) {
    var new = Heard(list: list, signs: signs, arrival: arrival)
    new.take(list, signs, arrival: arrival)
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
  /// Other elements, texts or fixed octets than the lists of its length.
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
      && (clock == nil) == (other.clock == nil)
      && registers?.scale == other.registers?.scale && meterID == other.meterID && meterType == other.meterType
      && listVersion == other.listVersion && deviceName == other.deviceName && identification == other.identification
  }
}

extension Plausibility.Heard {
  fileprivate mutating func take(_ list: MeterList, _ signs: Plausibility.Signs, arrival: UTCTime) {
    sameInvokeIDs = signs.invokeID == self.signs.invokeID ? sameInvokeIDs + 1 : 0
    self.list = list
    self.signs = signs
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

extension Plausibility.Heard {
  /// Whether a list is of the same form: it differs in numbers and the reading of the clock alone.
  fileprivate func isLike(_ list: MeterList, _ signs: Plausibility.Signs, body: Span<UInt8>) -> Bool {
    guard self.signs.carrier == signs.carrier, self.list.isOfForm(list) else { return false }
    guard let template = self.signs.template, template !== signs.template else { return true }
    return template.fits(body)
  }

  /// What is wrong with a list that comes after this one and has its form, if anything.
  fileprivate func doubt(_ list: MeterList, _ signs: Plausibility.Signs, arrival: UTCTime) -> Doubt? {
    if sameInvokeIDs >= Plausibility.habit, signs.invokeID != self.signs.invokeID { return .form }
    let elapsed = arrival - self.arrival
    if let doubt = doubtClock(list, elapsed: elapsed) { return doubt }
    // Four times what was heard, for meters behind current transformers.
    let mostPower = max(Plausibility.mostPower, power.multipliedClamped(by: 4))
    let mostCurrent = max(Plausibility.mostCurrent, current.multipliedClamped(by: 4))
    // More than passed, because registers may be those of the last full hour.
    let hours = max(elapsed, .zero).milliseconds / 3_600_000 + 2
    for quantity in list.readings.quantities {
      guard let value = list.readings[quantity] else { continue }
      let isPossible =
        switch quantity.unit {
        case .watt, .var: value.clampedMagnitude <= mostPower
        case .milliampere: value.clampedMagnitude <= mostCurrent
        case .millivolt: (0...Plausibility.mostVoltage).contains(value)
        case .perMille: (-1000...1000).contains(value)
        case .wattHour, .varHour: value >= 0
        }
      guard isPossible else { return .range(quantity, value) }
      guard quantity.isRegister, let last = self.list.readings[quantity] else { continue }
      if value < last { return .registerFalls(quantity) }
      let (rise, overflow) = value.subtractingReportingOverflow(last)
      if overflow || rise > mostPower.multipliedClamped(by: hours) { return .registerLeaps(quantity) }
    }
    return nil
  }

  private func doubtClock(_ list: MeterList, elapsed: TimeSpan) -> Doubt? {
    guard let now = list.clock, let then = self.list.clock else { return nil }
    let off = now.wall.secondsSince1970 - then.wall.secondsSince1970 - elapsed.milliseconds / 1000
    // Summer time begins and ends.
    let isNear = [0, 3600, -3600].contains { abs(off - $0) <= Plausibility.clockTolerance.milliseconds / 1000 }
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
