import Energy
import Metering
import Simulator
import TestSupport
import Testing

@testable import Accuracy

struct LearnedTests {
  /// A list each hour from `start`, whose clock is `offset` hours from UTC.
  private func lists(_ start: String, count: Int64, offset: Int64) -> [RegisterSnapshot] {
    (0..<count).map { index in
      let hour = time(start) + .hour * index
      return RegisterSnapshot(
        arrival: hour + .seconds(11), boundary: nil,
        clock: MeterClock(wall: CivilTime(secondsSince1970: hour.seconds + offset * 3600)),
        registers: Registers(activeImport: index, scale: 0))
    }
  }

  @Test func `a day of summer tells the base of a clock`() {
    let normal = MeterClockBase.learned(from: lists("2026-07-02T00:00Z", count: 30, offset: 1), zone: oslo)
    #expect(normal?.value == .normalTime)
    #expect(normal?.evidence == "normal time all year: 24 lists of summer fit it and no other base, 0 fit the other")
    #expect(normal?.settled == time("2026-07-02T23:00Z") + .seconds(11))
    let civil = MeterClockBase.learned(from: lists("2026-07-02T00:00Z", count: 30, offset: 2), zone: oslo)
    #expect(civil?.value == .civilTime)
  }

  @Test func `winter and less than a day tell nothing`() {
    #expect(MeterClockBase.learned(from: lists("2026-01-02T00:00Z", count: 700, offset: 1), zone: oslo) == nil)
    #expect(MeterClockBase.learned(from: lists("2026-07-02T00:00Z", count: 23, offset: 1), zone: oslo) == nil)
    #expect(MeterClockBase.learned(from: lists("2026-07-02T00:00Z", count: 700, offset: 7), zone: oslo) == nil)
  }

  /// Kilowatt-hours of power and what a silent register says of them, hour by hour.
  private func scales(_ hours: [(watts: Int64, raw: Int64)]) -> [Learned<ScaleEpoch>] {
    let start = time("2026-01-15T10:00Z")
    var register: Int64 = 230_000
    var readings = lists("2026-01-15T10:00Z", count: Int64(hours.count) + 1, offset: 1)
    var quarters: [Rollup] = []
    for index in readings.indices {
      readings[index].boundary = start + .hour * Int64(index)
      readings[index].registers = Registers(activeImport: register, scale: nil)
      guard index < hours.count else { continue }
      register += hours[index].raw
      for quarter in 0..<4 {
        quarters.append(
          Rollup(
            quarter: start + .hour * Int64(index) + .quarter * Int64(quarter),
            power: PowerIntegral(
              imported: hours[index].watts * 900_000, importCovered: .quarter, exported: 0, exportCovered: .zero)))
      }
    }
    return ScaleEpoch.learned(from: readings, profile: PowerProfile(quarters))
  }

  @Test func `two hours that agree tell the unit`() {
    #expect(scales([(1850, 185), (2200, 221)]).map(\.value.scale) == [1])
    #expect(scales([(1850, 1850), (2200, 2210)]).map(\.value.scale) == [0])
    #expect(
      scales([(1850, 185), (2200, 221)]).first?.evidence
        == "registers count 10 Wh: 185 for 1850 Wh by power, 221 for 2200 Wh by power")
  }

  @Test func `one hour, too little energy, or hours that differ tell nothing`() {
    #expect(scales([(1850, 185)]).isEmpty)
    #expect(scales([(199, 20), (199, 20)]).isEmpty)
    #expect(scales([(1850, 185), (1850, 1850)]).isEmpty)
    #expect(scales([(1850, 600), (1850, 600)]).isEmpty)
    #expect(scales([(1850, 1850), (1850, 185), (1850, 185)]).map(\.value.scale) == [1])
  }

  @Test func `a jump by ten begins another unit`() {
    let epochs = scales([(1850, 185), (2200, 220), (2000, 2_306_050 - 230_405), (2000, 2000), (2000, 2000)])
    #expect(epochs.map(\.value.scale) == [1, 0])
  }

  @Test func `the moment of reading is told by power`() throws {
    func learned(_ maker: Maker) throws -> Learned<RegisterLatch>? {
      let month = try #require(
        (1...200).lazy.map { MeterMonth(seed: $0, zone: oslo, days: 2) }
          .first { $0.model.maker == maker && !$0.hasSolar && !$0.hasRegistersInEveryList })
      let stored = StoredMonth(MeterMonth(cleanCopyOf: month), seed: 5)
      let samples = SortedSamples(stored.samples)
      let readings = RegisterJudge.judge(stored.readings, RegisterJudge.Rules(zone: oslo))
      return RegisterLatch.learned(from: readings) { samples.integral(over: $0) }
    }
    let kaifa = try #require(try learned(.kaifa))
    #expect(kaifa.value == .sending)
    #expect(kaifa.evidence.hasPrefix("registers are read when the list is sent: over "))
    #expect(try learned(.aidon).map(\.value) != .sending)
  }

  @Test func `without power nothing is told, and the maker is believed`() {
    let readings = RegisterJudge.judge(
      lists("2026-01-02T00:00Z", count: 50, offset: 1), RegisterJudge.Rules(zone: oslo))
    #expect(RegisterLatch.learned(from: readings) { _ in .nothing } == nil)
    #expect(RegisterLatch.prior(of: .kaifa) == .sending)
    #expect(RegisterLatch.prior(of: .kamstrup) == .fullHour)
  }
}
