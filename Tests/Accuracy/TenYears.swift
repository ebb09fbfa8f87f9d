import Energy
import Metering
import Simulator

/// Ten years of one meter with hourly lists, one in a hundred of them lost: how long its ledger takes.
struct TenYears {
  private let zone: Zone
  private let readings: [RegisterSnapshot]
  private let rollups: [Rollup]
  private let range: Range<UTCTime>

  init(zone: Zone) {
    self.zone = zone
    let start = UTCTime(seconds: 1_420_066_800)
    var random = SplitMix64(seed: 10)
    var register: Int64 = 5_000_000
    var readings: [RegisterSnapshot] = []
    var rollups: [Rollup] = []
    let hours: Int64 = 87_672
    for index in 0...hours {
      let boundary = start + .hour * index
      if !random.chance(perMille: 10) {
        readings.append(
          RegisterSnapshot(
            arrival: boundary + .seconds(11), boundary: boundary,
            clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600)),
            registers: Registers(activeImport: register / 10, activeExport: 0, scale: 1)))
      }
      let power = random.next(in: 100...6000)
      for quarter in 0..<4 {
        rollups.append(
          Rollup(
            quarter: boundary + .quarter * Int64(quarter),
            power: PowerIntegral(
              imported: power * 900_000, importCovered: .quarter, exported: 0, exportCovered: .quarter), samples: 360))
      }
      register += power
    }
    self.readings = readings
    self.rollups = rollups
    range = start..<start + .hour * hours
  }

  var lines: [String] {
    var days: [EnergyPeriod] = []
    var lines = ["\(readings.count) readings, \(rollups.count) quarters:"]
    func time(_ name: String, _ body: () -> Void) {
      let best = (0..<5).map { _ in ContinuousClock().measure(body) }.min() ?? .zero
      lines.append("\(name): \(best.formattedMilliseconds) ms")
    }
    time("registers to days, without quarters") {
      days = EnergyLedger(snapshots: readings).days(in: range, zone: zone)
    }
    let profile = PowerProfile(rollups)
    time("quarters taken in") { _ = PowerProfile(rollups) }
    time("registers to days, gaps by quarters, with coverage") {
      days = EnergyLedger(snapshots: readings, profile: profile).days(in: range, zone: zone)
    }
    let ledger = EnergyLedger(snapshots: readings, profile: profile)
    time("all hours") { _ = ledger.hours(in: range).count }
    time("check of all sums") { _ = ledger.conservation(in: range).holds }
    time("verdicts of all readings") { _ = RegisterJudge.judge(readings, RegisterJudge.Rules(zone: zone)).count }
    lines.append("\(days.count) days, \(days.count { $0.quality == .measured }) measured")
    return lines
  }
}

extension Duration {
  fileprivate var formattedMilliseconds: String {
    decimalText(components.seconds * 10_000 + components.attoseconds / 100_000_000_000_000, decimals: 1)
  }
}
