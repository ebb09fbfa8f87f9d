import Energy
import Metering
import Testing

@testable import Report

struct CheckTextTests {
  @Test func `hours that are all there add up to the registers`() throws {
    let registers = (Int64(0)...25).map { "\((time("2026-10-24T22:00Z") + .hour * $0).iso8601) \(100_000 + $0 * 1649)" }
    let report = try story(registers.joined(separator: "\n"), span("2026-10-24T22:00Z", "2026-10-25T23:00Z"))
    #expect(CheckText(report).lines == ["25 hours, sum 41.225 kWh = register difference 41.225 kWh ✓"])
    #expect(report.isComplete)
  }

  @Test func `export is checked where there is any`() throws {
    let report = try story(
      "2026-01-15T12:00Z 1000 500\n2026-01-15T13:00Z 1400 2500", span("2026-01-15T12:00Z", "2026-01-15T13:00Z"))
    #expect(
      CheckText(report).lines == [
        "1 hour, sum 0.400 kWh = register difference 0.400 kWh ✓; export 2.000 kWh = register difference 2.000 kWh ✓"
      ])
  }

  @Test func `a gap that reaches out of the range is named and not counted`() throws {
    let report = try story(
      "2026-01-15T12:00Z 1000\n2026-01-15T15:00Z 1400\n2026-01-15T16:00Z 1500",
      span("2026-01-15T13:00Z", "2026-01-15T16:00Z"))
    #expect(
      CheckText(report).lines == [
        "gap 2026-01-15 13:00–16:00 (3 hours): 0.400 kWh; it reaches out of the range and is not counted",
        "3 hours, 2 estimated, sum 0.100 kWh = register difference 0.100 kWh ✓",
      ])
    #expect(!report.isComplete)
  }

  @Test func `a gap over midnight or a clock change says where it ends`() throws {
    let night = try story("2026-01-15T22:00Z 0\n2026-01-16T00:00Z 70", span("2026-01-15T22:00Z", "2026-01-16T00:00Z"))
    #expect(CheckText(night).lines.first == "gap 2026-01-15 23:00 to 2026-01-16 01:00 (2 hours): 0.070 kWh")
    let autumn = try story("2026-10-25T00:00Z 0\n2026-10-25T02:00Z 70", span("2026-10-25T00:00Z", "2026-10-25T02:00Z"))
    #expect(CheckText(autumn).lines.first == "gap 2026-10-25 02:00+02:00–03:00+01:00 (2 hours): 0.070 kWh")
  }

  @Test func `an hour whose register went back is unknown, and each series is checked by itself`() throws {
    let report = try story(
      "2026-01-15T12:00Z 1000\n2026-01-15T13:00Z 5\n2026-01-15T14:00Z 25",
      span("2026-01-15T12:00Z", "2026-01-15T14:00Z"))
    #expect(
      CheckText(report).lines == [
        "gap 2026-01-15 13:00–14:00 (1 hour): unknown, its two registers are not of one series",
        "2 hours, 1 missing, sum 0.020 kWh + 0.000 kWh in gaps = register difference 0.020 kWh ✓",
      ])
  }

  @Test func `a range without a register says so`() throws {
    let report = try story("2026-01-10T12:00Z 5", span("2026-01-15T12:00Z", "2026-01-15T14:00Z"))
    #expect(CheckText(report).lines == ["2 hours, 2 missing, no register to check the sum with"])
  }

  @Test func `many gaps are not all listed`() throws {
    let registers = (Int64(0)...15).map { "\((time("2026-01-15T00:00Z") + .hour * ($0 * 2)).iso8601) \($0 * 10)" }
    let lines = CheckText(
      try story(registers.joined(separator: "\n"), span("2026-01-15T00:00Z", "2026-01-16T06:00Z"))
    ).lines
    #expect(lines.count == 12)
    #expect(lines[10] == "and 5 more gaps")
    #expect(lines[11] == "30 hours, 30 estimated, sum 0.000 kWh + 0.150 kWh in gaps = register difference 0.150 kWh ✓")
  }
}
