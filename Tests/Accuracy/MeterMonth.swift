import Energy
import Metering
import Simulator

/// A simulated meter for about a month, what goes wrong with it, and what of it reaches the logger. All from one number.
struct MeterMonth {
  let model: MeterModel
  let hasSolar: Bool
  let span: Range<UTCTime>
  /// The frames do not say the unit of the registers.
  let isScaleSilent: Bool
  /// The grid company changes the unit to Wh at this time.
  let rescaled: UTCTime?
  /// Registers in every list, in Wh.
  let hasRegistersInEveryList: Bool
  private(set) var faults: Faults

  /// The zone of the meter, with which no host has to do.
  let zone: Zone

  /// - Parameter days: how long the month is.
  init(seed: UInt64, zone: Zone, days: Int64 = 30) {
    var random = SplitMix64(seed: seed, purpose: 0xACC)
    self.zone = zone
    var model = MeterModel.all[Int(random.next(in: 0...Int64(MeterModel.all.count - 1)))]
    let isKamstrup = model.maker == .kamstrup
    if isKamstrup {
      let seconds: [Int64] = [5, 25, 35, 55]
      model.timetable.hourlyList = .seconds(seconds[Int(random.next(in: 0...3))])
      if random.chance(perMille: 300) { model.timetable.registerLatch = model.timetable.hourlyList }
    }
    hasRegistersInEveryList = random.chance(perMille: 150)
    isScaleSilent = isKamstrup && !hasRegistersInEveryList && random.chance(perMille: 500)
    self.model = model
    hasSolar = random.chance(perMille: 300)
    span = MeterMonth.span(&random, days: days)
    let day = TimeSpan.hours(24)
    rescaled =
      isKamstrup && !hasRegistersInEveryList && random.chance(perMille: 200)
      ? span.lowerBound + day * random.next(in: days / 4...days * 2 / 3) + .minutes(30) : nil
    faults = Faults(span: span, isAidon: model.maker == .aidon, &random)
  }

  /// The same meter in the same house, and nothing goes wrong.
  init(cleanCopyOf month: MeterMonth) {
    self = month
    faults = .none
  }

  /// A month of 2026, often one with a change of clocks; it begins and ends within an hour, as after a change of meter.
  private static func span(_ random: inout SplitMix64, days: Int64) -> Range<UTCTime> {
    let month = random.chance(perMille: 400) ? (random.chance(perMille: 500) ? 3 : 10) : Int(random.next(in: 1...12))
    let first = CivilDate(year: 2026, month: month, day: 1).map { UTCTime(utc: CivilTime(date: $0)) }
    let start = (first ?? UTCTime(seconds: 1_767_225_600)) + .seconds(random.next(in: 0...7199))
    return start..<start + .hours(days * 24) + .seconds(random.next(in: 0...7199))
  }

  /// The unit in which the meter counts, as a power of ten of Wh.
  func scale(at time: UTCTime) -> Int {
    if hasRegistersInEveryList { return 0 }
    if let rescaled, time >= rescaled { return 0 }
    return model.registerStep == 10 ? 1 : 0
  }
}

/// What goes wrong in a month.
struct Faults {
  /// In a thousand: hourly lists lost on the line.
  let lostLists: Int64
  /// In a thousand: lists that are the one before, sent again.
  let repeats: Int64
  /// In a thousand: lists with registers that are none.
  let noise: Int64
  /// In a thousand: power samples lost on the line.
  let lostSamples: Int64
  /// The logger is off, or the line is silent.
  let outages: [Range<UTCTime>]
  /// Only the lists with registers are lost.
  let listOutages: [Range<UTCTime>]
  /// The host's clock is wrong by so much.
  let clockFaults: [(span: Range<UTCTime>, shift: TimeSpan)]

  static let none = Faults()

  private init() {
    (lostLists, repeats, noise, lostSamples) = (0, 0, 0, 0)
    (outages, listOutages, clockFaults) = ([], [], [])
  }

  init(span: Range<UTCTime>, isAidon: Bool, _ random: inout SplitMix64) {
    let rates: [Int64] = [0, 3, 20, 60]
    lostLists = rates[Int(random.next(in: 0...3))]
    repeats = isAidon ? rates[Int(random.next(in: 0...2))] : 0
    noise = rates[Int(random.next(in: 0...1))]
    lostSamples = rates[Int(random.next(in: 0...2))]
    let hours = Int64(span.hourCount)
    func spans(_ count: Int64, minutes: ClosedRange<Int64>) -> [Range<UTCTime>] {
      (0..<count).map { _ in
        let start = span.lowerBound + .seconds(random.next(in: 0...hours * 3600))
        return start..<start + .minutes(random.next(in: minutes))
      }
    }
    outages = spans(random.next(in: 0...6), minutes: 1...400)
    listOutages = spans(random.next(in: 0...4), minutes: 60...600)
    clockFaults =
      random.chance(perMille: 250)
      ? spans(1, minutes: 20...180).map { ($0, random.chance(perMille: 500) ? .hours(1) : .hours(-24 * 365)) } : []
  }

  func isSilent(at time: UTCTime) -> Bool { outages.contains { $0.contains(time) } }
  func losesLists(at time: UTCTime) -> Bool { listOutages.contains { $0.contains(time) } }
  func hostTime(_ time: UTCTime) -> UTCTime {
    clockFaults.first { $0.span.contains(time) }.map { time + $0.shift } ?? time
  }
}

/// What the logger has stored of a meter after a month, and the truth.
struct StoredMonth {
  let month: MeterMonth
  /// In order of arrival, as decoded, not yet judged.
  var readings: [RegisterSnapshot] = []
  /// In order of arrival.
  var samples: [PowerSample] = []
  var truth: [HourTruth] = []
  /// Millijoules in the seconds between each full hour and the reading of the registers, by the hour: what a late latch moves.
  var late: [UTCTime: Int64] = [:]

  init(_ month: MeterMonth, seed: UInt64) {
    self.month = month
    var random = SplitMix64(seed: seed, purpose: 0xFA17)
    var meter = SimulatedMeter(
      model: month.model, seed: seed, hasSolar: month.hasSolar, from: month.span.lowerBound, to: month.span.upperBound)
    let sendsExport = month.model.quantities(in: .list2).contains(.activePowerExport)
    var thinning = Thinning()
    var lastList: (clock: MeterClock?, registers: Registers)?
    while let message = meter.nextMoment() {
      let sent = message.sent
      let isHourly = message.list == .list3
      let isSilent = month.faults.isSilent(at: sent)
      // The time on the line, by the size of the list.
      let line: Int64 = isHourly ? 1500 : message.list == .list2 ? 1000 : 200
      let arrival = month.faults.hostTime(sent + TimeSpan(milliseconds: line + random.next(in: 2...25)))
      if !isSilent, !random.chance(perMille: month.faults.lostSamples) {
        samples.append(
          PowerSample(
            time: arrival, activeImport: max(message.activePower, 0),
            activeExport: sendsExport && message.list != .list1 ? max(-message.activePower, 0) : nil))
      }
      if month.hasRegistersInEveryList {
        guard message.list != .list1 else { continue }
        guard !isSilent else { continue }
        let registers = Registers(
          activeImport: message.counter.readings[.activeEnergyImport],
          activeExport: message.counter.readings[.activeEnergyExport], scale: 0)
        let clock = MeterClock(wall: ClockBase(maker: month.model.maker).reading(at: sent))
        thinning.take(RegisterSnapshot(arrival: arrival, boundary: nil, clock: clock, registers: registers)) {
          readings.append($0)
        }
      } else if isHourly {
        var list: (clock: MeterClock?, registers: Registers)
        list = (message.clock, month.registers(message.latched.readings, at: sent))
        if let lastList, random.chance(perMille: month.faults.repeats) { list = lastList }
        lastList = list
        if random.chance(perMille: month.faults.noise) { list.registers.activeImport = month.noise(list, &random) }
        guard !isSilent, !month.faults.losesLists(at: sent), !random.chance(perMille: month.faults.lostLists) else {
          continue
        }
        readings.append(
          RegisterSnapshot(arrival: arrival, boundary: nil, clock: list.clock, registers: list.registers))
      }
    }
    if let last = thinning.rest { readings.append(last) }
    truth = meter.hours
    if !month.faults.clockFaults.isEmpty {
      samples.sort { $0.time < $1.time }
      readings.sort { $0.arrival < $1.arrival }
    }
  }
}

extension MeterMonth {
  /// As the frame has them: raw, and with a scale where it says one.
  fileprivate func registers(_ readings: Readings, at time: UTCTime) -> Registers {
    let sent = Set(model.quantities(in: .list3))
    let unit = Int64(1).scaled(byPowerOfTen: scale(at: time)) ?? 1
    func raw(_ quantity: Quantity) -> Int64? { sent.contains(quantity) ? readings[quantity].map { $0 / unit } : nil }
    // A decoder that knows the type goes on believing in the unit of it, whatever the grid company has done.
    let believed = model.registerStep == 10 ? 1 : 0
    return Registers(
      activeImport: raw(.activeEnergyImport), activeExport: raw(.activeEnergyExport),
      scale: isScaleSilent ? nil : believed)
  }

  /// A register that is none: 0, one step less than an hour's use ago, or a million more.
  fileprivate func noise(_ list: (clock: MeterClock?, registers: Registers), _ random: inout SplitMix64) -> Int64? {
    guard let register = list.registers.activeImport else { return nil }
    return switch random.next(in: 0...2) {
    case 0: 0
    case 1: max(register - 20_000, 0)
    default: register + 30_000_000
    }
  }
}

/// Keeps the first reading after each quarter of an hour and the last before it, as the logger does.
private struct Thinning {
  private var last: RegisterSnapshot?
  private var isKept = false

  mutating func take(_ reading: RegisterSnapshot, _ keep: (RegisterSnapshot) -> Void) {
    defer { last = reading }
    guard let last, quarter(last) == quarter(reading) else {
      if let last, !isKept { keep(last) }
      keep(reading)
      isKept = true
      return
    }
    isKept = false
  }

  var rest: RegisterSnapshot? { isKept ? nil : last }

  private func quarter(_ reading: RegisterSnapshot) -> UTCTime { reading.arrival.floor(to: .quarter) }
}
