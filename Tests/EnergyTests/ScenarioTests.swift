import Energy
import Metering
import TestSupport
import Testing

@testable import Accuracy

struct ScenarioTests {
  @Test(arguments: scenarios)
  func `a story of registers gives these hours and days`(_ scenario: Scenario) throws {
    let ledger = scenario.ledger
    let span = try #require(ledger.span)
    if !scenario.hours.isEmpty {
      #expect(ledger.hours(in: span).map(line).joined(separator: "\n") == scenario.hours)
    }
    if !scenario.days.isEmpty {
      #expect(ledger.days(in: span, zone: oslo).map(dayLine).joined(separator: "\n") == scenario.days)
    }
    #expect(ledger.conservation(in: span).holds)
  }

  static let scenarios: [Scenario] = [
    Scenario(
      name: "the register labelled 14:00 closes the hour 13–14",
      registers: """
        2026-01-15T12:00Z 1000
        2026-01-15T13:00Z 1400
        """,
      hours: "2026-01-15T13:00+01:00 400 measured"),
    Scenario(
      name: "autumn has two hours that begin at 02:00",
      registers: """
        2026-10-24T23:00Z 1000
        2026-10-25T00:00Z 1100
        2026-10-25T01:00Z 1300
        2026-10-25T02:00Z 1600
        """,
      hours: """
        2026-10-25T01:00+02:00 100 measured
        2026-10-25T02:00+02:00 200 measured
        2026-10-25T02:00+01:00 300 measured
        """),
    Scenario(
      name: "spring has no hour that begins at 02:00",
      registers: """
        2026-03-29T00:00Z 1000
        2026-03-29T01:00Z 1100
        2026-03-29T02:00Z 1300
        """,
      hours: """
        2026-03-29T01:00+01:00 100 measured
        2026-03-29T03:00+02:00 200 measured
        """),
    Scenario(
      name: "a gap inside a day leaves the day measured",
      registers: """
        2026-01-14T23:00Z 0
        2026-01-15T08:00Z 900
        2026-01-15T09:00Z 1000
        2026-01-15T12:00Z 5240
        2026-01-15T13:00Z 5300
        2026-01-15T23:00Z 6300
        """,
      days: "2026-01-15 6300 measured 2/24"),
    Scenario(
      name: "the hours of a gap without samples are even, and together exactly the gap",
      registers: """
        2026-01-15T09:00Z 12345670
        2026-01-15T12:00Z 12349910
        2026-01-15T13:00Z 12349910
        """,
      hours: """
        2026-01-15T10:00+01:00 1414 even
        2026-01-15T11:00+01:00 1413 even
        2026-01-15T12:00+01:00 1413 even
        2026-01-15T13:00+01:00 0 measured
        """),
    Scenario(
      name: "a gap over midnight makes estimates of both days, which are together what the registers say",
      registers: """
        2026-01-14T23:00Z 0
        2026-01-15T21:00Z 2100
        2026-01-15T22:00Z 2200
        2026-01-16T01:00Z 2500
        2026-01-16T02:00Z 2700
        2026-01-16T23:00Z 4800
        """,
      days: """
        2026-01-15 2300 even 1/24
        2026-01-16 2500 even 1/24
        """),
    Scenario(
      name: "a day that holds no boundary at all is an estimate",
      registers: """
        2026-01-14T23:00Z 0
        2026-01-17T23:00Z 7200
        """,
      days: """
        2026-01-15 2400 even 0/24
        2026-01-16 2400 even 0/24
        2026-01-17 2400 even 0/24
        """),
    Scenario(
      name: "repeats, suspects and readings off the hour are no boundaries",
      registers: """
        2025-12-14T15:00Z 109552250
        2025-12-14T16:00Z 109554020
        2025-12-14T17:00Z 109554020 - repeat
        2025-12-14T17:00Z 109554010 - suspect
        2025-12-14T17:20Z 109557000
        2025-12-14T18:00Z 109562070
        """,
      hours: """
        2025-12-14T16:00+01:00 1770 measured
        2025-12-14T17:00+01:00 4025 even
        2025-12-14T18:00+01:00 4025 even
        """),
    Scenario(
      name: "of two readings for one hour the first to arrive wins",
      registers: """
        2026-01-15T12:00Z 1000
        2026-01-15T13:00Z 1400
        2026-01-15T13:00Z 1399
        2026-01-15T14:00Z 1500
        """,
      hours: """
        2026-01-15T13:00+01:00 400 measured
        2026-01-15T14:00+01:00 100 measured
        """),
    Scenario(
      name: "a register that goes back makes an unknown hour, never a negative one",
      registers: """
        2026-01-15T11:00Z 1000
        2026-01-15T12:00Z 1400
        2026-01-15T13:00Z 10
        2026-01-15T14:00Z 70
        """,
      hours: """
        2026-01-15T12:00+01:00 400 measured
        2026-01-15T13:00+01:00 - missing
        2026-01-15T14:00+01:00 60 measured
        """),
    Scenario(
      name: "an export register that goes back makes the import of that hour unknown too",
      registers: """
        2026-01-15T11:00Z 1000 500
        2026-01-15T12:00Z 1400 5
        2026-01-15T13:00Z 1500 6
        """,
      hours: """
        2026-01-15T12:00+01:00 - missing
        2026-01-15T13:00+01:00 100 measured
        """),
    Scenario(
      name: "a register that shows nothing is not 0",
      registers: """
        2026-01-15T11:00Z 1000 500
        2026-01-15T12:00Z - 600
        2026-01-15T13:00Z 1500 700
        """,
      hours: """
        2026-01-15T12:00+01:00 - measured
        2026-01-15T13:00+01:00 - measured
        """),
    Scenario(
      name: "a register wider than any meter has shows nothing",
      registers: """
        2026-01-15T11:00Z 1000
        2026-01-15T12:00Z 9223372036854775807
        2026-01-15T13:00Z -5
        """,
      hours: """
        2026-01-15T12:00+01:00 - missing
        2026-01-15T13:00+01:00 - missing
        """),
  ]

  @Test func `a day of autumn has 25 hours, a day of spring 23`() {
    let ledger = EnergyLedger(snapshots: [])
    let days = ledger.days(in: span("2026-03-28T23:00Z 2026-03-29T22:00Z"), zone: oslo)
    #expect(days.map(\.hoursExpected) == [23])
    #expect(ledger.hours(in: span("2026-10-24T22:00Z 2026-10-25T23:00Z")).count == 25)
    #expect(ledger.days(in: span("2026-10-24T22:00Z 2026-10-25T23:00Z"), zone: oslo).map(\.hoursExpected) == [25])
  }

  @Test func `a month turns at local midnight`() {
    let ledger = EnergyLedger(
      snapshots: readings(
        """
        2026-02-28T23:00Z 1000
        2026-03-31T21:00Z 700000
        2026-03-31T22:00Z 744000
        2026-03-31T23:00Z 744500
        """))
    let months = ledger.months(in: span("2026-03-31T21:00Z 2026-03-31T23:00Z"), zone: oslo)
    #expect(months.map { oslo.date(at: $0.span.lowerBound).iso8601 } == ["2026-03-01", "2026-04-01"])
    #expect(months.map(\.hoursExpected) == [743, 720])
    #expect(months.map(\.energy.activeImport) == [743_000, nil])
    #expect(months.map(\.known.activeImport) == [743_000, 500])
    #expect(months.map(\.quality) == [.measured, .missing])
  }

  @Test func `raw registers count by their scale`() {
    let text = "2026-01-15T12:00Z 10955225\n2026-01-15T13:00Z 10955402"
    let hour = EnergyLedger(snapshots: readings(text, scale: 1)).period(span("2026-01-15T12:00Z 2026-01-15T13:00Z"))
    #expect(hour.start.activeImport == 109_552_250)
    #expect(hour.end.activeImport == 109_554_020)
    #expect(hour.energy.activeImport == 1770)
    #expect(hour.energy.activeExport == nil)
  }

  @Test func `a scale in the tail of a series does not break it`() {
    let snapshots = readings("2026-01-15T12:00Z 100", scale: 1) + readings("2026-01-15T13:00Z 1400", scale: 0)
    let ledger = EnergyLedger(snapshots: snapshots)
    #expect(ledger.hours(in: span("2026-01-15T12:00Z 2026-01-15T13:00Z")).map(\.energy.activeImport) == [400])
  }

  @Test func `registers whose scale is not settled give no energy`() {
    let text = "2026-01-15T12:00Z 10955225 7\n2026-01-15T13:00Z 10955402 7"
    let hour = EnergyLedger(snapshots: readings(text, scale: nil)).period(span("2026-01-15T12:00Z 2026-01-15T13:00Z"))
    #expect(hour.energy == .unknown)
    #expect(hour.start == .unknown)
    #expect(hour.quality == .missing)
  }

  @Test func `an hour keeps the registers at its ends when it is an estimate`() {
    let ledger = EnergyLedger(snapshots: readings("2026-01-15T12:00Z 100\n2026-01-15T15:00Z 400"))
    let hours = ledger.hours(in: span("2026-01-15T12:00Z 2026-01-15T15:00Z"))
    #expect(hours.map(\.start.activeImport) == [100, nil, nil])
    #expect(hours.map(\.end.activeImport) == [nil, nil, 400])
    #expect(hours.map(\.energy.activeImport) == [100, 100, 100])
    #expect(hours.map(\.quality) == [.even, .even, .even])
  }

  @Test func `hours are whole: a range that cuts one leaves it out`() {
    let ledger = EnergyLedger(snapshots: [])
    #expect(ledger.hours(in: span("2026-01-15T12:20Z 2026-01-15T14:40Z")).count == 1)
    #expect(ledger.hours(in: span("2026-01-15T12:20Z 2026-01-15T12:40Z")).isEmpty)
  }

  @Test func `a zone whose offset is no whole hour gives an hour to the day in which it begins`() throws {
    let kolkata = try #require(Zone(named: "Asia/Kolkata"))
    let days = kolkata.days(touching: span("2026-01-15T00:00Z 2026-01-15T01:00Z"))
    #expect(days == [span("2026-01-14T19:00Z 2026-01-15T19:00Z")])
  }

  @Test func `a boundary in an impossible year is no boundary`() {
    let snapshots = [Int64.min, 0, 5_000_000_000_000_000, Int64.max].map {
      RegisterSnapshot(
        arrival: UTCTime(milliseconds: $0), boundary: UTCTime(milliseconds: $0), clock: nil,
        registers: Registers(activeImport: 5, scale: 0))
    }
    #expect(EnergyLedger(snapshots: snapshots).span == nil)
  }
}
