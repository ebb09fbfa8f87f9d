import Energy
import Metering
import TestSupport
import Testing

@Suite struct `Register judge` {
  /// A reading `hours` after the first, of a meter whose clock goes with it unless told otherwise.
  private static func reading(
    _ hours: Int64, _ activeImport: Int64?, export: Int64? = 0, scale: Int? = 1, clock: Int64?? = nil,
    minutes: Int64 = 0
  ) -> RegisterSnapshot {
    let hour = UTCTime(milliseconds: 1_768_482_000_000) + .hours(hours) + .minutes(minutes)
    let clockHours: Int64? = clock ?? hours
    return RegisterSnapshot(
      arrival: hour + .seconds(12), boundary: nil,
      clock: clockHours.map {
        MeterClock(wall: CivilTime(secondsSince1970: 1_768_485_600 + $0 * 3600 + minutes * 60))
      },
      registers: Registers(activeImport: activeImport, activeExport: export, scale: scale), verdict: .suspect)
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let reading: RegisterSnapshot
    var previous: RegisterSnapshot?
    var lastAccepted: RegisterSnapshot?
    let verdict: Verdict
  }

  static let cases: [Case] = [
    Case(testDescription: "the first of a meter", reading: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "higher than before", reading: reading(1, 101), previous: reading(0, 100),
      lastAccepted: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "an hour without use", reading: reading(1, 100), previous: reading(0, 100),
      lastAccepted: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "clock and registers sent again", reading: reading(1, 100, clock: 0),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .repeat),
    Case(
      testDescription: "sent again, with a clock that fits no hour any more",
      reading: reading(1, 100, clock: 0), previous: reading(0, 100),
      lastAccepted: reading(0, 100), verdict: .repeat),
    Case(
      testDescription: "sent for the third time", reading: reading(2, 100, clock: 0),
      previous: reading(1, 100, clock: 0), lastAccepted: reading(0, 100), verdict: .repeat),
    Case(
      testDescription: "the same clock, but other registers", reading: reading(1, 101, clock: 0),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .suspect),
    Case(
      testDescription: "no clock: equal registers are an hour without use", reading: reading(1, 100, clock: .some(nil)),
      previous: reading(0, 100, clock: .some(nil)), lastAccepted: reading(0, 100, clock: .some(nil)),
      verdict: .accepted),
    Case(
      testDescription: "a clock that fits no hour", reading: reading(1, 101, clock: 9),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .suspect),
    Case(
      testDescription: "lower than the last accepted", reading: reading(1, 99), previous: reading(0, 100),
      lastAccepted: reading(0, 100), verdict: .suspect),
    Case(
      testDescription: "one register of two is lower", reading: reading(1, 101, export: 4),
      previous: reading(0, 100, export: 5), lastAccepted: reading(0, 100, export: 5), verdict: .suspect),
    Case(
      testDescription: "lower than a suspect one before it, not than the last accepted", reading: reading(2, 101),
      previous: reading(1, 900_000), lastAccepted: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "a register that was not sent before", reading: reading(1, 101, export: 3),
      previous: reading(0, 100, export: nil), lastAccepted: reading(0, 100, export: nil), verdict: .accepted),
    Case(
      testDescription: "the same energy in finer steps", reading: reading(1, 1005, scale: 0),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "less energy in finer steps", reading: reading(1, 999, scale: 0), previous: reading(0, 100),
      lastAccepted: reading(0, 100), verdict: .suspect),
    Case(
      testDescription: "lower, both in a scale that is not settled", reading: reading(1, 99, scale: nil),
      previous: reading(0, 100, scale: nil), lastAccepted: reading(0, 100, scale: nil), verdict: .suspect),
    Case(
      testDescription: "lower as a number, where one scale is settled and one is not",
      reading: reading(1, 99, scale: nil),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .accepted),
    Case(
      testDescription: "sound, but between hours", reading: reading(1, 101, minutes: 20),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .offBoundary),
    Case(
      testDescription: "between hours and lower", reading: reading(1, 99, minutes: 20),
      previous: reading(0, 100), lastAccepted: reading(0, 100), verdict: .suspect),
  ]

  @Test(arguments: cases)
  func `a reading is judged by what came before it`(_ expected: Case) {
    let before =
      expected.previous == expected.lastAccepted ? [expected.previous] : [expected.lastAccepted, expected.previous]
    let judged = RegisterJudge.judge(before.compactMap(\.self) + [expected.reading], RegisterJudge.Rules(zone: oslo))
    #expect(judged.last?.verdict == expected.verdict)
  }
}
