import Metering
import TestSupport
import Testing

@testable import Accuracy
@testable import Energy

struct ConservationTests {
  static let seeds: [UInt64] = Array(1...200)

  @Test(arguments: seeds)
  func `hours and gaps add up to the register difference, whatever is lost and in whatever order it comes`(
    _ seed: UInt64
  ) throws {
    var random = SplitMix(seed)
    let count = Int.random(in: 2...400, using: &random)
    let start = time("2026-03-20T00:00Z")
    var register = Int64.random(in: 0...200_000_000, using: &random)
    var truth: [UTCTime: Int64] = [:]
    var snapshots: [RegisterSnapshot] = []
    for index in 0...count {
      let boundary = start + .hour * Int64(index)
      let isLost = index > 0 && index < count && Int.random(in: 0..<5, using: &random) == 0
      if !isLost {
        let registers = Registers(activeImport: register, activeExport: register / 7, scale: 0)
        let reading = RegisterSnapshot(
          arrival: boundary + .seconds(10), boundary: boundary,
          clock: MeterClock(wall: CivilTime(secondsSince1970: boundary.seconds + 3600)), registers: registers)
        snapshots.append(reading)
        if Int.random(in: 0..<10, using: &random) == 0 {
          var again = reading
          again.arrival += .seconds(3600)
          again.verdict = Bool.random(using: &random) ? .accepted : .repeat
          again.registers.activeImport = register + Int64.random(in: 0...3, using: &random)
          snapshots.append(again)
        }
      }
      truth[boundary] = register
      register += Int64.random(in: 0...9000, using: &random)
    }
    let range = start..<start + .hour * Int64(count)
    let ordered = EnergyLedger(snapshots: snapshots)
    let ledger = EnergyLedger(snapshots: snapshots.shuffled(using: &random))
    let hours = ledger.hours(in: range)
    #expect(hours == ordered.hours(in: range))

    let difference = try #require(truth[range.upperBound]) - (truth[start] ?? 0)
    let check = ledger.conservation(in: range)
    let sum = try #require(check.activeImport)
    #expect(sum.hours + sum.gaps == difference)
    #expect(sum.registers == difference)
    #expect(check.holds)
    #expect(ledger.quartersAgree(in: range))
    #expect(check.hoursMissing == 0)
    #expect(check.gaps.reduce(0) { $0 + $1.span.hourCount } == check.counts[.even] + check.counts[.split])
    #expect(hours.reduce(0) { $0 + ($1.energy.activeImport ?? 0) } == difference)
    for hour in hours where hour.quality == .measured {
      let energy = try #require(hour.energy.activeImport)
      #expect(try energy == #require(truth[hour.span.upperBound]) - (truth[hour.span.lowerBound] ?? 0))
    }
    for day in ledger.days(in: range, zone: oslo) where day.quality == .measured {
      #expect(try day.energy.activeImport == #require(truth[day.span.upperBound]) - (truth[day.span.lowerBound] ?? 0))
    }
  }

  @Test func `a day without gaps is the sum of its hours`() {
    var snapshots: [RegisterSnapshot] = []
    for index in Int64(0)...25 {
      snapshots += readings("2026-10-24T22:00Z \(index * index * 37)").map {
        var snapshot = $0
        snapshot.boundary = time("2026-10-24T22:00Z") + .hour * index
        return snapshot
      }
    }
    let ledger = EnergyLedger(snapshots: snapshots)
    let day = ledger.period(span("2026-10-24T22:00Z 2026-10-25T23:00Z"))
    #expect(day.hoursMeasured == 25)
    #expect(day.energy.activeImport == 23125)
    #expect(ledger.hours(in: day.span).reduce(0) { $0 + ($1.energy.activeImport ?? 0) } == 23125)
  }

  @Test func `a gap over the edge of the range is on neither side`() {
    let ledger = EnergyLedger(
      snapshots: readings(
        """
        2026-01-15T10:00Z 100
        2026-01-15T13:00Z 400
        2026-01-15T14:00Z 450
        2026-01-15T16:00Z 470
        2026-01-15T17:00Z 475
        """))
    let check = ledger.conservation(in: span("2026-01-15T12:00Z 2026-01-15T17:00Z"))
    #expect(check.hours == 5)
    #expect(check.hoursMeasured == 2)
    #expect(check.crossing.map(\.span) == [span("2026-01-15T10:00Z 2026-01-15T13:00Z")])
    #expect(check.gaps.map(\.span) == [span("2026-01-15T14:00Z 2026-01-15T16:00Z")])
    #expect(check.activeImport == Conservation.Sum(hours: 55, gaps: 20, registers: 75))
  }

  @Test func `a range inside one gap has no boundary, and says so`() {
    let ledger = EnergyLedger(snapshots: readings("2026-01-15T10:00Z 100\n2026-01-15T20:00Z 400"))
    let check = ledger.conservation(in: span("2026-01-15T12:00Z 2026-01-15T15:00Z"))
    #expect(check.activeImport == nil)
    #expect(check.counts[.even] == 3)
    #expect(check.crossing.count == 1)
    #expect(check.holds)
  }

  @Test func `each unbroken series counts by itself`() {
    let ledger = EnergyLedger(
      snapshots: readings(
        """
        2026-01-15T10:00Z 1000
        2026-01-15T11:00Z 1100
        2026-01-15T12:00Z 7
        2026-01-15T13:00Z 57
        2026-01-15T14:00Z -
        2026-01-15T15:00Z 90
        2026-01-15T16:00Z 92
        """))
    let check = ledger.conservation(in: span("2026-01-15T10:00Z 2026-01-15T16:00Z"))
    #expect(check.activeImport == Conservation.Sum(hours: 152, gaps: 0, registers: 152))
    #expect(check.hoursMissing == 3)
  }

  @Test func `a sum that differs from the registers does not hold`() {
    #expect(!Conservation.Sum(hours: 10, gaps: 5, registers: 16).holds)
  }
}

/// A generator whose numbers depend on its seed alone.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
