internal import Metering

/// A house behind a meter: refrigerator, heating, hot water, cooking, light, a car at night, and solar panels if asked for.
///
/// Power is constant over each step and a whole number of W, so that energy is known exactly. Integers all the way: the
/// same seed gives the same house on every machine.
struct Household: Hashable, Sendable {
  /// Peak power of the panels in W.
  private static let panels: Int64 = 6500

  private let seed: UInt64
  private let wiring: Wiring
  private let hasSolar: Bool
  private let standby: Int64
  private var random: SplitMix64
  private var plan: DayPlan
  private var planDay: Int64
  private var dayOfYear: Int64
  /// Seconds from UTC to the clock on the wall, which holds for a full hour: `offsetHour`, counted since 1970.
  private var wallOffset: Int64 = 0
  private var offsetHour: Int64
  private var livingRoom: Thermostat
  private var bathroom: Thermostat
  private var tank: Thermostat
  private var refrigerator: Thermostat
  private var flicker: Int64 = 0
  private var haze: Int64 = 0
  private var gridVoltage: Int64 = 231_500

  /// W and var by phase (by line pair in a 3-wire net) in the present step; negative is towards the grid.
  private(set) var active = PhaseValues()
  private(set) var reactive = PhaseValues()

  init(seed: UInt64, wiring: Wiring, hasSolar: Bool = false) {
    self.seed = seed
    self.wiring = wiring
    self.hasSolar = hasSolar
    var random = SplitMix64(seed: seed)
    standby = random.next(in: 70...150)
    planDay = 0
    dayOfYear = 0
    offsetHour = .min
    plan = DayPlan(seed: seed, day: planDay)
    livingRoom = Thermostat(power: 2000, capacity: 300, filling: random.next(in: 0...999))
    bathroom = Thermostat(power: 900, capacity: 220, filling: random.next(in: 0...999))
    tank = Thermostat(power: 1950, capacity: 1100, filling: random.next(in: 300...999))
    refrigerator = Thermostat(power: 110, capacity: 25, filling: random.next(in: 0...999))
    self.random = random
  }

  /// Net active power in W; negative when the house exports. Import and export exclude one another.
  var activePower: Int64 { active.sum }
  /// Net reactive power in var.
  var reactivePower: Int64 { reactive.sum }

  /// Sets what the house draws from `time` on, for a step of length `span`.
  mutating func step(from time: UTCTime, lasting span: TimeSpan) {
    let hour = time.seconds.flooredQuotient(by: 3600)
    if hour != offsetHour {
      offsetHour = hour
      wallOffset = ClockBase.civilTime.offset(at: time)
    }
    let wall = time.seconds + wallOffset
    let day = wall.flooredQuotient(by: 86_400)
    if day != planDay {
      planDay = day
      dayOfYear = Household.dayOfYear(day)
      plan = DayPlan(seed: seed, day: day)
    }
    let second = wall - day * 86_400
    active = PhaseValues()
    reactive = PhaseValues()
    heat(second: second, milliseconds: span.milliseconds)
    live(second: second, milliseconds: span.milliseconds)
    if hasSolar { shine(universalSecond: time.seconds.flooredRemainder(by: 86_400)) }
    gridVoltage = min(max(gridVoltage + random.next(in: -60...60), 227_500), 236_500)
    if wiring == .onePhase {
      active = PhaseValues(first: active.sum)
      reactive = PhaseValues(first: reactive.sum)
    }
  }

  // MARK: Heat

  private mutating func heat(second: Int64, milliseconds: Int64) {
    let cold = max(21_000 - outdoorTemperature(second: second), 0)
    active.first += livingRoom.draw(demand: cold * 62 / 1000, milliseconds: milliseconds)
    active.third += bathroom.draw(demand: 90 + cold * 21 / 1000, milliseconds: milliseconds)
    let isShowering = plan.showers.contains { $0.contains(second) }
    active.third += tank.draw(demand: isShowering ? 9_000 : 75, milliseconds: milliseconds)
  }

  /// Thousandths of a degree: warmest at the end of July and at three in the afternoon.
  private func outdoorTemperature(second: Int64) -> Int64 {
    6_000 + 10_500 * cosinePerMille(dayOfYear - 205, of: 365) / 1000
      + 3_500 * cosinePerMille(second - 15 * 3600, of: 86_400) / 1000 + plan.warmth
  }

  // MARK: Life

  private mutating func live(second: Int64, milliseconds: Int64) {
    let compressor = refrigerator.draw(demand: 38, milliseconds: milliseconds)
    active.second += compressor
    reactive.second += compressor * 6 / 10

    flicker = min(max(flicker + random.next(in: -7...7), -45), 45)
    let electronics = standby + flicker + (plan.evening.contains(second) ? 260 : 0)
    active.first += electronics
    reactive.first -= 60 + electronics * 35 / 100

    if plan.breakfast.contains(second) {
      active.second += second - plan.breakfast.lowerBound < 200 ? 2_050 : 850
    }
    if plan.dinner.contains(second) {
      let since = second - plan.dinner.lowerBound
      if since % 24 < 15 { active.second += 1_800 }
      if since % 300 < 170 { active.third += 2_300 }
    }
    if plan.charging.contains(second) { charge() }
  }

  /// 16 A: on three phases where there is a neutral, on one line pair where there is not.
  private mutating func charge() {
    switch wiring {
    case .onePhase, .threeWire:
      active.second += 3_640
      reactive.second -= 110
    case .fourWire:
      active.first += 3_610
      active.second += 3_650
      active.third += 3_630
      reactive.first -= 95
      reactive.second -= 95
      reactive.third -= 95
    }
  }

  // MARK: Sun

  /// The panels stand in southern Norway: 6 hours of day in December, 19 in June, noon at 11:20 UTC.
  private mutating func shine(universalSecond: Int64) {
    haze = min(max(haze + random.next(in: -12...12), -350), 150)
    let season = cosinePerMille(dayOfYear - 172, of: 365)
    let daylight = 44_600 + season * 23
    let sinceNoon = universalSecond - 40_800
    guard abs(sinceNoon) * 2 < daylight else { return }
    let height = cosinePerMille(sinceNoon, of: daylight * 2)
    let strength = 520 + season * 400 / 1000
    let sky = min(max(plan.clearness + haze, 40), 1000)
    let produced = Household.panels * height / 1000 * strength / 1000 * sky / 1000
    switch wiring {
    case .onePhase, .threeWire: active.first -= produced
    case .fourWire:
      active.first -= produced / 3
      active.second -= produced / 3
      active.third -= produced - produced / 3 * 2
    }
  }

  private static func dayOfYear(_ day: Int64) -> Int64 {
    let date = CivilDate(daysSince1970: day)
    return day - (CivilDate(year: date.year, month: 1, day: 1)?.daysSince1970 ?? day)
  }

  // MARK: What a meter measures

  /// Powers alone, in W and var.
  var powerReadings: Readings {
    [
      .activePowerImport: max(activePower, 0), .activePowerExport: max(-activePower, 0),
      .reactivePowerImport: max(reactivePower, 0), .reactivePowerExport: max(-reactivePower, 0),
    ]
  }

  /// Powers, currents (mA, negative on a phase that exports) and voltages (mV) as a meter with this wiring measures them.
  var readings: Readings {
    var readings = powerReadings
    let voltages = PhaseValues(
      first: voltage(offset: 400, active.first), second: voltage(offset: 1_300, active.second),
      third: voltage(offset: -700, active.third))
    let branches = PhaseValues(
      first: current(active.first, reactive.first, voltages.first),
      second: current(active.second, reactive.second, voltages.second),
      third: current(active.third, reactive.third, voltages.third))
    let lines = wiring == .threeWire ? lineCurrents(branches) : branches
    readings[.currentL1] = lines.first
    readings[.voltageL1] = voltages.first
    guard wiring != .onePhase else { return readings }
    readings[.currentL2] = lines.second
    readings[.currentL3] = lines.third
    readings[.voltageL2] = voltages.second
    readings[.voltageL3] = voltages.third
    return readings
  }

  /// The grid's voltage less the drop over the cable: 1 V for 1 kW.
  private func voltage(offset: Int64, _ power: Int64) -> Int64 { gridVoltage + offset - power }

  /// mA from W, var and mV, with the sign of the active power.
  private func current(_ active: Int64, _ reactive: Int64, _ voltage: Int64) -> Int64 {
    let apparent = squareRoot((active * active + reactive * reactive) * 1_000_000)
    return (active < 0 ? -1000 : 1000) * apparent / voltage
  }

  /// The currents of the three wires from those between them: two that meet in a wire stand 60° apart.
  private func lineCurrents(_ pairs: PhaseValues) -> PhaseValues {
    func meeting(_ one: Int64, _ other: Int64) -> Int64 {
      let size = squareRoot(one * one + other * other + one * other)
      return one + other < 0 ? -size : size
    }
    return PhaseValues(
      first: meeting(pairs.first, pairs.second), second: meeting(pairs.first, pairs.third),
      third: meeting(pairs.second, pairs.third))
  }
}

extension Int64 {
  fileprivate func flooredRemainder(by divisor: Int64) -> Int64 { self - flooredQuotient(by: divisor) * divisor }
}
