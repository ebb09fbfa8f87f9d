import Metering
import Testing

@testable import Simulator

@Suite("Energy is known exactly")
struct EnergyTests {
  /// Five hours with a change of summer time.
  private func run(_ name: String, seed: UInt64 = 3, solar: Bool = true) throws -> (SimulatedMeter, [SimulatedMessage])
  {
    var meter = SimulatedMeter(
      model: try MeterModel.named(name), seed: seed, hasSolar: solar, from: instant("2026-03-29T00:00:00Z"),
      to: instant("2026-03-29T05:01:00Z"))
    var messages: [SimulatedMessage] = []
    while let message = meter.next() { messages.append(message) }
    return (meter, messages)
  }

  @Test("Hours follow one another without a hole", arguments: ["aidon-tn", "kaifa-it", "kamstrup-1p"])
  func hours(name: String) throws {
    let (meter, _) = try run(name)
    #expect(meter.hours.count == 5)
    #expect(meter.hours.first?.hour == meter.start)
    for (hour, next) in zip(meter.hours, meter.hours.dropFirst()) {
      #expect(hour.hour + .hour == next.hour)
      #expect(hour.end == next.start)
    }
  }

  @Test(
    "Registers read on the hour are the true ones, cut to their step", arguments: ["aidon-tn", "lg-it", "kamstrup-1p"])
  func registers(name: String) throws {
    let (meter, messages) = try run(name)
    let step = EnergyCounter.wattHour * meter.model.registerStep
    let lists = messages.filter { $0.list == .list3 }
    #expect(lists.count == 6)
    for (hour, list) in zip(meter.hours, lists) {
      #expect(list.sent.floor(to: .hour) == hour.hour)
      #expect(list.readings[.activeEnergyImport] == hour.start.activeImport / step * meter.model.registerStep)
      #expect(list.readings[.activeEnergyExport] == hour.start.activeExport / step * meter.model.registerStep)
      #expect(list.readings[.reactiveEnergyExport] == hour.start.reactiveExport / step * meter.model.registerStep)
    }
    let imported = meter.hours.reduce(0) { $0 + $1.imported }
    let moved =
      try #require(lists.last?.readings[.activeEnergyImport]) - #require(lists.first?.readings[.activeEnergyImport])
    #expect(abs(moved * EnergyCounter.wattHour - imported) < step)
  }

  @Test("A Kaifa reads its registers ten seconds after the hour")
  func lateLatch() throws {
    let (meter, messages) = try run("kaifa-tn", solar: false)
    let powers = Dictionary(
      messages.compactMap { message in message.readings[.activePowerImport].map { (message.sent, $0) } },
      uniquingKeysWith: { first, _ in first })
    var differing = 0
    for (hour, list) in zip(meter.hours, messages.filter { $0.list == .list3 }).dropFirst() {
      let late = (1...5).compactMap { powers[hour.hour + .seconds($0 * 2)] }.reduce(0, +) * 2000
      #expect(list.readings[.activeEnergyImport] == (hour.start.activeImport + late) / EnergyCounter.wattHour)
      if late >= EnergyCounter.wattHour { differing += 1 }
    }
    #expect(differing > 0)
  }

  @Test(
    "Power × time of the messages is the energy of the hour, to the millijoule",
    arguments: ["aidon-it", "lg-tn", "kaifa-1p"])
  func powerIntegral(name: String) throws {
    let (meter, messages) = try run(name, solar: false)
    let period = meter.model.timetable.period
    var integrals: [UTCTime: Int64] = [:]
    for message in messages {
      let step = message.sent - period
      integrals[step.floor(to: .hour), default: 0] +=
        (message.readings[.activePowerImport] ?? 0) * period.milliseconds
    }
    for hour in meter.hours { #expect(integrals[hour.hour] == hour.imported) }
  }

  @Test("A roof with panels exports by day in summer, and never imports at the same time")
  func solar() throws {
    let meter = SimulatedMeter(
      model: try MeterModel.named("aidon-tn"), seed: 1, hasSolar: true, from: instant("2026-06-20T00:00:00Z"),
      to: instant("2026-06-20T10:00:00Z"))
    let lists = meter.filter { $0.list != .list1 }
    let exporting = lists.filter { ($0.readings[.activePowerExport] ?? 0) > 0 }
    #expect(exporting.count > lists.count / 4)
    #expect(exporting.allSatisfy { $0.readings[.activePowerImport] == 0 })
    #expect(exporting.allSatisfy { (1...20).contains(CivilTime(secondsSince1970: $0.sent.seconds).hour) })
    #expect(exporting.contains { ($0.readings[.currentL1] ?? 0) < 0 })
  }

  @Test("A house without panels never exports, and uses more in winter than in summer")
  func seasons() throws {
    func used(_ from: String, _ to: String) throws -> Int64 {
      var meter = SimulatedMeter(
        model: try MeterModel.named("kamstrup-tn"), seed: 9, from: instant(from), to: instant(to))
      while let message = meter.next() { #expect(message.readings[.activePowerExport] == 0) }
      #expect(meter.hours.allSatisfy { $0.exported == 0 })
      return meter.hours.reduce(0) { $0 + $1.imported } / EnergyCounter.wattHour
    }
    let winter = try used("2026-01-10T00:00:00Z", "2026-01-12T00:00:00Z")
    let summer = try used("2026-07-10T00:00:00Z", "2026-07-12T00:00:00Z")
    #expect((85_000...260_000).contains(winter), "\(winter) Wh in two days of January")
    #expect((20_000...120_000).contains(summer), "\(summer) Wh in two days of July")
    #expect(winter > summer + 30_000)
  }

  @Test("Currents and voltages agree with power", arguments: ["aidon-tn", "kaifa-1p", "kamstrup-tn", "kaifa-tn"])
  func currents(name: String) throws {
    let (_, messages) = try run(name, solar: false)
    for message in messages where message.list != .list1 {
      let readings = message.readings
      func phase(_ current: Quantity, _ voltage: Quantity) -> Int64 {
        (readings[current] ?? 0) * (readings[voltage] ?? 0) / 1_000_000
      }
      let apparent = phase(.currentL1, .voltageL1) + phase(.currentL2, .voltageL2) + phase(.currentL3, .voltageL3)
      let power = readings[.activePowerImport] ?? 0
      // Apparent power is at least the active one, but for the rounding of three currents and voltages.
      #expect(apparent >= power * 99 / 100 - 40)
      #expect(apparent <= power + power / 10 + 400)
      #expect((220_000...240_000).contains(readings[.voltageL1] ?? 0))
    }
  }

  @Test("The same seed gives the same octets; another seed gives another house")
  func seeds() throws {
    func octets(seed: UInt64) throws -> [SimulatedMessage] {
      Array(
        SimulatedMeter(
          model: try MeterModel.named("kaifa-it"), seed: seed, hasSolar: true, from: instant("2026-05-01T10:00:00Z"),
          to: instant("2026-05-01T10:30:00Z")))
    }
    let first = try octets(seed: 1)
    #expect(try octets(seed: 1) == first)
    #expect(try octets(seed: 2).map(\.octets) != first.map(\.octets))
  }

  @Test("The random numbers are the published ones of SplitMix64")
  func generator() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test("The integer cosine is within 2 in a thousand")
  func cosine() {
    let found = [0, 30, 60, 90, 120, 180, 270, 300, 360, -60].map { cosinePerMille($0, of: 360) }
    let expected: [Int64] = [1000, 866, 500, 0, -500, -1000, 0, 500, 1000, 500]
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2 }, "\(found)")
  }
}
